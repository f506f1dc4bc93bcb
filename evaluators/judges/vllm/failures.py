"""Why a request came to nothing: each cause with its reason code, and what it means for the endpoint."""

import re
from http import HTTPStatus

import httpx2

from evaluators.judges.answers import JudgeFailure

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_TOO_LONG = re.compile(
    r"maximum (context|model) length|max_model_len|longer than the max|context length", re.I
)
_SHOWN = 300


class CallFailed(Exception):
    """One request failed; it never leaves the judge, whose answers are data.

    `transient`: another try may succeed. `down`: the endpoint gave no usable sign of life.
    `overload`: it had too much to do. `wait`: seconds it asked to be left alone.
    """

    def __init__(
        self,
        reason_code: JudgeFailure,
        detail: str,
        *,
        transient: bool = False,
        down: bool = False,
        overload: bool = False,
        wait: float = 0.0,
    ) -> None:
        super().__init__(detail)
        self.reason_code, self.detail, self.wait = reason_code, detail, wait
        self.transient, self.down, self.overload = transient, down, overload


def no_response(error: httpx2.HTTPError, base_url: str) -> CallFailed:
    """What it means that no response came."""
    if isinstance(error, httpx2.PoolTimeout | httpx2.ConnectTimeout | httpx2.ConnectError):
        told = (
            f"{base_url} cannot be reached ({type(error).__name__}): is the server up? `mingjian judge serve`"
        )
        return CallFailed("judge_unavailable", f"{told} starts one", transient=True, down=True)
    if isinstance(error, httpx2.TimeoutException):
        told = f"{base_url} did not answer in time: the server is overloaded, or the timeout is too short"
        return CallFailed("judge_timeout", told, transient=True, down=True, overload=True)
    told = f"{base_url} broke the connection ({type(error).__name__}): its log says why"
    return CallFailed("judge_unavailable", told, transient=True, down=True)


def bad_status(status: int, body: str, base_url: str, retry_after: str | None = None) -> CallFailed:
    """What it means that the server answered with an error."""
    told = f"{base_url} answered {status}: {_message(body)}"
    if status in _BUSY:
        wait = float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
        return CallFailed("judge_unavailable", told, transient=True, overload=True, wait=wait)
    if status == HTTPStatus.NOT_FOUND:
        told += ": is there a vLLM server at this address, and does it have this model?"
    if status == HTTPStatus.NOT_IMPLEMENTED:
        return CallFailed("judge_unavailable", f"{told}: `mingjian judge probe` says what the server can do")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return CallFailed("judge_unavailable", f"{told}: its log says why", transient=True, down=True)
    if _TOO_LONG.search(body):
        return CallFailed("input_too_long", f"{told}: serve with a larger --max-model-len")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        remedy = "set the API key of the judge (MINGJIAN_JUDGE_API_KEY)"
        return CallFailed("judge_unavailable", f"{told}: {remedy}", down=True)
    return CallFailed("judge_unavailable", f"{told}: `mingjian judge probe` says what the server can do")


def _message(body: str) -> str:
    found = re.search(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)"', body)
    text = found[1] if found else body
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
