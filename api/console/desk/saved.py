"""Filters a lead comes back to: names and queries in a cookie of the desk, so that the service keeps nothing."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode

from fastapi import Request
from starlette.responses import Response

from api.console.desk.filters import NAMES

COOKIE = "mingjian_desk_filters"
#: A browser keeps about 4,000 characters per cookie.
MOST, LONGEST_NAME = 12, 40
_A_YEAR = 365 * 24 * 3600


class SavedFilter(NamedTuple):
    """`query` is the part of an address after `/desk?`."""

    name: str
    query: str


def saved_of(request: Request) -> tuple[SavedFilter, ...]:
    """In the order they were saved. What is no list of ours is nothing."""
    try:
        found = json.loads(unquote(request.cookies.get(COOKIE, "[]")))
        pairs = [(str(name), tidy(str(query))) for name, query in found]
    except (ValueError, TypeError):
        return ()
    return tuple(SavedFilter(name, query) for name, query in pairs if name and query)[:MOST]


def with_one_more(saved: Sequence[SavedFilter], name: str, query: str) -> tuple[SavedFilter, ...]:
    """The same name is saved anew; the oldest goes when there are too many."""
    name, query = name.strip()[:LONGEST_NAME], tidy(query)
    others = [each for each in saved if each.name != name]
    return (*others, SavedFilter(name, query))[-MOST:] if name and query else tuple(saved)


def tidy(query: str) -> str:
    """Only filters, none of them empty."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in NAMES])


def keep(response: Response, saved: Sequence[SavedFilter]) -> Response:
    """Writes the cookie, for the desk only."""
    text = quote(json.dumps([list(each) for each in saved]))
    response.set_cookie(COOKIE, text, max_age=_A_YEAR, path="/desk", httponly=True, samesite="strict")
    return response
