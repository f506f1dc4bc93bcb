"""The hash of everything a model reads when a question is asked: wording, parts, layout, labels, transcript.

What it never sees (score, alert, the explanation for people) may change without a new version.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from prompts.errors import PromptInvalid
from prompts.labels import (
    LABEL_MEANINGS,
    LABEL_WORDS,
    LABELS,
    MOST_EVIDENCE,
    QUOTE_LENGTH,
    REASON_LENGTH,
    WHO,
)
from prompts.transcript import SAMPLE, transcript

SHIPPED = Path(__file__).parent
#: The frames a wording is put into; shipped only, so that one rulebook has one frame.
LAYOUTS = ("inspector", "wording", "pointer", "choice", "single", "explain")
_INCLUDE = re.compile(r"{%[-+]?\s*include\s+[\"']([^\"']*)[\"']\s*[-+]?%}")
_PART_NAME = re.compile(r"shared/[a-z0-9_]+\.md\.j2")


class Part(NamedTuple):
    """A text that wordings include, by the name they include it under."""

    name: str
    path: Path
    text: str


def part_path(name: str, folder: Path) -> Path | None:
    """Where the part `shared/<name>.md.j2` is: in `folder`, else among the shipped ones; None: nowhere."""
    if not _PART_NAME.fullmatch(name):
        return None
    return next((path for path in (folder / name, SHIPPED / name) if path.is_file()), None)


def parts_of(path: Path, body: str, first_line: int, folder: Path) -> tuple[Part, ...]:
    """Every part that `body`, which starts on `first_line` of `path`, includes, by name.

    Raises `PromptInvalid` for a part that is not there. Parts include no parts: templates see to that.
    """
    parts: dict[str, Part] = {}
    for match in _INCLUDE.finditer(body):
        part = part_path(match[1], folder)
        if part is None:
            line = first_line + body.count("\n", 0, match.start())
            raise PromptInvalid(f"no part {match[1]!r}: it would be in shared/", path=str(path), line=line)
        parts[match[1]] = Part(match[1], part, part.read_text(encoding="utf-8"))
    return tuple(parts[name] for name in sorted(parts))


def version_of(body: str, values: Mapping[str, object], parts: Iterable[Part]) -> str:
    """`sha256:…` over the wording, the values put into it, its parts, and what frames every question."""
    texts = {each.name: each.text for each in parts}
    read = {"body": body, "values": dict(values), "parts": texts, "frame": frame_digest(SHIPPED)}
    text = json.dumps(read, ensure_ascii=False, sort_keys=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@cache
def frame_digest(folder: Path) -> str:
    """Over the layouts in `folder/shared`, labels and limits, and a sample of each way a message is written."""
    layouts = [(folder / "shared" / f"{name}.md.j2").read_text(encoding="utf-8") for name in LAYOUTS]
    limits = [MOST_EVIDENCE, QUOTE_LENGTH, REASON_LENGTH]
    frame = [layouts, LABELS, LABEL_WORDS, LABEL_MEANINGS, WHO, limits, transcript(SAMPLE)]
    return hashlib.sha256(json.dumps(frame, ensure_ascii=False).encode()).hexdigest()
