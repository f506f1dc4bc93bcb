"""What is wrong with an eval set, every finding with its file, line and field."""

from calibration.eval_sets.lint.checking import Known, lint_sets

__all__ = ["Known", "lint_sets"]
