"""What the rules found in a session, as it is shown beside the chat."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from api.console.language import Translator
from api.console.trust import Trust, trust_of
from api.console.words import CAUSES, Pill, pill_of, title_of
from api.reporting.tally import cause_of
from calibration.trust import Measured
from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import signed
from evaluators.types import Evidence, Outcome
from storage.automation.gate import Standing


class Finding(NamedTuple):
    """One outcome. `key` ties it to the pieces of text it quotes; `judge`: who said so."""

    key: str
    pill: Pill
    number: str
    title: str
    agent: str
    points: str
    red_line: bool
    explanation: str
    evidence: tuple[Evidence, ...]
    judge: str
    confidence: str
    trust: Trust
    decides_at: str
    rule_id: str
    counts: bool


class Findings(NamedTuple):
    """All outcomes of a session by what they mean for the reader. `rest`: no hit and not applicable."""

    faults: tuple[Finding, ...]
    praise: tuple[Finding, ...]
    undetermined: tuple[Finding, ...]
    rest: tuple[Finding, ...]


_PLACES = {"fault": 0, "praise": 1, "undetermined": 2}


def keyed(outcomes: Sequence[Outcome]) -> list[tuple[str, Outcome]]:
    """Each outcome with a key that is unique on the page."""
    return [(f"f{place}", outcome) for place, outcome in enumerate(outcomes)]


def findings_of(
    outcomes: Sequence[tuple[str, Outcome]],
    rules: Mapping[str, Rule],
    t: Translator,
    not_counted: Collection[str] = (),
    measured: Mapping[str, Measured] = MappingProxyType({}),
    standings: Mapping[str, Standing] = MappingProxyType({}),
) -> Findings:
    """Faults worst first, praise best first, the rest in the order of the catalogue.

    `not_counted`: rules whose hit people took off the score. `measured`: what labels say of rules.
    `standings`: whether a certificate reaches as far as the judge was sure.
    """
    found: tuple[list[Finding], ...] = ([], [], [], [])
    for key, outcome in sorted(outcomes, key=lambda each: -abs(each[1].score)):
        rule = rules.get(outcome.rule_id)
        trust = trust_of(measured.get(outcome.rule_id), t, standings.get(outcome.rule_id))
        finding = _finding(key, outcome, rule, trust, t, outcome.rule_id not in not_counted)
        found[_PLACES.get(finding.pill.kind, 3)].append(finding)
    return Findings(*map(tuple, found))


def _finding(
    key: str, outcome: Outcome, rule: Rule | None, trust: Trust, t: Translator, counts: bool
) -> Finding:
    return Finding(
        key=key,
        pill=pill_of(outcome, rule, t),
        number=rule.number or "" if rule else "",
        title=title_of(rule, outcome.rule_id, t),
        agent=outcome.agent_id or "",
        points=signed(outcome.score) if outcome.verdict == "hit" else "",
        red_line=rule is not None and rule.red_line and outcome.verdict == "hit",
        explanation=outcome.explanation,
        evidence=outcome.evidence,
        judge=_judge(outcome, t),
        confidence="" if outcome.confidence is None else f"{outcome.confidence:.0%}",
        trust=trust,
        decides_at=outcome.decides_at or "",
        rule_id=outcome.rule_id,
        counts=counts,
    )


def _judge(outcome: Outcome, t: Translator) -> str:
    """Which judge said so, with its model; without one the rule itself decides."""
    if outcome.judge is not None:
        return " ".join(part for part in (outcome.judge.name, outcome.judge.model) if part)
    return t("没有问过判断器") if outcome.verdict == "undetermined" else t("规则直接判定")


def causes_of(outcomes: Sequence[Outcome], t: Translator) -> str:
    """How many outcomes each cause keeps undetermined: `没有可用的判断器 12 · 时限未到 1`."""
    counts = Counter(cause for outcome in outcomes if (cause := cause_of(outcome)) is not None)
    return " · ".join(f"{t(CAUSES[cause])} {count}" for cause, count in counts.most_common())
