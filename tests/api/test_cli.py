"""The command line starts fast: a command imports what it needs, and nothing of the others."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "alembic", "asyncio", "fastapi", "httpx2", "instructor", "jinja2", "numpy", "openai", "pydantic", "rich",
    "scipy", "sklearn", "sqlalchemy", "sqlmodel", "starlette", "structlog", "uvicorn", "xlsxwriter",
}  # fmt: skip


def loaded_by(*arguments: str) -> set[str]:
    """The top-level modules that are there after a command has run."""
    program = (
        "import json, sys\n"
        "from api.cli import main\n"
        f"status = main({list(arguments)!r})\n"
        "tops = sorted({name.partition('.')[0] for name in sys.modules})\n"
        "print(json.dumps([status, tops]), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    status, tops = json.loads(result.stderr.splitlines()[-1])
    assert status == 0, result.stderr
    return set(tops)


@pytest.mark.parametrize(
    "arguments",
    [
        ["version"],
        ["inspect", "eval_sets/samples/tuanzi_groceries.jsonl"],
        ["inspect", "eval_sets/samples/tuanzi_groceries.jsonl", "--profile", "ten_nodes", "--derived"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(arguments: list[str]) -> None:
    assert loaded_by(*arguments) & HEAVY == set()


def test_the_list_of_commands_imports_none_of_them() -> None:
    assert loaded_by("--help") & (HEAVY - {"rich"}) == set()
