"""Labels are facts: kept for each labeller, corrected by adding, tied to what was looked at."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import labels
from storage.db import Database
from storage.errors import LabelConflict, LabelInvalid, LabelNotFound, SessionNotFound
from storage.labels import Label, NewLabel
from tests.storage.reviewing import OTHER, RULE, VERSION, found, judge, judged, submit

pytestmark = pytest.mark.anyio


async def _add(database: Database, labeller: str = "ann", **fields: Any) -> Label:
    given = {"session_id": "s-1", "rule_id": RULE, "verdict": "no_hit"} | fields
    async with database.transaction() as db:
        return await labels.add(db, NewLabel(**given), labeller=labeller)


async def _current(database: Database, **fields: Any) -> dict[str, str]:
    async with database.reading() as db:
        return {each.labeller: each.verdict for each in await labels.select_labels(db, **fields)}


async def test_a_label_comes_back_with_what_it_was_given_for(database: Database) -> None:
    ids = await judged(database, "s-1")
    label = await _add(
        database, message_ids=("m2",), quotes=("您好",), note="讽刺", inclusion_probability=0.25, source="human_random"
    )  # fmt: skip
    async with database.reading() as db:
        assert await labels.get(db, label.label_id) == label
    assert (label.revision, label.rule_version, label.inspection_id) == (1, VERSION, ids["s-1"])
    assert (label.message_ids, label.quotes, label.note) == (("m2",), ("您好",), "讽刺")
    assert (label.source, label.inclusion_probability, label.current) == ("human_random", 0.25, True)


async def test_every_labeller_is_kept(database: Database) -> None:
    await judged(database, "s-1")
    await _add(database, "ann", verdict="hit")
    await _add(database, "ben", verdict="no_hit")
    assert await _current(database, session_id="s-1") == {"ann": "hit", "ben": "no_hit"}


async def test_saying_otherwise_supersedes_only_ones_own(database: Database) -> None:
    await judged(database, "s-1")
    first = await _add(database, "ann", verdict="hit")
    await _add(database, "ben", verdict="hit")
    second = await _add(database, "ann", verdict="unsure")
    assert second.supersedes == first.label_id
    assert await _current(database, rule_id=RULE) == {"ann": "unsure", "ben": "hit"}
    async with database.reading() as db:
        everything = await labels.history(db, "s-1", RULE)
    assert [(each.labeller, each.verdict, each.current) for each in everything] == [
        ("ann", "hit", False),
        ("ben", "hit", True),
        ("ann", "unsure", True),
    ]


async def test_a_label_can_be_withdrawn_once_and_given_again(database: Database) -> None:
    await judged(database, "s-1")
    label = await _add(database)
    async with database.transaction() as db:
        await labels.withdraw(db, label.label_id, labeller="ann", note="slip")
    assert await _current(database) == {}
    with pytest.raises(LabelConflict):
        async with database.transaction() as db:
            await labels.withdraw(db, label.label_id, labeller="ann")
    await _add(database, verdict="hit")
    assert await _current(database) == {"ann": "hit"}


async def test_nobody_withdraws_what_somebody_else_said(database: Database) -> None:
    await judged(database, "s-1")
    label = await _add(database, "ann")
    with pytest.raises(LabelNotFound, match="'ben' has given no label"):
        async with database.transaction() as db:
            await labels.withdraw(db, label.label_id, labeller="ben")


async def test_of_many_corrections_at_once_one_is_the_last(database: Database) -> None:
    await judged(database, "s-1")
    await asyncio.gather(*(_add(database, "ann", note=str(number)) for number in range(6)))
    async with database.reading() as db:
        chain = await labels.history(db, "s-1", RULE)
    assert [each.current for each in chain].count(True) == 1
    assert len({each.supersedes for each in chain}) == 6, "a chain, each link superseded once"


async def test_the_same_label_again_is_the_one_that_is_there(database: Database) -> None:
    await judged(database, "s-1")
    first = await _add(database, "ann", note="讽刺")
    again = await asyncio.gather(*(_add(database, "ann", note="讽刺") for _ in range(3)))
    assert [*again] == [first] * 3


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"message_ids": ("m9",)}, "message_ids[0]"),
    ({"message_ids": ("m1",), "quotes": ("您好",)}, "quotes[0]"),
    ({"quotes": ("在吗",)}, "quotes[0]"),
    ({"rule_id": OTHER}, "rule_version"),
]


@pytest.mark.parametrize(("fields", "field"), WRONG)
async def test_says_what_is_wrong_with_a_label(
    database: Database, fields: dict[str, Any], field: str
) -> None:
    await judged(database, "s-1")
    with pytest.raises(LabelInvalid) as caught:
        await _add(database, **fields)
    assert caught.value.field == field


async def test_a_label_needs_its_session(database: Database) -> None:
    with pytest.raises(SessionNotFound):
        await _add(database, session_id="nobody")


async def test_a_label_of_the_content_before_stays_with_it(database: Database) -> None:
    await judged(database, "s-1")
    await submit(database, "s-1", group="new")
    assert (await _add(database, revision=1)).revision == 1
    with pytest.raises(LabelInvalid, match="no inspection of this content"):
        await _add(database, "ben")
    given = await _add(database, "ben", rule_version="sha256:elsewhere")
    assert (given.revision, given.rule_version, given.inspection_id) == (2, "sha256:elsewhere", None)


async def test_an_inspection_of_something_else_is_refused(database: Database) -> None:
    ids = await judged(database, "s-1", "s-2")
    with pytest.raises(LabelInvalid) as caught:
        await _add(database, inspection_id=ids["s-2"])
    assert caught.value.field == "inspection_id"


async def test_labels_are_read_page_by_page(database: Database) -> None:
    await judged(database, "s-1", "s-2", "s-3")
    given = [await _add(database, session_id=each) for each in ("s-1", "s-2", "s-3")]
    async with database.reading() as db:
        first = await labels.select_labels(db, limit=2)
        rest = await labels.select_labels(db, limit=2, after=first[-1].label_id)
    assert [*first, *rest] == given


async def test_the_database_refuses_to_change_a_label(database: Database) -> None:
    await judged(database, "s-1")
    await _add(database)
    with pytest.raises(DBAPIError, match="labels is append-only"):
        async with database.transaction() as db:
            await db.execute(text("UPDATE labels SET verdict = 'hit'"))


async def test_a_later_inspection_is_what_a_label_is_about(database: Database) -> None:
    await judged(database, "s-1")
    later = await judge(
        database, "s-1", found("s-1", "no_hit", version="sha256:r2"), minutes=5, catalogue_version="sha256:c2"
    )
    label = await _add(database)
    assert (label.inspection_id, label.rule_version) == (later, "sha256:r2")
