"""What is wrong with a rule, a prompt or a profile, in Chinese: the layers below say it in English.

Sentences are taken apart by patterns; what no pattern knows stays as it is, so that nothing is lost.
"""

import re
from collections.abc import Callable

from api.console.language import Translator, msg

#: What may be written somewhere, as `evaluators.grammar.fields` words it.
_KINDS = {
    "a string": msg("文字"), "a whole number": msg("整数"), "a number": msg("数"), "true or false": msg("true 或 false"),
    "a list": msg("列表"), "a table": msg("表"), "a date": msg("日期"), "a time": msg("时间"), "none": msg("没有"),
    "a finite number": msg("有限的数"), "a duration above zero": msg("大于零的时长"), "an object": msg("一个对象"),
}  # fmt: skip
_LISTED, _TABLE, _NOT_EMPTY = msg("列表，每项是{inner}"), msg("{names} 表"), msg("{inner}，不能为空")
_FROM, _LEAST, _ONE_OF = (
    msg("{inner}，从 {low} 到 {high}"),
    msg("{inner}，至少 {low}"),
    msg("其中之一：{names}"),
)
#: Whole sentences, by pattern; a group `wanted` is worded by `_KINDS`, all others are put in as they are.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"unknown key; known: (?P<known>.*)", msg("没有这个键。有的是：{known}")),
    (r"unknown key", msg("没有这个键")),
    (r"required, but missing: expected (?P<wanted>.*)", msg("缺少，应为{wanted}")),
    (r"expected exactly one of (?P<wanted>.*), got (?P<got>.*)", msg("应恰好写一个：{wanted}；写的是 {got}")),
    (r"expected exactly one of (?P<names>.*)", msg("应恰好写一个：{names}")),
    (
        r"expected (?P<name>'.*'), the name of its file, got (?P<got>.*)",
        msg("应为文件名 {name}，写的是 {got}"),
    ),
    (r"expected a negative `score`: a red line is a fault", msg("分值应为负：红线是过错")),
    (
        r"says nothing: expected at least one key, such as by, says or act",
        msg("什么也没说：至少写一个键，如 by、says 或 act"),
    ),
    (
        r"no phrases yet: expected any, all or none, or `enabled = false` until the shop sets them",
        msg("还没有词：写 any、all 或 none，或先 enabled = false，等店铺设词"),
    ),
    (r"no prompt file (?P<name>'.*')", msg("没有提示词文件 {name}")),
    (
        r"never holds: (?P<who>.*) is not among (?P<those>.*) \((?P<place>.*)\)",
        msg("永远不成立：{who} 不在 {those} 之中（{place}）"),
    ),
    (r"expected only one of first and last", msg("first 与 last 只能写一个")),
    (r"expected `at_end = true` beside it.*", msg("旁边要写 at_end = true：到结束才知道哪几条是最后")),
    (r"counts nothing: expected (?P<what>.*) beside it", msg("没有可数的：旁边要写 {what}")),
    (
        r"never reached: the scope has at most (?P<most>\d+) messages",
        msg("永远达不到：范围里最多 {most} 条消息"),
    ),
    (r"never reached: expected a duration above zero", msg("永远达不到：时长要大于零")),
    (r"required with `occurrence = \"nth\"`: which one\?", msg('occurrence = "nth" 时要写：第几次？')),
    (
        r"only means something with `occurrence = \"nth\"`, not with (?P<got>.*)",
        msg('只有 occurrence = "nth" 时才有意义，现在是 {got}'),
    ),
    (r"never closes: expected within, messages or both", msg("永远不结束：写 within、messages，或都写")),
    (r"expected a trigger that is a customer's message", msg("触发应为顾客的消息")),
    (r"expected a duration above zero: every reply takes this long", msg("时长要大于零：任何回复都要这么久")),
    (r"another rule file has the id (?P<name>'.*') too", msg("另一个规则文件也叫 {name}")),
    (r"(?P<number>\S+) is the number of (?P<name>\S+) too", msg("编号 {number} 已属于 {name}")),
    (r"no other rule is in the group (?P<name>'.*')", msg("互斥组 {name} 里没有别的规则")),
    (
        r"expected at most (?P<most>\d+), the number of phrases in `any`",
        msg("最多 {most}，即 any 里词的个数"),
    ),
    (r"expected phrases in `any` to count", msg("要先在 any 里写词，才能数")),
    (r"expected an re2 regular expression: (?P<why>.*)", msg("应为 re2 正则表达式：{why}")),
    (r"found in every text, even an empty one", msg("任何文字里都有，空的也算")),
    (
        r"never equal: nothing is left of (?P<text>.*) without punctuation and spaces",
        msg("永远不相等：去掉标点和空格，{text} 什么也不剩"),
    ),
    (r"(?:the front matter is )?not (?:valid )?TOML: (?P<why>.*)", msg("不是合法的 TOML：{why}")),
    (r"the front matter is not TOML: (?P<why>.*)", msg("不是合法的 TOML：{why}")),
    (r"must start with a \+\+\+ line \(the front matter\)", msg("第一行要是 +++（文件头）")),
    (r"the front matter is not closed by a \+\+\+ line", msg("文件头没有用 +++ 结束")),
    (r"this block is missing or empty", msg("这一块缺少，或是空的")),
    (r"text outside the blocks is never read", msg("块之外的文字不会被读到")),
    (r"no part (?P<name>'.*'): it would be in shared/", msg("没有公用部分 {name}：它应在 shared/ 里")),
    (r"no (?:rule|rule or act) (?P<name>'.*')", msg("没有规则 {name}")),
    (r"expected (?P<wanted>.*), got (?P<got>.*)", msg("应为{wanted}，写的是 {got}")),
    (r"expected (?P<wanted>.*)", msg("应为{wanted}")),
)
_HINT = re.compile(r"^(?P<told>.*?)(?:; did you mean (?P<near>.*)\?)?$", re.DOTALL)
_SHAPES: tuple[tuple[str, str], ...] = (
    (r"one of (?P<names>.*)", _ONE_OF),
    (r"a list, each (?P<inner>.*)", _LISTED),
    (r"(?P<inner>.*), not empty", _NOT_EMPTY),
    (r"(?P<inner>.*) from (?P<low>\S+) to (?P<high>\S+)", _FROM),
    (r"(?P<inner>.*), at least (?P<low>\S+)", _LEAST),
    (r"a table of kind (?P<names>\S+)", _TABLE),
)


def problem_words(reason: str, t: Translator) -> str:
    """The reason in the language of the page."""
    if t.code == "en":
        return reason
    match = _HINT.match(reason)
    assert match is not None, "the pattern matches any text"
    told = _said(
        match["told"], _SENTENCES, lambda name, text: _wanted(text, t) if name == "wanted" else text, t
    )
    if told is None:
        return reason
    return told + (t("；是不是想写 {near}？", near=match["near"]) if match["near"] else "")


def _wanted(text: str, t: Translator) -> str | None:
    if text in _KINDS:
        return t(_KINDS[text])
    return _said(text, _SHAPES, lambda name, inner: _wanted(inner, t) if name == "inner" else inner, t)


def _said(
    text: str, known: tuple[tuple[str, str], ...], word: Callable[[str, str], str | None], t: Translator
) -> str | None:
    """By the first pattern that fits all of the text and whose parts can be worded."""
    for pattern, words in known:
        match = re.fullmatch(pattern, text, re.DOTALL)
        parts = {} if match is None else {name: word(name, each) for name, each in match.groupdict().items()}
        if match is not None and None not in parts.values():
            return t(words, **parts)
    return None
