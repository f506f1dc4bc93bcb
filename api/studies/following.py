"""A study followed while it runs."""

from api.service import Service
from api.watchers import Look
from storage import studies
from storage.studies import Study


def mark_of(study: Study) -> str:
    """Another one whenever there is something new to show."""
    told = study.progress
    return f"{study.status}/{told.done}/{told.total}/{told.tokens}"


def look_at(service: Service, study_id: str) -> Look:
    """How far the study is, read in a transaction of its own."""

    async def look() -> str:
        async with service.database.reading() as db:
            return mark_of(await studies.get(db, study_id))

    return look
