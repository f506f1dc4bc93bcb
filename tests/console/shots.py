"""Which pages are tested in the browser and shown in docs/console: every page of the menu, and what it opens."""

from typing import NamedTuple


class Shot(NamedTuple):
    """A page by the name of its picture. `keys`: pressed before the picture is taken; `also`: further pictures."""

    name: str
    path: str
    keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


SHOTS = (
    Shot("desk", "/desk?limit=10", also=("dark", "phone")),
    Shot("desk_filtered", "/desk?rule_hit=prohibited_superlative&red_line=true"),
    Shot("session", "/desk/sessions/sample-tz-03", keys=("j", "j"), also=("dark", "phone", "english")),
    Shot("not_found", "/desk/sessions/none"),
    Shot("reports", "/reports?to_day=2026-11-15", also=("dark", "phone")),
    Shot("calibration", "/calibration", also=("dark", "phone")),
    Shot("calibration_rule", "/calibration/agent_abuse", also=("english",)),
    Shot("author", "/author?text=违禁"),
    Shot("author_rule", "/author/hostile_phrase", also=("dark", "phone")),
    Shot("jobs", "/settings/jobs"),
    Shot("audit", "/settings/audit"),
)
