"""Ids of things this system names itself."""

import secrets
from datetime import datetime

from storage.instants import to_microseconds


def new_id(prefix: str, now: datetime) -> str:
    """`prefix` + creation time + 64 random bits: unique without asking the database, sorts by creation."""
    return f"{prefix}_{to_microseconds(now):014x}{secrets.token_hex(8)}"
