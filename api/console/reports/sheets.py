"""The report as a workbook: the numbers of the page, one sheet per part."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from api.console.calibration.figures import RateView
from api.console.language import Translator
from api.console.reports.checks import CHECKS_NOTE, CheckedView
from api.console.reports.loading import Report
from api.console.reports.rates import RATES_NOTE, Correction
from api.console.reports.report_page import Figure
from api.console.words import called
from api.reporting.section import Column, Section
from api.reporting.workbook import write_workbook


def workbook_of(report: Report, given: str, t: Translator) -> bytes:
    """An Excel file. `given`: the conditions, in words. Raises `FileError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        write_workbook(sections_of(report, given, t), path)
        return path.read_bytes()


def sections_of(report: Report, given: str, t: Translator) -> list[Section]:
    """Texts are those of the page."""
    return [
        _section(
            t("总览"), [t("指标"), t("数量"), t("共"), *_corrected_heads("", t)],
            [(*line, *_check(each.check)) for line, each in zip(_figures(report.figures), report.figures, strict=True)],
            notes=(given, t(CHECKS_NOTE)),
        ),
        _section(
            t("三周走势"),
            [
                t("七天"), t("会话"), t("平均分"), t("已质检"), t("触犯红线"), t("共"),
                *_corrected_heads(t("平均分"), t), *_corrected_heads(t("触犯红线"), t),
            ],
            [
                (
                    each.days, each.sessions, each.mean, each.inspected, each.red_lines, each.red_part,
                    *_check(each.checks.score), *_check(each.checks.red_lines),
                )
                for each in report.weeks
            ],
        ),
        _section(
            t("问题类型"), [t("问题类型"), t("命中"), t("共"), t("其中模型判定"), t("规则")],
            [(each.name, each.hits, each.part, each.by_judge, str(each.rules)) for each in report.types],
        ),
        _agents(report, t),
        _rules(report, t),
        *([_rates(report, t)] if report.rates else []),
        _section(t("满意度"), [t("评价"), t("数量"), t("共")], _figures(report.ratings)),
        _section(t("响应时间"), [t("指标"), t("时间"), t("共")], _figures(report.replies)),
    ]  # fmt: skip


def _agents(report: Report, t: Translator) -> Section:
    table = report.agents
    heads = [t("客服"), t("会话"), t("平均分"), t("与团队相差"), t("最低分"), t("红线"), *table.columns]
    rows = [
        (
            called(row.agent, report.names), row.sessions, row.mean, row.difference, row.lowest, row.red_lines,
            *("—" if cell is None else f"{cell.hit} / {cell.decided}" for cell in row.cells),
        )
        for row in table.rows
    ]  # fmt: skip
    return _section(t("客服与规则"), heads, rows)


def _rules(report: Report, t: Translator) -> Section:
    heads = [
        t("编号"), t("规则"), t("命中"), t("已判定"), t("占比"), t("判断器所说"), t("校正后"), t("下限"), t("上限"),
        t("估计方法"), t("校正"), t("三周：命中/已判定"), t("待定"), t("待定的原因"),
    ]  # fmt: skip
    rows = [
        (
            each.number, each.pill.text, each.hit, each.decided, each.share,
            *_corrected(report.corrections.get(each.rule_id)),
            report.trends.get(each.rule_id, ""), each.open, each.causes,
        )
        for each in report.rules
    ]  # fmt: skip
    return _section(t("规则"), heads, rows)


def _corrected(found: Correction | None) -> tuple[str, ...]:
    rate, note = (found.rate, found.note) if found else (None, "")
    return (*_rate(rate)[:5], note or _rate(rate)[5])


def _rate(it: RateView | None) -> tuple[str, ...]:
    """Raw with its hits out of what was judged, corrected, low, high, estimator, and what is still needed."""
    if it is None:
        return ("—", "", "", "", "", "")
    share, _, hits = it.raw.partition(" (")
    low, _, high = it.interval.strip("[]").partition(", ")
    raw = f"{hits.rstrip(')')} · {share}" if hits else share
    return (raw, it.corrected, low, high, it.estimator, it.needed)


def _rates(report: Report, t: Translator) -> Section:
    heads = [
        t("编号"), t("规则"), t("范围"), t("名称"), t("时段"), t("判断器所说"), t("校正后"), t("下限"), t("上限"), t("估计方法"),
        t("还需要"),
    ]  # fmt: skip
    periods = [t("整个时段"), *(each.days for each in report.weeks)]
    rows = [
        (each.number, each.title, line.kind, line.name, period, *_rate(cell))
        for each in report.rates.values()
        for line in each.lines
        for period, cell in zip(periods, line.cells, strict=True)
    ]
    return _section(t("校正后的比率"), heads, rows, notes=(t(RATES_NOTE),))


def _corrected_heads(of: str, t: Translator) -> list[str]:
    return [f"{of} {name}".strip() for name in (t("校正后"), t("下限"), t("上限"), t("校正"))]


def _check(it: CheckedView | None) -> tuple[str, ...]:
    return ("", "", "", "") if it is None else (it.corrected, it.low, it.high, it.note)


def _figures(found: Sequence[Figure]) -> list[tuple[str, ...]]:
    return [(each.name, each.number, each.out_of or each.part) for each in found]


def _section(
    title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], notes: tuple[str, ...] = ()
) -> Section:
    columns = tuple(Column(name, "", number=False) for name in heads)
    return Section(title=title, english="", columns=columns, rows=tuple(rows), notes=notes)
