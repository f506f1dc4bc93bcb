"""What a run will cost, said before it starts: a sample of its chats goes through the server's own tokenizer."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from evaluators.errors import JudgeUnusable
from evaluators.judges.vllm.accounting import EXPLAINED_SHARE, Estimate, Usage
from evaluators.judges.vllm.asking import AT_ONCE, turns
from evaluators.judges.vllm.failures import CallFailed
from evaluators.judges.vllm.judge import VllmJudge
from evaluators.judges.vllm.reading import after_chat, read_session
from evaluators.judges.vllm.replica import Replica
from evaluators.judges.vllm.room import count_tokens
from evaluators.types import ChatSession

#: Tokens of an explanation, and of what asks for one beyond head and chat.
EXPLANATION_TOKENS, ASKING_TOKENS = 45, 40
#: What the server adds to a question: the labels and what ends a turn.
_QUESTION_FRAME = 36
#: A prefix is found in whole blocks: about half of one is computed again for each question.
_BLOCK_LOSS = 8


async def estimate(
    judge: VllmJudge, sample: Sequence[tuple[ChatSession, Collection[str]]], sessions: int
) -> Estimate:
    """From some sessions with the acts each would be asked about, for `sessions` like them.

    Nothing is generated. Raises `JudgeUnusable` where no server tokenizes.
    """
    if not sample:
        raise ValueError("expected at least one session to estimate from")

    async def count(replica: Replica) -> _Counted:
        return await _count(judge, replica, sample)

    try:
        counted = await judge.replicas.call(sample[0][0].session_id, count, urgent=False)
    except CallFailed as failure:
        raise JudgeUnusable(failure.detail) from failure
    scale = sessions / len(sample)
    head = counted.head
    prompt = round(counted.prompt * scale)
    fresh = min(prompt, head + round(counted.fresh * scale))
    usage = Usage(prompt, round(counted.generated * scale), prompt - fresh, prompt)
    prices = judge.settings.prices
    return Estimate(
        sessions=sessions, sampled=len(sample), questions=round(counted.questions * scale),
        requests=round(counted.requests * scale), usage=usage,
        cost=usage.cost(prices) if prices is not None else None,
        currency=prices.currency if prices is not None else None,
    )  # fmt: skip


class _Counted(Struct):
    """Sums over the sample. `fresh`: prompt tokens computed, the head left out."""

    head: int = 0
    questions: int = 0
    requests: float = 0.0
    prompt: float = 0.0
    fresh: float = 0.0
    generated: float = 0.0


async def _count(
    judge: VllmJudge, replica: Replica, sample: Sequence[tuple[ChatSession, Collection[str]]]
) -> _Counted:
    capability = await judge.replicas.capability(replica)
    if not capability.tokenizer:
        raise CallFailed("judge_unavailable", f"{replica.base_url} does not tokenize for others: no estimate")
    book, model = judge.book, capability.model
    by_letter = capability.decide_by == "logprobs"
    wordings = book.letters if by_letter else book.choices
    frame = _BLOCK_LOSS + (_BLOCK_LOSS if by_letter else _QUESTION_FRAME)
    sums = _Counted(head=await count_tokens(replica, turns(capability.decide_by, book.head, ""), model))
    lengths: dict[str, int] = {}
    for session, acts in sample:
        questions = set(book.asked(acts)[0].values())
        for each in questions - lengths.keys():
            lengths[each] = await count_tokens(replica, [{"role": "user", "content": wordings[each]}], model)
        text = after_chat(read_session(session).text, "")
        chat = await count_tokens(replica, [{"role": "user", "content": text}], model)
        asked = sum(lengths[each] + frame for each in questions)
        explained = len(questions) * EXPLAINED_SHARE
        sums.questions += len(questions)
        sums.requests += (len(questions) if by_letter else -(-len(questions) // AT_ONCE)) + explained
        sums.prompt += (len(questions) + explained) * (sums.head + chat) + asked + explained * ASKING_TOKENS
        sums.fresh += (chat if questions else 0) + asked + explained * ASKING_TOKENS
        sums.generated += len(questions) + explained * EXPLANATION_TOKENS
    return sums
