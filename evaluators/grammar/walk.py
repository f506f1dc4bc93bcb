"""Every behaviour a rule speaks of, with its place in the rule file."""

from collections.abc import Iterator

from evaluators.grammar.kinds import Absence, Behaviour, BoundedExistence, Rating, ReplyTime, Response, Rule


def behaviours_of(rule: Rule) -> Iterator[tuple[str, Behaviour]]:
    """(dotted path, behaviour), outer ones before those inside them."""
    for place, behaviour in top_behaviours(rule):
        yield from _inside(place, behaviour)


def top_behaviours(rule: Rule) -> Iterator[tuple[str, Behaviour]]:
    """Only the outermost: the trigger's, the one looked for, and `given`."""
    if isinstance(rule, Response) and rule.trigger.message is not None:
        yield "trigger.message", rule.trigger.message
    if not isinstance(rule, ReplyTime | Rating):
        yield "behaviour", rule.behaviour
    if isinstance(rule, Absence | BoundedExistence) and rule.given is not None:
        yield "given", rule.given


def acts_of(rule: Rule) -> list[str]:
    """The ids of the acts a judge has to locate, each once, in the order of the file."""
    return list(dict.fromkeys(each.act for _, each in behaviours_of(rule) if each.act is not None))


def _inside(place: str, behaviour: Behaviour) -> Iterator[tuple[str, Behaviour]]:
    yield place, behaviour
    for key, parts in (("any_of", behaviour.any_of), ("all_of", behaviour.all_of)):
        for index, part in enumerate(parts):
            yield from _inside(f"{place}.{key}[{index}]", part)
    if behaviour.not_ is not None:
        yield from _inside(f"{place}.not", behaviour.not_)
