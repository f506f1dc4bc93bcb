"""What must not go wrong again: cases that people have corrected, as an eval set."""

from collections import defaultdict

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from calibration.eval_sets import Case, Label
from evaluators.types import ChatSession
from storage import appeals, labels, sessions
from storage.labels import JudgedCase
from storage.trust import adjudication

_GIVEN = ("hit", "no_hit", "not_applicable")


async def regression_cases(db: AsyncSession, rule_id: str | None = None) -> tuple[Case, ...]:
    """One case per session content: upheld appeals, misjudged and missed hits, whatever was adjudicated as the
    judge's fault. Left out: what was adjudicated as the label's fault, or the rule's.

    An appeal's last word stands above earlier reviewers: labels it overruled are not in the case.
    """
    won = await appeals.upheld(db, rule_id)
    wanted: defaultdict[tuple[str, int], list[JudgedCase]] = defaultdict(list)
    for each in await adjudication.disagreements(db, rule_id):
        cause = each.adjudication.cause if each.adjudication else None
        differs = each.between == "label_and_verdict" or _key(each.case) in won
        if differs and cause in (None, "judge_wrong"):
            wanted[each.case.session_id, each.case.revision].append(each.case)
    stored = await sessions.get_many(db, sorted(wanted))
    found = []
    for (session_id, revision), cases in sorted(wanted.items()):
        given = [label for case in cases for label in await _labels(db, case, _key(case) in won)]
        found.append(_case(stored[session_id, revision].session, revision, cases, given))
    return tuple(found)


def _key(case: JudgedCase) -> tuple[str, str]:
    return case.inspection_id, case.rule_id


async def _labels(db: AsyncSession, case: JudgedCase, overruled: bool) -> list[Label]:
    """All labellers' that are sure, with those of the minority; of an upheld appeal none that say hit."""
    given = await labels.select_labels(db, session_id=case.session_id, rule_id=case.rule_id)
    names = [name for name in Label.__struct_fields__ if hasattr(labels.Label, name)]
    return [
        msgspec.convert({name: getattr(each, name) for name in names}, Label)
        for each in given
        if each.revision == case.revision
        and each.verdict in _GIVEN
        and not (overruled and each.verdict == "hit")
    ]


def _case(session: ChatSession, revision: int, cases: list[JudgedCase], given: list[Label]) -> Case:
    appeal = any("appeal" in case.sources for case in cases)
    return Case(
        case_id=f"{session.session_id}/{revision}",
        session=session,
        labels=tuple(given),
        hard=any(case.expected != "hit" for case in cases),
        slices={"regression": "appeal" if appeal else "review"},
    )
