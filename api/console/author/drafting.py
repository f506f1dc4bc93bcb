"""The text of a rule and a draft of it: read, checked with line and field, and taken as if it were published."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import Form

from api.errors import ParameterInvalid
from api.inspecting import drafts
from api.routes.labels import known_rule
from api.service import Service
from calibration.drafts import Standard
from evaluators.catalogue.loading import find_problems
from prompts.prompt_file import SUFFIX

#: A draft as the form of the bench sends it.
Text = Annotated[str, Form(max_length=2 * drafts.LARGEST)]


class RuleText(NamedTuple):
    """A rule file as it is published. `by_prompt`: with a question for the judge below the rule itself."""

    rule_id: str
    file_name: str
    text: str
    by_prompt: bool


class Problem(NamedTuple):
    """What is wrong with a draft. `line` 0: all of it; `field` empty: no particular one."""

    line: int
    field: str
    reason: str


def text_of(service: Service, rule_id: str) -> RuleText:
    """The file that the rule comes from."""
    path = service.inspector.catalogue.sources[rule_id]
    return RuleText(rule_id, path.name, path.read_text(encoding="utf-8-sig"), path.name.endswith(SUFFIX))


def tidy(text: str) -> str:
    """As a browser sends it, with the line ends of a file."""
    return text.replace("\r\n", "\n").rstrip() + "\n"


def bounded(text: str) -> str:
    """Raises `ParameterInvalid` for what is no page of text."""
    if len(text) > drafts.LARGEST:
        raise ParameterInvalid("text", f"expected at most {drafts.LARGEST:,} characters, got {len(text):,}")
    return tidy(text)


def draft_given(service: Service, rule: str, text: str) -> tuple[RuleText, str, Standard | None]:
    """The published text, the draft, and what holds with it; None where the draft cannot be used."""
    found = text_of(service, known_rule(service, rule))
    text = bounded(text)
    return found, text, drafted(service, found, text)


def problems_of(rule: RuleText, text: str) -> list[Problem]:
    """Everything that is wrong with a draft, by line."""
    with _kept(rule, text) as folder:
        found = find_problems(folder)
    return sorted({Problem(each.line or 0, each.field or "", each.reason) for each in found})


def drafted(service: Service, rule: RuleText, text: str) -> Standard | None:
    """What is published with the draft in the place of the rule; None: it cannot be used, `problems_of` says why."""
    if problems_of(rule, text):
        return None
    try:
        return drafts.drafted(drafts.published(service), **texts_of(rule, text))
    except ParameterInvalid:
        return None


def texts_of(rule: RuleText, text: str) -> dict[str, Any]:
    """The draft as what works with drafts takes it."""
    return {"prompts": (text,)} if rule.by_prompt else {"rules": (text,)}


@contextmanager
def _kept(rule: RuleText, text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / rule.file_name).write_text(text, encoding="utf-8")
        yield folder
