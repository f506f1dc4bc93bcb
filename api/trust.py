"""How far every rule can be trusted, put together from labels, reviewers, stages and certificates."""

from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import Caller
from api.checked_sessions import by_rule_of, with_unnamed
from api.reporting.rule_page import needs_judge
from api.schemas.trust import RuleTrust, WrongSplit
from api.service import Service
from calibration import watching
from calibration.certifying import provable
from calibration.planning import Known
from calibration.reviewers import agreement_by_rule, labelled_together
from calibration.statistics.adjudication import Cause, adjudicate
from calibration.statistics.stages import StageDecision, StagePolicy, next_stage
from calibration.trust import Measured, Slice, SliceRate, measure, rates
from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import Rule
from storage import labels
from storage.labels import JudgedCase, population, staleness
from storage.review import agreement
from storage.session_filters import ReportFilters
from storage.trust import adjudication, certificates, stages
from storage.trust.adjudication import Disagreement
from storage.trust.stages import Stage


async def all_rules(
    db: AsyncSession,
    service: Service,
    filters: ReportFilters,
    rules: Sequence[Rule],
    caller: Caller | None,
    *,
    level: float | None = None,
) -> tuple[RuleTrust, ...]:
    """In the order given. `level`: the agreement that is to be provable; None: that of the settings.

    How far people agree is for leads: reviewers would come to agree with the figure.
    """
    level = service.settings.automatic_precision if level is None else level
    lead = caller is not None and "configure" in caller.scopes
    labelled = await labels.pairs(db)
    by_rule, with_checks = by_rule_of(labelled), by_rule_of(await with_unnamed(db, labelled))
    together = labelled_together(labelled, await agreement.double_reviews(db))
    people = {each.rule_id: each for each in agreement_by_rule(together)}
    wrong = {each.rule_id: each for each in wrong_by_rule(await adjudication.disagreements(db))}
    sizes = await population.sizes(db, [rule_id for rule_id, cases in by_rule.items() if cases])
    held, evidence = await certificates.holding(db), await watching.evidence(db)
    notification, scoring = [await stages.stages_at(db, each) for each in stages.DEFAULTS]
    found = []
    for rule in rules:
        version = service.inspector.catalogue.rule_versions[rule.id]
        cases = await _valid(db, rule.id, version, by_rule[rule.id])
        known, stage = (
            measure(cases, sizes.get(rule.id)) if cases else None,
            notification.get(rule.id, stages.DEFAULTS["notification"]),
        )
        certified = rule.id in held or not needs_judge(rule)
        found.append(
            RuleTrust(
                rule_id=rule.id, number=rule.number, title=rule.title, rule_version=version,
                notification=stage, earned=decide(service, stage, known, certified=certified).stage,
                scoring=scoring.get(rule.id, stages.DEFAULTS["scoring"]),
                measured=known,
                rate=await _overall(
                    db, service, rule.id, await _valid(db, rule.id, version, with_checks[rule.id]), filters
                ),
                agreement=people.get(rule.id) if lead else None, stale=len(by_rule[rule.id]) - len(cases),
                wrong=wrong.get(rule.id), provable=provable(cases, level),
                certificate=held.get(rule.id), evidence=evidence.get(rule.id),
            )
        )  # fmt: skip
    return tuple(found)


async def drawn_cases(
    db: AsyncSession, service: Service, rules: Iterable[Rule]
) -> dict[str, list[JudgedCase]]:
    """By id those of the rules that a rate can be corrected for: cases labelled for what the rule means now.

    Only rules with a label that was drawn at random. What a reviewer of a whole session left as it was is labelled.
    """
    by_rule = by_rule_of(await with_unnamed(db, await labels.pairs(db)))
    found = {}
    for rule in rules:
        version = service.inspector.catalogue.rule_versions[rule.id]
        cases = await _valid(db, rule.id, version, by_rule[rule.id]) if by_rule[rule.id] else []
        if any(case.inclusion_probability for case in cases):
            found[rule.id] = cases
    return found


async def _valid(
    db: AsyncSession, rule_id: str, version: str, cases: Iterable[JudgedCase]
) -> list[JudgedCase]:
    """Those labelled under a version that means what the rule means now."""
    versions = await staleness.valid_versions(db, rule_id, version)
    return [case for case in cases if case.rule_version in versions]


async def _overall(
    db: AsyncSession, service: Service, rule_id: str, cases: Sequence[JudgedCase], filters: ReportFilters
) -> SliceRate | None:
    if not any(case.inclusion_probability for case in cases):
        return None
    judged = await population.judged(db, rule_id, filters)
    return next(iter(rates(judged, cases, timezone=service.settings.zone_of(None))), None)


async def measured(db: AsyncSession, service: Service, rule_id: str) -> Measured:
    """Precision and recall of a rule as it is now."""
    sizes = await population.sizes(db, [rule_id])
    return measure(await valid_cases(db, service, rule_id), sizes.get(rule_id))


async def valid_cases(db: AsyncSession, service: Service, rule_id: str) -> list[JudgedCase]:
    """The labelled cases of a rule that were labelled for what it means now."""
    version = service.inspector.catalogue.rule_versions[rule_id]
    return await _valid(db, rule_id, version, await labels.pairs(db, rule_id))


async def drawn_for_rates(db: AsyncSession, service: Service, rule_id: str) -> list[JudgedCase]:
    """The valid cases of a rule, and what reviewers of whole sessions left as it was."""
    version = service.inspector.catalogue.rule_versions[rule_id]
    cases = await with_unnamed(db, await labels.pairs(db, rule_id), rule_id)
    return await _valid(db, rule_id, version, cases)


async def measured_rules(
    db: AsyncSession, catalogue: Catalogue, rule_ids: Iterable[str]
) -> dict[str, Measured]:
    """Of these rules those that labels say something about, as they are now."""
    found = {}
    for rule_id in rule_ids:
        version = catalogue.rule_versions.get(rule_id)
        if version is not None:
            known = measure(await _valid(db, rule_id, version, await labels.pairs(db, rule_id)))
            if known.drawn:
                found[rule_id] = known
    return found


async def slices(
    db: AsyncSession, service: Service, rule_id: str, filters: ReportFilters, *, by: Slice, weekly: bool
) -> tuple[SliceRate, ...]:
    """The rate of a rule per slice and week, raw and corrected."""
    cases = await drawn_for_rates(db, service, rule_id)
    judged = await population.judged(db, rule_id, filters)
    return rates(judged, cases, by=by, weekly=weekly, timezone=service.settings.zone_of(None))


def wrong_by_rule(found: tuple[Disagreement, ...]) -> tuple[WrongSplit, ...]:
    """Who was wrong, counted by rule, with the bottleneck where it is clear."""
    split = []
    for each in adjudication.count_by_rule(found):
        counts = msgspec.structs.asdict(each)
        settled: list[Cause] = [cause for cause in get_args(Cause) for _ in range(counts[cause])]
        split.append(WrongSplit(**counts, bottleneck=adjudicate(settled).bottleneck))
    return tuple(split)


async def known_of(db: AsyncSession, service: Service, rule_id: str, filters: ReportFilters) -> Known:
    """What was judged of a rule, and which of it has a label that was drawn at random."""
    judged = await population.judged(db, rule_id, filters)
    drawn = {
        case.session_id: case.expected == "hit"
        for case in await drawn_for_rates(db, service, rule_id)
        if case.inclusion_probability is not None and case.expected is not None
    }
    return Known({each.session_id: "hit" if each.hit else "no_hit" for each in judged}, drawn)


def decide(service: Service, stage: Stage, found: Measured | None, *, certified: bool) -> StageDecision:
    """Where a rule should be by what labels say of it. `certified`: a certificate holds, or none is needed."""
    policy = StagePolicy(automatic=service.settings.automatic_precision)
    interval = None if found is None else found.precision.interval
    known = 0 if found is None else found.precision.labels
    return next_stage(
        stage, known, None if interval is None else interval.low, certified=certified, policy=policy
    )
