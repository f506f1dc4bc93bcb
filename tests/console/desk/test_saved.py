"""Saved filters: names and queries in a cookie that says nothing else."""

import base64
import random
import zlib
from urllib.parse import quote

import pytest
from starlette.requests import Request
from starlette.responses import Response

from api.console.desk.saved import COOKIE, LONGEST, MOST, SavedFilter, keep, saved_of, tidy, with_one_more


def request(cookie: str | None) -> Request:
    headers = [] if cookie is None else [(b"cookie", f"{COOKIE}={cookie}".encode())]
    return Request(
        {"type": "http", "method": "GET", "path": "/desk", "query_string": b"", "headers": headers}
    )


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()


@pytest.mark.parametrize(
    "cookie",
    [None, "", "nonsense", "¼", *map(packed, ("{}", '["ab"]', "[1]", '[["a"]]', "null", "\\"))],
)
def test_what_is_no_list_of_ours_is_nothing(cookie: str | None) -> None:
    assert saved_of(request(cookie)) == ()


def test_what_was_kept_is_read_again() -> None:
    saved = (SavedFilter("红线；本周", "red_line=true&text=%E4%BD%A0+a"),)
    cookie = keep(Response(), saved).headers["set-cookie"]
    assert "Path=/desk" in cookie
    assert "HttpOnly" in cookie
    assert saved_of(request(cookie.partition(";")[0].partition("=")[2])) == saved


def test_only_filters_are_saved() -> None:
    assert tidy("cursor=x&limit=5&shop=a&evil=1&agent=") == "shop=a"
    assert with_one_more((), "  ", "shop=a") == ()
    assert with_one_more((), "all", "limit=5") == ()


def test_a_name_is_saved_once_and_the_oldest_goes() -> None:
    saved: tuple[SavedFilter, ...] = ()
    for number in range(MOST + 1):
        saved = with_one_more(saved, f"f{number}", f"shop={number}")
    assert [each.name for each in saved] == [f"f{number}" for number in range(1, MOST + 1)]
    again = with_one_more(saved, " f5 ", "shop=new")
    assert (again[-1], len(again)) == (SavedFilter("f5", "shop=new"), MOST)


def test_a_cookie_is_never_too_long_for_a_browser() -> None:
    chosen = random.Random(7)
    saved: tuple[SavedFilter, ...] = ()
    for number in range(MOST):
        words = "".join(chr(chosen.randrange(0x4E00, 0x9FA5)) for _ in range(120))
        saved = with_one_more(saved, f"常用的第 {number} 个", f"shop=团子生活超市&text={quote(words)}")
        assert saved[-1].name == f"常用的第 {number} 个"
        assert len(keep(Response(), saved).headers["set-cookie"]) <= 4096
    assert 1 < len(saved) < MOST
    endless = "".join(chr(chosen.randrange(0x4E00, 0x9FA5)) for _ in range(LONGEST))
    assert with_one_more(saved, "太长", f"text={quote(endless)}") == saved
