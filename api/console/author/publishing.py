"""From a draft to a version of a profile: what a profile can say of it, and what only the text itself can."""

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from api.console.author.drafting import RuleText
from api.errors import ParameterInvalid
from api.inspecting import profile_documents
from api.inspecting.profile_documents import Documents
from api.service import Service
from calibration.drafts import Standard
from evaluators.catalogue.loading import Catalogue
from evaluators.profiles import apply_profile
from prompts.front_matter import FENCE
from storage import profiles
from storage.errors import ProfileVersionNotFound
from storage.profiles import ProfileVersion

Table = dict[str, Any]
#: Keys of a rule that no profile may set.
_FIXED = frozenset({"id", "kind", "number"})


class Change(NamedTuple):
    """What a draft changes. `edit`: as a profile says it; `by_text`: names of what only the text itself can say."""

    edit: Table
    by_text: tuple[str, ...]

    @property
    def is_publishable(self) -> bool:
        """Whether a profile can say all of it, and there is something to say."""
        return bool(self.edit) and not self.by_text


def change_of(rule: RuleText, text: str) -> Change:
    """The draft, known to be in order, against the published text."""
    (before, wording), (after, new_wording) = _taken_apart(rule, rule.text), _taken_apart(rule, text)
    fixed = {*before, *after} if rule.is_signal else _FIXED | {"prompt"}
    by_text = [key for key in sorted(fixed) if before.pop(key, None) != after.pop(key, None)]
    if wording.strip() != new_wording.strip():
        by_text.append("wording")
    unset: list[str] = []
    edit = _difference(before, after, "", unset)
    if unset:
        edit["unset"] = unset
    return Change(edit, tuple(by_text))


def _taken_apart(rule: RuleText, text: str) -> tuple[Table, str]:
    """The document of the rule, and the words of its question."""
    if not rule.by_prompt:
        return tomllib.loads(text), ""
    front, _, body = text.split("\n", 1)[1].partition(f"\n{FENCE}")
    return tomllib.loads(front), body


def _difference(before: Table, after: Table, place: str, unset: list[str]) -> Table:
    """What laid over `before` gives `after`: tables merge, everything else is replaced, `unset` is taken away."""
    unset.extend(f"{place}{key}" for key in before if key not in after)
    found: Table = {}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            if inner := _difference(old, value, f"{place}{key}.", unset):
                found[key] = inner
        elif old != value:
            found[key] = value
    return found


def laid(document: Mapping[str, Any], rule_id: str, number: str | None, edit: Table) -> Table:
    """The document of a profile with the edit in it, over what it said of the rule before."""
    rules = dict(document.get("rules", {}))
    name = next((each for each in (rule_id, number) if each in rules), rule_id)
    said = dict(rules.get(name, {}))
    unset = [each for each in (*said.pop("unset", ()), *edit.get("unset", ()))]
    merged = _merged(said, {key: value for key, value in edit.items() if key != "unset"})
    rules[name] = merged | ({"unset": list(dict.fromkeys(unset))} if unset else {})
    return {**document, "rules": rules}


def _merged(base: Table, over: Table) -> Table:
    found = dict(base)
    for key, value in over.items():
        old = found.get(key)
        found[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return found


async def publish_in_profile(
    db: AsyncSession,
    service: Service,
    rule: RuleText,
    change: Change,
    draft: Standard,
    *,
    name: str,
    actor: str,
    reason: str,
) -> ProfileVersion:
    """A new version of the profile, in force from tomorrow. Does not commit.

    Raises `ParameterInvalid` for what a profile cannot say, `ProfileRejected`, `ProfileConflict`.
    """
    if not reason.strip():
        raise ParameterInvalid("reason", "expected one: it goes into the audit trail")
    if not change.is_publishable:
        raise ParameterInvalid(
            "text", "expected a change that a profile can say; the rest is published for all shops"
        )
    catalogue = service.inspector.editions.newest.standard.catalogue
    number = catalogue.find(rule.rule_id).number
    newest = await _newest(db, name)
    document = newest.document if newest else profile_documents.built_in_document(name)
    documents = await profile_documents.candidate(db, name, laid(document, rule.rule_id, number, change.edit))
    profile_documents.refuse_problems(catalogue, documents)
    _require_same(catalogue, documents, draft, rule.rule_id)
    assert isinstance(documents.source.content, dict), "a candidate is made of a document"
    return await profiles.put_profile(
        db, name, documents.source.content, author=actor, timezone=service.settings.zone_of(None), reason=reason,
        base_version=newest.version if newest else 0,
    )  # fmt: skip


def _require_same(catalogue: Catalogue, documents: Documents, draft: Standard, rule_id: str) -> None:
    """What comes into force is what was tried, but for what the profile says of other things."""
    wanted = draft.catalogue.find(rule_id)
    found = apply_profile(catalogue, documents.resolved()).find(rule_id)
    if found != wanted:
        raise ParameterInvalid(
            "profile",
            f"{documents.name} says more of this rule already: with the draft laid over it, it is another",
        )


async def _newest(db: AsyncSession, name: str) -> ProfileVersion | None:
    try:
        return await profiles.get_version(db, name)
    except ProfileVersionNotFound:
        return None
