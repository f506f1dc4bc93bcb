"""What is judged: a rule by the engine, or an act by asking the judge itself."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from calibration.eval_sets.cases import Case
from calibration.runs.judged import Attempt
from evaluators.catalogue.loading import Catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.errors import RuleNotFound
from evaluators.grammar.walk import acts_of
from evaluators.inspection import inspect_session
from evaluators.judges.answers import NOBODY_ASKED, Answers, Unanswered
from evaluators.judges.port import Judge
from evaluators.judges.verification import verified
from evaluators.timeline.timeline import Timeline
from prompts.library import Prompt


class Subject(NamedTuple):
    """A rule with its plan, or an act (plan None). `asks`: whether a judge has a say."""

    rule_id: str
    version: str
    plan: Plan | None
    asks: bool


def subject_of(name: str, catalogue: Catalogue, prompts: Mapping[str, Prompt]) -> Subject:
    """The rule or act of that name or R-number. Raises `RuleNotFound`."""
    try:
        rule = catalogue.find(name)
    except RuleNotFound:
        prompt = prompts.get(name)
        if prompt is None:
            raise
        return Subject(prompt.id, prompt.version, None, True)
    plan = compile_plan(catalogue, [rule.id])
    return Subject(rule.id, catalogue.rule_versions[rule.id], plan, bool(list(acts_of(rule))))


def acts_asked(case: Case, subject: Subject) -> Collection[str]:
    """What a judge is asked about the case; nothing where code decides it."""
    if subject.plan is None:
        return (subject.rule_id,)
    if not subject.asks:
        return ()
    return subject.plan.open_acts(subject.plan.find(subject.plan.timeline(case.session), NOBODY_ASKED))


async def attempt_at(case: Case, subject: Subject, judge: Judge | None, key: str) -> Attempt:
    """One verdict on the case."""
    if subject.plan is None:
        return await _of_act(case, subject.rule_id, judge, key)
    outcome = (await inspect_session(case.session, subject.plan, judge)).outcomes[0]
    return Attempt(
        key=key, case_id=case.case_id, rule_id=outcome.rule_id, verdict=outcome.verdict,
        reason_code=outcome.reason_code, confidence=outcome.confidence, judge=outcome.judge,
        message_ids=tuple(each.message_id for each in outcome.evidence),
        quotes=tuple(each.quote for each in outcome.evidence),
    )  # fmt: skip


async def _of_act(case: Case, act: str, judge: Judge | None, key: str) -> Attempt:
    answers: Answers = await judge.answer(case.session, [act]) if judge is not None else {}
    timeline = Timeline(case.session)
    answer = verified(timeline, answers).get(act)
    if answer is None or isinstance(answer, Unanswered):
        return Attempt(
            key=key, case_id=case.case_id, rule_id=act, verdict="undetermined",
            reason_code=answer.reason_code if answer is not None else "judge_unavailable",
            judge=answer.judge if answer is not None else None,
        )  # fmt: skip
    found = bool(answer.messages)
    texts = {each.message_id: each.text for each in timeline.messages}
    quotes = []
    for message_id in answer.messages:
        span, text = answer.spans.get(message_id), texts[message_id]
        quotes.append(text if span is None else text[span.start : span.end])
    return Attempt(
        key=key, case_id=case.case_id, rule_id=act, verdict="hit" if found else "no_hit",
        confidence=max(answer.messages.values()) if found else answer.absent,
        message_ids=tuple(answer.messages), quotes=tuple(quotes), judge=answer.judge,
    )  # fmt: skip
