"""What dev and test have in common: whoever tuned on the one has seen the other."""

from collections.abc import Iterator, Sequence

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.lint.lines import Line
from calibration.eval_sets.splitting import reasons

_FIELDS = {"session": "session.session_id", "customer": "session.customer_id", "text": "session.messages"}
_WORDS = {"session": "the session", "customer": "the customer", "text": "nearly the text"}


def find_leaks(lines: Sequence[Line]) -> Iterator[EvalSetInvalid]:
    """Within one set: a case id, session, customer or text that is on both sides."""
    in_dev = {line.case.case_id: line for line in lines if line.split == "dev"}
    for line in lines:
        if line.split == "test" and line.case.case_id in in_dev:
            yield line.wrong(f"the case id of {in_dev[line.case.case_id].place}", "case_id")
    yield from _leaks(lines)


def find_leaks_between(sets: Sequence[Sequence[Line]]) -> Iterator[EvalSetInvalid]:
    """From the dev split of one set to the test split of another: the baseline learns from all of them."""
    folders = {line.path for lines in sets for line in lines}
    pooled = [line for lines in sets for line in lines]
    yield from _leaks(pooled, between=len(folders) > 1)


def _leaks(lines: Sequence[Line], *, between: bool = False) -> Iterator[EvalSetInvalid]:
    for group in reasons([line.case for line in lines]):
        pair = sorted((lines[group.first], lines[group.second]), key=lambda line: line.split)
        seen, held_out = pair
        if seen.split == held_out.split or (between and seen.path.parent == held_out.path.parent):
            continue
        yield held_out.wrong(f"{_WORDS[group.what]} of {seen.place} (dev)", _FIELDS[group.what])
