"""Two runs side by side, as tables."""

from collections.abc import Iterator

from api.reporting.section import Section, heads
from calibration.comparison import Comparison, FlippedCase, RuleComparison

_RULES = heads(
    "规则 rule | 用例 n > | 原判对 right before > | 新判对 right after > | 修好 fixed > | 弄坏 broken > | p McNemar > | "
    "自我翻转 self-flips > | 噪声 floor > | 门槛 gate"
)
_CASES = heads("变化 change | 用例 case | 规则 rule | 标注 label | 原 before | 新 after | 引文 quotes")
_PINS = heads("依据 pin | 原 before | 新 after")
_KINDS = {"broken": "弄坏 broken", "fixed": "修好 fixed", "changed": "错法不同 changed"}
GATES = {"pass": "通过 pass", "fail": "不通过 fail", "undetermined": "不能判定 undetermined"}


def comparison_sections(found: Comparison, most: int) -> list[Section]:
    """What broke first: it is what a change is stopped for."""
    rows = [*found.rules, found.total] if len(found.rules) > 1 else found.rules
    sections = [
        Section(
            title="变化的用例", english="Cases that flipped", columns=_CASES,
            rows=tuple(map(_case, found.cases[:most])), grave=any(each.kind == "broken" for each in found.cases),
            notes=(f"另有 {len(found.cases) - most} 个 more: --show",) if len(found.cases) > most else (),
        ),
        Section(
            title="比较", english="Comparison", columns=_RULES, rows=tuple(map(_row, rows)),
            notes=tuple(_notes(found)),
        ),
        Section(
            title="两次运行的不同", english="What the runs do not share", columns=_PINS,
            rows=tuple((name, _short(before), _short(after)) for name, before, after in found.changed_pins),
        ),
    ]  # fmt: skip
    return [section for section in sections if section.rows]


def _case(case: FlippedCase) -> tuple[str, ...]:
    quotes = case.quotes_after or case.quotes_before or case.label_quotes
    return (
        _KINDS[case.kind], case.case_id, case.rule_id, case.expected, case.before, case.after, " | ".join(quotes),
    )  # fmt: skip


def _row(each: RuleComparison) -> tuple[str, ...]:
    own, floor = each.own, each.gate.floor
    return (
        each.rule_id or "全部 all", str(each.n), _right(each.right_before, each.undecided_before),
        _right(each.right_after, each.undecided_after), str(each.fixed), str(each.broken),
        p_value(each.gate.p_value) if each.n else "–",
        "–" if own is None or own.rate is None else f"{own.rate:.1%} n={own.n}",
        "–" if floor is None else f"{floor:.1%}",
        f"{GATES[each.gate.verdict]}: {each.gate.reason}",
    )  # fmt: skip


def p_value(p: float) -> str:
    """To three places; what is smaller is said to be."""
    return f"{p:.3f}" if p >= 0.001 else "<0.001"


def _right(right: int, undecided: int) -> str:
    return f"{right} ({undecided} ?)" if undecided else str(right)


def _notes(found: Comparison) -> Iterator[str]:
    gate = found.total.gate
    yield f"判对变化 change of accuracy: {0.0 - gate.loss:+.1%};容忍 tolerance {gate.tolerance:.1%}"
    yield (
        "待定不算对 undecided is not right, marked ?;p: 精确双侧 exact, two-sided"
        + (f";{found.tests} 次检验共用显著水平 tests share alpha (Bonferroni)" if found.tests > 1 else "")
    )
    if found.total.own is None:
        yield "自我翻转未知 self-flips not known: mingjian eval run --votes 3, or compare --again RUN"
    if found.total.unanswered:
        yield (
            f"没人判 judged by nobody: {found.total.unanswered} 个用例 cases, 不参与比较 not compared;"
            f"只在一次运行中 in one run alone: {found.total.one_sided}"
        )
    if found.only_before or found.only_after:
        yield f"只在一次运行中 in one run alone: {found.only_before} 原 before, {found.only_after} 新 after"


def _short(value: str) -> str:
    return value[:19] if value.startswith("sha256:") else value
