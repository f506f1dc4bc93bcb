"""The accuracy table on data whose figures can be worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluators.judges.answers import Unanswered
from evaluators.testing import ScriptedJudge
from tests.benchmarks.accuracy import constructed
from tests.benchmarks.accuracy.abuse import RARE, chineseharm, cold, false_positives
from tests.benchmarks.accuracy.presale_acts import ACTS, uneed
from tests.benchmarks.accuracy.run import PARTS, measured
from tests.benchmarks.accuracy.satisfaction import DISPLEASED, PLEASED, stc3, uss
from tests.benchmarks.accuracy.table import Case, Line, Value, classified, rates, written

OPEN = {"not_configured": 2}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_DATA", str(tmp_path))
    return tmp_path


def write(folder: Path, name: str, *labels: dict[str, Any], texts: tuple[str, ...] = ("滚",)) -> None:
    """Chats with these labels: what a customer says, then an agent, and so on."""
    lines = [
        json.dumps(
            {
                "session_id": str(n),
                "messages": [
                    {"role": ("customer", "agent")[at % 2], "text": text} for at, text in enumerate(texts)
                ],
                "labels": each,
            }
        )
        for n, each in enumerate(labels)
    ]
    folder.joinpath(f"{name}.jsonl").write_text("\n".join(lines), "utf-8")


def refusing(*acts: str) -> ScriptedJudge:
    return ScriptedJudge({act: Unanswered(reason_code="not_configured") for act in acts})


def shown(line: Line) -> dict[str, float | None]:
    return {name: each.value for name, each in line.values.items()}


def test_what_the_judge_leaves_open_is_counted_by_cause_and_in_no_figure(data: Path) -> None:
    write(data, "chineseharm_dev", {"category": "谩骂引战"}, {"category": "不违规"})
    write(data, "cold_dev", {"offensive": 1}, {"offensive": 0})
    write(data, "stc3_dev", *[{"quality": {"S": {"mean": 1.0, "pos": 19, "neg": 0}}}] * 2)
    judge = refusing("customer_abuse", *PLEASED)
    for line in (*chineseharm(judge, 9), *cold(judge, 9), *stc3(judge, 9)):
        assert (line.n, line.undetermined) == (0, OPEN)
        assert set(shown(line).values()) == {None}


def test_other_categories_are_not_asked_about(data: Path) -> None:
    write(data, "chineseharm_dev", {"category": "博彩"}, {"category": "谩骂引战"})
    judge = ScriptedJudge({})
    [line] = chineseharm(judge, 9)
    assert (line.n, line.positives, line.values["recall"].value, len(judge.asked)) == (1, 1, 0.0, 1)


def test_offensive_texts_stand_beside_bare_insult_words(data: Path) -> None:
    write(data, "cold_dev", {"offensive": 1}, {"offensive": 1}, {"offensive": 0}, texts=("你是傻逼",))
    [line] = cold(ScriptedJudge({"customer_abuse": ["m1"]}), 9)
    assert shown(line) == {"precision": 2 / 3, "recall": 1.0, "F1": 0.8}
    assert line.compare == "always a hit: F1 0.80; insult words of the lexicon: P 0.67 R 1.00 F1 0.80"


def test_signs_are_compared_where_raters_agree(data: Path) -> None:
    rated = [
        {"mean": 1.0, "pos": 13, "neg": 0},
        {"mean": -1.0, "pos": 0, "neg": 13},
        {"mean": 0.1, "pos": 12, "neg": 7},
    ]
    write(data, "stc3_dev", *({"quality": {"S": each}} for each in rated))
    [_, signs] = stc3(ScriptedJudge({"customer_grateful": ["m1"]}), 9)
    assert (signs.n, signs.positives, shown(signs)) == (2, 1, {"right sign": 0.5})
    assert signs.compare == "the more frequent sign: 0.50"


def test_satisfaction_is_measured_message_by_message(data: Path) -> None:
    turns = [{"msg": 0, "sat3": 2}, {"msg": 2, "sat3": 0}, {"msg": 4, "sat3": 2}]
    write(
        data, "jddc_uss_dev", *[{"dialogue_sat3": 2, "turn_sat3": turns}] * 2,
        texts=("谢谢", "在", "退货", "好", "行"),
    )  # fmt: skip
    judge = ScriptedJudge({"customer_grateful": ["m1", "m3"], "dissatisfied_with_product": ["m3"]})
    _, pleased, displeased = uss(judge, 9)
    assert (pleased.n, pleased.positives) == (6, 4)
    assert shown(pleased) == {"precision": 0.5, "recall": 0.5, "F1": 0.5}
    assert pleased.compare.endswith("谢/感谢/辛苦: P 1.00 R 0.50 F1 0.67")
    assert shown(displeased) == {"precision": 1.0, "recall": 1.0, "F1": 1.0}


def test_an_act_that_no_other_can_speak_for_stays_open(data: Path) -> None:
    write(data, "jddc_uss_dev", *[{"dialogue_sat3": 2, "turn_sat3": [{"msg": 0, "sat3": 2}]}] * 2)
    _, pleased, displeased = uss(refusing(*DISPLEASED), 9)
    assert (pleased.n, pleased.undetermined) == (2, {})
    assert (displeased.n, displeased.undetermined) == (0, OPEN)


def test_acts_before_a_sale_are_those_of_the_agents_messages(data: Path) -> None:
    acts = [{"msg": 0, "act": "用户需求"}, {"msg": 1, "act": "系统提问"}, {"msg": 3, "act": "系统推荐"}]
    write(data, "uneed_dev", {"acts": acts}, texts=("想买鞋", "几码", "40", "这双"))
    lines = dict(zip(ACTS, uneed(ScriptedJudge({"need_exploration": ["m2", "m4"]}), 9), strict=True))
    asked = lines["need_exploration"]
    assert (asked.n, asked.positives) == (2, 1)
    assert shown(asked) == {"precision": 0.5, "recall": 1.0, "F1": 2 / 3}
    assert shown(lines["product_recommendation"])["recall"] == 0.0


def test_sessions_hit_are_counted_per_act(data: Path) -> None:
    write(data, "jddc_unlabelled", {}, {})
    lines = {line.act: (shown(line), line.n) for line in false_positives(ScriptedJudge({}), 9)}
    assert lines == {act: ({"sessions hit": 0.0}, 2) for act in RARE}


def test_data_that_is_not_there_is_skipped_and_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = list(measured(ScriptedJudge({}), 1))
    assert {line.data for line in lines} == {
        "constructed, test split: acts",
        "constructed, test split: cases",
    }
    said = capsys.readouterr().err.splitlines()
    assert [line.split("/")[-1].split(".")[0] for line in said] == [part.file for part in PARTS]


def test_a_judge_that_knows_nothing_does_not_beat_length() -> None:
    acts, cases = constructed.measure(ScriptedJudge({}))
    assert acts.values["area under ROC, mean"].value == 0.5
    assert (acts.values["acts that beat length"].value or 0) < 0.5
    assert cases.values["recall"].value == 0.0


def test_messages_of_a_session_are_not_taken_as_independent() -> None:
    alone = [Case(n % 3 == 0, n % 2 == 0, str(n)) for n in range(240)]
    together = [each._replace(cluster=str(n // 8)) for n, each in enumerate(alone)]
    assert {each.method for each in rates(together).values()} == {"bootstrap over sessions"}
    assert {name: each.value for name, each in rates(together).items()} == {
        name: each.value for name, each in rates(alone).items()
    }
    few = rates([each._replace(cluster=str(n // 60)) for n, each in enumerate(alone)])
    assert {(each.low, each.method) for each in few.values()} == {(None, "no interval: 4 sessions")}
    same = [Case(n // 8 % 2 == 0, True, str(n // 8)) for n in range(240)]
    wide, narrow = (rates(each)["precision"] for each in (same, [each._replace(cluster="") for each in same]))
    assert _width(wide) > 2 * _width(narrow), (
        "sessions that are all right or all wrong: fewer cases than it seems"
    )


def _width(value: Value) -> float:
    assert value.low is not None
    assert value.high is not None
    return value.high - value.low


def test_a_line_without_a_number_shows_none() -> None:
    [_, line] = written([classified("a", "d", "people", [], {"not_configured": 3})])
    assert line == "a\td\tpeople\t0\t0\t–\t–\t–\t–\tnot_configured 3\t–\tnothing to divide by"


def test_the_table_for_a_document_has_as_many_cells_in_each_row() -> None:
    case = Case(True, True)
    rows = list(written([classified("a|b", "d", "people", [case], {})], markdown=True))
    assert {row.count("|") for row in rows} == {13}
