"""The judges by name: the one place that knows which there are.

A judge is imported when it is opened: without one nobody pays for its libraries at start-up.
"""

from collections.abc import Callable

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluators.judges.port import Judge
from prompts.errors import MingjianError
from prompts.prompt_file import Prompt

if TYPE_CHECKING:
    from api.settings import Settings

NAMES = ("none", "baseline", "vllm")


class JudgeNotAvailable(MingjianError):
    """This build has no judge of that name."""


def open_judge(
    name: str,
    *,
    base_url: str | None = None,
    model: str | None = None,
    settings: "Settings | None" = None,
    prompts: Mapping[str, Prompt] | None = None,
    must_answer: bool = True,
) -> Judge | None:
    """The judge of that name; None for `none`.

    `base_url`: of the judge's servers, separated by commas. `settings`: for what is not given; default: the
    environment. `prompts`: those the catalogue can name; default: the shipped ones. `must_answer`: a judge whose
    server is away is an error now (`JudgeUnusable`), not something to wait for. Raises `JudgeNotAvailable`,
    `SettingsInvalid`.
    """
    if name == "none":
        return None
    if name == "vllm":
        # Imported here: who judges otherwise does not pay for an HTTP client and its libraries.
        from api.vllm_judge import open_vllm_judge

        return open_vllm_judge(base_url, model, settings=settings, prompts=prompts, must_answer=must_answer)
    if name in NAMES:
        raise JudgeNotAvailable(f"--judge {name} is not available in this build: only none and vllm are")
    raise JudgeNotAvailable(f"no judge {name!r}: expected one of {', '.join(NAMES)}")
