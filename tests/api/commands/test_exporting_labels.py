"""`mingjian export labels`: what people said, as facts, in every format."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from python_calamine import load_workbook

from api.cli import main
from storage import labels
from storage.db import open_database
from storage.labels import Label, NewLabel
from tests.builders import a_record, agent, customer

OUT = pytest.CaptureFixture[str]
RULE = "prohibited_superlative"
GIVEN: list[tuple[str, dict[str, Any]]] = [
    ("ann", {"session_id": "s-1", "verdict": "hit", "message_ids": ("m2",), "quotes": ("全网最低",)}),
    ("ben", {"session_id": "s-1", "verdict": "no_hit", "note": "=引用"}),
    ("ben", {"session_id": "s-1", "verdict": "hit"}),
    ("ann", {"session_id": "s-2", "verdict": "no_hit", "source": "human_random", "inclusion_probability": 0.25}),
    ("ann", {"session_id": "s-2", "verdict": "hit", "rule_id": "gone", "rule_version": "sha256:0"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with five labels, of which one was corrected."""
    folder = tmp_path_factory.mktemp("labelled")
    chats = [
        a_record(customer("在吗"), agent("全网最低"), session_id="s-1", shop="a"),
        a_record(customer("在吗"), agent("您好"), session_id="s-2", shop="b"),
    ]
    folder.joinpath("chats.jsonl").write_text("\n".join(map(json.dumps, chats)), encoding="utf-8")
    url = f"sqlite:///{folder}/kept.db"
    assert main(["import", str(folder / "chats.jsonl"), "--database", url]) == 0
    asyncio.run(_label(url))
    return url


async def _label(url: str) -> None:
    database = open_database(url)
    try:
        async with database.transaction() as db:
            for labeller, fields in GIVEN:
                new = NewLabel(**{"rule_id": RULE, "rule_version": "sha256:1", **fields})
                await labels.add(db, new, labeller=labeller)
    finally:
        await database.close()


def export(url: str, *arguments: str) -> None:
    assert main(["export", "labels", "--database", url, *arguments]) == 0


def test_what_holds_now_comes_out_as_json_lines(labelled: str, capsys: OUT) -> None:
    export(labelled)
    found = [msgspec.json.decode(line, type=Label) for line in capsys.readouterr().out.splitlines()]
    assert [(each.session_id, each.labeller, each.verdict) for each in found] == [
        ("s-1", "ann", "hit"), ("s-1", "ben", "hit"), ("s-2", "ann", "no_hit"), ("s-2", "ann", "hit"),
    ]  # fmt: skip
    assert (found[0].quotes, found[2].source, found[2].inclusion_probability) == (
        ("全网最低",),
        "human_random",
        0.25,
    )
    assert all(each.labelled_at.tzinfo is not None and each.rule_version for each in found)


def test_what_was_corrected_comes_out_when_asked_for(labelled: str, capsys: OUT) -> None:
    export(labelled, "--all")
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["current"] for each in found] == [True, False, True, True, True]
    assert found[2]["supersedes"] == found[1]["label_id"]


@pytest.mark.parametrize(
    ("condition", "sessions"),
    [
        (["--rule", "R32"], ["s-1", "s-1", "s-2"]),
        (["--rule", "gone"], ["s-2"]),
        (["--source", "human_random"], ["s-2"]),
        (["--shop", "a"], ["s-1", "s-1"]),
        (["--agent", "a-1", "--rule", RULE, "--shop", "b"], ["s-2"]),
        (["--to", "2020-01-01T00:00:00+08:00"], []),
    ],
)
def test_conditions_narrow_what_comes_out(
    condition: list[str], sessions: list[str], labelled: str, capsys: OUT
) -> None:
    export(labelled, *condition)
    assert [json.loads(line)["session_id"] for line in capsys.readouterr().out.splitlines()] == sessions


def test_a_csv_file_has_a_row_per_label_and_runs_nothing(labelled: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    export(labelled, "-o", str(path), "--all")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    assert [row["labeller"] for row in rows] == ["ann", "ben", "ben", "ann", "ann"]
    assert (rows[0]["number"], rows[0]["message_ids"], rows[0]["quotes"]) == ("R32", "m2", "全网最低")
    assert rows[1]["note"] == "'=引用"
    assert (rows[4]["rule_id"], rows[4]["number"], rows[4]["title"]) == ("gone", "", "")


def test_a_workbook_holds_probabilities_as_numbers(labelled: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.xlsx"
    export(labelled, "-o", str(path), "--source", "human_random")
    head, row = load_workbook(path).get_sheet_by_index(0).to_python()
    found = dict(zip(head, row, strict=True))
    assert (found["verdict"], found["inclusion_probability"], found["current"]) == ("no_hit", 0.25, True)


def test_a_parquet_file_has_typed_columns(labelled: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.parquet"
    export(labelled, "-o", str(path), "--all")
    table = pq.read_table(path)
    types = {
        name: str(table.schema.field(name).type) for name in ("inclusion_probability", "revision", "current")
    }
    assert types == {"inclusion_probability": "double", "revision": "int64", "current": "bool"}
    assert [row["inclusion_probability"] for row in table.to_pylist()] == [None, None, None, 0.25, None]


@pytest.mark.parametrize("option", [["--rule", "R32"], ["--source", "appeal"], ["--all"]])
def test_what_is_about_labels_is_refused_elsewhere(option: list[str], labelled: str, capsys: OUT) -> None:
    assert main(["export", "outcomes", "--database", labelled, *option]) == 1
    assert "--rule, --source and --all are about labels, not outcomes" in capsys.readouterr().err
