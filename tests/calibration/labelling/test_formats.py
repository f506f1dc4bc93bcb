"""What is written comes back the same in every format; what is filled in comes back as a label."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from calibration.errors import LabelsInvalid
from calibration.eval_sets import Case, Label
from calibration.labelling import FORMATS, Asked, Defaults, Format, Sheet, read_labels, write_sheets
from evaluators.sessions import convert_session

SESSION = {
    "session_id": "s-1",
    "shop": "a",
    "messages": [
        {"message_id": "m 1", "sender": "customer", "text": "=cmd|' /C calc'!A0\n这件掉色吗,\"真的\"吗"},
        {"message_id": "m2", "sender": "agent", "text": "亲不掉色的哦,放心穿"},
        {"message_id": "m3", "sender": "agent", "content_type": "image"},
    ],
}
RULE = "product_detail_explanation"
LABELS = (
    Label(rule_id=RULE, verdict="hit", labeller="li", source="human_random", message_ids=("m2",), quotes=("不掉色",),
          labelled_at=datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC), note="=清楚", inclusion_probability=0.25,
          rule_version="sha256:1"),
    Label(rule_id=RULE, verdict="no_hit", labeller="wang", source="appeal", message_ids=("m 1", "m2")),
)  # fmt: skip
CASE = Case(
    case_id="c-1", session=convert_session(SESSION), labels=LABELS, hard=True, slices={"category": "服饰"}
)
ASKED = Asked(
    rule_id=RULE,
    title="商品细节解答",
    rule_version="sha256:2",
    inclusion_probability=0.5,
    source="human_random",
)
BLANK = Case(case_id="c-1", session=CASE.session, labels=())
ANSWER = Label(
    rule_id=RULE, verdict="hit", labeller="zhao", source="human_random", message_ids=("m2",),
    inclusion_probability=0.5, rule_version="sha256:2",
)  # fmt: skip


def name(format: Format) -> str:
    return f"labels.{'json' if format == 'label-studio' else format}"


@pytest.mark.parametrize("format", FORMATS)
def test_a_case_comes_back_as_it_was(format: Format, tmp_path: Path) -> None:
    path = tmp_path / name(format)
    path.write_bytes(write_sheets([Sheet(case=CASE, asked=(ASKED,))], path))
    read = read_labels(path, Defaults())
    assert (read.cases, read.open_ones, read.problems) == ([CASE], 0, [])


@pytest.mark.parametrize("format", FORMATS)
def test_what_nobody_filled_in_stays_open(format: Format, tmp_path: Path) -> None:
    path = tmp_path / name(format)
    path.write_bytes(write_sheets([Sheet(case=BLANK, asked=(ASKED,))], path))
    read = read_labels(path, Defaults())
    assert (read.cases, read.open_ones) == ([BLANK], 1)


def _fill_jsonl(path: Path) -> None:
    record = json.loads(path.read_text("utf-8"))
    record["labels"] = [{"rule_id": RULE, "verdict": "hit", "message_ids": ["m2"]}]
    path.write_text(json.dumps(record), "utf-8")


def _fill_csv(path: Path) -> None:
    [row] = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    row |= {"verdict": "hit", "message_ids": "m2"}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    path.write_text(out.getvalue(), "utf-8", newline="")


def _fill_label_studio(path: Path) -> None:
    tasks = json.loads(path.read_text("utf-8"))
    result = [
        {"from_name": "verdict", "type": "choices", "value": {"choices": ["hit"]}},
        {"from_name": "evidence", "type": "paragraphlabels",
         "value": {"start": "1", "end": "1", "text": "亲不掉色的哦,放心穿", "paragraphlabels": ["evidence"]}},
    ]  # fmt: skip
    tasks[0]["annotations"] = [
        {"was_cancelled": True, "result": []},
        {"completed_by": {"email": "zhao"}, "result": result},
    ]
    path.write_text(json.dumps(tasks), "utf-8")


@pytest.mark.parametrize(
    ("format", "fill"), [("jsonl", _fill_jsonl), ("csv", _fill_csv), ("label-studio", _fill_label_studio)]
)
def test_what_is_filled_in_knows_how_it_was_drawn_and_for_which_version(
    format: Format, fill: Any, tmp_path: Path
) -> None:
    path = tmp_path / name(format)
    path.write_bytes(write_sheets([Sheet(case=BLANK, asked=(ASKED,))], path))
    fill(path)
    [case] = read_labels(path, Defaults(labeller="zhao")).cases
    assert case.labels == (ANSWER,)


def test_a_spreadsheet_runs_nothing_of_what_customers_write() -> None:
    content = write_sheets([Sheet(case=CASE, asked=(ASKED,))], Path("x.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row["note"] for row in rows] == ["'=清楚", ""]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert rows[0]["chat"].splitlines()[0].startswith("[m 1] 顾客: =cmd")


def test_labels_may_lie_beside_a_file_of_sessions(tmp_path: Path) -> None:
    sessions = {"s-1": CASE.session}
    for file, text in (
        ("a.jsonl", json.dumps({"session_id": "s-1", "rule_id": RULE, "verdict": "hit"})),
        ("a.csv", f"session_id,rule_id,verdict\ns-1,{RULE},hit\ns-1,{RULE},\n"),
    ):
        (tmp_path / file).write_text(text, "utf-8")
        read = read_labels(tmp_path / file, Defaults("li", "human_flagged", sessions))
        assert [(case.case_id, case.labels) for case in read.cases] == [
            ("s-1", (Label(rule_id=RULE, verdict="hit", labeller="li", source="human_flagged"),))
        ]
        assert read.open_ones == (1 if file == "a.csv" else 0)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("a.jsonl", '{"session_id": "s-1", "rule_id": "r", "verdict": "hit"}', "a.jsonl:1: labels[0]: required (or give"),
        ("a.jsonl", '{"session_id": "s-9", "rule_id": "r", "verdict": "hit"}', "a.jsonl:1: session: no session 's-9'"),
        ("a.csv", "session_id,rule_id,verdict,labeller,source\ns-1,r,maybe,l,appeal\n", "a.csv:2: labels[0]: Invalid enum"),
        ("a.csv", "session_id,rule_id,verdict,labeller,source,message_ids\ns-1,r,hit,l,appeal,m9\n",
         "a.csv:2: labels[0].message_ids: no message 'm9'"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_used_is_a_problem_with_its_place(
    file: str, text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text, "utf-8")
    [problem] = read_labels(tmp_path / file, Defaults(sessions={"s-1": CASE.session})).problems
    assert str(problem).startswith(f"{tmp_path}/{said}")


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.txt", b"", "expected .jsonl, .csv or .json"),
        ("a.json", b"{}", "expected a list of Label Studio tasks"),
        ("a.json", b"[{}]", "no task of ours"),
        ("a.json", b"[", "not valid JSON"),
        ("a.jsonl", b"[1]", "expected a JSON object"),
        ("a.jsonl", b"{", "not valid JSON"),
        ("a.csv", b"a,b\n1,2\n", "expected a table with the columns"),
        ("a.csv", b"\xff\xfe,b\n", "is not UTF-8 text"),
        ("a.csv", b"case_id,rule_id,verdict,session\nc,r,hit,{\n", "a.csv:2: cannot be read"),
    ],
)
def test_a_file_that_is_something_else_is_refused(
    file: str, content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(LabelsInvalid, match=said.replace("(", r"\(")):
        read_labels(tmp_path / file, Defaults())


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelsInvalid, match="cannot be read"):
        read_labels(tmp_path / "a.csv", Defaults())
