"""The list of rules, and the history of one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from api.console.language import Translator, msg
from api.console.words import category_of, moment, points, title_of
from evaluators.grammar.docs import decided_by
from evaluators.grammar.kinds import Rule
from storage.audit import AuditEntry
from storage.profiles import ProfileVersion

DECIDED_BY = {"code": msg("代码"), "both": msg("代码与判断器"), "judge": msg("判断器")}
_ACTIONS = {
    "rule.stage": msg("改阶段"), "rule.meaning_changed": msg("意思改了"), "rule.wording_changed": msg("只改了措辞"),
    "certificate.issue": msg("发证书"), "label.adjudicate": msg("裁定分歧"),
}  # fmt: skip


class Row(NamedTuple):
    """A rule of the list."""

    rule_id: str
    number: str
    title: str
    category: str
    score: str
    decided_by: str
    red_line: bool
    enabled: bool


class Event(NamedTuple):
    """Something that was done to a rule."""

    at: str
    actor: str
    what: str
    reason: str


def rows_of(rules: Iterable[Rule], text: str, t: Translator) -> list[Row]:
    """Those in which the text occurs: in number, name, category or reason."""
    wanted = text.strip().casefold()
    return [_row(rule, t) for rule in rules if not wanted or wanted in _searched(rule)]


def _searched(rule: Rule) -> str:
    return " ".join(
        (rule.number or "", rule.id, rule.title, rule.title_en, rule.category, rule.why)
    ).casefold()


def _row(rule: Rule, t: Translator) -> Row:
    return Row(
        rule.id, rule.number or "", title_of(rule, rule.id, t), category_of(rule.category, t), points(rule.score),
        t(DECIDED_BY[decided_by(rule)]), rule.red_line, rule.enabled,
    )  # fmt: skip


def history_of(
    rule: Rule,
    versions: Sequence[ProfileVersion],
    entries: Sequence[AuditEntry],
    zone: tzinfo,
    t: Translator,
) -> list[Event]:
    """Versions of profiles that say something else of the rule than the one before, and the audit trail; newest first."""
    found = [*_of_profiles(rule, versions, zone, t), *_of_audit(entries, t)]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [event._replace(at=moment(at, zone)) for at, event in found]


def _of_profiles(
    rule: Rule, versions: Sequence[ProfileVersion], zone: tzinfo, t: Translator
) -> Iterable[tuple[datetime, Event]]:
    before: dict[str, Any] = {}
    for each in sorted(versions, key=lambda version: (version.name, version.version)):
        said = _said_of(rule, each.document)
        if said != before.get(each.name, []):
            what = t("方案 {label}，{at} 生效", label=each.label, at=moment(each.effective_from, zone))
            yield each.created_at, Event("", each.author, what, each.reason)
        before[each.name] = said


def _said_of(rule: Rule, document: dict[str, Any]) -> list[Any]:
    """All that a profile says of the rule, layers included."""
    parts = [document, *document.get("layer", ())]
    names = (rule.id, rule.number)
    return [part["rules"][name] for part in parts for name in names if name in part.get("rules", {})]


def _of_audit(entries: Sequence[AuditEntry], t: Translator) -> Iterable[tuple[datetime, Event]]:
    for each in entries:
        what = t(_ACTIONS[each.action]) if each.action in _ACTIONS else each.action
        yield each.at, Event("", each.actor, what, each.reason)
