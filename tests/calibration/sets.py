"""Eval sets for tests, written as files."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ACT = "need_exploration"


def case(
    name: str, labels: Mapping[str, str] | Iterable[Mapping[str, Any]], text: str = "亲身高多少"
) -> dict[str, Any]:
    """One message of a customer, m1, and one of an agent, m2. `labels`: rule to verdict, or whole labels."""
    if isinstance(labels, Mapping):
        labels = [{"rule_id": rule, "verdict": verdict} for rule, verdict in labels.items()]
    return {
        "case_id": name,
        "session": {
            "session_id": name,
            "messages": [
                {"message_id": "m1", "sender": "customer", "text": "这个怎么样"},
                {"message_id": "m2", "sender": "agent", "text": text},
            ],
        },
        "labels": [{"labeller": "t", "source": "constructed", **label} for label in labels],
    }


def write_set(folder: Path, cases: Iterable[Mapping[str, Any]], name: str = ACT) -> Path:
    """The same cases in both splits."""
    place = folder / name
    place.mkdir(parents=True)
    place.joinpath("set.toml").write_text(f'title = "t"\nrules = ["{ACT}"]\n', "utf-8")
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in cases)
    for split in ("dev", "test"):
        place.joinpath(f"{split}.jsonl").write_text(lines, "utf-8")
    return place
