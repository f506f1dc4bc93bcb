"""Parameters that several operations share, and the refusal of those that an operation does not know."""

from difflib import get_close_matches
from typing import Annotated

from fastapi import Header, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import AwareDatetime

from api.errors import ParameterInvalid

Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before; absent: the first page")]
Limit = Annotated[int, Query(ge=1, le=500, description="at most this many")]
StartedFrom = Annotated[
    AwareDatetime | None, Query(description="started at or after this time, RFC 3339 with an offset")
]
StartedTo = Annotated[
    AwareDatetime | None, Query(description="started before this time, RFC 3339 with an offset")
]
TimeZone = Annotated[
    str | None,
    Query(description="of times without an offset; absent: the shop's", examples=["Asia/Shanghai"]),
]
JudgedAsOf = Annotated[
    AwareDatetime | None,
    Query(description="judge by the profile in force at this time; absent: when the session started"),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1, max_length=200,
        description="any text that is new for a new request; the same again, after a lost answer, changes nothing",
    ),
]  # fmt: skip
InForceAt = Annotated[AwareDatetime | None, Query(description="what is in force at this time; absent: now")]


async def refuse_unknown_parameters(request: Request) -> None:
    """A misspelt filter must not show everything instead. Raises `ParameterInvalid`."""
    route: APIRoute = request.scope["route"]
    known = _names(route.dependant)
    for name in request.query_params:
        if name not in known:
            near = get_close_matches(name, known, 1)
            expected = (
                f"did you mean {near[0]!r}" if near else f"expected {', '.join(sorted(known)) or 'none'}"
            )
            raise ParameterInvalid(name, f"this operation has no such parameter; {expected}")


def _names(dependant: Dependant) -> frozenset[str]:
    """Of the operation's own query parameters and of those its dependencies take."""
    own = frozenset(field.alias for field in dependant.query_params)
    return own.union(*(_names(each) for each in dependant.dependencies))
