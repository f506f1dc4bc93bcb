"""A report as sections, in the order in which a lead reads them."""

from collections.abc import Callable

from api.reporting.figures import Report
from api.reporting.findings import faults, merits, not_scored, red_lines, undecided
from api.reporting.section import Section
from api.reporting.service import agents, overview, platforms, replies, satisfaction


def lay_out(report: Report) -> list[Section]:
    """The sections that have something to say."""
    sections: tuple[Callable[[Report], Section], ...] = (
        overview,
        red_lines,
        faults,
        merits,
        agents,
        replies,
        platforms,
        satisfaction,
        not_scored,
        undecided,
    )
    laid_out = [section(report) for section in sections]
    return [section for section in laid_out if section.rows or section.notes]
