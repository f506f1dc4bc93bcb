"""Three ways to be wrong, counted per rule."""

import pytest

from storage import labels
from storage.db import Database
from storage.errors import DisagreementNotFound
from storage.labels import NewLabel
from storage.trust import adjudication
from storage.trust.adjudication import WrongCounts
from tests.storage.reviewing import RULE, judged

pytestmark = pytest.mark.anyio


@pytest.fixture
async def disputed(database: Database) -> dict[str, str]:
    """Three hits that are labelled otherwise, one that is confirmed, one that labellers are split on."""
    ids = await judged(database, "s-1", "s-2", "s-3", "right", "split")
    async with database.transaction() as db:
        for session_id in ("s-1", "s-2", "s-3"):
            await labels.add(
                db, NewLabel(session_id=session_id, rule_id=RULE, verdict="no_hit"), labeller="ann"
            )
        for who, session_id, verdict in (
            ("ann", "right", "hit"),
            ("ann", "split", "hit"),
            ("ben", "split", "no_hit"),
        ):
            new = NewLabel(session_id=session_id, rule_id=RULE, verdict=verdict)  # type: ignore[arg-type]
            await labels.add(db, new, labeller=who)
    return ids


async def test_each_ends_as_one_of_three_and_the_last_word_holds(
    database: Database, disputed: dict[str, str]
) -> None:
    async with database.transaction() as db:
        for session_id, cause in (("s-1", "judge_wrong"), ("s-2", "label_wrong"), ("s-2", "rule_unclear")):
            await adjudication.adjudicate(db, disputed[session_id], RULE, cause, actor="lead")  # type: ignore[arg-type]
        found = await adjudication.disagreements(db, RULE)
    assert {each.case.session_id: each.between for each in found} == {
        "s-1": "label_and_verdict",
        "s-2": "label_and_verdict",
        "s-3": "label_and_verdict",
        "split": "labellers",
    }
    assert adjudication.count_by_rule(found) == (
        WrongCounts(rule_id=RULE, judge_wrong=1, label_wrong=0, rule_unclear=1, waiting=2),
    )


async def test_only_what_differs_can_be_adjudicated(database: Database, disputed: dict[str, str]) -> None:
    with pytest.raises(DisagreementNotFound):
        async with database.transaction() as db:
            await adjudication.adjudicate(db, disputed["right"], RULE, "judge_wrong", actor="lead")
