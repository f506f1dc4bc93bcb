"""The words of the domain as frozen values: what comes in (session) and what goes out (outcome, scorecard).

The shapes are the public contract. They are `msgspec` structs because decoding and encoding them is what
inspecting costs: validation happens while decoding, unknown fields are ignored.
Instants inside a decoded session are aware datetimes (`evaluators.sessions` sees to that).
"""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

Sender = Literal["customer", "agent", "bot", "auto_reply", "system"]
ContentType = Literal[
    "text", "image", "video", "voice", "file", "emoji", "link",
    "product_card", "order_card", "coupon_card", "rating_invite",
]  # fmt: skip
OrderState = Literal["created_unpaid", "paid", "shipped", "received", "refunding", "closed"]
Verdict = Literal["hit", "no_hit", "not_applicable", "undetermined"]
ReasonCode = Literal[
    "not_configured", "times_missing", "orders_unknown", "session_open", "window_open",
    "judge_unavailable", "judge_timeout", "answer_invalid", "answer_truncated", "judge_refused",
    "evidence_unverified", "input_too_long",
]  # fmt: skip
#: Which cause is named when several keep a rule undetermined: the first in the order above (contract section 7).
REASON_PRECEDENCE: dict[str, int] = {code: rank for rank, code in enumerate(get_args(ReasonCode))}


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message. `recalled_at`: the instant at which its sender took it back."""

    sender: Sender
    text: str = ""
    message_id: str | None = None
    sent_at: datetime | int | None = None
    sender_id: str | None = None
    content_type: ContentType = "text"
    recalled_at: datetime | int | None = None


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="order"):
    """An order entered `state` at `at`. `amount` is a decimal string in `currency`."""

    at: datetime | int
    state: OrderState
    order_id: str | None = None
    amount: str | None = None
    currency: str | None = None


class TransferEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="transfer"):
    """The session went from one sub-account to another."""

    at: datetime | int
    from_agent: str | None = None
    to_agent: str | None = None


class RatingEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="rating"):
    """The customer rated the service: 1 very dissatisfied ... 5 very satisfied."""

    at: datetime | int
    level: Literal[1, 2, 3, 4, 5]
    agent_id: str | None = None


class EndEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="end"):
    """The session is over."""

    at: datetime | int


Event = OrderEvent | TransferEvent | RatingEvent | EndEvent


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-account that served the session."""

    agent_id: str
    kind: Literal["human", "bot"] = "human"
    name: str | None = None
    group: str | None = None
    tier: str | None = None


class ChatSession(msgspec.Struct, frozen=True, kw_only=True):
    """A chat between one customer and one shop (contract section 1). Messages keep their input order."""

    session_id: str
    messages: tuple[Message, ...]
    platform: str | None = None
    shop: str | None = None
    group: str | None = None
    customer_id: str | None = None
    started_at: datetime | int | None = None
    ended_at: datetime | int | None = None
    observed_until: datetime | int | None = None
    agents: tuple[Agent, ...] = ()
    events: tuple[Event, ...] = ()
    orders_known: bool | None = None
    tags: dict[str, Any] = {}


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """`quote` occurs verbatim in the message at `[start, end)`, counted in Unicode code points."""

    message_id: str
    quote: str
    start: int
    end: int


class JudgeRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which judge answered, with which model, reading which prompt."""

    name: str
    model: str | None = None
    prompt_version: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule found in one session (contract section 2).

    `undetermined` is never a verdict: `reason_code` names its cause. `decides_at` (RFC 3339): when an open
    window will decide if nothing more arrives. `score`: points this outcome puts on the card.
    """

    session_id: str
    rule_id: str
    rule_version: str
    verdict: Verdict
    reason_code: ReasonCode | None = None
    explanation: str = ""
    confidence: float | None = None
    agent_id: str | None = None
    score: float | int = 0
    evidence: tuple[Evidence, ...] = ()
    decides_at: str | None = None
    judge: JudgeRef | None = None


class AgentCard(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of one agent. `raw_total = base + bonus + deductions`; a red line makes `score` 0."""

    raw_total: float | int
    score: float | int
    red_line: bool
    bonus: float | int
    deductions: float | int
    undetermined: int


class Scorecard(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of one session and of each agent in it (contract section 3)."""

    session_id: str
    raw_total: float | int
    score: float | int
    red_line: bool
    bonus: float | int
    deductions: float | int
    undetermined: int
    agents: dict[str, AgentCard] = {}
