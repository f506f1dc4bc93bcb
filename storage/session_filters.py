"""Which sessions are meant: the filters of lists and reports, as conditions on the tables."""

from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlmodel import col

from evaluators.phrases.text import fold
from evaluators.types import OrderState
from storage import effective
from storage.review import blinding
from storage.tables.sessions import InspectionRow, OutcomeRow, SessionAgentRow, SessionRow, SessionTextRow


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """All given conditions must hold. `started_from` is inclusive, `started_to` exclusive.

    `agent`: served the session, whether an outcome is charged to them or not.
    """

    shop: str | None = None
    group: str | None = None
    agent: str | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None


class ReportFilters(Selection, frozen=True, kw_only=True):
    """`blind_for`: a reviewer to whom sessions they are still to judge blind count as not inspected."""

    blind_for: str | None = None


class SessionFilters(ReportFilters, frozen=True, kw_only=True):
    """`rule_hit`: a rule id that hit in the latest inspection.

    `charged_to`: with `rule_hit`, only hits that are charged to this agent; alone it says nothing.
    `undetermined`: True for sessions with an undetermined outcome, False for inspected ones without.
    `inspected`: whether the newest revision has been inspected. `text`: contained in one message, after NFKC,
    case folding and removal of zero-width characters.
    """

    order_state: OrderState | Literal["none"] | None = None
    satisfaction: int | None = None
    rule_hit: str | None = None
    charged_to: str | None = None
    score_min: float | None = None
    score_max: float | None = None
    red_line: bool | None = None
    undetermined: bool | None = None
    inspected: bool | None = None
    text: str | None = None


Conditions = list[ColumnElement[bool]]


def revealed(filters: ReportFilters) -> Conditions:
    """On `sessions`: what was judged may be seen. To stand wherever an inspection is joined."""
    if filters.blind_for is None:
        return []
    return [~blinding.withheld(col(SessionRow.session_id), filters.blind_for)]


def report_conditions(filters: Selection) -> Conditions:
    """On `sessions` alone."""
    found: Conditions = []
    if filters.shop is not None:
        found.append(col(SessionRow.shop) == filters.shop)
    if filters.group is not None:
        found.append(col(SessionRow.group_name) == filters.group)
    if filters.agent is not None:
        served = exists().where(col(SessionAgentRow.session_id) == col(SessionRow.session_id))
        served = served.where(col(SessionAgentRow.agent_id) == filters.agent)
        # Reports join the agents once more outside: only the session may be taken from there.
        found.append(served.correlate(SessionRow))
    if filters.started_from is not None:
        found.append(col(SessionRow.started_at) >= filters.started_from)
    if filters.started_to is not None:
        found.append(col(SessionRow.started_at) < filters.started_to)
    return found


def session_conditions(filters: SessionFilters) -> Conditions:
    """On `sessions` joined with their latest inspections and what was corrected of them."""
    return [*report_conditions(filters), *_content_conditions(filters), *_result_conditions(filters)]


def meeting(filters: SessionFilters) -> Select[str]:
    """The ids of the sessions that meet the filters."""
    latest = col(InspectionRow.inspection_id) == col(SessionRow.inspection_id)
    query = select(col(SessionRow.session_id)).outerjoin(InspectionRow, latest)
    return effective.joined(query).where(*session_conditions(filters))


def _content_conditions(filters: SessionFilters) -> Conditions:
    found: Conditions = []
    if filters.order_state is not None:
        found.append(col(SessionRow.order_state) == filters.order_state)
    if filters.satisfaction is not None:
        found.append(col(SessionRow.satisfaction) == filters.satisfaction)
    if filters.text is not None:
        wanted = fold(filters.text).replace("\n", " ").replace("\0", " ")
        says = exists().where(col(SessionTextRow.session_id) == col(SessionRow.session_id))
        found.append(says.where(col(SessionTextRow.folded).contains(wanted, autoescape=True)))
    return found


def _result_conditions(filters: SessionFilters) -> Conditions:
    found: Conditions = []
    if filters.rule_hit is not None:
        hits = exists().where(col(OutcomeRow.inspection_id) == col(SessionRow.inspection_id))
        hits = hits.where(col(OutcomeRow.rule_id) == filters.rule_hit, effective.counting_hit())
        if filters.charged_to is not None:
            hits = hits.where(col(OutcomeRow.agent_id) == filters.charged_to)
        found += [hits, *revealed(filters)]
    if filters.score_min is not None:
        found.append(effective.sums("score") >= filters.score_min)
    if filters.score_max is not None:
        found.append(effective.sums("score") <= filters.score_max)
    if filters.red_line is not None:
        found.append(effective.sums("red_line").is_(filters.red_line))
    if filters.undetermined is not None:
        some = col(InspectionRow.undetermined)
        found.append(some > 0 if filters.undetermined else some == 0)
    if filters.inspected is not None:
        inspected = col(SessionRow.inspected_revision)
        current = inspected == col(SessionRow.revision)
        found.append(
            current if filters.inspected else or_(inspected.is_(None), inspected != col(SessionRow.revision))
        )
    return found
