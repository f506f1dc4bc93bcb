"""API keys: who may do what. Only hashes are kept; without keys the service is open on this machine only.

A key file is TOML: `[[key]]` tables with `name`, `role`, `hash` and, for a sub-account, `agent_id`.
`python -m api.auth NAME ROLE` makes one.
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

Scope = Literal["read", "submit", "review", "label", "appeal", "configure", "override"]
Role = Literal["feed", "viewer", "reviewer", "agent", "lead", "admin"]
_LEAD: frozenset[Scope] = frozenset({"read", "submit", "review", "label", "configure"})
#: feed: a shop system that sends chats and reads none. agent: a sub-account of the shop, sees its own hits only.
#: override: change a rule in force at once.
SCOPES: Mapping[Role, frozenset[Scope]] = {
    "feed": frozenset({"submit"}),
    "viewer": frozenset({"read"}),
    "reviewer": frozenset({"read", "review", "label"}),
    "agent": frozenset({"appeal"}),
    "lead": _LEAD,
    "admin": _LEAD | {"appeal", "override"},
}
_ALL: frozenset[Scope] = SCOPES["admin"]


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the key file. `hash` is `sha256:` and the hexadecimal digest of the key.

    `agent_id`: the sub-account of whoever has the key; required for the role `agent`. Nobody reviews themselves.
    """

    name: Annotated[str, msgspec.Meta(min_length=1)]
    role: Role
    hash: Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}$")]
    agent_id: Annotated[str, msgspec.Meta(min_length=1)] | None = None

    def __post_init__(self) -> None:
        if self.role == "agent" and self.agent_id is None:
            raise ValueError(f"key {self.name!r}: the role agent needs the `agent_id` of its sub-account")


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: tuple[ApiKey, ...] = ()


class Caller(msgspec.Struct, frozen=True):
    """Who makes a request; the name goes into the audit trail. `agent_id`: the sub-account they are, if any."""

    name: str
    scopes: frozenset[Scope]
    agent_id: str | None = None

    @property
    def blind_for(self) -> str | None:
        """Their name if they are to see no verdict of what they are still to judge blind; None: leads, admins, and
        who does not review.
        """
        return self.name if "review" in self.scopes and "configure" not in self.scopes else None


Keys = Mapping[str, ApiKey]
_bearer = HTTPBearer(auto_error=False, description="An API key. Not needed while the service has none set.")


def hash_key(key: str) -> str:
    """Keys are 256 random bits, so a plain digest is as good as a slow one."""
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def make_key(name: str, role: Role, agent_id: str | None = None) -> tuple[str, str]:
    """A fresh key (shown once) and the TOML table to put into the key file."""
    key = f"mj_{secrets.token_urlsafe(32)}"
    own = "" if agent_id is None else f"agent_id = {json.dumps(agent_id)}\n"
    return key, f'[[key]]\nname = {json.dumps(name)}\nrole = "{role}"\nhash = "{hash_key(key)}"\n{own}'


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
    return Caller(key.name, SCOPES[key.role], key.agent_id)


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
Reviewer = Annotated[Caller, Depends(requires("review"))]
Labeller = Annotated[Caller, Depends(requires("label"))]
#: A sub-account about its own hits, or an admin on behalf of one.
Appellant = Annotated[Caller, Depends(requires("appeal"))]


def main(arguments: list[str]) -> int:
    """`python -m api.auth NAME ROLE [AGENT_ID]`: the key on standard error, its table on standard output."""
    agent_id = arguments[2] if len(arguments) == 3 else None
    usable = len(arguments) in (2, 3) and arguments[1] in SCOPES
    if not usable or (arguments[1] == "agent" and agent_id is None):
        roles = ",".join(SCOPES)
        print(f"usage: python -m api.auth NAME {{{roles}}} [AGENT_ID] >> keys.toml", file=sys.stderr)
        print("       the role agent needs the AGENT_ID of its sub-account", file=sys.stderr)
        return 1
    key, table = make_key(arguments[0], msgspec.convert(arguments[1], Role), agent_id)
    print(f"key (shown this once): {key}", file=sys.stderr)
    print(table, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
