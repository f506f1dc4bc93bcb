"""Files of sessions in, sessions out: one at a time, what is wrong with a record beside them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import tzinfo
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from evaluators.types import ChatSession
from storage.errors import IntakeError
from storage.intake import mapped, streams
from storage.intake.detection import SUFFIXES, detect, holds_records, open_records, shape_of
from storage.intake.finishing import Finisher
from storage.intake.formats import FORMATS, RecordFormat, TableFormat, TextFormat
from storage.intake.json_stream import JsonBroken
from storage.intake.mapping import Mapping, load_mapping, with_usual_names, with_usual_words
from storage.intake.records import BadRecord, Draft, Node
from storage.intake.sources import Source
from storage.intake.tables import read_tables

Found = Iterator[ChatSession | BadRecord]
_HINT = " (chats of another shape are read with --format or --mapping)"


def read_sessions(
    path: Path | Literal["-"],
    *,
    format: str | None = None,
    timezone: tzinfo | None = None,
    mapping: Path | None = None,
) -> Found:
    """The sessions of a file, of a folder's files in sorted order, or of standard input (`-`), streamed.

    `format`: a name of `FORMATS`; None: detected. `timezone` is given to times that carry no offset.
    `mapping`: a mapping file (docs/session_formats.md). A record that cannot be used is yielded as
    `BadRecord`, as is a second one with the same session id and a file of a folder that cannot be read.
    Raises `IntakeError` at once when the path, the format or the mapping cannot be used, while reading when
    the file as a whole cannot.
    """
    return read_all([path], format=format, timezone=timezone, mapping=mapping)


def read_all(
    paths: Sequence[Path | Literal["-"]],
    *,
    format: str | None = None,
    timezone: tzinfo | None = None,
    mapping: Path | None = None,
) -> Found:
    """Several inputs one after the other, as if they were one; see `read_sessions`."""
    if format is not None and format not in FORMATS:
        raise IntakeError(f"no format {format!r}: expected one of {', '.join(FORMATS)}", path=str(paths[0]))
    reading = _Reading(format, timezone, mapping)
    return chain.from_iterable([_found_in(path, reading) for path in paths])


def _found_in(path: Path | Literal["-"], reading: "_Reading") -> Found:
    if str(path) == "-":
        return reading.file(Source("-"))
    if not Path(path).is_dir():
        if not os.access(path, os.R_OK):
            missing = "cannot be read: no permission" if Path(path).exists() else "no such file or folder"
            raise IntakeError(missing, path=str(path))
        return reading.file(Source(path))
    files = [
        file for file in sorted(Path(path).rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file()
    ]
    if not files:
        raise IntakeError(f"no files to read in this folder ({', '.join(sorted(SUFFIXES))})", path=str(path))
    return reading.folder(files)


class _Reading:
    """How one input is read: the same way for all files of a folder."""

    def __init__(self, format: str | None, timezone: tzinfo | None, mapping: Path | None) -> None:
        self.format = format
        self.mapping = Mapping() if mapping is None else load_mapping(mapping)
        zone = self.mapping.timezone
        self.finisher = Finisher(ZoneInfo(zone) if timezone is None and zone else timezone, self.mapping)
        self.described: RecordFormat | None = None
        if self.mapping.names_fields:
            if format is not None and not isinstance(FORMATS[format], TableFormat):
                raise IntakeError(
                    f"--format {format} has no use for [session] and [message]", path=str(mapping)
                )
            self.described = _described_by(self.mapping, str(mapping))

    def folder(self, files: list[Path]) -> Found:
        for file in files:
            try:
                yield from self.file(Source(file))
            except IntakeError as error:
                yield BadRecord(error.path, error.line, error.field, error.reason)

    def file(self, source: Source) -> Found:
        with source:
            if not source.head.strip():
                return
            if self.format is None and holds_records(source):
                yield from self._records(source, self.described)
                return
            shape = FORMATS[self.format or detect(source, self.table_mapping)]
            if isinstance(shape, TableFormat):
                with closing(shape.sheets(source, self.table_mapping)) as sheets:
                    yield from read_tables(source.path, sheets, self.table_mapping, self.finisher.finish)
            elif isinstance(shape, TextFormat):
                yield from self._text(source, shape)
            else:
                yield from self._records(source, shape)

    @cached_property
    def table_mapping(self) -> Mapping:
        return with_usual_words(with_usual_names(self.mapping))

    def _records(self, source: Source, shape: RecordFormat | None) -> Found:
        records, path, hint = open_records(source), source.path, ""
        try:
            if shape is None:
                name, records = shape_of(records, path)
                shape, hint = _record_format(name or "mingjian"), "" if name else _HINT
            if shape is FORMATS["mingjian"]:
                yield from streams.own_sessions(records, path, self.finisher, hint)
            else:
                read = streams.joined_sessions if shape.parts else streams.whole_sessions
                yield from read(streams.drafts_of(records, shape), path, self.finisher)
        except JsonBroken as error:
            yield BadRecord(path, error.line, None, str(error))

    def _text(self, source: Source, shape: TextFormat) -> Found:
        head = source.head_lines(self.mapping.encoding)
        with source.text(self.mapping.encoding) as text:
            chats = shape.sessions(head, enumerate(text, 1), self.mapping)
            yield from streams.whole_sessions(chats, source.path, self.finisher)


def _record_format(name: str) -> RecordFormat:
    shape = FORMATS[name]
    assert isinstance(shape, RecordFormat), f"{name} is not JSON"
    return shape


def _described_by(mapping: Mapping, path: str) -> RecordFormat:
    """JSON whose shape a mapping describes."""
    worded = with_usual_words(mapping)

    def sessions(record: Node) -> Iterator[Draft]:
        mapped.require_paths(worded, path)
        return mapped.sessions(record, worded)

    return RecordFormat("described by a mapping", lambda _: True, sessions, mapping.records == "messages")
