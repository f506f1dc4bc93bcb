"""Sessions in batches: each under the standard of its own shop, in their order, memory for a few."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import msgspec

from api.inspecting.batch import MESSAGES_AT_ONCE, BatchInspector
from evaluators.catalogue.loading import load_catalogue
from evaluators.profiles import load_profile
from evaluators.sessions import convert_session
from evaluators.types import ChatSession
from tests.api.building import a_session

LAYERED = """
name = "layered"
title = "分店铺"
[[layer]]
shop = "shop-b"
rules.R52 = { longer_than = "1s" }
"""
encode_lines = msgspec.json.Encoder().encode_lines


def sessions(count: int) -> Iterator[ChatSession]:
    """Of two shops in turn."""
    shops = cycle(("shop-a", "shop-a", "shop-b"))
    for number, shop in zip(range(count), shops, strict=False):
        yield convert_session(a_session(f"s-{number}", shop=shop))


def layered(folder: Path) -> BatchInspector:
    (folder / "layered.toml").write_text(LAYERED, encoding="utf-8")
    return BatchInspector(load_catalogue(), load_profile(folder / "layered.toml"))


def test_each_session_by_its_own_standard(tmp_path: Path) -> None:
    inspector = layered(tmp_path)
    written = list(inspector.lines(sessions(300)))
    assert written == [encode_lines(inspector.inspect(session).outcomes) for session in sessions(300)]
    first, second = written[0], written[2].replace(b"s-2", b"s-0")
    assert first != second, "the two shops have different standards"


def test_no_more_is_read_than_a_batch(tmp_path: Path) -> None:
    read = 0

    def counted() -> Iterator[ChatSession]:
        nonlocal read
        for session in sessions(100_000):
            read += 1
            yield session

    lines = layered(tmp_path).lines(counted())
    assert len(list(islice(lines, 3))) == 3
    assert read <= MESSAGES_AT_ONCE


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    assert list(layered(tmp_path).lines([])) == []
