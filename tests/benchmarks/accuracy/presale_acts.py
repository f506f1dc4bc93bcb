"""What agents do before a sale: U-NEED, real chats of a few sessions with an act per message."""

from collections.abc import Iterator

from evaluators.judges.port import Judge
from tests.benchmarks.accuracy.asking import told
from tests.benchmarks.accuracy.research_chats import chats
from tests.benchmarks.accuracy.table import Case, Line, classified, counted

#: Our act to the one of the data that comes closest.
ACTS = {
    "need_exploration": "系统提问",
    "product_recommendation": "系统推荐",
    "selling_point_presentation": "系统解释",
    "product_detail_explanation": "系统解释",
}


def uneed(judge: Judge, limit: int) -> Iterator[Line]:
    """Per message of the agent."""
    dialogues = list(chats("uneed_dev"))[:limit]
    said = told(judge, dialogues, list(ACTS))
    for act, theirs in ACTS.items():
        cases = [
            Case(
                each["act"] == theirs, f"m{each['msg'] + 1}" in told_of[act].messages, chat.session.session_id
            )
            for chat, told_of in zip(dialogues, said, strict=True)
            if told_of[act].cause is None
            for each in chat.labels["acts"]
            if chat.session.messages[each["msg"]].sender == "agent"
        ]
        causes = counted(each[act].cause for each in said)
        yield classified(
            f"{act}, per message",
            f"U-NEED, {theirs} (about the same)",
            "people, published with the data",
            cases,
            causes,
        )
