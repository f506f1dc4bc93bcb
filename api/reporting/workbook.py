"""A laid-out report as an Excel workbook: one sheet per section."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from unicodedata import east_asian_width

import xlsxwriter

from api.reporting.cells import COUNT, DAYS, PLAIN, SHARE, Numbers, columns_of
from api.reporting.section import Section
from prompts.errors import FileError

_WIDEST = 60
#: What customers and agents wrote is never run as a formula, nor turned into a link.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(sections: Iterable[Section], path: Path) -> None:
    """The file appears when it is complete. Raises `FileError`."""
    if path.suffix.lower() != ".xlsx":
        raise FileError("expected a name that ends in .xlsx", path=str(path))
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(descriptor)
        try:
            _write(sections, draft)
            os.replace(draft, path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise FileError(f"cannot be written: {error.strerror}", path=str(path)) from error


def _write(sections: Iterable[Section], path: str) -> None:
    with xlsxwriter.Workbook(path, _OPTIONS) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        grey = book.add_format({"font_color": "#666666"})
        formats = {each: book.add_format({"num_format": each}) for each in (SHARE, DAYS, COUNT, PLAIN)}
        for section in sections:
            sheet = book.add_worksheet(section.title)
            for number, column in enumerate(_numbers(section)):
                sheet.write_string(0, number, column.heading, bold)
                for row, (value, shown) in enumerate(zip(column.values, column.formats, strict=True), 1):
                    sheet.write(row, number, value, formats[shown])
                sheet.set_column(number, number, _width(column))
            for number, note in enumerate(section.notes, len(section.rows) + 2):
                sheet.write_string(number, 0, note, grey)
            sheet.freeze_panes(1, 0)


def _numbers(section: Section) -> Iterator[Numbers]:
    for place, column in enumerate(section.columns):
        cells = [row[place] for row in section.rows]
        yield from columns_of(f"{column.name}\n{column.english}".strip(), cells, is_number=column.number)


def _width(column: Numbers) -> int:
    texts = [*column.heading.split("\n"), *map(str, column.values)]
    return min(max(map(_columns, texts)) + 2, _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
