"""A profile as its author writes it: the same document in TOML and in JSON."""

from typing import Annotated, Any, NamedTuple, Union

from msgspec import Meta, Struct

from evaluators.grammar.kinds import Phrase

ProfileName = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
Title = Annotated[str, Meta(min_length=1)]
Text = Annotated[str, Meta(min_length=1)]
#: One value, or several for which the layer holds alike.
Selector = Union[Text, tuple[Text, ...]]  # noqa: UP007 - msgspec needs the alias at run time
Table = dict[str, Any]

#: What every profile builds on unless it says otherwise.
ROOT = "default"


class Overrides(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What may be set for everyone, or in a layer for some. Typed where it is merged: `settings.py`."""

    scoring: Annotated[Table, Meta(description="a part of the scoring policy")] = {}
    service_hours: Annotated[Table, Meta(description="a part of the service calendar")] = {}
    timing: Annotated[Table, Meta(description="platform name to a part of its timing profile")] = {}
    rules: Annotated[Table, Meta(description="rule id or R-number to a part of the rule, and its edits")] = {}


class Layer(Overrides, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Overrides for a shop, a group or an agent tier; for those together if several are given."""

    shop: Selector = ()
    group: Selector = ()
    tier: Selector = ()


class ProfileDocument(Overrides, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Overrides for everyone, then `layer` by `layer` for some."""

    name: ProfileName
    title: Title
    title_en: str = ""
    why: str = ""
    why_en: str = ""
    base: ProfileName = ROOT
    layer: tuple[Layer, ...] = ()


class PhraseEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """First `set`, then `remove`, then `add`. An exception no phrase needs any more goes with its phrase."""

    set: Annotated[tuple[Phrase, ...] | None, Meta(description="these instead of the rule's")] = None
    remove: Annotated[tuple[Phrase, ...], Meta(description="without these")] = ()
    add: Annotated[tuple[Phrase, ...], Meta(description="these too")] = ()


class RuleEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """What a profile may say about a rule beside the rule's own keys."""

    phrases: Annotated[PhraseEdit | None, Meta(description="edits of the rule's phrase list")] = None
    add_except: Annotated[
        tuple[Phrase, ...], Meta(description="further innocent carriers beside the phrase list")
    ] = ()
    unset: Annotated[tuple[str, ...], Meta(description="keys made absent before anything is set")] = ()


class ProfileSource(NamedTuple):
    """A document not read yet. `content`: TOML or (path ends in .json) JSON text, or decoded JSON."""

    path: str
    content: str | Table


class Profile(Struct, frozen=True):
    """A profile and what it builds on. `version` names everything that decides what it does."""

    document: ProfileDocument
    source: ProfileSource
    base: "Profile | None"
    version: str

    @property
    def name(self) -> str:
        """What it is called on the command line and over REST."""
        return self.document.name

    @property
    def layered(self) -> bool:
        """Whether it, or what it builds on, has a layer: then not the same need hold for everyone."""
        return bool(self.document.layer) or (self.base is not None and self.base.layered)
