"""A study of the bench: how far it is, and what it found."""

from collections.abc import Collection, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.author.measuring import evaluated
from api.console.author.replays import replay_of
from api.console.author.suggested import suggestion_of
from api.console.language import Translator, msg
from api.console.words import moment, span
from api.inspecting.replaying import DraftReplay
from api.reporting.wording import count
from api.studies import results
from api.studies.evaluation import Evaluation
from api.studies.performing import REQUESTS
from storage import agent_names, studies
from storage.studies import Kind, Status, Study

#: Cases per second from which on decimals say nothing.
_MANY = 10
KINDS: dict[Kind, str] = {
    "evaluation": msg("在评测集上跑"), "replay": msg("在存储的会话上重放"), "suggestion": msg("找更好的措辞"),
}  # fmt: skip
STATUSES: dict[Status, str] = {
    "queued": msg("排队中"), "running": msg("进行中"), "done": msg("完成"), "failed": msg("失败"),
    "cancelled": msg("已取消"),
}  # fmt: skip


class StudyView(NamedTuple):
    """A study for people. `done` of `total`; `pace`: how fast, how long still; `cost`: what the judge was asked for."""

    study_id: str
    kind: str
    status: Status
    status_name: str
    at: str
    actor: str
    done: int
    total: int
    percent: str
    reused: int
    pace: str
    cost: str
    error: str

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to follow."""
        return self.status not in ("queued", "running")


def view_of(study: Study, zone: tzinfo, t: Translator) -> StudyView:
    """As it is now."""
    told = study.progress
    return StudyView(
        study_id=study.study_id, kind=t(KINDS[study.kind]), status=study.status, status_name=t(STATUSES[study.status]),
        at=moment(study.created_at, zone), actor=study.actor, done=told.done, total=told.total,
        percent=f"{told.done / told.total:.0%}" if told.total else "", reused=told.reused, pace=_pace(study, t),
        cost=t("{tokens} 个词元", tokens=count(told.tokens)) if told.tokens else "", error=study.error or "",
    )  # fmt: skip


def _pace(study: Study, t: Translator) -> str:
    if study.rate is None or (study.seconds or 0) < 1:
        return ""
    rate = t("每秒 {rate} 个", rate=f"{study.rate:,.0f}" if study.rate >= _MANY else f"{study.rate:.1f}")
    if study.remaining is None:
        return rate
    return t("{rate}，还要 {span}", rate=rate, span=span(study.remaining, t))


async def draft_of(db: AsyncSession, study: Study) -> str:
    """The text that the study tries, or has found; empty where there is none."""
    if study.kind == "suggestion":
        return (await results.suggested(db, study.study_id)).prompt or "" if study.status == "done" else ""
    document = await studies.request_of(db, study.study_id)
    asked: Evaluation | DraftReplay = msgspec.json.decode(document, type=REQUESTS[study.kind])
    if isinstance(asked, Evaluation):
        return next(iter((*asked.draft_rules, *asked.draft_prompts)), "")
    return next(iter((*asked.rules, *asked.prompts)), "")


class Verdict(NamedTuple):
    """What the last run of this very draft on the eval sets says. `passes`: it is no worse, as far as anybody can say."""

    study_id: str
    passes: bool
    gate: str


async def verdict_on(db: AsyncSession, tried: Sequence[Study], text: str, t: Translator) -> Verdict | None:
    """Of the newest of these studies that ran the draft to its end; None: none did."""
    for study in tried:
        if study.kind == "evaluation" and study.status == "done" and (await draft_of(db, study)) == text:
            found = evaluated(await results.evaluated(db, study.study_id), t)
            worse = [each for each in found if not each.passes]
            return Verdict(study.study_id, not worse, (worse or found)[0].gate if found else "")
    return None


async def found_by(db: AsyncSession, study: Study, rules: Collection[str], t: Translator) -> dict[str, Any]:
    """For the page: what it found, once it is done. `rules`: those that the text is of, or that ask about the signal."""
    found: dict[str, Any] = {"evaluated": None, "replayed": None, "suggested": None, "names": {}}
    if study.status != "done":
        return found
    if study.kind == "evaluation":
        found["evaluated"] = evaluated(await results.evaluated(db, study.study_id), t)
    elif study.kind == "suggestion":
        found["suggested"] = suggestion_of(await results.suggested(db, study.study_id), t)
    else:
        replayed = replay_of(await results.replayed(db, study.study_id), rules, t)
        found["replayed"] = replayed
        found["names"] = await agent_names.names_of(db, (each.agent_id for each in replayed.agents))
    return found
