"""What holds for every test: property tests are not timed, machines are noisy; no answer outlives a test."""

import os

from hypothesis import settings

settings.register_profile("mingjian", deadline=None)
settings.load_profile("mingjian")

os.environ.setdefault("MINGJIAN_JUDGE_CACHE", ":memory:")
