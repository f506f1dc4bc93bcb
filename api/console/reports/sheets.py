"""The report as a workbook: the numbers of the page, one sheet per part."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from api.console.language import Translator
from api.console.reports.loading import Report
from api.console.reports.report_page import Figure
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
        _section(t("总览"), [t("指标"), t("数量"), t("共")], _figures(report.figures), notes=(given,)),
        _section(
            t("三周走势"), [t("七天"), t("会话"), t("平均分"), t("已质检"), t("触犯红线")],
            [(each.days, each.sessions, each.mean, each.inspected, each.red_lines) for each in report.weeks],
        ),
        _section(
            t("问题类型"), [t("问题类型"), t("命中"), t("共"), t("规则")],
            [(each.name, each.hits, each.part, str(each.rules)) for each in report.types],
        ),
        _agents(report, t),
        _section(
            t("规则"),
            [t("编号"), t("规则"), t("命中"), t("已判定"), t("占比"), t("待定"), t("待定的原因"), t("三周：命中/已判定")],
            [
                (
                    each.number, each.pill.text, each.hit, each.decided, each.share, each.open, each.causes,
                    report.trends.get(each.rule_id, ""),
                )
                for each in report.rules
            ],
        ),
        _section(t("满意度"), [t("评价"), t("数量"), t("共")], _figures(report.ratings)),
        _section(t("响应时间"), [t("指标"), t("时间"), t("共")], _figures(report.replies)),
    ]  # fmt: skip


def _agents(report: Report, t: Translator) -> Section:
    table = report.agents
    heads = [t("客服"), t("会话"), t("平均分"), t("与团队相差"), t("最低分"), t("红线"), *table.columns]
    rows = [
        (
            row.agent, row.sessions, row.mean, row.difference, row.lowest, row.red_lines,
            *("—" if cell is None else f"{cell.hit} / {cell.decided}" for cell in row.cells),
        )
        for row in table.rows
    ]  # fmt: skip
    return _section(t("客服与规则"), heads, rows)


def _figures(found: Sequence[Figure]) -> list[tuple[str, ...]]:
    return [(each.name, each.number, each.part) for each in found]


def _section(
    title: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], notes: tuple[str, ...] = ()
) -> Section:
    columns = tuple(Column(name, "", number=False) for name in heads)
    return Section(title=title, english="", columns=columns, rows=tuple(rows), notes=notes)
