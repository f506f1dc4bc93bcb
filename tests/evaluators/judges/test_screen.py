"""The screen answers only where a certificate holds; everything else goes to the judge behind it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Self

import msgspec
import pytest

from evaluators.judges.answers import Answers, Located
from evaluators.judges.baseline.shipped import load_models
from evaluators.judges.port import Condition, Judge, ServedJudge
from evaluators.judges.screen import (
    Certificate,
    Certificates,
    ScreenedJudge,
    encode_certificates,
    load_certificates,
    screened,
)
from evaluators.testing import ScriptedJudge
from evaluators.types import ChatSession
from prompts.errors import FileError
from prompts.library import load_prompts
from tests.builders import a_session, agent, customer

ACT = "agent_abuse"
MODELS, PROMPTS = load_models(), load_prompts()
POLITE = a_session(customer("在吗", at=0), agent("您好,在的,请问有什么可以帮您", at=5), ended=60)
RUDE = a_session(customer("在吗", at=0), agent("看什么看,你有病吧", at=5), ended=60)


def certificate(**changed: Any) -> Certificate:
    whole: dict[str, Any] = {
        "act": ACT, "prompt_version": PROMPTS[ACT].version, "model_version": MODELS.version, "cut_off": 0.5,
        "hits": 100, "missed": 0, "most_lost": 0.05, "confidence": 0.95, "source": "constructed",
    }  # fmt: skip
    return Certificate(**whole | changed)


def behind(inner: Judge, **changed: Any) -> Judge:
    return screened(inner, MODELS, Certificates(acts={ACT: certificate(**changed)}))


@pytest.mark.parametrize(
    "changed", [{"prompt_version": "sha256:old"}, {"model_version": "linear-old"}, {"act": "customer_abuse"}]
)
def test_a_certificate_for_something_else_switches_nothing_on(changed: dict[str, str]) -> None:
    inner = ScriptedJudge({})
    assert behind(inner, **changed) is inner


def test_without_certificates_there_is_no_screen() -> None:
    inner = ScriptedJudge({})
    assert screened(inner, MODELS, Certificates(acts={})) is inner


@pytest.mark.anyio
async def test_far_below_the_cut_off_nobody_else_is_asked_and_the_baseline_is_named() -> None:
    inner = ScriptedJudge({ACT: ["m2"]})
    answer = (await behind(inner).answer(POLITE, [ACT]))[ACT]
    assert isinstance(answer, Located)
    assert (answer.messages, inner.asked) == ({}, [])
    assert answer.absent is not None
    assert answer.absent > 0.5
    assert answer.judge is not None
    assert (answer.judge.name, answer.judge.model) == ("baseline", MODELS.version)
    assert answer.judge.prompt_version == PROMPTS[ACT].version


@pytest.mark.anyio
async def test_from_the_cut_off_on_the_judge_behind_it_decides() -> None:
    inner = ScriptedJudge({ACT: ["m2"]})
    answer = (await behind(inner).answer(RUDE, [ACT]))[ACT]
    assert isinstance(answer, Located)
    assert list(answer.messages) == ["m2"]
    assert answer.judge is not None
    assert answer.judge.name == "scripted"


@pytest.mark.anyio
async def test_a_cut_off_of_0_screens_nothing() -> None:
    inner = ScriptedJudge({})
    await behind(inner, cut_off=0.0).answer(POLITE, [ACT])
    assert [acts for _, acts in inner.asked] == [frozenset({ACT})]


@pytest.mark.anyio
async def test_acts_without_a_certificate_are_passed_on_together() -> None:
    inner = ScriptedJudge({})
    judge = behind(inner)
    assert isinstance(judge, ScreenedJudge)
    answers = await judge.answer(POLITE, [ACT, "customer_abuse", "hesitates"])
    assert answers.keys() == {ACT, "customer_abuse", "hesitates"}
    assert [acts for _, acts in inner.asked] == [frozenset({"customer_abuse", "hesitates"})]
    assert judge.counts == {"answered": 1, "passed_on": 2}


class Served(ScriptedJudge):
    """A scripted judge that a server answers for."""

    is_live = False

    async def condition(self) -> Condition:
        return Condition(able=False, detail="away")

    def live(self) -> Self:
        view = type(self)({})
        view.is_live = True
        return view

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        answers = await super().answer(session, acts)
        return answers if self.is_live else {}


@pytest.mark.anyio
async def test_a_judge_with_a_server_stays_one() -> None:
    judge = behind(Served({}))
    assert isinstance(judge, ServedJudge)
    assert (await judge.condition()).detail == "away"
    live = judge.live()
    assert isinstance(live, ScreenedJudge)
    assert "hesitates" in await live.answer(POLITE, [ACT, "hesitates"])
    assert "hesitates" not in await judge.answer(POLITE, [ACT, "hesitates"])  # type: ignore[attr-defined]
    assert live.counts == {"answered": 2, "passed_on": 2}


def test_a_judge_without_a_server_stays_without() -> None:
    assert not isinstance(behind(ScriptedJudge({})), ServedJudge)


def test_certificates_survive_as_a_file(tmp_path: Path) -> None:
    place = tmp_path / "screen.json"
    certificates = Certificates(acts={ACT: certificate()})
    place.write_bytes(encode_certificates(certificates))
    assert load_certificates(place) == certificates


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"{", "Input data was truncated"),
        (encode_certificates(Certificates(acts={ACT: certificate()})).replace(b"0.5", b"1.5"), "<= 1"),
        (msgspec.json.encode({"acts": {}, "more": 1}), "unknown field `more`"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: bytes | None, said: str, tmp_path: Path) -> None:
    place = tmp_path / "screen.json"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(FileError) as raised:
        load_certificates(place)
    assert str(place) in str(raised.value)
    assert said in str(raised.value)
