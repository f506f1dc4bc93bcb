"""Messages as the baseline learns from them and is measured on them: labelled ones, and ordinary talk beside them."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from calibration.eval_sets import Case, EvalSet
from evaluators.judges.baseline.features import LONGEST, cues_of, words_of
from evaluators.phrases.text import fold
from evaluators.timeline.bits import indices
from evaluators.timeline.timeline import Timeline
from prompts.library import Prompt


class Example(NamedTuple):
    """One message: its features, whether it is the act, the case it is from, what it says (folded), and whether
    labels say so."""

    features: set[str]
    is_act: bool
    case: str
    text: str = ""
    labelled: bool = True


class _Said(NamedTuple):
    """A message of a case, folded, with the features that are the same for every act."""

    message_id: str
    folded: str
    words: set[str]


class _Read(NamedTuple):
    """The messages of a case in order of time; role to those sent in it, as a bit mask."""

    said: list[_Said]
    masks: dict[str, int]


class Examples:
    """The examples of every act out of a number of eval sets. What all acts share is computed once."""

    def __init__(self, sets: Sequence[EvalSet]) -> None:
        self._sets = sets
        self._read = {(each.name, case.case_id): _read(case) for each in sets for case in each.cases}

    def acts(self) -> list[str]:
        """All that have labels."""
        return sorted({rule for each in self._sets for rule in each.rules()})

    def labelled(self, act: str, prompt: Prompt) -> list[Example]:
        """The messages of the act's role in labelled cases. In a hit only the labelled messages are the act."""
        found: list[Example] = []
        for name, case in self._cases():
            verdict, marked = case.expected(act), _marked(case, act)
            if verdict == "hit" and marked:
                found += self._of_role(name, case, prompt, marked)
            elif verdict in ("no_hit", "not_applicable"):
                found += self._of_role(name, case, prompt, set())
        return found

    def background(self, act: str, prompt: Prompt) -> list[Example]:
        """The messages of the act's role in cases about other acts, presumed not to be the act.

        Cases in which it is known to happen (`also_in`) are left out. Now and then one is overlooked: that makes the
        judge more careful, never less.
        """
        known = {case_id for each in self._sets if act in each.info.rules for case_id in each.info.also_in}
        return [
            example._replace(labelled=False)
            for name, case in self._cases()
            if case.case_id not in known and all(label.rule_id != act for label in case.labels)
            for example in self._of_role(name, case, prompt, set())
        ]

    def _cases(self) -> Iterator[tuple[str, Case]]:
        return ((each.name, case) for each in self._sets for case in each.cases)

    def _of_role(self, name: str, case: Case, prompt: Prompt, marked: set[str]) -> Iterable[Example]:
        """Of the messages that the judge looks at: an automatic reply, say, is none of the service's."""
        cues, read = [fold(cue) for cue in prompt.settings.phrases], self._read[name, case.case_id]
        for index in indices(read.masks[prompt.by]):
            message_id, folded, words = read.said[index]
            features = words | cues_of(folded, cues)
            yield Example(features, message_id in marked, f"{name}/{case.case_id}", folded)


def version_of(eval_set: EvalSet) -> str:
    """Changes with everything in the set that the examples come from."""
    also = sorted(eval_set.info.also_in)
    if not also:
        return eval_set.version
    return f"sha256:{hashlib.sha256(' '.join([eval_set.version, *also]).encode()).hexdigest()}"


def _read(case: Case) -> _Read:
    timeline = Timeline(case.session)
    said = [
        _Said(message.message_id or "", fold(message.text[:LONGEST]), words_of(timeline.messages, index))
        for index, message in enumerate(timeline.messages)
    ]
    return _Read(said, timeline.masks)


def _marked(case: Case, act: str) -> set[str]:
    return {message_id for label in case.labels if label.rule_id == act for message_id in label.message_ids}


def told_apart(examples: Iterable[Example]) -> list[Example]:
    """The same, with cases that say the act in the same words made one.

    They are held out together, or one would tell the other; and counted once, or repeating would prove something.
    """
    found = list(examples)
    first: dict[str, str] = {}
    groups = {each.case: each.case for each in found}
    for each in found:
        if each.is_act:
            own, other = groups[each.case], first.setdefault(each.text, groups[each.case])
            if own != other:
                groups = {case: other if group == own else group for case, group in groups.items()}
                first = {text: other if group == own else group for text, group in first.items()}
    return [each._replace(case=groups[each.case]) for each in found]
