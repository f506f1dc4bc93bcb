"""`mingjian profiles`: what shops set differently."""

import sys
from typing import Annotated

import typer

from api.commands import options
from api.commands.output import FOUND_SOMETHING, say
from api.reporting.section import Section, heads
from api.reporting.show import show
from evaluators.catalogue.loading import load_catalogue
from evaluators.errors import ProfileInvalid, ProfileNotFound
from evaluators.profiles import Profile, find_profile_problems, load_profile, profile_names

app = typer.Typer(add_completion=False)


@app.command("list")
def list_profiles() -> None:
    """List the built-in profiles."""
    profiles = [load_profile(name) for name in profile_names()]
    rows = tuple(
        (
            each.name,
            each.document.title,
            each.document.title_en,
            each.base.name if each.base else "",
            each.document.why,
        )
        for each in profiles
    )
    columns = heads("标识 name | 方案 title | 英文 in English | 基于 base | 用途 why")
    show([Section(title="质检方案", english="Profiles", columns=columns, rows=rows)], sys.stdout)


@app.command("show")
def show_profile(
    profile: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A built-in name or a TOML file.")],
) -> None:
    """Show a profile and what it builds on, as they are written."""
    for each in _chain(load_profile(profile)):
        print(f"# {each.name} {each.document.title} · {each.version}\n# {each.source.path}\n")
        print(str(each.source.content).rstrip() + "\n")


@app.command("check")
def check(
    profiles: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME|FILE]…", help="Default: those that are built in.")
    ] = None,
    catalogue: options.CatalogueFolders = None,
    derived: options.Derived = False,
) -> int:
    """Check profiles against the rules: every problem with file, line and what was expected."""
    rules = load_catalogue(catalogue, derived=derived)
    names = profiles or list(profile_names())
    problems = 0
    for name in names:
        try:
            found: list[Exception] = list(find_profile_problems(rules, load_profile(name)))
        except (ProfileInvalid, ProfileNotFound) as problem:
            found = [problem]
        for each in found:
            say(str(each))
        problems += len(found)
    if problems:
        say(f"{problems} problem{'s' if problems > 1 else ''}")
        return FOUND_SOMETHING
    print(f"{len(names)} profile{'s' if len(names) > 1 else ''}, no problems")
    return 0


def _chain(profile: Profile) -> list[Profile]:
    return [profile, *(_chain(profile.base) if profile.base else ())]
