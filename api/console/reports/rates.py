"""How often each rule's behaviour really occurs: what was judged beside what labels make of it, by slice and week."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from api.console.calibration.figures import RateView, rate_of
from api.console.language import Translator, msg
from api.console.reports.filters import Asked, Week
from api.console.reports.report_page import Given
from api.console.words import called, title_of
from api.reporting.rule_page import needs_judge
from api.reporting.wording import count
from api.service import Service
from calibration.trust import Slice, SliceRate, rates
from evaluators.grammar.kinds import Rule
from storage import agent_names
from storage.labels import JudgedCase, population

RATES_NOTE = msg(
    "判断器所说：判为命中的会话 / 判过的会话，不适用也算判过；被复核推翻的命中仍在其中，由校正扣除。校正只用随机抽取的标注。"
)
TOO_FEW = msg("{count} 个随机标注，太少，无法校正")
#: From fewer labels a corrected rate would say next to nothing of a slice.
FEWEST = 5
SLICES: dict[Slice, str] = {
    "all": msg("全部"),
    "shop": msg("店铺"),
    "group": msg("分组"),
    "agent": msg("客服"),
}


class Correction(NamedTuple):
    """What stands beside a rule's share. `rate` None: `note` says why none is needed, or none possible.

    `href` with `action`: the rates by slice and week, or where to label.
    """

    rate: RateView | None
    note: str
    href: str
    action: str


class RateLine(NamedTuple):
    """A slice: its kind, its name (empty: without one), and the period with its weeks, oldest first. None: nothing
    was judged then.
    """

    kind: str
    name: str
    cells: list[RateView | None]


class RuleRates(NamedTuple):
    """`lines`: of all sessions first. `unlabelled`: how many further slices have too few labels in every period."""

    number: str
    title: str
    lines: list[RateLine]
    unlabelled: int


def corrections_of(
    rules: Iterable[Rule], found: Mapping[str, RateView | None], given: Given, t: Translator
) -> dict[str, Correction]:
    """By rule id. `found`: the rate of each rule that has labels, None where it was not judged."""
    query = f"?{urlencode(given)}" if given else ""
    return {rule.id: _correction(rule, found, query, t) for rule in rules}


def _correction(rule: Rule, found: Mapping[str, RateView | None], query: str, t: Translator) -> Correction:
    address = f"/reports/rules/{rule.id}{query}"
    if not needs_judge(rule):
        return Correction(None, t("规则直接判定，无需校正"), "", "")
    if rule.id not in found:
        return Correction(None, t(TOO_FEW, count=0), f"/calibration/{rule.id}#next", t("抽样标注"))
    return Correction(found[rule.id], "", address, t("按店铺、分组、客服和周"))


def overall_of(found: Mapping[str, RuleRates]) -> dict[str, RateView | None]:
    """Of all sessions in the period."""
    return {rule_id: each.lines[0].cells[0] for rule_id, each in found.items()}


async def load_rates(
    db: AsyncSession, service: Service, rules: Mapping[str, Sequence[JudgedCase]], asked: Asked,
    weeks: Sequence[Week], t: Translator, by: Sequence[Slice] = ("all",),
) -> dict[str, RuleRates]:  # fmt: skip
    """Of `rules` with their labelled cases, over the period asked for and each week."""
    filters = [asked.filters, *(week.filters for week in weeks)]
    found = {}
    for rule_id, cases in rules.items():
        judged = [await population.judged(db, rule_id, each) for each in filters]
        lines, unlabelled = [], 0
        for slice_ in by:
            of = [rates(each, cases, by=slice_, timezone=asked.zone) for each in judged]
            some = slice_lines(slice_, of, t)
            if slice_ == "agent":
                some = await _named(db, some)
            shown = [line for line in some if slice_ == "all" or not cases or _is_labelled(line)]
            unlabelled += len(some) - len(shown)
            lines += shown
        rule = service.inspector.catalogue.find(rule_id)
        title = title_of(rule, rule_id, t)
        lines = lines or [RateLine(t(SLICES["all"]), "", [None] * len(filters))]
        found[rule_id] = RuleRates(rule.number or "", title, lines, unlabelled)
    return found


async def _named(db: AsyncSession, lines: Sequence[RateLine]) -> list[RateLine]:
    names = await agent_names.names_of(db, (line.name for line in lines))
    return [line._replace(name=called(line.name, names)) for line in lines]


def slice_lines(by: Slice, periods: Sequence[Sequence[SliceRate]], t: Translator) -> list[RateLine]:
    """From the rates of each period; by name, sessions without one last."""
    named = [{each.slice or "": each for each in period} for period in periods]
    names = sorted({name for period in named for name in period}, key=lambda name: (not name, name))
    return [RateLine(t(SLICES[by]), name, [cell_of(each.get(name), t) for each in named]) for name in names]


def cell_of(found: SliceRate | None, t: Translator) -> RateView | None:
    """With too few labels only what was judged; what is needed stays said."""
    view = rate_of(found, t)
    if found is None or view is None:
        return None
    hits = round((found.rate.raw or 0) * found.rate.judged)
    view = view._replace(raw=f"{view.raw} ({count(hits)}/{count(found.rate.judged)})")
    if found.rate.labels >= FEWEST:
        return view
    return view._replace(corrected="", interval="", estimator=t(TOO_FEW, count=found.rate.labels))


def _is_labelled(line: RateLine) -> bool:
    return any(cell is not None and cell.corrected for cell in line.cells)
