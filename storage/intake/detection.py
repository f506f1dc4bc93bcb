"""What a file is: told by how it begins, its name only where that leaves a choice."""

import codecs
from collections.abc import Iterator
from itertools import chain

import msgspec

from evaluators.errors import SessionInvalid
from storage.errors import IntakeError
from storage.intake.formats import FORMATS, RecordFormat, csv, mingjian, qianniu, xlsx
from storage.intake.json_stream import JsonBroken, elements, lines
from storage.intake.mapping import Mapping
from storage.intake.records import Node
from storage.intake.sources import Source

Record = tuple[int, bytes]
#: Files of a folder that are read.
SUFFIXES = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"})
_JSON = (".jsonl", ".ndjson", ".json")
_TABLES = {".csv": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx"}
_RECORDS_TRIED = 20


def holds_records(source: Source) -> bool:
    """Whether it is JSON: by its name, else by its first character."""
    if source.suffix in _TABLES or xlsx.recognises(source.head):
        return False
    return source.suffix in _JSON or source.head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def detect(source: Source, mapping: Mapping) -> str:
    """The name of the format of what is not JSON. Raises `IntakeError` when it is none of them."""
    if xlsx.recognises(source.head):
        return "xlsx"
    if source.suffix in _TABLES:
        return _TABLES[source.suffix]
    head = source.head_lines(mapping.encoding)
    # A header row is certain; lines that end in a time, as rows may, only look like a chat.
    for name, recognises in (("csv", csv.recognises), ("qianniu", qianniu.recognises)):
        if recognises(head, mapping):
            return name
    raise source.error(f"none of the known formats ({', '.join(FORMATS)}): name one with --format")


def open_records(source: Source) -> Iterator[Record]:
    """The JSON records of a file: one per line if it is written so, else one value after the other."""
    stream = source.binary()
    first, newline, _ = source.head.lstrip().partition(b"\n")
    if source.suffix in (".jsonl", ".ndjson"):
        per_line = first[:1] != b"["
    else:
        per_line = first[:1] == b"{" and first.rstrip().endswith(b"}") and bool(newline)
    return lines(stream) if per_line else elements(stream)


def shape_of(records: Iterator[Record], path: str) -> tuple[str | None, Iterator[Record]]:
    """The format of the first record that has one (None: none has), and all records again.

    Raises `IntakeError` when several formats claim it.
    """
    taken: list[Record] = []
    try:
        for record in records:
            taken.append(record)
            if name := _shape(record[1], path):
                return name, chain(taken, records)
            if len(taken) == _RECORDS_TRIED:
                break
    except JsonBroken as error:
        return None, chain(taken, _raising(error))
    return None, chain(taken, records)


def _shape(data: bytes, path: str) -> str | None:
    try:
        fields = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    node = Node(fields)
    # Unknown fields are allowed in the project's own shape, so what they look like does not matter.
    if fields.get("messages") and mingjian.recognises(node):
        return "mingjian"
    names = [
        name for name, shape in FORMATS.items() if isinstance(shape, RecordFormat) and _claims(shape, node)
    ]
    if len(names) > 1:
        raise IntakeError(f"may be {' or '.join(names)}: name it with --format", path=path)
    return names[0] if names else None


def _claims(shape: RecordFormat, node: Node) -> bool:
    try:
        return shape.recognises(node)
    except SessionInvalid:
        # A field of that name but another type: not this format.
        return False


def _raising(error: Exception) -> Iterator[Record]:
    raise error
    yield  # makes this a generator: the error comes where the records end
