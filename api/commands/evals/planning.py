"""`mingjian eval plan`: which sessions to label next, and what that buys."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from api.commands import options as shared
from api.commands.evals import options
from api.commands.output import progress, say, skipped, written
from api.judging.judges import open_judge
from api.reporting.evals.plan import plan_sections
from api.reporting.show import show
from calibration.drafts import Standard, drafted
from calibration.eval_sets import Case, EvalSet, load_eval_set
from calibration.labelling import Asked, Sheet, write_sheets
from calibration.planning import Known, NextSessions, plan_next, random_labels
from calibration.runs.subjects import Subject, attempt_at, subject_of
from calibration.statistics.planning import HalfWidths
from evaluators.judges.port import Judge
from evaluators.types import ChatSession
from storage.intake.reading import read_sessions
from storage.intake.records import BadRecord

_CONCURRENCY = 16


def plan(
    source: shared.SessionFiles,
    rule: Annotated[
        list[str],
        typer.Option(
            metavar="RULE", help="A rule or act; several: given again. Sessions are shared by them."
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The sessions to label: what `eval import` reads."
        ),
    ],
    name: Annotated[
        str | None, typer.Option("--set", metavar="NAME", help="The set whose labels there are already.")
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(metavar="SHARE", min=0.001, max=0.5, help="Wanted: ± so much. 0.05 if nothing is said."),
    ] = None,
    recall: Annotated[
        float | None, typer.Option(metavar="SHARE", min=0.001, max=0.5, help="Wanted: ± so much.")
    ] = None,
    prevalence: Annotated[
        float | None, typer.Option(metavar="SHARE", min=0.001, max=0.5, help="Wanted: ± so much.")
    ] = None,
    budget: Annotated[int | None, typer.Option(metavar="N", min=1, help="Most sessions to label.")] = None,
    seed: options.Seed = 0,
    format: options.LabelFormat = None,
    judge: shared.JudgeName = "baseline",
    base_url: shared.BaseUrl = None,
    model: shared.Model = None,
    draft: options.Draft = None,
    session_format: Annotated[str | None, typer.Option(metavar="NAME", help="What the sessions are.")] = None,
    mapping: shared.MappingFile = None,
    timezone: shared.Timezone = None,
) -> int:
    """The fewest sessions to label for intervals as narrow as wanted, drawn with recorded probabilities.

    Sessions are judged, then drawn among flagged and unflagged ones, per rule; one session serves as many rules as it can.
    A rule that has enough labels draws nothing.
    """
    standard = drafted(draft)
    subjects = [subject_of(each, standard.catalogue, standard.prompts) for each in dict.fromkeys(rule)]
    opened = open_judge(judge, base_url=base_url, model=model, prompts=standard.prompts)
    read = list(
        read_sessions(
            shared.place_of(source), format=session_format, timezone=shared.zone_of(timezone), mapping=mapping
        )
    )
    bad = [each for each in read if isinstance(each, BadRecord)]
    for each in bad:
        say(str(each))
    sessions = {each.session_id: each for each in read if isinstance(each, ChatSession)}
    verdicts = asyncio.run(_judged(list(sessions.values()), subjects, opened))
    nothing = precision is recall is prevalence is None
    wanted = HalfWidths(precision=0.05 if nothing else precision, recall=recall, prevalence=prevalence)
    labelled = _sets(name)
    known = {each: Known(found, random_labels(labelled, each)) for each, found in verdicts.items()}
    found = plan_next(known, wanted, budget=budget, seed=seed)
    show(plan_sections(wanted, found), sys.stdout)
    if found.sessions:
        asked = {each.rule_id: _asked(each, standard) for each in subjects}
        with written(output) as file:
            file.write(write_sheets(_sheets(found, sessions, asked), output, format))
        say(
            f"{output}: {found.sessions} sessions to label; back with: mingjian eval import {output} --set {name or 'NAME'}"
        )
    return skipped(len(bad))


def _asked(subject: Subject, standard: Standard) -> Asked:
    rule_id = subject.rule_id
    title = (
        standard.prompts[rule_id].title if subject.plan is None else standard.catalogue.find(rule_id).title
    )
    return Asked(rule_id=rule_id, title=title, rule_version=subject.version, source="human_random")


def _sets(name: str | None) -> list[EvalSet]:
    return [load_eval_set(name, split) for split in options.SPLITS] if name is not None else []


async def _judged(
    sessions: Sequence[ChatSession], subjects: Sequence[Subject], judge: Judge | None
) -> dict[str, dict[str, str]]:
    """By rule, the verdict of each session."""
    gate = asyncio.Semaphore(_CONCURRENCY)
    with progress("判断会话 sessions", total=len(sessions) * len(subjects)) as shown:

        async def one(session: ChatSession, subject: Subject) -> str:
            case = Case(case_id=session.session_id, session=session, labels=())
            async with gate:
                attempt = await attempt_at(case, subject, judge, "")
            shown.advance()
            return attempt.verdict

        pairs = [(session, subject) for session in sessions for subject in subjects]
        verdicts = await asyncio.gather(*(one(*each) for each in pairs))
    found: dict[str, dict[str, str]] = {subject.rule_id: {} for subject in subjects}
    for (session, subject), verdict in zip(pairs, verdicts, strict=True):
        found[subject.rule_id][session.session_id] = verdict
    return found


def _sheets(found: NextSessions, sessions: dict[str, ChatSession], asked: Mapping[str, Asked]) -> list[Sheet]:
    """A session once, with all rules it was drawn for; in the random order of the first of them."""
    wanted: dict[str, list[Asked]] = {}
    for rule_id, own in found.rules.items():
        for each in own.drawn:
            wanted.setdefault(each.case_id, []).append(asked[rule_id].drawn_with(each.inclusion_probability))
    return [
        Sheet(case=Case(case_id=each, session=sessions[each], labels=()), asked=tuple(rules))
        for each, rules in wanted.items()
    ]
