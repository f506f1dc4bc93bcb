"""Judges by name, and the judge's name on everything it judged."""

import json
from pathlib import Path

import msgspec
import pytest

from api.cli import main
from api.inspecting.batch import BatchInspector
from api.judging.judges import JudgeNotAvailable, open_judge
from api.reporting.layout import lay_out
from api.reporting.tally import Inspected, Tally
from api.service import open_service
from api.settings import Settings
from evaluators.catalogue.loading import load_catalogue
from evaluators.judges.baseline.shipped import load_models
from evaluators.profiles import load_profile
from tests.builders import a_session, agent, customer

CHAT = a_session(customer("在吗", at=0), agent("看什么看,你有病吧", at=10), ended=300)


@pytest.mark.parametrize(
    ("name", "base_url", "said"),
    [("oracle", None, "no judge 'oracle'"), ("baseline", "http://127.0.0.1:1/v1", "has no base URL")],
)
def test_what_there_is_not_is_an_error(name: str, base_url: str | None, said: str) -> None:
    with pytest.raises(JudgeNotAvailable, match=said):
        open_judge(name, base_url=base_url)


def test_none_is_no_judge() -> None:
    assert open_judge("none") is None


def test_the_service_opens_the_judge_of_its_settings(tmp_path: Path) -> None:
    service = open_service(Settings(database_url=f"sqlite:///{tmp_path}/x.db", judge="baseline"))
    assert service.inspector.judge is not None
    assert service.inspector.judge.name == "baseline"


def test_every_outcome_that_was_judged_names_the_judge_and_its_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(msgspec.json.encode(CHAT))
    assert main(["inspect", str(source), "--judge", "baseline", "--rules", "R34,R51"]) == 0
    found = {each["rule_id"]: each for each in map(json.loads, capsys.readouterr().out.splitlines())}
    abuse = found["agent_abuse"]
    assert (abuse["verdict"], abuse["evidence"][0]["quote"]) == ("hit", "看什么看,你有病吧")
    assert (abuse["judge"]["name"], abuse["judge"]["model"]) == ("baseline", load_models().version)
    assert abuse["confidence"] >= 0.5
    assert [each["judge"] for name, each in found.items() if name != "agent_abuse"] == [None]


def test_a_wording_it_has_not_learnt_is_undetermined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(msgspec.json.encode(CHAT))
    own = load_catalogue().sources["agent_abuse"].read_text("utf-8").replace("没有骂人。", "谁也没有骂。")
    tmp_path.joinpath("agent_abuse.md.j2").write_text(own, "utf-8")
    asked = ["--judge", "baseline", "--catalogue", str(tmp_path), "--rules", "agent_abuse"]
    assert main(["inspect", str(source), *asked]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["reason_code"]) == ("undetermined", "not_configured")
    assert "判断器没有学过这一项" in found["explanation"]


@pytest.mark.parametrize(("judge", "times"), [("baseline", 1), ("none", 0)])
def test_the_report_says_who_judged_and_what_it_is(judge: str, times: int) -> None:
    inspector, tally = BatchInspector(load_catalogue(), load_profile("default")), Tally()
    [found] = inspector.inspect_all([CHAT], open_judge(judge))
    settings, plan = found.standard
    tally.add(Inspected(CHAT, found.outcomes, found.scorecard(), settings, plan.timeline(CHAT)))
    notes = [
        note for section in lay_out(tally.report()) for note in section.notes if "判断器 judge: " in note
    ]
    assert len(notes) == times
    assert all("baseline linear-" in note and "constructed cases, no LLM" in note for note in notes)
