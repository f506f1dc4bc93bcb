"""What counts, as SQL: verdicts and sums with people's decisions in them, for lists and reports."""

from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func
from sqlmodel import col

from storage.tables.review import CorrectedCardRow, CorrectedHitRow
from storage.tables.sessions import AgentCardRow, InspectionRow, OutcomeRow

_Columns = TypeVarTuple("_Columns")


def overturned() -> ColumnElement[bool]:
    """On `outcomes`: a hit that does not count."""
    off = exists().where(col(CorrectedHitRow.inspection_id) == col(OutcomeRow.inspection_id))
    off = off.where(col(CorrectedHitRow.rule_id) == col(OutcomeRow.rule_id)).correlate(OutcomeRow)
    return and_(col(OutcomeRow.verdict) == "hit", off)


def counting_hit() -> ColumnElement[bool]:
    """On `outcomes`: a hit that counts."""
    return and_(col(OutcomeRow.verdict) == "hit", ~overturned())


def verdict() -> ColumnElement[str]:
    """On `outcomes`: a hit that does not count is none."""
    return case((overturned(), "no_hit"), else_=col(OutcomeRow.verdict))


def joined(
    query: Select[*_Columns], card: type[AgentCardRow | InspectionRow] = InspectionRow
) -> Select[*_Columns]:
    """With the corrected card of each card, where there is one; then `sums` can be asked for."""
    agent_id = col(card.agent_id) if issubclass(card, AgentCardRow) else ""
    same = col(CorrectedCardRow.inspection_id) == col(card.inspection_id)
    return query.outerjoin(CorrectedCardRow, and_(same, col(CorrectedCardRow.agent_id) == agent_id))


def sums(name: str, card: type[AgentCardRow | InspectionRow] = InspectionRow) -> ColumnElement[Any]:
    """A column of a card as it stands now: `score`, `red_line`, `hits` …"""
    return func.coalesce(getattr(CorrectedCardRow, name), getattr(card, name))
