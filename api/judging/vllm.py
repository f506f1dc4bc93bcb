"""The vLLM judge put together from options and settings."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from api.errors import SettingsInvalid
from api.settings import Settings, load_settings
from evaluators.errors import JudgeUnusable
from evaluators.judges.breaker import Paused
from evaluators.judges.cache import JudgeCache, MemoryCache
from evaluators.judges.port import Judge
from evaluators.judges.screen import ScreenedJudge
from evaluators.judges.vllm.judge import VllmJudge
from evaluators.judges.vllm.settings import VllmSettings
from prompts.library import Prompt
from storage.judge_cache import SqliteCache

#: Days an answer is kept that nobody asks for.
_KEPT_DAYS = 90
_IN_MEMORY = Path(":memory:")
Observer = Callable[[str, Paused | None], None]


def open_vllm_judge(
    base_url: str | None = None,
    model: str | None = None,
    *,
    settings: Settings | None = None,
    prompts: Mapping[str, Prompt] | None = None,
    must_answer: bool = True,
    observe: Observer | None = None,
) -> VllmJudge:
    """The judge of these servers (several: separated by commas); what is not given is taken from the settings
    (default: the environment).

    `must_answer`: asks a server now; raises `JudgeUnusable` if none can judge. Without it the judge waits for
    them. Raises `SettingsInvalid`, and `DatabaseUnavailable` for the cache file.
    """
    settings = settings or load_settings()
    judge = VllmJudge(
        servers_of(base_url or settings.judge_base_url),
        judge_settings(settings, model),
        prompts=prompts,
        cache=_cache(settings.judge_cache),
        observe=observe or _say,
    )
    if must_answer:
        asyncio.run(_ask_once(judge))
    return judge


def vllm_judge_in(judge: Judge) -> VllmJudge:
    """The vLLM judge that is asked in the end, be it behind a screen."""
    inner = judge.inner if isinstance(judge, ScreenedJudge) else judge
    if not isinstance(inner, VllmJudge):
        raise TypeError(f"expected a judge that asks vLLM, got {judge.name}")
    return inner


def servers_of(base_url: str | None) -> list[str]:
    """The base URLs in a list separated by commas. Raises `SettingsInvalid`."""
    urls = [url.strip() for url in (base_url or "").split(",") if url.strip()]
    if not urls:
        raise SettingsInvalid("the vLLM judge needs a server: --base-url URL, or MINGJIAN_JUDGE_BASE_URL")
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise SettingsInvalid(f"expected a URL such as http://127.0.0.1:8000/v1, got {url!r}")
    return urls


def _cache(place: Path) -> JudgeCache:
    if place == _IN_MEMORY:
        return MemoryCache()
    cache = SqliteCache(place.expanduser())
    cache.forget(_KEPT_DAYS)
    return cache


def judge_settings(settings: Settings, model: str | None = None) -> VllmSettings:
    """The judge's own settings. Raises `SettingsInvalid` naming the option."""
    given: dict[str, Any] = dict(settings.judge_options)
    if model or settings.judge_model:
        given["model"] = model or settings.judge_model
    if settings.judge_api_key is not None:
        given["api_key"] = settings.judge_api_key.get_secret_value()
    try:
        return msgspec.convert(given, VllmSettings)
    except msgspec.ValidationError as error:
        raise SettingsInvalid(f"MINGJIAN_JUDGE_OPTIONS: {error}") from error


async def _ask_once(judge: VllmJudge) -> None:
    condition = await judge.condition()
    if not condition.able:
        raise JudgeUnusable(condition.detail)


def _say(base_url: str, paused: Paused | None) -> None:
    if paused is None:
        print(f"judge: {base_url} answers again", file=sys.stderr)
    else:
        print(f"judge: pausing. {paused.why}. Next try in {paused.retry_in:.0f} s", file=sys.stderr)
