"""Eval sets as tables."""

from collections import Counter
from collections.abc import Mapping, Sequence

from api.reporting.section import Section, heads
from calibration.eval_sets import EvalSet
from calibration.staleness import Stale

_LIST = heads("评测集 set | 开发 dev > | 测试 test > | 看过测试 looks > | 标注 labels | 标题 title")
_LABELS = heads(
    "集 split | 规则 rule | 用例 cases > | 命中 hit > | 未命中 no_hit > | 不适用 n/a > | 有分歧 no majority > | "
    "难例 hard > | 过期 stale > | 标注员 labellers | 来源 sources"
)
_CHANGES = heads("规则 rule | 版本 version | 变化 meaning | 时间 changed at | 理由 reason")
_STALE = heads("评测集 set | 集 split | 用例 case | 规则 rule | 原标注 labelled | 规则变化 change")


def list_section(sets: Sequence[tuple[EvalSet, EvalSet]], looks: Mapping[str, int]) -> Section:
    """One row per set."""
    return Section(
        title="评测集", english="Eval sets", columns=_LIST,
        rows=tuple(
            (dev.name, str(len(dev.cases)), str(len(test.cases)), str(looks.get(dev.name, 0)), dev.info.source,
             dev.info.title)
            for dev, test in sets
        ),
        notes=("看过测试 looks: 从这里跑过测试集的次数 how often its test split was run from here",),
    )  # fmt: skip


def set_sections(sides: Sequence[EvalSet], looks: int) -> list[Section]:
    """A set in detail."""
    info, changes = sides[0].info, sides[0].changes
    notes = [f"{side.split}: {side.version}" for side in sides]
    notes.append(f"看过测试 looks at test: {looks}")
    notes += [info.note] if info.note else []
    labels = Section(
        title=info.title, english=info.title_en, columns=_LABELS,
        rows=tuple(_row(side, rule_id) for side in sides for rule_id in side.rules()), notes=tuple(notes),
    )  # fmt: skip
    rows = tuple(
        (
            each.rule_id,
            each.version[:19],
            each.kind,
            each.changed_at.isoformat(timespec="minutes"),
            each.reason,
        )
        for each in changes
    )
    history = Section(title="规则变化", english="Changes of the rules", columns=_CHANGES, rows=rows)
    return [labels, history] if rows else [labels]


def _row(side: EvalSet, rule_id: str) -> tuple[str, ...]:
    cases = [case for case in side.cases if any(label.rule_id == rule_id for label in case.labels)]
    said = Counter(case.expected(rule_id) for case in cases)
    labels = [label for case in cases for label in case.labels if label.rule_id == rule_id]
    return (
        side.split, rule_id, str(len(cases)), str(said["hit"]), str(said["no_hit"]), str(said["not_applicable"]),
        str(said[None]), str(sum(case.hard for case in cases)), str(sum(map(side.is_stale, labels))),
        "、".join(sorted({label.labeller for label in labels})), "、".join(sorted({label.source for label in labels})),
    )  # fmt: skip


def stale_section(found: Sequence[Stale]) -> Section:
    """The cases to label again."""
    rows = tuple(
        (each.eval_set, each.split, each.case_id, each.rule_id, "、".join(each.verdicts), each.reason)
        for each in found
    )
    return Section(
        title="需要重看的标注", english="Labels to look at again", columns=_STALE, rows=rows,
        notes=(f"{len(rows)} 个用例,各需一个新标注 cases; one new label settles each",),
    )  # fmt: skip
