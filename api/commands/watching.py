"""Who watches a run for people. What a judge needs for that is imported only where there is one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evaluators.judges.port import Judge

if TYPE_CHECKING:
    from api.commands.judging import JudgedFiles


def watch(judge: Judge | None, places: Sequence[Path | str]) -> "JudgedFiles | None":
    """For a judge whose questions cost something; None for the others."""
    if judge is None or judge.name != "vllm":
        return None
    from api.commands.judging import JudgedFiles

    return JudgedFiles(judge, places)
