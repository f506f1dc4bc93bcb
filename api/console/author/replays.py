"""What a draft would have done to stored sessions."""

from collections.abc import Collection
from typing import NamedTuple

from api.console.author.trying import verdict_words
from api.console.language import Translator
from calibration.replay import Replay

_MOST_SHOWN = 50


class ChangeRow(NamedTuple):
    """A session of which the rule says something else."""

    session_id: str
    before: str
    after: str
    quotes: tuple[str, ...]


class AgentRow(NamedTuple):
    """An agent whose mean score changes. `sessions`: with another score, of how many."""

    agent_id: str
    before: str
    after: str
    sessions: str


class Replayed(NamedTuple):
    """`agents`: those whose mean score changes; `more`: changes that are not shown."""

    sessions: int
    gained: int
    lost: int
    agents: tuple[AgentRow, ...]
    rows: tuple[ChangeRow, ...]
    more: int


def replay_of(found: Replay, rules: Collection[str], t: Translator) -> Replayed:
    """Of these rules alone."""
    changes = [each for each in found.changes if each.rule_id in rules]
    return Replayed(
        sessions=found.sessions,
        gained=sum(each.kind == "gained" for each in changes),
        lost=sum(each.kind == "lost" for each in changes),
        agents=tuple(
            AgentRow(
                each.agent_id, f"{each.before:.1f}", f"{each.after:.1f}", f"{each.changed} / {each.sessions}"
            )
            for each in found.agents
            if each.changed
        ),
        rows=tuple(
            ChangeRow(
                each.session_id, verdict_words(each.before, t), verdict_words(each.after, t), each.quotes
            )
            for each in changes[:_MOST_SHOWN]
        ),
        more=max(len(changes) - _MOST_SHOWN, 0),
    )
