"""What is found out about a server, above all what it silently ignores."""

from typing import Any

import msgspec
import pytest

from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.probe import as_record, probe
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.settings import VllmSettings
from tests.fake_vllm.brain import Scripted
from tests.fake_vllm.model import Ability
from tests.fake_vllm.server import FakeVllm

pytestmark = pytest.mark.anyio
LABEL_IDS = {"A": 32, "B": 33, "C": 34, "D": 35}


async def _probed(ability: Ability, model: str = "", api_key: str = "") -> Capability:
    with FakeVllm(Scripted(), ability) as server:
        replica = Replica(server.base_url, VllmSettings(api_key=api_key))
        try:
            return await probe(replica, model)
        finally:
            await replica.close()


async def test_a_server_that_can_do_everything() -> None:
    found = await _probed(Ability())
    assert msgspec.structs.replace(found, base_url="", prefix_cache=None, probed_at=None) == Capability(
        base_url="", model="fake-8b", server="vllm 0.32.0", decide_by="systemone", context=32_768,
        logprobs=True, label_ids=LABEL_IDS, tokenizer=True, structured_output=True, thinking_off=True,
        priorities=True,
    )  # fmt: skip
    assert found.prefix_cache is not None
    assert found.prefix_cache > 0.9
    assert found.usable


LACKS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"decisions": "decisions"}, {"decide_by": "decisions"}, ""),
    ({"decisions": None}, {"decide_by": "logprobs", "label_ids": LABEL_IDS}, ""),
    ({"decisions": None, "label_ids": False}, {"decide_by": "logprobs", "label_ids": {}}, "likeliest tokens"),
    ({"schema": False}, {"structured_output": False}, "--structured-outputs-config"),
    ({"priorities": False}, {"priorities": False}, "--scheduling-policy priority"),
    ({"tells_cached": False}, {"prefix_cache": None}, "--enable-prompt-tokens-details"),
    ({"tokenizer": False}, {"tokenizer": False, "label_ids": {}}, "input_too_long"),
    ({"context": 4096}, {"context": 4096}, "--max-model-len"),
    ({"thinks": True}, {"thinking_off": False}, "enable_thinking"),
    ({"logprobs": False}, {"logprobs": False, "decide_by": "systemone"}, ""),
]


@pytest.mark.parametrize(("ability", "expected", "remedy"), LACKS)
async def test_what_a_server_lacks_is_noticed_and_a_remedy_named(
    ability: dict[str, Any], expected: dict[str, Any], remedy: str
) -> None:
    found = await _probed(Ability(**ability))
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.usable
    told = " ".join(f"{problem.what} {problem.remedy}" for problem in found.problems)
    assert remedy in told
    assert bool(found.problems) == bool(remedy)


UNUSABLE: list[tuple[dict[str, Any], str, str]] = [
    ({"decisions": None, "logprobs": False}, "", "--logprobs-mode"),
    ({"decisions": None, "thinks": True}, "", "enable_thinking"),
    ({}, "qwen", "fake-8b"),
]


@pytest.mark.parametrize(("ability", "model", "remedy"), UNUSABLE)
async def test_a_server_that_cannot_judge(ability: dict[str, Any], model: str, remedy: str) -> None:
    found = await _probed(Ability(**ability), model)
    assert not found.usable
    assert [remedy in problem.remedy for problem in found.problems if problem.fatal] == [True]
    assert as_record(found)["usable"] is False


async def test_a_prefix_cache_that_does_nothing_is_noticed(server: FakeVllm) -> None:
    server.app.engine._most_blocks = 0
    replica = Replica(server.base_url, VllmSettings())
    found = await probe(replica)
    await replica.close()
    assert found.prefix_cache == 0.0
    assert ["--enable-prefix-caching" in problem.remedy for problem in found.problems] == [True]


async def test_a_wrong_key_is_not_mistaken_for_a_server_without_abilities() -> None:
    assert (await _probed(Ability(api_key="right"), api_key="right")).usable
    with pytest.raises(CallFailed, match="MINGJIAN_JUDGE_API_KEY"):
        await _probed(Ability(api_key="right"), api_key="wrong")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/systemone", "/tokenize"])
async def test_a_server_that_fails_meanwhile_is_not_said_to_lack_something(
    server: FakeVllm, path: str
) -> None:
    server.fail(path, 99, status=500)
    replica = Replica(server.base_url, VllmSettings())
    with pytest.raises(CallFailed, match="500"):
        await probe(replica)
    await replica.close()


async def test_nobody_there() -> None:
    replica = Replica("http://127.0.0.1:9", VllmSettings())
    with pytest.raises(CallFailed, match="cannot be reached"):
        await probe(replica)
    await replica.close()
