"""The reference of the command line, from the commands themselves."""

from collections.abc import Mapping
from typing import Any

#: In a reference the line length of the reader's terminal does not matter.
_HELP = "--help"


def command_reference(commands: Mapping[str, Any]) -> str:
    """A section per command: what it does, its arguments and options."""
    return "\n".join(_command(f"mingjian {name}", command) for name, command in commands.items())


def _command(title: str, command: Any) -> str:
    inner = getattr(command, "commands", None)
    if inner:
        return "\n".join(_command(f"{title} {name}", each) for name, each in inner.items())
    rows = [row for parameter in command.params if (row := _parameter(parameter)) is not None]
    table = "\n".join(["| | |", "|---|---|", *rows]) + "\n" if rows else ""
    return f"## {title}\n\n{_about(command)}\n\n{table}"


def _about(command: Any) -> str:
    return " ".join((command.help or "").split())


def _parameter(parameter: Any) -> str | None:
    if _HELP in parameter.opts:
        return None
    is_option = parameter.param_type_name == "option"
    metavar = parameter.metavar or ""
    names = (
        ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        if is_option
        else f"`{metavar or parameter.name}`"
    )
    value = f" `{metavar}`" if is_option and metavar else ""
    default = parameter.default
    shown = (
        f" Default: `{default}`." if isinstance(default, str | int) and not isinstance(default, bool) else ""
    )
    words = " ".join((parameter.help or "").split()).replace("|", "\\|")
    return f"| {names}{value.replace('|', chr(92) + '|')} | {words}{shown} |"
