"""API keys: who may do what. Only hashes are kept; without keys the service is open on this machine only.

A key file is TOML: `[[key]]` tables with `name`, `role` and `hash`. `python -m api.auth NAME ROLE` makes one.
"""

import hashlib
import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Literal

import msgspec
import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import (
    HostNotAllowed,
    KeyMissing,
    KeysInvalid,
    KeyUnknown,
    NotOpenBeyondLoopback,
    ScopeMissing,
)
from api.settings import Settings

Scope = Literal["read", "submit", "configure", "override"]
Role = Literal["feed", "viewer", "lead", "admin"]
#: feed: a shop system that sends chats and reads none. override: change a rule in force at once.
SCOPES: Mapping[Role, frozenset[Scope]] = {
    "feed": frozenset({"submit"}),
    "viewer": frozenset({"read"}),
    "lead": frozenset({"read", "submit", "configure"}),
    "admin": frozenset({"read", "submit", "configure", "override"}),
}
_ALL: frozenset[Scope] = SCOPES["admin"]


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the key file. `hash` is `sha256:` and the hexadecimal digest of the key."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    role: Role
    hash: Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}$")]


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: tuple[ApiKey, ...] = ()


class Caller(msgspec.Struct, frozen=True):
    """Who makes a request; the name goes into the audit trail."""

    name: str
    scopes: frozenset[Scope]


Keys = Mapping[str, ApiKey]
_bearer = HTTPBearer(auto_error=False, description="An API key. Not needed while the service has none set.")


def hash_key(key: str) -> str:
    """Keys are 256 random bits, so a plain digest is as good as a slow one."""
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def make_key(name: str, role: Role) -> tuple[str, str]:
    """A fresh key (shown once) and the TOML table to put into the key file."""
    key = f"mj_{secrets.token_urlsafe(32)}"
    return key, f'[[key]]\nname = {json.dumps(name)}\nrole = "{role}"\nhash = "{hash_key(key)}"\n'


def load_keys(settings: Settings) -> Keys | None:
    """Keys by hash; None: open on this machine only.

    Raises `KeysInvalid`, and `NotOpenBeyondLoopback` when the service would listen elsewhere without keys.
    """
    path = settings.api_keys_file
    if path is None:
        if settings.on_loopback:
            return None
        raise NotOpenBeyondLoopback(
            f"MINGJIAN_HOST is {settings.host}, which other machines can reach, but there are no API keys: "
            "set MINGJIAN_API_KEYS_FILE (python -m api.auth NAME ROLE makes a key), or listen on 127.0.0.1"
        )
    try:
        keys = msgspec.toml.decode(path.read_bytes(), type=_KeyFile).key
    except (OSError, ValueError) as error:
        raise KeysInvalid(f"{path}: {error}") from error
    if not keys:
        raise KeysInvalid(f"{path}: expected at least one [[key]] table")
    return {key.hash: key for key in keys}


async def identify(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Who calls. Raises `KeyMissing` or `KeyUnknown` where keys are set."""
    keys: Keys | None = request.app.state.service.keys
    if keys is None:
        _refuse_foreign_host(request)
        return Caller("local", _ALL)
    if given is None:
        raise KeyMissing
    key = keys.get(hash_key(given.credentials))
    if key is None:
        raise KeyUnknown
    structlog.contextvars.bind_contextvars(caller=key.name)
    return Caller(key.name, SCOPES[key.role])


def _refuse_foreign_host(request: Request) -> None:
    """A page on another name that resolves to this machine (DNS rebinding) must not read chats."""
    settings: Settings = request.app.state.service.settings
    if request.url.hostname not in settings.allowed_hosts:
        raise HostNotAllowed(
            f"the request names the host {request.url.hostname!r}; without API keys only "
            f"{', '.join(settings.allowed_hosts)} are answered (MINGJIAN_ALLOWED_HOSTS)"
        )


def permit(caller: Caller, scope: Scope) -> None:
    """Raises `ScopeMissing` unless the caller's role has the scope."""
    if scope not in caller.scopes:
        roles = ", ".join(role for role, scopes in SCOPES.items() if scope in scopes)
        raise ScopeMissing(f"the key {caller.name!r} may not {scope}; keys of these roles may: {roles}")


def requires(*scopes: Scope) -> Callable[[Caller], Awaitable[Caller]]:
    """A dependency: the caller, if its role has one of the scopes; else `ScopeMissing`."""

    async def permitted(caller: Annotated[Caller, Depends(identify)]) -> Caller:
        if caller.scopes.isdisjoint(scopes):
            permit(caller, scopes[0])
        return caller

    return permitted


Reader = Annotated[Caller, Depends(requires("read"))]
Submitter = Annotated[Caller, Depends(requires("submit"))]
#: Whoever hands sessions in may ask how far they are.
ReaderOrSubmitter = Annotated[Caller, Depends(requires("read", "submit"))]
Configurer = Annotated[Caller, Depends(requires("configure"))]


def main(arguments: list[str]) -> int:
    """`python -m api.auth NAME ROLE`: the key on standard error, its table on standard output."""
    if len(arguments) != 2 or arguments[1] not in SCOPES:
        print(f"usage: python -m api.auth NAME {{{','.join(SCOPES)}}} >> keys.toml", file=sys.stderr)
        return 1
    key, table = make_key(arguments[0], msgspec.convert(arguments[1], Role))
    print(f"key (shown this once): {key}", file=sys.stderr)
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
