"""Published texts of rules and signals: each holds instead of its file from 00:00 of the next day on.

Versions are immutable. Taking one back is publishing the text before it once more: before midnight the later one
takes effect and the other never does.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from evaluators.profiles import effective_from
from storage import audit
from storage.errors import PublicationConflict, PublicationNotFound
from storage.instants import utc_now
from storage.tables.control import PublicationRow
from storage.tables.sessions import insert_into


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """`subject`: id of the rule or signal. `text` None: its file, from then on. `based_on`: hash of the file then."""

    subject: str
    version: int
    text: str | None
    based_on: str
    effective_from: datetime
    created_at: datetime
    author: str
    reason: str

    @property
    def label(self) -> str:
        """`subject@version`."""
        return f"{self.subject}@{self.version}"


async def publish(
    db: AsyncSession,
    subject: str,
    text: str | None,
    *,
    based_on: str,
    base_version: int,
    author: str,
    reason: str,
    timezone: tzinfo,
    in_place_of_unusable: bool = False,
    now: datetime | None = None,
) -> Publication:
    """The next version, in force from the next local midnight.

    `in_place_of_unusable`: in force since when the newest is, by which nothing can have been judged.

    `base_version`: of the text the author changed (0: the file); `PublicationConflict` if it is not the newest any
    more. Audited. Does not commit.
    """
    now = now or utc_now()
    newest = next(iter(await history(db, subject)), None)
    last = newest.version if newest else 0
    if base_version != last:
        raise PublicationConflict(f"{subject} is at version {last} by now, not at {base_version}")
    start = newest.effective_from if newest and in_place_of_unusable else effective_from(now, timezone)
    row = {
        "subject": subject, "version": last + 1, "text": text, "based_on": based_on,
        "effective_from": start, "created_at": now, "author": author, "reason": reason,
    }  # fmt: skip
    statement = insert_into(db, PublicationRow).values(row)
    statement = statement.on_conflict_do_nothing(index_elements=["subject", "version"])
    if not (await (await db.connection()).execute(statement)).rowcount:
        raise PublicationConflict(f"somebody else is just publishing {subject}")
    made = await get(db, subject, last + 1)
    details = {"version": made.version, "effective_from": made.effective_from, "file": text is None}
    await audit.record(
        db,
        actor=author,
        action="rule.publish",
        subject=f"rule:{subject}",
        reason=reason,
        details=details,
        now=now,
    )
    return made


async def get(db: AsyncSession, subject: str, version: int) -> Publication:
    """Raises `PublicationNotFound`."""
    query = select(PublicationRow).where(
        col(PublicationRow.subject) == subject, col(PublicationRow.version) == version
    )
    row = (await db.execute(query)).scalar_one_or_none()
    if row is None:
        raise PublicationNotFound(f"there is no version {version} of {subject}")
    return _from_row(row)


async def history(db: AsyncSession, subject: str) -> tuple[Publication, ...]:
    """Every version of one text, newest first."""
    query = select(PublicationRow).where(col(PublicationRow.subject) == subject)
    rows = (await db.execute(query.order_by(col(PublicationRow.version).desc()))).scalars()
    return tuple(map(_from_row, rows))


async def everything(db: AsyncSession) -> tuple[Publication, ...]:
    """All versions of all texts, in the order in which they were published."""
    rows = (await db.execute(select(PublicationRow).order_by(col(PublicationRow.publication_id)))).scalars()
    return tuple(map(_from_row, rows))


async def number(db: AsyncSession) -> int:
    """How many versions there are. Unlike the newest id it never misses one that was committed late."""
    return (await db.execute(select(func.count()).select_from(PublicationRow))).scalar_one()


def in_force(publications: Iterable[Publication], instant: datetime | None) -> tuple[Publication, ...]:
    """Of each text the last version in effect at an instant (None: the newest, in effect or not), by subject; those
    whose file holds are left out. `publications` as `everything` gives them.
    """
    found: dict[str, Publication] = {}
    for each in publications:
        if instant is None or each.effective_from <= instant:
            found[each.subject] = each
    return tuple(each for _, each in sorted(found.items()) if each.text is not None)


def _from_row(row: PublicationRow) -> Publication:
    return Publication(**{name: getattr(row, name) for name in Publication.__struct_fields__})
