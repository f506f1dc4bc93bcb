"""Studies begun, once what is asked for has been looked at: what cannot be done is refused at once."""

from api.inspecting import replaying
from api.inspecting.replaying import DraftReplay
from api.service import Service
from api.studies import evaluation
from api.studies.evaluation import Evaluation
from storage import studies
from storage.studies import Study


async def start_evaluation(
    service: Service, asked: Evaluation, *, actor: str, subject: str | None = None
) -> Study:
    """`subject`: the rule it is about; default the only one of `rules`. Raises what `evaluation.check` raises."""
    evaluation.check(service, asked)
    about = subject or (asked.rules[0] if len(asked.rules) == 1 else "")
    async with service.database.transaction() as db:
        made = await studies.start(db, service.jobs, "evaluation", asked, subject=about, actor=actor)
    service.worker.wake()
    return made


async def start_replay(service: Service, asked: DraftReplay, *, actor: str, subject: str = "") -> Study:
    """Raises what `replaying.check` raises."""
    await replaying.check(service, asked)
    async with service.database.transaction() as db:
        made = await studies.start(db, service.jobs, "replay", asked, subject=subject, actor=actor)
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
