"""CSV and its relatives with tabs, semicolons or bars: one row per message."""

import csv
from collections.abc import Generator, Iterable, Iterator, Sequence

from storage.intake.mapping import Mapping
from storage.intake.sources import Source
from storage.intake.tables import Columns, Row, Sheet, find_columns

_DELIMITERS = ",\t;|"


def recognises(head: Sequence[str], mapping: Mapping) -> bool:
    """Whether one of the first lines is a header with the columns every table needs."""
    return _delimiter(head, mapping) is not None


def sheets(source: Source, mapping: Mapping) -> Generator[Sheet, None, None]:
    delimiter = _delimiter(source.head_lines(mapping.encoding), mapping) or ","
    with source.text(mapping.encoding) as text:
        yield Sheet(_rows(text, delimiter, source))


def _delimiter(head: Sequence[str], mapping: Mapping) -> str | None:
    for delimiter in _DELIMITERS:
        sheet = Sheet(enumerate(csv.reader(head, delimiter=delimiter)))
        if not isinstance(find_columns(sheet, mapping), Columns):
            return delimiter
    return None


def _rows(lines: Iterable[str], delimiter: str, source: Source) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise source.error(f"not readable as a table ({error}): is a quote left open?", line) from error
        except UnicodeDecodeError as error:
            raise source.undecodable(error) from error
        yield line, cells
