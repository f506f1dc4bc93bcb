"""What can be exported: how each kind is read, and how it becomes JSON lines or rows of a table."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from api.exports.rows import Row, What, json_lines, label_row, rows_of
from api.exports.stored import read_labels, read_stored
from evaluators.grammar.kinds import Rule
from storage.db import Database
from storage.labels import Label
from storage.sessions import SessionFilters

_encoder = msgspec.json.Encoder()


class Export(NamedTuple):
    """`lines` and `rows` are of one thing that `read` gives."""

    name: str
    read: Callable[[Database], AsyncIterator[Any]]
    lines: Callable[[Any], bytes]
    rows: Callable[[Any], Iterator[Row]]


def sessions_export(what: What, filters: SessionFilters, rules: Mapping[str, Rule]) -> Export:
    """Sessions, or what was found in them."""
    return Export(
        what,
        lambda database: read_stored(database, filters),
        lambda kept: json_lines(what, kept),
        rows_of(what, rules),
    )


def labels_export(
    filters: SessionFilters,
    rules: Mapping[str, Rule],
    *,
    rule_id: str | None,
    source: str | None,
    current: bool,
) -> Export:
    """Labels on sessions that meet the conditions. See `read_labels`."""

    def rows(label: Label) -> Iterator[Row]:
        yield label_row(label, rules)

    return Export(
        "labels",
        lambda database: read_labels(database, filters, rule_id=rule_id, source=source, current=current),
        lambda label: _encoder.encode(label) + b"\n",
        rows,
    )
