"""Profiles: thresholds, phrases, scores, levels and switches overridden per shop, group and agent tier."""

from evaluators.profiles.documents import Profile, ProfileDocument, ProfileSource
from evaluators.profiles.reading import built_in, load_profile, profile_names, resolve_profile
from evaluators.profiles.segments import Segment, effective_from, segment_of
from evaluators.profiles.settings import Settings, apply_profile, find_profile_problems, settings_for

__all__ = [
    "Profile",
    "ProfileDocument",
    "ProfileSource",
    "Segment",
    "Settings",
    "apply_profile",
    "built_in",
    "effective_from",
    "find_profile_problems",
    "load_profile",
    "profile_names",
    "resolve_profile",
    "segment_of",
    "settings_for",
]
