"""Prints laid-out sections: tables on a terminal, tab-separated values in a pipe."""

from collections.abc import Iterable
from typing import TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.reporting.section import Section


def show(sections: Iterable[Section], out: TextIO) -> None:
    """For people if `out` is a terminal, else for programs."""
    if out.isatty():
        show_tables(sections, Console(file=out))
    else:
        show_plain(sections, out)


def show_plain(sections: Iterable[Section], out: TextIO) -> None:
    """`# title`, headings and rows, tab-separated; notes as `#` lines; sections a blank line apart."""
    for section in sections:
        print(f"# {section.title} {section.english}", file=out)
        if section.rows:
            print(
                "\t".join(f"{column.name} {column.english}".strip() for column in section.columns), file=out
            )
        for row in section.rows:
            print("\t".join(" ".join(cell.split()) for cell in row), file=out)
        for note in section.notes:
            print(f"# {' '.join(note.split())}", file=out)
        print(file=out)


def show_tables(sections: Iterable[Section], console: Console) -> None:
    """One table per section, its notes beneath. Text of customers and agents is never read as markup."""
    for section in sections:
        console.print()
        console.print(
            Text(f"{section.title} {section.english}", style="bold red" if section.grave else "bold")
        )
        if section.rows:
            console.print(_table(section))
        for note in section.notes:
            console.print(Padding(Text(note, style="dim"), (0, 0, 0, 1)))


def _table(section: Section) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in section.columns:
        heading = Text.assemble(column.name, "\n", (column.english, "dim"))
        table.add_column(
            heading, justify="right" if column.number else "left", no_wrap=column.number, overflow="fold"
        )
    for row in section.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
