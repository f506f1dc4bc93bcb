"""Rules as they are while nobody is asked: any act is as good as any other, so many rules come to the same."""

from typing import Any, TypeVar

from msgspec.structs import replace

from evaluators.grammar.kinds import Behaviour, Rating, ReplyTime, Response, Rule, RuleBase

_ANY_ACT = Behaviour(act="*")
_R = TypeVar("_R", bound=Rule)


def blinded(rule: _R) -> _R:
    """The rule with every act made the same."""
    if isinstance(rule, ReplyTime | Rating):
        return rule
    changes: dict[str, Any] = {"behaviour": blind_behaviour(rule.behaviour)}
    if isinstance(rule, Response) and rule.trigger.message is not None:
        changes["trigger"] = replace(rule.trigger, message=blind_behaviour(rule.trigger.message))
    return replace(rule, **changes)


def blind_behaviour(behaviour: Behaviour) -> Behaviour:
    """The behaviour with every act made the same. A choice between acts becomes one act, and what goes with each
    of them a condition that the message alone decides.
    """
    any_of = tuple(blind_behaviour(part) for part in behaviour.any_of)
    changes: dict[str, Any] = {"all_of": tuple(blind_behaviour(part) for part in behaviour.all_of)}
    if behaviour.act:
        changes["act"] = _ANY_ACT.act
    if any_of and all(part.act for part in any_of):
        changes["act"] = _ANY_ACT.act
        any_of = tuple(replace(part, act=None) for part in any_of)
        if Behaviour() in any_of:
            any_of = ()
    changes["any_of"] = any_of
    if behaviour.not_:
        changes["not_"] = blind_behaviour(behaviour.not_)
    return replace(behaviour, **changes)


def what_it_asks(rule: Rule) -> tuple[object, ...]:
    """Equal for rules that find the same in every session: everything but names, words and scores."""
    own = [name for name in rule.__struct_fields__ if name not in RuleBase.__struct_fields__]
    return (type(rule), rule.red_line, *(getattr(rule, name) for name in own))
