"""`mingjian demo`: everything at once, on nothing but this machine."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.app import serve as serve_until_interrupted
from api.commands.output import say
from api.demo import load_and_inspect, require_free, sample_sessions
from api.logs import configure_logging
from api.reporting.layout import lay_out
from api.reporting.show import show
from api.settings import Settings

app = typer.Typer(add_completion=False)
_HOST = "127.0.0.1"
_INVITATION = """\
服务已启动 serving: http://{host}:{port}   (Ctrl-C 结束 stops)
  curl http://{host}:{port}/v1/sessions?limit=3
  curl http://{host}:{port}/v1/sessions?rule_hit=prohibited_superlative
  curl http://{host}:{port}/openapi.json
"""


@app.command()
def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the API and the console afterwards.")
    ] = True,
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65535, help="Port to serve on.")] = 8321,
) -> None:
    """Inspect the sample sessions, print the report, serve the API and the console.

    The samples go through the service's own path into an embedded database that is gone afterwards.
    """
    if serve:
        require_free(_HOST, port)
    with tempfile.TemporaryDirectory(prefix="mingjian-demo-") as folder:
        settings = _settings(Path(folder) / "demo.db", port)
        configure_logging(settings)
        samples = sample_sessions()
        show(lay_out(asyncio.run(load_and_inspect(settings, samples))), sys.stdout)
        sys.stdout.flush()
        if serve:
            say(_INVITATION.format(host=_HOST, port=port))
            serve_until_interrupted(settings)


def _settings(database: Path, port: int) -> Settings:
    """The same on every machine: what the environment says does not count."""
    return Settings(
        database_url=f"sqlite:///{database}", host=_HOST, port=port, api_keys_file=None, catalogue=None,
        profile="default", judge="none", embedded_worker=True, log_format="console", log_level="warning",
    )  # fmt: skip
