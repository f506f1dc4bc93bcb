"""The eval sets a service knows: by name alone, and with what publications have made of their labels."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec.structs import replace

from api.service import Service
from calibration.drafts import Standard
from calibration.errors import EvalSetNotFound
from calibration.eval_sets import EvalSet, Split, load_eval_set, set_names
from calibration.eval_sets.meaning import Change, Kind
from storage import labels
from storage.labels import RuleChange


class Published(NamedTuple):
    """A text of a rule or signal. `file`: version of its file, which the labels of a set are for where the set declares
    none; `alike`: versions that mean the same as this one; `last`: how it became this one.
    """

    version: str
    file: str
    alike: frozenset[str]
    last: RuleChange


#: By the id of the rule or signal.
Meanings = Mapping[str, Published]


async def published_meanings(service: Service, standard: Standard | None = None) -> Meanings:
    """Of all rules and signals whose text in that standard (None: the newest) is not that of the file."""
    editions = service.inspector.editions
    standard, files = standard or editions.newest.standard, editions.files.standard
    async with service.database.reading() as db:
        known = await labels.changes_by_rule(db)
    found = {}
    for subject, changes in known.items():
        version, file = _version_of(subject, standard), _version_of(subject, files)
        last = next((each for each in changes if each.to_version == version), None)
        if version and file and last and version != file:
            found[subject] = Published(version, file, frozenset(labels.alike(changes, version)), last)
    return found


def known_set(name: str) -> str:
    """A set by its name alone: a request does not read folders of the machine. Raises `EvalSetNotFound`."""
    if name not in set_names():
        raise EvalSetNotFound(f"no eval set {name!r}; there are: {', '.join(set_names())}")
    return name


def load_set(name: str, split: Split, meanings: Meanings) -> EvalSet:
    """With what publications changed: the file knows only what is declared in it. Raises `EvalSetNotFound`."""
    one = load_eval_set(known_set(name), split)
    declared = {each.rule_id: each.version for each in one.changes}
    more: list[Change] = []
    for subject in one.rules():
        if subject in meanings:
            more += _changes(subject, meanings[subject], declared.get(subject))
    return replace(one, changes=(*one.changes, *more))


def _changes(subject: str, published: Published, declared: str | None) -> list[Change]:
    """What is to be added to what the set declares, whose first entry says what was labelled."""
    before, last = declared or published.file, published.last
    kind: Kind = "wording" if before in published.alike else "different"
    made = Change(
        rule_id=subject, version=published.version, kind=kind, reason=last.reason, changed_at=last.at
    )
    if declared == published.version:
        return []
    return [made] if declared else [replace(made, version=published.file, kind="wording"), made]


def _version_of(subject: str, standard: Standard) -> str | None:
    if subject in standard.catalogue.rule_versions:
        return standard.catalogue.rule_versions[subject]
    return standard.prompts[subject].version if subject in standard.prompts else None
