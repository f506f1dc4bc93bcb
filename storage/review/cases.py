"""Review cases: one outcome, or one whole session, that people are to look at."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.errors import CaseNotFound
from storage.ids import new_id
from storage.labels import Source
from storage.tables.review import CaseRow, ExclusionRow
from storage.tables.sessions import insert_into, table_of

#: `random`: drawn from all; `flagged`: hits; `undetermined`: what no judge could say; `appeal`: an agent objects;
#: `planned`: chosen by the label planner or by hand; `below_threshold`: not certain enough to act by itself.
Kind = Literal["random", "flagged", "below_threshold", "undetermined", "appeal", "planned"]
#: In which order the queue is read.
RANKS: dict[Kind, int] = {
    "appeal": 0, "below_threshold": 1, "flagged": 1, "undetermined": 2, "planned": 3, "random": 3,
}  # fmt: skip


#: What these are drawn from says what was judged; of a blind case they are shown as drawn from all.
_TELLING: frozenset[Kind] = frozenset({"flagged", "below_threshold", "undetermined"})


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case about to be made. `wanted`: how many reviewers. `excluded`: who is not to be given it."""

    kind: Kind
    session_id: str
    revision: int
    inspection_id: str
    rule_id: str | None
    agent_id: str | None
    judged: str | None
    source: Source
    due_at: datetime
    plan_id: str | None = None
    stratum: str = ""
    inclusion_probability: float | None = None
    blind: bool = False
    wanted: int = 1
    excluded: tuple[str, ...] = ()
    #: Sets apart what may be asked once more, such as the second level of an appeal.
    occasion: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case as kept. `rule_id` None: the whole session. `judged`: the verdict; None where it is not shown.

    `holder` has it until `lease_until`; `round` goes with every decision. `done` when `decided = wanted`.
    """

    case_id: str
    plan_id: str | None
    kind: Kind
    session_id: str
    revision: int
    inspection_id: str
    rule_id: str | None
    agent_id: str | None
    judged: str | None
    stratum: str
    inclusion_probability: float | None
    source: Source
    blind: bool
    wanted: int
    decided: int
    state: Literal["open", "done", "dropped"]
    created_at: datetime
    due_at: datetime
    holder: str | None
    lease_until: datetime | None
    round: int

    def unrevealed(self) -> "Case":
        """As a blind reviewer may see it: neither the verdict nor what follows from it."""
        if not self.blind:
            return self
        kind: Kind = "random" if self.kind in _TELLING else self.kind
        return msgspec.structs.replace(
            self, kind=kind, judged=None, agent_id=None, stratum="", source="human_random"
        )


async def create(db: AsyncSession, cases: Sequence[NewCase], *, now: datetime) -> tuple[str, ...]:
    """Makes cases; their ids. What the same plan asks already is not asked twice. Does not commit."""
    if not cases:
        return ()
    made = {new_id("case", now): each for each in cases}
    statement = insert_into(db, CaseRow).on_conflict_do_nothing(index_elements=["dedupe"])
    connection = await db.connection()
    rows = [_row(each, case_id, now) for case_id, each in made.items()]
    returning = statement.returning(table_of(CaseRow).c.case_id)
    kept = set((await connection.execute(returning, rows)).scalars())
    await exclude(db, ((case_id, who) for case_id in kept for who in made[case_id].excluded))
    return tuple(case_id for case_id in made if case_id in kept)


def _row(new: NewCase, case_id: str, now: datetime) -> dict[str, Any]:
    row = msgspec.structs.asdict(new)
    del row["excluded"]
    parts = (new.plan_id or new.kind, row.pop("occasion"), new.session_id, new.revision, new.rule_id or "")
    return row | {
        "case_id": case_id,
        "dedupe": msgspec.json.encode(parts).decode(),
        "decided": 0,
        "state": "open",
        "rank": RANKS[new.kind],
        "created_at": now,
        "holder": None,
        "lease_until": None,
        "round": 0,
    }


async def exclude(db: AsyncSession, pairs: Iterable[tuple[str, str]]) -> None:
    """From (case id, reviewer): these are not given these cases (again)."""
    rows = [{"case_id": case_id, "reviewer": who} for case_id, who in pairs]
    if rows:
        statement = insert_into(db, ExclusionRow).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, rows)


async def get(db: AsyncSession, case_id: str) -> Case:
    """Raises `CaseNotFound`."""
    found = await find(db, [case_id])
    if not found:
        raise CaseNotFound(f"there is no review case {case_id!r}")
    return found[0]


async def find(db: AsyncSession, case_ids: Sequence[str]) -> tuple[Case, ...]:
    """Those of the ids that are there, by id."""
    query = select(CaseRow).where(col(CaseRow.case_id).in_(case_ids)).order_by(col(CaseRow.case_id))
    # Reservations are written past the session: what it has read before may be out of date.
    found = await db.execute(query, execution_options={"populate_existing": True})
    return tuple(from_row(row) for row in found.scalars())


async def listed(
    db: AsyncSession,
    *,
    plan_id: str | None = None,
    kind: str | None = None,
    state: str | None = None,
    session_id: str | None = None,
    limit: int = 100,
) -> tuple[Case, ...]:
    """In the order of the queue."""
    row = CaseRow
    given = ((row.plan_id, plan_id), (row.kind, kind), (row.state, state), (row.session_id, session_id))
    query = select(row).where(*(col(column) == value for column, value in given if value is not None))
    query = query.order_by(col(row.rank), col(row.due_at), col(row.case_id)).limit(limit)
    return tuple(from_row(found) for found in (await db.execute(query)).scalars())


async def drawn_for(db: AsyncSession, rule_id: str) -> frozenset[str]:
    """Sessions that were drawn at random for a label of the rule and still wait for it."""
    row = CaseRow
    query = select(col(row.session_id)).where(
        col(row.rule_id) == rule_id, col(row.state) == "open", col(row.source) == "human_random"
    )
    return frozenset((await db.execute(query)).scalars())


def from_row(row: CaseRow) -> Case:
    """What is shown of a row."""
    return Case(**{name: getattr(row, name) for name in Case.__struct_fields__})
