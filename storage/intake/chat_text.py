"""Chat logs as plain text: header lines with a nick and a time, message bodies below them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from evaluators.errors import SessionInvalid
from storage.intake.times import parse_time

_DATE = r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_CLOCK = r"(?:上午|下午|AM|PM)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?"
_TIME = rf"(?:{_DATE}[\sT]*{_CLOCK})"
_IN_BRACKETS = r"(?P<nick>.+?)\s*[(（\[]\s*(?P<time>TIME)\s*[)）\]]\s*[:：]?\s*(?P<rest>.*)"
#: The ways a header is written; one file keeps to one of them.
STYLES = {
    "nick (time)": re.compile(_IN_BRACKETS.replace("TIME", _TIME)),
    "nick (clock)": re.compile(_IN_BRACKETS.replace("TIME", _CLOCK)),
    "nick time": re.compile(rf"(?P<nick>\S.*?)[\s:：]*(?P<time>{_TIME})\s*[:：]?(?P<rest>)"),
    "time below nick": re.compile(rf"(?P<nick>)(?P<time>{_TIME})(?P<rest>)"),
}  # fmt: skip
#: A line longer than this is a body; so the patterns never meet a long one.
_HEADER_CHARS = 200
_DATE_LINE = re.compile(rf"[-—=*\s]*(?:日期[:：]?\s*)?(?P<date>{_DATE})\s*(?:星期.|周.)?[-—=*\s]*")
_PARTNER_LINE = re.compile(
    r"[-—=*\s]*(?:(?:消息对象|聊天对象|联系人|会话对象|买家昵称)[:：]\s*(?P<named>\S.*?)"
    r"|(?:与|和)\s*(?P<with>\S.*?)\s*的聊天记录)[-—=*\s]*"
)
#: What stands before a time without being a nick: `下单时间`, `导出日期`.
_REMARK = re.compile(r".*(?:时间|日期|范围|聊天记录)")
_RECALL_NOTICE = re.compile(r".{1,60}撤回了一条消息。?")
#: Who writes what the program itself inserts.
SYSTEM_NICK = "系统消息"


class Entry(Struct, frozen=True):
    """One message of a log: who, when (naive as a rule), what, and where its header stands."""

    line: int
    nick: str
    at: datetime
    text: str


class Partner(Struct, frozen=True):
    """From here on it is a chat with somebody else."""

    line: int
    nick: str


def style_of(head: Sequence[str]) -> str | None:
    """The way most headers among these lines are written; None if no line is a header."""
    counts = {name: sum(1 for line in head if _header(name, line.strip())) for name in STYLES}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def entries(lines: Iterable[tuple[int, str]], style: str) -> Iterator[Entry | Partner | SessionInvalid]:
    """The messages of a log in their order. What stands above the first is no message."""
    log = _Log(style)
    for number, line in lines:
        yield from log.take(number, line.rstrip("\r\n").lstrip("\ufeff"))
    yield from log.flush()


class _Log:
    """The message at hand, to which lines are added until the next header."""

    def __init__(self, style: str) -> None:
        self.style = style
        self.date: str | None = None
        self.latest: datetime | None = None
        self.head: tuple[int, str, str] | None = None
        self.body: list[tuple[int, str]] = []

    def take(self, number: int, line: str) -> Iterator[Entry | Partner | SessionInvalid]:
        text = line.strip()
        if len(text) > _HEADER_CHARS and self.style not in ("nick (time)", "nick (clock)"):
            self._keep(number, line)
        elif header := _header(self.style, text):
            yield from self._begin(number, header)
        elif len(text) <= _HEADER_CHARS and (partner := _PARTNER_LINE.fullmatch(text)):
            yield from self.flush()
            yield Partner(number, partner["named"] or partner["with"])
        elif len(text) <= _HEADER_CHARS and (date := _DATE_LINE.fullmatch(text)):
            yield from self.flush()
            self.date = date["date"]
        elif _RECALL_NOTICE.fullmatch(text) and (not self.head or any(kept.strip() for _, kept in self.body)):
            yield from self._notice(number, text)
        else:
            self._keep(number, line)

    def flush(self) -> Iterator[Entry | SessionInvalid]:
        head, body = self.head, "\n".join(text for _, text in self.body).strip()
        self.head, self.body = None, []
        if head is None:
            return
        line, nick, written = head
        try:
            self.latest = parse_time(self._dated(written))
            assert self.latest is not None, "a header has a time"
            yield Entry(line, nick, self.latest, body)
        except ValueError as error:
            yield SessionInvalid(f"line {line}", str(error))

    def _begin(self, number: int, header: re.Match[str]) -> Iterator[Entry | SessionInvalid]:
        line, nick = number, header["nick"]
        if self.style == "time below nick" and self.body:
            line, nick = self.body.pop()
        yield from self.flush()
        self.head = (line, nick.strip(), header["time"])
        rest = header["rest"] + header.string[header.end() :]
        self.body = [(number, rest)] if rest else []

    def _notice(self, number: int, text: str) -> Iterator[Entry | SessionInvalid]:
        """Stands where the recalled message stood, without a time of its own."""
        yield from self.flush()
        if self.latest is not None:
            yield Entry(number, SYSTEM_NICK, self.latest, text)

    def _keep(self, number: int, line: str) -> None:
        if self.head or self.style == "time below nick":
            self.body.append((number, line))

    def _dated(self, written: str) -> str:
        time = unicodedata.normalize("NFKC", written)
        if re.match(_DATE, time):
            return time
        if self.date is None:
            raise ValueError(f"expected a date above the time {written!r}, found none")
        return f"{self.date} {time}"


def _header(style: str, text: str) -> re.Match[str] | None:
    """The nick and the time; what follows them on the line may be longer than the pattern looks at."""
    match = STYLES[style].fullmatch(text, 0, min(len(text), _HEADER_CHARS))
    return None if match is None or _REMARK.fullmatch(match["nick"].strip(" :：")) else match
