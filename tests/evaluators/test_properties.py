"""What holds for every session, whatever is in it."""

import random
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators.catalogue.loading import load_catalogue
from evaluators.engine.plan import Plan, compile_plan
from evaluators.inspection import inspect_deterministic
from evaluators.sessions import convert_session
from evaluators.types import Outcome
from tests.evaluators.sessions_strategy import GAPS, messages, records

RATINGS = {
    "rating_neutral",
    "rating_dissatisfied",
    "rating_very_dissatisfied",
    "rating_satisfied",
    "rating_very_satisfied",
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(load_catalogue(derived=True))


def _inspect(record: dict[str, Any], plan: Plan) -> list[Outcome]:
    return inspect_deterministic(convert_session(record), plan)


def _hits(outcomes: list[Outcome]) -> set[str]:
    return {outcome.rule_id for outcome in outcomes if outcome.verdict == "hit"}


@given(record=records())
def test_evidence_is_verbatim(record: dict[str, Any], plan: Plan) -> None:
    texts = {message["message_id"]: message["text"] for message in record["messages"]}
    for outcome in _inspect(record, plan):
        for evidence in outcome.evidence:
            assert texts[evidence.message_id][evidence.start : evidence.end] == evidence.quote


@given(record=records())
def test_an_outcome_is_a_verdict_or_has_a_cause(record: dict[str, Any], plan: Plan) -> None:
    for outcome in _inspect(record, plan):
        assert (outcome.verdict == "undetermined") == (outcome.reason_code is not None)
        assert (outcome.decides_at is not None) == (outcome.reason_code == "window_open")
        assert outcome.score == 0 or outcome.verdict == "hit"


@given(record=records(), seed=st.integers())
def test_the_order_of_input_does_not_matter(record: dict[str, Any], seed: int, plan: Plan) -> None:
    times = [message["sent_at"] for message in record["messages"]]
    if len(set(times)) < len(times):
        return  # ties keep input order, so there it does
    shuffled = {**record, "messages": random.Random(seed).sample(record["messages"], len(times))}
    assert _inspect(shuffled, plan) == _inspect(record, plan)


@given(said=messages(min_size=1), later=st.sampled_from(GAPS))
def test_what_a_prefix_found_stays_found(said: list[dict[str, Any]], later: int, plan: Plan) -> None:
    """Live is batch: a hit among the first k messages is a hit of the whole; nothing is accused too early.

    Recalls are left out: taking a message back may well change what the session says. Known until an instant is
    known with all that was sent at it: between two messages of the same instant there is no prefix.
    """
    said = [{key: value for key, value in message.items() if key != "recalled_at"} for message in said]
    whole = _hits(_inspect({"session_id": "s", "messages": said, "events": [], "orders_known": True}, plan))
    at = [datetime.fromisoformat(message["sent_at"]) for message in said]
    for size in range(1, len(said)):
        if at[size] == at[size - 1]:
            continue
        until = min(at[size] - timedelta(seconds=1), at[size - 1] + timedelta(seconds=later))
        prefix = {
            "session_id": "s", "messages": said[:size], "orders_known": True,
            "observed_until": max(until, at[size - 1]).isoformat(),
        }  # fmt: skip
        assert _hits(_inspect(prefix, plan)) - RATINGS <= whole


@given(record=records(), text=st.sampled_from(("您好", "抱歉", "国内最好", "稍等")))
def test_a_message_after_a_decided_window_changes_nothing(
    record: dict[str, Any], text: str, plan: Plan
) -> None:
    if not record["messages"]:
        return
    first_reply = {"slow_first_reply", "slow_first_human_reply"}
    before = {
        o.rule_id: o
        for o in _inspect(record, plan)
        if o.rule_id in first_reply and o.verdict in ("hit", "no_hit")
    }
    last = datetime.fromisoformat(record["messages"][-1]["sent_at"]) + timedelta(days=1)
    late = {
        "message_id": "late",
        "sender": "agent",
        "sender_id": "a-2",
        "sent_at": last.isoformat(),
        "text": text,
    }
    after = {o.rule_id: o for o in _inspect({**record, "messages": [*record["messages"], late]}, plan)}
    for rule_id, outcome in before.items():
        if outcome.verdict == "no_hit" or len(outcome.evidence) > 1:
            # Only whom it is put down to may still be learned: the first human to write.
            assert msgspec.structs.replace(after[rule_id], agent_id=outcome.agent_id) == outcome
        else:
            assert after[rule_id].verdict == outcome.verdict


settings.register_profile("mingjian", deadline=None, max_examples=150)
settings.load_profile("mingjian")
