"""The judges by name: the one place that knows which there are.

A judge is imported when it is opened: without one nobody pays for its libraries at start-up.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from evaluators.judges.port import Judge, ReadingJudge
from prompts.errors import MingjianError
from prompts.prompt_file import Prompt

if TYPE_CHECKING:
    from api.settings import Settings

NAMES = ("none", "baseline", "vllm")


class JudgeNotAvailable(MingjianError):
    """There is no judge of that name."""


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
    `SettingsInvalid`, `FileError` (the models of the baseline).
    """
    if name == "none":
        return None
    if name == "baseline":
        return _open_baseline(base_url, model, prompts)
    if name == "vllm":
        from api.judging.vllm import open_vllm_judge

        judge = open_vllm_judge(base_url, model, settings=settings, prompts=prompts, must_answer=must_answer)
        return _screened(judge, settings, prompts)
    raise JudgeNotAvailable(f"no judge {name!r}: expected one of {', '.join(NAMES)}")


@runtime_checkable
class _Connected(Protocol):
    async def close(self) -> None: ...


async def close_judge(judge: Judge | None) -> None:
    """Gives the connections of the running event loop back, of a judge that has any."""
    inner = getattr(judge, "inner", judge)
    if isinstance(inner, _Connected):
        await inner.close()


def reading(judge: Judge | None, prompts: Mapping[str, Prompt]) -> Judge | None:
    """The same judge for other wordings; one that reads none answers as before."""
    return judge.reading(prompts) if isinstance(judge, ReadingJudge) else judge


def tokens_of(judge: Judge | None) -> int:
    """What a judge that charges was asked for so far: prompt tokens, cached ones included, and generated ones."""
    figures = getattr(getattr(judge, "inner", judge), "figures", None)
    return 0 if figures is None else figures.usage.prompt + figures.usage.generated


def _open_baseline(base_url: str | None, model: str | None, prompts: Mapping[str, Prompt] | None) -> Judge:
    from evaluators.judges.baseline.judge import BaselineJudge
    from evaluators.judges.baseline.shipped import load_models

    if base_url or model:
        raise JudgeNotAvailable(
            "the judge baseline runs in this process: it has no base URL and no model to choose"
        )
    return BaselineJudge(load_models(), prompts)


def _screened(judge: Judge, settings: "Settings | None", prompts: Mapping[str, Prompt] | None) -> Judge:
    """Behind the baseline where certificates say that this loses little; without any, the judge itself."""
    from api.settings import load_settings
    from evaluators.judges.baseline.shipped import load_models
    from evaluators.judges.screen import load_certificates, screened

    place = (settings or load_settings()).judge_screen
    return judge if place is None else screened(judge, load_models(), load_certificates(place), prompts)
