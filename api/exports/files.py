"""Files of rows: CSV that Excel opens with the right characters, workbooks, and Parquet for analysts."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Protocol

import xlsxwriter

from api.errors import LibraryMissing
from api.exports.rows import Row
from prompts.errors import FileError

#: What a spreadsheet program would run when it opens a CSV file.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SHEET_ROWS = 1_048_576


class RowWriter(Protocol):
    """Writes rows one after the other; the first one names the columns."""

    def write(self, rows: Iterable[Row]) -> None:
        """Some more rows."""
        ...

    def close(self) -> None:
        """Nothing more comes. The file itself stays open."""
        ...


class CsvRows:
    """UTF-8 with a byte order mark. Text that would be run as a formula gets an apostrophe before it."""

    def __init__(self, out: BinaryIO) -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._headed = False

    def write(self, rows: Iterable[Row]) -> None:
        """Some more rows."""
        for row in rows:
            if not self._headed:
                self._writer.writerow(row)
                self._headed = True
            self._writer.writerow([_harmless(cell) for cell in row.values()])

    def close(self) -> None:
        """Leaves the file open."""
        self._text.detach()


class SheetRows:
    """One sheet, written in constant memory. Nothing becomes a formula or a link."""

    def __init__(self, out: BinaryIO, title: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(out, options)
        self._sheet = self._book.add_worksheet(title)
        self._sheet.freeze_panes(1, 0)
        self._row = 0

    def write(self, rows: Iterable[Row]) -> None:
        """Some more rows. Raises `FileError` when the sheet is full."""
        for row in rows:
            if self._row == 0:
                self._line(list(row))
            if self._row >= _SHEET_ROWS:
                raise FileError(
                    f"a sheet holds {_SHEET_ROWS:,} rows: narrow the export, or write CSV", path="xlsx"
                )
            self._line(list(row.values()))

    def _line(self, cells: list[object]) -> None:
        self._sheet.write_row(self._row, 0, cells)
        self._row += 1

    def close(self) -> None:
        """Writes the workbook."""
        self._book.close()


@contextmanager
def row_writer(format: str, out: BinaryIO, title: str) -> Iterator[RowWriter]:
    """For `csv`, `xlsx` or `parquet`. Complete when the block ends.

    Raises `LibraryMissing` where the library for Parquet is not installed.
    """
    writer = _WRITERS[format](out, title)
    yield writer
    writer.close()


def _parquet_rows(out: BinaryIO, title: str) -> "RowWriter":
    try:
        from api.exports.parquet import ParquetRows
    except ModuleNotFoundError as error:
        raise LibraryMissing("Parquet needs the library pyarrow: pip install 'mingjian[bulk]'") from error
    return ParquetRows(out, title)


_WRITERS: dict[str, Callable[[BinaryIO, str], RowWriter]] = {
    "csv": lambda out, _: CsvRows(out), "xlsx": SheetRows, "parquet": _parquet_rows,
}  # fmt: skip


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA) else cell
