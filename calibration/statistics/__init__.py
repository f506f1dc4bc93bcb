"""How far numbers can be trusted: pure functions on labels and verdicts; no files, no database, no clock.

Which estimator serves when, and what its interval was shown to cover, is in `docs/calibration_statistics.md`.
"""
