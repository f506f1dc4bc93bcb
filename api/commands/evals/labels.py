"""`mingjian eval import | export | changed | stale`: labels in and out, and when they are no longer right."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from api.commands import options as shared
from api.commands.evals import options
from api.commands.output import FOUND_SOMETHING, say, written
from api.reporting.evals.sets import stale_section
from api.reporting.show import show
from calibration.drafts import Standard, drafted, published
from calibration.eval_sets import FOLDER, SetInfo, Source, Split, load_eval_set, set_names
from calibration.eval_sets.files import make_set
from calibration.eval_sets.meaning import Change, Kind, add_change
from calibration.labelling import Defaults, read_labels, sheets_of, write_sheets
from calibration.labelling.label_studio import INTERFACE
from calibration.labelling.merging import merge_labels
from calibration.staleness import find_stale
from evaluators.errors import RuleNotFound
from evaluators.types import ChatSession
from storage.intake.reading import read_sessions

Labeller = Annotated[
    str | None, typer.Option(metavar="NAME", help="Of labels that do not say who gave them.")
]


def import_labels(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `eval export` and `eval plan` write, filled in.")
    ],
    name: options.SetName,
    format: options.LabelFormat = None,
    sessions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Where the sessions are, in any session format, if FILE only names them."
        ),
    ] = None,
    timezone: shared.Timezone = None,
    labeller: Labeller = None,
    source: Annotated[
        Source | None, typer.Option(help="Of labels that do not say how their case came up.")
    ] = None,
    split: Annotated[
        Literal["dev", "test", "auto"], typer.Option(help="Of new cases; auto: divided, without leaks.")
    ] = "auto",
    test_share: options.TestShare = 0.4,
    seed: options.Seed = 0,
    by: options.KeptTogether = "auto",
) -> int:
    """Add labels to a set (made if need be). What is there stays: labels are only ever added.

    A record that cannot be used is reported with file, line and field, and skipped; the exit status is then 2.
    """
    place = options.set_place(name, must_exist=False)
    known, bad = _sessions(sessions, timezone)
    read = read_labels(file, Defaults(labeller, source, _sessions_of_set(place) | known), format)
    if not place.exists():
        rules = tuple(dict.fromkeys(label.rule_id for case in read.cases for label in case.labels))
        make_set(place, SetInfo(title=place.name, rules=rules, source=source or "human_random"))
    labelled = [case for case in read.cases if case.labels]
    side: Split | None = None if split == "auto" else split
    done = merge_labels(place, labelled, split=side, source=file, test_share=test_share, seed=seed, by=by)
    problems = [*bad, *map(str, (*read.problems, *done.problems))]
    for problem in problems:
        say(problem)
    new = ", ".join(f"{count} {where}" for where, count in done.per_split.items())
    say(
        f"{place}: {done.labels} labels added, {done.known} were there; new cases: {new}; {read.open_ones} still open"
    )
    if done.moved:
        say(
            f"{done.moved} cases moved from test to dev: something new is nearly the same as them and as a case of dev"
        )
    return FOUND_SOMETHING if problems else 0


def _sessions_of_set(place: Path) -> dict[str, ChatSession]:
    """By case id: who labels what is in the set already need not hand in its chats again."""
    if not place.exists():
        return {}
    cases = [each for split in options.SPLITS for each in load_eval_set(str(place), split).cases]
    return {each.case_id: each.session for each in cases}


def _sessions(path: Path | None, timezone: str | None) -> tuple[dict[str, ChatSession], list[str]]:
    found: dict[str, ChatSession] = {}
    bad = []
    for each in read_sessions(path, timezone=shared.zone_of(timezone)) if path is not None else ():
        if isinstance(each, ChatSession):
            found[each.session_id] = each
        else:
            bad.append(str(each))
    return found, bad


def export_labels(
    name: options.SetName,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the cases go.")],
    format: options.LabelFormat = None,
    split: Annotated[Literal["dev", "test"], typer.Option(help="Which half.")] = "dev",
    rules: shared.RuleNames = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Without the labels there are: for one more labeller.")
    ] = False,
) -> int:
    """Write a set for labellers: JSONL, CSV for spreadsheets, or Label Studio's JSON."""
    standard = published()
    chosen = [_found(each, standard)[0] for each in shared.rules_of(rules) or []]
    titles = {each.id: each.title for each in (*standard.prompts.values(), *standard.catalogue.rules)}
    versions = {
        each.id: each.version for each in standard.prompts.values()
    } | standard.catalogue.rule_versions
    sheets = list(sheets_of(load_eval_set(name, split), chosen, versions, titles, blind=blind))
    content = write_sheets(sheets, output, format)
    with written(output) as file:
        file.write(content)
    say(f"{output}: {len(sheets)} cases")
    if format == "label-studio" or (format is None and output.suffix == ".json"):
        say(f"the labelling interface for it:\n{INTERFACE}")
    return 0


def changed(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule or act, as it reads now.")],
    kind: Annotated[
        Kind, typer.Option("--meaning", help="What became of its meaning; wording: it means the same.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why that is so, for whoever asks later.")],
    names: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME", help="Default: every set with labels for it.")
    ] = None,
    draft: options.Draft = None,
) -> int:
    """Write down what a change of a rule means for its labels: `changes.toml` of the sets that label it.

    The first entry of a rule says which version its labels are for. Prints the labels to look at again.
    """
    if not reason.strip():
        raise typer.BadParameter("expected words that say why", param_hint="'--reason'")
    rule_id, version = _found(rule, drafted(draft))
    labelled = [each for each in set_names(FOLDER) if rule_id in load_eval_set(each, "dev").rules()]
    change = Change(rule_id=rule_id, version=version, kind=kind, reason=reason, changed_at=datetime.now(UTC))
    for name in names or labelled:
        say(f"{add_change(options.set_place(name), change)}: {rule_id} {version[:19]} {kind}")
    return stale(names or labelled)


def stale(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SET]…", help="Default every shipped set.")
    ] = None,
) -> int:
    """The smallest set of labels to look at again, because their rule means something else by now.

    Exit status 2 if there are any. Until then they count in no figure.
    """
    found = [
        each
        for name in names or set_names(FOLDER)
        for split in options.SPLITS
        for each in find_stale(load_eval_set(name, split))
    ]
    show([stale_section(found)], sys.stdout)
    return FOUND_SOMETHING if found else 0


def _found(name: str, standard: Standard) -> tuple[str, str]:
    """Id and version of a rule or act. Raises `RuleNotFound`."""
    try:
        rule_id = standard.catalogue.find(name).id
    except RuleNotFound:
        if name not in standard.prompts:
            raise
        return name, standard.prompts[name].version
    return rule_id, standard.catalogue.rule_versions[rule_id]
