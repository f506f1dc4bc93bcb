"""What agents are called, where their sessions say so: lists show the name without reading a session."""

import json
import zlib

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import key, strings

revision = "0009"
down_revision = "0008"

#: One session of each agent is enough to begin with; the next that is handed in tells anew.
_ONE_EACH = """
    SELECT one.agent_id, kept.document
    FROM (SELECT agent_id, max(session_id) AS session_id FROM session_agents GROUP BY agent_id) AS one
    JOIN sessions ON sessions.session_id = one.session_id
    JOIN session_revisions AS kept
      ON kept.session_id = sessions.session_id AND kept.revision = sessions.revision
"""


def upgrade() -> None:
    made = op.create_table("agent_names", *strings("agent_id name"), key("agent_names", "agent_id"))
    rows = [
        {"agent_id": agent_id, "name": name}
        for agent_id, document in op.get_bind().execute(sa.text(_ONE_EACH))
        if (name := _name(agent_id, document))
    ]
    if rows:
        op.bulk_insert(made, rows)


def _name(agent_id: str, document: bytes) -> str:
    listed = json.loads(zlib.decompress(document)).get("agents") or []
    names = (each.get("name") for each in listed if each.get("agent_id") == agent_id)
    return next((name.strip() for name in names if name), "")
