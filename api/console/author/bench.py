"""What the page of a rule shows around its text."""

from typing import Any

from starlette.responses import Response

from api.console.author.drafting import RuleText, problems_of, tidy
from api.console.author.listing import DECIDED_BY, history_of
from api.console.author.publishing import change_of
from api.console.author.study_page import view_of
from api.console.constructed import sets_of
from api.console.rendering import Page
from api.console.rule_problems import problem_words
from api.console.words import title_of, why_of
from api.inspecting.drafts import published
from evaluators.grammar.docs import decided_by
from evaluators.profiles import profile_names
from storage import audit, profiles, studies

_HISTORY, _STUDIES = 50, 10
#: What stands in the page before anything was tried.
NOTHING: dict[str, Any] = {
    "chat": "",
    "session_id": "",
    "tried": None,
    "failed": "",
    "unpublished": "",
    "profile": "",
    "reason": "",
}


async def show_bench(page: Page, rule: RuleText, text: str, *, status: int = 200, **results: Any) -> Response:
    """The page with a draft in it. `results`: what was tried, of `NOTHING`."""
    service, t = page.service, page.t
    found = service.inspector.catalogue.find(rule.rule_id)
    problems = problems_of(rule, text)
    zone, default = service.settings.zone_of(None), service.inspector.standards.default_profile
    async with service.database.reading() as db:
        names = await profiles.names(db)
        versions = [version for name in names for version in await profiles.history(db, name)]
        tried = await studies.recent(db, subject=rule.rule_id, limit=_STUDIES)
        entries = await audit.entries(db, subject=f"rule:{rule.rule_id}", limit=_HISTORY)
    return page.show(
        "author/rule.html", status=status, rule=rule, number=found.number or "", title=title_of(found, rule.rule_id, t),
        why=why_of(found, t), text=text,
        problems=[each._replace(reason=problem_words(each.reason, t)) for each in problems], is_changed=text != tidy(rule.text),
        change=None if problems else change_of(rule, text), sets=sets_of(rule.rule_id, published(service)),
        decides=t(DECIDED_BY[decided_by(found)]), history=history_of(found, versions, entries, zone, t),
        profiles=[(name, name) for name in dict.fromkeys([default, *names, *profile_names()])],
        may_try=page.may("configure"), studies=[view_of(each, zone, t) for each in tried],
        own_judge=service.judge_identity if service.settings.judge == "vllm" else "",
        has_judge=service.inspector.judge is not None, **(NOTHING | results),
    )  # fmt: skip
