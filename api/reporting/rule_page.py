"""One rule as a page for people: what it checks, how, why, what it is known to miss, where it is written."""

from pathlib import Path

from api.reporting.rule_words import ROLES_EXPLAINED, how_it_decides
from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import Rule
from evaluators.grammar.walk import acts_of
from evaluators.scoring.points import signed
from prompts.library import load_prompts

_ALERTS = {"none": "不告警", "low": "初级", "medium": "中级", "high": "高级"}
_NOTIFY = {"none": "/", "auto": "自动(命中即通知)", "manual": "手动(人工确认后通知)"}
_SUBJECTS = {"all_agents": "全部客服", "human_agents": "人工客服"}
_BEARERS = {
    "sender": "说话的客服", "on_duty": "当时在岗的客服", "last_human": "最后一位人工客服", "shop": "店铺",
}  # fmt: skip


def rule_page(rule: Rule, catalogue: Catalogue) -> str:
    """The page, ending with the rule's source text."""
    source = catalogue.sources[rule.id]
    facts = [*_head(rule), *_judgement(rule), *_scoring(rule)]
    width = max(len(name) for name, _ in facts)
    lines = [f"{rule.number or '—'} {rule.title}  {rule.title_en}".rstrip(), ""]
    lines += [f"{name}{'  ' * (width - len(name))}  {value}" for name, value in facts if value]
    lines += _list("已知不足", rule.known_gaps)
    lines += ["", f"版本      {catalogue.rule_versions[rule.id]}", f"文件      {source}", "", _source(source)]
    return "\n".join(lines)


def needs_judge(rule: Rule) -> bool:
    """Whether some part of it needs language understanding."""
    return bool(acts_of(rule))


def _head(rule: Rule) -> list[tuple[str, str]]:
    default = {True: "是", False: "否", None: ""}[rule.system_default]
    return [
        ("标识", rule.id),
        ("章节", rule.section),
        ("质检分类", rule.category),
        ("类型", {"derived": "派生"}.get(rule.provenance, rule.provenance)),
        ("系统默认项", default),
        ("检查对象", _SUBJECTS[rule.subject]),
        ("启用", "是" if rule.enabled else "否(点名才检查)"),
    ]


def _judgement(rule: Rule) -> list[tuple[str, str]]:
    titles = {prompt.id: prompt.title for prompt in load_prompts().values()}
    acts = [f"{titles.get(act, act)}({act})" for act in acts_of(rule)]
    return [
        ("怎样判定", how_it_decides(rule, titles)),
        ("", ROLES_EXPLAINED),
        ("需要判断器", "、".join(acts)),
        ("为什么", rule.why),
    ]


def _scoring(rule: Rule) -> list[tuple[str, str]]:
    score = "不计分(仅告警)" if rule.score is None else signed(rule.score)
    return [
        ("分值", score + (",红线:一票否决" if rule.red_line else "")),
        ("记在", f"{_BEARERS[rule.attribute_to]}名下"),
        ("互斥组", f"{rule.exclusion_group}(同组只计最重的一项)" if rule.exclusion_group else ""),
        ("告警", _ALERTS[rule.alert]),
        ("通知", _NOTIFY[rule.notify] + (",须人工确认" if rule.needs_human_confirm else "")),
    ]


def _list(title: str, items: tuple[str, ...]) -> list[str]:
    return ["", title, *(f"  · {item}" for item in items)] if items else []


def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip()
