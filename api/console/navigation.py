"""The pages by the job they are for. A page is added here with one line; see docs/console.md."""

from typing import NamedTuple

from api.auth import Caller, Scope
from api.console.language import msg


class NavItem(NamedTuple):
    """A page of the menu: whose job it is, its name, its address, and the scope without which it is not shown."""

    job: str
    title: str
    path: str
    scope: Scope


NAVIGATION: tuple[NavItem, ...] = (
    NavItem(msg("质检组长"), msg("会话"), "/desk", "read"),
    NavItem(msg("质检组长"), msg("报表"), "/reports", "read"),
    NavItem(msg("规则"), msg("规则台"), "/author", "read"),
    NavItem(msg("规则"), msg("校准"), "/calibration", "read"),
    NavItem(msg("设置"), msg("任务"), "/settings/jobs", "read"),
    NavItem(msg("设置"), msg("变更记录"), "/settings/audit", "configure"),
)


class Job(NamedTuple):
    """A job and the pages for it."""

    title: str
    items: tuple[NavItem, ...]


def jobs_of(caller: Caller) -> tuple[Job, ...]:
    """What the caller may open, in order."""
    allowed = [item for item in NAVIGATION if item.scope in caller.scopes]
    titles = dict.fromkeys(item.job for item in allowed)
    return tuple(Job(title, tuple(item for item in allowed if item.job == title)) for title in titles)


def home_of(caller: Caller) -> str | None:
    """The first page the caller may open."""
    return next((item.path for job in jobs_of(caller) for item in job.items), None)
