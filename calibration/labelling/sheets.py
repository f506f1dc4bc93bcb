"""What is put before a labeller: a case, and the rules asked about."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from calibration.eval_sets.cases import Case, EvalSet, Label, Source
from evaluators.types import Message

#: How the sides of a chat are called before people.
WHO = {"customer": "顾客", "agent": "客服", "bot": "机器人", "auto_reply": "自动回复", "system": "系统"}


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule to be labelled, at that version; how the case was drawn is put into every label it gets."""

    rule_id: str
    title: str = ""
    rule_version: str | None = None
    inclusion_probability: Annotated[float, Meta(gt=0, le=1)] | None = None
    source: Source | None = None

    def drawn_with(self, probability: float) -> "Asked":
        """The same of a case that was drawn with that probability."""
        return replace(self, inclusion_probability=probability)


class Sheet(Struct, frozen=True, kw_only=True):
    """A case with what is asked about it; `case.labels` are those there are already."""

    case: Case
    asked: tuple[Asked, ...] = ()


class Wanted(Struct, frozen=True, kw_only=True):
    """A label as it was written down, before it is known whether it is complete.

    A null is an answer (nobody knows); what is left out is taken from what the sheet asked.
    """

    rule_id: str
    verdict: str
    labeller: str | None = None
    source: str | None = None
    message_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    labelled_at: str | None = None
    note: str = ""
    inclusion_probability: float | UnsetType | None = UNSET
    rule_version: str | UnsetType | None = UNSET


def sheets_of(
    eval_set: EvalSet, rules: Sequence[str], versions: dict[str, str], titles: dict[str, str], *, blind: bool
) -> Iterator[Sheet]:
    """The cases of a set as sheets. `rules`: empty for those each case has labels for. `blind`: no labels shown."""
    for case in eval_set.cases:
        own = rules or tuple(dict.fromkeys(label.rule_id for label in case.labels))
        asked = tuple(
            Asked(rule_id=each, title=titles.get(each, ""), rule_version=versions.get(each)) for each in own
        )
        labels = () if blind else tuple(label for label in case.labels if label.rule_id in own)
        yield Sheet(case=replace(case, labels=labels), asked=asked)


def told_label(label: Label) -> dict[str, Any]:
    """A label as it is written down, so that reading it takes nothing from the sheet."""
    nobody_knows = {"inclusion_probability": None, "rule_version": None}
    told: dict[str, Any] = nobody_knows | msgspec.to_builtins(label)
    return told


def chat_line(message: Message) -> str:
    """`[m3] 客服: 亲,有货的`."""
    said = message.text or f"<{message.content_type}>"
    return f"[{message.message_id}] {WHO[message.sender]}: {said}"


def completed_label(
    wanted: Wanted, asked: Iterable[Asked], labeller: str | None, source: str | None
) -> Label:
    """The label with what the sheet and the import know of it. Raises `msgspec.ValidationError` saying what lacks."""
    own = next((each for each in asked if each.rule_id == wanted.rule_id), Asked(rule_id=wanted.rule_id))
    probability, version = wanted.inclusion_probability, wanted.rule_version
    known: dict[str, Any] = {
        "labeller": wanted.labeller or labeller,
        "source": wanted.source or own.source or source,
        "inclusion_probability": own.inclusion_probability if probability is UNSET else probability,
        "rule_version": own.rule_version if version is UNSET else version,
        "labelled_at": wanted.labelled_at or None,
    }
    for name, option in (("labeller", "--labeller"), ("source", "--source")):
        if known[name] is None:
            raise msgspec.ValidationError(f"required (or give {option}) - at `$.{name}`")
    return msgspec.convert({**msgspec.to_builtins(wanted), **known}, Label)
