"""What there is to judge in a set: by whom, by what, and what a judge would be asked."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from calibration.eval_sets.cases import Case, EvalSet
from calibration.runs.judged import Verdicts, key_of
from calibration.runs.pins import JudgePins, Pins, SetPins, code_version
from calibration.runs.subjects import Subject, acts_asked, subject_of
from evaluators.catalogue.loading import Catalogue
from evaluators.judges.port import Judge
from evaluators.types import ChatSession
from prompts.library import Prompt, load_prompts


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


class Work(NamedTuple):
    """A case and what it is judged by. `keys`: one per vote, of all its verdict depends on."""

    case: Case
    subject: Subject
    expected: str
    keys: tuple[str, ...]

    def is_open(self, store: Verdicts | None) -> bool:
        """Whether there is a vote without a verdict in earlier runs."""
        return store is None or not all(map(store.has, self.keys))


def work_of(eval_set: EvalSet, rules: Sequence[str], setup: Setup) -> list[Work]:
    """Every case of the set with a label that holds, for every rule. Raises `RuleNotFound`."""
    subjects = setup.subjects(eval_set, rules)
    return [
        Work(case, subject, expected, _keys(case, subject, setup))
        for case in eval_set.fresh().cases
        for subject in subjects
        if (expected := case.expected(subject.rule_id)) is not None
    ]


def _keys(case: Case, subject: Subject, setup: Setup) -> tuple[str, ...]:
    votes = len(setup.judges) if subject.asks else 1
    depends: list[object] = [subject.rule_id, subject.version, code_version()]
    depends += [setup.judge] if subject.asks else []
    return tuple(key_of(depends, case.session, vote) for vote in range(votes))


def questions_of(work: Sequence[Work], store: Verdicts) -> Iterator[tuple[ChatSession, Collection[str]]]:
    """What judges will be asked: a session with acts for each vote that has no verdict yet."""
    for each in work:
        left = sum(not store.has(key) for key in each.keys)
        acts = acts_asked(each.case, each.subject) if left else ()
        if acts:
            yield from [(each.case.session, acts)] * left
