"""What the page of a rule or a signal shows around its text."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.responses import Response

from api.console.author.drafting import RuleText, checked, drafted, tidy
from api.console.author.listing import DECIDED_BY, acts_asked, askers_of, history_of, signal_title
from api.console.author.publishing import change_of
from api.console.author.study_page import verdict_on, view_of
from api.console.author.text_changes import changed_lines
from api.console.constructed import sets_of
from api.console.language import Translator
from api.console.rendering import Page
from api.console.rule_problems import problem_words
from api.console.words import moment, title_of, why_of
from calibration.drafts import Standard
from evaluators.grammar.docs import decided_by
from evaluators.judges.baseline.judge import NAME as BASELINE
from evaluators.profiles import profile_names
from storage import audit, profiles, publications, studies
from storage.publications import Publication

_HISTORY, _STUDIES = 50, 10
#: What stands in the page before anything was tried.
NOTHING: dict[str, Any] = {
    "chat": "",
    "session_id": "",
    "tried": None,
    "failed": "",
    "unpublished": "",
    "profile": "",
    "meaning": "",
    "reason": "",
}


class Head(NamedTuple):
    """What the text is of. `uses`: signals a rule asks about, or rules that ask about a signal: id and name."""

    number: str
    title: str
    why: str
    decides: str
    uses: list[tuple[str, str]]


class Pending(NamedTuple):
    """A version that is not in force yet. `now`: the version that is; 0: the file."""

    version: int
    now: int
    at: str
    author: str
    reason: str
    is_file: bool


async def show_bench(
    page: Page,
    rule: RuleText,
    text: str,
    *,
    base_version: int | None = None,
    status: int = 200,
    **results: Any,
) -> Response:
    """The page with a draft in it. `base_version`: what was changed in it (None: the newest). `results`: what was tried,
    of `NOTHING`.
    """
    service, t = page.service, page.t
    newest = service.inspector.editions.newest
    problems = checked(service, rule, text)
    zone, default = service.settings.zone_of(None), service.inspector.standards.default_profile
    async with service.database.reading() as db:
        names = await profiles.names(db)
        versions = [version for name in names for version in await profiles.history(db, name)]
        texts = await publications.history(db, rule.rule_id)
        tried = await studies.recent(db, subject=rule.rule_id, limit=_STUDIES)
        entries = await audit.entries(db, subject=f"rule:{rule.rule_id}", limit=_HISTORY)
        verdict = await verdict_on(db, tried, text, t)
    history = history_of(rule.rule_id, newest.standard, (texts, versions, entries), zone, t)
    return page.show(
        "author/rule.html", status=status, rule=rule, head=head_of(rule, newest.standard, t), text=text,
        problems=[each._replace(reason=problem_words(each.reason, t)) for each in problems], is_changed=text != tidy(rule.text),
        base_version=rule.version if base_version is None else base_version,
        change=None if problems else change_of(rule, text), sets=sets_of(rule.rule_id, newest.standard), history=history,
        lines=changed_lines(tidy(rule.text), text), verdict=verdict, unlearned=not problems and _unlearned(page, rule, text),
        pending=_pending(texts, page), unusable=newest.unusable.get(rule.rule_id, ""),
        profiles=[(name, name) for name in dict.fromkeys([default, *names, *profile_names()])],
        may_try=page.may("configure"), studies=[view_of(each, zone, t) for each in tried],
        own_judge=service.judge_identity if service.settings.judge == "vllm" else "",
        has_judge=service.inspector.judge is not None, **(NOTHING | results),
    )  # fmt: skip


def head_of(rule: RuleText, standard: Standard, t: Translator) -> Head:
    """Of a rule, or of a signal."""
    if rule.is_signal:
        why = str(standard.prompts[rule.rule_id].front["why"])
        return Head(
            "", signal_title(rule.rule_id, standard, t), why, t(DECIDED_BY["judge"]),
            askers_of(rule.rule_id, standard, t),
        )  # fmt: skip
    found = standard.catalogue.find(rule.rule_id)
    return Head(
        found.number or "", title_of(found, rule.rule_id, t), why_of(found, t), t(DECIDED_BY[decided_by(found)]),
        acts_asked(found, standard, t),
    )  # fmt: skip


def _pending(texts: Sequence[Publication], page: Page) -> Pending | None:
    now = datetime.now(UTC)
    if not texts or texts[0].effective_from <= now:
        return None
    newest, at = texts[0], moment(texts[0].effective_from, page.service.settings.zone_of(None))
    held = next((each.version for each in texts if each.effective_from <= now), 0)
    return Pending(newest.version, held, at, newest.author, newest.reason, newest.text is None)


def _unlearned(page: Page, rule: RuleText, text: str) -> bool:
    """Whether the baseline judges here and would not judge the draft: it has learned another wording."""
    judge = page.service.inspector.judge
    if not rule.by_prompt or text == tidy(rule.text) or judge is None or judge.name != BASELINE:
        return False
    draft = drafted(page.service, rule, text)
    old = page.service.inspector.editions.newest.standard.prompts[rule.rule_id].version
    return draft is not None and draft.standard.prompts[rule.rule_id].version != old
