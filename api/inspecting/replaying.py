"""Draft rules, draft prompts or a draft profile over stored sessions, beside what is published. Nothing is kept."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.errors import ParameterInvalid
from api.inspecting import drafts, profile_documents
from api.inspecting.editions import FixedEdition
from api.inspecting.inspector import Found, Inspector, started
from api.inspecting.profile_documents import Documents
from api.service import Service
from calibration.drafts import Standard
from calibration.replay import Replay, Replaying
from evaluators.errors import ProfileInvalid
from storage import sessions
from storage.batches import batches
from storage.session_filters import Selection, SessionFilters
from storage.sessions import StoredSession

#: Sessions that are read at once.
_AT_ONCE = 50
#: Most that are replayed while somebody waits for the answer.
MOST_WHILE_WAITING = 500
Text = Annotated[str, Meta(min_length=1, max_length=drafts.LARGEST)]
Tell = Callable[[int, int], None]


class DraftReplay(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to try, on which sessions: the newest that meet the filters.

    `rules`: rule files (TOML), `prompts`: prompt files; both stand before those published under the same id.
    `profile`: a document that stands for the profile every session is judged by. `with_judge`: ask the judge too, the
    draft's side with the wording of the draft; without it, what needs one is `undetermined` on both sides.
    """

    rules: tuple[Text, ...] = ()
    prompts: tuple[Text, ...] = ()
    profile: dict[str, Any] | None = None
    with_judge: bool = False
    limit: Annotated[int, Meta(ge=1, le=20_000)] = 100


async def check(service: Service, draft: DraftReplay) -> None:
    """Raises `ParameterInvalid`, `PublicationUnusable` for what cannot be replayed."""
    if not draft.rules and not draft.prompts and draft.profile is None:
        raise ParameterInvalid("rules", "expected rules, prompts or a profile to try")
    service.inspector.editions.newest.refuse_unusable()
    service.inspector.editions.drafted(draft.rules, draft.prompts)
    await _documents(service, draft)


async def replay(service: Service, draft: DraftReplay, tell: Tell | None = None) -> Replay:
    """Which hits come and go, and what that does to agents' scores. `tell`: sessions done, of how many.

    Raises what `check` raises.
    """
    await check(service, draft)
    editions = service.inspector.editions
    now, new = editions.newest, editions.drafted(draft.rules, draft.prompts)
    documents = await _documents(service, draft)
    default = service.inspector.standards.default_profile
    revisions = await _revisions(service, draft)
    adding, done = Replaying(_compared(now.standard, new.standard, draft)), 0
    before, after = [
        Inspector(FixedEdition(side.standard, side.judge if draft.with_judge else None), default)
        for side in (now, new)
    ]
    for some in batches(revisions, _AT_ONCE):
        async with service.database.reading() as db:
            stored = await sessions.get_many(db, some)
        for each in map(stored.__getitem__, filter(stored.__contains__, some)):
            was = await _inspected(service, before, each, None)
            would = await _inspected(service, after, each, documents)
            adding.add(was.outcomes, would.outcomes, was.scorecard, would.scorecard)
            done += 1
            if tell is not None:
                tell(done, len(revisions))
    return _changed_only(adding.replay())


def _compared(now: Standard, new: Standard, draft: DraftReplay) -> list[str]:
    """A profile may change any rule; texts only those that read differently."""
    if draft.profile is None:
        return new.changed_from(now)
    return list(dict.fromkeys([*now.catalogue.rule_versions, *new.catalogue.rule_versions]))


async def _inspected(
    service: Service, inspector: Inspector, stored: StoredSession, documents: Documents | None
) -> Found:
    session, at, standards = stored.session, started(stored), inspector.standards
    try:
        if documents is None:
            standard = await standards.in_force(service.database, session, at)
        else:
            async with service.database.reading() as db:
                standard = await standards.of(db, session, documents, at)
    except ProfileInvalid as error:
        raise ParameterInvalid(
            f"profile.{error.field}" if error.field else "profile", error.reason
        ) from error
    return await inspector.inspect(session, standard)


def _changed_only(found: Replay) -> Replay:
    """Without rules that say what they said."""
    changed = {change.rule_id for change in found.changes}
    rules = tuple(each for each in found.rules if each.rule_id in changed)
    return msgspec.structs.replace(found, rules=rules)


async def _documents(service: Service, draft: DraftReplay) -> Documents | None:
    if draft.profile is None:
        return None
    name = draft.profile.get("name")
    async with service.database.reading() as db:
        return await profile_documents.candidate(
            db, name if isinstance(name, str) else "draft", draft.profile
        )


async def _revisions(service: Service, draft: DraftReplay) -> list[tuple[str, int]]:
    """The newest sessions that meet the filters, page by page."""
    given = {name: getattr(draft, name) for name in Selection.__struct_fields__}
    found: list[tuple[str, int]] = []
    cursor: str | None = None
    async with service.database.reading() as db:
        while len(found) < draft.limit:
            rest = min(draft.limit - len(found), MOST_WHILE_WAITING)
            page = await sessions.search(db, SessionFilters(**given), limit=rest, cursor=cursor)
            found += [(each.session_id, each.revision) for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
    return found
