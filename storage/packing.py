"""Long text in few bytes: chats and outcomes repeat themselves, packed they take a fifth or less."""

import zlib

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

#: Fast; higher levels save little more on text this short.
_LEVEL = 1


class PackedText(TypeDecorator[str]):
    """A column of text, kept as zlib bytes: `zlib.decompress` in any language reads it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(value.encode(), _LEVEL)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else zlib.decompress(value).decode()
