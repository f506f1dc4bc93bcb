"""An eval run: labelled cases judged by what is published, by a draft, or by both beside each other."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from api.errors import ParameterInvalid
from api.inspecting.replaying import Text
from api.judging.judges import tokens_of
from api.judging.pins import open_judges
from api.service import Service
from api.studies.ledger import Ledger, Repetition, all_again
from api.studies.sets import Meanings, load_set, published_meanings
from calibration.drafts import Standard
from calibration.eval_sets import EvalSet, Split, set_names
from calibration.runs import RunReport, Setup, Verdicts, keys_of, run_eval_set
from evaluators.judges.port import Judge

Fetch = Callable[[list[str]], dict[str, bytes]]


class Evaluation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to run. `rules`: ids, R-numbers or acts; empty: all that have labels. `sets`: empty: all that label them.

    `draft_rules` (TOML), `draft_prompts`: files in the place of those of the same id; then what is published is run
    too, to compare. `judge` service: the one this service inspects with. `votes`: attempts per case. `noise`: the
    draft is judged once more, to know how often the judge contradicts itself.
    """

    rules: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    split: Split = "dev"
    draft_rules: tuple[Text, ...] = ()
    draft_prompts: tuple[Text, ...] = ()
    judge: Literal["none", "baseline", "service"] = "baseline"
    votes: Annotated[int, Meta(ge=1, le=25)] = 1
    noise: bool = False

    @property
    def has_draft(self) -> bool:
        """Whether there is something to compare."""
        return bool(self.draft_rules or self.draft_prompts)


class Evaluated(Struct, frozen=True, kw_only=True):
    """Reports, one per set. `before`: of what is published, where there is a draft beside it; `again`: the later ones
    repeated."""

    after: list[RunReport]
    before: list[RunReport] = []
    again: list[RunReport] = []


class _Part(NamedTuple):
    eval_set: EvalSet
    rules: list[str]


async def check(service: Service, asked: Evaluation) -> None:
    """Raises `ParameterInvalid`, `RuleNotFound`, `EvalSetNotFound`, `PublicationUnusable` for what cannot be run."""
    if asked.judge == "service" and service.settings.judge == "none":
        raise ParameterInvalid("judge", "this service has none: MINGJIAN_JUDGE, or judge baseline")
    service.inspector.editions.newest.refuse_unusable()
    standard = service.inspector.editions.drafted(asked.draft_rules, asked.draft_prompts).standard
    if not _parts(asked, standard, await published_meanings(service)):
        raise ParameterInvalid("rules", "no eval set has labels of them that still hold")


async def evaluate(service: Service, asked: Evaluation, ledger: Ledger, fetch: Fetch) -> Evaluated:
    """Judges in a thread of its own. `fetch`: verdicts that are kept. Raises `Stopped`, and what `check` raises."""
    meanings = await published_meanings(service)
    return await asyncio.to_thread(_evaluated, service, asked, meanings, ledger, fetch)


def _evaluated(
    service: Service, asked: Evaluation, meanings: Meanings, ledger: Ledger, fetch: Fetch
) -> Evaluated:
    editions = service.inspector.editions
    now = editions.published.standard
    new = editions.drafted(asked.draft_rules, asked.draft_prompts).standard
    parts = _parts(asked, new, meanings)
    before = _setup(service, asked, now) if asked.has_draft else None
    after = _setup(service, asked, new)
    again = _setup(service, asked, new, fresh=True) if asked.noise else None
    keys = [_keys(parts, setup) for setup in (before, after, again)]
    ledger.total = sum(map(len, keys))
    ledger.remember(fetch([*keys[0], *keys[1], *all_again(keys[2])]))
    opened = [judge for setup in (before, after, again) if setup is not None for judge in setup.judges]
    ledger.tokens = lambda: sum(map(tokens_of, opened))
    return ledger.run(_all(parts, before, after, again, ledger))


async def _all(
    parts: Sequence[_Part], before: Setup | None, after: Setup, again: Setup | None, ledger: Ledger
) -> Evaluated:
    return Evaluated(
        before=await _reports(parts, before, ledger),
        after=await _reports(parts, after, ledger),
        again=await _reports(parts, again, Repetition(ledger)),
    )


async def _reports(parts: Sequence[_Part], setup: Setup | None, verdicts: Verdicts) -> list[RunReport]:
    if setup is None:
        return []
    return [await run_eval_set(each.eval_set, each.rules, setup, store=verdicts) for each in parts]


def _parts(asked: Evaluation, standard: Standard, meanings: Meanings) -> list[_Part]:
    """The sets with what they label of what is asked for."""
    wanted = [_id_of(name, standard) for name in asked.rules]
    found = []
    for name in asked.sets or set_names():
        one = load_set(name, asked.split, meanings)
        rules = [rule for rule in one.fresh().rules() if not wanted or rule in wanted]
        if rules:
            found.append(_Part(one, rules))
    return found


def _id_of(name: str, standard: Standard) -> str:
    """Raises `RuleNotFound` for what is neither a rule nor an act."""
    return name if name in standard.prompts else standard.catalogue.find(name).id


def _keys(parts: Sequence[_Part], setup: Setup | None) -> list[str]:
    return [] if setup is None else [key for each in parts for key in keys_of(*each, setup)]


def _setup(service: Service, asked: Evaluation, standard: Standard, *, fresh: bool = False) -> Setup:
    """Raises what `open_judges` raises."""
    settings = service.settings
    name = settings.judge if asked.judge == "service" else asked.judge
    opened = open_judges(
        name,
        base_url=None,
        model=None,
        votes=asked.votes,
        prompts=standard.prompts,
        fresh=fresh,
        settings=settings,
    )
    judges: tuple[Judge | None, ...] = opened.judges
    return Setup(standard.catalogue, standard.prompts, judges, opened.pins)


def with_looks(found: Evaluated, looks: dict[str, int]) -> Evaluated:
    """With how often the test split of each set was looked at."""

    def counted(reports: list[RunReport]) -> list[RunReport]:
        return [replace(each, looks=looks.get(each.eval_set, 0)) for each in reports]

    return Evaluated(before=counted(found.before), after=counted(found.after), again=counted(found.again))
