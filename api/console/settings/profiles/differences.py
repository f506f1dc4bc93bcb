"""What differs between two profile documents, or between a profile and the rules as they are built in."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from api.console.language import Translator, msg
from api.console.words import title_of
from evaluators.catalogue.loading import Catalogue
from evaluators.grammar.kinds import Rule
from evaluators.profiles import Profile, built_in, resolve_profile, settings_for
from evaluators.profiles import Settings as Standard
from evaluators.profiles.documents import ROOT

#: Keys of profiles and rules that have a name of their own; others are shown as they are written.
KEYS = {
    "enabled": msg("启用"), "score": msg("分值"), "red_line": msg("红线"), "alert": msg("告警级别"), "notify": msg("通知方式"),
    "longer_than": msg("超过多久算慢"), "at_least": msg("至少"), "within": msg("时限"), "phrases": msg("词表"),
    "exceptions": msg("例外词"), "title": msg("标题"), "title_en": msg("英文标题"), "why": msg("理由"), "why_en": msg("英文理由"),
    "known_gaps_en": msg("英文已知局限"), "scoring": msg("计分"),
    "service_hours": msg("服务时间"), "timing": msg("平台口径"), "rules": msg("规则"), "layer": msg("覆盖层"),
    "base": msg("基于"), "name": msg("标识"), "shop": msg("店铺"), "group": msg("分组"), "tier": msg("层级"), "add": msg("增加"),
    "remove": msg("去掉"), "clock": msg("按谁计时"), "window": msg("窗口"), "exclusion_group": msg("互斥组"),
}  # fmt: skip
_ABSENT = "—"
_LETTERS = 300


class Difference(NamedTuple):
    """One value that is another one. `where`: the path in words; `before` and `after` as they are written."""

    where: str
    before: str
    after: str


def differences(before: Any, after: Any, rules: Mapping[str, Rule], t: Translator) -> list[Difference]:
    """Of two documents, in the order of the later one; what has gone comes last."""
    old, new = _flat(before), _flat(after)
    paths = [path for path in {**new, **old} if old.get(path) != new.get(path)]
    return [_difference(_where(path, rules, t), old.get(path), new.get(path), t) for path in paths]


def _difference(where: str, before: Any, after: Any, t: Translator) -> Difference:
    """Of two lists only what went and what came: phrase lists are long."""
    if isinstance(before, list | tuple) and isinstance(after, list | tuple) and set(before) != set(after):
        gone = [each for each in before if each not in after]
        come = [each for each in after if each not in before]
        return Difference(
            where,
            t("去掉 {words}", words=_written(gone, t)) if gone else _ABSENT,
            t("增加 {words}", words=_written(come, t)) if come else _ABSENT,
        )
    return Difference(where, _written(before, t), _written(after, t))


def from_built_in(catalogue: Catalogue, profile: Profile, t: Translator) -> list[Difference]:
    """What holds by the profile where no layer does, beside what holds as delivered."""
    rules = {rule.id: rule for rule in catalogue.rules}
    delivered = settings_for(catalogue, resolve_profile(built_in(ROOT)))
    return differences(_plain(delivered), _plain(settings_for(catalogue, profile)), rules, t)


def layers_of(
    profile: Profile, rules: Mapping[str, Rule], t: Translator
) -> list[tuple[str, list[Difference]]]:
    """For whom a layer holds, and what it says; of the profile and all it builds on, the lowest first."""
    below = layers_of(profile.base, rules, t) if profile.base else []
    own = []
    for layer in profile.document.layer:
        document: dict[str, Any] = msgspec.to_builtins(layer)
        whom = {key: document.pop(key) for key in ("shop", "group", "tier") if key in document}
        named = t("，").join(f"{t(KEYS[key])} {_written(value, t)}" for key, value in whom.items())
        own.append((named, differences({}, document, rules, t)))
    return [*below, *own]


def _plain(standard: Standard) -> dict[str, Any]:
    return {
        "scoring": msgspec.to_builtins(standard.scoring),
        "service_hours": msgspec.to_builtins(standard.service_hours),
        "timing": msgspec.to_builtins(standard.timing),
        "rules": {rule.id: msgspec.to_builtins(rule) for rule in standard.catalogue.rules},
    }


def _flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Leaves by path. A list is one leaf unless it holds tables."""
    if isinstance(value, Mapping) and value:
        inner: Any = value.items()
    elif isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        inner = ((str(number), each) for number, each in enumerate(value, 1))
    else:
        return {} if value is None or value in ({}, [], ()) else {path: value}
    return {place: leaf for key, each in inner for place, leaf in _flat(each, (*path, str(key))).items()}


def _where(path: tuple[str, ...], rules: Mapping[str, Rule], t: Translator) -> str:
    by_number = {rule.number: rule for rule in rules.values() if rule.number}
    words, parts = [], list(path)
    if "rules" in parts[:-1]:
        place = parts.index("rules") + 1
        rule = rules.get(parts[place]) or by_number.get(parts[place])
        if rule is not None:
            parts[place] = title_of(rule, parts[place], t)
            del parts[place - 1]
    words = [t(KEYS[part]) if part in KEYS else part for part in parts]
    return " › ".join(words)


def _written(value: Any, t: Translator) -> str:
    if value is None:
        return _ABSENT
    if isinstance(value, bool):
        return t("是") if value else t("否")
    text = t("、").join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}…"
