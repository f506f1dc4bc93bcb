"""What becomes of the labels of eval sets when a text is published."""

from typing import Any

import pytest

from prompts.library import load_prompts
from tests.api.client import Client
from tests.api.studying import get_study, start_study, work

ACT, SIGNAL = "agent_abuse", "asks_about_after_sales"
PROMPTS = load_prompts()


def publish(client: Client, subject: str, change: str, base: int = 0, text: str | None = "") -> Any:
    words = PROMPTS[subject].path.read_text("utf-8").replace("{% block hit %}", "{% block hit %}换个说法。")
    body = {"text": words if text == "" else text, "change": change, "reason": "试", "base_version": base}
    response = client.put(f"/v1/texts/{subject}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def stale(client: Client, subject: str) -> int:
    return len(client.get(f"/v1/eval_sets/{subject}").json()["stale"])


@pytest.mark.parametrize("subject", [ACT, SIGNAL])
@pytest.mark.parametrize("change", ["wording", "meaning"])
def test_labels_survive_a_wording_and_no_other_meaning(local: Client, subject: str, change: str) -> None:
    assert stale(local, subject) == 0
    publish(local, subject, change)
    cases = sum(local.get(f"/v1/eval_sets/{subject}").json()[split] for split in ("dev", "test"))
    assert stale(local, subject) == (cases if change == "meaning" else 0)
    publish(local, subject, "wording", base=1, text=None)
    assert stale(local, subject) == 0, "the file reads as it did when they were given"


def test_a_run_leaves_stale_labels_out(local: Client) -> None:
    publish(local, ACT, "meaning")
    refused = local.post("/v1/studies/evaluations", json={"rules": [ACT], "sets": [ACT]})
    assert (refused.status_code, "no eval set has labels of them that still hold" in refused.text) == (
        422,
        True,
    )
    publish(local, SIGNAL, "wording")
    study = start_study(local, rules=[SIGNAL], sets=[SIGNAL])
    assert work(local)
    [report] = get_study(local, study, "/result")["after"]
    assert report["rules"][0]["rule_id"] == SIGNAL
