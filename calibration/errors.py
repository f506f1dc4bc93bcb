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
    """The labels do not prove the agreement that the certificate asks for."""


class WordingFixed(MingjianError):
    """The wording of the prompt cannot be changed by a model."""


class OptimiserMissing(MingjianError):
    """The optimiser is not installed: pip install 'mingjian[suggest]'."""
