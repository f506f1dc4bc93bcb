"""Judges for a run: one per vote, and what has to be known of them to say the same again."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from api.judging.judges import open_judge
from api.settings import Settings, load_settings
from calibration.runs.pins import JudgePins
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.port import Judge
from prompts.library import Prompt

#: Settings of the vLLM judge that say how it asks and when an answer is good enough; the others only how fast.
_ANSWERS = ("layout", "least_label_mass", "doubtful_from", "audit_share")


class PinnedJudges(NamedTuple):
    """`judges`: one per vote, none of which knows what another was told."""

    judges: tuple[Judge | None, ...]
    pins: JudgePins | None


def open_judges(
    name: str,
    *,
    base_url: str | None,
    model: str | None,
    votes: int,
    prompts: Mapping[str, Prompt],
    fresh: bool = False,
    settings: Settings | None = None,
) -> PinnedJudges:
    """`fresh`: nothing of what a file of answers knows is used. `settings`: default, those of the environment.

    See `open_judge` for what is raised.
    """
    settings = settings or load_settings()
    if fresh:
        settings = settings.model_copy(update={"judge_cache": Path(":memory:")})
    first = settings.judge_options.get("attempt", 0)
    judges = tuple(
        open_judge(
            name, base_url=base_url, model=model, prompts=prompts, settings=_at(settings, first + vote)
        )
        for vote in range(votes)
    )
    return PinnedJudges(judges, _pins(name, base_url, model, settings))


def _at(settings: Settings, attempt: int) -> Settings:
    return settings.model_copy(update={"judge_options": {**settings.judge_options, "attempt": attempt}})


def _pins(name: str, base_url: str | None, model: str | None, settings: Settings) -> JudgePins | None:
    if name == "none":
        return None
    if name == "baseline":
        return JudgePins(name=name, model=load_models().version)
    return _vllm_pins(name, base_url, model, settings)


def _vllm_pins(name: str, base_url: str | None, model: str | None, settings: Settings) -> JudgePins:
    from api.judging.vllm import judge_settings, servers_of
    from evaluators.judges.vllm.condition import probe_servers

    asked = judge_settings(settings, model)
    servers = asyncio.run(probe_servers(servers_of(base_url or settings.judge_base_url), asked))
    parameters: dict[str, Any] = {each: getattr(asked, each) for each in _ANSWERS}
    parameters["decide_by"] = _joined(server.decide_by for server in servers)
    parameters["attempt"] = asked.attempt
    if settings.judge_screen is not None:
        parameters["screen"] = "sha256:" + hashlib.sha256(settings.judge_screen.read_bytes()).hexdigest()
    return JudgePins(
        name=name, model=_joined(server.model for server in servers),
        server=_joined(server.server for server in servers), parameters=msgspec.to_builtins(parameters),
    )  # fmt: skip


def _joined(values: Any) -> str | None:
    return "+".join(sorted({str(value) for value in values if value})) or None
