"""`mingjian worker`: one more process that inspects."""

from typing import Annotated

import typer

from api.settings import load_settings
from api.worker import run_worker

app = typer.Typer(add_completion=False)


@app.command()
def worker(
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="sqlite:///… or postgresql://….")
    ] = None,
) -> None:
    """Inspect what the service has accepted, in a further process.

    Further settings are environment variables (docs/rest.md); options win.
    """
    run_worker(load_settings(**({} if database is None else {"database_url": database})))
