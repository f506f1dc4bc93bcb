"""Errors of the service, and the one table that says which HTTP status every error of the tree is."""

from collections.abc import Sequence

import msgspec

from prompts.errors import MingjianError


class RecordProblem(msgspec.Struct, frozen=True):
    """What is wrong with one record of a request. `index` counts from 0, `line` from 1 (None: not lines)."""

    index: int | None
    line: int | None
    field: str | None
    message: str


class SettingsInvalid(MingjianError):
    """A setting cannot be used."""


class LibraryMissing(MingjianError):
    """A library that this needs is not installed."""


class KeysInvalid(MingjianError):
    """The file of API keys cannot be used."""


class NotOpenBeyondLoopback(MingjianError):
    """The service does not listen beyond this machine without API keys."""


class KeyMissing(MingjianError):
    """This service asks for an API key: send the header `Authorization: Bearer <key>`."""


class KeyUnknown(MingjianError):
    """This API key is not known here."""


class ScopeMissing(MingjianError):
    """This API key may not do that."""


class HostNotAllowed(MingjianError):
    """Without API keys this service answers only to names of this machine."""


class FormForeign(MingjianError):
    """A form of the console is only taken from its own pages: open the page and send it from there."""


class TooManyWatchers(MingjianError):
    """Too many pages follow this service already: this one is brought up to date by opening it again."""


class PraiseUnappealable(MingjianError):
    """A hit of praise adds points: there is nothing to appeal against."""


class MessageMissing(MingjianError):
    """A text of the console has no English."""


class BodyInvalid(MingjianError):
    """The body of the request cannot be read."""


class BodyTooLarge(MingjianError):
    """The body of the request is too large."""


class MediaTypeUnsupported(MingjianError):
    """The body is neither JSON nor NDJSON."""


class RecordsRejected(MingjianError):
    """Nothing in the request can be used. `problems` says for every record why."""

    def __init__(self, message: str, problems: Sequence[RecordProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


class PublicationUnusable(MingjianError):
    """A published text cannot be used by this release: publish another in its place."""


class ProfileRejected(MingjianError):
    """The profile cannot be used. `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[RecordProblem]) -> None:
        self.problems = tuple(problems)
        told = "; ".join(f"{each.field}: {each.message}" if each.field else each.message for each in problems)
        super().__init__(told)


class ParameterInvalid(MingjianError):
    """A parameter of the request cannot be used. `field` names it."""

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: {expected}")
