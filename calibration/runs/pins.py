"""All that a verdict depends on: with the same pins a run says the same, as far as the judge does."""

import hashlib
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from msgspec import Struct

import evaluators
import prompts


class JudgePins(Struct, frozen=True, kw_only=True):
    """Who answers: `model` and `server` as they name themselves, `parameters` as far as they change answers."""

    name: str
    model: str | None = None
    server: str | None = None
    parameters: dict[str, Any] = {}


class SetPins(Struct, frozen=True):
    """One split of a set, by content."""

    split: str
    version: str


class Pins(Struct, frozen=True, kw_only=True):
    """`rules`: version by id of the rules and acts that were judged. `code`: of what judges them."""

    code: str
    catalogue: str
    rules: dict[str, str]
    sets: dict[str, SetPins]
    judge: JudgePins | None
    votes: int = 1


@cache
def code_version() -> str:
    """The installed version, and a hash over the code that turns a session into an outcome."""
    digest = hashlib.sha256()
    for package in (evaluators, prompts):
        folder = Path(package.__path__[0])
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{installed_version('mingjian')}+{digest.hexdigest()[:12]}"
