"""Request bodies that carry sessions, messages or events: one object, an array, or NDJSON, record by record.

They are not parsed by FastAPI: the shapes of the contract are decoded in one place, `evaluators.sessions`.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from fastapi import Request

from api.errors import BodyInvalid, MediaTypeUnsupported, ParameterInvalid, RecordProblem

JSON_TYPES = ("application/json",)
LINE_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
_JSON_NAMES = {
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}
_BOM = b"\xef\xbb\xbf"
_raw_array = msgspec.json.Decoder(list[msgspec.Raw])
_raw_value = msgspec.json.Decoder(msgspec.Raw)


class Record(msgspec.Struct, frozen=True):
    """One record of a body as it came. `index` counts from 0, `line` from 1 (None: the body is not lines)."""

    index: int
    line: int | None
    data: bytes


Objects = tuple[list[tuple[Record, dict[str, Any]]], list[RecordProblem]]


async def read_objects(request: Request) -> Objects:
    """The records of the body that are JSON objects, and what is wrong with each of the others.

    Raises `MediaTypeUnsupported`, and `BodyInvalid` for JSON that is broken as a whole. A large body does not
    hold up other requests.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in JSON_TYPES + LINE_TYPES:
        given = repr(media_type) if media_type else "none"
        raise MediaTypeUnsupported(
            f"expected Content-Type application/json (one object or an array) or application/x-ndjson "
            f"(one object per line), got {given}"
        )
    if encoding := request.headers.get("content-encoding"):
        raise MediaTypeUnsupported(
            f"expected a body that is not compressed, got Content-Encoding {encoding!r}"
        )
    body = (await request.body()).removeprefix(_BOM)
    return await asyncio.to_thread(_objects, _records(body, lines=media_type in LINE_TYPES))


def _records(body: bytes, *, lines: bool) -> list[Record]:
    if not body.strip():
        raise BodyInvalid("expected at least one record, got an empty body")
    records = list(_lines(body)) if lines else _values(body)
    if not records:
        raise BodyInvalid("expected at least one record, got an empty array")
    return records


def _lines(body: bytes) -> Iterator[Record]:
    index = 0
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield Record(index, number, line)
            index += 1


def _values(body: bytes) -> list[Record]:
    try:
        if body.lstrip()[:1] == b"[":
            return [Record(index, None, bytes(raw)) for index, raw in enumerate(_raw_array.decode(body))]
        return [Record(0, None, bytes(_raw_value.decode(body)))]
    except RecursionError as error:
        raise BodyInvalid("expected JSON that is nested less deeply") from error
    except msgspec.DecodeError as error:
        hint = ""
        if b"\n" in body.strip() and "trailing characters" in str(error):
            hint = " (several objects, one per line, need Content-Type application/x-ndjson)"
        raise BodyInvalid(f"expected JSON: {error}{hint}") from error


def zone_from_query(name: str | None) -> ZoneInfo | None:
    """The `timezone` parameter. Raises `ParameterInvalid`."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ParameterInvalid(
            "timezone", f"expected a time zone such as Asia/Shanghai, got {name!r}"
        ) from error


def _objects(records: list[Record]) -> Objects:
    good: list[tuple[Record, dict[str, Any]]] = []
    bad: list[RecordProblem] = []
    for record in records:
        try:
            value = msgspec.json.decode(record.data)
        except (msgspec.DecodeError, RecursionError) as error:
            bad.append(RecordProblem(record.index, record.line, None, f"expected a JSON object: {error}"))
            continue
        if isinstance(value, dict):
            good.append((record, value))
        else:
            got = _JSON_NAMES[type(value)]
            bad.append(RecordProblem(record.index, record.line, None, f"expected a JSON object, got {got}"))
    return good, bad
