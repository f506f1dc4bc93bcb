"""The catalogue in straightforward Python: what the engine is measured against and checked against.

Written from the contract, the seeds and `docs/rule_readings.md`, without the engine's parts (only the two
versioned lists are read from its files). No judge. One function per rule, `any(phrase in text)` loops,
plain dicts in and out.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.benchmarks.rules import judged_rules as judged
from tests.benchmarks.rules import phrase_rules as phrases
from tests.benchmarks.rules import timer_rules as timers
from tests.benchmarks.rules.lists import RULES
from tests.benchmarks.rules.outcomes import Found
from tests.benchmarks.rules.talk import Talk

FUNCTIONS: dict[int, Callable[[Talk], Found]] = {
    1: phrases.missing_welcome,
    3: judged.courteous_closing,
    4: phrases.customer_made_to_repeat,
    5: timers.late_reply_without_apology,
    6: judged.missed_follow_up,
    7: phrases.missing_review_invitation,
    8: phrases.repeated_review_invitation,
    10: phrases.transfer_without_reply,
    11: phrases.nonstandard_transfer_phrase,
    12: judged.act_by_customer_before_ordering,
    13: judged.service_merit,
    14: judged.act_by_customer_before_ordering,
    15: judged.service_merit,
    16: judged.selling_point_not_presented,
    17: judged.service_merit,
    18: judged.act_by_customer_before_ordering,
    19: judged.service_merit,
    20: judged.price_asked_before_ordering,
    21: judged.service_merit,
    22: judged.order_or_payment_prompt,
    23: judged.act_by_customer_before_ordering,
    24: judged.act_by_customer_before_ordering,
    25: judged.price_asked_before_ordering,
    26: judged.improper_out_of_stock_reply,
    27: judged.out_of_stock_recovery,
    28: judged.act_by_customer_before_paying,
    29: judged.diversion_to_other_shop,
    30: judged.complaint_encouraged,
    31: judged.bad_review_encouraged,
    32: phrases.prohibited_superlative,
    33: phrases.hostile_phrase,
    34: judged.agent_abuse,
    35: lambda talk: phrases.rating(talk, 3),
    36: lambda talk: phrases.rating(talk, 2),
    37: lambda talk: phrases.rating(talk, 1),
    38: lambda talk: phrases.rating(talk, 4),
    39: lambda talk: phrases.rating(talk, 5),
    40: judged.customer_feeling,
    41: judged.customer_feeling,
    42: judged.customer_feeling,
    43: judged.customer_feeling,
    44: judged.customer_feeling,
    45: judged.customer_feeling,
    46: judged.customer_feeling,
    47: judged.customer_feeling,
    48: judged.customer_feeling,
    49: judged.customer_feeling,
    50: judged.customer_feeling,
    51: timers.slow_first_human_reply,
    52: timers.slow_first_reply,
    53: timers.slow_average_reply,
    54: timers.reply_overdue,
    55: timers.reply_severely_overdue,
}
EXPLANATIONS = {
    "hit": "命中:证据见 evidence",
    "no_hit": "未命中",
    "not_applicable": "前提未出现,不适用",
    "undetermined": "无法判定",
}


def inspect(session: dict[str, Any], versions: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The outcomes of one session before exclusion groups, in catalogue order."""
    talk = Talk(session)
    outcomes = []
    for number, rule_id, score, _, _ in RULES:
        found = FUNCTIONS[number](talk)
        outcomes.append(
            {
                "session_id": talk.id,
                "rule_id": rule_id,
                "rule_version": versions[rule_id] if versions else "",
                "verdict": found["verdict"],
                "reason_code": found.get("reason_code"),
                "explanation": EXPLANATIONS[found["verdict"]],
                "confidence": None,
                "agent_id": found.get("agent_id"),
                "score": score if found["verdict"] == "hit" else 0,
                "evidence": found.get("evidence", []),
                "decides_at": found.get("decides_at"),
                "judge": None,
                "turns": found.get("turns", []),
            }
        )
    return outcomes


def settle(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In each exclusion group, per turn where the rule is about turns, only the worst hit keeps its score."""
    about = {rule_id: (number, alert, group) for number, rule_id, _, alert, group in RULES}
    hits = [outcome for outcome in outcomes if outcome["verdict"] == "hit" and about[outcome["rule_id"]][2]]
    worst: dict[tuple[str, str], dict[str, Any]] = {}

    def badness(outcome: dict[str, Any]) -> tuple[int, int, int]:
        number, alert, _ = about[outcome["rule_id"]]
        return -outcome["score"], alert, number

    for outcome in hits:
        for turn in outcome["turns"] or [""]:
            place = (about[outcome["rule_id"]][2], turn)
            if place not in worst or badness(outcome) > badness(worst[place]):
                worst[place] = outcome
    winners = {id(outcome) for outcome in worst.values()}
    losers = {id(outcome) for outcome in hits} - winners
    settled = []
    for outcome in outcomes:
        settled.append({key: value for key, value in outcome.items() if key != "turns"})
        if id(outcome) in losers:
            settled[-1]["score"] = 0
            settled[-1]["explanation"] = "同组只计最重的一项"
    return settled


def inspect_lines(lines: Iterator[bytes], versions: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """JSONL of sessions to JSONL of settled outcomes."""
    for line in lines:
        for outcome in settle(inspect(json.loads(line), versions)):
            yield json.dumps(outcome, ensure_ascii=False).encode() + b"\n"
