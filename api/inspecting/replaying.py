"""Draft rules, draft prompts or a draft profile over stored sessions, beside what is published. Nothing is kept."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from api.errors import ParameterInvalid
from api.inspecting import drafts, profile_documents
from api.inspecting.inspector import Found, Inspector, started
from api.inspecting.profile_documents import Documents
from api.judging.judges import close_judge, open_judge
from api.service import Service
from calibration.drafts import Standard
from calibration.replay import Replay, Replaying
from evaluators.errors import ProfileInvalid
from evaluators.judges.port import Judge
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
    """Raises `ParameterInvalid` for what cannot be replayed."""
    if not draft.rules and not draft.prompts and draft.profile is None:
        raise ParameterInvalid("rules", "expected rules, prompts or a profile to try")
    drafts.drafted(drafts.published(service), draft.rules, draft.prompts)
    await _documents(service, draft)


async def replay(service: Service, draft: DraftReplay, tell: Tell | None = None) -> Replay:
    """Which hits come and go, and what that does to agents' scores. `tell`: sessions done, of how many.

    Raises `ParameterInvalid`.
    """
    await check(service, draft)
    now = drafts.published(service)
    new = drafts.drafted(now, draft.rules, draft.prompts)
    documents = await _documents(service, draft)
    default = service.inspector.standards.default_profile
    revisions = await _revisions(service, draft)
    adding, done = Replaying(_compared(now, new, draft)), 0
    async with _judges(service, draft, new) as (judge, draft_judge):
        before = Inspector(now.catalogue, default, judge)
        after = Inspector(new.catalogue, default, draft_judge)
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
    try:
        standard = (
            await inspector.standards.in_force(service.database, stored.session, started(stored))
            if documents is None
            else await inspector.standards.of(stored.session, documents)
        )
    except ProfileInvalid as error:
        raise ParameterInvalid(
            f"profile.{error.field}" if error.field else "profile", error.reason
        ) from error
    return await inspector.inspect(stored.session, standard)


@asynccontextmanager
async def _judges(
    service: Service, draft: DraftReplay, new: Standard
) -> AsyncIterator[tuple[Judge | None, Judge | None]]:
    """For what is published, and for the draft. Only a draft of prompts needs a judge of its own."""
    judge = service.inspector.judge if draft.with_judge else None
    if judge is None or not draft.prompts:
        yield judge, judge
        return
    own = open_judge(judge.name, settings=service.settings, prompts=new.prompts, must_answer=False)
    try:
        yield judge, own
    finally:
        await close_judge(own)


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
