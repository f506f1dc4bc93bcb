"""`mingjian judge probe` and `mingjian judge serve`: the servers that the vLLM judge asks."""

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from api.commands import options
from api.commands.output import FOUND_SOMETHING, say
from api.judging.vllm import judge_settings, servers_of
from api.settings import load_settings
from evaluators.errors import JudgeUnusable
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.condition import probe_servers
from evaluators.judges.vllm.probe import as_record
from evaluators.judges.vllm.serving import CONTEXT, server_arguments, written_out

_WORDS = {True: "yes", False: "no", None: "unknown"}


def probe(
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per server.")] = False,
) -> int:
    """Ask the judge's servers what they can do. The exit status is 2 if one of them cannot judge."""
    settings = load_settings()
    urls = servers_of(base_url or settings.judge_base_url)
    found = asyncio.run(probe_servers(urls, judge_settings(settings, model)))
    for capability in found:
        if as_json:
            print(msgspec.json.encode(as_record(capability)).decode())
        else:
            _print(capability)
    return 0 if all(each.usable for each in found) else FOUND_SOMETHING


def serve(
    context: typer.Context,
    model: Annotated[str, typer.Option("--model", metavar="NAME|FOLDER", help="What to serve.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    max_model_len: Annotated[int, typer.Option(help="Tokens of chat, rules and answer together.")] = CONTEXT,
    python: Annotated[
        Path | None,
        typer.Option(
            envvar="MINGJIAN_VLLM_PYTHON",
            metavar="FILE",
            help="The Python of the environment that has vLLM; default: `vllm` in PATH.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the command.")] = False,
) -> None:
    """Start vLLM with what a judge needs, and print the command. What follows `--` is passed on.

    The API key is taken from MINGJIAN_JUDGE_API_KEY.
    """
    command = [*_vllm(python, model), *server_arguments(host, port, max_model_len, context.args)]
    print(written_out(command), flush=True)
    if dry_run:
        return
    environment = dict(os.environ)
    key = load_settings().judge_api_key
    if key is not None:
        # Not as an argument: everybody on the machine can read those.
        environment["VLLM_API_KEY"] = key.get_secret_value()
    say(f"judge: once it is up, mingjian judge probe --base-url http://{host}:{port}/v1")
    sys.stderr.flush()
    try:
        os.execvpe(command[0], command, environment)
    except OSError as error:
        raise JudgeUnusable(f"{command[0]} cannot be started: {error.strerror}") from error


def _vllm(python: Path | None, model: str) -> list[str]:
    """How to start vLLM. It lives in an environment of its own: it wants other libraries than we do."""
    if python is not None:
        return [str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", model]
    found = shutil.which("vllm")
    if found is None:
        raise JudgeUnusable(
            "there is no vllm in PATH: install it into an environment of its own"
            " (python3 -m venv ENV; ENV/bin/pip install vllm) and name it with --python ENV/bin/python"
        )
    return [found, "serve", model]


def _print(found: Capability) -> None:
    rows: dict[str, Any] = {
        "server": found.server or "unknown",
        "model": found.model,
        "decides by": found.decide_by or "no way",
        "context": f"{found.context:,} tokens" if found.context is not None else "unknown",
        "log-probabilities": _WORDS[found.logprobs] + (", of chosen tokens too" if found.label_ids else ""),
        "prefix cache": f"{found.prefix_cache:.0%} of a repeated prompt"
        if found.prefix_cache is not None
        else "unknown",
        "schemas enforced": _WORDS[found.structured_output],
        "thinking off": _WORDS[found.thinking_off],
        "tokenizer": _WORDS[found.tokenizer],
        "priorities": _WORDS[found.priorities],
        "can judge": _WORDS[found.usable],
    }
    print(found.base_url)
    for name, value in rows.items():
        print(f"  {name:<18} {value}")
    for problem in found.problems:
        print(f"  {'FATAL' if problem.fatal else 'note'}: {problem.what}\n    {problem.remedy}")
