"""What a server can do, as it was found out by asking it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

#: How decisions are asked for: by vLLM's structured decisions (`/v1/systemone`), by the Decisions API
#: (`/v1/decisions`), or by the log-probabilities of the first token of a chat completion.
DecideBy = Literal["systemone", "decisions", "logprobs"]


class Problem(Struct, frozen=True):
    """Something that keeps the judge from judging well, and what to do about it. `fatal`: from judging at all."""

    what: str
    remedy: str
    fatal: bool = False


class Capability(Struct, frozen=True, kw_only=True):
    """One server. What could not be found out is None.

    `context`: tokens a request may have. `label_ids`: the token of each label, where the server says it and
    honours it. `prefix_cache`: of a prompt sent twice, the share that was not computed again.
    `structured_output`: whether a schema is really enforced. `thinking_off`: whether the model, told not to
    think, starts with its answer. `priorities`: whether live requests can overtake others inside the server.
    `probed_at`: when it was asked.
    """

    base_url: str
    model: str = ""
    server: str | None = None
    decide_by: DecideBy | None = None
    context: int | None = None
    logprobs: bool | None = None
    label_ids: dict[str, int] = {}
    tokenizer: bool | None = None
    prefix_cache: float | None = None
    structured_output: bool | None = None
    thinking_off: bool | None = None
    priorities: bool | None = None
    problems: tuple[Problem, ...] = ()
    probed_at: datetime | None = None

    @property
    def usable(self) -> bool:
        """Whether the judge can ask this server."""
        return self.decide_by is not None and not any(problem.fatal for problem in self.problems)
