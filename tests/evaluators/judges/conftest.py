"""A fake server per test, and judges that ask it."""

from collections.abc import Iterator

import pytest

from tests.fake_vllm.server import FakeVllm


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> Iterator[FakeVllm]:
    with FakeVllm() as running:
        yield running
