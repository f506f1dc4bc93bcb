"""Profiles as they are shown: the list, one in words with its history, and one being written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

import msgspec
import tomli_w

from api.console.language import Translator
from api.console.rule_problems import problem_words
from api.console.settings.profiles.differences import Difference, differences
from api.console.words import moment
from api.inspecting.profile_documents import Documents
from evaluators.errors import ProfileInvalid
from evaluators.grammar.kinds import Rule
from evaluators.profiles import Profile, built_in, profile_names, resolve_profile
from storage.profiles import ProfileVersion


class ProfileRow(NamedTuple):
    """A profile of the list. `version` 0: only the built-in one is there."""

    name: str
    title: str
    why: str
    built_in: bool
    version: int
    since: str
    pending: bool


class VersionCard(NamedTuple):
    """A version with what it changed against the one before it. `in_force`: sessions that start now are judged by it."""

    label: str
    since: str
    created: str
    author: str
    reason: str
    hot_fix: bool
    pending: bool
    in_force: bool
    changed: list[Difference]


class Problem(NamedTuple):
    """Something that is wrong with what is written. `line` 0: it stands on no one line."""

    line: int
    field: str
    message: str


def profile_row(
    name: str, newest: ProfileVersion | None, zone: tzinfo, now: datetime, t: Translator
) -> ProfileRow:
    """`newest`: its newest version, which may be pending."""
    document = newest.document if newest else plain_document(resolve_profile(built_in(name)))
    return ProfileRow(
        name=name,
        title=t.pick(str(document.get("title", "")), str(document.get("title_en", ""))),
        why=t.pick(str(document.get("why", "")), str(document.get("why_en", ""))),
        built_in=name in profile_names(),
        version=newest.version if newest else 0,
        since=moment(newest.effective_from, zone) if newest else "",
        pending=newest is not None and newest.effective_from > now,
    )


def version_cards(
    name: str,
    history: Sequence[ProfileVersion],
    rules: Mapping[str, Rule],
    zone: tzinfo,
    now: datetime,
    t: Translator,
) -> list[VersionCard]:
    """Newest first. The first version stands beside the built-in profile of that name, if there is one."""
    first = plain_document(resolve_profile(built_in(name))) if name in profile_names() else {}
    before = [*(each.document for each in history[1:]), first]
    held = next((each.version for each in history if each.effective_from <= now), None)
    return [
        VersionCard(
            label=each.label,
            since=moment(each.effective_from, zone),
            created=moment(each.created_at, zone),
            author=each.author,
            reason=each.reason,
            hot_fix=each.hot_fix,
            pending=each.effective_from > now,
            in_force=each.version == held,
            changed=differences(older, each.document, rules, t),
        )
        for each, older in zip(history, before, strict=False)
    ]  # fmt: skip


def plain_document(profile: Profile) -> dict[str, Any]:
    """As it is kept: without what it does not say."""
    document: dict[str, Any] = msgspec.to_builtins(profile.document)
    return document


def toml_of(name: str, newest: ProfileVersion | None) -> str:
    """What an author starts from: the newest version, else the built-in profile as written, else an empty one."""
    if newest is not None:
        return tomli_w.dumps(newest.document, multiline_strings=True)
    if name in profile_names():
        return str(built_in(name).content)
    return tomli_w.dumps({"name": name, "title": "", "why": "", "base": "default"})


def problem_of(error: ProfileInvalid, t: Translator) -> Problem:
    """For the author."""
    return Problem(error.line or 0, error.field or "", problem_words(error.reason, t))


def changed_by(
    documents: Documents, newest: ProfileVersion | None, rules: Mapping[str, Rule], t: Translator
) -> list[Difference]:
    """What publishing would change."""
    name = documents.name
    if newest is not None:
        before = newest.document
    else:
        before = plain_document(resolve_profile(built_in(name))) if name in profile_names() else {}
    return differences(before, plain_document(documents.resolved()), rules, t)
