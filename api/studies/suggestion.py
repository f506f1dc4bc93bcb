"""A better wording for a prompt, searched by its mistakes on dev and believed only after a paired test."""

import asyncio
from types import ModuleType
from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.service import Service
from api.studies.ledger import Ledger
from api.studies.sets import published_meanings
from calibration.errors import OptimiserMissing


class WordingRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to reword. `rule`: a rule or act with a prompt of its own. `tokens`: budget of judging and rewording on dev.

    `set`: default the one named like the rule. `judge`: the one this service inspects with, for no other reads wording.
    `writer_model`: a model of the judge's server that rewords; default the one that judges.
    """

    rule: str
    tokens: Annotated[int, Meta(ge=1)]
    set: str | None = None
    judge: Literal["service"] = "service"
    writer_model: str | None = None
    seed: int = 0


class DevFigures(Struct, frozen=True, kw_only=True):
    """On the half of dev that chose the wording: cases that it, and before it the published one, got right.

    `undetermined`: what the published one left open, by cause. `tokens`: what the search took of its budget.
    """

    cases: int
    right: int
    right_before: int
    undetermined: dict[str, int]
    tokens: int


class HeldOutTest(Struct, frozen=True, kw_only=True):
    """Both wordings on the same cases of test, exact McNemar. `looks`: studies that have looked at this test split, this
    one included. `tokens`: on top of the budget. What stayed undetermined: by cause.
    """

    fixed: int
    broken: int
    cases: int
    p_value: float
    undetermined_before: dict[str, int]
    undetermined_after: dict[str, int]
    tokens: int
    looks: int = 1


class WordingTries(Struct, frozen=True, kw_only=True):
    """Rewordings asked for, and why some could not be used. `ended_early`: why no more were asked for."""

    asked: int
    unusable: dict[str, int]
    ended_early: str | None


class SuggestedWording(Struct, frozen=True, kw_only=True):
    """What came of a search. `told`: accepted, or why not. `wording`: the best one on dev, block by block.

    `prompt`: the prompt file with it, for `draft_prompts`; null, as `test` is, where nothing did better on dev.
    """

    rule_id: str
    eval_set: str
    accepted: bool
    told: str
    wording: dict[str, str]
    prompt: str | None
    dev: DevFigures
    test: HeldOutTest | None
    rewordings: WordingTries


async def check(service: Service, asked: WordingRequest) -> str:
    """The rule or act it is about.

    Raises `ParameterInvalid`, `RuleNotFound`, `EvalSetNotFound`, `WordingFixed`, `BudgetTooSmall`, `OptimiserMissing`.
    """
    meanings = await published_meanings(service)
    rule_id: str = await asyncio.to_thread(_rewording().check, service, asked, meanings)
    return rule_id


async def suggest(service: Service, asked: WordingRequest, ledger: Ledger) -> SuggestedWording:
    """Searches and tests in a thread of its own. Raises `Stopped`, `JudgeUnusable`, and what `check` raises."""
    meanings = await published_meanings(service)
    found: SuggestedWording = await asyncio.to_thread(_rewording().suggest, service, asked, meanings, ledger)
    return found


def _rewording() -> ModuleType:
    """Raises `OptimiserMissing`."""
    try:
        from api.studies import rewording
    except ModuleNotFoundError as error:
        raise OptimiserMissing from error
    return rewording
