"""Errors of sessions, rules, profiles and judges."""

from prompts.errors import FileError, MingjianError


class SessionInvalid(MingjianError):
    """A session does not have the shape of contract section 1.

    `field` is a path such as `messages[3].sent_at`; `expected` says what was expected there.
    """

    def __init__(self, field: str, expected: str) -> None:
        self.field, self.expected = field, expected
        super().__init__(f"{field}: {expected}" if field else expected)


class RuleInvalid(FileError):
    """A rule file cannot be used."""


class ProfileInvalid(FileError):
    """A profile file cannot be used."""


class RuleNotFound(MingjianError):
    """No rule of that id."""


class ProfileNotFound(MingjianError):
    """No profile of that name."""


class JudgeUnusable(MingjianError):
    """The judge's server cannot be reached or cannot judge: the message says why and what to do."""
