"""The list of rules and signals, and the history of one."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from api.console.language import Translator, msg
from api.console.words import category_of, moment, points, title_of
from calibration.drafts import Standard
from evaluators.grammar.docs import decided_by
from evaluators.grammar.kinds import Rule
from evaluators.grammar.walk import acts_of
from storage.audit import AuditEntry
from storage.profiles import ProfileVersion
from storage.publications import Publication

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


class SignalRow(NamedTuple):
    """A signal of the list. `askers`: rules that ask about it: id and name."""

    signal_id: str
    title: str
    askers: list[tuple[str, str]]


class Event(NamedTuple):
    """Something that was done to a rule. `version`: of the text that was published."""

    at: str
    actor: str
    what: str
    reason: str
    version: int | None


#: Published texts, newest first; versions of profiles; the audit trail.
Kept = tuple[Sequence[Publication], Sequence[ProfileVersion], Sequence[AuditEntry]]


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


def acts_asked(rule: Rule, standard: Standard, t: Translator) -> list[tuple[str, str]]:
    """The signals that the rule asks about: id and name."""
    return [
        (each, signal_title(each, standard, t))
        for each in acts_of(rule)
        if each not in standard.catalogue.rule_versions
    ]


def askers_of(signal: str, standard: Standard, t: Translator) -> list[tuple[str, str]]:
    """The rules that ask about the signal: id and name."""
    return [
        (rule.id, title_of(rule, rule.id, t)) for rule in standard.catalogue.rules if signal in acts_of(rule)
    ]


def rules_of(subject: str, standard: Standard) -> list[str]:
    """The rule itself, or those that ask about the signal."""
    if subject in standard.catalogue.rule_versions:
        return [subject]
    return [rule.id for rule in standard.catalogue.rules if subject in acts_of(rule)]


def signals_of(standard: Standard, text: str, t: Translator) -> list[SignalRow]:
    """Those in which the text occurs: in id, name or reason."""
    wanted = text.strip().casefold()
    return [
        SignalRow(signal, signal_title(signal, standard, t), askers_of(signal, standard, t))
        for signal, prompt in sorted(standard.prompts.items())
        if signal not in standard.catalogue.rule_versions
        and wanted
        in f"{signal} {prompt.title} {prompt.front.get('title_en')} {prompt.front.get('why')}".casefold()
    ]


def signal_title(signal: str, standard: Standard, t: Translator) -> str:
    """What the signal is called."""
    prompt = standard.prompts[signal]
    return t.pick(prompt.title, str(prompt.front.get("title_en", prompt.title)))


def history_of(subject: str, standard: Standard, kept: Kept, zone: tzinfo, t: Translator) -> list[Event]:
    """Published texts, versions of profiles that say something else of the rule than the one before, and the audit
    trail; newest first.
    """
    texts, versions, entries = kept
    rule = standard.catalogue.find(subject) if subject in standard.catalogue.rule_versions else None
    found = [
        *_of_texts(texts, zone, t),
        *(_of_profiles(rule, versions, zone, t) if rule else ()),
        *_of_audit(entries, t),
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [event._replace(at=moment(at, zone)) for at, event in found]


def _of_texts(texts: Sequence[Publication], zone: tzinfo, t: Translator) -> Iterable[tuple[datetime, Event]]:
    for each in texts:
        start = moment(each.effective_from, zone)
        what = t("文字第 {version} 版，{at} 生效", version=each.version, at=start)
        if each.text is None:
            what = t("文字第 {version} 版：放回目录里的文件，{at} 生效", version=each.version, at=start)
        yield each.created_at, Event("", each.author, what, each.reason, each.version)


def _of_profiles(
    rule: Rule, versions: Sequence[ProfileVersion], zone: tzinfo, t: Translator
) -> Iterable[tuple[datetime, Event]]:
    before: dict[str, Any] = {}
    for each in sorted(versions, key=lambda version: (version.name, version.version)):
        said = _said_of(rule, each.document)
        if said != before.get(each.name, []):
            what = t("方案 {label}，{at} 生效", label=each.label, at=moment(each.effective_from, zone))
            yield each.created_at, Event("", each.author, what, each.reason, None)
        before[each.name] = said


def _said_of(rule: Rule, document: dict[str, Any]) -> list[Any]:
    """All that a profile says of the rule, layers included."""
    parts = [document, *document.get("layer", ())]
    names = (rule.id, rule.number)
    return [part["rules"][name] for part in parts for name in names if name in part.get("rules", {})]


def _of_audit(entries: Sequence[AuditEntry], t: Translator) -> Iterable[tuple[datetime, Event]]:
    for each in entries:
        if each.action == "rule.publish":
            continue  # the version itself stands there
        what = t(_ACTIONS[each.action]) if each.action in _ACTIONS else each.action
        yield each.at, Event("", each.actor, what, each.reason, None)
