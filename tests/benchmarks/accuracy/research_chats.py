"""The labelled chats that lie outside the project (`MINGJIAN_DATA`, default `../shared/data`), as sessions."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from evaluators.sessions import convert_session
from evaluators.types import ChatSession

ROOT = Path(__file__).parents[3]
_SENDERS = {"customer": "customer", "agent": "agent"}


class Chat(NamedTuple):
    """A session and what people said of it."""

    session: ChatSession
    labels: dict[str, Any]


def folder() -> Path:
    """Where the data lies."""
    return Path(os.environ.get("MINGJIAN_DATA", ROOT.parent / "shared" / "data"))


def chats(name: str) -> Iterator[Chat]:
    """The chats of `<name>.jsonl`. Messages without text are attachments."""
    with (folder() / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            messages = [
                {
                    "sender": _SENDERS[each["role"]],
                    "text": each["text"],
                    "content_type": "text" if each["text"] else "file",
                }
                for each in record["messages"]
            ]
            yield Chat(
                convert_session({"session_id": record["session_id"], "messages": messages}), record["labels"]
            )
