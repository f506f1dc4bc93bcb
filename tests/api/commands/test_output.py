"""Files that are there whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from api.commands.output import written
from prompts.errors import FileError


def test_a_file_keeps_its_old_content_when_something_goes_wrong(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before\n", encoding="utf-8")
    with pytest.raises(RuntimeError):
        _write_half(out)
    assert out.read_text(encoding="utf-8") == "before\n"
    assert {path.name for path in tmp_path.iterdir()} == {"out.jsonl"}


def _write_half(out: Path) -> None:
    with written(out) as file:
        file.write(b"half")
        raise RuntimeError


def test_a_new_file_has_the_usual_rights_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.touch()
    old.chmod(0o640)
    before = os.umask(0o022)
    try:
        for path in (new, old):
            with written(path) as file:
                file.write(b"x")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o644, 0o640]


def test_a_folder_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be written: Is a directory"), written(tmp_path):
        pass
