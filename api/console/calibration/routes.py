"""The addresses of the calibration board."""

from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from api import staging, trust
from api.console.access import ConfigurerPage, ReaderPage, SignedIn
from api.console.calibration import board, certified, rule_page
from api.console.calibration.charts import pictures_of
from api.console.calibration.figures import EFFECTS, PURPOSES, STAGES
from api.console.calibration.sampling import advise, draw
from api.console.constructed import judge_set, sets_by_subject, sets_of
from api.console.language import Translator
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.console.words import moment, title_of, why_of
from api.reporting.rule_page import needs_judge
from api.routes.labels import known_rule
from api.schemas.trust import StageChange
from api.service import Service
from api.studies.sets import published_meanings
from storage import labels
from storage.review import cases as review_cases
from storage.review import plans
from storage.session_filters import ReportFilters
from storage.trust import certificates, drift, stages
from storage.trust.stages import Purpose, Stage

router = console_router()
Reason = Annotated[str, Form(max_length=2000)]


Level = Annotated[int | None, Query(ge=50, le=99)]


def _level(service: Service, percent: int | None) -> float:
    """The agreement that is asked for; that of the settings, as far as it can be proven, where nobody asks for one."""
    return percent / 100 if percent else min(max(service.settings.automatic_precision, 0.5), 0.99)


@router.get("/calibration")
async def show_board(page: ReaderPage, level: Level = None) -> Response:
    """One row per rule. `level`: percent of agreement that is to be provable."""
    service, t = page.service, page.t
    rules = service.inspector.catalogue.rules
    async with service.database.reading() as db:
        wanted = _level(service, level)
        found = await trust.all_rules(db, service, ReportFilters(), rules, page.caller, level=wanted)
        runs = await drift.runs(db)
        anchors = await drift.anchors(db)
        ended = certified.last_ended(await certificates.listed(db))
    finished = next((run for run in runs if run.report is not None), None)
    titles = {rule.id: title_of(rule, rule.id, t) for rule in rules}
    rows = board.rows_of(found, finished, titles, t, ended)
    return page.show(
        "calibration/board.html", is_lead=page.may("configure"), rows=[row for row in rows if row.known],
        others=[row for row in rows if not row.known], tally=board.tally_of(rows), anchors=len(anchors),
        level=round(wanted * 100),
        last_run=moment(finished.started_at, service.settings.zone_of(None)) if finished else "",
        sets=[(each, titles[rule_id]) for rule_id in titles for each in sets_by_subject().get(rule_id, ())],
    )  # fmt: skip


@router.get("/calibration/{rule}")
async def show_rule(page: ReaderPage, rule: str, level: Level = None) -> Response:
    """What stands behind the figures of one rule. `level`: percent of agreement that is to be provable."""
    service, t = page.service, page.t
    rule_id, zone = known_rule(service, rule), service.settings.zone_of(None)
    found = service.inspector.catalogue.find(rule_id)
    async with service.database.reading() as db:
        wanted = _level(service, level)
        [trusted] = await trust.all_rules(db, service, ReportFilters(), (found,), page.caller, level=wanted)
        known = await trust.known_of(db, service, rule_id, ReportFilters())
        waiting = await review_cases.drawn_for(db, rule_id)
        cases = await trust.valid_cases(db, service, rule_id)
        weekly = (
            await trust.slices(db, service, rule_id, ReportFilters(), by="all", weekly=True) if cases else ()
        )
        stale = await labels.stale(db, rule_id, service.inspector.catalogue.rule_versions[rule_id])
        decided = await stages.history(db, rule_id)
        proven = await certificates.listed(db, rule_id)
        runs = await drift.runs(db)
    finished = next((run for run in runs if run.report is not None), None)
    titles, ended = {rule_id: title_of(found, rule_id, t)}, certified.last_ended(proven)
    [row] = board.rows_of((trusted,), finished, titles, t, ended)
    return page.show(
        "calibration/rule.html", row=row, recall=rule_page.recall_of(trusted.measured, t), stale=stale,
        pictures=pictures_of(cases, weekly, t), labels=rule_page.labels_of(cases, trusted.measured, t),
        coverage=rule_page.coverage_lines(trusted.provable, wanted, t), level=round(wanted * 100),
        advice=advise(known, waiting, t), wanted=f"{service.settings.automatic_precision:.0%}",
        history=rule_page.stage_lines(decided, zone, t), certificates=certified.lines_of(proven, zone, t),
        judged=needs_judge(found),
        constructed=await _constructed(service, rule_id, t), stages=_stages(t, trusted.notification, trusted.scoring),
        why=why_of(found, t), may_decide=page.may("configure"), may_force=page.may("override"),
        purposes=[(name, t(words)) for name, words in PURPOSES.items()],
        options=[(name, t(words)) for name, words in STAGES.items()],
    )  # fmt: skip


@router.post("/calibration/{rule}/stage")
@shown_again_on("/calibration/{rule}")
async def change_stage(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    purpose: Annotated[Purpose, Form()],
    stage: Annotated[Stage, Form()],
    reason: Reason = "",
    force: Annotated[bool, Form()] = False,
) -> Response:
    """Promotes or demotes; the backend says whether it was earned."""
    service = page.service
    rule_id = known_rule(service, rule)
    change = StageChange(purpose=purpose, stage=stage, reason=reason, force=force)
    async with service.database.transaction() as db:
        await staging.change_stage(db, service, rule_id, change, caller)
    told = page.t("{purpose}改为{stage}。", purpose=page.t(PURPOSES[purpose]), stage=page.t(STAGES[stage]))
    return page.go(f"/calibration/{rule_id}", told)


@router.post("/calibration/{rule}/sample")
@shown_again_on("/calibration/{rule}")
async def draw_sample(
    page: ConfigurerPage,
    caller: SignedIn,
    rule: str,
    hits: Annotated[int, Form(ge=0, le=1000)] = 0,
    others: Annotated[int, Form(ge=0, le=1000)] = 0,
    reviewers: Annotated[int, Form(ge=1, le=2)] = 2,
) -> Response:
    """A blind sample of hits and of the others, for the review queue."""
    service = page.service
    rule_id = known_rule(service, rule)
    title = title_of(service.inspector.catalogue.find(rule_id), rule_id, page.t)
    async with service.database.transaction() as db:
        known = await trust.known_of(db, service, rule_id, ReportFilters())
        waiting = await review_cases.drawn_for(db, rule_id)
        named = page.t("校准抽样：{title}", title=title)
        plan = draw(rule_id, named, known, waiting, (hits, others), reviewers)
        drawn = 0 if plan is None else (await plans.draw(db, plan, author=caller.name)).cases
    told = page.t("抽了 {count} 个会话，已进入复核队列。", count=drawn)
    return page.go(
        f"/calibration/{rule_id}", told if drawn else page.t("没有抽到：没有还没标注、也不在队列里的会话。")
    )


async def _constructed(service: Service, rule_id: str, t: Translator) -> list[rule_page.Constructed]:
    standard = service.inspector.editions.now.standard
    meanings = await published_meanings(service, standard)
    return [
        rule_page.constructed_of(one, await judge_set(one, standard, meanings), t)
        for one in sets_of(rule_id, standard)
    ]


def _stages(t: Translator, notification: Stage, scoring: Stage) -> list[tuple[str, str, str]]:
    """Purpose, stage, and what that does."""
    now: tuple[tuple[Purpose, Stage], ...] = (("notification", notification), ("scoring", scoring))
    return [(t(PURPOSES[purpose]), t(STAGES[stage]), t(EFFECTS[purpose, stage])) for purpose, stage in now]
