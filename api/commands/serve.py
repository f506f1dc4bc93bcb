"""`mingjian serve`: the REST service."""

from typing import Annotated

import typer

from api.app import serve as serve_until_interrupted
from api.settings import load_settings

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help="Port to listen on.")] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="URL", help="sqlite:///… or postgresql://….")
    ] = None,
) -> None:
    """Serve the REST API and the console.

    Further settings are environment variables (docs/rest.md); options win.
    """
    given = {"host": host, "port": port, "database_url": database}
    serve_until_interrupted(
        load_settings(**{name: value for name, value in given.items() if value is not None})
    )
