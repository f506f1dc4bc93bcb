"""Eval sets for tests, written as files."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

ACT = "need_exploration"
Break = Callable[[list[dict[str, Any]]], None]


def case(
    name: str,
    labels: Mapping[str, str] | Iterable[Mapping[str, Any]],
    text: str = "亲身高多少",
    **fields: Any,
) -> dict[str, Any]:
    """One message of a customer, m1, and one of an agent, m2. `labels`: rule to verdict, or whole labels.

    `fields`: of the session.
    """
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
            **fields,
        },
        "labels": [{"labeller": "t", "source": "constructed", **label} for label in labels],
    }


def write_set(folder: Path, cases: Iterable[Mapping[str, Any]], name: str = ACT) -> Path:
    """The same cases in both splits."""
    told = list(cases)
    return write_cases(folder / name, told, told)


def write_cases(
    place: Path, dev: Iterable[Mapping[str, Any]], test: Iterable[Mapping[str, Any]] = ()
) -> Path:
    """A set of these cases."""
    place.mkdir(parents=True)
    place.joinpath("set.toml").write_text(f'title = "t"\nrules = ["{ACT}"]\n', "utf-8")
    for split, cases in (("dev", dev), ("test", test)):
        lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in cases)
        place.joinpath(f"{split}.jsonl").write_text(lines, "utf-8")
    return place


def sound_set(
    folder: Path,
    break_it: Break | None = None,
    *,
    in_test: Break | None = None,
    name: str = ACT,
    ids: str = "",
) -> Path:
    """A set without findings: 12 hits and 12 hard negatives in each split, nothing in common."""
    sides = []
    for split, change in (("dev", break_it), ("test", in_test)):
        cases = [*_hits(split, ids), *_negatives(split, ids)]
        if change is not None:
            change(cases)
        sides.append(cases)
    return write_cases(folder / name, *sides)


def _hits(split: str, ids: str) -> Iterable[dict[str, Any]]:
    for number in range(12):
        label = {"rule_id": ACT, "verdict": "hit", "message_ids": ["m2"]}
        text = f"亲,第{number}位顾客身高体重多少呢{split}{ids}"
        yield _distinct(case(f"{number:03}", [label], text), split, number, ids)


def _negatives(split: str, ids: str) -> Iterable[dict[str, Any]]:
    for number in range(12, 24):
        label = {"rule_id": ACT, "verdict": "no_hit"}
        found = _distinct(
            case(f"{number:03}", [label], f"亲,您要的{number}号下午发货{split}{ids}"), split, number, ids
        )
        yield {**found, "hard": True}


def _distinct(found: dict[str, Any], split: str, number: int, ids: str) -> dict[str, Any]:
    """An id of its own, and a first message that nobody else says."""
    if split == "test" or ids:
        found["case_id"] = f"{ids}{split[0]}{number:03}"
    found["session"]["session_id"] = f"{ids}{split}-{number}"
    drawn = Random(f"{split}{ids}{number}").sample(range(9000), 60)
    found["session"]["messages"][0]["text"] = "".join(chr(0x4E00 + each) for each in drawn)
    return found


def a_prompt(folder: Path, *, hit: str = "问了。", examples: str = "", act: str = ACT) -> Path:
    """The published prompt of the act with another `hit` block, and examples."""
    published = Path(__file__).parents[2] / "prompts" / "rules" / f"{act}.md.j2"
    front, _, _ = published.read_text("utf-8").partition("{% block question %}")
    blocks = {
        "question": "客服有没有询问顾客的需求？",
        "hit": hit,
        "no_hit": "没有。",
        "not_applicable": "客服没有发过言。",
    }
    blocks |= {"examples": examples} if examples else {}
    place = folder / "rules" / f"{act}.md.j2"
    place.parent.mkdir(parents=True, exist_ok=True)
    body = "\n".join(f"{{% block {name} %}}\n{text}\n{{% endblock %}}" for name, text in blocks.items())
    place.write_text(f"{front}{body}\n", "utf-8")
    return place
