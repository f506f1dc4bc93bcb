"""`mingjian demo`: everything at once, on nothing but this machine."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.app import require_free
from api.app import serve as serve_until_interrupted
from api.commands import options
from api.commands.output import say
from api.demo import load_and_inspect, sample_sessions
from api.logs import configure_logging
from api.reporting.layout import lay_out
from api.reporting.show import show
from api.settings import Settings, load_settings

app = typer.Typer(add_completion=False)
_HOST = "127.0.0.1"
_INVITATION = """\
服务已启动 serving: http://{host}:{port}   (Ctrl-C 结束 stops)
  控制台 console: http://{host}:{port}/
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
    judge: options.JudgeName = "baseline",
    base_url: options.BaseUrl = None,
    model: options.Model = None,
) -> None:
    """Inspect the sample sessions, print the report, serve the API and the console.

    What needs language understanding is judged by the small embedded baseline, unless `--judge` says otherwise.
    The samples go through the service's own path into an embedded database that is gone afterwards.
    """
    if serve:
        require_free(_HOST, port)
    with tempfile.TemporaryDirectory(prefix="mingjian-demo-") as folder:
        settings = _settings(Path(folder) / "demo.db", port, judge, base_url, model)
        configure_logging(settings)
        samples = sample_sessions()
        show(lay_out(asyncio.run(load_and_inspect(settings, samples))), sys.stdout)
        sys.stdout.flush()
        if serve:
            say(_INVITATION.format(host=_HOST, port=port))
            serve_until_interrupted(settings)


def _settings(database: Path, port: int, judge: str, base_url: str | None, model: str | None) -> Settings:
    """The same on every machine: what the environment says does not count."""
    return load_settings(
        database_url=f"sqlite:///{database}", host=_HOST, port=port, api_keys_file=None, catalogue=None,
        profile="default", judge=judge, judge_base_url=base_url, judge_model=model,
        embedded_worker=True, log_format="console", log_level="warning",
    )  # fmt: skip
