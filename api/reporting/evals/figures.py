"""The figures of runs as tables: shares as `value [low, high] numerator/denominator`."""

from collections.abc import Iterator, Sequence

from api.reporting.evals.costs import FREE, cost_sections, told_in_short
from api.reporting.evals.weighted import unequal, weighted_section, weighted_share
from api.reporting.section import Section, heads
from calibration.runs import Figures, RuleFigures, RunReport
from calibration.runs.humans import Humans
from calibration.statistics.metrics import Estimate

_FIGURES = (
    "用例 n > | 命中 hit > | 未命中 no_hit > | 待定 undetermined | 精确率 precision | 召回率 recall | F1 F1 | "
    "kappa kappa > | AC1 AC1 > | ECE ECE >"
)
COLUMNS = heads(f"规则 rule | 标注 labels | {_FIGURES}")
_SLICES = heads(f"规则 rule | 切片 slice | 值 value | {_FIGURES}")
_HUMANS = heads(
    "规则 rule | 标注员 labellers > | 用例 cases > | alpha Krippendorff | AC1 AC1 > | 一人对其余F1 one against the rest | "
    "一人kappa kappa of one > | 判断器F1 judge's F1 | 判断器kappa judge's kappa > | 可替代一人 alternative annotator"
)
_RUNS = heads(
    "运行 run | 评测集 set | 集 split | 判断器 judge | 规则 rules > | 用例 cases > | 待定 undetermined > | F1 F1 > | "
    "费用 cost >"
)
_SEEN = (
    "基线判断器就是由这些用例拟合的,看 --split test the baseline was fitted on these cases: see --split test"
)


def figure_sections(reports: Sequence[RunReport], *, slices: bool = False) -> list[Section]:
    """The figures per rule and, if asked for, per slice."""
    sections = [
        laid_out(reports),
        *_human_ceiling(reports),
        *weighted_section(reports),
        *cost_sections(reports),
    ]
    if slices:
        rows = tuple(
            (each.rule_id, own.name, own.value, *figure_cells(own))
            for report in reports
            for each in report.rules
            for own in each.slices
        )
        sections.append(Section(title="切片", english="Slices", columns=_SLICES, rows=rows))
    return sections


def _human_ceiling(reports: Sequence[RunReport]) -> Iterator[Section]:
    """Nothing where every case has one labeller."""
    rows = tuple(
        _ceiling(each, each.humans) for report in reports for each in report.rules if each.humans is not None
    )
    if rows:
        note = (
            "判断器不可能比人与人更一致:先统一标准,再改提示词 no wording can do better than people agree: first the rule, "
            "then the prompt"
        )
        yield Section(
            title="人的上限", english="The human ceiling", columns=_HUMANS, rows=rows, notes=(note,)
        )


def _ceiling(figures: RuleFigures, humans: Humans) -> tuple[str, ...]:
    alpha = number(humans.alpha)
    if humans.alpha_interval is not None:
        alpha += f" [{humans.alpha_interval.low:.2f}, {humans.alpha_interval.high:.2f}]"
    test = humans.replaceable
    if test.winning_rate is None:
        replaceable = f"– {test.reason}"
    else:
        replaceable = f"{'是 yes' if test.passes else '否 no'}: ω={test.winning_rate:.2f} ε={test.epsilon:g}"
    return (
        figures.rule_id, str(humans.labellers), str(humans.cases), alpha, number(humans.ac1), share(humans.f1),
        number(humans.kappa), share(figures.f1), number(figures.kappa), replaceable,
    )  # fmt: skip


def laid_out(reports: Sequence[RunReport]) -> Section:
    """One row per rule and set."""
    figures = [(report, each) for report in reports for each in report.rules]
    splits = "、".join(sorted({report.split for report in reports}))
    return Section(
        title=f"评测 {splits}", english="Evaluation", columns=COLUMNS,
        rows=tuple((each.rule_id, report.source, *figure_cells(each)) for report, each in figures),
        notes=tuple(notes_of(reports, [each for _, each in figures])),
    )  # fmt: skip


def notes_of(reports: Sequence[RunReport], figures: Sequence[RuleFigures]) -> Iterator[str]:
    """Who judged, what the intervals are, and what has to be known to read the figures right."""
    methods = {e.interval.method for f in figures for e in (f.precision, f.f1) if e.interval}
    yield f"判断器 judge: {'、'.join(judges_of(reports)) or 'none'}"
    yield f"区间 intervals: 95 %, {'; '.join(sorted(methods)) or 'none'}"
    if any(unequal(each) for each in figures):
        yield (
            "不等概率抽样的规则:数字已加权并写明估计方法,分数是未加权的计数 rules whose cases were drawn unequally: figures "
            "are weighted and name their estimator, the fractions are plain counts"
        )
    if any(each.split == "dev" and judge.name == "baseline" for each in reports for judge in each.judges):
        yield _SEEN
    flips = [each.flips for each in figures if each.flips is not None]
    if flips:
        yield (
            f"自我翻转 self-flips: 两次询问判断不同的概率 probability that two votes differ, "
            f"最高 highest {max(flips):.1%},平均 mean {sum(flips) / len(flips):.1%}"
        )
    stale = sum(each.stale for each in reports)
    if stale:
        yield f"过期标注 stale labels left out: {stale} (mingjian eval stale)"
    looks = [each.looks for each in reports if each.split == "test"]
    if all(each.cost is not None and not each.cost.charged for each in reports):
        yield f"费用 cost: {FREE}"
    if looks:
        yield f"看过测试集 looks at the test split: {max(looks)},含这次 this one included"


def judges_of(reports: Sequence[RunReport]) -> list[str]:
    """Name and model of every judge that had a say."""
    return sorted({" ".join(filter(None, (j.name, j.model))) for report in reports for j in report.judges})


def runs_section(runs: Sequence[tuple[str, Sequence[RunReport]]]) -> Section:
    """One row per run."""
    rows = []
    for name, reports in runs:
        rules = [each for report in reports for each in report.rules]
        decided = sum(each.n for each in rules)
        labelled = sum(each.labelled for each in rules)
        hits = sum(each.matrix.tp for each in rules)
        errors = sum(each.matrix.fp + each.matrix.fn for each in rules)
        sets = [report.eval_set for report in reports]
        rows.append(
            (name, sets[0] if len(sets) == 1 else f"{len(sets)} 个", reports[0].split,
             "、".join(judges_of(reports)) or "none", str(len(rules)), str(labelled), str(labelled - decided),
             number(2 * hits / (2 * hits + errors) if hits + errors else None),
             " ".join(told_in_short(reports) or ("–",)))
        )  # fmt: skip
    return Section(title="运行", english="Runs", columns=_RUNS, rows=tuple(rows))


def figure_cells(figures: Figures) -> tuple[str, ...]:
    """The cells from `n` to `ECE`."""
    open_ones = ", ".join(f"{reason} {count}" for reason, count in sorted(figures.undetermined.items()))
    return (
        str(figures.n), str(figures.hits), str(figures.no_hits), open_ones or "0", *_agreement(figures),
        number(figures.calibration_error),
    )  # fmt: skip


def _agreement(figures: Figures) -> tuple[str, ...]:
    """Precision to AC1."""
    raw = (figures.precision, figures.recall, figures.f1)
    own = unequal(figures)
    if own is None:
        return (*map(share, raw), number(figures.kappa), number(figures.ac1))
    weighted = zip((own.precision, own.recall, own.f1), raw, strict=True)
    return (
        *(weighted_share(*each) for each in weighted),
        f"{number(own.kappa.value)} {own.kappa.estimator}", f"{number(own.ac1.value)} {own.ac1.estimator}",
    )  # fmt: skip


def share(estimate: Estimate) -> str:
    """`0.92 [0.85, 0.96] 55/60`."""
    if estimate.value is None or estimate.interval is None:
        return "–"
    interval = estimate.interval
    counts = f"{estimate.numerator}/{estimate.denominator}"
    return f"{estimate.value:.2f} [{interval.low:.2f}, {interval.high:.2f}] {counts}"


def number(value: float | None) -> str:
    """Two places; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
