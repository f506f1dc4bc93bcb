"""A study by its kind: what it is asked, and how it is done."""

import asyncio
from typing import Any

import msgspec
from msgspec.structs import replace

from api.inspecting import replaying
from api.inspecting.replaying import DraftReplay
from api.service import Service
from api.studies import evaluation, suggestion
from api.studies.evaluation import Evaluated, Evaluation
from api.studies.ledger import Ledger
from api.studies.suggestion import SuggestedWording, WordingRequest
from calibration.replay import Replay
from storage import studies
from storage.studies import Kind

REQUESTS: dict[Kind, type[Any]] = {
    "evaluation": Evaluation, "replay": DraftReplay, "suggestion": WordingRequest,
}  # fmt: skip


async def perform(service: Service, study_id: str, ledger: Ledger) -> Any:
    """What the study finds. Raises `Stopped`, and whatever keeps it from being done."""
    async with service.database.reading() as db:
        kind = (await studies.get(db, study_id)).kind
        await service.inspector.editions.reload(db)
        asked = msgspec.json.decode(await studies.request_of(db, study_id), type=REQUESTS[kind])
    if isinstance(asked, Evaluation):
        return await _evaluate(service, asked, ledger)
    if isinstance(asked, WordingRequest):
        return await _suggest(service, asked, ledger)
    return await _replay(service, asked, ledger)


async def _evaluate(service: Service, asked: Evaluation, ledger: Ledger) -> Evaluated:
    loop = asyncio.get_running_loop()

    def fetch(keys: list[str]) -> dict[str, bytes]:
        return asyncio.run_coroutine_threadsafe(_known(service, keys), loop).result()

    found = await evaluation.evaluate(service, asked, ledger, fetch)
    if asked.split == "dev":
        return found
    return evaluation.with_looks(found, await _looks(service, {each.eval_set for each in found.after}))


async def _suggest(service: Service, asked: WordingRequest, ledger: Ledger) -> SuggestedWording:
    found = await suggestion.suggest(service, asked, ledger)
    if found.test is None:
        return found
    looks = await _looks(service, {found.eval_set})
    return replace(found, test=replace(found.test, looks=looks[found.eval_set]))


async def _looks(service: Service, names: set[str]) -> dict[str, int]:
    """How often studies looked at the test split of these sets, now included."""
    async with service.database.reading() as db:
        evaluations = await studies.requests(db, "evaluation")
        suggestions = await studies.results(db, "suggestion")
    looks = dict.fromkeys(names, 1)
    for each in map(msgspec.json.Decoder(Evaluation).decode, evaluations):
        for name in names if each.split == "test" else ():
            looks[name] += not each.sets or name in each.sets
    for found in map(msgspec.json.Decoder(SuggestedWording).decode, suggestions):
        if found.test is not None and found.eval_set in names:
            looks[found.eval_set] += 1
    return looks


async def _known(service: Service, keys: list[str]) -> dict[str, bytes]:
    async with service.database.reading() as db:
        return await studies.known_verdicts(db, keys)


async def _replay(service: Service, asked: DraftReplay, ledger: Ledger) -> Replay:
    def tell(done: int, total: int) -> None:
        ledger.go_on()
        ledger.done, ledger.total = done, total

    return await replaying.replay(service, asked, tell)
