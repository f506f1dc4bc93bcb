"""Studies begun, once what is asked for has been looked at: what cannot be done is refused at once."""

from api.inspecting import replaying
from api.inspecting.replaying import DraftReplay
from api.service import Service
from api.studies import evaluation, suggestion
from api.studies.evaluation import Evaluation
from api.studies.suggestion import WordingRequest
from storage import studies
from storage.studies import Study


async def start_evaluation(
    service: Service, asked: Evaluation, *, actor: str, subject: str | None = None
) -> Study:
    """`subject`: the rule it is about; default the only one of `rules`. Raises what `evaluation.check` raises."""
    await evaluation.check(service, asked)
    about = subject or (asked.rules[0] if len(asked.rules) == 1 else "")
    async with service.database.transaction() as db:
        made = await studies.start(db, service.jobs, "evaluation", asked, subject=about, actor=actor)
    service.worker.wake()
    return made


async def start_replay(
    service: Service, asked: DraftReplay, *, actor: str, subject: str | None = None
) -> Study:
    """`subject`: default the only rule that reads differently. Raises what `replaying.check` raises."""
    await replaying.check(service, asked)
    editions = service.inspector.editions
    changed = editions.drafted(asked.rules, asked.prompts).standard.changed_from(editions.newest.standard)
    about = subject or (changed[0] if len(changed) == 1 else "")
    async with service.database.transaction() as db:
        made = await studies.start(db, service.jobs, "replay", asked, subject=about, actor=actor)
    service.worker.wake()
    return made


async def start_suggestion(
    service: Service, asked: WordingRequest, *, actor: str, subject: str | None = None
) -> Study:
    """`subject`: default the rule or act to reword. Raises what `suggestion.check` raises."""
    rule_id = await suggestion.check(service, asked)
    async with service.database.transaction() as db:
        made = await studies.start(
            db, service.jobs, "suggestion", asked, subject=subject or rule_id, actor=actor
        )
    service.worker.wake()
    return made


async def cancel(service: Service, study_id: str, *, actor: str) -> Study:
    """Raises `StudyNotFound`, `StudyConflict`."""
    async with service.database.transaction() as db:
        return await studies.cancel(db, service.jobs, study_id, actor=actor)


async def resume(service: Service, study_id: str, *, actor: str) -> Study:
    """Raises `StudyNotFound`, `StudyConflict`."""
    async with service.database.transaction() as db:
        made = await studies.resume(db, service.jobs, study_id, actor=actor)
    service.worker.wake()
    return made
