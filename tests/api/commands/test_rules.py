"""`mingjian rules` and `mingjian profiles`, for those who read, check and write rules."""

from pathlib import Path

import msgspec
import pytest

from api.cli import main
from calibration.eval_sets import load_eval_set
from evaluators.catalogue.loading import load_catalogue

BROKEN = """\
kind = "existence"
id = "shouting"
title = "喊叫"

[behaviour]
by = "service"
sayz.any = ["喂"]
"""


def test_rules_are_listed_with_what_decides_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    rules = {row[1]: row for row in rows[2:57]}
    assert list(rules) == [rule.id for rule in load_catalogue().rules]
    assert rules["late_reply_without_apology"][4:7] == ["-10", "中级", "代码 code"]
    assert rules["nonstandard_closing"][7] == "默认关 off"
    assert rules["agent_abuse"][6:] == ["判断器 judge", "红线 red line"]


@pytest.mark.parametrize("name", ["R05", "r05", "late_reply_without_apology"])
def test_a_rule_is_shown_by_number_and_id(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", name]) == 0
    page = capsys.readouterr().out
    rule = load_catalogue().find("R05")
    for wanted in (
        rule.title, "超过 3 分钟才回复", "「对不起」「久等了」「抱歉」「不好意思」", "5 条消息内", "-10", "中级",
        rule.why, *rule.known_gaps, load_catalogue().rule_versions[rule.id], 'longer_than = "3m"',
    ):  # fmt: skip
        assert wanted in page


def test_a_derived_rule_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "D05"]) == 0
    assert "无理由退货" in capsys.readouterr().out


def test_an_unknown_rule_is_status_1_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "late_reply"]) == 1
    assert "no rule 'late_reply'" in capsys.readouterr().err


def test_the_shipped_rules_have_no_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check"]) == 0
    assert "rules, no problems" in capsys.readouterr().out


def test_a_broken_rule_file_is_status_2_with_file_line_and_expectation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shouting.toml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "nothing.toml").write_text("kind = 'wish'\n", encoding="utf-8")
    assert main(["rules", "check", str(tmp_path)]) == 2
    problems = capsys.readouterr().err.splitlines()
    assert any(line.startswith(f"{tmp_path / 'shouting.toml'}:7: behaviour.sayz") for line in problems)
    assert any(line.startswith(f"{tmp_path / 'nothing.toml'}:1: kind") for line in problems)
    assert problems[-1].endswith("problems")


@pytest.mark.parametrize("judged", [False, True])
def test_a_new_rule_is_valid_from_the_start_and_has_an_eval_set(
    tmp_path: Path, judged: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, sets = tmp_path / "rules", tmp_path / "sets"
    options = ["--in", str(rules), "--eval-sets", str(sets), *(["--judged"] if judged else [])]
    assert main(["rules", "new", "late_refund_promise", *options]) == 0
    written = capsys.readouterr().out.splitlines()
    assert len(written) == 4
    assert all(Path(path).is_file() for path in written)
    assert main(["rules", "check", str(rules)]) == 0
    assert load_catalogue([rules]).find("late_refund_promise").score == -5
    dev, test = (load_eval_set("late_refund_promise", split, sets) for split in ("dev", "test"))
    assert [case.expected("late_refund_promise") for case in (*dev.cases, *test.cases)] == ["hit", "no_hit"]


def test_the_cases_of_a_new_rule_are_decided_as_labelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules, sets = tmp_path / "rules", tmp_path / "sets"
    main(["rules", "new", "late_refund_promise", "--in", str(rules), "--eval-sets", str(sets)])
    capsys.readouterr()
    for split, verdict in (("dev", "hit"), ("test", "no_hit")):
        [case] = load_eval_set("late_refund_promise", split, sets).cases  # type: ignore[arg-type]
        source = tmp_path / f"{split}.jsonl"
        source.write_bytes(msgspec.json.encode(case.session))
        main(["inspect", str(source), "--catalogue", str(rules)])
        assert f'"verdict":"{verdict}"' in capsys.readouterr().out


def test_a_rule_that_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--in", str(tmp_path / "rules"), "--eval-sets", str(tmp_path / "sets")]
    main(["rules", "new", "shouting", *options])
    (tmp_path / "rules" / "shouting.toml").write_text("mine", encoding="utf-8")
    assert main(["rules", "new", "shouting", *options]) == 1
    assert "shouting.toml: is there already" in capsys.readouterr().err
    assert (tmp_path / "rules" / "shouting.toml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["Late", "2late", "späte", "a-b"])
def test_a_name_that_cannot_be_an_id_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "new", name, "--in", str(tmp_path)]) == 1
    assert "expected lower-case letters, digits and underscores" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_grammar_is_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "grammar"]) == 0
    page = Path(__file__).parents[3] / "docs" / "rule_grammar.md"
    assert capsys.readouterr().out == page.read_text(encoding="utf-8")


def test_generated_text_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "docs", "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_profiles_are_listed_shown_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert [
        main(["profiles", "list"]),
        main(["profiles", "show", "ten_nodes"]),
        main(["profiles", "check"]),
    ] == [0] * 3
    out = capsys.readouterr().out
    assert "ten_nodes\t十个监控节点" in out
    assert "[rules.slow_average_reply]" in out
    assert "4 profiles, no problems" in out


def test_a_broken_profile_is_status_2_with_file_line_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\ntitle = "自定"\n\n[rules.R99]\nscore = -1\n', encoding="utf-8")
    assert main(["profiles", "check", str(path), "nonsense"]) == 2
    problems = capsys.readouterr().err.splitlines()
    assert problems[0].startswith(f"{path}:4: rules.R99")
    assert problems[1].startswith("nonsense: no profile of that name")
