"""The rule grammar: what a rule file may say, as types. `docs/rule_grammar.md` is generated from here.

After the property-specification patterns of Dwyer, Avrunin and Corbett (1999): existence, absence, bounded
existence, response and precedence, plus reply time and recorded events. Unknown keys are refused.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from evaluators.grammar.parts import (
    Behaviour,
    Count,
    Duration,
    OrderCondition,
    OrderReached,
    Phrase,
    Role,
    Says,
    Scope,
    SlowReply,
    TransferBy,
    Trigger,
    Window,
)

__all__ = [
    "NUMBER",
    "Absence",
    "Alert",
    "Behaviour",
    "BoundedExistence",
    "Count",
    "Duration",
    "Existence",
    "Notify",
    "OrderCondition",
    "OrderReached",
    "Phrase",
    "Precedence",
    "Rating",
    "ReplyTime",
    "Response",
    "Role",
    "Rule",
    "RuleBase",
    "RuleId",
    "RuleNumber",
    "Says",
    "Scope",
    "SlowReply",
    "TransferBy",
    "Trigger",
    "Window",
]

Alert = Literal["none", "low", "medium", "high"]
Notify = Literal["none", "auto", "manual"]
NUMBER = r"^[A-Z]+[0-9]+$"
RuleId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
RuleNumber = Annotated[str, Meta(pattern=NUMBER)]


class RuleBase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every rule says about itself."""

    id: Annotated[RuleId, Meta(description="names the behaviour; the file's stem")]
    number: Annotated[RuleNumber | None, Meta(description="alias such as R05")] = None
    title: Annotated[str, Meta(min_length=1, description="质检项")]
    title_en: Annotated[str, Meta(description="the same in English")] = ""
    section: Annotated[str, Meta(description="章节")] = ""
    category: Annotated[str, Meta(description="质检分类")] = ""
    provenance: Annotated[
        Literal["AI", "自定义", "derived"],
        Meta(description="类型: where the seeds say it comes from, not how"),
    ] = "自定义"
    system_default: Annotated[bool | None, Meta(description="系统默认项; absent: the seeds do not say")] = (
        None
    )
    subject: Annotated[
        Literal["all_agents", "human_agents"], Meta(description="检查对象: 全部客服 or 人工客服")
    ] = "all_agents"
    alert: Annotated[Alert, Meta(description="告警: 不告警, 初级, 中级, 高级")] = "none"
    notify: Annotated[Notify, Meta(description="通知: /, 自动, 手动")] = "none"
    score: Annotated[float | int | None, Meta(description="points of a hit; absent: alert only")] = None
    red_line: Annotated[bool, Meta(description="a hit is a veto: the score is 0")] = False
    needs_human_confirm: Annotated[bool, Meta(description="a person confirms before anything is sent")] = (
        False
    )
    enabled: Annotated[bool, Meta(description="off: no outcome unless asked for by name")] = True
    exclusion_group: Annotated[str | None, Meta(description="of a group only the worst hit scores")] = None
    exclusion_per: Annotated[
        Literal["session", "turn", "message"], Meta(description="what the group competes for")
    ] = "session"
    attribute_to: Annotated[
        Literal["sender", "on_duty", "last_human", "shop"], Meta(description="whose card a hit goes on")
    ] = "sender"
    why: Annotated[str, Meta(description="shown to leads, reviewers and agents")] = ""
    why_en: Annotated[str, Meta(description="the same in English")] = ""
    known_gaps: Annotated[tuple[str, ...], Meta(description="what it is known to miss or get wrong")] = ()
    known_gaps_en: Annotated[tuple[str, ...], Meta(description="the same in English")] = ()


class Existence(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="existence"):
    """Hit when the behaviour occurs in the scope."""

    behaviour: Behaviour
    scope: Scope = Scope()


class Absence(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="absence"):
    """Hit when the behaviour does not occur in the scope. Not applicable where `given` never occurs."""

    behaviour: Behaviour
    scope: Scope = Scope()
    given: Behaviour | None = None


class BoundedExistence(
    RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="bounded_existence"
):
    """Hit when at least `at_least` messages of the scope show the behaviour."""

    behaviour: Behaviour
    at_least: Count
    scope: Scope = Scope()
    given: Behaviour | None = None


class Response(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="response"):
    """After each trigger the behaviour must (`hit = "absent"`) or must not (`hit = "present"`) occur."""

    trigger: Trigger
    behaviour: Behaviour
    window: Window
    hit: Literal["absent", "present"] = "absent"


class Precedence(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="precedence"):
    """Before each transfer the agent who hands over must have shown the behaviour."""

    before: TransferBy
    behaviour: Behaviour
    last: Annotated[
        Count | None,
        Meta(description="only the agent's last N messages before the event; none: not applicable"),
    ] = None


class ReplyTime(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="reply_time"):
    """Hit when the measured reply time is too long: exactly one of longer_than and at_least."""

    measure: Literal["first_reply", "session_average", "each_turn"]
    clock: Annotated[
        Literal["human", "service", "shop"], Meta(description="whose message stops the clock")
    ] = "service"
    longer_than: Annotated[Duration | None, Meta(description="hit above this; exactly this is in time")] = (
        None
    )
    at_least: Annotated[Duration | None, Meta(description="hit from this on")] = None


class Rating(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rating"):
    """Hit when an agent's last rating has this level."""

    level: Annotated[int, Meta(ge=1, le=5)]


Rule = Existence | Absence | BoundedExistence | Response | Precedence | ReplyTime | Rating
