"""The rules that need a judge, as far as they go without one, by hand."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.benchmarks.rules import lists
from tests.benchmarks.rules.duty import ASK, joined, owed
from tests.benchmarks.rules.outcomes import Found, first_reason, part, plain, quoted, undetermined, whole
from tests.benchmarks.rules.talk import Line, Talk
from tests.benchmarks.rules.text import says

#: The seeds say "a product link"; which addresses those are is written in the rule file, and copied from it.
PRODUCT_URL = re.compile(
    r"\b(item\.(m\.)?(taobao|jd)\.com/|detail\.(m\.)?(tmall|1688|vip)\.com/|chaoshi\.detail\.tmall\.com/"
    r"|[em]\.tb\.cn/|s\.click\.taobao\.com/|u\.jd\.com/|3\.cn/|mobile\.(yangkeduo|pinduoduo)\.com/(goods|duo_)"
    r"|p\.pinduoduo\.com/|(haohuo|buyin)\.jinritemai\.com/|app\.kwaixiaodian\.com/|product\.suning\.com/"
    r"|(shop\w*\.v\.)?weidian\.com/item)",
    re.IGNORECASE | re.ASCII,
)


def act_of(talk: Talk, speaks: Callable[[Line], bool], recalled_too: bool = False) -> Found:
    """Existence of an act: any message of the role could be it."""
    if any(speaks(line) and (recalled_too or not line.recalled) for line in talk.lines):
        return undetermined(ASK)
    return plain("not_applicable")


def service_merit(talk: Talk) -> Found:
    """R13, R15, R17, R19, R21."""
    return act_of(talk, lambda line: line.is_service)


def agent_abuse(talk: Talk) -> Found:
    """R34: a recalled insult was said all the same."""
    return act_of(talk, lambda line: line.is_service, recalled_too=True)


def customer_feeling(talk: Talk) -> Found:
    """R40-R50: recalled messages count for red lines and clocks only."""
    return act_of(talk, lambda line: line.sender == "customer")


def courteous_closing(talk: Talk) -> Found:
    """R03: among the last five service messages."""
    if not talk.over:
        return undetermined("session_open")
    last_five = [line for line in talk.before_the_end() if line.is_service][-5:]
    return undetermined(ASK) if last_five else plain("not_applicable")


def order_or_payment_prompt(talk: Talk) -> Found:
    """R22: while nothing is ordered or an order waits for its payment."""
    return _act_in_order_state(talk, talk.nothing_paid_yet)


def out_of_stock_recovery(talk: Talk) -> Found:
    """R27: before anything is bought."""
    return _act_in_order_state(talk, talk.presale)


def _act_in_order_state(talk: Talk, state: Callable[[Line], str]) -> Found:
    states = [state(line) for line in talk.lines if line.is_service and not line.recalled]
    reasons = [ASK if found == "yes" else found for found in states if found != "no"]
    return undetermined(first_reason(reasons)) if reasons else plain("not_applicable")


def diversion_to_other_shop(talk: Talk) -> Found:
    """R29: a phrase alone proves nothing."""
    for line in talk.lines:
        if line.is_service and says(line.norm, lists.OTHER_SHOPS, lists.OTHER_SHOPS_EXCEPT):
            return undetermined(ASK)
    return plain("no_hit")


def complaint_encouraged(talk: Talk) -> Found:
    """R30: a shrug after a customer's threat to complain."""
    return _shrugged_off(talk, lists.COMPLAINT_SHRUGS)


def bad_review_encouraged(talk: Talk) -> Found:
    """R31: a shrug after a customer's threat of a bad review."""
    return _shrugged_off(talk, lists.REVIEW_SHRUGS)


def _shrugged_off(talk: Talk, phrases: tuple[str, ...]) -> Found:
    for threat in talk.lines:
        if threat.sender != "customer" or threat.closer:
            continue
        later = [line for line in talk.lines[threat.place + 1 :] if line.is_service][:3]
        for reply in later:
            between = talk.lines[threat.place + 1 : reply.place]
            others = [line for line in between if line.sender == "customer" and not line.recalled]
            if len(others) < 2 and says(reply.norm, phrases):
                return undetermined(ASK)
    return plain("not_applicable")


def missed_follow_up(talk: Talk) -> Found:
    """R06: a service message says "one moment", and nothing of substance follows in 15 minutes."""

    def follows_up(line: Line) -> str:
        return "maybe" if _could_answer(line) and not says(line.norm, lists.HOLDING) else "no"

    triggers = [(line, "") for line in talk.lines if line.is_service and says(line.norm, lists.HOLDING)]
    return owed(talk, triggers, follows_up, timedelta(minutes=15), lambda line: quoted(line, lists.HOLDING))


def act_by_customer_before_ordering(talk: Talk) -> Found:
    """R12, R14, R18, R23, R24: the judge finds both the question and the answer."""
    return owed(talk, _customer_triggers(talk, talk.no_order, ASK), _could_be_the_act)


def act_by_customer_before_paying(talk: Talk) -> Found:
    """R28: likewise, before anything is bought."""
    return owed(talk, _customer_triggers(talk, talk.presale, ASK), _could_be_the_act)


def price_asked_before_ordering(talk: Talk) -> Found:
    """R20, R25: the phrases of the seeds answer, too."""

    def answers(line: Line) -> str:
        if not _could_answer(line):
            return "no"
        return "yes" if says(line.norm, lists.PRICE_WORDS) else "maybe"

    return owed(talk, _customer_triggers(talk, talk.no_order, ASK), answers)


def improper_out_of_stock_reply(talk: Talk) -> Found:
    """R26: the customer asks for the restock, or the service says that it is out of stock."""
    triggers = _customer_triggers(talk, talk.presale, ASK)
    for line in talk.lines:
        if line.is_service and talk.presale(line) != "no":
            triggers.append((line, joined(talk.presale(line), ASK)))
    return owed(talk, triggers, _could_be_the_act)


def selling_point_not_presented(talk: Talk) -> Found:
    """R16: the customer sends a product."""
    triggers = [
        (line, reason)
        for line, reason in _customer_triggers(talk, talk.no_order, "")
        if line.content in ("product_card", "link") or PRODUCT_URL.search(line.text)
    ]
    return owed(talk, triggers, _could_be_the_act, show=_product_of)


def _product_of(line: Line) -> dict[str, Any]:
    found = PRODUCT_URL.search(line.text)
    return part(line, *found.span()) if found else whole(line)


def _customer_triggers(talk: Talk, state: Callable[[Line], str], reason: str) -> list[tuple[Line, str]]:
    """Customer messages that may start the duty, each with what keeps it uncertain (empty: nothing)."""
    found = []
    for line in talk.lines:
        if line.sender == "customer" and not line.closer and state(line) != "no":
            found.append((line, joined(state(line), reason)))
    return found


def _could_answer(line: Line) -> bool:
    return line.is_service and not line.recalled


def _could_be_the_act(line: Line) -> str:
    return "maybe" if _could_answer(line) else "no"
