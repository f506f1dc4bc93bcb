"""The parts of a rule: what a message says and does, where it is looked for, what starts a duty."""

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
        bool,
        Meta(description="about the end: undetermined until the session is over, later messages ignored"),
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

    within: Annotated[Duration | None, Meta(description="until this long after the trigger, inclusive")] = (
        None
    )
    messages: Annotated[Count | None, Meta(description="among the next N messages of `of`")] = None
    of: Annotated[Role, Meta(description="whose messages are counted by `messages`")] = "service"
    customer_messages: Annotated[
        Count | None, Meta(description="while the trigger is among the last N customer messages")
    ] = None


class TransferBy(Struct, frozen=True, forbid_unknown_fields=True):
    """A transfer handed over by a sub-account of this kind."""

    by: Annotated[Literal["human", "service"], Meta(description="who hands the session over")] = "service"
