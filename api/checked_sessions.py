"""What whole sessions that people checked make of mean scores, of red lines, and of each rule's labels."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.inspecting.rescoring import rescored
from api.schemas.reporting import CorrectedScores
from api.service import Service
from calibration.statistics.checked_sessions import (
    Checked,
    Worth,
    corrected_red_lines,
    corrected_score,
)
from evaluators.types import Scorecard
from storage import inspections, labels
from storage.inspections import StoredInspection
from storage.labels import JudgedCase
from storage.review import spot_checks
from storage.review.spot_checks import Covered, SpotCheck
from storage.session_filters import ReportFilters
from storage.trust import stages
from storage.trust.stages import RuleStage

_Key = tuple[str, int, str]


class Checks:
    """Checked sessions with what people make of them, each scored once however many periods it counts in."""

    def __init__(self, db: AsyncSession, service: Service) -> None:
        self._db, self._service = db, service
        self._known: dict[str, Worth | str] = {}
        self._staged: tuple[RuleStage, ...] | None = None

    async def corrected(self, filters: ReportFilters) -> CorrectedScores:
        """Of the sessions that a plan with checks could have drawn."""
        places = await spot_checks.covered(self._db, filters)
        found = [each for place in places for each in place.checks]
        kept = await inspections.get_many(self._db, [each.inspection_id for each in found])
        await self._learn(found, kept, filters)
        given = [each for place in places for each in self._checked(place, kept)]
        lost, disputed = (
            sum(self._known[each.inspection_id] == why for each in found) for why in ("lost", "disputed")
        )
        sessions = sum(each.sessions for each in places)
        judged = _mean(places) if sessions and not lost else None
        most = max([100.0, *(each.highest for each in places), *(each.true.score for each in given)])
        return CorrectedScores(
            score=corrected_score(given, judged, sessions, most=most),
            red_lines=corrected_red_lines(given, judged, sessions), disputed=disputed, lost=lost,
        )  # fmt: skip

    async def _learn(
        self, found: Sequence[SpotCheck], kept: Mapping[str, StoredInspection], filters: ReportFilters
    ) -> None:
        new = {each.inspection_id for each in found} - self._known.keys()
        if not new:
            return
        cases = {_key(each): each for each in await labels.pairs(self._db, filters=filters)}
        if self._staged is None:
            self._staged = await stages.history(self._db)
        for inspection_id in sorted(new):
            self._known[inspection_id] = await self._true(kept[inspection_id], cases)

    async def _true(self, kept: StoredInspection, cases: Mapping[_Key, JudgedCase]) -> Worth | str:
        """What people make of the session, or why that is not known."""
        inspection = kept.inspection
        gone, missed = self._in_shadow(kept), set[str]()
        for each in inspection.outcomes:
            case = cases.get((inspection.session_id, inspection.revision, each.rule_id))
            if case is None or case.rule_version != each.rule_version:
                continue
            if case.expected is None:
                return "disputed"
            if case.expected == "hit" and each.verdict != "hit" and each.rule_id not in gone:
                missed.add(each.rule_id)
            elif case.expected != "hit":
                gone.add(each.rule_id)
        if not missed and gone.isdisjoint(
            each.rule_id for each in inspection.outcomes if each.verdict == "hit"
        ):
            return _worth(inspection.scorecard)
        where = {rule_id: await self._where(kept, rule_id) for rule_id in sorted(missed)}
        card = await rescored(self._service.inspector, self._db, kept, gone, where)
        return "lost" if card is None else _worth(card)

    def _in_shadow(self, kept: StoredInspection) -> set[str]:
        """Rules whose hits did not count for scores then, right or wrong."""
        then: dict[str, str] = {}
        for each in self._staged or ():
            if each.purpose == "scoring" and each.at <= kept.inspected_at:
                then.setdefault(each.rule_id, each.stage)
        return {rule_id for rule_id, stage in then.items() if stage == "shadow"}

    async def _where(self, kept: StoredInspection, rule_id: str) -> Collection[str]:
        given = await labels.select_labels(self._db, session_id=kept.inspection.session_id, rule_id=rule_id)
        return dict.fromkeys(
            each for label in given if label.verdict == "hit" and label.revision == kept.inspection.revision
            for each in label.message_ids
        )  # fmt: skip

    def _checked(self, place: Covered, kept: Mapping[str, StoredInspection]) -> list[Checked]:
        """Together they stand for all sessions of the place."""
        known = [(each, self._known[each.inspection_id]) for each in place.checks]
        usable = [(each, true) for each, true in known if isinstance(true, Worth)]
        whole = sum(1 / each.inclusion_probability for each, _ in usable)
        return [
            Checked(
                true, _worth(kept[each.inspection_id].inspection.scorecard),
                place.sessions / each.inclusion_probability / whole,
            )
            for each, true in usable
        ]  # fmt: skip


def _key(case: JudgedCase) -> _Key:
    return case.session_id, case.revision, case.rule_id


def _worth(card: Scorecard) -> Worth:
    """As `spot_checks.covered` says of all sessions."""
    unvetoed = min(max(card.raw_total, 0), 100) if card.red_line else card.score
    return Worth(float(card.score), float(unvetoed), float(card.red_line))


def _mean(places: Sequence[Covered]) -> Worth:
    sessions = sum(each.sessions for each in places)
    return Worth(*(
        sum(each.sessions * getattr(each, name) for each in places) / sessions for name in Worth._fields
    ))  # fmt: skip


async def with_unnamed(
    db: AsyncSession, cases: Iterable[JudgedCase], rule_id: str | None = None
) -> list[JudgedCase]:
    """The labelled cases, and a case for each outcome that a reviewer of a whole session left as it was.

    Of such sessions only hits and mistakes are labelled. Taken alone they would say that nearly every session is a hit.
    """
    found = {_key(each): each for each in cases}
    checked = await spot_checks.checks(db, ReportFilters())
    kept = await inspections.get_many(db, sorted({each.inspection_id for each in checked}))
    for check in checked:
        for case in _unnamed(check, kept[check.inspection_id], rule_id):
            known = found.get(_key(case), case)
            if known.inclusion_probability is None:
                known = msgspec.structs.replace(known, inclusion_probability=case.inclusion_probability)
            found[_key(case)] = known
    return list(found.values())


def _unnamed(check: SpotCheck, kept: StoredInspection, rule_id: str | None) -> list[JudgedCase]:
    return [
        JudgedCase(
            session_id=check.session_id, revision=check.revision, rule_id=each.rule_id,
            rule_version=each.rule_version, inspection_id=check.inspection_id, said={},
            sources=("human_random",), expected=each.verdict, judged=each.verdict, reason_code=None,
            probability=None, inclusion_probability=check.inclusion_probability, shop=check.shop,
            group=check.group, agent_id=each.agent_id, started_at=check.started_at, labelled_at=check.decided_at,
        )
        for each in kept.inspection.outcomes
        if each.verdict in ("no_hit", "not_applicable") and rule_id in (None, each.rule_id)
    ]  # fmt: skip


def by_rule_of(cases: Iterable[JudgedCase]) -> defaultdict[str, list[JudgedCase]]:
    """The cases of each rule."""
    found: defaultdict[str, list[JudgedCase]] = defaultdict(list)
    for case in cases:
        found[case.rule_id].append(case)
    return found
