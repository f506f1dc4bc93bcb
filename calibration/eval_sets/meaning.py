"""What becomes of labels when a rule changes: a new wording leaves them alone, a new meaning makes some stale.

Only the author knows which of the two a change is. It is written down, with its reason, in `changes.toml` of the
eval set; entries are only ever added. A label is bound to the version of the rule it was given for.
"""

import json
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from calibration.errors import EvalSetInvalid

#: wording: it means the same. narrower: fewer things are a hit. wider: more are. different: any verdict may change.
Kind = Literal["wording", "narrower", "wider", "different"]
#: The verdicts that a change can turn into others.
_CAN_CHANGE: dict[Kind, tuple[str, ...]] = {
    "wording": (),
    "narrower": ("hit",),
    "wider": ("no_hit", "not_applicable"),
    "different": ("hit", "no_hit", "not_applicable"),
}
NAME = "changes.toml"


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this version on the rule reads as it does, and why. The first entry of a rule says what was labelled."""

    rule_id: str
    version: str
    kind: Kind
    reason: str
    changed_at: datetime


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    change: tuple[Change, ...] = ()


def load_changes(place: Path) -> tuple[Change, ...]:
    """The changes written down in the folder of a set, oldest first. Raises `EvalSetInvalid`."""
    path = place / NAME
    if not path.is_file():
        return ()
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).change
    except (ValueError, msgspec.ValidationError) as error:
        raise EvalSetInvalid(str(error), path=str(path)) from error


def add_change(place: Path, change: Change) -> Path:
    """Writes one more entry. Raises `EvalSetInvalid` if that version of the rule has one already."""
    path = place / NAME
    if any(
        (known.rule_id, known.version) == (change.rule_id, change.version) for known in load_changes(place)
    ):
        raise EvalSetInvalid(f"{change.rule_id} {change.version}: is written down already", path=str(path))
    entry = "\n".join(
        [
            "[[change]]",
            *(f"{name} = {json.dumps(getattr(change, name), ensure_ascii=False)}" for name in _TEXTS),
            f"changed_at = {change.changed_at.isoformat(timespec='seconds')}",
        ]
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if file.tell() else "") + entry + "\n")
    return path


_TEXTS = ("rule_id", "version", "kind", "reason")


def can_have_changed(rule_id: str, verdict: str, labelled_for: str | None, changes: Iterable[Change]) -> bool:
    """Whether a label given for that version (None: nobody knows, so for the first) may be wrong by now."""
    own = [change for change in changes if change.rule_id == rule_id]
    place = next((at for at, change in enumerate(own) if change.version == labelled_for), 0)
    return any(verdict in _CAN_CHANGE[change.kind] for change in own[place + 1 :])


def undeclared(rule_id: str, version: str, changes: Sequence[Change]) -> bool:
    """Whether the rule reads differently from its last entry and nobody has said what that changes."""
    own = [change for change in changes if change.rule_id == rule_id]
    return bool(own) and own[-1].version != version
