"""Which pages are tested in the browser and shown in docs/console: every page of the menu, and what it opens."""

from typing import NamedTuple


class Shot(NamedTuple):
    """A page by the name of its picture. `keys`: pressed before the picture is taken; `also`: further pictures.

    `live`: of the service with sessions that are going on, not of the one with the samples.
    """

    name: str
    path: str
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    live: bool = False


SHOTS = (
    Shot("desk", "/desk?limit=10", also=("dark", "phone")),
    Shot("desk_filtered", "/desk?rule_hit=prohibited_superlative&red_line=true"),
    Shot("session", "/desk/sessions/sample-tz-03", keys=("j", "j"), also=("dark", "phone", "english")),
    Shot("not_found", "/desk/sessions/none"),
    Shot("live", "/live", also=("dark", "phone"), live=True),
    Shot("live_empty", "/live"),
    Shot("alerts", "/alerts", keys=("j",), also=("phone",)),
    Shot("reports", "/reports?to_day=2026-11-15", also=("dark", "phone")),
    Shot("reports_agent", "/reports/agents/tz-03?to_day=2026-11-15", also=("phone",)),
    Shot("reports_rule", "/reports/rules/agent_abuse?to_day=2026-11-15"),
    Shot("review", "/review", also=("phone",)),
    Shot("review_case", "/review/case", keys=("j",), also=("dark", "phone", "english")),
    Shot("disagreements", "/review/disagreements"),
    Shot("mine_agents", "/mine"),
    Shot("mine", "/mine?agent=tz-03", also=("phone",)),
    Shot("mine_session", "/mine/sessions/sample-tz-03?agent=tz-03"),
    Shot("shops", "/settings/shops", also=("phone",), live=True),
    Shot("profiles", "/settings/profiles"),
    Shot("profile", "/settings/profiles/service_standard", also=("dark",)),
    Shot("profile_edit", "/settings/profiles/service_standard/edit"),
    Shot("notifications", "/settings/notifications"),
    Shot("judge", "/settings/judge"),
    Shot("calibration", "/calibration", also=("dark", "phone")),
    Shot("calibration_rule", "/calibration/agent_abuse", also=("english",)),
    Shot("calibration_anchors", "/calibration/anchors"),
    Shot("author", "/author?text=违禁"),
    Shot("author_rule", "/author/hostile_phrase", also=("dark", "phone")),
    Shot("jobs", "/settings/jobs"),
    Shot("audit", "/settings/audit"),
)
