"""Options that several commands share, and what their values mean."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

SessionFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="IN…", help=".jsonl, .json, .csv, .xlsx or .txt, folders, or - for standard input."
    ),
]
CatalogueFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalogue", metavar="DIR", help="Rule files to use instead of the built-in ones; repeatable."
    ),
]
Derived = Annotated[bool, typer.Option("--derived", help="Add the second catalogue of derived rules.")]
ProfileName = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME|FILE", help="Thresholds, phrases and scores: a name or a TOML file."
    ),
]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="NAME", help="What the files are, where that cannot be detected."),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="Which column or field means what (TOML).")
]
Timezone = Annotated[
    str | None,
    typer.Option("--timezone", metavar="ZONE", help="Of times without an offset, e.g. Asia/Shanghai."),
]
RuleNames = Annotated[
    str | None, typer.Option("--rules", metavar="ID,…", help="Only these rules: ids or numbers such as R05.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="Judge as of this instant: nothing arrived after the last message."
    ),
]
JudgeName = Annotated[
    str, typer.Option("--judge", metavar="NAME", help="Who answers what needs language understanding.")
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Of the judge's server, ending in /v1.")
]
Model = Annotated[str | None, typer.Option("--model", metavar="NAME", help="The model asked for there.")]


def zone_of(name: str | None) -> tzinfo | None:
    """The time zone of that name."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise typer.BadParameter(
            f"--timezone: expected a name such as Asia/Shanghai, got {name!r}"
        ) from error


def rules_of(names: str | None) -> list[str] | None:
    """The rule names of a comma-separated list."""
    if names is None:
        return None
    found = [name.strip() for name in names.split(",") if name.strip()]
    if not found:
        raise typer.BadParameter("--rules: expected ids or numbers, separated by commas")
    return found


def instant_of(text: str | None, zone: tzinfo | None, option: str = "--as-of") -> datetime | None:
    """An aware datetime; `zone` is given to a time without an offset."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        expected = "expected a time such as 2026-11-01T10:00:00+08:00"
        raise typer.BadParameter(f"{option}: {expected}, got {text!r}") from error
    if at.tzinfo is None and zone is None:
        raise typer.BadParameter(
            f"{option}: expected a time with an offset (or give --timezone), got {text!r}"
        )
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def places_of(sources: list[str]) -> list[Path | Literal["-"]]:
    """Paths, or `-` for standard input."""
    return ["-" if each == "-" else Path(each) for each in sources]
