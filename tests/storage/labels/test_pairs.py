"""Labels beside what was judged, and labels that a change of meaning has left behind."""

from typing import Any

import pytest

from storage import labels
from storage.db import Database
from storage.errors import RuleChangeConflict
from storage.labels import NewLabel
from storage.session_filters import ReportFilters
from tests.storage.reviewing import RULE, VERSION, found, judge, judged, submit

pytestmark = pytest.mark.anyio
NEW = "sha256:r2"


async def _say(database: Database, session_id: str, labeller: str, verdict: str, **fields: Any) -> None:
    new = NewLabel(session_id=session_id, rule_id=RULE, verdict=verdict, **fields)  # type: ignore[arg-type]
    async with database.transaction() as db:
        await labels.add(db, new, labeller=labeller)


async def test_a_case_has_what_most_say_beside_what_was_judged(database: Database) -> None:
    await submit(database, "s-1", "s-2", "s-3", "s-4")
    await judge(database, "s-1", found("s-1", "hit", confidence=0.9))
    await judge(database, "s-2", found("s-2", "no_hit", confidence=0.75))
    await judge(database, "s-3", found("s-3", "undetermined", reason_code="judge_timeout"))
    for labeller, verdict in (("ann", "no_hit"), ("ben", "no_hit"), ("eve", "hit")):
        await _say(database, "s-1", labeller, verdict, inclusion_probability=0.5, source="human_random")
    await _say(database, "s-2", "ann", "hit")
    await _say(database, "s-2", "ben", "no_hit")
    await _say(database, "s-3", "ann", "unsure")
    async with database.reading() as db:
        one, two, three = await labels.pairs(db, RULE)
    assert (one.expected, one.judged, one.probability, one.weight) == ("no_hit", "hit", 0.9, 2.0)
    assert one.said == {"ann": "no_hit", "ben": "no_hit", "eve": "hit"}
    assert (one.shop, one.agent_id, one.sources) == ("shop-a", "a-1", ("human_random",))
    assert (two.expected, two.judged, two.probability, two.weight) == (None, "no_hit", 0.25, None)
    assert (three.expected, three.judged, three.reason_code) == (None, "undetermined", "judge_timeout")


async def test_the_last_decision_on_an_appeal_is_not_outvoted(database: Database) -> None:
    await judged(database, "s-1")
    await judged(database, "s-2")
    for labeller, verdict in (("ann", "hit"), ("ben", "hit")):
        await _say(database, "s-1", labeller, verdict, source="human_random")
    await _say(database, "s-1", "eve", "hit", source="appeal")
    await _say(database, "s-1", "fay", "no_hit", source="appeal")
    await _say(database, "s-2", "ann", "hit")
    await _say(database, "s-2", "eve", "unsure", source="appeal")
    async with database.reading() as db:
        one, two = await labels.pairs(db, RULE)
    assert (one.expected, two.expected) == ("no_hit", "hit")


async def test_a_label_stands_beside_what_was_seen_or_beside_the_latest(database: Database) -> None:
    await judged(database, "s-1", shop="shop-b")
    await _say(database, "s-1", "ann", "no_hit")
    await judge(
        database, "s-1", found("s-1", "no_hit", version=NEW), minutes=5, catalogue_version="sha256:c2"
    )
    async with database.reading() as db:
        assert [each.judged for each in await labels.pairs(db, RULE)] == ["hit"]
        assert [each.judged for each in await labels.pairs(db, RULE, beside="latest")] == ["no_hit"]
        assert await labels.pairs(db, RULE, rule_versions=[NEW]) == ()
        assert len(await labels.pairs(db, filters=ReportFilters(shop="shop-b"))) == 1
        assert await labels.pairs(db, filters=ReportFilters(shop="shop-a")) == ()


async def test_newer_content_is_no_longer_what_was_labelled(database: Database) -> None:
    await judged(database, "s-1")
    await _say(database, "s-1", "ann", "no_hit")
    await submit(database, "s-1", group="new")
    await judge(database, "s-1", found("s-1", "no_hit"), revision=2, minutes=5)
    async with database.reading() as db:
        assert len(await labels.pairs(db, RULE)) == 1
        assert await labels.pairs(db, RULE, beside="latest") == ()


async def _change(
    database: Database, kind: Any, source: str = VERSION, target: str = NEW
) -> labels.RuleChange:
    async with database.transaction() as db:
        return await labels.record_change(
            db, RULE, from_version=source, to_version=target, kind=kind, author="lead", reason="门店反馈"
        )


async def test_a_change_of_meaning_leaves_labels_behind_and_says_which_to_look_at(database: Database) -> None:
    await judged(database, "moved", "same", "unjudged")
    for session_id in ("moved", "same", "unjudged"):
        await _say(database, session_id, "ann", "hit")
    await _say(database, "moved", "ben", "hit")
    await judge(
        database, "moved", found("moved", "no_hit", version=NEW), minutes=5, catalogue_version="sha256:c2"
    )
    await judge(database, "same", found("same", "hit", version=NEW), minutes=5, catalogue_version="sha256:c2")
    await _change(database, "meaning")
    async with database.reading() as db:
        found_stale = await labels.stale(db, RULE, NEW)
    assert (found_stale.labels, found_stale.valid_versions) == (4, (NEW,))
    assert (found_stale.look_again, found_stale.unmoved) == (("moved", "unjudged"), ("same",))


async def test_a_change_of_wording_leaves_none_behind(database: Database) -> None:
    await judged(database, "s-1")
    await _say(database, "s-1", "ann", "hit")
    await _change(database, "wording")
    await _change(database, "wording", NEW, "sha256:r3")
    async with database.reading() as db:
        found_stale = await labels.stale(db, RULE, "sha256:r3")
    assert (found_stale.labels, found_stale.valid_versions) == (0, ("sha256:r3", NEW, VERSION))


async def test_what_a_change_was_is_said_once(database: Database) -> None:
    first = await _change(database, "wording")
    assert await _change(database, "wording") == first
    with pytest.raises(RuleChangeConflict, match="one of wording"):
        await _change(database, "meaning")
    async with database.reading() as db:
        assert await labels.changes(db, RULE) == (first,)
