"""What a case and a label are."""

from collections import Counter
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from calibration.eval_sets.meaning import Change, can_have_changed
from evaluators.types import ChatSession

Split = Literal["dev", "test"]
#: Where labels come from. Only `human_random` says how common something is; `constructed` is never called human.
Source = Literal["constructed", "human_random", "human_flagged", "appeal"]
LabelVerdict = Literal["hit", "no_hit", "not_applicable"]


class Label(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One labeller's verdict on one rule (or act) in one session.

    `message_ids`: where it shows. `quotes`: what shows it, each verbatim in one of those messages.
    `rule_version`: the version of the rule the labeller judged by. `inclusion_probability`: with which the case
    was drawn to be labelled; None: nobody drew it.
    """

    rule_id: str
    verdict: LabelVerdict
    labeller: str
    source: Source
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    labelled_at: datetime | None = None
    note: str = ""
    inclusion_probability: Annotated[float, Meta(gt=0, le=1)] | None = None
    rule_version: str | None = None


class Case(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session with its labels. `hard`: a negative that resembles a hit."""

    case_id: str
    session: ChatSession
    labels: tuple[Label, ...]
    hard: bool = False
    slices: dict[str, str] = {}

    def expected(self, rule_id: str) -> LabelVerdict | None:
        """What most labellers say of the rule; None without a label or without a majority."""
        said = Counter(label.verdict for label in self.labels if label.rule_id == rule_id).most_common(2)
        if not said or (len(said) == 2 and said[0][1] == said[1][1]):
            return None
        return said[0][0]


class SetInfo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`set.toml`: what the set is about and where its labels come from.

    `also_in`: ids of dev cases of other sets in which what `rules` name happens too, without a label that says so.
    """

    title: str
    rules: tuple[str, ...] = ()
    source: Source = "constructed"
    note: str = ""
    title_en: str = ""
    also_in: tuple[str, ...] = ()


class EvalSet(Struct, frozen=True):
    """One split of a set. `version`: `sha256:…` of the file's bytes. `changes`: of what its rules mean."""

    name: str
    split: Split
    info: SetInfo
    cases: tuple[Case, ...]
    version: str
    changes: tuple[Change, ...] = ()

    def rules(self) -> tuple[str, ...]:
        """The rules and acts that have labels, in order of first appearance."""
        return tuple(dict.fromkeys(label.rule_id for case in self.cases for label in case.labels))

    def is_stale(self, label: Label) -> bool:
        """Whether the rule has come to mean something else since, so that the label may no longer be right."""
        return can_have_changed(label.rule_id, label.verdict, label.rule_version, self.changes)

    def fresh(self) -> "EvalSet":
        """The set without stale labels. They stay in the file: a label is never taken back."""
        if not self.changes:
            return self
        cases = tuple(
            replace(case, labels=tuple(label for label in case.labels if not self.is_stale(label)))
            for case in self.cases
        )
        return replace(self, cases=cases)
