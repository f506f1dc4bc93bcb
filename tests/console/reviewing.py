"""Something to review in the samples, handed in over REST: samples drawn, appeals, and labels that differ."""

from typing import Any

import httpx2

#: Whose hits are shown, where a picture needs an agent.
SESSION = "sample-tz-03"
_PLANS: tuple[dict[str, Any], ...] = (
    {"title": "红线命中，当天复核", "what": "flagged", "rules": ["prohibited_superlative"], "quota": 30},
    {
        "title": "校准：双人盲审", "what": "random", "rules": ["missing_welcome", "late_reply_without_apology"],
        "by": "verdict", "size": 4, "reviewers": 2, "blind": True, "due_hours": 72,
    },
    {"title": "每位客服抽一段", "what": "random", "by": "agent", "size": 1, "quota": 10},
)  # fmt: skip


def prepare_reviews(address: str) -> None:
    """Plans with open cases; one appeal rejected, one hit acknowledged; two labels unlike the verdict."""
    with httpx2.Client(base_url=address) as client:
        agent, hits = _charged(client)
        objection = {"session_id": SESSION, "rule_id": hits[0], "reason": "进线时机器人已经问候过。"}
        _post(client, "/v1/my/appeals", objection, agent=agent)
        view = _post(client, "/v1/review/next")["view"]
        answer = {"answer": "confirm", "round": view["case"]["round"], "note": "人工接待时没有问候。"}
        _post(client, f"/v1/review/cases/{view['case']['case_id']}/decide", answer)
        if len(hits) > 1:
            _post(client, "/v1/my/acknowledgements", {"session_id": SESSION, "rule_id": hits[1]}, agent=agent)
        for session_id in ("sample-tz-21", "sample-tz-03"):
            label = {"session_id": session_id, "rule_id": "missing_welcome", "verdict": "no_hit"}
            _post(client, "/v1/labels", [label | {"source": "human_flagged"}])
        wrong = client.get("/v1/calibration/disagreements").json()[0]["case"]
        said = {name: wrong[name] for name in ("inspection_id", "rule_id")}
        _post(
            client,
            "/v1/calibration/disagreements",
            said | {"cause": "rule_unclear", "reason": "“亲”算不算欢迎语？"},
        )
        for plan in _PLANS:
            _post(client, "/v1/review/plans", plan)


def _charged(client: httpx2.Client) -> tuple[str, list[str]]:
    """An agent and the rules of the faults that are charged to them in `SESSION`."""
    found = client.get(f"/v1/sessions/{SESSION}/inspections/latest").json()["inspection"]["outcomes"]
    faults = [each for each in found if each["verdict"] == "hit" and each["score"] < 0 and each["agent_id"]]
    agent = faults[0]["agent_id"]
    return agent, [each["rule_id"] for each in faults if each["agent_id"] == agent]


def _post(client: httpx2.Client, path: str, body: Any = None, **query: str) -> Any:
    response = client.post(path, params=query, **({} if body is None else {"json": body}))
    assert response.status_code < 300, response.text
    return response.json()
