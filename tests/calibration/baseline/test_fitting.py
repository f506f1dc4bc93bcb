"""The baseline judge learns from labels, says where, and refuses where it has too few."""

import json
from pathlib import Path
from typing import Any

import pytest

from calibration.baseline.data import numbers_of
from calibration.baseline.examples import Example, Examples, told_apart
from calibration.baseline.fitting import find_stale, fit_act, fit_baseline, load_dev_sets
from calibration.eval_sets import load_eval_set
from evaluators.judges.answers import Located, Unanswered
from evaluators.judges.baseline.judge import BaselineJudge
from evaluators.judges.baseline.model import BaselineModels, decode_models, encode_models
from evaluators.sessions import convert_session
from prompts.library import load_prompts

ACT = "need_exploration"
ASKS = [
    "亲身高体重多少呢",
    "您房间多大尺寸呀",
    "请问是什么肤质呢",
    "宝贝狗狗体重多少斤",
    "您平时穿多大码呢",
    "喜欢什么风格呢",
]
TELLS = ["这款有货的", "今天下单明天发", "面料是纯棉的", "优惠券直接领取", "好的亲", "已经为您备注"]


def _case(number: int, said: str, is_act: bool) -> dict[str, Any]:
    messages = [
        {"message_id": "m1", "sender": "customer", "text": "这个怎么样"},
        {"message_id": "m2", "sender": "agent", "text": said},
    ]
    label = {
        "rule_id": ACT, "verdict": "hit" if is_act else "no_hit", "message_ids": ["m2"] if is_act else [],
        "labeller": "t", "source": "constructed",
    }  # fmt: skip
    return {
        "case_id": str(number),
        "session": {"session_id": str(number), "messages": messages},
        "labels": [label],
    }


def _write(folder: Path, repeats: int) -> None:
    said = [(text, text in ASKS) for text in (ASKS + TELLS) * repeats]
    cases = [_case(number, f"{text}{number}", is_act) for number, (text, is_act) in enumerate(said)]
    place = folder / ACT
    place.mkdir()
    place.joinpath("set.toml").write_text(f'title = "t"\nrules = ["{ACT}"]\n', "utf-8")
    for split in ("dev", "test"):
        place.joinpath(f"{split}.jsonl").write_text("\n".join(json.dumps(case) for case in cases), "utf-8")


@pytest.fixture
def models(tmp_path: Path) -> BaselineModels:
    _write(tmp_path, 6)
    return fit_baseline(tmp_path)


def _session(*said: str) -> Any:
    messages = [
        {"message_id": f"a{place}", "sender": "agent", "text": text} for place, text in enumerate(said)
    ]
    return convert_session({"session_id": "s", "messages": messages})


@pytest.mark.anyio
async def test_too_few_labels_are_no_judgment(tmp_path: Path) -> None:
    _write(tmp_path, 1)
    answer = (await BaselineJudge(fit_baseline(tmp_path)).answer(_session("亲身高体重多少呢"), [ACT]))[ACT]
    assert isinstance(answer, Unanswered)
    assert answer.reason_code == "not_configured"


@pytest.mark.anyio
async def test_an_act_it_never_saw_is_not_configured(models: BaselineModels) -> None:
    answer = (await BaselineJudge(models).answer(_session("滚"), ["agent_abuse"]))["agent_abuse"]
    assert isinstance(answer, Unanswered)


@pytest.mark.anyio
async def test_it_says_which_message(models: BaselineModels) -> None:
    answer = (await BaselineJudge(models).answer(_session("面料是纯棉的", "您身高体重多少呢"), [ACT]))[ACT]
    assert isinstance(answer, Located)
    assert list(answer.messages) == ["a1"]
    assert answer.judge is not None
    assert answer.judge.name == "baseline"


@pytest.mark.anyio
async def test_without_messages_of_the_role_nothing_is_found(models: BaselineModels) -> None:
    answer = (await BaselineJudge(models).answer(_session(), [ACT]))[ACT]
    assert isinstance(answer, Located)
    assert answer.messages == {}
    assert answer.absent == 1.0


def test_models_survive_as_data(models: BaselineModels) -> None:
    again = decode_models(encode_models(models))
    assert again == models
    assert again.version == models.version


def test_fitting_is_repeatable(models: BaselineModels, tmp_path: Path) -> None:
    assert fit_baseline(tmp_path) == models


def test_cases_that_say_the_act_in_the_same_words_are_one() -> None:
    said = [
        ("a", "滚", True),
        ("b", "滚", True),
        ("b", "走开", True),
        ("c", "走开", True),
        ("d", "滚", False),
    ]
    examples = [Example({f"={text}"}, is_act, case, text) for case, text, is_act in said]
    assert [each.case for each in told_apart(examples)] == ["a", "a", "a", "a", "d"]


def test_hits_in_the_same_words_are_counted_once_and_their_words_are_no_feature() -> None:
    once = [Example({"=滚"}, True, f"h{number}", "滚") for number in range(5)]
    others = [Example({"=好"}, False, f"n{number}", f"好{number}") for number in range(5)]
    fit = fit_act(ACT, [*once, *others], [], "sha256:x")
    assert sum(each.is_hit for each in fit.held_out) == 1
    assert list(fit.model.weights) == ["=好"]


def _examples(folder: Path, *known: str) -> Examples:
    _write(folder, 1)
    other = folder / "other"
    other.mkdir()
    other.joinpath("set.toml").write_text('title = "t"\nrules = ["courteous_closing"]\n', "utf-8")
    case = _case(99, "您平时穿多大码", is_act=True)
    case["labels"][0]["rule_id"] = "courteous_closing"
    other.joinpath("dev.jsonl").write_text(json.dumps(case), "utf-8")
    names = ", ".join(f'"{each}"' for each in known)
    with folder.joinpath(ACT, "set.toml").open("a", encoding="utf-8") as file:
        file.write(f"also_in = [{names}]\n")
    return Examples(load_dev_sets(folder))


@pytest.mark.parametrize(("known", "count"), [((), 1), (("99",), 0)])
def test_cases_that_hold_the_act_unlabelled_are_no_ordinary_talk(
    known: tuple[str, ...], count: int, tmp_path: Path
) -> None:
    assert len(_examples(tmp_path, *known).background(ACT, load_prompts()[ACT])) == count


def test_models_are_stale_when_other_cases_are_no_ordinary_talk_any_more(tmp_path: Path) -> None:
    _examples(tmp_path)
    models = fit_baseline(tmp_path)
    assert find_stale(models, tmp_path) == []
    place = tmp_path / ACT / "set.toml"
    place.write_text(place.read_text("utf-8").replace("also_in = []", 'also_in = ["99"]'), "utf-8")
    assert find_stale(models, tmp_path) == [f"{ACT}: the eval set has changed since the models were fitted"]


def test_it_learns_from_the_messages_that_the_judge_looks_at(tmp_path: Path) -> None:
    case = _case(1, "亲身高体重多少呢", True)
    case["session"]["messages"].insert(
        0, {"message_id": "m0", "sender": "auto_reply", "text": "您想要什么样的呢"}
    )
    place = tmp_path / ACT
    place.mkdir()
    place.joinpath("set.toml").write_text(f'title = "t"\nrules = ["{ACT}"]\n', "utf-8")
    place.joinpath("dev.jsonl").write_text(json.dumps(case), "utf-8")
    found = Examples([load_eval_set(ACT, "dev", tmp_path)]).labelled(ACT, load_prompts()[ACT])
    assert [(example.text, example.is_act) for example in found] == [("亲身高体重多少呢", True)]


def test_what_was_said_earlier_speaks_only_for_the_acts_that_depend_on_it() -> None:
    said = [
        Example({"earlier theirs is:hesitate", "=好"}, number % 2 == 0, str(number)) for number in range(20)
    ]
    assert "earlier theirs is:hesitate" in numbers_of("retention_offered", said, said).names
    assert numbers_of("customer_abuse", said, said).names == ["=好"]
