"""The head of a prompt file: a TOML table between two `+++` lines, before the Jinja blocks."""

import re
import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from prompts.errors import PromptInvalid

FENCE = "+++"
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


class Split(Struct, frozen=True):
    """A prompt file taken apart. `body_line`: the line of the file (from 1) on which `body` starts."""

    front: dict[str, Any]
    front_text: str
    body: str
    body_line: int


def split_file(path: Path) -> Split:
    """Front matter and body of the prompt file at `path`; `PromptInvalid` names file and line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PromptInvalid("is not UTF-8 text", path=str(path), line=line) from error
    except OSError as error:
        raise PromptInvalid(f"cannot be read: {error.strerror}", path=str(path)) from error
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise PromptInvalid(f"must start with a {FENCE} line (the front matter)", path=str(path), line=1)
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == FENCE), None)
    if end is None:
        raise PromptInvalid(f"the front matter is not closed by a {FENCE} line", path=str(path), line=1)
    front_text = "\n".join(lines[1:end])
    return Split(_parse(front_text, path), front_text, "\n".join(lines[end + 1 :]), end + 2)


def _parse(front_text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(front_text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        # Counted from the line after the fence. At the end of the text there is no place: the last line.
        line = int(place[1]) + 1 if place else front_text.count("\n") + 2
        reason = _TOML_PLACE.sub("", str(error))
        raise PromptInvalid(f"the front matter is not TOML: {reason}", path=str(path), line=line) from error


def line_of_field(front_text: str, field: str) -> int:
    """The line of the file on which `field` (dotted, `[0]` for elements) is set; of a missing one, the fence.

    Looks for the last key of the path inside its table, else for the table, else for the first key.
    """
    keys = [key for key in re.sub(r"\[[^\]]*\]", "", field).split(".") if key]
    table, found, depth = "", 1, 0
    for number, line in enumerate(front_text.split("\n"), start=2):
        header = re.match(r"\s*\[\[?([^\]]+)\]", line)
        if header:
            table = header[1].strip()
        key = re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line)
        written = ".".join(part for part in (table, key[1] if key else "") if part)
        common = _common_length(written.split("."), keys) if header or key else 0
        if common > depth:
            found, depth = number, common
    return found


def _common_length(written: list[str], wanted: list[str]) -> int:
    """How many keys the two paths share from the start, if one contains the other; else 0."""
    shorter = min(len(written), len(wanted))
    return shorter if written[:shorter] == wanted[:shorter] else 0
