"""How a platform measures reply times, as data: `[timing.<platform>]` of a profile."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from evaluators.grammar.kinds import Duration
from evaluators.reply_metrics.service_calendar import ServiceCalendar


class TimingProfile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is counted, whose reply counts, and within which limits."""

    title: Annotated[str, Meta(min_length=1, description="name of the metric on the platform")]
    unit: Annotated[
        Literal["turn", "message", "consumer"],
        Meta(
            description="what is counted: turns (several unanswered questions are one), customer messages, "
            "or consumers per day (one unanswered or late question spoils the consumer)"
        ),
    ]
    limits: Annotated[tuple[Duration, ...], Meta(description="within which replies are counted, inclusive")]
    clock: Annotated[Literal["human", "service", "shop"], Meta(description="whose message is a reply")] = (
        "human"
    )
    cap: Annotated[
        Duration | None,
        Meta(description="a reply time counts no more than this, and no reply counts exactly this"),
    ] = None
    per_agent: Annotated[
        bool, Meta(description="a transfer ends the turn of the agent who hands over unanswered")
    ] = False
    count_closers: Annotated[
        bool, Meta(description="a customer message that merely closes (好的, 谢谢 …) waits for a reply too")
    ] = False
    service_hours: Annotated[
        ServiceCalendar | None, Meta(description="questions asked outside do not count")
    ] = None
    source: Annotated[str, Meta(description="where the definition comes from, and how sure it is")] = ""

    def problem(self) -> tuple[str, str] | None:
        """Field and what was expected there, if the profile cannot be meant."""
        found = self.service_hours.problem() if self.service_hours else None
        return None if found is None else (f"service_hours.{found[0]}", found[1])
