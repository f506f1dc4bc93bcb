"""A session as a chat: bubbles, days, gaps, and what happened between the messages, in order of time."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from api.console.desk.happenings import words_of_event
from api.console.desk.marking import Citations, Piece, keys_of, pieces_of
from api.console.language import Translator, msg
from api.console.words import called, clock, day, names_in, span
from evaluators.types import ChatSession, Event, Message

#: A silence this long, in seconds, is shown.
_GAP = 60
Side = Literal["customer", "shop", "system"]
_SIDES: dict[str, Side] = {
    "customer": "customer", "agent": "shop", "bot": "shop", "auto_reply": "shop", "system": "system",
}  # fmt: skip
SENDERS = {
    "customer": msg("顾客"), "agent": msg("人工客服"), "bot": msg("机器人"), "auto_reply": msg("自动回复"),
    "system": msg("系统"),
}  # fmt: skip
CONTENTS = {
    "image": msg("图片"), "video": msg("视频"), "voice": msg("语音"), "file": msg("文件"), "emoji": msg("表情"),
    "link": msg("链接"), "product_card": msg("商品卡片"), "order_card": msg("订单卡片"),
    "coupon_card": msg("优惠券卡片"), "rating_invite": msg("邀请评价"),
}  # fmt: skip


class Bubble(NamedTuple):
    """A message. `hits`: keys of the findings that cite it; `card`: what it is if it is no plain text."""

    message_id: str
    side: Side
    sender: str
    time: str
    pieces: tuple[Piece, ...]
    hits: str
    card: str
    recalled: str
    kind: str = "bubble"


class Aside(NamedTuple):
    """A line between the bubbles: a new day, a silence, or an event."""

    kind: Literal["day", "gap", "event"]
    text: str
    time: str = ""


class _Moment(NamedTuple):
    at: datetime | None
    what: Message | Event


def chat_of(
    session: ChatSession, citations: Citations, zone: tzinfo, t: Translator
) -> tuple[Bubble | Aside, ...]:
    """The chat from top to bottom. Without times the order is that of the input, events last."""
    return tuple(_lines(_in_order(session), names_in(session), citations, zone, t))


def _in_order(session: ChatSession) -> list[_Moment]:
    """Events after the messages of the same instant. A message without a time stays behind the one before it."""
    messages = [_Moment(_instant(message.sent_at), message) for message in session.messages]
    events = [_Moment(_instant(event.at), event) for event in session.events]
    known = next((moment.at for moment in messages if moment.at is not None), None)
    if known is None:
        return messages + events
    placed = []
    for moment in messages + events:
        known = moment.at or known
        placed.append((known, moment))
    placed.sort(key=lambda each: (each[0], not isinstance(each[1].what, Message)))
    return [moment for _, moment in placed]


def _instant(at: datetime | int | None) -> datetime | None:
    return at if isinstance(at, datetime) else None


def _lines(
    moments: list[_Moment], names: Mapping[str, str], citations: Citations, zone: tzinfo, t: Translator
) -> Iterator[Bubble | Aside]:
    before: datetime | None = None
    spoken: datetime | None = None
    for at, what in moments:
        if at is not None:
            yield from _new_day(before, at, zone)
            before = at
        if isinstance(what, Message):
            yield from _silence(spoken, at, t)
            spoken = at or spoken
            yield _bubble(what, names, citations, zone, t)
        else:
            yield Aside("event", words_of_event(what, names, t), "" if at is None else clock(at, zone))


def _new_day(before: datetime | None, at: datetime, zone: tzinfo) -> Iterator[Aside]:
    if before is None or day(before, zone) != day(at, zone):
        yield Aside("day", day(at, zone))


def _silence(spoken: datetime | None, at: datetime | None, t: Translator) -> Iterator[Aside]:
    """How long nobody had said anything, where that is worth showing."""
    if spoken is not None and at is not None and (silence := (at - spoken).total_seconds()) >= _GAP:
        yield Aside("gap", t("过了 {time}", time=span(silence, t)))


def _bubble(
    message: Message, names: Mapping[str, str], citations: Citations, zone: tzinfo, t: Translator
) -> Bubble:
    message_id = message.message_id or ""
    cited = citations.get(message_id, ())
    sent, recalled = _instant(message.sent_at), _instant(message.recalled_at)
    who = t(SENDERS[message.sender])
    return Bubble(
        message_id=message_id,
        side=_SIDES[message.sender],
        sender=f"{who} {called(message.sender_id, names)}".strip(),
        time="" if sent is None else clock(sent, zone),
        pieces=pieces_of(message.text, cited),
        hits=keys_of(cited),
        card=t(CONTENTS[message.content_type]) if message.content_type != "text" else "",
        recalled="" if recalled is None else t("{time} 撤回", time=clock(recalled, zone)),
    )
