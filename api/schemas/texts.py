"""Texts of rules and signals as they are shown and published."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.inspecting.drafts import LARGEST
from api.publishing import Meaning


class TextSummary(Struct, frozen=True, kw_only=True):
    """A line of the list. `file`: its name in the catalogue. `newest_version` is null where nothing was published."""

    subject: str
    kind: Literal["rule", "signal"]
    file: str
    newest_version: int | None
    effective_from: datetime | None


class TextView(Struct, frozen=True, kw_only=True):
    """A text. `version` is null for the file's. `unusable`: why this release cannot use it; null: it can."""

    subject: str
    file: str
    version: int | None
    effective_from: datetime | None
    text: str
    unusable: str | None


class TextChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`text` null: the file again. `change`: `wording` if it means the same, so that labels still hold, or `meaning`;
    needed where a rule reads as it never did. `base_version`: of the text that was changed, 0 for the file.
    """

    text: Annotated[str, Meta(max_length=LARGEST)] | None
    reason: Annotated[str, Meta(max_length=2000)]
    base_version: Annotated[int, Meta(ge=0)]
    change: Meaning | None = None
