"""A run as Markdown and as a page of its own: what to read first stands first."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from api.reporting.evals.charts import COLOURS, svg
from api.reporting.evals.costs import told_in_short
from api.reporting.evals.curves import Past, charts_of
from api.reporting.evals.figures import figure_sections, judges_of, number
from api.reporting.evals.weighted import unequal, weighted_share
from api.reporting.section import Column, Section, heads
from calibration.runs import Figures, Judged, RunReport
from calibration.runs.figures import pooled
from calibration.statistics.metrics import Estimate

_WRONG = heads(
    "错判 error | 规则 rule | 用例 case | 标注 label | 判断 verdict | 把握 confidence > | 引文 quotes"
)
_OPEN = heads("原因 cause | 规则 rule | 用例数 cases >")
_WORDS = {True: "误报 false hit", False: "漏报 missed hit"}
#: Cells that stand out.
_CLASSES = {word: "bad" for word in _WORDS.values()}
_RANGE = re.compile(r"^(\S+) (\[[^\]]*\]) (\d+/\d+.*)$")


class Tile(NamedTuple):
    """A figure to read first."""

    name: str
    value: str
    note: str


def report_sections(reports: Sequence[RunReport], most: int = 200) -> list[Section]:
    """Figures, slices, what was wrong with the quotes of both sides, and what stayed open."""
    *figures, slices = figure_sections(reports, slices=True)
    sections = (*figures, _wrong(reports, most), _open(reports), slices)
    return [section for section in sections if section.rows]


def _wrong(reports: Sequence[RunReport], most: int) -> Section:
    found = [each for report in reports for each in report.cases if is_wrong(each)]
    # What the judge was surest of first: there rule or label is most likely at fault.
    found.sort(key=lambda each: -(each.confidence or 0))
    rest = len(found) - most
    return Section(
        title="判错的用例", english="Wrong verdicts", columns=_WRONG,
        rows=tuple(
            (_WORDS[each.verdict == "hit"], each.rule_id, each.case_id, each.expected, each.verdict,
             number(each.confidence), quotes_of(each))
            for each in found[:most]
        ),
        notes=(f"另有 {rest} 个 more, in --format json",) if rest > 0 else (),
    )  # fmt: skip


def is_wrong(case: Judged) -> bool:
    """Whether labels contradict the verdict; what is undecided contradicts nobody."""
    return case.verdict != "undetermined" and (case.verdict == "hit") != (case.expected == "hit")


def quotes_of(case: Judged) -> str:
    """What the judge cites; of a missed hit, what labellers marked."""
    return " | ".join(case.quotes if case.verdict == "hit" else case.label_quotes)


def _open(reports: Sequence[RunReport]) -> Section:
    rows = [
        (cause, each.rule_id, str(count))
        for report in reports
        for each in report.rules
        for cause, count in each.undetermined.items()
    ]
    return Section(title="待定", english="Undetermined", columns=_OPEN, rows=tuple(sorted(rows)))


def markdown(reports: Sequence[RunReport]) -> str:
    """Headings and tables; text of customers and agents is never read as markup."""
    lines = [f"# {_title(reports)}", ""]
    for section in report_sections(reports):
        lines += [f"## {section.title} {section.english}", ""]
        lines += [_md_row(f"{each.name} {each.english}".strip() for each in section.columns)]
        lines += ["|" + "|".join("---:" if each.number else "---" for each in section.columns) + "|"]
        lines += [_md_row(row) for row in section.rows]
        lines += ["", *(f"{note}  " for note in section.notes), ""]
    lines += ["## 依据 What the verdicts depend on", ""]
    return "\n".join([*lines, *(f"- {name}: `{value}`" for name, value in _pins(reports)), ""])


def _md_row(cells: Iterable[str]) -> str:
    plain = (re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(str(cell).split())) for cell in cells)
    return f"| {' | '.join(plain)} |"


def html(reports: Sequence[RunReport], past: Sequence[Past]) -> str:
    """One file that needs no other."""
    figures = pooled([each for report in reports for each in report.cases])
    started = reports[0].started_at
    return _template().render(
        title=_title(reports), english="Evaluation report", tiles=_tiles(figures, reports),
        subtitle=f"{started:%Y-%m-%d %H:%M} UTC · 判断器 judge: {'、'.join(judges_of(reports)) or 'none'}",
        charts=charts_of(reports, past), sections=report_sections(reports), pins=_pins(reports),
        svg=lambda chart: Markup(svg(chart)), cell_of=_cell, colours=COLOURS,
    )  # fmt: skip


@cache
def _template() -> Template:
    loader = PackageLoader("api.reporting", "evals")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("page.html.j2")


def _title(reports: Sequence[RunReport]) -> str:
    sets = [each.eval_set for each in reports]
    return f"评测报告 · {sets[0] if len(sets) == 1 else f'{len(sets)} 个评测集'} · {reports[0].split}"


def _tiles(figures: Figures, reports: Sequence[RunReport]) -> list[Tile]:
    left = figures.labelled - figures.n
    tiles = [
        Tile(
            "用例 cases",
            str(figures.labelled),
            f"{figures.expected_hits} 命中 hits · {left} 待定 undetermined",
        ),
        *_agreement(figures),
        Tile("ECE", number(figures.calibration_error), "概率与事实之差 told against true"),
    ]
    if figures.flips is not None:
        tiles.append(Tile("自我翻转 self-flips", f"{figures.flips:.1%}", "两次询问不同 two votes differ"))
    cost = told_in_short(reports)
    if cost is not None:
        tiles.append(Tile("费用 cost", *cost))
    looks = [each.looks for each in reports if each.split == "test"]
    if looks:
        tiles.append(Tile("看过测试集 looks", str(max(looks)), "含这次 this one included"))
    return tiles


def _agreement(figures: Figures) -> list[Tile]:
    raw = (("精确率 precision", figures.precision), ("召回率 recall", figures.recall), ("F1", figures.f1))
    own, chance = unequal(figures), "一致性,去除偶然 beyond chance"
    if own is None:
        both = f"{number(figures.kappa)} · {number(figures.ac1)}"
        return [*(_share(*each) for each in raw), Tile("κ · AC1", both, chance)]
    weighted = zip(raw, (own.precision, own.recall, own.f1), strict=True)
    both = f"{number(own.kappa.value)} · {number(own.ac1.value)}"
    return [
        *(
            Tile(name, number(figure.value), weighted_share(figure, plain).partition(" ")[2])
            for (name, plain), figure in weighted
        ),
        Tile("κ · AC1", both, f"{chance} · {own.kappa.estimator}"),
    ]  # fmt: skip


def _share(name: str, estimate: Estimate) -> Tile:
    if estimate.value is None or estimate.interval is None:
        return Tile(name, "–", "")
    interval = f"[{estimate.interval.low:.2f}, {estimate.interval.high:.2f}]"
    return Tile(name, f"{estimate.value:.2f}", f"{interval} · {estimate.numerator}/{estimate.denominator}")


def _cell(cell: str, column: Column) -> Markup:
    share = _RANGE.match(cell)
    if share:
        return Markup("<td>{} <small>{} {}</small></td>").format(*share.groups())
    if column.english == "quotes":
        quotes = (Markup("<q>{}</q>").format(each) for each in cell.split(" | ") if each)
        return Markup('<td class="said">{}</td>').format(Markup("").join(quotes))
    kind = "n" if column.number else _CLASSES.get(cell, "")
    return Markup('<td class="{}">{}</td>').format(kind, cell)


def _pins(reports: Sequence[RunReport]) -> list[tuple[str, str]]:
    pins = reports[0].pins
    rows = [("目录 catalogue", reports[0].catalogue_version)]
    if pins is not None:
        rows.append(("代码 code", pins.code))
        if pins.judge is not None:
            told = [pins.judge.name, pins.judge.model or "", pins.judge.server or ""]
            told += [f"{name}={value}" for name, value in pins.judge.parameters.items()]
            rows.append(("判断器 judge", " ".join(filter(None, told))))
        rows.append(("投票 votes", str(pins.votes)))
    rows += [(f"{each.eval_set} {each.split}", each.set_version) for each in reports]
    return rows + [(each.rule_id, each.rule_version) for report in reports for each in report.rules]
