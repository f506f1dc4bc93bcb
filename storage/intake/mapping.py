"""The mapping file: where the fields of a session are in somebody else's file (docs/session_formats.md)."""

import codecs
import re
import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from evaluators.catalogue.toml_places import line_of
from evaluators.types import ContentType, Sender
from storage.errors import IntakeError
from storage.intake.words import words

#: One name, or several of which the first that is there counts. None: not given; (): not in the file.
Names = str | tuple[str, ...] | None
_DEFAULTS = Path(__file__).with_name("default_mapping.toml")
_PLACE = re.compile(r"^(?P<expected>.*?)(?: - at `(?:key in )?(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")


class SessionFields(Struct, frozen=True, forbid_unknown_fields=True):
    """`messages`: the array of messages (JSON only). `rating`: 1-5 or a word of `[ratings]`."""

    session_id: Names = None
    messages: str | None = None
    platform: Names = None
    shop: Names = None
    group: Names = None
    customer_id: Names = None
    started_at: Names = None
    ended_at: Names = None
    observed_until: Names = None
    rating: Names = None
    rated_at: Names = None


class MessageFields(Struct, frozen=True, forbid_unknown_fields=True):
    """`agent_id`: the sub-account that serves, on every row. `recalled`: yes or no, without a time."""

    message_id: Names = None
    sent_at: Names = None
    sender: Names = None
    sender_id: Names = None
    agent_id: Names = None
    content_type: Names = None
    text: Names = None
    recalled_at: Names = None
    recalled: Names = None


class Constants(Struct, frozen=True, forbid_unknown_fields=True):
    """What is the same for the whole file and not written in it."""

    platform: str | None = None
    shop: str | None = None
    group: str | None = None


class Qianniu(Struct, frozen=True, forbid_unknown_fields=True):
    """Which nicks are the shop's, and after how long a silence a new session begins (None: never)."""

    shop_nicks: tuple[str, ...] = ()
    bot_nicks: tuple[str, ...] = ()
    new_session_after: Annotated[str, Meta(pattern=r"^\d+[smhd]$")] | None = None

    @property
    def silence(self) -> timedelta | None:
        if self.new_session_after is None:
            return None
        units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
        return timedelta(**{units[self.new_session_after[-1]]: int(self.new_session_after[:-1])})


class Mapping(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file as it is written. In the tables of words, `"*"` stands for any other word.

    `empty_text`: what a message without text and without a type is (None: an error).
    """

    records: Literal["sessions", "messages"] = "sessions"
    encoding: str | None = None
    timezone: str | None = None
    time_format: str | None = None
    sessions_ended: bool = False
    empty_text: ContentType | None = None
    session: SessionFields = SessionFields()
    message: MessageFields = MessageFields()
    senders: dict[str, Sender] = {}
    content_types: dict[str, ContentType] = {}
    ratings: dict[str, Literal[1, 2, 3, 4, 5]] = {}
    tags: dict[str, Names] = {}
    constants: Constants = Constants()
    qianniu: Qianniu = Qianniu()

    @property
    def names_fields(self) -> bool:
        """Whether it says where fields are, and not only what is the same for every file."""
        return self.session != SessionFields() or self.message != MessageFields()


def load_mapping(path: Path) -> Mapping:
    """Raises `IntakeError` that names the line and the key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        mapping = msgspec.convert(tomllib.loads(text), Mapping)
    except OSError as error:
        raise IntakeError(f"cannot be read: {error.strerror}", path=str(path)) from error
    except UnicodeDecodeError as error:
        raise IntakeError("not UTF-8", path=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise IntakeError(
            f"not valid TOML: {error}", path=str(path), line=int(line[1]) if line else None
        ) from error
    except msgspec.ValidationError as error:
        raise _translated(error, path, text) from error
    _check(mapping, path, text)
    return mapping


@cache
def default_mapping() -> Mapping:
    """The column names and words that are understood without a mapping."""
    return load_mapping(_DEFAULTS)


def with_usual_names(mapping: Mapping) -> Mapping:
    """The mapping for a table: a field that it does not name has its usual names."""
    usual = default_mapping()
    return msgspec.structs.replace(
        mapping,
        session=msgspec.structs.replace(usual.session, **_given(mapping.session)),
        message=msgspec.structs.replace(usual.message, **_given(mapping.message)),
    )


def with_usual_words(mapping: Mapping) -> Mapping:
    """The mapping with the usual sense of words it does not explain itself."""
    usual = default_mapping()
    return msgspec.structs.replace(
        mapping,
        senders=words(usual.senders) | words(mapping.senders),
        content_types=words(usual.content_types) | words(mapping.content_types),
        ratings=words(usual.ratings) | words(mapping.ratings),
    )


def _given(fields: Struct) -> dict[str, Names]:
    return {name: value for name, value in msgspec.structs.asdict(fields).items() if value is not None}


def _check(mapping: Mapping, path: Path, text: str) -> None:
    """What types cannot say."""
    try:
        key, expected = "timezone", "expected a time zone such as Asia/Shanghai"
        ZoneInfo(mapping.timezone or "UTC")
        key, expected = "encoding", "expected an encoding such as gb18030"
        codecs.lookup(mapping.encoding or "utf-8")
    except (ZoneInfoNotFoundError, ValueError, LookupError) as error:
        message = f"{expected}, got {getattr(mapping, key)!r}"
        raise IntakeError(message, path=str(path), line=line_of(text, key), field=key) from error


def _translated(error: msgspec.ValidationError, path: Path, text: str) -> IntakeError:
    match = _PLACE.match(str(error))
    assert match is not None, "the pattern matches any text"
    key, expected = (match["path"] or "").removeprefix("$").removeprefix("."), match["expected"]
    if unknown := _UNKNOWN.fullmatch(expected):
        key = f"{key}.{unknown[1]}".lstrip(".")
        expected = "no such key in a mapping"
    if key.endswith("[...]"):
        key = _wrong_word(tomllib.loads(text), key.removesuffix("[...]"))
    message = expected[:1].lower() + expected[1:]
    return IntakeError(message, path=str(path), line=line_of(text, key), field=key or None)


def _wrong_word(document: dict[str, Any], table: str) -> str:
    """msgspec does not say which entry of a table of words it refused."""
    for word, meaning in document[table].items():
        try:
            msgspec.convert({table: {word: meaning}}, Mapping)
        except msgspec.ValidationError:
            return f"{table}.{word}"
    return table
