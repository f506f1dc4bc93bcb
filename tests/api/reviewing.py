"""People with keys of their own, and sessions with something to review."""

from pathlib import Path
from typing import Any

from api.auth import Role, make_key
from tests.api.building import a_session, said
from tests.api.client import Client

#: Rule of the hit in `rude`, and what says so.
RULE, WORDS = "hostile_phrase", "急什么"
PEOPLE: dict[str, tuple[Role, str | None]] = {
    "lead": ("lead", None),
    "ann": ("reviewer", None),
    "ben": ("reviewer", None),
    "eve": ("reviewer", None),
    "a-1": ("agent", "a-1"),
    "a-2": ("agent", "a-2"),
    "admin": ("admin", None),
}


def write_keys(path: Path) -> dict[str, str]:
    """A key file with everybody's key; key by name."""
    made = {name: make_key(name, role, agent_id) for name, (role, agent_id) in PEOPLE.items()}
    path.write_text("\n".join(table for _, table in made.values()))
    return {name: key for name, (key, _) in made.items()}


def rude(session_id: str, **fields: Any) -> dict[str, Any]:
    """A session with one fault besides what timers find: agent a-1 is short with the customer."""
    messages = (
        said("m1", "10:00:00", "在吗"),
        said("m2", "10:00:05", "您好,欢迎光临,急什么", "agent"),
    )
    return a_session(session_id, *messages, **fields)


class Office:
    """Everybody speaks to one service, each with their own key."""

    def __init__(self, client: Client, keys: dict[str, str]) -> None:
        self.client, self._keys = client, keys

    def key(self, who: str) -> str:
        return self._keys[who]

    def ask(self, who: str, method: str, path: str, **options: Any) -> Any:
        """The response."""
        headers = {"Authorization": f"Bearer {self._keys[who]}"}
        return self.client.request(method, path, headers=headers, **options)

    def get(self, who: str, path: str, **query: Any) -> Any:
        """The body of an answer that must be fine."""
        response = self.ask(who, "GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, who: str, path: str, body: Any = None, **query: Any) -> Any:
        """The body of an answer that must be fine."""
        response = self.ask(who, "POST", path, params=query, **({} if body is None else {"json": body}))
        assert response.status_code < 300, response.text
        return response.json()

    def put(self, who: str, path: str, body: Any) -> Any:
        """The body of an answer that must be fine."""
        response = self.ask(who, "PUT", path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def inspect(self, *sessions: dict[str, Any]) -> None:
        """Hands sessions in and inspects them."""
        self.post("lead", "/v1/sessions", list(sessions))
        for session in sessions:
            self.post("lead", f"/v1/sessions/{session['session_id']}/inspect")

    def draw(self, **fields: Any) -> Any:
        """Draws all hits of `RULE`, unless told otherwise."""
        return self.post(
            "lead", "/v1/review/plans", {"title": "抽检", "what": "flagged", "rules": [RULE]} | fields
        )

    def next(self, who: str) -> Any:
        return self.post(who, "/v1/review/next")["view"]

    def decide(self, who: str, view: Any, answer: str, **fields: Any) -> Any:
        case = view["case"]
        body = {"answer": answer, "round": case["round"]} | fields
        return self.post(who, f"/v1/review/cases/{case['case_id']}/decide", body)
