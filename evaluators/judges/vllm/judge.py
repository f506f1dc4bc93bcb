"""The judge that asks a vLLM server: decisions for everything, explanations only where they are needed."""

from collections.abc import Collection, Mapping, Sequence

from evaluators.judges.answers import Answer, Answers, Unanswered
from evaluators.judges.breaker import Paused
from evaluators.judges.cache import JudgeCache, MemoryCache
from evaluators.judges.port import Condition
from evaluators.judges.vllm.accounting import Account, Figures, Why
from evaluators.judges.vllm.capability import Capability
from evaluators.judges.vllm.conclude import Conclusion, absent, invalid, unanswered, why_explain
from evaluators.judges.vllm.condition import ServerCondition, condition_of
from evaluators.judges.vllm.desk import Desks
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.reading import Book, Reading, read_session
from evaluators.judges.vllm.replica import Observer
from evaluators.judges.vllm.replicas import Replicas
from evaluators.judges.vllm.replies import Decision
from evaluators.judges.vllm.settings import VllmSettings
from evaluators.types import ChatSession, JudgeRef
from prompts.library import Prompt, load_prompts

NAME = "vllm"


class VllmJudge:
    """Behind the port `Judge`. Share one: limits, pauses and counts are in it. One event loop at a time.

    `prompts`: all that are in the rulebook, whatever a session is asked about; None: the shipped ones.
    `observe`: told when a server is paused (and why) and when it goes on.
    """

    name = NAME

    def __init__(
        self,
        base_urls: Sequence[str],
        settings: VllmSettings | None = None,
        *,
        prompts: Mapping[str, Prompt] | None = None,
        cache: JudgeCache | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.settings = settings or VllmSettings()
        self._urgent = False
        self._account = Account()
        self.book = Book(load_prompts() if prompts is None else prompts, self.settings.layout)
        self.base_urls = tuple(dict.fromkeys(base_urls))
        known = MemoryCache() if cache is None else cache
        self._desks = Desks(self.base_urls, self.settings, self.book, known, self._account, observe)

    def live(self) -> "VllmJudge":
        """The same judge for sessions that are still going on: before all others, and without patience."""
        view = VllmJudge.__new__(VllmJudge)
        view.__dict__.update(self.__dict__, _urgent=True)
        return view

    def reading(self, prompts: Mapping[str, Prompt]) -> "VllmJudge":
        """See `ReadingJudge.reading`."""
        return self._with(Book(prompts, self.settings.layout), self._account, apart=False)

    def apart(self, prompts: Mapping[str, Prompt]) -> "VllmJudge":
        """With other wordings, connections and counts of its own. What the servers can do is not asked again."""
        return self._with(Book(prompts, self.settings.layout), Account(), apart=True)

    def _with(self, book: Book, account: Account, *, apart: bool) -> "VllmJudge":
        desks = self._desks.apart(book, account) if apart else self._desks.reading(book)
        view = VllmJudge.__new__(VllmJudge)
        view.__dict__.update(self.__dict__, book=book, _account=account, _desks=desks)
        return view

    async def condition(self) -> Condition:
        """See `ServedJudge.condition`. A server nobody has asked yet is probed."""
        found = await self.servers()
        return Condition(any(each.usable for each in found), "; ".join(each.line() for each in found))

    async def servers(self, *, again: bool = False) -> tuple[ServerCondition, ...]:
        """Each server, looked at now. `again`: what it can do is probed anew, as after it was started otherwise."""
        if again:
            self.replicas.forget()
        return await condition_of(self.replicas)

    @property
    def replicas(self) -> Replicas:
        """The servers, for the running event loop."""
        return self._desks.current().replicas

    @property
    def paused(self) -> dict[str, Paused]:
        """By base URL, the servers that are not asked at the moment, and why."""
        return self._desks.paused()

    @property
    def figures(self) -> Figures:
        """What was asked and answered so far, and what it cost."""
        return self._account.figures()

    async def answer(self, session: ChatSession, acts: Collection[str]) -> Answers:
        """See `Judge.answer`."""
        known, unknown = self.book.asked(acts)
        questions = sorted(set(known.values()))
        told = await self._answer(read_session(session), questions) if questions else {}
        self._account.count(told)
        nobody = {
            act: Unanswered(reason_code="not_configured", detail=f"no prompt asks about {act}")
            for act in unknown
        }
        return {**{act: told[asks] for act, asks in known.items()}, **nobody}

    async def _answer(self, reading: Reading, questions: list[str]) -> dict[str, Answer]:
        try:
            model = await self.replicas.any_capability(reading.session_id, urgent=self._urgent)
        except CallFailed as failure:
            return {each: unanswered(failure, self._ref(each, None)) for each in questions}
        decided = await self._desks.current().decider.decide(reading, questions, model, urgent=self._urgent)
        answers: dict[str, Answer] = {}
        explain: dict[str, tuple[Why, Decision]] = {}
        for each, decision in decided.items():
            ref = self._ref(each, model)
            if isinstance(decision, CallFailed):
                answers[each] = unanswered(decision, ref)
            elif (problem := invalid(decision, self.settings)) is not None:
                answers[each] = unanswered(problem, ref)
            elif (why := why_explain(reading.session_id, each, decision, self.settings)) is not None:
                explain[each] = (why, decision)
            else:
                answers[each] = absent(decision, ref)
        return answers | await self._explain(reading, explain, model)

    async def _explain(
        self, reading: Reading, explain: Mapping[str, tuple[Why, Decision]], model: Capability
    ) -> dict[str, Answer]:
        if not explain:
            return {}
        told = await self._desks.current().explainer.explain(
            reading, sorted(explain), model, urgent=self._urgent
        )
        return {
            each: Conclusion(reading, self.book.prompts[each], self._ref(each, model), self._account).of(
                why, decision, told[each]
            )
            for each, (why, decision) in explain.items()
        }

    def _ref(self, asks: str, model: Capability | None) -> JudgeRef:
        named = model.model if model is not None else self.settings.model
        return JudgeRef(name=NAME, model=named or None, prompt_version=self.book.prompts[asks].version)

    async def close(self) -> None:
        """Gives the connections of the running event loop back. The judge can still be used."""
        await self._desks.close()
