"""One run over one split of a set: what is known is reused, the rest is judged, many cases at a time."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from calibration.eval_sets.cases import EvalSet
from calibration.runs.costs import FREE
from calibration.runs.figures import figures_of
from calibration.runs.humans import humans_of
from calibration.runs.judged import Attempt, Judged, Verdicts, together
from calibration.runs.report import RunReport
from calibration.runs.subjects import attempt_at
from calibration.runs.work import Setup, Work, work_of
from evaluators.judges.port import Judge, ServedJudge

Progress = Callable[[int, int], None]


async def run_eval_set(
    eval_set: EvalSet,
    rules: Sequence[str],
    setup: Setup,
    *,
    store: Verdicts | None = None,
    concurrency: int = 16,
    progress: Progress | None = None,
) -> RunReport:
    """Judge every labelled case of the set. `rules` (ids, R-numbers or acts): empty for all that have labels.

    `progress`: told how many of the cases without a verdict so far are done. What a served judge has cost, who opened
    it knows; of the others it is known that they cost nothing.
    """
    started = datetime.now(UTC)
    fresh = eval_set.fresh()
    work = work_of(eval_set, rules, setup)
    open_ones = sum(each.is_open(store) for each in work)
    gate, done = asyncio.Semaphore(concurrency), 0
    reused = store.reused if store is not None else 0

    async def one(each: Work) -> Judged:
        nonlocal done
        async with gate:
            was_open = each.is_open(store)
            judged = await _judged(each, setup, store)
        done += was_open
        if progress is not None and was_open:
            progress(done, open_ones)
        return judged

    cases = await asyncio.gather(*map(one, work))
    refs = {repr(each.judge): each.judge for each in cases if each.judge is not None}
    return RunReport(
        eval_set=eval_set.name, split=eval_set.split, set_version=eval_set.version, source=eval_set.info.source,
        catalogue_version=setup.catalogue.version, judges=[refs[key] for key in sorted(refs)], started_at=started,
        rules=[
            figures_of(each.rule_id, each.version, cases, humans_of(fresh, each.rule_id, cases))
            for each in setup.subjects(eval_set, rules)
        ],
        cases=list(cases),
        pins=setup.pins([eval_set], rules), stale=_labels(eval_set) - _labels(fresh),
        reused=store.reused - reused if store is not None else 0,
        cost=None if any(isinstance(each, ServedJudge) for each in setup.judges) else FREE,
    )  # fmt: skip


def keys_of(eval_set: EvalSet, rules: Sequence[str], setup: Setup) -> list[str]:
    """Of every verdict that a run over the set asks for, or takes from where it is kept."""
    return [key for each in work_of(eval_set, rules, setup) for key in each.keys]


def _labels(eval_set: EvalSet) -> int:
    return sum(len(case.labels) for case in eval_set.cases)


async def _judged(work: Work, setup: Setup, store: Verdicts | None) -> Judged:
    votes = zip(work.keys, setup.judges, strict=False)
    attempts = [await _attempt(work, judge, key, store) for key, judge in votes]
    return together(attempts, work.case, work.subject.rule_id, work.expected)


async def _attempt(work: Work, judge: Judge | None, key: str, store: Verdicts | None) -> Attempt:
    found = store.known(key) if store is not None else None
    if found is None:
        found = await attempt_at(work.case, work.subject, judge, key)
        if store is not None:
            store.keep(found)
    return found
