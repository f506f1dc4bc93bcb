"""Requests as each receiver wants them, and whether its answer says that it was taken.

Chat groups: the addresses that the groups' own robots give out. They answer 200 and say in the body what went wrong.
Sources: the robots' documentation of DingTalk, Feishu and WeCom; standardwebhooks.com.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import msgspec
from standardwebhooks import Webhook

from api.notifying.wording import event_of, line_of, pages
from storage.notifying.deliveries import Delivery
from storage.notifying.routes import Route

#: Bytes of a text; WeCom takes 2,048.
_MOST_BYTES = 1_900
#: Messages to a group per round; groups take 20 a minute.
_MOST_MESSAGES = 1
_TAKEN = frozenset({0, "0", None})


class Outgoing(NamedTuple):
    """A POST that tells some deliveries."""

    told: Sequence[Delivery]
    url: str
    body: bytes
    headers: Mapping[str, str]


class Place(NamedTuple):
    """Where the service is, for the times and links of a message. `zone_of`: of a shop."""

    zone_of: Callable[[str | None], tzinfo]
    public_url: str | None


def requests_of(route: Route, waiting: Sequence[Delivery], place: Place, now: datetime) -> list[Outgoing]:
    """A webhook gets an event each; a group one message with as much as fits, the rest next time."""
    if route.choice.channel == "webhook":
        return [_event(route, each, place, now) for each in waiting]
    lines = [line_of(each, place.zone_of(each.shop), place.public_url) for each in waiting]
    found, start = [], 0
    for count in pages(lines, _MOST_BYTES, lambda line: len(line.encode()))[:_MOST_MESSAGES]:
        some = "\n\n".join(lines[start : start + count])
        found.append(_message(route, waiting[start : start + count], _shortened(some), now))
        start += count
    return found


def refusal(route: Route, body: bytes) -> str | None:
    """What a group's robot says is wrong, although it answered 200; None: the message was taken."""
    if route.choice.channel == "webhook":
        return None
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return "the answer is not the JSON object that a robot gives: is this its address?"
    code = told.get("errcode", told.get("code", told.get("StatusCode")))
    return (
        None
        if code in _TAKEN
        else f"{code}: {told.get('errmsg') or told.get('msg') or 'no reason given'}"[:300]
    )


def _event(route: Route, it: Delivery, place: Place, now: datetime) -> Outgoing:
    body = msgspec.json.encode(event_of(it, place.public_url))
    headers = {"webhook-id": it.delivery_id, "webhook-timestamp": str(int(now.timestamp()))}
    if route.secret:
        headers["webhook-signature"] = Webhook(route.secret).sign(it.delivery_id, now, body.decode())
    return Outgoing([it], route.url, body, headers)


def _message(route: Route, told: Sequence[Delivery], text: str, now: datetime) -> Outgoing:
    who = list(route.choice.mentions)
    match route.choice.channel:
        case "dingtalk":
            body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}, "at": {"atMobiles": who}}
            return Outgoing(told, _signed_url(route, now), msgspec.json.encode(body), {})
        case "wecom":
            body = {"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": who}}
            return Outgoing(told, route.url, msgspec.json.encode(body), {})
        case _:
            at = "".join(f'<at user_id="{each}"></at>' for each in who)
            body = {"msg_type": "text", "content": {"text": f"{text}\n{at}".strip()}}
            return Outgoing(told, route.url, msgspec.json.encode(body | _signature(route, now)), {})


def _signed_url(route: Route, now: datetime) -> str:
    """DingTalk: milliseconds and secret, signed with the secret, in the address."""
    if not route.secret:
        return route.url
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.digest(route.secret.encode(), f"{stamp}\n{route.secret}".encode(), hashlib.sha256)
    return f"{route.url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


def _signature(route: Route, now: datetime) -> dict[str, str]:
    """Feishu: seconds and secret as the key, nothing signed, in the body."""
    if not route.secret:
        return {}
    stamp = str(int(now.timestamp()))
    digest = hmac.digest(f"{stamp}\n{route.secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _shortened(text: str) -> str:
    if len(text.encode()) <= _MOST_BYTES:
        return text
    return text.encode()[: _MOST_BYTES - 3].decode(errors="ignore") + "…"
