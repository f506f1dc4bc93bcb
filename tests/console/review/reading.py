"""What stands on the page of a case."""

import re
from typing import Any


def form_of(text: str) -> tuple[str, dict[str, Any]]:
    """Where the form of a case is sent, and the round in it."""
    [path] = re.findall(r'action="(/review/case/[^"]+)"', text)
    [round] = re.findall(r'name="round" value="(\d+)"', text)
    return path, {"round": round}


def session_of(text: str) -> str:
    """The session that the page is about."""
    return re.findall(r"s-\d\d", text)[0]
