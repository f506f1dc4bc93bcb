"""Answers made of the frozen values of the lower layers: encoded once, by msgspec, without a second model."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import Response, StreamingResponse

LINES = "application/x-ndjson"
_encoder = msgspec.json.Encoder()


class LineResponse(StreamingResponse):
    """One JSON object per line."""

    media_type = LINES


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(_encoder.encode(value), status, headers=headers, media_type="application/json")


def reply_lines(values: AsyncIterator[Any], filename: str) -> Response:
    """One JSON object per line, sent while it is read: memory stays flat however many there are."""

    async def encoded() -> AsyncIterator[bytes]:
        async for value in values:
            yield _encoder.encode(value) + b"\n"

    return LineResponse(encoded(), headers={"Content-Disposition": f'attachment; filename="{filename}"'})
