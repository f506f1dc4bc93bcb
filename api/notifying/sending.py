"""Out to the network: where to, how long to wait, and what went wrong."""

import asyncio
import socket
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2

from api.notifying.channels import Outgoing, refusal
from storage.notifying.routes import Route

_PATIENCE = httpx2.Timeout(10.0)
#: Nothing will ever be taken there again.
_GONE = 410


class Sent(NamedTuple):
    """What became of a request. `error` None: it was taken. `final`: trying again cannot help."""

    error: str | None
    final: bool = False


def address_problem(url: str, *, private: bool) -> str | None:
    """Why nothing is sent to an address, from its text alone; None: nothing speaks against it."""
    try:
        parts = urlsplit(url)
        port_fine = parts.port is None or parts.port > 0
    except ValueError:
        return "expected an address such as https://example.com/hook"
    if (
        parts.scheme not in (("https", "http") if private else ("https",))
        or not parts.hostname
        or not port_fine
    ):
        return "expected an address that begins with https://"
    return None


async def send(client: httpx2.AsyncClient, route: Route, request: Outgoing, *, private: bool) -> Sent:
    """Sends once. `private`: whether addresses inside the network are allowed. Never raises for the network's sake."""
    if (problem := address_problem(request.url, private=private)) is not None:
        return Sent(problem, final=True)
    if not private and (inside := await _inside(request.url)) is not None:
        return Sent(inside)
    headers = {"content-type": "application/json"} | dict(request.headers)
    try:
        response = await client.post(request.url, content=request.body, headers=headers, timeout=_PATIENCE)
    except httpx2.HTTPError as error:
        return Sent(f"no answer: {type(error).__name__}")
    if not response.is_success:
        return Sent(f"answered {response.status_code}", final=response.status_code == _GONE)
    return Sent(refusal(route, response.content))


async def _inside(url: str) -> str | None:
    """What is wrong with where an address leads: a route must not reach the machines around the service."""
    parts = urlsplit(url)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            parts.hostname, parts.port or 443, type=socket.SOCK_STREAM
        )
    except OSError:
        return f"{parts.hostname} is not known"
    for *_, address in found:
        if not ip_address(str(address[0]).partition("%")[0]).is_global:
            return f"{parts.hostname} is inside the network: MINGJIAN_NOTIFY_PRIVATE=true allows that"
    return None
