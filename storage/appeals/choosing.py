"""Which of their hits an agent wants to see, as conditions on `sessions` joined with `outcomes`."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col

from storage import effective
from storage.tables.appeals import AcknowledgementRow, AppealRow
from storage.tables.sessions import InspectionRow, OutcomeRow, SessionRow

Which = Literal["all", "appealable", "appealed", "praise"]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a list has been read: to the end of this session, of those that started at the same time by id."""

    started_at: datetime
    session_id: str


def chosen(
    which: Which, agent_id: str, praise: Collection[str], opened: datetime
) -> list[ColumnElement[bool]]:
    """`praise`: ids of the rules that give points. `opened`: what was inspected, or rejected, later can be appealed against."""
    match which:
        case "all":
            return []
        case "praise":
            return [col(OutcomeRow.rule_id).in_(praise)]
        case "appealed":
            return [_answered(AppealRow, agent_id)]
        case "appealable":
            return [col(OutcomeRow.rule_id).not_in(praise), *_appealable(agent_id, opened)]


def _appealable(agent_id: str, opened: datetime) -> list[ColumnElement[bool]]:
    lately = exists().where(col(InspectionRow.inspection_id) == col(SessionRow.inspection_id))
    lately = lately.where(col(InspectionRow.inspected_at) > opened)
    further = and_(
        col(AppealRow.state) == "rejected",
        col(AppealRow.final).is_(False),
        col(AppealRow.changed_at) > opened,
    )
    return [
        effective.counting_hit(),
        ~_answered(AcknowledgementRow, agent_id),
        or_(_answered(AppealRow, agent_id, further), and_(lately, ~_answered(AppealRow, agent_id))),
    ]


def _answered(answer: Any, agent_id: str, *such: ColumnElement[bool]) -> ColumnElement[bool]:
    found = exists().where(
        col(answer.session_id) == col(SessionRow.session_id),
        col(answer.revision) == col(SessionRow.inspected_revision),
        col(answer.rule_id) == col(OutcomeRow.rule_id),
        col(answer.agent_id) == agent_id,
        *such,
    )
    return found.correlate_except(answer)


def beyond(place: Place) -> ColumnElement[bool]:
    """What comes behind the place, newest start first."""
    start, session_id = col(SessionRow.started_at), col(SessionRow.session_id)
    later = and_(start == place.started_at, session_id > place.session_id)
    return or_(start < place.started_at, later)
