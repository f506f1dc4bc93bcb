"""Request bodies that are one value of a `msgspec` struct: the shape is the one of the lower layers."""

from typing import Any, TypeVar

import msgspec
from fastapi import Request

from api.errors import BodyInvalid, ParameterInvalid, RecordProblem
from api.rest.bodies import Objects, Record, read_objects

_Value = TypeVar("_Value")


async def read_value(request: Request, type_: type[_Value]) -> _Value:
    """The body as a value of this type. Raises `BodyInvalid`, `MediaTypeUnsupported`, `ParameterInvalid`."""
    records, rejected = await read_objects(request)
    if rejected or len(records) != 1:
        raise BodyInvalid(rejected[0].message if rejected else f"expected one object, got {len(records)}")
    return converted(records[0][1], type_)


def converted(document: dict[str, Any], type_: type[_Value]) -> _Value:
    """Raises `ParameterInvalid` naming the field."""
    try:
        return msgspec.convert(document, type_)
    except msgspec.ValidationError as error:
        expected, _, place = str(error).partition(" - at `$.")
        raise ParameterInvalid(place.rstrip("`") or "body", expected[:1].lower() + expected[1:]) from error


def problem_of(record: Record, error: ParameterInvalid) -> RecordProblem:
    """What is wrong with one of several records."""
    return RecordProblem(record.index, record.line, error.field, error.expected)


async def read_values(
    request: Request, type_: type[_Value]
) -> tuple[list[tuple[Record, _Value]], list[RecordProblem]]:
    """Every record of the body that is a value of this type, and what is wrong with each of the others."""
    objects: Objects = await read_objects(request)
    good: list[tuple[Record, _Value]] = []
    bad = list(objects[1])
    for record, document in objects[0]:
        try:
            good.append((record, converted(document, type_)))
        except ParameterInvalid as error:
            bad.append(problem_of(record, error))
    return good, bad
