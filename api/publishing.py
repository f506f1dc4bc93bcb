"""The text of a rule or of a signal published: checked with everything that stands on it, in force from tomorrow."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import ParameterInvalid
from api.inspecting import drafts, profile_documents
from api.inspecting.editions import Edition, digest_of, file_of, is_prompt
from api.service import Service
from calibration.drafts import Standard
from evaluators.profiles import profile_names
from storage import labels, profiles, publications
from storage.publications import Publication

#: Of wording: labels given before still hold. Of meaning: they do not.
Meaning = Literal["wording", "meaning"]


async def publish(
    db: AsyncSession,
    service: Service,
    subject: str,
    text: str | None,
    *,
    base_version: int,
    change: Meaning | None,
    author: str,
    reason: str,
) -> Publication:
    """The next version of the text (None: its file again). `change`: what it does to the meaning of the rules that read
    differently; needed where any reads as it never did. Does not commit; `make_known` after that.

    Raises `ParameterInvalid` naming what stands in the way, `PublicationConflict`, `RuleChangeConflict`.
    """
    if not reason.strip():
        raise ParameterInvalid("reason", "expected one: it goes into the audit trail")
    editions = service.inspector.editions
    await editions.reload(db)
    before, newest = editions.newest, editions.newest_of(subject)
    if text == (newest.text if newest else None):
        raise ParameterInvalid("text", "expected a change: this is what is published")
    file = file_of(editions.files.standard, subject).read_text("utf-8-sig")
    after = with_text(service, subject, file if text is None else text)
    await _refuse_broken_profiles(db, before.standard, after.standard)
    changed = await _unheard_of(db, _changed(before.standard, after.standard, subject))
    if changed and change is None:
        told = ", ".join(changed)
        raise ParameterInvalid("change", f"expected wording or meaning: {told} will read differently")
    made = await publications.publish(
        db, subject, text, based_on=digest_of(file), base_version=base_version, author=author, reason=reason,
        timezone=service.settings.zone_of(None), in_place_of_unusable=subject in before.unusable,
    )  # fmt: skip
    for rule_id, (old, new) in changed.items():
        assert change is not None, "asked for above"
        await labels.record_change(
            db, rule_id, from_version=old, to_version=new, kind=change, author=author, reason=reason
        )
    return made


async def make_known(service: Service) -> None:
    """To this process at once, after what was published is committed; others look for it themselves."""
    async with service.database.reading() as db:
        await service.inspector.editions.reload(db)


def with_text(service: Service, subject: str, text: str) -> Edition:
    """What is published, with the text in the place of the one of `subject`. Raises `ParameterInvalid`."""
    editions = service.inspector.editions
    if (given := drafts.id_in(text)) != subject:
        raise ParameterInvalid("text.id", f"expected {subject!r}, got {given!r}")
    if is_prompt(editions.files.standard, subject):
        return editions.drafted(prompts=(text,))
    return editions.drafted(rules=(text,))


async def _refuse_broken_profiles(db: AsyncSession, before: Standard, after: Standard) -> None:
    """Profiles change rules: what they say has to be possible with the new text too."""
    for name in sorted({*profile_names(), *await profiles.names(db)}):
        newest = next(iter(await profiles.history(db, name)), None)
        document = newest.document if newest else profile_documents.built_in_document(name)
        documents = await profile_documents.candidate(db, name, document)
        known = {str(each) for each in profile_documents.problems_of(before.catalogue, documents)}
        for problem in profile_documents.problems_of(after.catalogue, documents):
            if str(problem) not in known:
                label = newest.label if newest else name
                raise ParameterInvalid(
                    "text", f"profile {label} would not fit any more: {problem.field}: {problem.reason}"
                )


async def _unheard_of(db: AsyncSession, changed: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Without those that read again as they did once: what became of their meaning is on record."""
    found = {}
    for rule_id, (old, new) in changed.items():
        known = await labels.changes(db, rule_id)
        if new not in {version for each in known for version in (each.from_version, each.to_version)}:
            found[rule_id] = old, new
    return found


def _changed(before: Standard, after: Standard, subject: str) -> dict[str, tuple[str, str]]:
    """Rules that read differently, and the signal itself: version before and after."""
    old, new = before.catalogue.rule_versions, after.catalogue.rule_versions
    found = {each: (old[each], new[each]) for each in after.changed_from(before)}
    if subject not in new and before.prompts[subject].version != after.prompts[subject].version:
        found[subject] = before.prompts[subject].version, after.prompts[subject].version
    return found
