"""A run: rules (and acts) over an eval set, with everything pinned that its verdicts depend on."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec import Struct

from calibration.eval_sets import Case, EvalSet
from calibration.statistics.metrics import (
    Estimate,
    Matrix,
    Pair,
    cohen_kappa,
    expected_calibration_error,
    f1,
    gwet_ac1,
    matrix_of,
    precision,
    recall,
)
from evaluators.answers import Answers, Unanswered
from evaluators.catalogue.loading import Catalogue
from evaluators.errors import RuleNotFound
from evaluators.inspection import inspect_session
from evaluators.judges.port import Judge
from evaluators.judges.verification import verified
from evaluators.plan import Plan, compile_plan
from evaluators.timeline.timeline import Timeline
from evaluators.types import JudgeRef, Outcome
from prompts.library import load_prompts

Progress = Callable[[int, int], None]


class Judged(Struct, frozen=True, kw_only=True):
    """What was found in one case for one rule or act, beside what labels say. `confidence`: probability of the
    verdict, where a judge gave one."""

    case_id: str
    rule_id: str
    expected: str
    verdict: str
    reason_code: str | None = None
    confidence: float | None = None
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    judge: JudgeRef | None = None


class RuleFigures(Struct, frozen=True, kw_only=True):
    """How one rule did. `labelled`: cases with a majority label; `n` of them were decided."""

    rule_id: str
    rule_version: str
    labelled: int
    expected_hits: int
    n: int
    hits: int
    no_hits: int
    undetermined: dict[str, int]
    matrix: Matrix
    precision: Estimate
    recall: Estimate
    f1: Estimate
    kappa: float | None
    ac1: float | None
    calibration_error: float | None


class RunReport(Struct, frozen=True, kw_only=True):
    """`report.json`: the pins of a run, figures per rule, and every case."""

    eval_set: str
    split: str
    set_version: str
    source: str
    catalogue_version: str
    judges: list[JudgeRef]
    started_at: datetime
    rules: list[RuleFigures]
    cases: list[Judged]


class _Subject(NamedTuple):
    """A rule with its plan, or an act (plan None) asked of the judge directly."""

    rule_id: str
    version: str
    plan: Plan | None


async def run_eval_set(
    eval_set: EvalSet,
    rules: Sequence[str],
    catalogue: Catalogue,
    judge: Judge | None,
    *,
    concurrency: int = 16,
    progress: Progress | None = None,
) -> RunReport:
    """Judge every labelled case of the set. `rules` (ids, R-numbers or acts): empty for all that have labels."""
    started = datetime.now(UTC)
    subjects = [_subject(name, catalogue) for name in (rules or eval_set.rules())]
    work = [
        (case, subject, expected)
        for case in eval_set.cases
        for subject in subjects
        if (expected := case.expected(subject.rule_id)) is not None
    ]
    gate = asyncio.Semaphore(concurrency)
    done = 0

    async def one(case: Case, subject: _Subject, expected: str) -> Judged:
        nonlocal done
        async with gate:
            judged = await _judge(case, subject, expected, judge)
        done += 1
        if progress is not None:
            progress(done, len(work))
        return judged

    cases = await asyncio.gather(*(one(*each) for each in work))
    figures = [figures_of(subject.rule_id, subject.version, cases) for subject in subjects]
    refs = {repr(each.judge): each.judge for each in cases if each.judge is not None}
    return RunReport(
        eval_set=eval_set.name, split=eval_set.split, set_version=eval_set.version, source=eval_set.info.source,
        catalogue_version=catalogue.version, judges=[refs[key] for key in sorted(refs)], started_at=started,
        rules=figures, cases=list(cases),
    )  # fmt: skip


def figures_of(rule_id: str, version: str, cases: Iterable[Judged]) -> RuleFigures:
    """The figures of one rule out of all judged cases."""
    own = [each for each in cases if each.rule_id == rule_id]
    matrix = matrix_of(Pair(each.expected, each.verdict, each.reason_code) for each in own)
    told = [
        (each.confidence, (each.verdict == "hit") == (each.expected == "hit"))
        for each in own
        if each.confidence is not None
    ]
    return RuleFigures(
        rule_id=rule_id, rule_version=version, labelled=len(own),
        expected_hits=sum(each.expected == "hit" for each in own),
        n=matrix.n, hits=matrix.tp + matrix.fp, no_hits=matrix.fn + matrix.tn,
        undetermined=dict(matrix.undetermined), matrix=matrix, precision=precision(matrix), recall=recall(matrix),
        f1=f1(matrix), kappa=cohen_kappa(matrix), ac1=gwet_ac1(matrix),
        calibration_error=expected_calibration_error(told),
    )  # fmt: skip


def _subject(name: str, catalogue: Catalogue) -> _Subject:
    try:
        rule = catalogue.find(name)
    except RuleNotFound:
        prompt = load_prompts().get(name)
        if prompt is None:
            raise
        return _Subject(prompt.id, prompt.version, None)
    return _Subject(rule.id, catalogue.rule_versions[rule.id], compile_plan(catalogue, [rule.id]))


async def _judge(case: Case, subject: _Subject, expected: str, judge: Judge | None) -> Judged:
    if subject.plan is not None:
        outcome = (await inspect_session(case.session, subject.plan, judge)).outcomes[0]
        return _of_outcome(case, outcome, expected)
    return await _of_act(case, subject.rule_id, expected, judge)


def _of_outcome(case: Case, outcome: Outcome, expected: str) -> Judged:
    return Judged(
        case_id=case.case_id, rule_id=outcome.rule_id, expected=expected, verdict=outcome.verdict,
        reason_code=outcome.reason_code, confidence=outcome.confidence, judge=outcome.judge,
        message_ids=tuple(each.message_id for each in outcome.evidence),
        quotes=tuple(each.quote for each in outcome.evidence),
    )  # fmt: skip


async def _of_act(case: Case, act: str, expected: str, judge: Judge | None) -> Judged:
    answers: Answers = await judge.answer(case.session, [act]) if judge is not None else {}
    answer = verified(Timeline(case.session), answers).get(act)
    if answer is None or isinstance(answer, Unanswered):
        reason = answer.reason_code if answer is not None else "judge_unavailable"
        return Judged(
            case_id=case.case_id, rule_id=act, expected=expected, verdict="undetermined", reason_code=reason,
            judge=answer.judge if answer is not None else None,
        )  # fmt: skip
    found = bool(answer.messages)
    confidence = max(answer.messages.values()) if found else answer.absent
    return Judged(
        case_id=case.case_id, rule_id=act, expected=expected, verdict="hit" if found else "no_hit",
        confidence=confidence, message_ids=tuple(answer.messages), judge=answer.judge,
    )  # fmt: skip
