"""From which probability on verdicts of a rule stand without a person: proven from labels, for one rule and judge.

Hits and other verdicts are proven apart: easy negatives would carry any level alone. Only labels that were drawn at
random count, and of those drawn with unequal chances as many as were drawn with equal ones.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from calibration.errors import CertificateNotEarned
from calibration.statistics.certification import Reviewed, Threshold, cases_needed, certify_threshold
from evaluators.types import JudgeRef
from storage import inspections, labels
from storage.automation import probabilities
from storage.labels import JudgedCase, staleness

Decided = Literal["hit", "no_hit"]
#: Probabilities that later ones are compared with, at most.
_REFERENCE = 1000


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What is proven of a rule: the document of its certificate.

    `least`: by verdict the least probability that stands by itself (None: none does), with the `thresholds` it comes
    from. `judge`: whose probabilities. `left_out`: labelled cases that do not count: not drawn at random, drawn with a
    larger chance than others, of another version or judge, without probability. `reference`: how many probabilities
    later ones are compared with.
    """

    level: float
    delta: float
    least: dict[Decided, float | None]
    thresholds: dict[Decided, Threshold]
    judge: JudgeRef
    left_out: int
    reference: int


class Proven(NamedTuple):
    """A proof, and the probabilities of a hit (0..1) that judged sessions came with at the time."""

    proof: Proof
    reference: list[float]


class _Case(NamedTuple):
    key: str
    verdict: Decided
    reviewed: Reviewed
    chance: float


async def prove(db: AsyncSession, rule_id: str, version: str, *, level: float, delta: float = 0.05) -> Proven:
    """For a rule as it is in `version`. Raises `CertificateNotEarned` unless a threshold for hits is proven."""
    valid = await staleness.valid_versions(db, rule_id, version)
    cases = await labels.pairs(db, rule_id, beside="latest", rule_versions=valid)
    judge, told = await _of_one_judge(db, cases, version)
    if judge is None:
        raise CertificateNotEarned(
            f"no labelled case of {rule_id!r} as it is now came with a judge's probability: draw a sample and label it",
            labelled=0, needed=cases_needed(level, delta),
        )  # fmt: skip
    thresholds: dict[Decided, Threshold] = {}
    counted = 0
    for verdict in _DECIDED:
        even = evenly_drawn([each for each in told if each.verdict == verdict])
        counted += len(even)
        thresholds[verdict] = certify_threshold([each.reviewed for each in even], level, delta)
    _require(thresholds["hit"], sum(each.verdict == "hit" for each in told))
    found = await probabilities.latest(db, rule_id, judge.name, limit=_REFERENCE)
    reference = [
        probability
        for each in found
        if each.rule_version == version and each.judge is not None and each.judge.model == judge.model
        and (probability := probabilities.of_hit(each)) is not None
    ]  # fmt: skip
    proof = Proof(
        level=level, delta=delta, least={each: thresholds[each].confidence for each in _DECIDED},
        thresholds=thresholds, judge=judge, left_out=len(cases) - counted, reference=len(reference),
    )  # fmt: skip
    return Proven(proof, reference)


def provable(cases: Iterable[JudgedCase], level: float, delta: float = 0.05) -> dict[Decided, Threshold]:
    """By verdict what such labels would prove, whichever judge they are of; empty: none that was drawn came with a
    probability, or the level is one that nothing proves. `prove` asks for the judge of now besides."""
    told = [found for case in cases if (found := _told(case)) is not None] if 0 < level < 1 else []
    return {
        verdict: certify_threshold(
            [each.reviewed for each in evenly_drawn(each for each in told if each.verdict == verdict)], level, delta
        )
        for verdict in (_DECIDED if told else ())
    }  # fmt: skip


def _told(case: JudgedCase) -> _Case | None:
    if case.probability is None or case.expected is None or case.inclusion_probability is None:
        return None
    verdict: Decided = "hit" if case.judged == "hit" else "no_hit"
    confidence = case.probability if verdict == "hit" else 1 - case.probability
    agrees = (case.expected == "hit") == (verdict == "hit")
    key = f"{case.session_id}/{case.revision}"
    return _Case(key, verdict, Reviewed(confidence, agrees), case.inclusion_probability)


_DECIDED: tuple[Decided, ...] = ("hit", "no_hit")


def _require(hits: Threshold, labelled: int) -> None:
    if hits.confidence is None:
        raise CertificateNotEarned(
            f"{hits.level:.0%} agreement on hits is not proven by the {labelled} labelled ones that were drawn at "
            f"random: at least {hits.needed} that all agree are needed",
            labelled=labelled, needed=hits.needed,
        )  # fmt: skip


async def _of_one_judge(
    db: AsyncSession, cases: Sequence[JudgedCase], version: str
) -> tuple[JudgeRef | None, list[_Case]]:
    """The judge most of the cases were judged by, and its cases that count."""
    kept = await inspections.get_many(db, sorted({each.inspection_id for each in cases}))
    found: list[tuple[JudgeRef, _Case]] = []
    for case in cases:
        outcomes = kept[case.inspection_id].inspection.outcomes
        outcome = next(each for each in outcomes if each.rule_id == case.rule_id)
        if (
            outcome.judge is None or outcome.rule_version != version or outcome.confidence is None
            or case.expected is None or case.inclusion_probability is None
        ):  # fmt: skip
            continue
        if outcome.verdict == "hit" or outcome.verdict == "no_hit":
            agrees = (case.expected == "hit") == (outcome.verdict == "hit")
            own = JudgeRef(name=outcome.judge.name, model=outcome.judge.model)
            key = f"{case.session_id}/{case.revision}"
            reviewed = Reviewed(outcome.confidence, agrees)
            found.append((own, _Case(key, outcome.verdict, reviewed, case.inclusion_probability)))
    names = Counter((judge.name, judge.model) for judge, _ in found).most_common(1)
    if not names:
        return None, []
    [(most, _)] = names
    judge = JudgeRef(name=most[0], model=most[1])
    return judge, [case for own, case in found if own == judge]


def evenly_drawn(cases: Iterable[_Case]) -> list[_Case]:
    """Of cases drawn with unequal chances, each is kept with the smallest chance over its own: then all were drawn
    alike, as the exact test asks. By a hash of the session: the same cases, the same choice."""
    known = list(cases)
    least = min((each.chance for each in known), default=1.0)
    return [each for each in known if _lot(each.key) < least / each.chance]


def _lot(key: str) -> float:
    """Uniform in [0, 1)."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7]) / 2**56
