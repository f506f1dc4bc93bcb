"""Adds up reply times as each session's own platform measures them."""

from api.reporting.figures import PlatformFigures
from evaluators.profiles import Settings
from evaluators.reply_metrics.metrics import ReplyTally
from evaluators.reply_metrics.timing import TimingProfile
from evaluators.types import ChatSession


class PlatformTally:
    """One measurement per platform and definition: shops may be measured differently on the same platform."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, TimingProfile], ReplyTally] = {}

    def add(self, session: ChatSession, settings: Settings) -> None:
        """One session; nothing where its platform has no definition."""
        timing = settings.timing.get(session.platform or "")
        if timing is not None:
            key = (session.platform or "", timing)
            self._tallies.setdefault(key, ReplyTally(timing)).add(session)

    def figures(self) -> tuple[PlatformFigures, ...]:
        """By platform."""
        return tuple(
            PlatformFigures(
                platform=platform, title=timing.title, source=timing.source, metrics=tally.metrics()
            )
            for (platform, timing), tally in sorted(self._tallies.items(), key=lambda each: each[0][0])
        )
