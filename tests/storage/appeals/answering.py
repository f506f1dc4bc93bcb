"""What agent a-1 says of the hits of session s-1."""

from datetime import timedelta

from storage import appeals
from storage.appeals import Appeal
from storage.db import Database
from tests.storage.building import NOON
from tests.storage.reviewing import RULE

DAY = timedelta(days=1)


async def file(database: Database, days: float = 0, agent_id: str = "a-1", rule_id: str = RULE) -> Appeal:
    """Appeals, so many days after noon."""
    async with database.transaction() as db:
        return await appeals.file(
            db,
            "s-1",
            rule_id,
            agent_id=agent_id,
            actor=agent_id,
            reason="顾客同意等待",
            now=NOON + days * DAY,
        )


async def acknowledge(database: Database) -> appeals.Acknowledgement:
    """Acknowledges the hit of `RULE`."""
    async with database.transaction() as db:
        return await appeals.acknowledge(db, "s-1", RULE, agent_id="a-1", actor="a-1", now=NOON)
