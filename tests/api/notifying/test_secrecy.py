"""Whoever has the address of a route can write there: once it is kept, nothing tells it again."""

from collections.abc import Iterator

import pytest

from api.app import create_app
from api.logs import configure_logging
from api.settings import Settings
from tests.api.client import Client
from tests.api.notifying.receiver import Receiver

ROUTES = "/v1/notification_routes"
TOKEN, SECRET = "t0ken-of-the-group", "SECabcdef0123456789"


@pytest.fixture
def loud() -> Iterator[None]:
    """All that can be logged is."""
    configure_logging(Settings(log_format="json", log_level="debug"))
    yield
    configure_logging(Settings(log_format="json", log_level="warning"))


@pytest.fixture
def inside(settings: Settings) -> Iterator[Client]:
    with Client(create_app(settings.model_copy(update={"notify_private": True}))) as running:
        yield running


def test_address_and_secret_stay_out_of_answers_audit_and_log(
    capsys: pytest.CaptureFixture[str], loud: None, inside: Client
) -> None:
    with Receiver() as receiver:
        body = {
            "choice": {"title": "质检群", "channel": "dingtalk"},
            "url": receiver.url.replace("access_token=t", f"access_token={TOKEN}"),
            "secret": SECRET,
        }
        told = [inside.post(ROUTES, json=body)]
        path = f"{ROUTES}/{told[0].json()['route_id']}"
        told.append(inside.post(f"{path}/test"))
        assert receiver.got[0].path.count(TOKEN) == 1, "the message went to the whole address"
        receiver.status = 503
        told += [inside.post(f"{path}/test"), inside.put(path, json=body | {"reason": "换群"})]
    told += [inside.post(f"{path}/test"), inside.get(ROUTES), inside.get("/v1/audit")]
    told += [inside.get("/v1/notification_deliveries"), inside.delete(path), inside.get("/v1/audit")]
    log = capsys.readouterr().err
    assert "notification_route.change" in told[-1].text
    assert '"logger": "asyncio"' in log, "what is not kept quiet is logged"
    for text in (*(each.text for each in told), log):
        assert TOKEN not in text
        assert SECRET not in text
