"""An agent's hits as a view model: what can be done about each, and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.console.language import translator
from api.console.mine.hits import Hit, groups_of, hit_of, listed_at, own_address, views_of, whole_sessions
from evaluators.catalogue.loading import load_catalogue
from evaluators.types import Outcome
from storage.appeals import Appeal, OwnHit, Place
from storage.appeals.records import Step

RULES = {rule.id: rule for rule in load_catalogue().rules}
SHANGHAI, ZH = ZoneInfo("Asia/Shanghai"), translator("zh")
AT = datetime(2026, 11, 1, 2, tzinfo=UTC)
UNTIL = AT + timedelta(days=7)


def own(rule_id: str = "missing_welcome", score: float = -3, **fields: Any) -> OwnHit:
    outcome = Outcome(session_id="s", rule_id=rule_id, rule_version="v", verdict="hit", score=score)
    given: dict[str, Any] = {
        "session_id": "s", "revision": 1, "shop": "shop-a", "started_at": AT, "inspected_at": AT,
        "outcome": outcome, "counts": True, "acknowledged_at": None, "appeal": None, "appeal_until": UNTIL,
    }  # fmt: skip
    return OwnHit(**(given | fields))


def appeal(state: str, *, level: int = 1, final: bool = False) -> Appeal:
    step = Step(level=1, action="filed", actor="a-1", reason="问候过", at=AT)
    given: dict[str, Any] = {"state": state, "level": level, "final": final, "steps": (step,)}
    return Appeal(
        appeal_id="appeal_1", session_id="s", revision=1, inspection_id="i", rule_id="missing_welcome",
        agent_id="a-1", filed_at=AT, case_id="c", changed_at=AT, **given,
    )  # fmt: skip


def shown(**fields: Any) -> Hit:
    return hit_of(own(**fields), RULES, SHANGHAI, ZH)


def test_a_fault_can_be_accepted_or_appealed_against_until_a_time() -> None:
    hit = shown()
    assert (hit.acknowledge, hit.until, hit.further, hit.state) == (True, "2026-11-08 10:00", "", "")
    assert (hit.pill.kind, hit.points) == ("fault", "-3")


def test_praise_is_there_to_be_enjoyed() -> None:
    hit = shown(rule_id="rating_very_satisfied", score=30)
    assert (hit.praise, hit.acknowledge, hit.until, hit.points) == (True, False, "", "+30")


@pytest.mark.parametrize(
    ("fields", "state", "acknowledge", "further"),
    [
        ({"acknowledged_at": AT, "appeal_until": None}, "2026-11-01 10:00 已确认", False, ""),
        ({"appeal": appeal("open"), "appeal_until": None}, "申诉中，等待裁定", False, ""),
        ({"appeal": appeal("rejected")}, "申诉未成立", True, "appeal_1"),
        ({"appeal": appeal("open", level=2), "appeal_until": None}, "二次申诉中，等待裁定", False, ""),
        (
            {"appeal": appeal("rejected", level=2, final=True), "appeal_until": None},
            "申诉未成立，已是最终结论", True, "",
        ),
        (
            {"appeal": appeal("upheld", final=True), "appeal_until": None, "counts": False},
            "申诉成立，不计分", False, "",
        ),
        (
            {"appeal_until": None, "counts": False},
            "不计分：复核认为是误判，或规则还没有开始计分", False, "",
        ),
    ],
)  # fmt: skip
def test_every_state_says_so_and_offers_what_is_left(
    fields: dict[str, Any], state: str, acknowledge: bool, further: str
) -> None:
    hit = shown(**fields)
    assert (hit.state, hit.acknowledge, hit.further) == (state, acknowledge, further)


def test_hits_of_a_session_stand_together() -> None:
    found = [own(session_id="s/1"), own("hostile_phrase", session_id="s/1"), own(session_id="s-0")]
    first, second = groups_of(found, "甲", RULES, lambda _: SHANGHAI, ZH)
    assert (len(first.hits), len(second.hits)) == (2, 1)
    assert first.href == "/mine/sessions/s%2F1?agent=%E7%94%B2"
    assert own_address("s", None) == "/mine/sessions/s"


def test_a_session_is_dated_in_the_zone_of_its_shop() -> None:
    zones = {"shop-a": SHANGHAI, "shop-b": ZoneInfo("Asia/Tokyo")}
    found = [own(), own(session_id="s-2", shop="shop-b")]
    groups = groups_of(found, None, RULES, lambda shop: zones[str(shop)], ZH)
    assert [each.started for each in groups] == ["2026-11-01 10:00", "2026-11-01 11:00"]
    assert [each.hits[0].until for each in groups] == ["2026-11-08 10:00", "2026-11-08 11:00"]


def test_no_session_is_cut_by_the_end_of_a_page() -> None:
    found = [own(session_id=each) for each in ("s-1", "s-2", "s-2", "s-3")]
    assert whole_sessions(found, 4) == (found[:3], Place(started_at=AT, session_id="s-2"))
    assert whole_sessions(found, 5) == (found, None)
    assert whole_sessions(found[1:3], 2) == (found[1:3], Place(started_at=AT, session_id="s-2"))


def test_the_address_of_a_list_says_whose_hits_which_and_from_where() -> None:
    place = Place(started_at=AT, session_id="s/1")
    assert listed_at(None, "all") == "/mine"
    assert listed_at("甲", "praise") == "/mine?agent=%E7%94%B2&which=praise"
    assert listed_at(None, "all", place) == "/mine?before=2026-11-01T02%3A00%3A00%2B00%3A00&session=s%2F1"
    assert [(each.href, each.current) for each in views_of(None, "all", ZH)][:2] == [
        ("/mine", True), ("/mine?which=appealable", False),
    ]  # fmt: skip
