"""What types cannot say about a rule: windows nobody can reach, acts nobody can judge."""

import math
import re
from collections.abc import Iterator

from evaluators.catalogue.phrase_checks import Finding, check_pattern, check_says, check_text_is
from evaluators.grammar.kinds import (
    Absence,
    Behaviour,
    BoundedExistence,
    Existence,
    Precedence,
    ReplyTime,
    Response,
    Role,
    Rule,
    Says,
    Scope,
    Trigger,
)  # fmt: skip
from evaluators.grammar.walk import behaviours_of, top_behaviours

_AGENTS = {"human", "bot", "auto_reply"}
SENDERS: dict[Role, set[str]] = {
    "customer": {"customer"}, "human": {"human"}, "bot": {"bot"}, "auto_reply": {"auto_reply"},
    "system": {"system"}, "service": {"human", "bot"}, "shop": _AGENTS, "dialogue": _AGENTS | {"customer"},
    "anyone": _AGENTS | {"customer", "system"},
}  # fmt: skip
_NOTHING, _NO_PHRASES = Behaviour(), Says()
_ZERO = re.compile(r"0+(ms|s|m|h|d)")


def check_rule(rule: Rule, stem: str, acts: frozenset[str]) -> Iterator[Finding]:
    """(dotted field, what is wrong there) for everything in `rule` that can be seen without the other rules.

    `stem`: the name of its file without suffixes. `acts`: the ids of the prompts there are.
    """
    yield from _check_head(rule, stem)
    for place, behaviour in behaviours_of(rule):
        yield from _check_behaviour(place, behaviour, acts, rule.enabled)
    if isinstance(rule, Existence | Absence | BoundedExistence):
        yield from _check_scope(rule)
    elif isinstance(rule, Response):
        yield from _check_trigger(rule.trigger)
        yield from _check_window(rule)
    elif isinstance(rule, Precedence):
        yield from _check_speaker("behaviour", rule.behaviour, rule.before.by, "before.by")
    elif isinstance(rule, ReplyTime):
        yield from _check_reply_time(rule)


def _check_head(rule: Rule, stem: str) -> Iterator[Finding]:
    if rule.id != stem:
        yield "id", f"expected {stem!r}, the name of its file, got {rule.id!r}"
    if rule.score is not None and not math.isfinite(rule.score):
        yield "score", f"expected a finite number, got {rule.score}"
    if rule.red_line and (rule.score is None or rule.score >= 0):
        yield "red_line", "expected a negative `score`: a red line is a fault"


def _check_behaviour(
    place: str, behaviour: Behaviour, acts: frozenset[str], enabled: bool
) -> Iterator[Finding]:
    if behaviour == _NOTHING:
        yield place, "says nothing: expected at least one key, such as by, says or act"
    if behaviour.says == _NO_PHRASES and enabled:
        yield (
            f"{place}.says",
            "no phrases yet: expected any, all or none, or `enabled = false` until the shop sets them",
        )
    elif behaviour.says is not None:
        yield from check_says(f"{place}.says", behaviour.says)
    yield from check_text_is(place, behaviour)
    yield from check_pattern(place, behaviour)
    if behaviour.act is not None and behaviour.act not in acts:
        # Imported here: only a broken file pays for it.
        from evaluators.catalogue.rule_messages import closest

        yield f"{place}.act", f"no prompt file {behaviour.act!r}{closest(behaviour.act, acts)}"
    for key, parts in (("any_of", behaviour.any_of), ("all_of", behaviour.all_of)):
        for at, part in enumerate(parts):
            yield from _check_speaker(f"{place}.{key}[{at}]", part, behaviour.by, f"{place}.by")


def _check_speaker(
    place: str, behaviour: Behaviour, counted: Role | None, counted_at: str
) -> Iterator[Finding]:
    """A message of one role is looked for among the messages of another."""
    if counted and behaviour.by and not SENDERS[counted] & SENDERS[behaviour.by]:
        yield f"{place}.by", f"never holds: {behaviour.by} is not among {counted} ({counted_at})"


def _check_scope(rule: Existence | Absence | BoundedExistence) -> Iterator[Finding]:
    scope = rule.scope
    if scope.first is not None and scope.last is not None:
        yield "scope.last", "expected only one of first and last"
    if scope.last is not None and not scope.at_end:
        yield (
            "scope.last",
            "expected `at_end = true` beside it: which messages are the last is known at the end",
        )
    if scope.of != "anyone" and scope.first is None and scope.last is None:
        yield "scope.of", "counts nothing: expected first or last beside it"
    yield from _check_speaker("behaviour", rule.behaviour, _counted(scope), "scope.of")
    most = scope.first or scope.last
    if isinstance(rule, BoundedExistence) and most is not None and rule.at_least > most:
        yield "at_least", f"never reached: the scope has at most {most} messages"


def _counted(scope: Scope) -> Role | None:
    return scope.of if scope.first is not None or scope.last is not None else None


def _check_trigger(trigger: Trigger) -> Iterator[Finding]:
    keys = ("message", "slow_reply", "order", "silence")
    given = [key for key in keys if getattr(trigger, key) is not None]
    if len(given) != 1:
        yield "trigger", f"expected exactly one of {', '.join(keys)}, got {' and '.join(given) or 'none'}"
    if trigger.occurrence == "nth" and trigger.n is None:
        yield "trigger.n", 'required with `occurrence = "nth"`: which one?'
    if trigger.occurrence != "nth" and trigger.n is not None:
        yield "trigger.n", f'only means something with `occurrence = "nth"`, not with {trigger.occurrence!r}'
    if trigger.silence is not None and _ZERO.fullmatch(trigger.silence):
        yield "trigger.silence", "expected a duration above zero"


def _check_window(rule: Response) -> Iterator[Finding]:
    window = rule.window
    if window.within is None and window.messages is None:
        yield "window", "never closes: expected within, messages or both"
    if window.within is not None and _ZERO.fullmatch(window.within):
        yield "window.within", "never reached: expected a duration above zero"
    if window.messages is not None:
        yield from _check_speaker("behaviour", rule.behaviour, window.of, "window.of")
    elif window.of != "service":
        yield "window.of", "counts nothing: expected messages beside it"
    if window.customer_messages is not None and not _by_customer(rule):
        yield "window.customer_messages", "expected a trigger that is a customer's message"


def _by_customer(rule: Response) -> bool:
    trigger = dict(top_behaviours(rule)).get("trigger.message")
    return trigger is not None and trigger.by == "customer"


def _check_reply_time(rule: ReplyTime) -> Iterator[Finding]:
    if (rule.longer_than is None) == (rule.at_least is None):
        yield "longer_than", "expected exactly one of longer_than and at_least"
    if rule.at_least is not None and _ZERO.fullmatch(rule.at_least):
        yield "at_least", "expected a duration above zero: every reply takes this long"
