"""Which answers fit a case, and what is said once one is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.console.language import translator
from api.console.review.answers import answers_of, told
from api.reviewing import DecidedView
from storage.review.cases import Case
from storage.review.deciding import Decided
from storage.review.decisions import Decision
from storage.review.desk import CaseView

ZH, EN = translator("zh"), translator("en")
AT = datetime(2026, 11, 1, 10, tzinfo=UTC)


def a_case(**fields: Any) -> Case:
    given: dict[str, Any] = {
        "case_id": "case_1", "plan_id": None, "kind": "flagged", "session_id": "s", "revision": 1,
        "inspection_id": "i", "rule_id": "missing_welcome", "agent_id": None, "judged": "hit", "stratum": "",
        "inclusion_probability": None, "source": "human_flagged", "blind": False, "wanted": 1, "decided": 0,
        "state": "open", "created_at": AT, "due_at": AT, "holder": "ann", "lease_until": AT, "round": 1,
    }  # fmt: skip
    return Case(**(given | fields))


def decided(
    answer: str, verdict: str | None, *, overturned: tuple[str, ...] = (), **case: Any
) -> DecidedView:
    decision = Decision(
        decision_id="d", case_id="case_1", round=1, reviewer="ann", answer=answer, verdict=verdict,
        decided_at=AT, undoes=None, labels=(), note="",
    )  # fmt: skip
    about = a_case(**case)
    done = Decided(decision=decision, case=about, labels=(), overturned=overturned)
    view = CaseView(case=about, session={}, outcome=None, others=(), not_counted=())
    return DecidedView(decided=done, view=view, next=None)


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, "cxus"),
        ({"judged": "no_hit"}, "cmus"),
        ({"judged": "not_applicable"}, "cmus"),
        ({"judged": "undetermined"}, "m23us"),
        ({"judged": None, "blind": True}, "123us"),
        ({"judged": None, "rule_id": None}, "cus"),
    ],
)
def test_every_case_has_the_answers_that_fit_it(fields: dict[str, Any], keys: str) -> None:
    assert "".join(each.key for each in answers_of(a_case(**fields), ZH)) == keys


def test_of_an_appeal_an_answer_says_what_becomes_of_it() -> None:
    case = a_case(kind="appeal")
    assert [each.text for each in answers_of(case, ZH)][:2] == ["确认，驳回申诉", "误判，申诉成立"]
    assert [each.text for each in answers_of(a_case(), ZH)][:2] == ["确认", "误判"]
    assert told(decided("confirm", "hit", kind="appeal"), "违禁词", ZH) == "已记：确认，驳回申诉。违禁词"


def test_what_is_kept_is_said_in_a_line() -> None:
    assert told(decided("confirm", "hit"), "违禁词", ZH) == "已记：确认。违禁词"
    off = decided("misjudged", "no_hit", overturned=("missing_welcome",))
    assert told(off, "违禁词", ZH) == "已记：误判。违禁词 这条命中不再计分。"
    assert told(decided("skip", None), "违禁词", EN) == "Skipped: somebody else will be given it."


@pytest.mark.parametrize(
    ("said", "judged", "expected"),
    [
        ("hit", "hit", "机器判的也是：命中。"),
        ("no_hit", "hit", "机器判的是：命中，与您不同。"),
        ("unsure", "hit", "机器判的是：命中。"),
        ("hit", "undetermined", "机器判的是：待定。"),
    ],
)
def test_after_a_blind_case_it_is_said_what_was_judged(said: str, judged: str, expected: str) -> None:
    assert told(decided(said, said, judged=judged, blind=True), "x", ZH).endswith(expected)
