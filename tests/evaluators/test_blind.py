"""While nobody is asked a rule with every act made the same finds what the rule itself finds."""

from functools import cache
from itertools import product
from typing import Any

from hypothesis import given

from evaluators.checks.behaviours import Behaviours, CompiledBehaviour, Terms
from evaluators.checks.blind import blind_behaviour
from evaluators.grammar.kinds import Behaviour, Says
from evaluators.judges.answers import NOBODY_ASKED
from evaluators.phrases.index import PhraseIndex
from evaluators.sessions import convert_session
from evaluators.timeline.timeline import Timeline
from tests.evaluators.sessions_strategy import records

HELLO = Says(any=("您好", "好的"))
ASKS, TELLS = Behaviour(act="asks"), Behaviour(act="tells")
BEHAVIOURS = {
    "a choice of acts": Behaviour(by="service", any_of=(ASKS, TELLS)),
    "acts of different people": Behaviour(
        order=("presale",),
        any_of=(Behaviour(by="customer", closer=False, act="asks"), Behaviour(by="service", act="tells")),
    ),
    "acts that go with phrases": Behaviour(
        any_of=(Behaviour(says=HELLO, act="asks"), Behaviour(content_type=("image",), act="tells"))
    ),
    "one of the acts goes with nothing": Behaviour(
        by="customer", any_of=(Behaviour(says=HELLO, act="asks"), TELLS), act="complains"
    ),
    "an act or a phrase": Behaviour(by="service", any_of=(ASKS, Behaviour(says=HELLO))),
    "acts while orders are unknown": Behaviour(
        any_of=(Behaviour(order=("none",), act="asks"), Behaviour(order=("paid",), act="tells"))
    ),
    "choices inside choices": Behaviour(
        any_of=(
            Behaviour(any_of=(ASKS, TELLS)),
            Behaviour(by="bot", any_of=(TELLS, Behaviour(says=HELLO, act="asks"))),
        )
    ),
    "an act that must not be": Behaviour(by="service", says=HELLO, not_=Behaviour(any_of=(ASKS, TELLS))),
    "both acts": Behaviour(
        by="anyone", all_of=(ASKS, Behaviour(any_of=(TELLS, Behaviour(by="bot", act="asks"))))
    ),
}


INDEX = PhraseIndex()


@cache
def compiled() -> list[tuple[str, CompiledBehaviour, CompiledBehaviour]]:
    behaviours = Behaviours(INDEX)
    found = []
    for recalled, (name, each) in product((True, False), BEHAVIOURS.items()):
        terms = Terms(recalled=recalled)
        found.append(
            (name, behaviours.compiled(each, terms), behaviours.compiled(blind_behaviour(each), terms))
        )
    INDEX.build()
    return found


@given(record=records())
def test_sees_the_same(record: dict[str, Any]) -> None:
    pairs = compiled()
    timeline = Timeline(convert_session(record))
    INDEX.scan([timeline])
    for name, itself, blind in pairs:
        seen, expected = blind.see(timeline, NOBODY_ASKED), itself.see(timeline, NOBODY_ASKED)
        assert (seen.certain, seen.open) == (expected.certain, expected.open), name


def test_a_choice_of_acts_is_one_act() -> None:
    """Or else no time is saved."""
    assert blind_behaviour(BEHAVIOURS["a choice of acts"]) == Behaviour(by="service", act="*")
    assert blind_behaviour(BEHAVIOURS["acts of different people"]) == Behaviour(
        order=("presale",),
        any_of=(Behaviour(by="customer", closer=False), Behaviour(by="service")),
        act="*",
    )
