"""Filters a lead comes back to: names and queries in a cookie of the desk, so that the service keeps nothing."""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.responses import Response

from api.console.desk.filters import NAMES

COOKIE = "mingjian_desk_filters"
#: A browser keeps 4,096 characters per cookie, its attributes included, and drops a longer one without a word.
MOST, LONGEST_NAME, LONGEST = 12, 40, 3900
_A_YEAR = 365 * 24 * 3600


class SavedFilter(NamedTuple):
    """`query` is the part of an address after `/desk?`."""

    name: str
    query: str


def saved_of(request: Request) -> tuple[SavedFilter, ...]:
    """In the order they were saved. What is no list of ours is nothing."""
    try:
        found = json.loads(zlib.decompress(base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))))
        pairs = [(str(name), tidy(str(query))) for name, query in found]
    except (ValueError, TypeError, zlib.error):
        return ()
    return tuple(SavedFilter(name, query) for name, query in pairs if name and query)[:MOST]


def with_one_more(saved: Sequence[SavedFilter], name: str, query: str) -> tuple[SavedFilter, ...]:
    """The same name is saved anew; the oldest go when there are too many. One that is too long by itself is not saved."""
    name, query = name.strip()[:LONGEST_NAME], tidy(query)
    others = [each for each in saved if each.name != name]
    new = SavedFilter(name, query)
    if not (name and query) or len(_packed([new])) > LONGEST:
        return tuple(saved)
    kept = (*others, new)[-MOST:]
    while len(_packed(kept)) > LONGEST:
        kept = kept[1:]
    return kept


def tidy(query: str) -> str:
    """Only filters, none of them empty."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name in NAMES])


def keep(response: Response, saved: Sequence[SavedFilter]) -> Response:
    """Writes the cookie, for the desk only."""
    response.set_cookie(
        COOKIE, _packed(saved), max_age=_A_YEAR, path="/desk", httponly=True, samesite="strict"
    )
    return response


def _packed(saved: Sequence[SavedFilter]) -> str:
    text = json.dumps([list(each) for each in saved], ensure_ascii=False)
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode()
