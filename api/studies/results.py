"""What studies found, read back."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.studies.evaluation import Evaluated
from api.studies.suggestion import SuggestedWording
from calibration.replay import Replay
from storage import studies
from storage.errors import StudyConflict

_evaluated = msgspec.json.Decoder(Evaluated).decode
_suggested = msgspec.json.Decoder(SuggestedWording).decode
_replayed = msgspec.json.Decoder(Replay).decode


async def finished(db: AsyncSession, study_id: str) -> bytes:
    """As JSON. Raises `StudyNotFound`, and `StudyConflict` while it is not done."""
    found = await studies.result_of(db, study_id)
    if found is None:
        raise StudyConflict("the study is not done: it has no result yet")
    return found


async def evaluated(db: AsyncSession, study_id: str) -> Evaluated:
    """Of an evaluation. Raises what `finished` raises, and `StudyConflict` for one of another kind."""
    await _must_be(db, study_id, "evaluation")
    return _evaluated(await finished(db, study_id))


async def replayed(db: AsyncSession, study_id: str) -> Replay:
    """Of a replay. Raises what `evaluated` raises."""
    await _must_be(db, study_id, "replay")
    return _replayed(await finished(db, study_id))


async def suggested(db: AsyncSession, study_id: str) -> SuggestedWording:
    """Of a suggestion. Raises what `evaluated` raises."""
    await _must_be(db, study_id, "suggestion")
    return _suggested(await finished(db, study_id))


async def _must_be(db: AsyncSession, study_id: str, kind: str) -> None:
    study = await studies.get(db, study_id)
    if study.kind != kind:
        raise StudyConflict(f"the study is of the kind {study.kind}, expected {kind}")
