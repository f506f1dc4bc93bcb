"""What holds for every test: property tests are not timed, machines are noisy."""

from hypothesis import settings

settings.register_profile("mingjian", deadline=None)
settings.load_profile("mingjian")
