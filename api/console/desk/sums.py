"""The arithmetic of a score: as inspected and, where hits do not count, beside it as people have corrected it."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from api.console.desk.loading import Seen
from api.console.language import Translator, msg
from api.console.words import moment, points
from evaluators.scoring.points import added, signed
from evaluators.scoring.scorecard import ScoreLine
from evaluators.types import AgentCard, Scorecard
from storage.corrections import Cause, Override

_SAID: dict[Cause, str] = {
    "misjudged": msg("{name} 于 {at} 判为误判"), "appeal": msg("{name} 于 {at} 判申诉成立"),
    "undo": msg("{name} 于 {at} 撤回了改判"),
}  # fmt: skip


class SumLine(NamedTuple):
    """A line of the arithmetic; `key`: of the rule's finding, so that both light up together.

    `points` as inspected, `corrected` as it counts: empty where the line is in one of the two only. `why` it does not
    count: who said so, when and why.
    """

    points: str
    corrected: str
    title: str
    agent: str
    note: str
    why: str
    key: str


class Sum(NamedTuple):
    """The arithmetic: of the session, or of one agent. `lines` is None where it cannot be told any more.

    `corrected`: the total as it counts; empty: everything counts.
    """

    lines: tuple[SumLine, ...] | None
    total: str
    corrected: str
    red_line: bool


def sum_of(
    seen: Seen, card: Scorecard, agent_id: str | None, keys: Mapping[str, str], zone: tzinfo, t: Translator
) -> Sum:
    """`card`: of the inspection; `agent_id` None: of the session."""
    own, lines = _own(card, agent_id), seen.lines
    total = own.score if lines is None else added(line.points for line in lines)
    now = seen.correction.scorecard if seen.correction else None
    told = None if lines is None else _told(seen, lines, keys, zone, t)
    return Sum(told, points(total), points(_own(now, agent_id).score) if now else "", own.red_line)


def _own(card: Scorecard, agent_id: str | None) -> Scorecard | AgentCard:
    return card if agent_id is None else card.agents[agent_id]


def _told(
    seen: Seen, lines: Sequence[ScoreLine], keys: Mapping[str, str], zone: tzinfo, t: Translator
) -> tuple[SumLine, ...]:
    off = seen.correction.not_counted if seen.correction else ()
    why = {rule_id: why_not(seen.overrides.get(rule_id), zone, t) for rule_id in off}
    return tuple(
        SumLine(
            points=_points(before),
            corrected=_points(after),
            title=f"{line.number or ''} {line.title}".strip(),
            agent=line.agent_id or "",
            note=line.note,
            why=why.get(line.rule_id or "", ""),
            key=keys.get(line.rule_id or "", ""),
        )
        for before, after in paired(lines, seen.corrected or ())
        if (line := after or before) is not None
    )


def paired(
    before: Sequence[ScoreLine], after: Sequence[ScoreLine]
) -> list[tuple[ScoreLine | None, ScoreLine | None]]:
    """The same line of both: in the order of `before`, what is in `after` only stands behind."""
    now = {_place(line): line for line in after}
    together: list[tuple[ScoreLine | None, ScoreLine | None]] = [
        (line, now.pop(_place(line), None)) for line in before
    ]
    return together + [(None, line) for line in now.values()]


def _place(line: ScoreLine) -> tuple[str, str | None]:
    return line.rule_id or line.kind, line.agent_id


def _points(line: ScoreLine | None) -> str:
    if line is None:
        return ""
    return f"{line.points:g}" if line.kind == "base" else signed(line.points)


def why_not(override: Override | None, zone: tzinfo, t: Translator) -> str:
    """Why a hit does not count: who said so, when and why; or that its rule is not let loose on scores."""
    if override is None:
        return t("规则的计分阶段还不是自动，不计分")
    said = t(_SAID[override.cause], name=override.actor, at=moment(override.at, zone))
    return f"{said}：{override.reason}" if override.reason else said
