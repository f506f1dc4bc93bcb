"""Stored chats to try a draft on."""

import pytest
from starlette.testclient import TestClient

from tests.api.building import a_session, said


@pytest.fixture
def stored(console: TestClient) -> TestClient:
    """With two chats in it, one of which says what the wider draft forbids."""
    chats = [
        a_session("s-rude", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "随便你", "agent")),
        a_session("s-kind", said("m1", "10:00:00", "在吗"), said("m2", "10:00:05", "在的", "agent")),
    ]
    assert console.post("/v1/sessions", json=chats).status_code == 202
    return console
