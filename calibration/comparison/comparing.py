"""Rule by rule and all together: fixed, broken, significant or not, and the verdict of the gate."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from calibration.comparison.noise import own_noise
from calibration.comparison.pairing import Pair, pair_runs, two_way
from calibration.runs import Pins, RunReport
from calibration.statistics.comparison import Flips, GatePolicy, GateResult, SelfFlips, flips, gate

Kind = Literal["fixed", "broken", "changed"]


class FlippedCase(Struct, frozen=True, kw_only=True):
    """A case of which the later run says something else. Quotes: what each verdict cites, what labellers marked."""

    kind: Kind
    eval_set: str
    split: str
    case_id: str
    rule_id: str
    expected: str
    before: str
    after: str
    quotes_before: tuple[str, ...] = ()
    quotes_after: tuple[str, ...] = ()
    label_quotes: tuple[str, ...] = ()


class RuleComparison(Struct, frozen=True, kw_only=True):
    """One rule, or all of them (`rule_id` empty). `own`: the judge's noise; None: not known.

    `n`: cases that were judged in both runs, of which all else speaks. `unanswered`: cases that nobody judged in one of
    them or in either; `one_sided`: in one alone, so that the runs cannot be compared there.
    """

    rule_id: str
    n: int
    unanswered: int
    one_sided: int
    right_before: int
    right_after: int
    undecided_before: int
    undecided_after: int
    fixed: int
    broken: int
    own: SelfFlips | None
    gate: GateResult


class Comparison(Struct, frozen=True, kw_only=True):
    """`changed_pins`: name, before, after of what the runs do not have in common. `tests`: how many gates share
    `alpha` between them (Bonferroni)."""

    rules: list[RuleComparison]
    total: RuleComparison
    cases: list[FlippedCase]
    only_before: int
    only_after: int
    changed_pins: list[tuple[str, str, str]]
    tests: int

    @property
    def gates(self) -> list[RuleComparison]:
        """Every gate that the change has to pass. Rules that neither run could judge have none among others."""
        judged = [each for each in self.rules if each.n or each.one_sided]
        return self.rules if len(self.rules) == 1 else [*judged, self.total]

    @property
    def verdict(self) -> str:
        """`fail` if one gate fails, else `undetermined` if one is, else `pass`."""
        verdicts = {each.gate.verdict for each in self.gates}
        return next((each for each in ("fail", "undetermined") if each in verdicts), "pass")


def compare_runs(
    before: Sequence[RunReport],
    after: Sequence[RunReport],
    *,
    again: Sequence[RunReport] = (),
    policy: GatePolicy | None = None,
) -> Comparison:
    """What the later run changes. `again`: a repetition of the later one, where there are no votes."""
    paired, asked = pair_runs(before, after), policy or GatePolicy()
    rules = paired.rules()
    tests = len(rules) + 1 if len(rules) > 1 else 1
    limits = replace(asked, alpha=asked.alpha / tests)

    def compared(rule_id: str, pairs: Sequence[Pair]) -> RuleComparison:
        own = own_noise(_judged(pairs), before, after, again)
        return _compared(rule_id, pairs, own, limits)

    return Comparison(
        rules=[compared(each, [p for p in paired.pairs if p.after.rule_id == each]) for each in rules],
        total=compared("", paired.pairs), cases=_cases(paired.pairs), only_before=paired.only_before,
        only_after=paired.only_after, changed_pins=_changed(before, after), tests=tests,
    )  # fmt: skip


def _compared(
    rule_id: str, pairs: Sequence[Pair], own: SelfFlips | None, limits: GatePolicy
) -> RuleComparison:
    judged = _judged(pairs)
    one_sided = sum(pair.unanswered in ((True, False), (False, True)) for pair in pairs)
    found = _flips(judged)
    expected = {pair.key: two_way(pair.after.expected) for pair in judged}
    right_before = sum(two_way(pair.before.verdict) == expected[pair.key] for pair in judged)
    return RuleComparison(
        rule_id=rule_id, n=found.n, unanswered=len(pairs) - len(judged), one_sided=one_sided,
        right_before=right_before, right_after=right_before + len(found.fixed) - len(found.broken),
        undecided_before=sum(pair.before.verdict == "undetermined" for pair in judged),
        undecided_after=sum(pair.after.verdict == "undetermined" for pair in judged),
        fixed=len(found.fixed), broken=len(found.broken), own=own,
        gate=gate(found, own, limits, unanswered=one_sided),
    )  # fmt: skip


def _judged(pairs: Sequence[Pair]) -> list[Pair]:
    """Those that somebody judged in both runs."""
    return [pair for pair in pairs if not any(pair.unanswered)]


def _flips(pairs: Sequence[Pair]) -> Flips:
    return flips(
        {pair.key: two_way(pair.after.expected) for pair in pairs},
        {pair.key: two_way(pair.before.verdict) for pair in pairs},
        {pair.key: two_way(pair.after.verdict) for pair in pairs},
    )


def _cases(pairs: Sequence[Pair]) -> list[FlippedCase]:
    """What broke first, then what was fixed."""
    by_key, found = {pair.key: pair for pair in pairs}, _flips(_judged(pairs))
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("broken", found.broken), ("fixed", found.fixed), ("changed", found.changed),
    )  # fmt: skip
    return [_case(kind, by_key[key]) for kind, keys in kinds for key in keys]


def _case(kind: Kind, pair: Pair) -> FlippedCase:
    before, after = pair.before, pair.after
    return FlippedCase(
        kind=kind, eval_set=pair.eval_set, split=pair.split, case_id=after.case_id, rule_id=after.rule_id,
        expected=after.expected, before=before.reason_code or before.verdict,
        after=after.reason_code or after.verdict, quotes_before=before.quotes, quotes_after=after.quotes,
        label_quotes=after.label_quotes,
    )  # fmt: skip


def _changed(before: Sequence[RunReport], after: Sequence[RunReport]) -> list[tuple[str, str, str]]:
    """What the second run has otherwise: the change under test, and whatever else crept in."""
    old, new = _pins(before), _pins(after)
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name, old.get(name, "–"), new.get(name, "–")) for name in names if old.get(name) != new.get(name)
    ]


def _pins(reports: Sequence[RunReport]) -> dict[str, str]:
    found: dict[str, str] = {}
    for report in reports:
        found |= {f"{report.eval_set} {report.split}": report.set_version}
        found |= {each.rule_id: each.rule_version for each in report.rules}
        found |= _of_judge(report.pins) if report.pins is not None else {}
    return found


def _of_judge(pins: Pins) -> dict[str, str]:
    found = {"code": pins.code, "votes": str(pins.votes)}
    if pins.judge is None:
        return found | {"judge": "none"}
    told = {"judge": pins.judge.name, "model": pins.judge.model, "server": pins.judge.server}
    known = {name: value for name, value in told.items() if value is not None}
    return found | known | {name: str(value) for name, value in pins.judge.parameters.items()}
