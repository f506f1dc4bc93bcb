"""The two phrase lists that belong to no single rule: what merely closes, and what asks for a person."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, ValidationError, convert

from evaluators.errors import RuleInvalid
from evaluators.grammar.kinds import Phrase

FOLDER = Path(__file__).parents[1] / "lists"


class PhraseList(Struct, frozen=True, forbid_unknown_fields=True):
    """`version` is raised by hand whenever the phrases change: a list is never widened silently."""

    version: int
    phrases: tuple[Phrase, ...]


@cache
def load_phrases(name: Literal["closers", "asks_for_human"]) -> PhraseList:
    """The list of that name. Raises `RuleInvalid` if its file cannot be used."""
    path = FOLDER / f"{name}.toml"
    try:
        return convert(tomllib.loads(path.read_text(encoding="utf-8")), PhraseList)
    except (OSError, ValueError, ValidationError) as error:
        raise RuleInvalid(f"expected `version` and `phrases`: {error}", path=str(path)) from error


@cache
def lists_version() -> str:
    """A digest of both lists: part of the version of every rule that asks what closes or who replies."""
    content = repr((load_phrases("closers").phrases, load_phrases("asks_for_human").phrases))
    return hashlib.sha256(content.encode()).hexdigest()
