"""Writes a chat so that nothing said in it can be mistaken for anything but what was said.

Each message becomes exactly one line `[n] role time：text` between `<聊天记录>` and `</聊天记录>`. The four
characters those marks are made of never come from a message: they are shown full-width, which NFKC folds
back, so a quote of them is still found in the original. With them go forged ends, forged lines, forged
attachments and the special tokens of chat templates (`<|im_end|>`, `[INST]`).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

#: Code points of a message that are shown at most; of a longer one its start and its end.
MESSAGE_CAP = 600
_SHOWN_START, _SHOWN_END = 440, 160
BEGIN, END = "<聊天记录>", "</聊天记录>"
ROLE_WORDS = {
    "customer": "顾客", "agent": "客服", "bot": "机器人", "auto_reply": "自动回复", "system": "系统",
}  # fmt: skip
ATTACHMENT_WORDS = {
    "text": "", "image": "[图片]", "video": "[视频]", "voice": "[语音]", "file": "[文件]", "emoji": "[表情]",
    "link": "[链接]", "product_card": "[商品卡片]", "order_card": "[订单卡片]", "coupon_card": "[优惠券卡片]",
    "rating_invite": "[邀评卡片]",
}  # fmt: skip
_ROLES = frozenset(ROLE_WORDS.values())
_LINE_BREAKS = r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+"
# Controls; characters that are not seen (soft hyphen, zero-width and bidirectional marks, fillers, variation
# selectors, tag characters); lone surrogates, which no encoder takes.
_UNSEEN = (
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPECIAL = re.compile(rf"(?P<breaks>{_LINE_BREAKS})|(?P<unseen>{_UNSEEN})|[<>\[\]]|\t")
_SHOWN_AS = {"<": "＜", ">": "＞", "[": "［", "]": "］", "\t": " "}


class Line(NamedTuple):
    """One message as plain values.

    `message_id` is not shown: a judge names line n, which is `lines[n - 1]`. `role` is one of the words of
    `ROLE_WORDS`; `time` is shown as given, empty: none; `kind` is a key of `ATTACHMENT_WORDS`.
    """

    message_id: str
    role: str
    time: str
    text: str
    kind: str = "text"
    recalled: bool = False


def transcript(lines: Iterable[Line | tuple[str, str, str, str]]) -> str:
    """The chat as a judge reads it; lines are numbered from 1. `ValueError` for an unknown role or kind."""
    shown = [_shown(number, Line(*line)) for number, line in enumerate(lines, start=1)]
    return "\n".join((BEGIN, *shown, END))


def shown_text(text: str) -> str:
    """What of a message's text a judge sees: one line, no unseen characters, no marks of ours, capped."""
    clean = _SPECIAL.sub(_replacement, text).strip() if _SPECIAL.search(text) else text.strip()
    if len(clean) <= MESSAGE_CAP:
        return clean
    left_out = len(clean) - _SHOWN_START - _SHOWN_END
    return f"{clean[:_SHOWN_START]}[略去{left_out}字]{clean[-_SHOWN_END:]}"


def _shown(number: int, line: Line) -> str:
    if line.role not in _ROLES:
        raise ValueError(f"role {line.role!r} is not one of {', '.join(sorted(_ROLES))}")
    if line.kind not in ATTACHMENT_WORDS:
        raise ValueError(f"kind {line.kind!r} is not one of {', '.join(ATTACHMENT_WORDS)}")
    time = shown_text(line.time)
    marks = ATTACHMENT_WORDS[line.kind] + ("[已撤回]" if line.recalled else "")
    said = marks + shown_text(line.text) or "[空]"
    return f"[{number}] {line.role}{' ' + time if time else ''}：{said}"


def _replacement(match: re.Match[str]) -> str:
    if match["breaks"]:
        return "⏎"
    return "" if match["unseen"] else _SHOWN_AS[match[0]]


#: One message of every way to write one: hashed into the version of each prompt.
SAMPLE = (
    *(Line("m", role, "10:00:00", f"<[a]>\n\u200b{'长' * 2 * MESSAGE_CAP}") for role in ROLE_WORDS.values()),
    Line("m", "顾客", "", ""),
    *(Line("m", "顾客", "", "", kind, kind == "text") for kind in ATTACHMENT_WORDS),
)
