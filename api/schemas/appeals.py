"""What agents send about their hits."""

from pydantic import BaseModel, ConfigDict, Field


class HitOfSession(BaseModel):
    """A hit: of which rule, in which session."""

    model_config = ConfigDict(extra="forbid")
    session_id: str
    rule_id: str = Field(description="id or R-number")


class Objection(HitOfSession):
    """Why a hit is none."""

    reason: str = Field(min_length=1, max_length=2000)


class Escalation(BaseModel):
    """Why the first decision is wrong."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)
