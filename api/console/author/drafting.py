"""The text of a rule and a draft of it: read, checked with line and field, and taken as if it were published."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from api.service import Service
from calibration.drafts import Standard
from evaluators.catalogue.loading import build_catalogue, find_problems, load_catalogue, prompts_for
from evaluators.errors import RuleInvalid
from prompts.errors import PromptInvalid
from prompts.prompt_file import SUFFIX

#: A rule file is a page of text.
LARGEST = 100_000


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


def problems_of(rule: RuleText, text: str) -> list[Problem]:
    """Everything that is wrong with a draft, by line."""
    with _kept(rule, text) as folder:
        found = find_problems(folder)
    return sorted({Problem(each.line or 0, each.field or "", each.reason) for each in found})


def published(service: Service) -> Standard:
    """What the service inspects by."""
    folder = service.settings.catalogue
    return Standard(service.inspector.catalogue, prompts_for(None if folder is None else [folder]))


def drafted(service: Service, rule: RuleText, text: str) -> Standard | None:
    """The same with the draft in the place of the rule; None: it cannot be used, `problems_of` says why."""
    now = published(service)
    with _kept(rule, text) as folder:
        try:
            drafts, own = load_catalogue([folder]), prompts_for([folder])
        except (RuleInvalid, PromptInvalid):
            return None
    # The prompts of the draft's folder are the shipped ones and its own: only that one is taken from there.
    prompts = now.prompts | ({rule.rule_id: own[rule.rule_id]} if rule.by_prompt else {})
    mine = {each.id: each for each in drafts.rules if each.id == rule.rule_id}
    rules = {each.id: each for each in now.catalogue.rules} | mine
    return Standard(build_catalogue(rules.values(), now.catalogue.sources, prompts), prompts)


@contextmanager
def _kept(rule: RuleText, text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / rule.file_name).write_text(text, encoding="utf-8")
        yield folder
