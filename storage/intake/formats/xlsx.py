"""Excel workbooks: one row per message, on one sheet or several."""

from collections.abc import Generator, Iterator
from typing import Any

from storage.intake.mapping import Mapping
from storage.intake.sources import Source
from storage.intake.tables import Row, Sheet

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def recognises(head: bytes) -> bool:
    """`.xlsx` is a zip archive, `.xls` an OLE container."""
    return head.startswith((_ZIP, _OLE))


def sheets(source: Source, mapping: Mapping) -> Generator[Sheet, None, None]:
    # Only who reads a workbook pays for loading its reader.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with source.file() as file:
        try:
            with CalamineWorkbook.from_filelike(file) as book:
                several = len(book.sheet_names) > 1
                for name in book.sheet_names:
                    yield Sheet(_rows(book.get_sheet_by_name(name)), name if several else None)
        except PasswordError as error:
            raise source.error("the workbook is protected by a password") from error
        except CalamineError as error:
            raise source.error(f"not a workbook that can be read: {error}") from error


def _rows(sheet: Any) -> Iterator[Row]:
    """The rows by the numbers Excel shows; every cell of a merged block has the block's value."""
    if sheet.start is None:
        return
    merged = _merged(sheet.merged_cell_ranges or (), left=sheet.start[1])
    values: dict[tuple[int, int], Any] = {}
    for row, cells in enumerate(sheet.iter_rows()):
        for column, origin in merged.get(row, ()):
            cells[column] = values.setdefault(origin, cells[column])
        yield row + 1, cells


def _merged(blocks: Any, left: int) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """By row: the columns that belong to a block, and the cell in which the block has its value."""
    cells: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    for (top, first), (bottom, last) in blocks:
        for row in range(top, bottom + 1):
            cells.setdefault(row, []).extend(
                (column - left, (top, first)) for column in range(first, last + 1)
            )
    return cells
