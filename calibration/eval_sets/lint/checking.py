"""All checks of some sets, one after the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.files import load_info, place_of, set_names
from calibration.eval_sets.lint import elsewhere, few_shot, leaks, sizes
from calibration.eval_sets.lint.labels import find_label_findings, find_version_findings
from calibration.eval_sets.lint.lines import Line, read_lines
from calibration.eval_sets.meaning import load_changes
from evaluators.catalogue.loading import Catalogue
from prompts.library import Prompt


class Known(NamedTuple):
    """The rules and acts there are, and their versions by id."""

    catalogue: Catalogue
    prompts: dict[str, Prompt]

    @property
    def versions(self) -> dict[str, str]:
        """Version by id, of rules and of acts."""
        acts = {act: prompt.version for act, prompt in self.prompts.items()}
        return acts | self.catalogue.rule_versions


def lint_sets(names: Sequence[str], folder: Path, known: Known) -> Iterator[EvalSetInvalid]:
    """Everything found in these sets, set by set, then what leaks from one set to another."""
    read, places = [], []
    for name in names:
        place = place_of(name, folder)
        lines: list[Line] = []
        for split in ("dev", "test"):
            found, problems = read_lines(place / f"{split}.jsonl", split)
            yield from problems
            lines += found
        yield from _lint_set(place, lines, known)
        read.append(lines)
        places.append(place)
    if len(read) > 1:
        yield from leaks.find_leaks_between(read)
    if {place.name for place in places}.issuperset(set_names(folder)):
        pooled = [line for lines in read for line in lines]
        yield from elsewhere.find_wrong_names(places, pooled)


def _lint_set(place: Path, lines: Sequence[Line], known: Known) -> Iterator[EvalSetInvalid]:
    info, changes = load_info(place), load_changes(place)
    for rule_id in info.rules:
        if rule_id not in known.versions:
            yield EvalSetInvalid(f"no rule or act {rule_id!r}", path=str(place / "set.toml"), field="rules")
    for line in lines:
        yield from find_label_findings(line, known.versions, known.prompts)
    yield from find_version_findings(place, changes, known.versions)
    yield from leaks.find_leaks(lines)
    yield from few_shot.find_examples_from_test(lines, known.prompts)
    yield from sizes.find_small(place, lines, info)
