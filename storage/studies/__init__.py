"""Studies: eval runs, replays, searches for a wording and other long work over many cases, as jobs that tell how far they are.

A study is one task in a lane of its own. Whoever works on it tells how far it is together with the heartbeat; what was
found so far is kept by content, so that the next try, after a kill or a change of one rule, asks for the rest only.
"""

from storage.studies.changing import cancel, finish, resume, start, tell
from storage.studies.reading import (
    Kind,
    Progress,
    Status,
    Study,
    get,
    recent,
    request_of,
    requests,
    result_of,
    results,
)
from storage.studies.verdicts import keep_verdicts, known_verdicts

__all__ = [
    "Kind", "Progress", "Status", "Study", "cancel", "finish", "get", "keep_verdicts", "known_verdicts", "recent",
    "request_of", "requests", "result_of", "results", "resume", "start", "tell",
]  # fmt: skip
