"""`mingjian eval suggest`: a better wording for a prompt, accepted only by a paired test on held-out cases."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import options as shared
from api.commands.evals import options
from api.commands.output import FOUND_SOMETHING
from api.settings import load_settings
from calibration.drafts import published
from calibration.errors import OptimiserMissing
from calibration.eval_sets import load_eval_set
from calibration.eval_sets.looks import record_look


def suggest(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule or act with a prompt of its own.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where the draft goes.")],
    tokens: Annotated[int, typer.Option(metavar="N", min=1, help="Budget of judging and rewording on dev.")],
    name: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="Default: the set named like the rule.")
    ] = None,
    base_url: shared.BaseUrl = None,
    model: shared.Model = None,
    writer_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Who rewords; default the judge's server.")
    ] = None,
    writer_model: Annotated[
        str | None, typer.Option(metavar="NAME", help="A stronger model rewords better.")
    ] = None,
    seed: options.Seed = 0,
    state: options.StateFolder = options.STATE,
) -> int:
    """Reword a prompt by its mistakes on dev; accept the wording only if it does better on test.

    Needs the extra `suggest` (GEPA) and a vLLM server. Says before it starts what it will cost, and begins nothing that
    might exceed the budget. Exit status 2 if nothing did better on dev, or test did not confirm it (paired, exact
    McNemar). The look at test is counted, and comes on top of the budget. Nothing is published.
    """
    dev, test = (load_eval_set(name or rule, split).fresh() for split in options.SPLITS)
    try:
        from api.commands.evals.suggestions import SaidSearch
        from api.judging.suggesting import Servers, Task, suggest_wording
    except ModuleNotFoundError as error:
        raise OptimiserMissing from error
    servers, said = Servers(base_url, model, writer_url, writer_model), SaidSearch()
    task = Task(rule, dev, test, tokens, servers, published(), load_settings(), seed)
    found = suggest_wording(task, said, output)
    said.on_dev(found, tokens)
    if found.suggestion is None:
        return FOUND_SOMETHING
    record_look(state, test, [rule], "vllm")
    said.on_test(found.suggestion, output)
    return 0 if found.suggestion.accepted else FOUND_SOMETHING
