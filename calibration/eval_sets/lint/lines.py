"""The lines of a set's file, each by itself: a broken one does not hide what is wrong with the next."""

from pathlib import Path
from typing import NamedTuple

from calibration.errors import EvalSetInvalid
from calibration.eval_sets.cases import Case, Split
from calibration.eval_sets.files import decode_case


class Line(NamedTuple):
    """A case and where it stands."""

    path: Path
    number: int
    split: Split
    case: Case

    def wrong(self, message: str, field: str | None = None) -> EvalSetInvalid:
        """A finding about this line."""
        return EvalSetInvalid(message, path=str(self.path), line=self.number, field=field)

    @property
    def place(self) -> str:
        """For a message about another line."""
        return f"{self.path.parent.name}/{self.path.name}:{self.number}"


def read_lines(path: Path, split: Split) -> tuple[list[Line], list[EvalSetInvalid]]:
    """The lines that hold a case, and what is wrong with the others and with repeated ids."""
    lines: list[Line] = []
    problems: list[EvalSetInvalid] = []
    seen: dict[str, int] = {}
    try:
        written = path.read_bytes().splitlines()
    except OSError as error:
        return [], [EvalSetInvalid(f"cannot be read: {error.strerror}", path=str(path))]
    for number, content in enumerate(written, 1):
        if not content.strip():
            continue
        try:
            line = Line(path, number, split, decode_case(path, number, content))
        except EvalSetInvalid as problem:
            problems.append(problem)
            continue
        before = seen.setdefault(line.case.case_id, number)
        if before != number:
            reason = f"{line.case.case_id!r} stands in line {before} already"
            problems.append(line.wrong(reason, "case_id"))
        lines.append(line)
    return lines, problems
