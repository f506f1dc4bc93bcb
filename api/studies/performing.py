"""A study by its kind: what it is asked, and how it is done."""

import asyncio
from typing import Any

import msgspec

from api.inspecting import replaying
from api.inspecting.replaying import DraftReplay
from api.service import Service
from api.studies import evaluation
from api.studies.evaluation import Evaluated, Evaluation
from api.studies.ledger import Ledger
from calibration.replay import Replay
from storage import studies
from storage.studies import Kind

REQUESTS: dict[Kind, type[Any]] = {"evaluation": Evaluation, "replay": DraftReplay}
RESULTS: dict[Kind, type[Any]] = {"evaluation": Evaluated, "replay": Replay}


async def perform(service: Service, study_id: str, ledger: Ledger) -> Any:
    """What the study finds. Raises `Stopped`, and whatever keeps it from being done."""
    async with service.database.reading() as db:
        kind = (await studies.get(db, study_id)).kind
        asked = msgspec.json.decode(await studies.request_of(db, study_id), type=REQUESTS[kind])
    if isinstance(asked, Evaluation):
        return await _evaluate(service, asked, ledger)
    return await _replay(service, asked, ledger)


async def _evaluate(service: Service, asked: Evaluation, ledger: Ledger) -> Evaluated:
    loop = asyncio.get_running_loop()

    def fetch(keys: list[str]) -> dict[str, bytes]:
        return asyncio.run_coroutine_threadsafe(_known(service, keys), loop).result()

    found = await evaluation.evaluate(service, asked, ledger, fetch)
    if asked.split == "dev":
        return found
    names = {each.eval_set for each in found.after}
    async with service.database.reading() as db:
        before = await studies.requests(db, "evaluation")
    looks = dict.fromkeys(names, 1)
    for each in map(msgspec.json.Decoder(Evaluation).decode, before):
        for name in names if each.split == "test" else ():
            looks[name] += not each.sets or name in each.sets
    return evaluation.with_looks(found, looks)


async def _known(service: Service, keys: list[str]) -> dict[str, bytes]:
    async with service.database.reading() as db:
        return await studies.known_verdicts(db, keys)


async def _replay(service: Service, asked: DraftReplay, ledger: Ledger) -> Replay:
    def tell(done: int, total: int) -> None:
        ledger.go_on()
        ledger.done, ledger.total = done, total

    return await replaying.replay(service, asked, tell)
