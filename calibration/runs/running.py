"""One run over one split of a set: what is known is reused, the rest is judged, many cases at a time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from calibration.eval_sets.cases import Case, EvalSet
from calibration.runs.figures import figures_of
from calibration.runs.humans import humans_of
from calibration.runs.judged import Attempt, Judged, Verdicts, key_of, together
from calibration.runs.pins import JudgePins, Pins, SetPins, code_version
from calibration.runs.report import RunReport
from calibration.runs.subjects import Subject, attempt_at, subject_of
from evaluators.catalogue.loading import Catalogue
from evaluators.judges.port import Judge
from prompts.library import Prompt, load_prompts

Progress = Callable[[int, int], None]


class Setup(NamedTuple):
    """Who judges by what. `judges`: one per vote, None for the engine alone; `judge`: who that is."""

    catalogue: Catalogue
    prompts: Mapping[str, Prompt]
    judges: tuple[Judge | None, ...]
    judge: JudgePins | None

    @classmethod
    def of(cls, catalogue: Catalogue, judge: Judge | None) -> "Setup":
        """One vote, with the shipped prompts."""
        pins = JudgePins(name=judge.name) if judge is not None else None
        return cls(catalogue, load_prompts(), (judge,), pins)

    def subjects(self, eval_set: EvalSet, rules: Sequence[str]) -> list[Subject]:
        """The rules and acts named; empty: all that have labels. Raises `RuleNotFound`."""
        return [subject_of(name, self.catalogue, self.prompts) for name in (rules or eval_set.rules())]

    def pins(self, sets: Sequence[EvalSet], rules: Sequence[str]) -> Pins:
        """Everything the verdicts of a run over these sets depend on."""
        subjects = {each.rule_id: each.version for one in sets for each in self.subjects(one, rules)}
        return Pins(
            code=code_version(), catalogue=self.catalogue.version, rules=subjects, judge=self.judge,
            sets={each.name: SetPins(each.split, each.version) for each in sets}, votes=len(self.judges),
        )  # fmt: skip


class _Work(NamedTuple):
    case: Case
    subject: Subject
    expected: str


async def run_eval_set(
    eval_set: EvalSet,
    rules: Sequence[str],
    setup: Setup,
    *,
    store: Verdicts | None = None,
    concurrency: int = 16,
    progress: Progress | None = None,
) -> RunReport:
    """Judge every labelled case of the set. `rules` (ids, R-numbers or acts): empty for all that have labels."""
    started = datetime.now(UTC)
    fresh = eval_set.fresh()
    subjects = setup.subjects(eval_set, rules)
    work = _work_of(fresh, subjects)
    gate, done = asyncio.Semaphore(concurrency), 0
    reused = store.reused if store is not None else 0

    async def one(each: _Work) -> Judged:
        nonlocal done
        async with gate:
            judged = await _judged(each, setup, store)
        done += 1
        if progress is not None:
            progress(done, len(work))
        return judged

    cases = await asyncio.gather(*map(one, work))
    refs = {repr(each.judge): each.judge for each in cases if each.judge is not None}
    return RunReport(
        eval_set=eval_set.name, split=eval_set.split, set_version=eval_set.version, source=eval_set.info.source,
        catalogue_version=setup.catalogue.version, judges=[refs[key] for key in sorted(refs)], started_at=started,
        rules=[
            figures_of(each.rule_id, each.version, cases, humans_of(fresh, each.rule_id, cases)) for each in subjects
        ],
        cases=list(cases),
        pins=setup.pins([eval_set], rules), stale=_labels(eval_set) - _labels(fresh),
        reused=store.reused - reused if store is not None else 0,
    )  # fmt: skip


def keys_of(eval_set: EvalSet, rules: Sequence[str], setup: Setup) -> list[str]:
    """Of every verdict that a run over the set asks for, or takes from where it is kept."""
    work = _work_of(eval_set.fresh(), setup.subjects(eval_set, rules))
    return [
        key_of(_depends(each.subject, setup), each.case.session, at)
        for each in work
        for at in range(len(_judges(each.subject, setup)))
    ]


def _work_of(fresh: EvalSet, subjects: Sequence[Subject]) -> list[_Work]:
    return [
        _Work(case, subject, expected)
        for case in fresh.cases
        for subject in subjects
        if (expected := case.expected(subject.rule_id)) is not None
    ]


def _judges(subject: Subject, setup: Setup) -> tuple[Judge | None, ...]:
    return setup.judges if subject.asks else setup.judges[:1]


def _depends(subject: Subject, setup: Setup) -> list[object]:
    depends: list[object] = [subject.rule_id, subject.version, code_version()]
    return depends + ([setup.judge] if subject.asks else [])


def _labels(eval_set: EvalSet) -> int:
    return sum(len(case.labels) for case in eval_set.cases)


async def _judged(work: _Work, setup: Setup, store: Verdicts | None) -> Judged:
    case, subject, expected = work
    depends = _depends(subject, setup)
    attempts = [
        await _attempt(case, subject, judge, at, depends, store)
        for at, judge in enumerate(_judges(subject, setup))
    ]
    return together(attempts, case, subject.rule_id, expected)


async def _attempt(
    case: Case, subject: Subject, judge: Judge | None, at: int, depends: list[object], store: Verdicts | None
) -> Attempt:
    key = key_of(depends, case.session, at)
    found = store.known(key) if store is not None else None
    if found is None:
        found = await attempt_at(case, subject, judge, key)
        if store is not None:
            store.keep(found)
    return found
