"""A session laid out in time: what every check looks at, computed once per session.

Indices count messages in order of time (input order where any time is missing); sets of messages are bit masks
(`evaluators.bits`). Instants are microseconds.
"""

from datetime import datetime, tzinfo
from typing import Any

from evaluators.bits import bits, stretch
from evaluators.types import ChatSession, EndEvent, Message, RatingEvent
from evaluators.units import SECOND, instant, moment


class Timeline:
    """Messages in order, who is who, what is known until when. Built once, read by every check."""

    __slots__ = (
        "at", "bots", "customers", "end_at", "everyone", "hits", "humans", "joined", "masks", "memo", "messages",
        "observed_until", "over", "recalled", "services", "session", "shops", "texts", "times_missing", "zone",
    )  # fmt: skip

    def __init__(self, session: ChatSession, now: datetime | None = None) -> None:
        self.session = session
        self.messages: tuple[Message, ...] | list[Message] = session.messages
        self.times_missing = False
        self.at: list[int] = []
        self.zone: tzinfo | None = None
        #: What checks have found out about this session and share; keys are theirs.
        self.memo: dict[Any, Any] = {}
        self._lay_out()
        self._know_until(now)
        self._sort_by_role()
        #: Folded text per message, all of it joined by NUL, and by phrase group (message, start, stop, place) of
        #: each phrase found: `phrases.PhraseIndex.scan` fills them in.
        self.texts: list[str] = []
        self.joined = ""
        self.hits: dict[int, list[tuple[int, int, int, int]]] = {}

    def _lay_out(self) -> None:
        messages = self.messages
        sent: list[Any] = [message.sent_at for message in messages]
        if None in sent:
            self.times_missing = True
        elif sent:
            first = sent[0]
            self.zone = first.tzinfo
            base = instant(first)
            at = [base + round((each - first).total_seconds() * SECOND) for each in sent]
            ordered = sorted(at)
            if ordered != at:
                order = sorted(range(len(at)), key=at.__getitem__)
                self.messages = [messages[index] for index in order]
            self.at = ordered

    def _know_until(self, now: datetime | None) -> None:
        session = self.session
        end: Any = session.ended_at
        latest: list[int] = self.at[-1:]
        if self.times_missing:
            latest = [instant(each.sent_at) for each in self.messages if each.sent_at is not None]  # type: ignore[arg-type]
        for event in session.events:
            if end is None and isinstance(event, EndEvent):
                end = event.at
            latest.append(instant(event.at))  # type: ignore[arg-type]
        self.over = end is not None
        self.end_at: int | None = instant(end) if end is not None else None
        if now is not None:
            self.observed_until: int | None = instant(now)
        elif session.observed_until is not None:
            self.observed_until = instant(session.observed_until)  # type: ignore[arg-type]
        else:
            self.observed_until = self.end_at if self.over else max(latest, default=None)

    def _sort_by_role(self) -> None:
        senders = [message.sender for message in self.messages]
        self.everyone = range(len(senders))
        self.customers = [index for index, sender in enumerate(senders) if sender == "customer"]
        self.humans = [index for index, sender in enumerate(senders) if sender == "agent"]
        self.bots: list[int] = []
        self.services = self.shops = self.humans
        everyone = stretch(0, len(senders) - 1)
        human = bits(self.humans)
        #: Role of the grammar to the set of its messages.
        self.masks = {
            "anyone": everyone, "dialogue": everyone, "customer": bits(self.customers), "human": human,
            "service": human, "shop": human, "bot": 0, "auto_reply": 0, "system": 0,
        }  # fmt: skip
        if len(self.customers) + len(self.humans) < len(senders):
            self._sort_others(senders)
        recalled = [message.recalled_at for message in self.messages]
        self.recalled = 0
        if recalled.count(None) < len(recalled):
            self.recalled = bits(
                index for index, taken_back in enumerate(recalled) if self._has_come(taken_back)
            )

    def _sort_others(self, senders: list[Any]) -> None:
        self.bots = [index for index, sender in enumerate(senders) if sender == "bot"]
        automatic = [index for index, sender in enumerate(senders) if sender == "auto_reply"]
        silent = [
            index
            for index, sender in enumerate(senders)
            if sender == "system" and self.messages[index].content_type != "rating_invite"
        ]
        self.services = sorted(self.humans + self.bots)
        self.shops = sorted(self.services + automatic)
        masks = self.masks
        masks |= {"bot": bits(self.bots), "auto_reply": bits(automatic)}
        masks["service"] = masks["human"] | masks["bot"]
        masks["shop"] = masks["service"] | masks["auto_reply"]
        masks["system"] = masks["anyone"] & ~masks["customer"] & ~masks["shop"]
        masks["dialogue"] = masks["anyone"] & ~bits(silent)

    def _has_come(self, moment: Any) -> bool:
        return moment is not None and (self.observed_until is None or instant(moment) <= self.observed_until)

    def ratings(self) -> list[RatingEvent]:
        """Rating events in order of time."""
        events = [event for event in self.session.events if isinstance(event, RatingEvent)]
        return sorted(events, key=lambda event: instant(event.at))  # type: ignore[arg-type]

    def written(self, at: int) -> str:
        """An instant as RFC 3339 in the zone the session is written in."""
        known: dict[int, str] = self.memo.setdefault("written", {})
        if at not in known:
            known[at] = moment(at, self.zone).isoformat()
        return known[at]
