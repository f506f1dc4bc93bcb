"""The words a judge is told: answers as single-token labels, whose message counts, how long evidence may be."""

from typing import Literal

Answer = Literal["hit", "no_hit", "not_applicable", "cannot_tell"]

#: Label → answer. One Latin capital each, so that every tokenizer makes one token of it and its
#: log-probability is the probability of the answer.
LABELS: dict[str, Answer] = {"A": "hit", "B": "no_hit", "C": "not_applicable", "D": "cannot_tell"}
#: The word for each label, as the rulebook prints it.
LABEL_WORDS: dict[str, str] = {"A": "命中", "B": "未命中", "C": "不适用", "D": "无法判断"}
#: What each label says, where the rule itself does not.
LABEL_MEANINGS: dict[str, str] = {
    "A": "至少有一条发言符合“命中”",
    "B": "没有发言符合",
    "C": "规则谈论的情形从未出现",
    "D": "关键内容在附件里、残缺或看不懂，无从判断",
}
#: Whose message an act is, as the rulebook prints it.
WHO: dict[str, str] = {
    "customer": "顾客", "service": "客服", "human": "人工客服", "bot": "机器人", "shop": "客服和自动回复",
}  # fmt: skip
#: What evidence should hold at most: messages cited, code points of a quote and of the reason. Beside the chat
#: people read little, and every token is a step of the model.
MOST_EVIDENCE, QUOTE_LENGTH, REASON_LENGTH = 5, 20, 25
