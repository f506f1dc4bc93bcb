"""What a format yields: a case and labels as written, with the line they stand in."""

from typing import Any, NamedTuple


class Raw(NamedTuple):
    """`case`: `case_id`, `session` or `session_id`, `hard`, `slices`, as far as written. `labels`: as written.

    `asked`: what the sheet said of the rules. `open_ones`: rules asked about and not labelled.
    """

    line: int
    case: dict[str, Any]
    labels: tuple[dict[str, Any], ...]
    asked: tuple[dict[str, Any], ...] = ()
    open_ones: int = 0
