"""The pages by the job they are for. A page is added here with one line; see docs/console.md."""

from typing import NamedTuple

from api.auth import Caller, Scope
from api.console.language import msg


class NavItem(NamedTuple):
    """A page of the menu: whose job it is, its name, its address, the scope without which it is not shown.

    `key`: the letter that opens it after `g`.
    """

    job: str
    title: str
    path: str
    scope: Scope
    key: str


NAVIGATION: tuple[NavItem, ...] = (
    NavItem(msg("质检组长"), msg("会话"), "/desk", "read", "d"),
    NavItem(msg("质检组长"), msg("实时看板"), "/live", "read", "l"),
    NavItem(msg("质检组长"), msg("告警收件箱"), "/alerts", "read", "a"),
    NavItem(msg("质检组长"), msg("报表"), "/reports", "read", "r"),
    NavItem(msg("质检组长"), msg("分歧"), "/review/disagreements", "configure", "f"),
    NavItem(msg("复核员"), msg("复核"), "/review", "review", "v"),
    NavItem(msg("客服"), msg("我的命中"), "/mine", "appeal", "m"),
    NavItem(msg("规则"), msg("规则台"), "/author", "read", "b"),
    NavItem(msg("规则"), msg("校准"), "/calibration", "read", "c"),
    NavItem(msg("设置"), msg("店铺与客服"), "/settings/shops", "read", "s"),
    NavItem(msg("设置"), msg("质检方案"), "/settings/profiles", "read", "p"),
    NavItem(msg("设置"), msg("通知"), "/settings/notifications", "read", "n"),
    NavItem(msg("设置"), msg("判断器"), "/settings/judge", "read", "j"),
    NavItem(msg("设置"), msg("任务"), "/settings/jobs", "read", "t"),
    NavItem(msg("设置"), msg("变更记录"), "/settings/audit", "configure", "u"),
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


def item_of(caller: Caller, path: str) -> str | None:
    """The address of the page of the menu that an address belongs to: the longest it begins with."""
    own = [item.path for job in jobs_of(caller) for item in job.items]
    return max((each for each in own if f"{path}/".startswith(f"{each}/")), key=len, default=None)
