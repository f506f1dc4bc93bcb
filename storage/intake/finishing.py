"""The last step of every way in: types and times are checked, what the whole file has in common is put in."""

from datetime import datetime, tzinfo

import msgspec

from evaluators.errors import SessionInvalid
from evaluators.sessions import convert_session, decode_session
from evaluators.types import ChatSession, EndEvent, RatingEvent
from storage.intake.mapping import Mapping
from storage.intake.records import Draft


class Finisher:
    """Makes sessions of one input, each id once. Everything that is wrong raises `SessionInvalid`."""

    def __init__(self, timezone: tzinfo | None, mapping: Mapping) -> None:
        self.timezone, self.mapping = timezone, mapping
        #: Nothing to put in: own sessions may go straight from bytes to values.
        self.as_written = mapping == Mapping()
        #: Hashes, not the ids: a fraction of the memory, and 64 bits do not collide by accident.
        self.seen: set[int] = set()

    def decode(self, data: bytes) -> ChatSession:
        """A session in the project's own shape."""
        session = decode_session(data, self.timezone)
        return self._once(session if self.as_written else self._with_constants(session))

    def finish(self, draft: Draft) -> ChatSession:
        """A rating without a time of its own is as late as the session: rules ask whether it is there."""
        rating, rated_at = draft.pop("rating", None), draft.pop("rated_at", None)
        if rating is not None and rated_at is not None:
            draft["events"] = [*draft.get("events", ()), {"type": "rating", "at": rated_at, "level": rating}]
        session = self._with_constants(convert_session(draft, self.timezone))
        if rating is not None and rated_at is None:
            at = session.ended_at or _last_time(session)
            if at is None:
                raise SessionInvalid("rated_at", "required with a rating when no message has a time")
            events = (*session.events, RatingEvent(at=at, level=rating))
            session = msgspec.structs.replace(session, events=events)
        return self._once(session)

    def _once(self, session: ChatSession) -> ChatSession:
        number = hash(session.session_id)
        if number in self.seen:
            raise SessionInvalid("session_id", f"{session.session_id!r} was there before in this input")
        self.seen.add(number)
        return session

    def _with_constants(self, session: ChatSession) -> ChatSession:
        """What the file does not write because it is the same for all of its sessions."""
        constants = self.mapping.constants
        session = msgspec.structs.replace(
            session,
            platform=session.platform or constants.platform,
            shop=session.shop or constants.shop,
            group=session.group or constants.group,
        )
        over = session.ended_at is not None or any(isinstance(event, EndEvent) for event in session.events)
        if over or not self.mapping.sessions_ended:
            return session
        return msgspec.structs.replace(session, ended_at=_last_time(session))


def _last_time(session: ChatSession) -> datetime | None:
    """Of the latest message; None if one has no time, for then nobody knows which is the latest."""
    known = [message.sent_at for message in session.messages if isinstance(message.sent_at, datetime)]
    return max(known, default=None) if len(known) == len(session.messages) else None
