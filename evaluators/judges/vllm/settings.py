"""How the vLLM judge asks, how long it waits, and when an answer is good enough."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

#: rulebook: all wordings first, one prefix for every session; each question only names its rule.
#: transcript_first: the chat first, each question with its own wording.
Layout = Literal["rulebook", "transcript_first"]
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(gt=0)]


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    """What a million tokens cost, in `currency`."""

    prompt: Annotated[float, Meta(ge=0)]
    cached_prompt: Annotated[float, Meta(ge=0)]
    generated: Annotated[float, Meta(ge=0)]
    currency: str = "CNY"


class VllmSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything an administrator can set, except where the servers are.

    `model`: empty takes the only one there is. `least_label_mass`: below it the model wanted to say something
    else than a label, and the answer is `answer_invalid`. `doubtful_from`: from this probability of a hit on, an
    answer that is no hit is looked at again, with evidence. `audit_share`: of the clear answers that are no hit,
    chosen by hash. `patience` and `live_patience`: how long a question waits for a server that is away.
    `attempt`: asks anew what the cache knows of other attempts.
    """

    model: str = ""
    api_key: str = ""
    layout: Layout = "rulebook"
    least_label_mass: Share = 0.5
    doubtful_from: Share = 0.25
    audit_share: Share = 0.01
    attempt: Annotated[int, Meta(ge=0)] = 0
    decide_timeout: Seconds = 60.0
    explain_timeout: Seconds = 120.0
    connect_timeout: Seconds = 5.0
    tries: Annotated[int, Meta(ge=1, le=10)] = 3
    retry_wait: Annotated[float, Meta(ge=0)] = 0.5
    patience: Annotated[float, Meta(ge=0)] = 30.0
    live_patience: Annotated[float, Meta(ge=0)] = 0.0
    start_requests: Annotated[int, Meta(ge=1)] = 32
    most_requests: Annotated[int, Meta(ge=1)] = 64
    most_failures: Annotated[int, Meta(ge=1)] = 5
    prices: Prices | None = None
