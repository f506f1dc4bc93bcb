"""Pages of a list: the storage gives a cursor, the address carries it."""

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from fastapi import Request


class Paging(NamedTuple):
    """Addresses of the first and the next page of the same list; None: this is the first, or the last."""

    first: str | None
    next: str | None


def paging_of(request: Request, next_cursor: str | None) -> Paging:
    """For the page that a request asked for, with its filters."""
    given = parse_qsl(request.url.query)
    filters = [(name, value) for name, value in given if name != "cursor"]
    path = request.url.path
    return Paging(
        first=_address(path, filters) if len(filters) < len(given) else None,
        next=_address(path, [*filters, ("cursor", next_cursor)]) if next_cursor else None,
    )


def _address(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
