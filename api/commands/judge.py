"""`mingjian judge`: the judges themselves."""

import time
from pathlib import Path
from typing import Annotated

import typer

from api.commands import judge_screen, judge_servers
from api.commands.output import FOUND_SOMETHING, say, written
from calibration.baseline.fitting import find_stale, fit_baseline
from evaluators.judges.baseline.model import encode_models
from evaluators.judges.baseline.shipped import MODELS, load_models

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The judges: fit, screen, probe, serve.")


app.command("screen")(judge_screen.screen)
app.command("probe")(judge_servers.probe)
app.command("serve", context_settings={"allow_extra_args": True})(judge_servers.serve)


@app.command("fit")
def fit(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Where the models go; default the shipped file."),
    ] = MODELS,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing, only say whether the models are stale.")
    ] = False,
) -> int:
    """Fit the baseline judge to the dev splits of the eval sets.

    An act with too few labels, or not precise enough on cases held out, is left undecided.
    """
    if check_only:
        stale = find_stale(load_models(output))
        for each in stale:
            say(each)
        say(f"{output}: stale, mingjian judge fit" if stale else f"{output}: up to date")
        return FOUND_SOMETHING if stale else 0
    began = time.monotonic()
    models = fit_baseline()
    with written(output) as file:
        file.write(encode_models(models) + b"\n")
    trusted = [act for act, model in models.acts.items() if model.trusted]
    left = [act for act, model in models.acts.items() if not model.trusted]
    say(f"{output}: {models.version}, {len(trusted)} acts in {time.monotonic() - began:.1f} s")
    if left:
        say(f"not precise enough on cases held out, left undecided: {', '.join(left)}")
    return 0
