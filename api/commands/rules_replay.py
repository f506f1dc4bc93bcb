"""`mingjian rules replay`: a draft over sessions from files, against what is published."""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from api.commands import options
from api.commands.output import progress, say, skipped, written
from api.inspecting.batch import BatchInspector, Inspected
from api.judging.judges import open_judge
from api.reporting.evals.replay import replay_sections
from api.reporting.show import show
from calibration.drafts import drafted, published
from calibration.replay import Replaying
from evaluators.profiles import load_profile
from evaluators.types import ChatSession
from storage.intake.reading import read_sessions
from storage.intake.records import BadRecord

#: Sessions that both sides inspect before the next are read.
_AT_ONCE = 200


def replay(
    draft: Annotated[
        Path, typer.Argument(metavar="DRAFT_DIR", help="Rules and prompts that replace those of the same id.")
    ],
    sources: Annotated[list[Path], typer.Argument(metavar="SESSIONS…", help="Files or folders of sessions.")],
    judge: options.JudgeName = "none",
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    profile: options.ProfileName = "default",
    format: options.Format = None,
    mapping: options.MappingFile = None,
    timezone: options.Timezone = None,
    most: Annotated[
        int, typer.Option("--show", metavar="N", min=0, help="Most hits printed; --output has all.")
    ] = 20,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="All of it as JSON.")
    ] = None,
) -> int:
    """Replay a draft: which hits come and go with their quotes, and what that does to agents' scores.

    Only the rules that the draft changes are compared; scores are those of the whole catalogue.
    """
    before, after = published(), drafted(draft)
    changed = after.changed_from(before)
    if not changed:
        say(f"{draft}: no rule reads differently from what is published")
        return 0
    sides = [
        (BatchInspector(side.catalogue, load_profile(profile)),
         open_judge(judge, base_url=base_url, model=model, prompts=side.prompts))
        for side in (before, after)
    ]  # fmt: skip
    zone, bad, replaying = options.zone_of(timezone), 0, Replaying(changed)
    found = (
        each
        for source in sources
        for each in read_sessions(source, format=format, timezone=zone, mapping=mapping)
    )
    with progress("重放会话 sessions") as shown:
        while part := tuple(islice(found, _AT_ONCE)):
            bad += _say_bad(part)
            sessions = [each for each in part if isinstance(each, ChatSession)]
            old, new = (_inspected(side.inspect_all(sessions, opened)) for side, opened in sides)
            for first, second in zip(old, new, strict=True):
                replaying.add(first.outcomes, second.outcomes, first.scorecard(), second.scorecard())
                shown.advance()
    result = replaying.replay()
    if output is not None:
        with written(output) as file:
            file.write(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
    show(replay_sections(result, most), sys.stdout)
    return skipped(bad)


def _say_bad(part: tuple[ChatSession | BadRecord, ...]) -> int:
    bad = [each for each in part if isinstance(each, BadRecord)]
    for each in bad:
        say(str(each))
    return len(bad)


def _inspected(found: Iterator[Inspected | BadRecord]) -> list[Inspected]:
    return [each for each in found if isinstance(each, Inspected)]
