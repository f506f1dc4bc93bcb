"""The five import names are ours alone, and the wheel holds what an installation needs and nothing else."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = ("api", "calibration", "storage", "evaluators", "prompts")


def owners(names: tuple[str, ...], distributions: dict[str, list[str]]) -> dict[str, set[str]]:
    """Which distributions ship each of the names."""
    return {name: set(distributions.get(name, ())) for name in names}


def test_no_other_distribution_ships_one_of_our_names() -> None:
    # A second `storage` in site-packages would win over an editable install, or overwrite a wheel's files.
    for name, found in owners(NAMES, dict(packages_distributions())).items():
        assert found <= {"mingjian"}, f"{found - {'mingjian'}} ship a package {name!r} too"


def test_a_foreign_package_of_our_name_is_noticed() -> None:
    found = owners(NAMES, {"storage": ["mingjian", "other"], "api": ["mingjian"]})
    assert found["storage"] - {"mingjian"} == {"other"}


def test_we_import_from_this_checkout() -> None:
    for name in NAMES:
        module = __import__(name)
        assert Path(str(module.__file__)).parent == ROOT / name


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is in the wheel."""
    pytest.importorskip("hatchling", reason="the build backend is not installed beside the project")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_wheel_has_the_five_packages_and_no_other(wheel: list[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel}
    assert tops == {*NAMES, "mingjian-0.1.0.dist-info"}


@pytest.mark.parametrize(
    "needed",
    [
        "evaluators/rules/late_reply_without_apology.toml",
        "evaluators/rules/derived/perfunctory_reply.toml",
        "evaluators/lists/closers.toml",
        "evaluators/profile_files/default.toml",
        "prompts/rules/need_exploration.md.j2",
        "prompts/signals/hesitates.md.j2",
        "storage/intake/default_mapping.toml",
        *(f"{name}/py.typed" for name in NAMES),
    ],
)
def test_the_wheel_has_the_files_that_are_read_at_run_time(wheel: list[str], needed: str) -> None:
    assert needed in wheel


def test_the_wheel_has_every_file_of_the_packages_that_git_knows(wheel: list[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--", *NAMES], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert set(listed) - set(wheel) == set()
