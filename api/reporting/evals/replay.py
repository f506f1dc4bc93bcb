"""What a draft changes, as tables."""

from collections.abc import Sequence

from api.reporting.section import Section, heads
from calibration.replay import GAINED, LOST, Change, Replay
from evaluators.scoring.points import signed

_RULES = heads(
    "规则 rule | 原命中 before > | 新命中 after > | 新增 gained > | 消失 lost > | 原待定 open before > | 新待定 open after >"
)
_AGENTS = heads(
    "客服 agent | 会话 sessions > | 原均分 before > | 新均分 after > | 差 difference > | 变分会话 changed >"
)
_CHANGES = heads("变化 change | 会话 session | 规则 rule | 客服 agent | 原 before | 新 after | 引文 quotes")
_WORDS = {GAINED: "新增 gained", LOST: "消失 lost", "other": "其他 other"}


def replay_sections(replay: Replay, most: int) -> list[Section]:
    """Hits per rule, agents whose mean score changes, and the first `most` of the sessions behind that."""
    agents = [each for each in replay.agents if each.changed]
    same = len(replay.agents) - len(agents)
    return [
        Section(
            title="命中", english="Hits", columns=_RULES,
            rows=tuple(
                (each.rule_id, str(each.hits_before), str(each.hits_after), str(each.gained), str(each.lost),
                 str(each.undetermined_before), str(each.undetermined_after))
                for each in replay.rules
            ),
            notes=(f"{replay.sessions} 个会话 sessions",),
        ),
        Section(
            title="客服得分", english="Agents' scores", columns=_AGENTS,
            rows=tuple(
                (each.agent_id, str(each.sessions), f"{each.before:.1f}", f"{each.after:.1f}",
                 signed(round(each.after - each.before, 2)), str(each.changed))
                for each in agents
            ),
            notes=(f"{same} 名客服得分不变 agents whose scores stay the same",),
        ),
        _changes(replay.changes, most),
    ]  # fmt: skip


def _changes(changes: Sequence[Change], most: int) -> Section:
    order = (GAINED, LOST, "other")
    shown = sorted(changes, key=lambda each: order.index(each.kind))[:most]
    rest = len(changes) - len(shown)
    return Section(
        title="变化的会话", english="Sessions that change", columns=_CHANGES,
        rows=tuple(
            (_WORDS[each.kind], each.session_id, each.rule_id, each.agent_id or "", each.before, each.after,
             " | ".join(each.quotes) or each.explanation)
            for each in shown
        ),
        notes=(f"另有 {rest} 个 more: --output FILE",) if rest else (),
    )  # fmt: skip
