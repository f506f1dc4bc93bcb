"""Constructed cases: the eval sets that come with the rules, judged here and now. Never called human.

The baseline judge runs in this process and asks no server, so a set takes a fraction of a second; it learned from
the dev split of these very sets, so its figures there flatter it.
"""

import asyncio
from functools import cache
from typing import NamedTuple

from api.judging.judges import open_judge
from api.studies.sets import Meanings, load_set
from calibration.drafts import Standard
from calibration.eval_sets import load_eval_set, set_names
from calibration.runs import RunReport, Setup, run_eval_set
from calibration.runs.pins import JudgePins
from evaluators.grammar.walk import acts_of


class SetOfRule(NamedTuple):
    """A set with labels for a rule, or for an act (`subject`) that the rule asks about."""

    name: str
    subject: str
    title: str
    title_en: str
    source: str
    cases: int


@cache
def sets_by_subject() -> dict[str, tuple[SetOfRule, ...]]:
    """By rule or act. The dev split: the test split is looked at by command, where looks are counted."""
    found: dict[str, list[SetOfRule]] = {}
    for name in set_names():
        one = load_eval_set(name, "dev")
        for subject in one.rules():
            cases = sum(case.expected(subject) is not None for case in one.cases)
            made = SetOfRule(name, subject, one.info.title, one.info.title_en, one.info.source, cases)
            found.setdefault(subject, []).append(made)
    return {subject: tuple(sets) for subject, sets in found.items()}


def sets_of(rule_id: str, standard: Standard) -> tuple[SetOfRule, ...]:
    """Those of the rule or signal itself, else those of the acts that the rule asks about."""
    known = sets_by_subject()
    if rule_id in known or rule_id not in standard.catalogue.rule_versions:
        return known.get(rule_id, ())
    return tuple(one for act in acts_of(standard.catalogue.find(rule_id)) for one in known.get(act, ()))


async def judge_set(one: SetOfRule, standard: Standard, meanings: Meanings) -> RunReport:
    """Every case of the set whose label holds, by the baseline judge, in a thread of its own."""
    return await asyncio.to_thread(_judged, one, standard, meanings)


def _judged(one: SetOfRule, standard: Standard, meanings: Meanings) -> RunReport:
    judge = open_judge("baseline", prompts=standard.prompts)
    setup = Setup(standard.catalogue, standard.prompts, (judge,), JudgePins(name="baseline"))
    return asyncio.run(run_eval_set(load_set(one.name, "dev", meanings), [one.subject], setup))
