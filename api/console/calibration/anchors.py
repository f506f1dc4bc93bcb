"""Anchor sessions: pinned by a lead, judged again after every change, and what became of their verdicts."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, NamedTuple

from fastapi import Form
from starlette.responses import Response

from api import drift_watch
from api.console.access import ConfigurerPage, ReaderPage
from api.console.author.trying import verdict_words
from api.console.language import Translator, msg
from api.console.refusals import shown_again_on
from api.console.routing import console_router
from api.console.words import moment, title_of
from api.reporting.wording import count, share
from storage.trust import drift
from storage.trust.drift import Anchor, DriftRun

router = console_router()
_CAUSES = {"change": msg("规则、提示词或判断器变了"), "schedule": msg("定时"), "asked": msg("有人要求")}
_SHOWN = 20


class Pinned(NamedTuple):
    """A session that is an anchor."""

    session_id: str
    at: str
    by: str


class Flipped(NamedTuple):
    """An outcome that another run judged otherwise."""

    session_id: str
    rule: str
    before: str
    after: str


class Compared(NamedTuple):
    """A run beside the one before it. `told`: how many verdicts changed, or why nobody can say."""

    at: str
    cause: str
    told: str
    undecided: str
    flipped: tuple[Flipped, ...]


@router.get("/calibration/anchors")
async def show_anchors(page: ReaderPage) -> Response:
    """The anchors, and the newest runs over them."""
    service, t = page.service, page.t
    zone = service.settings.zone_of(None)
    titles = {rule.id: title_of(rule, rule.id, t) for rule in service.inspector.catalogue.rules}
    async with service.database.reading() as db:
        anchors, runs = await drift.anchors(db), await drift.runs(db)
    return page.show(
        "calibration/anchors.html", anchors=[_pinned(each, zone) for each in anchors],
        runs=[compared(each, titles, zone, t) for each in runs[:_SHOWN]], may_decide=page.may("configure"),
        alert=share_of(service.settings.drift_alert),
    )  # fmt: skip


@router.post("/calibration/anchors")
@shown_again_on("/calibration/anchors")
async def pin(page: ConfigurerPage, session_ids: Annotated[str, Form(max_length=10_000)] = "") -> Response:
    """Pins the sessions named, whatever stands between them; all of them or none."""
    wanted = list(dict.fromkeys(re.split(r"[\s,，、;；]+", session_ids.strip())))
    if wanted == [""]:
        return page.go("/calibration/anchors", page.t("先写会话的编号。"))
    async with page.service.database.transaction() as db:
        for session_id in wanted:
            await drift.pin(db, session_id, actor=page.signed_in.name)
    return page.go("/calibration/anchors", page.t("{count} 个会话已设为锚点。", count=len(wanted)))


@router.post("/calibration/anchors/unpin")
async def unpin(page: ConfigurerPage, session_id: Annotated[str, Form()]) -> Response:
    """An anchor no longer; finished runs stay."""
    async with page.service.database.transaction() as db:
        await drift.unpin(db, session_id, actor=page.signed_in.name)
    return page.go("/calibration/anchors", page.t("{session} 不再是锚点。", session=session_id))


@router.post("/calibration/anchors/judge")
async def judge_again(page: ConfigurerPage) -> Response:
    """Queues the anchors now."""
    service, who = page.service, page.signed_in.name
    async with service.database.transaction() as db:
        identity = drift_watch.identity(service)
        await drift.start(db, service.jobs, cause="asked", identity=identity, actor=who)
    service.worker.wake()
    return page.go("/calibration/anchors", page.t("锚点已排队重新判定。"))


def _pinned(anchor: Anchor, zone: tzinfo) -> Pinned:
    return Pinned(anchor.session_id, moment(anchor.pinned_at, zone), anchor.actor)


def compared(run: DriftRun, titles: Mapping[str, str], zone: tzinfo, t: Translator) -> Compared:
    """A run in words; without a finished one before it there is nothing to compare with."""
    report = run.report
    if report is None:
        told = t("还在判定")
    elif report.rate is None:
        told = t("第一次，没有可比的")
    else:
        told = f"{count(report.flips)} / {count(report.compared)} · {share(report.flips, report.compared)}"
    flipped = () if report is None else report.flipped
    return Compared(
        at=moment(run.started_at, zone), cause=t(_CAUSES[run.cause]), told=told,
        undecided="" if report is None or report.rate is None else count(report.undecided),
        flipped=tuple(
            Flipped(
                each.session_id, titles.get(each.rule_id, each.rule_id), verdict_words(each.before, t),
                verdict_words(each.after, t),
            )
            for each in flipped
        ),
    )  # fmt: skip


def share_of(value: float) -> str:
    """A share from which something happens, as people write it."""
    return f"{value:.1%}"
