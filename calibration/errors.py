"""Errors of eval sets and runs."""

from prompts.errors import FileError, MingjianError


class EvalSetInvalid(FileError):
    """An eval set cannot be used."""


class EvalSetNotFound(MingjianError):
    """No eval set of that name."""


class SplitImpossible(MingjianError):
    """The cases of the set cannot be divided into dev and test."""


class LabelsInvalid(FileError):
    """A file of labels cannot be used."""


class RunInvalid(FileError):
    """A report of a run cannot be used."""


class GateUndecided(MingjianError):
    """The runs do not say whether the change may pass."""


class CertificateNotEarned(MingjianError):
    """The labels do not prove the agreement that the certificate asks for.

    `labelled`: hits with a probability and a label that was drawn at random; `needed`: so many could prove it if all agreed.
    """

    def __init__(self, message: str, *, labelled: int, needed: int) -> None:
        self.labelled, self.needed = labelled, needed
        super().__init__(message)


class WordingFixed(MingjianError):
    """The wording of the prompt cannot be changed by a model."""


class BudgetTooSmall(MingjianError):
    """The budget of tokens is too small for what is asked."""


class OptimiserMissing(MingjianError):
    """The optimiser is not installed: pip install 'mingjian[suggest]'."""
