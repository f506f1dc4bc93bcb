"""Rows as Parquet (library pyarrow, extra `bulk`): typed columns, written in groups of rows."""

from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from api.exports.rows import Row

_GROUP = 10_000
#: Columns that are no text.
_TYPES = {
    "score": pa.float64(), "raw_total": pa.float64(), "bonus": pa.float64(), "deductions": pa.float64(),
    "confidence": pa.float64(), "red_line": pa.bool_(), "undetermined": pa.int64(),
    "inclusion_probability": pa.float64(), "revision": pa.int64(), "current": pa.bool_(),
}  # fmt: skip


class ParquetRows:
    """One file with a schema from the first row; texts are text, numbers numbers, absent values null."""

    def __init__(self, out: BinaryIO, title: str) -> None:
        self._out, self._title = out, title
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[Row] = []

    def write(self, rows: Iterable[Row]) -> None:
        """Some more rows."""
        left = iter(rows)
        while some := list(islice(left, _GROUP)):
            self._waiting += some
            if len(self._waiting) >= _GROUP:
                self._flush()

    def close(self) -> None:
        """Writes what waits and the footer. Without rows a file without columns."""
        self._flush()
        assert self._writer is not None
        self._writer.close()

    def _flush(self) -> None:
        if self._writer is None:
            names = list(self._waiting[0]) if self._waiting else []
            columns = [pa.field(name, _TYPES.get(name, pa.string())) for name in names]
            self._writer = pq.ParquetWriter(self._out, pa.schema(columns, {"title": self._title}))
        if self._waiting:
            rows = [{name: _cell(name, cell) for name, cell in row.items()} for row in self._waiting]
            self._writer.write_table(pa.Table.from_pylist(rows, self._writer.schema))
            self._waiting = []


def _cell(name: str, cell: object) -> object:
    return cell if cell is None or name in _TYPES else str(cell)
