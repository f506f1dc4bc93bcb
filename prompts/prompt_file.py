"""One prompt file: its front matter checked, where its wording starts, and the hash of all a model reads."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from prompts.errors import PromptInvalid
from prompts.front_matter import Split, line_of_field, split_file
from prompts.version import Part, parts_of, version_of

SUFFIX = ".md.j2"
By = Literal["customer", "service", "human", "bot", "shop"]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The table `[prompt]`: what concerns the question, not the rule.

    `looks_at`: whose messages have to be read to decide. `context`: how many messages before the one in
    question may be needed to understand it. `phrases`: typical wordings, never a closed list; cues for a
    judge that reads phrases, and in the template the variable `phrases`.
    """

    looks_at: Literal["customer", "service", "both"]
    context: Annotated[int, Meta(ge=0)] = 2
    phrases: tuple[str, ...] = ()


class Prompt(Struct, frozen=True, kw_only=True):
    """One question a judge can be asked about a session.

    `front`: the front matter as written; of a rule it is the rule document plus the table `prompt`.
    `asks`: the id under which the question is asked. A rule whose file has no blocks borrows the wording of
    the act it names: then `asks` is that act, and everything from `title` on is that of its prompt.
    `by`: whose message the act is. `wording`: the file in which `body` starts on `line`; `parts`: what it
    includes. `version`: "sha256:…" over everything a model reads.
    """

    id: str
    kind: Literal["rule", "signal"]
    path: Path
    front: dict[str, Any]
    asks: str
    title: str
    by: By
    settings: Settings
    wording: Path
    body: str
    line: int
    parts: tuple[Part, ...]
    version: str


#: Stands in a rule without blocks until it has the settings of the prompt whose wording it borrows.
_BORROWED = Settings(looks_at="both")


class _Signal(Struct, frozen=True, forbid_unknown_fields=True):
    """The front matter of a signal: an act that rules refer to and that is no judged rule itself."""

    id: str
    title: str
    title_en: str
    by: By
    prompt: Settings
    why: str
    known_gaps: tuple[str, ...] = ()


class _Rule(Struct, frozen=True):
    """What a prompt needs of a rule document; the rest is the catalogue's to check."""

    id: str
    kind: str
    title: str
    prompt: Settings | None = None


def read_prompt(path: Path, folder: Path) -> Prompt:
    """The prompt in the file `path` of `folder`. `PromptInvalid` names file, line and field."""
    split = split_file(path)
    kind: Literal["rule", "signal"] = "rule" if "kind" in split.front else "signal"
    head = _head(split, path, kind)
    stem = path.name.removesuffix(SUFFIX)
    if head.id != stem:
        raise _wrong(split, path, "id", f"must be the file's name, {stem!r}")
    by, asks = (head.by, head.id) if isinstance(head, _Signal) else _asked(split, path, head.id)
    settings = head.prompt or _BORROWED
    if split.body.strip() and head.prompt is None:
        raise _wrong(split, path, "prompt", "a file with blocks says what they look at")
    values = {"id": asks, "title": head.title, "by": by, **msgspec.to_builtins(settings)}
    parts = parts_of(path, split.body, split.body_line, folder)
    return Prompt(
        id=head.id, kind=kind, path=path, front=split.front, asks=asks, title=head.title, by=by,
        settings=settings, wording=path, body=split.body, line=split.body_line, parts=parts,
        version=version_of(split.body, values, parts),
    )  # fmt: skip


def _head(split: Split, path: Path, kind: Literal["rule", "signal"]) -> _Rule | _Signal:
    if kind == "signal" and path.parent.name == "rules":
        raise _wrong(split, path, "kind", 'a rule says its kind, such as "existence"')
    try:
        if kind == "rule":
            return msgspec.convert(split.front, _Rule)
        return msgspec.convert(split.front, _Signal)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        named = re.search(r"field `(\w+)`", reason)
        field = ".".join(part for part in (place.strip("`."), named[1] if named else "") if part)
        raise _wrong(split, path, field, reason) from error


def _asked(split: Split, path: Path, rule_id: str) -> tuple[By, str]:
    """Who does what the question is about, and under which id it is asked."""
    acts = list(_acts(split.front))
    if split.body.strip():
        wanted = [act for act in acts if act["act"] == rule_id]
    else:
        wanted = [act for act in acts if act["act"] != rule_id][:1]
    if not wanted:
        message = (
            f"no behaviour of the rule asks this question: one needs act = {rule_id!r}"
            if split.body.strip()
            else "the file has no blocks, and no behaviour of the rule names another prompt's act"
        )
        raise _wrong(split, path, "behaviour.act", message)
    try:
        return msgspec.convert(wanted[0].get("by"), By), wanted[0]["act"]
    except msgspec.ValidationError as error:
        message = f"must be one of {', '.join(get_args(By))}"
        raise _wrong(split, path, "behaviour.by", message) from error


def _acts(value: object) -> Iterator[dict[str, Any]]:
    """Every behaviour inside `value` that names an act."""
    if isinstance(value, dict):
        if isinstance(value.get("act"), str):
            yield value
        for inner in value.values():
            yield from _acts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _acts(inner)


def _wrong(split: Split, path: Path, field: str, message: str) -> PromptInvalid:
    line = line_of_field(split.front_text, field)
    return PromptInvalid(message, path=str(path), line=line, field=field or None)
