"""The audit trail in words: what was done, to what, and where that is shown now."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from urllib.parse import quote

from api.console.desk.listing import address_of
from api.console.language import Translator, msg
from api.console.words import moment, numbered
from evaluators.grammar.kinds import Rule
from storage.audit import AuditEntry

#: What actions are about, by what stands before the point.
KINDS = {
    "profile": msg("方案与店铺"), "rule": msg("规则与阶段"), "certificate": msg("证书"), "label": msg("标注"),
    "review": msg("复核"), "hit": msg("命中"), "appeal": msg("申诉"), "alert": msg("告警"), "anchor": msg("锚点"),
    "drift": msg("漂移检查"), "notification_route": msg("通知"), "study": msg("评测与重放"), "job": msg("任务"),
}  # fmt: skip
ACTIONS = {
    "profile.put": msg("发布方案"), "profile.hot_fix": msg("立即修正方案"), "profile.assign": msg("给店铺换方案"),
    "rule.publish": msg("发布规则文字"), "rule.stage": msg("改阶段"), "rule.meaning_changed": msg("记下规则改了意思"),
    "rule.wording_changed": msg("记下规则只改了措辞"),
    "certificate.issue": msg("发证书"), "certificate.expire": msg("证书失效"),
    "label.give": msg("给标注"), "label.withdraw": msg("撤回标注"), "label.adjudicate": msg("裁定分歧"),
    "review.plan": msg("抽样送审"), "review.decide": msg("复核"), "review.undo": msg("撤销复核"),
    "hit.overturned": msg("撤下命中"), "hit.restored": msg("恢复命中"), "hit.acknowledged": msg("客服确认命中"),
    "appeal.filed": msg("提出申诉"), "appeal.escalated": msg("申诉上交"), "appeal.upheld": msg("申诉成立"),
    "appeal.rejected": msg("驳回申诉"),
    "alert.sent": msg("发出告警"), "alert.acknowledged": msg("确认告警"), "alert.dismissed": msg("放下告警"),
    "anchor.pin": msg("设为锚点"), "anchor.unpin": msg("不再是锚点"), "drift.run": msg("重判锚点"),
    "notification_route.add": msg("添加通知去向"), "notification_route.change": msg("修改通知去向"),
    "notification_route.remove": msg("删除通知去向"),
    "study.evaluation": msg("在评测集上跑"), "study.replay": msg("在存储的会话上重放"), "study.suggestion": msg("找更好的措辞"),
    "study.cancel": msg("取消运行"), "study.resume": msg("继续运行"), "job.retry": msg("重试失败的"),
}  # fmt: skip
#: Pages that show a subject, by what stands before the colon. `{}`: what stands after it.
_PAGES = {
    "shop": "/settings/shops", "notification_route": "/settings/notifications", "job": "/settings/jobs/{}", "alert": "/alerts",
}  # fmt: skip


class AuditLine(NamedTuple):
    """Who did what, when and why. `code`: of the action; `href` empty: no page shows the subject; `details`: the rest."""

    at: str
    actor: str
    action: str
    code: str
    subject: str
    href: str
    reason: str
    details: list[tuple[str, str]]


def audit_line(entry: AuditEntry, rules: Mapping[str, Rule], zone: tzinfo, t: Translator) -> AuditLine:
    """An action that has no words of its own is shown as it is kept."""
    subject, href = _subject(entry.subject, rules, t)
    told = ACTIONS.get(entry.action)
    return AuditLine(
        at=moment(entry.at, zone), actor=entry.actor, action=entry.action if told is None else t(told),
        code=entry.action, subject=subject, href=href, reason=entry.reason,
        details=[(name, _value(value, zone)) for name, value in entry.details.items() if value not in (None, "", [])],
    )  # fmt: skip


def _subject(subject: str, rules: Mapping[str, Rule], t: Translator) -> tuple[str, str]:
    """In words, and the page that shows it."""
    kind, _, name = subject.partition(":")
    if kind == "rule" and name in rules:
        return numbered(rules[name], name, t), f"/calibration/{name}"
    if kind == "rule":
        return name, f"/author/{name}"
    if kind == "session":
        return name, address_of(name)
    if kind == "profile":
        return name, f"/settings/profiles/{name.partition('@')[0]}"
    if kind == "drift":
        return t("第 {number} 次漂移检查", number=name), "/calibration/anchors"
    if subject == "shops":
        return t("其余店铺"), "/settings/shops"
    return (name or subject), _PAGES.get(kind, "").format(quote(name, safe=""))


def _value(value: Any, zone: tzinfo) -> str:
    if isinstance(value, str):
        try:
            return moment(datetime.fromisoformat(value), zone) if "T" in value else value
        except ValueError:
            return value
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)
