"""Draft rules or a draft profile over stored sessions, beside what is published. Nothing is kept."""

import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.errors import ParameterInvalid
from api.inspecting import profile_documents
from api.inspecting.inspector import Inspector, started
from api.inspecting.profile_documents import Documents
from api.service import Service
from calibration.replay import Replay, Replaying
from evaluators.catalogue.loading import Catalogue, build_catalogue, load_catalogue
from evaluators.errors import ProfileInvalid, RuleInvalid
from prompts.errors import PromptInvalid
from storage import sessions
from storage.session_filters import Selection, SessionFilters
from storage.sessions import StoredSession

#: A rule file is a page of text.
_LARGEST = 100_000
_RULE_ID = re.compile(r"[a-z][a-z0-9_]*")


class DraftReplay(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to try, on which sessions: the newest that meet the filters.

    `rules`: rule files (TOML) that stand before the published rules of the same id. `profile`: a document that
    stands for the profile every session is judged by. `with_judge`: ask the judge too; without it, what needs one
    is `undetermined` on both sides.
    """

    rules: tuple[Annotated[str, Meta(min_length=1, max_length=_LARGEST)], ...] = ()
    profile: dict[str, Any] | None = None
    with_judge: bool = False
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


async def replay(service: Service, draft: DraftReplay) -> Replay:
    """Which hits come and go, and what that does to agents' scores. Raises `ParameterInvalid`."""
    if not draft.rules and draft.profile is None:
        raise ParameterInvalid("rules", "expected rules or a profile to try")
    published = service.inspector
    judge = published.judge if draft.with_judge else None
    default = published.standards.default_profile
    before = Inspector(published.catalogue, default, judge)
    after = Inspector(_drafted(published.catalogue, draft.rules), default, judge)
    documents = await _documents(service, draft)
    stored = await _stored(service, draft)
    rules = dict.fromkeys([*before.catalogue.rule_versions, *after.catalogue.rule_versions])
    adding = Replaying(rules)
    for each in stored:
        at = started(each)
        old = await before.standards.in_force(service.database, each.session, at)
        try:
            new = (
                await after.standards.in_force(service.database, each.session, at)
                if documents is None
                else await after.standards.of(each.session, documents)
            )
        except ProfileInvalid as error:
            raise ParameterInvalid(
                f"profile.{error.field}" if error.field else "profile", error.reason
            ) from error
        was, would = await before.inspect(each.session, old), await after.inspect(each.session, new)
        adding.add(was.outcomes, would.outcomes, was.scorecard, would.scorecard)
    return _changed_only(adding.replay())


def _changed_only(found: Replay) -> Replay:
    """Without rules that say what they said."""
    changed = {change.rule_id for change in found.changes}
    rules = tuple(each for each in found.rules if each.rule_id in changed)
    return msgspec.structs.replace(found, rules=rules)


def _drafted(published: Catalogue, texts: Sequence[str]) -> Catalogue:
    rules = {rule.id: rule for rule in published.rules}
    for place, text in enumerate(texts):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{_name(text)}.toml"
            path.write_text(text, encoding="utf-8")
            try:
                drafts = load_catalogue([path.parent])
            except (RuleInvalid, PromptInvalid) as error:
                where = f" (line {error.line})" if error.line else ""
                field = f"rules[{place}]" + (f".{error.field}" if error.field else "")
                raise ParameterInvalid(field, f"{error.reason}{where}") from error
        rules |= {rule.id: rule for rule in drafts.rules}
    return build_catalogue(rules.values(), published.sources)


def _name(text: str) -> str:
    """A rule's file is named after it; what is no rule gets a name that is told what is wrong with it."""
    try:
        found = tomllib.loads(text).get("id")
    except tomllib.TOMLDecodeError:
        return "draft"
    return found if isinstance(found, str) and _RULE_ID.fullmatch(found) else "draft"


async def _documents(service: Service, draft: DraftReplay) -> Documents | None:
    if draft.profile is None:
        return None
    name = draft.profile.get("name")
    async with service.database.reading() as db:
        return await profile_documents.candidate(
            db, name if isinstance(name, str) else "draft", draft.profile
        )


async def _stored(service: Service, draft: DraftReplay) -> list[StoredSession]:
    given = {name: getattr(draft, name) for name in Selection.__struct_fields__}
    async with service.database.reading() as db:
        page = await sessions.search(db, SessionFilters(**given), limit=draft.limit)
        revisions = [(each.session_id, each.revision) for each in page.items]
        found = await sessions.get_many(db, revisions)
    return [found[key] for key in revisions]
