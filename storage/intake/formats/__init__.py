"""The formats by name. A new one is a module here with the same two functions, a line below, and a test.

`recognises` looks at the start of a file, `sessions` (tables: `sheets`) reads. Records are JSON objects; a
format whose records may be parts of sessions says so (`parts`): they are put together before they are checked.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from msgspec import Struct

from evaluators.errors import SessionInvalid
from storage.intake.formats import chatwoot, csv, intercom, jd, mingjian, qianniu, sca, xlsx, zendesk
from storage.intake.mapping import Mapping
from storage.intake.records import Draft, Node
from storage.intake.sources import Source
from storage.intake.tables import Sheet


class RecordFormat(Struct, frozen=True):
    """JSON: one object, an array of them, or one per line."""

    title: str
    recognises: Callable[[Node], bool]
    sessions: Callable[[Node], Iterator[Draft | SessionInvalid]]
    parts: bool = False


class TextFormat(Struct, frozen=True):
    """Plain text, read line by line."""

    title: str
    recognises: Callable[[Sequence[str], Mapping], bool]
    sessions: Callable[
        [Sequence[str], Iterable[tuple[int, str]], Mapping], Iterator[tuple[int, Draft | SessionInvalid]]
    ]


class TableFormat(Struct, frozen=True):
    """One row per message, on one sheet or several."""

    title: str
    sheets: Callable[[Source, Mapping], Generator[Sheet, None, None]]


FORMATS: dict[str, RecordFormat | TextFormat | TableFormat] = {
    "mingjian": RecordFormat("Mingjian sessions", mingjian.recognises, mingjian.sessions),
    "sca": RecordFormat("Alibaba Cloud SCA tickets", sca.recognises, sca.sessions),
    "jd": RecordFormat("JD chat logs", jd.recognises, jd.sessions, parts=True),
    "zendesk": RecordFormat("Zendesk ticket comments", zendesk.recognises, zendesk.sessions),
    "intercom": RecordFormat("Intercom conversations", intercom.recognises, intercom.sessions),
    "chatwoot": RecordFormat("Chatwoot messages", chatwoot.recognises, chatwoot.sessions, parts=True),
    "qianniu": TextFormat("Qianniu text export", qianniu.recognises, qianniu.sessions),
    "csv": TableFormat("CSV, one row per message", csv.sheets),
    "xlsx": TableFormat("Excel workbook, one row per message", xlsx.sheets),
}
