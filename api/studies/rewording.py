"""How a wording is searched for the service: with its rules, its judge, and the shipped eval sets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.errors import ParameterInvalid
from api.judging.suggesting import Found, Servers, Task, check_task, suggest_wording
from api.service import Service
from api.studies.ledger import Ledger
from api.studies.sets import Meanings, load_set
from api.studies.suggestion import DevFigures, HeldOutTest, SuggestedWording, WordingRequest, WordingTries
from calibration.eval_sets import EvalSet
from calibration.runs.subjects import subject_of
from calibration.suggesting import Budget, Rewordings, reworded
from evaluators.judges.vllm.accounting import Estimate

#: Labelled cases that each half of dev has at least.
_FEWEST = 2


class _Followed:
    """Tells the ledger; there is nobody to talk to."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def expect(self, cases: int, expected: Estimate | None, why: str) -> None:
        """See `Watched.expect`."""

    @contextmanager
    def begin(self, rewordings: Rewordings, budget: Budget) -> Iterator[Callable[[], None]]:
        """See `Watched.begin`."""
        ledger = self._ledger
        ledger.total, ledger.tokens = budget.tokens, lambda: budget.spent

        def told() -> None:
            ledger.go_on()
            ledger.done = min(budget.spent, budget.tokens)

        yield told


def check(service: Service, asked: WordingRequest, meanings: Meanings) -> str:
    """See `suggestion.check`."""
    task = _task(service, asked, meanings)
    check_task(task, _Followed(Ledger()))
    return task.rule


def suggest(service: Service, asked: WordingRequest, meanings: Meanings, ledger: Ledger) -> SuggestedWording:
    """See `suggestion.suggest`."""
    task = _task(service, asked, meanings)
    found = suggest_wording(task, _Followed(ledger), run=ledger.run)
    tested = 0 if found.suggestion is None else found.suggestion.tokens
    ledger.tokens = lambda: found.spent + tested
    return _result(found, task)


def _task(service: Service, asked: WordingRequest, meanings: Meanings) -> Task:
    settings, standard = service.settings, service.inspector.editions.published.standard
    if settings.judge != "vllm":
        raise ParameterInvalid("judge", "this service has none that reads wording: MINGJIAN_JUDGE=vllm")
    rule_id = subject_of(asked.rule, standard.catalogue, standard.prompts).rule_id
    if asked.writer_model is None and not (settings.judge_model or settings.judge_options.get("model")):
        raise ParameterInvalid("writer_model", "expected a model: MINGJIAN_JUDGE_MODEL names none either")
    name = asked.set or rule_id
    dev, test = load_set(name, "dev", meanings).fresh(), load_set(name, "test", meanings).fresh()
    for one, fewest in ((dev, 2 * _FEWEST), (test, 1)):
        _must_label(one, rule_id, fewest)
    servers = Servers(None, None, None, asked.writer_model)
    return Task(rule_id, dev, test, asked.tokens, servers, standard, settings, asked.seed)


def _must_label(one: EvalSet, rule_id: str, fewest: int) -> None:
    """Raises `ParameterInvalid`."""
    labelled = sum(case.expected(rule_id) is not None for case in one.cases)
    if labelled < fewest:
        raise ParameterInvalid(
            "set",
            f"{one.name} labels {labelled} cases of {rule_id} in {one.split}: at least {fewest} are needed",
        )


def _result(found: Found, task: Task) -> SuggestedWording:
    on_dev, rewordings, tested = found.on_dev, found.rewordings, found.suggestion
    dev = DevFigures(
        cases=on_dev.cases, right=on_dev.right, right_before=on_dev.right_before, undetermined=on_dev.undetermined,
        tokens=found.spent,
    )  # fmt: skip
    test = None
    if tested is not None:
        before, after = tested.undetermined
        test = HeldOutTest(
            fixed=tested.fixed, broken=tested.broken, cases=tested.cases, p_value=tested.p_value, tokens=tested.tokens,
            undetermined_before=before, undetermined_after=after,
        )  # fmt: skip
    unusable = {str(cause): count for cause, count in rewordings.unusable.items()}
    return SuggestedWording(
        rule_id=task.rule, eval_set=task.dev.name, accepted=tested is not None and tested.accepted,
        told="no wording did better on dev" if tested is None else tested.told, wording=on_dev.wording,
        prompt=None if tested is None else reworded(found.prompt, on_dev.wording), dev=dev, test=test,
        rewordings=WordingTries(asked=rewordings.asked, unusable=unusable, ended_early=rewordings.failure),
    )  # fmt: skip
