"""`mingjian eval plan`: sessions in, a file for labellers out, that `import` reads; until there are enough."""

import csv
import json
from pathlib import Path

import pytest

from api.cli import main
from calibration.eval_sets import load_eval_set

OUT = pytest.CaptureFixture[str]
RULE = "prohibited_superlative"


@pytest.fixture
def sessions() -> str:
    """40 sessions; in 10 of them a rule of code finds something."""
    lines = [
        json.dumps({"session_id": f"s{n}", "messages": [{"sender": "agent", "text": f"{'极品' if n < 10 else '这款'}{n}号"}]})
        for n in range(40)
    ]  # fmt: skip
    Path("chats.jsonl").write_text("\n".join(lines), "utf-8")
    return "chats.jsonl"


def plan(sessions: str, *arguments: str) -> int:
    return main(["eval", "plan", sessions, "--rule", "R32", "--judge", "none", *arguments])


@pytest.mark.parametrize("file", ["next.jsonl", "next.csv", "next.json"])
def test_a_plan_is_a_file_that_comes_back_unlabelled(file: str, sessions: str, capsys: OUT) -> None:
    assert plan(sessions, "-o", file, "--precision", "0.2", "--prevalence", "0.2") == 0
    told = capsys.readouterr()
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in told.out.splitlines()}
    flagged, unflagged = rows["判为命中 flagged"], rows["判为未命中 unflagged"]
    assert (flagged[:2], unflagged[:2]) == (["10", "0"], ["30", "0"])
    drawn = int(flagged[2]) + int(unflagged[2])
    assert f"{file}: {drawn} sessions to label" in told.err
    assert main(["eval", "import", file, "--set", "./labelled"]) == 0
    assert (
        f"0 labels added, 0 were there; new cases: 0 dev, 0 test; {drawn} still open"
        in capsys.readouterr().err
    )


def label_all(file: str) -> None:
    """Somebody fills in the spreadsheet and it is imported."""
    with Path(file).open(encoding="utf-8-sig") as sheet:
        rows = list(csv.DictReader(sheet))
    for row in rows:
        row.update(labeller="li", verdict="hit" if "极品" in row["chat"] else "no_hit")
    with Path("filled.csv").open("w", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert main(["eval", "import", "filled.csv", "--set", "./labelled", "--split", "dev"]) == 0


def test_labels_come_back_with_their_probability_until_there_are_enough(sessions: str, capsys: OUT) -> None:
    wanted = ["--precision", "0.2", "--prevalence", "0.2"]
    assert plan(sessions, "-o", "1.csv", *wanted) == 0
    label_all("1.csv")
    labels = [label for case in load_eval_set("labelled", "dev").cases for label in case.labels]
    assert {(label.source, label.rule_id) for label in labels} == {("human_random", RULE)}
    assert all(
        label.rule_version is not None and 0 < (label.inclusion_probability or 0) <= 1 for label in labels
    )
    for number in range(2, 6):
        capsys.readouterr()
        assert plan(sessions, "-o", f"{number}.csv", "--set", "./labelled", *wanted) == 0
        told = capsys.readouterr().out
        if not Path(f"{number}.csv").exists():
            break
        label_all(f"{number}.csv")
    assert "标注够了" in told
    assert "raw rate: 25.0%;校正占比 corrected: " in told


def test_a_bad_record_is_2_and_a_rule_nobody_knows_is_1(sessions: str, capsys: OUT) -> None:
    with Path(sessions).open("a") as file:
        file.write('\n{"session_id": ""}')
    assert plan(sessions, "-o", "next.csv", "--budget", "4") == 2
    assert main(["eval", "plan", sessions, "--rule", "nonsense", "-o", "next.csv"]) == 1


def test_several_rules_share_the_sessions_to_read(sessions: str, capsys: OUT) -> None:
    command = [
        "eval",
        "plan",
        sessions,
        "--rule",
        "R32",
        "--rule",
        "R33",
        "--judge",
        "none",
        "-o",
        "next.jsonl",
    ]
    assert main([*command, "--prevalence", "0.1"]) == 0
    told = capsys.readouterr()
    asked = [json.loads(line)["to_label"] for line in Path("next.jsonl").read_text("utf-8").splitlines()]
    labels, read = sum(map(len, asked)), len(asked)
    assert f"2\t{labels}\t{read}" in told.out
    assert f"{read} sessions to label" in told.err
    assert max(map(len, asked)) == 2
    assert read < labels
