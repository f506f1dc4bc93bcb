"""Stages that follow what is measured: a rule that people stop confirming goes back to people."""

from typing import Any

import pytest

from api.staging import watch_stages
from tests.api.reviewing import RULE, Office, rude

RULES = f"/v1/calibration/rules/{RULE}"
AUTOMATIC = {"purpose": "notification", "stage": "automatic", "reason": "20 条无误判"}


def _review(office: Office, names: list[str], answer: str) -> None:
    """The hits of these sessions; whatever of earlier ones is drawn again is confirmed."""
    office.inspect(*map(rude, names))
    office.draw()
    while (view := office.next("ann")) is not None:
        office.decide("ann", view, answer if view["case"]["session_id"] in names else "confirm")


def _watch(office: Office) -> tuple[str, ...]:
    client: Any = office.client
    found: tuple[str, ...] = client.portal.call(
        lambda: watch_stages(client.app.state.service, actor="worker")
    )
    return found


def _trust(office: Office) -> Any:
    [trust] = office.get("lead", "/v1/calibration/rules", rule=RULE)
    return trust


@pytest.fixture
def earned(office: Office) -> Office:
    _review(office, [f"s-{number:02}" for number in range(30)], "confirm")
    assert (_trust(office)["notification"], _trust(office)["earned"]) == ("manual", "automatic")
    office.post("lead", f"{RULES}/stages", AUTOMATIC)
    assert _watch(office) == ()
    return office


def test_a_rule_that_people_stop_confirming_goes_back_to_them(earned: Office) -> None:
    _review(earned, [f"t-{number:02}" for number in range(12)], "misjudged")
    assert _watch(earned) == (RULE,)
    assert _watch(earned) == ()
    now, before = earned.get("lead", f"{RULES}/stages")[:2]
    assert (now["stage"], now["actor"], before["stage"]) == ("manual", "worker", "automatic")
    assert now["reason"].startswith("精确率下限 ")
    [alert] = [each for each in earned.get("lead", "/v1/alerts") if each["kind"] == "drift"]
    assert alert["text"].endswith("自动通知要 80%，改回人工")


def test_a_few_misjudged_hits_do_not_move_it(earned: Office) -> None:
    _review(earned, ["t-1"], "misjudged")
    assert _watch(earned) == ()
    assert _trust(earned)["notification"] == "automatic"


def test_what_an_admin_forced_stays(office: Office) -> None:
    _review(office, [f"s-{number:02}" for number in range(8)], "misjudged")
    office.post("admin", f"{RULES}/stages", AUTOMATIC | {"force": True})
    _review(office, ["t-1"], "misjudged")
    assert _watch(office) == ()
    assert _trust(office)["notification"] == "automatic"
