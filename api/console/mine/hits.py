"""An agent's hits as they are shown: by session, with what was said, and how it can be answered."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote, urlencode

from api.appealing import is_praise
from api.console.language import Translator, msg
from api.console.words import Pill, hit_pill, moment, why_of
from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import signed
from evaluators.types import Evidence
from storage.appeals import Appeal, OwnHit, Place, Which

_WHICH: dict[Which, str] = {
    "all": msg("全部|命中"), "appealable": msg("还能申诉"), "appealed": msg("申诉过"), "praise": msg("表扬|命中"),
}  # fmt: skip
STEPS = {
    "filed": msg("您提出了申诉"), "escalated": msg("您提出了二次申诉"), "upheld": msg("申诉成立"),
    "rejected": msg("申诉未成立"),
}  # fmt: skip


class Step(NamedTuple):
    """Something that happened to an appeal. Who decided is not said."""

    text: str
    at: str
    reason: str


class Hit(NamedTuple):
    """A hit and what can be done about it. `until`: until when an appeal is possible; empty: it is not.

    `further`: the appeal that can be taken to the second level. `acknowledge`: whether it can be accepted.
    """

    rule_id: str
    pill: Pill
    why: str
    praise: bool
    points: str
    counts: bool
    explanation: str
    evidence: tuple[Evidence, ...]
    state: str
    steps: tuple[Step, ...]
    until: str
    further: str
    acknowledge: bool


class View(NamedTuple):
    """A link to some of the hits. `current`: those are shown."""

    text: str
    href: str
    current: bool


class Group(NamedTuple):
    """A session of the agent's with their hits in it."""

    session_id: str
    anchor: str
    href: str
    started: str
    shop: str
    hits: tuple[Hit, ...]


def whole_sessions(found: Sequence[OwnHit], limit: int) -> tuple[Sequence[OwnHit], Place | None]:
    """A page of hits, and behind which session the next one begins. The last session may be cut: it comes next."""
    if len(found) < limit:
        return found, None
    kept = [each for each in found if each.session_id != found[-1].session_id] or found
    return kept, Place(started_at=kept[-1].started_at, session_id=kept[-1].session_id)


def views_of(agent: str | None, which: Which, t: Translator) -> tuple[View, ...]:
    """What can be shown of the hits."""
    return tuple(View(t(words), listed_at(agent, each), each == which) for each, words in _WHICH.items())


def listed_at(agent: str | None, which: Which, behind: Place | None = None) -> str:
    """The address of a list of hits. `behind`: of the page that begins behind it."""
    given = {"agent": agent, "which": None if which == "all" else which}
    if behind is not None:
        given |= {"before": behind.started_at.isoformat(), "session": behind.session_id}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return f"/mine?{query}" if query else "/mine"


def groups_of(
    found: Sequence[OwnHit],
    agent: str | None,
    rules: Mapping[str, Rule],
    zone_of: Callable[[str | None], tzinfo],
    t: Translator,
) -> tuple[Group, ...]:
    """In the order given. `agent`: on whose behalf, None for one's own; `zone_of`: a shop."""
    by_session = groupby(found, key=lambda each: (each.session_id, each.shop))
    return tuple(_group(list(hits), agent, rules, zone_of(shop), t) for (_, shop), hits in by_session)


def _group(
    hits: Sequence[OwnHit], agent: str | None, rules: Mapping[str, Rule], zone: tzinfo, t: Translator
) -> Group:
    first = hits[0]
    return Group(
        session_id=first.session_id,
        anchor=anchor_of(first.session_id),
        href=own_address(first.session_id, agent),
        started=moment(first.started_at, zone),
        shop=first.shop or "",
        hits=tuple(hit_of(each, rules, zone, t) for each in hits),
    )


def anchor_of(session_id: str) -> str:
    """Where the session stands in a list."""
    return f"s-{quote(session_id, safe='')}"


def own_address(session_id: str, agent: str | None) -> str:
    """Of the page of a session for the agent who served it."""
    return f"/mine/sessions/{quote(session_id, safe='')}" + on_behalf(agent)


def on_behalf(agent: str | None) -> str:
    """The query that says for whom, where it is somebody else."""
    return "" if agent is None else f"?{urlencode({'agent': agent})}"


def hit_of(found: OwnHit, rules: Mapping[str, Rule], zone: tzinfo, t: Translator) -> Hit:
    """Praise can be enjoyed only: there is nothing to accept or to object to."""
    outcome, appeal = found.outcome, found.appeal
    rule = rules.get(outcome.rule_id)
    praise = is_praise(rule)
    until = found.appeal_until if not praise else None
    pending = appeal is not None and appeal.state == "open"
    return Hit(
        rule_id=outcome.rule_id,
        pill=hit_pill(rule, outcome.rule_id, t),
        why=why_of(rule, t) if rule else "",
        praise=praise,
        points=signed(outcome.score),
        counts=found.counts,
        explanation=outcome.explanation,
        evidence=outcome.evidence,
        state=_state(found, zone, t),
        steps=() if appeal is None else _steps(appeal, zone, t),
        until="" if until is None else moment(until, zone),
        further=appeal.appeal_id if appeal is not None and until is not None else "",
        acknowledge=found.counts and not (praise or pending or found.acknowledged_at),
    )


def _state(found: OwnHit, zone: tzinfo, t: Translator) -> str:
    if found.acknowledged_at is not None:
        return t("{time} 已确认", time=moment(found.acknowledged_at, zone))
    if found.appeal is not None:
        return _appeal_state(found.appeal, t)
    return "" if found.counts else t("不计分：复核认为是误判，或规则还没有开始计分")


def _appeal_state(appeal: Appeal, t: Translator) -> str:
    match appeal.state:
        case "open":
            return t("二次申诉中，等待裁定") if appeal.level > 1 else t("申诉中，等待裁定")
        case "upheld":
            return t("申诉成立，不计分")
        case "rejected":
            return t("申诉未成立，已是最终结论") if appeal.final else t("申诉未成立")


def _steps(appeal: Appeal, zone: tzinfo, t: Translator) -> tuple[Step, ...]:
    return tuple(Step(t(STEPS[each.action]), moment(each.at, zone), each.reason) for each in appeal.steps)
