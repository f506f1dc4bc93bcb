"""The text of a rule or a signal and a draft of it: read, checked with line and field, and taken as if published."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import Form

from api import publishing
from api.errors import ParameterInvalid
from api.inspecting import drafts
from api.inspecting.editions import Edition, digest_of, file_of, is_prompt
from api.routes.texts import known_subject
from api.service import Service
from evaluators.catalogue.loading import Named, find_problems
from storage.publications import Publication

#: A draft as the form of the bench sends it.
Text = Annotated[str, Form(max_length=2 * drafts.LARGEST)]


class RuleText(NamedTuple):
    """What is published, be it in force yet or not. `by_prompt`: with a question for the judge. `newest`: None where
    nothing was published; `file`: as it is in the catalogue.
    """

    rule_id: str
    file_name: str
    text: str
    by_prompt: bool
    is_signal: bool = False
    newest: Publication | None = None
    file: str = ""

    @property
    def version(self) -> int:
        """0: nothing was published."""
        return self.newest.version if self.newest else 0

    @property
    def file_is_newer(self) -> bool:
        """Whether the file was changed after a text was published in its place."""
        newest = self.newest
        return newest is not None and newest.text is not None and newest.based_on != digest_of(self.file)


class Problem(NamedTuple):
    """What is wrong with a draft. `line` 0: all of it; `field` empty: no particular one."""

    line: int
    field: str
    reason: str


def text_of(service: Service, name: str) -> RuleText:
    """By id or R-number. Raises `RuleNotFound`."""
    subject = known_subject(service, name)
    editions = service.inspector.editions
    standard, newest = editions.files.standard, editions.newest_of(subject)
    path = file_of(standard, subject)
    file = path.read_text(encoding="utf-8-sig")
    text = newest.text if newest and newest.text is not None else file
    signal = subject not in standard.catalogue.rule_versions
    return RuleText(subject, path.name, text, is_prompt(standard, subject), signal, newest, file)


def tidy(text: str) -> str:
    """As a browser sends it, with the line ends of a file."""
    return text.replace("\r\n", "\n").rstrip() + "\n"


def bounded(text: str) -> str:
    """Raises `ParameterInvalid` for what is no page of text."""
    if len(text) > drafts.LARGEST:
        raise ParameterInvalid("text", f"expected at most {drafts.LARGEST:,} characters, got {len(text):,}")
    return tidy(text)


def draft_given(service: Service, rule: str, text: str) -> tuple[RuleText, str, Edition | None]:
    """The published text, the draft, and what holds with it; None where the draft cannot be used."""
    found = text_of(service, rule)
    text = bounded(text)
    return found, text, drafted(service, found, text)


def checked(service: Service, rule: RuleText, text: str) -> list[Problem]:
    """Everything that is wrong with a draft here, by line."""
    return problems_of(
        rule, text, service.inspector.editions.newest.standard.prompts, service.settings.catalogue
    )


def problems_of(rule: RuleText, text: str, known: Named = None, parts: Path | None = None) -> list[Problem]:
    """Everything that is wrong with a draft, by line. `known`: prompts it can name; `parts`: the catalogue's folder."""
    with drafts.folder_of({rule.file_name: text}, parts) as folder:
        found = find_problems(folder, known=known)
    return sorted({Problem(each.line or 0, each.field or "", each.reason) for each in found})


def drafted(service: Service, rule: RuleText, text: str) -> Edition | None:
    """What is published with the draft in the place of the rule; None: it cannot be used, `checked` says why."""
    if checked(service, rule, text):
        return None
    try:
        return publishing.with_text(service, rule.rule_id, text)
    except ParameterInvalid:
        return None


def texts_of(rule: RuleText, text: str) -> dict[str, Any]:
    """The draft as what works with drafts takes it."""
    return {"prompts": (text,)} if rule.by_prompt else {"rules": (text,)}
