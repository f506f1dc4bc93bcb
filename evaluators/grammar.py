"""The rule grammar: what a rule file may say, as types. `docs/rule_grammar.md` is generated from here.

After the property-specification patterns of Dwyer, Avrunin and Corbett (1999): existence, absence, bounded
existence, response and precedence, plus reply time and recorded events. Unknown keys are refused.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from evaluators.types import ContentType, OrderState

Duration = Annotated[str, Meta(pattern=r"^\d+(ms|s|m|h|d)$", description="20s, 3m, 2h, 1d")]
#: Who speaks. service = human + bot; shop = human + bot + auto_reply; dialogue = everyone but system
#: (a rating invitation belongs to the dialogue whoever sent it).
Role = Literal["customer", "human", "bot", "auto_reply", "system", "service", "shop", "dialogue", "anyone"]
#: none: no order was created yet; presale: no order is paid, shipped, received or refunding.
OrderCondition = OrderState | Literal["none", "presale"]
Count = Annotated[int, Meta(ge=1)]
Phrase = Annotated[str, Meta(min_length=1)]


class Says(Struct, frozen=True, forbid_unknown_fields=True, rename={"except_": "except"}):
    """The message contains phrases: literal containment after NFKC, case folding and zero-width removal."""

    any: Annotated[tuple[Phrase, ...], Meta(description="at least one of these")] = ()
    all: Annotated[tuple[Phrase, ...], Meta(description="every one of these")] = ()
    none: Annotated[tuple[Phrase, ...], Meta(description="none of these")] = ()
    at_least: Annotated[Count, Meta(description="how many different phrases of `any` it takes")] = 1
    except_: Annotated[
        tuple[Phrase, ...], Meta(description="innocent carriers: a phrase inside one of these does not count")
    ] = ()


class Behaviour(Struct, frozen=True, forbid_unknown_fields=True, rename={"not_": "not"}):
    """Something a message does. All keys given must hold together."""

    by: Annotated[Role | None, Meta(description="who sends the message")] = None
    says: Annotated[Says | None, Meta(description="phrases it contains")] = None
    text_is: Annotated[
        tuple[Phrase, ...], Meta(description="its whole text, punctuation and spaces aside, is one of these")
    ] = ()
    matches: Annotated[str | None, Meta(description="an re2 regular expression found in its text")] = None
    closer: Annotated[
        bool | None, Meta(description="true: merely closes (好的, 谢谢, 👌 …); false: does more than that")
    ] = None
    content_type: Annotated[tuple[ContentType, ...], Meta(description="its kind is one of these")] = ()
    order: Annotated[
        tuple[OrderCondition, ...], Meta(description="state of the customer's orders when it is sent")
    ] = ()
    act: Annotated[str | None, Meta(description="an act the judge locates (a prompt file's id)")] = None
    any_of: Annotated[tuple["Behaviour", ...], Meta(description="at least one of these")] = ()
    all_of: Annotated[tuple["Behaviour", ...], Meta(description="every one of these")] = ()
    not_: Annotated["Behaviour | None", Meta(description="this does not hold")] = None


class Scope(Struct, frozen=True, forbid_unknown_fields=True):
    """The messages looked at. Recalled messages are never among the first or last N."""

    first: Annotated[Count | None, Meta(description="only the first N messages of `of`")] = None
    last: Annotated[Count | None, Meta(description="only the last N messages of `of`")] = None
    of: Annotated[Role, Meta(description="whose messages are counted")] = "anyone"
    at_end: Annotated[
        bool, Meta(description="about the end: undetermined until the session is over, later messages ignored")
    ] = False


class SlowReply(Struct, frozen=True, forbid_unknown_fields=True):
    """A turn that was answered late."""

    longer_than: Annotated[Duration, Meta(description="reply time above this (exactly this is in time)")]
    clock: Annotated[Literal["service", "human"], Meta(description="whose reply stops the clock")] = "service"


class OrderReached(Struct, frozen=True, forbid_unknown_fields=True):
    """An order entered one of these states."""

    state: Annotated[tuple[OrderState, ...], Meta(min_length=1)]


class Trigger(Struct, frozen=True, forbid_unknown_fields=True):
    """What starts a duty: exactly one of message, slow_reply, order, silence."""

    message: Annotated[Behaviour | None, Meta(description="a message of this behaviour")] = None
    slow_reply: Annotated[SlowReply | None, Meta(description="a turn answered late")] = None
    order: Annotated[OrderReached | None, Meta(description="an order event")] = None
    silence: Annotated[
        Duration | None, Meta(description="the customer writes again after nobody wrote for longer than this")
    ] = None
    occurrence: Annotated[
        Literal["first", "last", "nth", "each", "any"],
        Meta(description="which occurrences bring the duty; any: it is enough to do it after one of them"),
    ] = "each"
    n: Annotated[Count | None, Meta(description="with occurrence = nth")] = None


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """Where after the trigger the behaviour is looked for."""

    within: Annotated[Duration | None, Meta(description="until this long after the trigger, inclusive")] = None
    messages: Annotated[Count | None, Meta(description="among the next N messages of `of`")] = None
    of: Annotated[Role, Meta(description="whose messages are counted by `messages`")] = "service"
    customer_messages: Annotated[
        Count | None, Meta(description="while the trigger is among the last N customer messages")
    ] = None


class TransferBy(Struct, frozen=True, forbid_unknown_fields=True):
    """A transfer handed over by a sub-account of this kind."""

    by: Annotated[Literal["human", "service"], Meta(description="who hands the session over")] = "service"


Alert = Literal["none", "low", "medium", "high"]
Notify = Literal["none", "auto", "manual"]
RuleId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class RuleBase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every rule says about itself."""

    id: Annotated[RuleId, Meta(description="names the behaviour; the file's stem")]
    number: Annotated[str | None, Meta(description="alias such as R05")] = None
    title: Annotated[str, Meta(min_length=1, description="质检项")]
    title_en: Annotated[str, Meta(description="the same in English")] = ""
    section: Annotated[str, Meta(description="章节")] = ""
    category: Annotated[str, Meta(description="质检分类")] = ""
    provenance: Annotated[
        Literal["AI", "自定义", "derived"], Meta(description="类型: where the seeds say it comes from, not how")
    ] = "自定义"
    system_default: Annotated[bool | None, Meta(description="系统默认项; absent: the seeds do not say")] = None
    subject: Annotated[
        Literal["all_agents", "human_agents"], Meta(description="检查对象: 全部客服 or 人工客服")
    ] = "all_agents"
    alert: Annotated[Alert, Meta(description="告警: 不告警, 初级, 中级, 高级")] = "none"
    notify: Annotated[Notify, Meta(description="通知: /, 自动, 手动")] = "none"
    score: Annotated[float | int | None, Meta(description="points of a hit; absent: alert only")] = None
    red_line: Annotated[bool, Meta(description="a hit is a veto: the score is 0")] = False
    needs_human_confirm: Annotated[bool, Meta(description="a person confirms before anything is sent")] = False
    enabled: Annotated[bool, Meta(description="off: no outcome unless asked for by name")] = True
    exclusion_group: Annotated[str | None, Meta(description="of a group only the worst hit scores")] = None
    exclusion_per: Annotated[
        Literal["session", "turn", "message"], Meta(description="what the group competes for")
    ] = "session"
    attribute_to: Annotated[
        Literal["sender", "on_duty", "last_human", "shop"], Meta(description="whose card a hit goes on")
    ] = "sender"
    why: Annotated[str, Meta(description="shown to leads, reviewers and agents")] = ""
    known_gaps: Annotated[tuple[str, ...], Meta(description="what it is known to miss or get wrong")] = ()


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
        Count | None, Meta(description="only the agent's last N messages before the event; none: not applicable")
    ] = None


class ReplyTime(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="reply_time"):
    """Hit when the measured reply time is too long: exactly one of longer_than and at_least."""

    measure: Literal["first_reply", "session_average", "each_turn"]
    clock: Annotated[
        Literal["human", "service", "shop"], Meta(description="whose message stops the clock")
    ] = "service"
    longer_than: Annotated[Duration | None, Meta(description="hit above this; exactly this is in time")] = None
    at_least: Annotated[Duration | None, Meta(description="hit from this on")] = None


class Rating(RuleBase, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="rating"):
    """Hit when an agent's last rating has this level."""

    level: Annotated[int, Meta(ge=1, le=5)]


Rule = Existence | Absence | BoundedExistence | Response | Precedence | ReplyTime | Rating
