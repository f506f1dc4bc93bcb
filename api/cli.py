"""`mingjian`: the commands there are, and what an exit status means.

0 done · 1 could not run · 2 done, but something was found (a bad record, a failed check).
A command is imported when it is asked for, so that none pays for the libraries of another.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from prompts.errors import MingjianError

COULD_NOT_RUN = 1
#: What a shell reports for a program that the reader of its output hung up on (128 + SIGPIPE).
READER_GONE = 141


class Place(NamedTuple):
    """Where a command is: `app` of this module; `help` is the first line of its docstring."""

    module: str
    help: str


COMMANDS = {
    "demo": Place("demo", "Inspect the sample sessions, print the report, serve the API and the console."),
    "inspect": Place("inspect", "Inspect sessions from files: outcomes out, one per session and rule."),
    "report": Place("report", "Inspect sessions from files and print the report on them."),
    "serve": Place("serve", "Serve the REST API and the console."),
    "worker": Place("worker", "Inspect what the service has accepted, in a further process."),
    "import": Place("importing", "Store sessions from files in the database."),
    "export": Place("exporting", "Write sessions, outcomes, scorecards or labels out of the database."),
    "rules": Place("rules", "The catalogue: list, show, check, docs, grammar, new, replay."),
    "profiles": Place("profiles", "What shops set differently: list, show, check."),
    "eval": Place("evals", "Calibration: eval sets, and how well verdicts agree with their labels."),
    "judge": Place("judge", "The judges: fit the baseline, probe and serve vLLM."),
    "version": Place("version", "Print the version."),
}


def load_command(name: str) -> Any:
    """The command itself, with its options and, for a group, its own commands."""
    module = importlib.import_module(f"api.commands.{COMMANDS[name].module}")
    command = typer.main.get_command(module.app)
    command.name = name
    if isinstance(command, TyperGroup):
        command.help = COMMANDS[name].help
    return command


class LazyCommands(TyperGroup):
    """Lists every command by its help alone; imports the one that is run."""

    def __init__(self, **options: Any) -> None:
        options["commands"] = {name: TyperCommand(name, help=place.help) for name, place in COMMANDS.items()}
        super().__init__(**options)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command named by the first of `args`, for real."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else stand_in, rest

    def invoke(self, ctx: Any) -> Any:
        """Runs the command. Typer would report a reader that hung up as a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _reader_gone()


_SHORT = {(): ["--help"], ("--version",): ["version"]}

app = typer.Typer(
    cls=LazyCommands,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="明鉴 Mingjian: quality inspection of e-commerce customer-service chats.",
)


@app.callback()
def _commands() -> None:
    """A group, whatever commands it has."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; the exit status. Messages go to standard error, data to standard output."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = app(_SHORT.get(tuple(given), given), prog_name="mingjian", standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as problem:
        return _could_not_run(f"{problem.format_message()} ({_help_of(problem)})")
    except MingjianError as problem:
        return _could_not_run(str(problem))
    except (KeyboardInterrupt, typer.Abort):
        print("mingjian: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return _reader_gone()
    return status or 0


def _help_of(problem: typer.TyperException) -> str:
    """How to ask for the help of the command that was not understood."""
    context = getattr(problem, "ctx", None)
    return f"{context.command_path if context is not None else 'mingjian'} --help"


def _could_not_run(message: str) -> int:
    print(f"mingjian: {message}", file=sys.stderr)
    return COULD_NOT_RUN


def _reader_gone() -> int:
    # What is left in the buffer has no reader either: let the interpreter flush it into nothing.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_GONE
