"""A laid-out report as an Excel workbook: one sheet per section."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from unicodedata import east_asian_width

import xlsxwriter

from api.reporting.section import Section
from prompts.errors import FileError

_WIDEST = 60
#: What customers and agents wrote is never run as a formula, nor turned into a link.
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": True}


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
        for section in sections:
            sheet = book.add_worksheet(section.title)
            sheet.write_row(0, 0, [f"{each.name}\n{each.english}".strip() for each in section.columns], bold)
            for number, row in enumerate(section.rows, 1):
                sheet.write_row(
                    number, 0, [cell.replace(",", "") if _is_count(cell) else cell for cell in row]
                )
            for number, note in enumerate(section.notes, len(section.rows) + 2):
                sheet.write_string(number, 0, note, grey)
            sheet.freeze_panes(1, 0)
            for column in range(len(section.columns)):
                sheet.set_column(column, column, _width(section, column))


def _is_count(cell: str) -> bool:
    return cell.replace(",", "").isdecimal()


def _width(section: Section, column: int) -> int:
    head = section.columns[column]
    cells = [head.name, head.english, *(row[column] for row in section.rows)]
    return min(max(map(_columns, cells)) + 2, _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
