"""What a draft would have done to stored sessions."""

from typing import NamedTuple

from api.console.author.trying import verdict_words
from api.console.language import Translator
from calibration.replay import Replay
from evaluators.judges.port import Judge

_MOST, _MOST_SHOWN = 100, 50


class ChangeRow(NamedTuple):
    """A session of which the rule says something else."""

    session_id: str
    before: str
    after: str
    quotes: tuple[str, ...]


class Replayed(NamedTuple):
    """`agents`: how many agents' mean score changes; `more`: changes that are not shown."""

    sessions: int
    gained: int
    lost: int
    agents: int
    rows: tuple[ChangeRow, ...]
    more: int


def most_sessions(judge: Judge | None) -> int:
    """How many are tried while somebody waits."""
    return _MOST if judge is None else _MOST // 2


def replay_of(found: Replay, rule_id: str, t: Translator) -> Replayed:
    """Of the rule alone."""
    changes = [each for each in found.changes if each.rule_id == rule_id]
    return Replayed(
        sessions=found.sessions,
        gained=sum(each.kind == "gained" for each in changes),
        lost=sum(each.kind == "lost" for each in changes),
        agents=sum(each.before != each.after for each in found.agents),
        rows=tuple(
            ChangeRow(
                each.session_id, verdict_words(each.before, t), verdict_words(each.after, t), each.quotes
            )
            for each in changes[:_MOST_SHOWN]
        ),
        more=max(len(changes) - _MOST_SHOWN, 0),
    )
