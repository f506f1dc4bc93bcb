"""The judges by name: the one place that knows which there are."""

from evaluators.judges.port import Judge
from prompts.errors import MingjianError

NAMES = ("none", "baseline", "vllm")


class JudgeNotAvailable(MingjianError):
    """This build has no judge of that name."""


def open_judge(name: str, *, base_url: str | None = None, model: str | None = None) -> Judge | None:
    """The judge of that name; None for `none`. Raises `JudgeNotAvailable`."""
    if name == "none":
        return None
    if name in NAMES:
        raise JudgeNotAvailable(f"--judge {name} is not available in this build: only none is")
    raise JudgeNotAvailable(f"no judge {name!r}: expected one of {', '.join(NAMES)}")
