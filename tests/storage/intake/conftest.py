from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from evaluators.types import ChatSession
from storage.intake import BadRecord, read_sessions

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Reader:
    """Writes what a user would have on disk, and reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, content: Any, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))
        return path

    def __call__(
        self, content: Any, name: str = "chats.json", mapping: str | None = None, **options: Any
    ) -> list[ChatSession | BadRecord]:
        path = self.write(content, name)
        if mapping is not None:
            options["mapping"] = self.write(mapping, "mapping.toml")
        options.setdefault("timezone", SHANGHAI)
        return list(read_sessions(path, **options))

    def one(self, content: Any, name: str = "chats.json", **options: Any) -> ChatSession:
        [session] = self(content, name, **options)
        assert isinstance(session, ChatSession), str(session)
        return session

    def bad(self, content: Any, name: str = "chats.json", **options: Any) -> tuple[Any, Any, str]:
        """Line, field and message of the one record, which is bad."""
        [record] = self(content, name, **options)
        assert isinstance(record, BadRecord), record
        assert record.path == str(self.folder / name)
        return record.line, record.field, record.message


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Any]:
    return Reader(tmp_path)
