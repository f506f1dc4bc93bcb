"""Files a new rule starts from. They are valid as they are: what is changed next is checked from the first line."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from evaluators.catalogue.loading import BUILT_IN
from prompts.errors import FileError
from prompts.version import SHIPPED

_ROOT = BUILT_IN.parents[1]
_HEAD = """\
kind = "existence"
id = "{id}"
title = "{id}"
title_en = "{words}"
category = ""
subject = "all_agents"
alert = "low"
notify = "none"
score = -5
why = ""
known_gaps = []
"""
_RULE = (
    "# Hit when the behaviour occurs. Other kinds and all keys: `mingjian rules grammar`.\n"
    + _HEAD
    + """
[behaviour]
by = "service"
says.any = ["要找的话"]
"""
)
_PROMPT = (
    "+++\n"
    + _HEAD
    + """
[behaviour]
by = "service"
act = "{id}"

[prompt]
looks_at = "service"
phrases = []
+++
{{% block question %}}
客服有没有……?
{{% endblock %}}
{{% block hit %}}
……,如“要找的话”。
{{% endblock %}}
{{% block no_hit %}}
没有……。
易混:……。
{{% endblock %}}
{{% block not_applicable %}}
客服没有发过言。
{{% endblock %}}
"""
)
_SET = """\
title = "{id}(构造)"
title_en = "{words} (constructed)"
rules = ["{id}"]
source = "constructed"
note = "Constructed cases: written for the project, not labelled by customers or reviewers."
"""


class Place(NamedTuple):
    """Where the rule file and the folder of its eval set go."""

    rules: Path
    eval_sets: Path

    @classmethod
    def of(cls, folder: Path | None, eval_sets: Path | None, *, judged: bool) -> "Place":
        """The folders given, else those of this checkout."""
        own = SHIPPED / "rules" if judged else BUILT_IN
        return cls(folder or own, eval_sets or _ROOT / "eval_sets")


def scaffold(rule_id: str, place: Place, *, judged: bool = False) -> list[Path]:
    """Writes the files and names them. Raises `FileError` before anything is written if one is there already."""
    files = dict(_files(rule_id, place, judged))
    for path in files:
        if path.exists():
            raise FileError("is there already", path=str(path))
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FileError(f"cannot be written: {error.strerror}", path=str(path)) from error
    return list(files)


def _files(rule_id: str, place: Place, judged: bool) -> Iterator[tuple[Path, str]]:
    words = rule_id.replace("_", " ").capitalize()
    name, text = (f"{rule_id}.md.j2", _PROMPT) if judged else (f"{rule_id}.toml", _RULE)
    yield place.rules / name, text.format(id=rule_id, words=words)
    eval_set = place.eval_sets / rule_id
    yield eval_set / "set.toml", _SET.format(id=rule_id, words=words)
    yield eval_set / "dev.jsonl", _case(rule_id, 1, "亲,要找的话在这里", hit=True)
    yield eval_set / "test.jsonl", _case(rule_id, 2, "亲,这款有货的", hit=False)


def _case(rule_id: str, number: int, said: str, *, hit: bool) -> str:
    case_id = f"{rule_id}-{number:03}"
    start = datetime.fromisoformat("2026-11-01T10:00:00+08:00")
    times = [(start + timedelta(seconds=10 * step)).isoformat() for step in range(3)]
    messages = [
        {"message_id": "m1", "sent_at": times[0], "sender": "customer", "text": "在吗"},
        {"message_id": "m2", "sent_at": times[1], "sender": "agent", "sender_id": "a-1", "text": said},
    ]
    label = {
        "rule_id": rule_id,
        "verdict": "hit" if hit else "no_hit",
        "message_ids": ["m2"] if hit else [],
        "labeller": "constructor",
        "source": "constructed",
    }
    session = {"session_id": case_id, "ended_at": times[2], "messages": messages}
    case = {"case_id": case_id, "session": session, "labels": [label]}
    return json.dumps(case, ensure_ascii=False) + "\n"
