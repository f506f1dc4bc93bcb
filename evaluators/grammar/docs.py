"""Generated text: the reference page of the rule grammar, and the rule table of the README."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from evaluators.catalogue.loading import Catalogue, load_catalogue
from evaluators.grammar.fields import KINDS, GrammarField, expected, fields_of, table_in
from evaluators.grammar.kinds import Existence, Rule, RuleBase
from evaluators.grammar.walk import acts_of

EXAMPLES = Path(__file__).parent / "examples"
Language = Literal["zh", "en"]
_HEADS = {
    "zh": ("编号", "rule_id", "质检项", "质检分类", "判定", "告警", "通知", "分值"),
    "en": ("No.", "rule_id", "Rule", "Title in the seeds", "Decided by", "Alert", "Notify", "Score"),
}
_DECIDED = {
    "zh": {"code": "代码", "both": "代码+评判", "judge": "评判"},
    "en": {"code": "code", "both": "code and judge", "judge": "judge"},
}
_ALERT = {"none": "不告警", "low": "初级", "medium": "中级", "high": "高级"}
_NOTIFY = {"none": "/", "auto": "自动", "manual": "手动"}
_MARKS = {"zh": {"red": "(红线)", "off": "(默认关)"}, "en": {"red": "(red line)", "off": "(off)"}}
_INTRO = """\
# The rule grammar

*Generated from `evaluators/grammar/kinds.py` and `evaluators/grammar/examples/` by `mingjian rules docs`.*

A rule is a TOML file named after its `id`. What needs no language understanding is decided by code; an `act` is
located by a judge, and a rule that names one keeps its rule document in the front matter of a prompt file, or names
the id of one. Unknown keys, unknown acts, windows nobody can reach and phrases nobody can say are refused when the
file is loaded, with file and line: `mingjian rules check FOLDER`. How the words are understood is written in
[rule_readings.md](rule_readings.md).
"""


def rule_table_markdown(language: Language, *, derived: bool = False) -> str:
    """The catalogue as a Markdown table in Chinese (`zh`) or English (`en`); `derived`: the second one alone."""
    catalogue = load_catalogue(derived=derived)
    rules = [rule for rule in catalogue.rules if (rule.provenance == "derived") == derived]
    return _table(_HEADS[language], (_row(rule, language) for rule in rules))


def grammar_reference_markdown() -> str:
    """The text of `docs/rule_grammar.md`."""
    examples = _examples()
    parts = [_INTRO, "## What every rule says about itself\n", _keys(fields_of(RuleBase).values())]
    head = fields_of(RuleBase)
    parts.append("## Kinds\n")
    for kind, table in KINDS.items():
        own = [field for name, field in fields_of(table).items() if name not in head]
        parts += [f'### `kind = "{kind}"`\n', _doc(table), _keys(own)]
    parts.append("## Parts\n")
    for table in _part_tables():
        parts += [f"### {table.__name__}\n", _doc(table), _keys(fields_of(table).values())]
    parts.append("## Examples\n")
    parts.append(
        "Every example is a test. A line of a chat is the second at which it is sent, who sends it (after a slash the"
        "\nkind of message, if it is not text) and the text; events are written likewise.\n"
    )
    parts += [_example(name, example) for name, example in examples.items()]
    return "\n".join(parts).rstrip() + "\n"


def decided_by(rule: Rule) -> Literal["code", "both", "judge"]:
    """Code alone, a judge alone (the rule is one act), or a judge where code leaves something open."""
    if not acts_of(rule):
        return "code"
    if isinstance(rule, Existence) and rule.behaviour.act is not None and rule.behaviour.says is None:
        return "judge"
    return "both"


def catalogue_counts(catalogue: Catalogue) -> dict[str, int]:
    """How many rules are decided by code, by both, by a judge."""
    counts = {"code": 0, "both": 0, "judge": 0}
    for rule in catalogue.rules:
        counts[decided_by(rule)] += 1
    return counts


def _row(rule: Rule, language: Language) -> tuple[str, ...]:
    marks = _MARKS[language]
    flags = [marks["red"]] if rule.red_line else []
    flags += [] if rule.enabled else [marks["off"]]
    score = "/" if rule.score is None else f"{rule.score:+g}".replace("-", "−")
    title = rule.title if language == "zh" else rule.title_en
    third = rule.category if language == "zh" else rule.title
    alert = _ALERT[rule.alert] if language == "zh" else rule.alert
    notify = _NOTIFY[rule.notify] if language == "zh" else rule.notify
    named = " ".join([title, *flags])
    decided = _DECIDED[language][decided_by(rule)]
    return rule.number or "", f"`{rule.id}`", named, third, decided, alert, notify, score


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _keys(fields: Iterable[GrammarField]) -> str:
    return _table(("key", "expects", "default", "meaning"), (_key(field) for field in fields))


def _key(field: GrammarField) -> tuple[str, ...]:
    return f"`{field.name}`", _linked(field), _default(field), field.description


def _linked(field: GrammarField) -> str:
    """What is expected, with the name of a table as a link to its section."""
    table, text = table_in(field.annotation), expected(field.annotation)
    if table is None:
        return text
    return text.replace(f"a table of kind {table.__name__}", f"[{table.__name__}](#{table.__name__.lower()})")


def _default(field: GrammarField) -> str:
    if field.required:
        return "**required**"
    if field.default is None or field.default in ((), "") or isinstance(field.default, Struct):
        return ""
    return f"`{str(field.default).lower()}`"


def _doc(table: type[Struct]) -> str:
    return (table.__doc__ or "").strip() + "\n"


def _part_tables() -> list[type[Struct]]:
    """The tables inside rules, in the order in which a reader meets them."""
    found: list[type[Struct]] = []
    waiting = list(KINDS.values())
    while waiting:
        for field in fields_of(waiting.pop(0)).values():
            table = table_in(field.annotation)
            if table is not None and table not in found:
                found.append(table)
                waiting.append(table)
    return found


def _examples() -> dict[str, dict[str, Any]]:
    paths = sorted(EXAMPLES.glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def _example(name: str, example: dict[str, Any]) -> str:
    sessions = "\n".join(line for session in example["sessions"] for line in _session(session))
    return f"### {name}\n\n{example['about']}\n\n```toml\n{example['rule']}```\n\n{sessions}\n"


def _session(session: dict[str, Any]) -> Iterator[str]:
    reason = session.get("reason")
    yield f"- {session['why']}: **{session['verdict']}**" + (f" (`{reason}`)" if reason else "")
    facts = [f"{key} = {session[key]}" for key in ("ended", "observed", "orders_known") if key in session]
    said = [*session["chat"], *(fact.lower() for fact in facts)]
    yield "  " + (" · ".join(f"`{line}`" for line in said) if said else "(no message)")
