"""The house rules that no linter checks: layers, lengths, imports inside functions, errors that say something."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from prompts.errors import FileError, MingjianError

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "calibration", "storage", "evaluators", "prompts")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LINES_OF_A_FILE = 200
LINES_OF_A_FUNCTION = 40
#: File and what is imported inside one of its functions, and why it must not stand at the top.
_BROKEN = "only a broken or misspelt file pays for explaining it"
_JUDGE = "without this judge nobody pays for its libraries at start-up"
INSIDE_FUNCTIONS = {
    ("api/inspecting/batch.py", "api.inspecting.asking"): "without a judge no start pays for an event loop",
    ("api/commands/output.py", "rich.console"): "in a pipe there is no progress bar to pay for",
    ("api/commands/output.py", "rich.text"): "in a pipe there is no progress bar to pay for",
    ("api/commands/watching.py", "api.commands.judging"): _JUDGE,
    ("api/commands/evals/running.py", "api.commands.evals.costs"): _JUDGE,
    ("api/commands/output.py", "rich.progress"): "in a pipe there is no progress bar to pay for",
    ("api/exports/files.py", "api.exports.parquet"): "pyarrow is an extra, and only Parquet files need it",
    ("api/commands/evals/suggesting.py", "api.judging.suggesting"): "only rewording prompts needs the extra",
    (
        "api/commands/evals/suggesting.py",
        "api.commands.evals.suggestions",
    ): "only rewording prompts needs the extra",
    ("api/studies/suggestion.py", "api.studies"): "only rewording prompts needs the extra",
    ("api/generated.py", "api"): "the REST pages need the whole service, the tables of rules do not",
    ("api/judging/pins.py", "api.judging.vllm"): _JUDGE,
    ("api/judging/pins.py", "evaluators.judges.vllm.condition"): _JUDGE,
    ("api/judging/judges.py", "api.judging.vllm"): _JUDGE,
    ("api/judging/judges.py", "api.settings"): _JUDGE,
    ("api/judging/judges.py", "evaluators.judges.screen"): _JUDGE,
    ("api/judging/judges.py", "evaluators.judges.baseline.judge"): _JUDGE,
    ("api/judging/judges.py", "evaluators.judges.baseline.shipped"): _JUDGE,
    ("evaluators/catalogue/loading.py", "evaluators.catalogue.rule_messages"): _BROKEN,
    ("evaluators/catalogue/phrase_checks.py", "re2"): "most catalogues have no regular expression",
    ("evaluators/profiles/problems.py", "difflib"): _BROKEN,
    ("evaluators/profiles/problems.py", "evaluators.catalogue.toml_places"): _BROKEN,
    ("evaluators/profiles/rule_edits.py", "evaluators.catalogue.rule_messages"): _BROKEN,
    ("evaluators/catalogue/rule_checks.py", "evaluators.catalogue.rule_messages"): _BROKEN,
    ("evaluators/catalogue/rule_files.py", "evaluators.catalogue.rule_messages"): _BROKEN,
    ("evaluators/catalogue/rule_files.py", "evaluators.catalogue.toml_places"): _BROKEN,
    ("evaluators/catalogue/rule_set_checks.py", "evaluators.catalogue.rule_messages"): _BROKEN,
    ("prompts/library.py", "prompts.templates"): "reading rule documents must not pay for Jinja",
    ("storage/intake/formats/xlsx.py", "python_calamine"): "only workbooks pay for reading workbooks",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def imports_inside(tree: ast.AST) -> Iterator[str]:
    """Modules imported in a function's body."""
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or ""


def test_layers_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_file_fits_on_a_few_screens(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_OF_A_FILE, f"{lines} lines"


def lines_of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without signature and docstring: a command's many options and what it promises are no code."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lengths = {each.name: lines_of_body(each) for each in functions(tree)}
    assert {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_FUNCTION} == {}


def test_a_long_function_is_noticed() -> None:
    [function] = functions(ast.parse("def f(\n    a,\n):\n    'doc'\n\n    c = 1\n    return c\n"))
    assert lines_of_body(function) == 2


def test_imports_stand_at_the_top_but_for_the_listed_ones() -> None:
    found = {
        (name_of(path), module)
        for path in SOURCES
        for module in imports_inside(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found - INSIDE_FUNCTIONS.keys() == set(), "move it to the top, or list it with its reason"
    assert INSIDE_FUNCTIONS.keys() - found == set(), "listed, but gone"


def test_an_import_inside_a_function_is_noticed() -> None:
    tree = ast.parse("def f():\n    def g():\n        import a.b\n    from c import d\n")
    assert set(imports_inside(tree)) == {"a.b", "c"}


def error_leaves() -> list[type[MingjianError]]:
    """Every error of the tree that is no root of others."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if found.name.rpartition(".")[2] != "env":  # Alembic runs it, nobody imports it
                importlib.import_module(found.name)
    leaves, waiting = [], [MingjianError]
    while waiting:
        kind = waiting.pop()
        below = [each for each in kind.__subclasses__() if each.__module__.split(".")[0] in PACKAGES]
        waiting += below
        leaves += [] if below else [kind]
    return sorted(leaves, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", error_leaves(), ids=lambda kind: kind.__name__)
def test_every_error_says_something(kind: type[MingjianError]) -> None:
    assert kind.__doc__, "the docstring of an error is its default message"
    assert kind.__doc__ != MingjianError.__doc__
    assert kind.__doc__ != FileError.__doc__
