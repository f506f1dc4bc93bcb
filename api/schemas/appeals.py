"""What agents send about their hits."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

#: Words, not blanks: somebody else decides by them.
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class HitOfSession(BaseModel):
    """A hit: of which rule, in which session."""

    model_config = ConfigDict(extra="forbid")
    session_id: str
    rule_id: str = Field(description="id or R-number")


class Objection(HitOfSession):
    """Why a hit is none."""

    reason: Reason


class Escalation(BaseModel):
    """Why the first decision is wrong."""

    model_config = ConfigDict(extra="forbid")
    reason: Reason
