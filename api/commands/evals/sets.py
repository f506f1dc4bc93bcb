"""`mingjian eval list | show | lint | split`: the sets themselves."""

import sys
from typing import Annotated

import typer

from api.commands.evals import options
from api.commands.output import FOUND_SOMETHING, say
from api.reporting.evals.sets import list_section, set_sections
from api.reporting.show import show
from calibration.drafts import drafted
from calibration.eval_sets import FOLDER, load_eval_set, set_names
from calibration.eval_sets.lint import Known, lint_sets
from calibration.eval_sets.looks import count_looks
from calibration.labelling.merging import resplit

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[SET]…", help="Names or folders; default every shipped set.")
]
Name = Annotated[str, typer.Argument(metavar="SET", help="A set's name or folder.")]


def list_sets(state: options.StateFolder = options.STATE) -> int:
    """The eval sets there are: cases per split, where their labels come from, looks at the test split."""
    sets = [(load_eval_set(name, "dev"), load_eval_set(name, "test")) for name in set_names(FOLDER)]
    show([list_section(sets, count_looks(state))], sys.stdout)
    return 0


def show_set(name: Name, state: options.StateFolder = options.STATE) -> int:
    """One set: its labels per split and rule, labellers and sources, changes of its rules, versions."""
    sides = [load_eval_set(name, split) for split in options.SPLITS]
    show(set_sections(sides, count_looks(state)[sides[0].name]), sys.stdout)
    return 0


def lint(names: Names = None, draft: options.Draft = None) -> int:
    """Check sets: leaks between dev and test, ids, rules, messages, quotes, evidence, sizes, few-shot examples.

    Every finding with file, line and field; exit status 2 if there is one.
    """
    standard = drafted(draft)
    chosen = names or set_names(FOLDER)
    found = 0
    for finding in lint_sets(chosen, FOLDER, Known(standard.catalogue, standard.prompts)):
        found += 1
        say(str(finding))
    say(f"{len(chosen)} sets, {found or 'no'} finding{'' if found == 1 else 's'}")
    return FOUND_SOMETHING if found else 0


def split(
    name: Name,
    test_share: options.TestShare = 0.4,
    seed: options.Seed = 0,
    by: options.KeptTogether = "auto",
    again: Annotated[bool, typer.Option("--again", help="Draw anew what is divided already.")] = False,
) -> int:
    """Divide a set into dev and test with no session, customer or near-duplicate text in common.

    What is divided already stays, unless it leaks: then all that belongs together is dev.
    """
    done = resplit(options.set_place(name), test_share=test_share, seed=seed, by=by, again=again)
    counts = ", ".join(f"{count} {side}" for side, count in done.per_split.items())
    kept = "sessions, customers, near-duplicates" + ("" if done.by == "session" else f", {done.by}s")
    say(f"{name}: {counts}; {done.moved} moved; kept together: {kept}")
    if again and done.moved:
        say("cases that were dev are test now: what was tuned on them is not held out from it")
    return 0
