"""R05, R51-R55: reply times, by hand."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from tests.benchmarks.rules import lists
from tests.benchmarks.rules.outcomes import Found, hit, plain, undetermined, whole
from tests.benchmarks.rules.talk import Line, Talk
from tests.benchmarks.rules.text import says

TWENTY_SECONDS = timedelta(seconds=20)
THREE_MINUTES = timedelta(minutes=3)


def late_reply_without_apology(talk: Talk) -> Found:
    """R05: a reply after more than three minutes, and no apology in the five messages from it on."""
    turns = talk.turns("service")
    if any(reply for _, reply in turns) and not talk.timed:
        return undetermined("times_missing")
    found = plain("not_applicable")
    unapologetic = []
    for start, reply in turns:
        if reply is None or reply.at - start.at <= THREE_MINUTES:
            continue
        five = [line for line in talk.lines[reply.place :] if line.is_shop][:5]
        if any(not line.recalled and says(line.norm, lists.APOLOGIES) for line in five):
            if found["verdict"] == "not_applicable":
                found = plain("no_hit")
        elif len(five) < 5 and not talk.over:
            found = undetermined("session_open")
        else:
            unapologetic.append((start, reply))
    if not unapologetic:
        return found
    return hit(talk.author(unapologetic[0][1]), _both(unapologetic), [start.id for start, _ in unapologetic])


def slow_first_human_reply(talk: Talk) -> Found:
    """R51: no human answers within 20 seconds."""
    return _slow_first(talk, lambda line: line.sender == "agent")


def slow_first_reply(talk: Talk) -> Found:
    """R52: nobody at all answers within 20 seconds."""
    return _slow_first(talk, lambda line: line.is_shop)


def _slow_first(talk: Talk, stops: Callable[[Line], bool]) -> Found:
    asked = next((line for line in talk.lines if line.sender == "customer"), None)
    if asked is None:
        return plain("not_applicable")
    if not talk.timed:
        return undetermined("times_missing")
    due = asked.at + TWENTY_SECONDS
    reply = next((line for line in talk.lines[asked.place + 1 :] if stops(line)), None)
    if reply is None and _before(talk.observed, due):
        return undetermined("window_open", due)
    if reply is not None and reply.at <= due:
        return plain("no_hit")
    return hit(talk.on_duty(due), _both([(asked, reply)]))


def slow_average_reply(talk: Talk) -> Found:
    """R53: humans take more than 60 seconds on average."""
    answered = [(start, reply) for start, reply in talk.turns("human") if reply is not None]
    if answered and not talk.timed:
        return undetermined("times_missing")
    if not talk.over:
        return undetermined("session_open")
    if not answered:
        return plain("not_applicable")
    total = sum((reply.at - start.at for start, reply in answered), timedelta())
    if total <= timedelta(seconds=60) * len(answered):
        return plain("no_hit")
    slowest = max(answered, key=lambda turn: turn[1].at - turn[0].at)
    return hit(talk.last_human(), _both([slowest]))


def reply_overdue(talk: Talk) -> Found:
    """R54: a customer waits longer than six minutes."""
    limit = timedelta(minutes=6)
    return _overdue(talk, limit, lambda took: took > limit)


def reply_severely_overdue(talk: Talk) -> Found:
    """R55: a customer waits half an hour or longer."""
    limit = timedelta(minutes=30)
    return _overdue(talk, limit, lambda took: took >= limit)


def _overdue(talk: Talk, limit: timedelta, too_long: Callable[[timedelta], bool]) -> Found:
    turns = talk.turns("service")
    if not turns:
        return plain("not_applicable")
    if not talk.timed:
        return undetermined("times_missing")
    overdue: list[tuple[Line, Line | None]] = []
    open_until = None
    for start, reply in turns:
        if reply is not None:
            if too_long(reply.at - start.at):
                overdue.append((start, reply))
        elif _before(talk.observed, start.at + limit):
            open_until = start.at + limit
        else:
            overdue.append((start, None))
    if overdue:
        return hit(talk.on_duty(overdue[0][0].at + limit), _both(overdue), [start.id for start, _ in overdue])
    return undetermined("window_open", open_until) if open_until else plain("no_hit")


def _before(observed: Any, due: Any) -> bool:
    return bool(observed < due)


def _both(turns: Sequence[tuple[Line, Line | None]]) -> list[dict[str, Any]]:
    return [whole(line) for turn in turns for line in turn if line is not None]
