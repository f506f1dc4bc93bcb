"""`mingjian eval show | lint | split | import | export | changed | stale` on the command line."""

import shutil
from pathlib import Path

import pytest

from api.cli import main
from calibration.eval_sets import FOLDER, Case, Split, load_eval_set
from tests.calibration.sets import ACT, a_prompt, case, sound_set, write_cases

OUT = pytest.CaptureFixture[str]
SPLITS: tuple[Split, ...] = ("dev", "test")


def test_a_sound_set_is_0_and_a_finding_is_2(tmp_path: Path, capsys: OUT) -> None:
    place = sound_set(tmp_path)
    assert main(["eval", "lint", str(place)]) == 0
    assert capsys.readouterr().err == "1 sets, no findings\n"
    with (place / "dev.jsonl").open("a") as file:
        file.write("\n{}")
    assert main(["eval", "lint", str(place)]) == 2
    assert f"{place}/dev.jsonl:25: Object missing required field" in capsys.readouterr().err
    assert main(["eval", "lint", "nonsense"]) == 1


def test_a_set_is_shown_with_its_labels_and_versions(tmp_path: Path, capsys: OUT) -> None:
    place = sound_set(tmp_path)
    assert main(["eval", "show", str(place)]) == 0
    shown = capsys.readouterr().out
    assert f"dev\t{ACT}\t24\t12\t12\t0\t0\t12\t0\tt\tconstructed" in shown
    assert f"# dev: {load_eval_set(str(place), 'dev').version}" in shown
    assert "looks at test: 0" in shown


@pytest.mark.parametrize("file", ["x.jsonl", "x.csv", "x.json"])
def test_a_set_goes_out_and_comes_in_and_is_divided(file: str, tmp_path: Path, capsys: OUT) -> None:
    place, copy = sound_set(tmp_path), tmp_path / "copy"
    for split in ("dev", "test"):
        assert main(["eval", "export", "--set", str(place), "--split", split, "-o", f"{split}-{file}"]) == 0
        assert main(["eval", "import", f"{split}-{file}", "--set", str(copy), "--split", "dev"]) == 0
    assert ("<ParagraphLabels" in capsys.readouterr().err) == (file == "x.json")
    assert main(["eval", "split", str(copy), "--test-share", "0.25", "--seed", "4"]) == 0
    assert "36 dev, 12 test; 12 moved; kept together: sessions, customers" in capsys.readouterr().err
    first, second = ({each.case_id: each for each in cases_of(whole)} for whole in (place, copy))
    assert first.keys() == second.keys()
    for case_id, there in second.items():
        assert (there.session, there.hard) == (first[case_id].session, first[case_id].hard)
        assert there.labels == first[case_id].labels


def cases_of(place: Path) -> list[Case]:
    return [*load_eval_set(str(place), "dev").cases, *load_eval_set(str(place), "test").cases]


def test_labels_are_read_beside_sessions_in_any_format(tmp_path: Path, capsys: OUT) -> None:
    Path("chats.csv").write_text("会话ID,发送方,内容\ns1,顾客,在吗\ns1,客服,亲身高多少\n", "utf-8")
    Path("labels.csv").write_text(f"session_id,rule_id,verdict\ns1,{ACT},hit\ns9,{ACT},hit\n", "utf-8")
    arguments = ["eval", "import", "labels.csv", "--set", str(tmp_path / "new"), "--sessions", "chats.csv"]
    assert main([*arguments, "--labeller", "li", "--source", "human_random", "--split", "test"]) == 2
    told = capsys.readouterr().err
    assert "labels.csv:3: session: no session 's9'" in told
    assert "1 labels added" in told
    [only] = load_eval_set(str(tmp_path / "new"), "test").cases
    assert [(label.verdict, label.labeller, label.source) for label in only.labels] == [
        ("hit", "li", "human_random")
    ]


def test_a_second_labeller_names_cases_of_the_set_and_its_splits_stay(tmp_path: Path, capsys: OUT) -> None:
    """The shipped sets have the same shops on both sides."""
    place = tmp_path / "agent_abuse"
    shutil.copytree(FOLDER / "agent_abuse", place)
    before = {split: ids_of(place, split) for split in SPLITS}
    rows = "".join(f"{each},agent_abuse,no_hit\n" for each in (before["dev"][0], before["test"][0], "nobody"))
    Path("second.csv").write_text(f"case_id,rule_id,verdict\n{rows}", "utf-8")
    arguments = ["eval", "import", "second.csv", "--set", str(place)]
    assert main([*arguments, "--labeller", "li", "--source", "human_flagged"]) == 2
    told = capsys.readouterr().err
    assert "second.csv:4: session: no session 'nobody'" in told
    assert "2 labels added, 0 were there; new cases: 0 dev, 0 test" in told
    assert {split: ids_of(place, split) for split in SPLITS} == before


def ids_of(place: Path, split: Split) -> list[str]:
    return [each.case_id for each in load_eval_set(str(place), split).cases]


def test_blind_sheets_show_no_labels(tmp_path: Path) -> None:
    place = sound_set(tmp_path)
    assert main(["eval", "export", "--set", str(place), "-o", "x.jsonl", "--blind"]) == 0
    assert '"verdict"' not in Path("x.jsonl").read_text("utf-8")


def test_a_change_of_meaning_lists_what_to_look_at_again(tmp_path: Path, capsys: OUT) -> None:
    place = write_cases(tmp_path / ACT, [case("1", {ACT: "hit"}), case("2", {ACT: "no_hit"})])
    shared = ["eval", "changed", ACT, "--set", str(place), "--reason"]
    assert main([*shared, " ", "--meaning", "different"]) == 1
    assert "'--reason': expected words that say why" in capsys.readouterr().err
    assert main([*shared, "首次", "--meaning", "different"]) == 0
    a_prompt(tmp_path / "draft")
    draft = ["--draft", str(tmp_path / "draft")]
    assert main([*shared, "换种说法", "--meaning", "narrower", *draft]) == 2
    shown = capsys.readouterr().out
    assert f"{ACT}\tdev\t1\t{ACT}\thit\tnarrower: 换种说法" in shown
    assert main(["eval", "stale", str(place)]) == 2
    assert main([*shared, "再说一次", "--meaning", "wording", *draft]) == 1
    assert main(["eval", "changed", "nonsense", "--meaning", "wording", "--reason", "r"]) == 1


def test_nothing_is_stale_in_what_is_shipped(capsys: OUT) -> None:
    assert main(["eval", "stale"]) == 0
