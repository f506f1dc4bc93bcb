"""A session laid out in time: what every check looks at, computed once per session.

Indices count messages in order of time (input order where any time is missing); sets of messages are bit masks
(`evaluators.timeline.bits`). Instants are microseconds.
"""

from datetime import datetime, timezone, tzinfo
from itertools import repeat
from operator import sub
from typing import Any, get_args

from evaluators.phrases.text import NUL
from evaluators.timeline.bits import bits, indices, positions, stretch
from evaluators.timeline.units import SECOND, instant, moment
from evaluators.types import ChatSession, Message, OrderEvent, RatingEvent, Sender, TransferEvent

_CODES: dict[str, int] = {sender: code for code, sender in enumerate(get_args(Sender))}
#: Per sender, the table that makes a row of codes the digits of a binary number: 1 where he sent the message.
_DIGITS = {sender: bytes(b"01"[each == code] for each in range(256)) for sender, code in _CODES.items()}


class Timeline:
    """Messages in order, who is who, what is known until when. Built once, read by every check."""

    __slots__ = (
        "asks_human", "at", "closers", "end_at", "joined", "kept", "masks", "matches", "memo", "messages",
        "observed_until", "orders", "over", "places", "ratings", "recalled", "said", "senders", "session",
        "times_missing", "transfers", "zone",
    )  # fmt: skip

    def __init__(self, session: ChatSession, now: datetime | None = None) -> None:
        self.session = session
        #: What checks have found out about this session and share; keys are theirs.
        self.memo: dict[Any, Any] = {}
        self._lay_out()
        #: Events by kind, in order of time. Orders: (instant, order id, state).
        self.orders: list[tuple[int, str | None, str]] = []
        self.transfers: list[TransferEvent] = []
        self.ratings: list[RatingEvent] = []
        self._know_until(now, self._sort_events() if session.events else None)
        self._sort_by_role()
        #: The folded texts, joined by NUL; what was found there (pattern, start, stop) and in which message; by
        #: phrase group the messages that hold one of its phrases: `phrases.PhraseIndex.scan` fills in.
        self.joined = ""
        #: Customer messages that merely close (好的, 谢谢, 👌 …): nobody waits for an answer. Filled in by the scan.
        self.closers = 0
        #: Customer messages that ask for a person. Filled in by the scan.
        self.asks_human = 0
        self.matches: list[tuple[int, int, int]] = []
        self.places: list[int] = []
        self.said: dict[int, int] = {}

    @property
    def texts(self) -> list[str]:
        """Folded text per message."""
        known: list[str] | None = self.memo.get("texts")
        if known is None:
            known = self.memo["texts"] = self.joined.split(NUL)
        return known

    @property
    def customers(self) -> list[int]:
        """The messages of the customer."""
        return indices(self.masks["customer"])

    @property
    def humans(self) -> list[int]:
        """The messages of human agents."""
        return indices(self.masks["human"])

    @property
    def services(self) -> list[int]:
        """The messages of agents, human or bot."""
        return indices(self.masks["service"])

    @property
    def shops(self) -> list[int]:
        """The messages of agents and of automatic replies."""
        return indices(self.masks["shop"])

    def of_kind(self, content_type: str) -> int:
        """The messages of this content type."""
        masks: dict[str, int] | None = self.memo.get("kinds")
        if masks is None:
            masks = self.memo["kinds"] = self._sort_by_kind()
        return masks.get(content_type, 0)

    def written(self, at: int) -> str:
        """An instant as RFC 3339 in the zone the session is written in."""
        known: dict[int, str] = self.memo.setdefault("written", {})
        if at not in known:
            known[at] = moment(at, self.zone).isoformat()
        return known[at]

    def _lay_out(self) -> None:
        self.messages: tuple[Message, ...] | list[Message] = self.session.messages
        self.times_missing = False
        self.at: list[int] = []
        self.zone: tzinfo | None = None
        messages = self.messages
        sent: list[Any] = [message.sent_at for message in messages]
        if not all(sent):
            self.times_missing = True
        elif sent:
            first = sent[0]
            self.zone = first.tzinfo
            if isinstance(first.tzinfo, timezone):
                base = instant(first)
                at = [
                    base + (since.days * 86_400 + since.seconds) * SECOND + since.microseconds
                    for since in map(sub, sent, repeat(first))
                ]
            else:  # a zone whose offset changes: times of the same zone would be subtracted as the clock shows them
                at = [instant(each) for each in sent]
            self.at = sorted(at)
            if self.at != at:
                order = sorted(range(len(at)), key=at.__getitem__)
                self.messages = [messages[index] for index in order]

    def _sort_events(self) -> datetime | None:
        """Fills in the events by kind; the instant of an end event."""
        end: Any = None
        for event in self.session.events:
            if isinstance(event, OrderEvent):
                self.orders.append((instant(event.at), event.order_id, event.state))  # type: ignore[arg-type]
            elif isinstance(event, TransferEvent):
                self.transfers.append(event)
            elif isinstance(event, RatingEvent):
                self.ratings.append(event)
            elif end is None:
                end = event.at
        for events in (self.orders, self.transfers, self.ratings):
            if len(events) > 1:
                events.sort(key=_instant_of)
        return end  # type: ignore[no-any-return]

    def _know_until(self, now: datetime | None, end_event: datetime | None) -> None:
        session = self.session
        end: Any = session.ended_at or end_event
        self.over = end is not None
        self.end_at: int | None = instant(end) if end is not None else None
        known: Any = now or session.observed_until
        if known is not None:
            self.observed_until: int | None = instant(known)
        else:
            self.observed_until = self.end_at if self.over else self._latest()

    def _latest(self) -> int | None:
        """The instant of the latest message or event."""
        known = [instant(event.at) for event in self.session.events]  # type: ignore[arg-type]
        if self.times_missing:
            known += [instant(each.sent_at) for each in self.messages if each.sent_at is not None]  # type: ignore[arg-type]
        return max([*known, *self.at[-1:]], default=None)

    def _sort_by_role(self) -> None:
        messages = self.messages
        everyone = stretch(0, len(messages) - 1)
        #: Who sent each message, as a code.
        self.senders = bytes([_CODES[message.sender] for message in messages])
        customer, human = self._sent_by("customer"), self._sent_by("agent")
        #: Role of the grammar to the set of its messages.
        self.masks = {
            "anyone": everyone, "dialogue": everyone, "customer": customer, "human": human,
            "service": human, "shop": human, "bot": 0, "auto_reply": 0, "system": 0,
        }  # fmt: skip
        if customer | human != everyone:
            self._sort_others()
        taken_back = [message.recalled_at for message in messages]
        self.recalled = 0
        #: The same without recalled messages.
        self.kept = self.masks
        if any(taken_back):
            self.recalled = bits(index for index, each in enumerate(taken_back) if self._has_come(each))
            self.kept = {role: mask & ~self.recalled for role, mask in self.masks.items()}

    def _sent_by(self, sender: str) -> int:
        return int(self.senders[::-1].translate(_DIGITS[sender]) or b"0", 2)

    def _sort_others(self) -> None:
        masks = self.masks
        masks |= {sender: self._sent_by(sender) for sender in ("bot", "auto_reply", "system")}
        masks["service"] |= masks["bot"]
        masks["shop"] = masks["service"] | masks["auto_reply"]
        if masks["system"]:
            masks["dialogue"] &= ~masks["system"] | self.of_kind("rating_invite")

    def _sort_by_kind(self) -> dict[str, int]:
        kinds = [message.content_type for message in self.messages]
        masks: dict[str, int] = {kind: bits(positions(kinds, kind)) for kind in {*kinds} if kind != "text"}
        masks["text"] = self.masks["anyone"] & ~sum(masks.values())
        return masks

    def _has_come(self, moment: Any) -> bool:
        return moment is not None and (self.observed_until is None or instant(moment) <= self.observed_until)


def _instant_of(event: tuple[int, str | None, str] | TransferEvent | RatingEvent) -> int:
    return event[0] if isinstance(event, tuple) else instant(event.at)  # type: ignore[arg-type]
