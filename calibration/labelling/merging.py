"""New labels into a set: what is there stays, what is new is added."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from calibration.errors import LabelsInvalid
from calibration.eval_sets.cases import Case, Split
from calibration.eval_sets.files import load_eval_set, told_by, write_splits
from calibration.eval_sets.splitting import By, grouped_by, split_cases


class Resplit(NamedTuple):
    """How a set was divided. `moved`: cases that were on the other side. `by`: what else was kept together."""

    per_split: dict[Split, int]
    moved: int
    by: By


class Merged(NamedTuple):
    """What an import changed. `per_split`: new cases. `known`: labels that were there already. `moved`: cases that
    left test because something new is as good as them and one of dev.
    """

    per_split: dict[Split, int]
    labels: int
    known: int
    moved: int
    problems: list[LabelsInvalid]


def merge_labels(
    place: Path,
    found: Iterable[Case],
    *,
    split: Split | None,
    source: Path,
    test_share: float = 0.4,
    seed: int = 0,
    by: By = "auto",
) -> Merged:
    """Adds cases and labels to the set in `place`. `split`: of new cases; None divides them (`split_cases`).

    A known case keeps its split, unless a new one links it to dev. A case whose session differs from the one that is
    there is a problem. Without anything new the files stay as they are.
    """
    splits: dict[str, Split] = {}
    cases: dict[str, Case] = {}
    sides: tuple[Split, ...] = ("dev", "test")
    for side in sides:
        for case in load_eval_set(str(place), side).cases:
            cases[case.case_id], splits[case.case_id] = case, side
    labels, known, problems = 0, 0, []
    before = dict(splits)
    for case in found:
        there = cases.get(case.case_id)
        if there is None:
            cases[case.case_id], labels = case, labels + len(case.labels)
        elif told_by(there.session) != told_by(case.session):
            reason = f"case {case.case_id!r} is in the set with another session"
            problems.append(LabelsInvalid(reason, path=str(source), field="session"))
        else:
            added = tuple(label for label in case.labels if label not in there.labels)
            cases[case.case_id] = replace(there, labels=(*there.labels, *added))
            labels, known = labels + len(added), known + len(case.labels) - len(added)
    counts: dict[Split, int] = {"dev": 0, "test": 0}
    if labels == 0 and len(cases) == len(before):
        return Merged(counts, 0, known, 0, problems)
    splits = _placed(cases, splits, split, test_share=test_share, seed=seed, by=by)
    _write(place, cases, splits)
    for case_id in cases.keys() - before:
        counts[splits[case_id]] += 1
    moved = sum(splits[case_id] != side for case_id, side in before.items())
    return Merged(counts, labels, known, moved, problems)


def _placed(
    cases: Mapping[str, Case],
    known: Mapping[str, Split],
    split: Split | None,
    *,
    test_share: float,
    seed: int,
    by: By,
) -> dict[str, Split]:
    if split is not None:
        return {case_id: known.get(case_id, split) for case_id in cases}
    return split_cases(list(cases.values()), test_share=test_share, seed=seed, by=by, known=known)


def resplit(place: Path, *, test_share: float, seed: int, by: By, again: bool) -> Resplit:
    """Divides the set.

    Once there is a test split, cases stay unless they leak (then all of them are dev); `again` draws anew.
    Raises `SplitImpossible`.
    """
    sides = {side: load_eval_set(str(place), side).cases for side in ("dev", "test")}
    known: dict[str, Split] = {case.case_id: "dev" for case in sides["dev"]}
    known |= {case.case_id: "test" for case in sides["test"] if case.case_id not in known}
    cases = {case.case_id: case for side in sides.values() for case in side}
    fixed = None if again or not sides["test"] else known
    splits = split_cases(list(cases.values()), test_share=test_share, seed=seed, by=by, known=fixed)
    _write(place, cases, splits)
    moved = sum(splits[case_id] != side for case_id, side in known.items())
    counts: dict[Split, int] = {"dev": 0, "test": 0}
    for side in splits.values():
        counts[side] += 1
    return Resplit(counts, moved, grouped_by(list(cases.values()), by, fixed))


def _write(place: Path, cases: Mapping[str, Case], splits: Mapping[str, Split]) -> None:
    sides: tuple[Split, ...] = ("dev", "test")
    write_splits(
        place, {side: [each for each in cases.values() if splits[each.case_id] == side] for side in sides}
    )
