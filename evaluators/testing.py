"""Doubles for tests, shipped with the package so that users' tests can use them too."""

from collections.abc import Collection, Mapping

from evaluators.judges.answers import Answer, Answers, Located, Unanswered
from evaluators.types import ChatSession, JudgeRef

_SCRIPTED = JudgeRef(name="scripted", model="script", prompt_version=None)


class ScriptedJudge:
    """Says what it was told to, and remembers what it was asked.

    `script`: act to the message ids where it occurs, or to an `Unanswered`. Acts it does not name are
    answered with "nowhere" (`silent=False`) or not at all (`silent=True`).
    """

    name = "scripted"

    def __init__(
        self,
        script: Mapping[str, Collection[str] | Unanswered],
        *,
        silent: bool = False,
        probability: float = 0.9,
    ) -> None:
        self._script, self._silent, self._probability = script, silent, probability
        self.asked: list[tuple[str, frozenset[str]]] = []

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """See `Judge.answer`."""
        self.asked.append((session.session_id, frozenset(acts)))
        answers: dict[str, Answer] = {}
        for act in acts:
            told = self._script.get(act)
            if isinstance(told, Unanswered):
                answers[act] = told
            elif told is not None or not self._silent:
                messages = dict.fromkeys(told or (), self._probability)
                answers[act] = Located(messages=messages, absent=self._probability, judge=_SCRIPTED)
        return answers
