"""What to label next: so many hits and others for intervals as narrow as people decide by, drawn so that the labels count."""

import secrets
from collections.abc import Collection
from typing import NamedTuple

from api.console.language import Translator
from calibration.planning import FLAGGED, UNFLAGGED, Known
from calibration.statistics.planning import HalfWidths, plan_labels
from calibration.statistics.rates.cases import JudgedCase, count
from calibration.statistics.sampling import draw_stratified
from storage.review.plan_shapes import Plan, PlannedCase

#: How far a precision, and a rate, may be off on either side to be decided by.
WANTED = HalfWidths(precision=0.1, prevalence=0.05)
#: More at once than two people read in a day.
MOST = 200
#: For rules that nothing was judged of yet.
_FIRST = (35, 25)


class Advice(NamedTuple):
    """How many more to draw of each. `words`: what that buys; `waiting`: drawn, and not labelled yet."""

    hits: int
    others: int
    words: str
    waiting: int = 0


def advise(known: Known, waiting: Collection[str], t: Translator) -> Advice:
    """The fewest labels for `WANTED`, as many as there are, `MOST` at once, less those that wait in the queue."""
    if not known.verdicts:
        return Advice(*_FIRST, t("还没有判过的会话。"))
    cases = [JudgedCase(verdict == "hit", known.labels.get(each)) for each, verdict in known.verdicts.items()]
    plan = plan_labels(count(cases), WANTED, budget=MOST)
    widths = {
        "precision": f"{(WANTED.precision or 0) * 100:.0f}",
        "rate": f"{(WANTED.prevalence or 0) * 100:.0f}",
    }
    if plan.enough:
        return Advice(
            0, 0, t("标注已够：精确率误差不超过 ±{precision} 个百分点，发生率不超过 ±{rate} 个。", **widths)
        )
    hits = sum(known.verdicts.get(each) == "hit" for each in waiting)
    others = sum(each in known.verdicts for each in waiting) - hits
    advice = Advice(max(plan.flagged - hits, 0), max(plan.unflagged - others, 0), "", len(waiting))
    if plan.reached:
        told = t(
            "按现在的标注推算，这些标完，精确率误差不超过 ±{precision} 个百分点，发生率不超过 ±{rate} 个。",
            **widths,
        )
    else:
        told = t(
            "一次最多 {most} 个，或会话不够：标完这些，精确率约 ±{precision} 个百分点，发生率约 ±{rate} 个。", most=MOST,
            precision=_points(plan.expected.precision), rate=_points(plan.expected.prevalence),
        )  # fmt: skip
    return advice._replace(words=told)


def _points(width: float | None) -> str:
    return "?" if width is None else f"{width * 100:.0f}"


def draw(
    rule_id: str, title: str, known: Known, waiting: Collection[str], wanted: tuple[int, int], reviewers: int
) -> Plan | None:
    """`wanted`: hits, which tell of precision, and others, which tell of recall and the rate; two reviewers tell how far
    people agree.

    Others are all that was judged and is no hit, as the rate counts them. As many as have no label and are not `waiting` for
    one; None: none.
    """
    taken = {*known.labels, *waiting}
    strata = {
        FLAGGED: [each for each, verdict in known.verdicts.items() if verdict == "hit"],
        UNFLAGGED: [each for each, verdict in known.verdicts.items() if verdict != "hit"],
    }
    numbers = {
        name: min(number, sum(each not in taken for each in strata[name]))
        for name, number in zip((FLAGGED, UNFLAGGED), wanted, strict=True)
    }
    drawn = draw_stratified(strata, numbers, seed=secrets.randbelow(2**31), labelled=taken)
    chosen = tuple(
        PlannedCase(
            session_id=each.case_id, rule_id=rule_id, inclusion_probability=each.inclusion_probability
        )
        for each in drawn
    )
    if not chosen:
        return None
    return Plan(title=title, what="planned", chosen=chosen, reviewers=reviewers, blind=True, due_hours=72)
