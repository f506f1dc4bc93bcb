"""Parameters that several operations share."""

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

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
InForceAt = Annotated[AwareDatetime | None, Query(description="what is in force at this time; absent: now")]
