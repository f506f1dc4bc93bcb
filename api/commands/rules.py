"""`mingjian rules`: the catalogue, for those who read, check and write rules."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.commands import options, rules_replay
from api.commands.output import FOUND_SOMETHING, say
from api.commands.scaffold import Place, scaffold
from api.generated import RULE_TEXTS, rewrite
from api.reporting.rule_page import rule_page
from api.reporting.section import Section, heads
from api.reporting.show import show
from evaluators.catalogue.loading import find_problems, load_catalogue
from evaluators.grammar.docs import catalogue_counts, decided_by, grammar_reference_markdown
from evaluators.grammar.kinds import Rule
from evaluators.scoring.points import signed

app = typer.Typer(add_completion=False)
_ALERTS = {"none": "", "low": "初级", "medium": "中级", "high": "高级"}
app.command("replay")(rules_replay.replay)
_DECIDED_BY = {"code": "代码 code", "both": "代码+判断器 both", "judge": "判断器 judge"}


@app.command("list")
def list_rules(catalogue: options.CatalogueFolders = None, derived: options.Derived = False) -> None:
    """List the rules: number, id, title, score, alert, what decides it."""
    found = load_catalogue(catalogue, derived=derived)
    counts = catalogue_counts(found)
    section = Section(
        title="质检项", english="Rules",
        columns=heads(
            "编号 no. | 标识 id | 质检项 title | 质检分类 category | 分值 score > | 告警 alert | 判定 decided by | 备注 note"
        ),
        rows=tuple(map(_row, found.rules)),
        notes=(f"{len(found.rules)} 项: 代码 {counts['code']},代码+判断器 {counts['both']},判断器 {counts['judge']}",
               f"版本 version: {found.version}"),
    )  # fmt: skip
    show([section], sys.stdout)


@app.command("show")
def show_rule(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="An id or a number such as R05.")],
    catalogue: options.CatalogueFolders = None,
    derived: options.Derived = False,
) -> None:
    """Show one rule: what it checks, how, why, its known gaps, version and source."""
    found = load_catalogue(catalogue, derived=derived or rule.upper().startswith("D"))
    print(rule_page(found.find(rule), found))


@app.command("check")
def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]…", help="Folders of rule files; default all that are shipped."),
    ] = None,
) -> int:
    """Check rule files: every problem with file, line and what was expected."""
    places: list[Path | None] = [*folders] if folders else [None]
    problems = [problem for folder in places for problem in find_problems(folder)]
    for problem in problems:
        say(str(problem))
    if problems:
        say(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}")
        return FOUND_SOMETHING
    print(f"{len(load_catalogue(folders, derived=folders is None).rules)} rules, no problems")
    return 0


@app.command("docs")
def docs(
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing, only say what is stale.")
    ] = False,
) -> int:
    """Write the generated text about rules: the tables of the READMEs, docs/rule_grammar.md."""
    return rewrite(RULE_TEXTS, check_only=check_only)


@app.command("grammar")
def grammar() -> None:
    """Print the reference of what a rule file may say."""
    print(grammar_reference_markdown(), end="")


@app.command("new")
def new(
    rule_id: Annotated[
        str, typer.Argument(metavar="ID", help="Names the behaviour, e.g. late_refund_promise.")
    ],
    folder: Annotated[
        Path | None,
        typer.Option("--in", metavar="DIR", help="Folder of the rule file; default the built-in one."),
    ] = None,
    eval_sets: Annotated[
        Path | None,
        typer.Option("--eval-sets", metavar="DIR", help="Where its eval set goes; default eval_sets."),
    ] = None,
    judged: Annotated[
        bool, typer.Option("--judged", help="A prompt file, for a rule that needs a judge.")
    ] = False,
) -> None:
    """Scaffold a rule: its file, and an eval set with a case that hits and one that does not."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", rule_id):
        raise typer.BadParameter(f"expected lower-case letters, digits and underscores, got {rule_id!r}")
    for path in scaffold(rule_id, Place.of(folder, eval_sets, judged=judged), judged=judged):
        print(path)


def _row(rule: Rule) -> tuple[str, ...]:
    notes = ["红线 red line"] if rule.red_line else []
    notes += [] if rule.enabled else ["默认关 off"]
    score = "—" if rule.score is None else signed(rule.score)
    return (
        rule.number or "", rule.id, rule.title, rule.category, score, _ALERTS[rule.alert],
        _DECIDED_BY[decided_by(rule)], "、".join(notes),
    )  # fmt: skip
