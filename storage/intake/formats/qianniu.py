"""The text a chat is exported to by 千牛 (or 旺旺): `nick (time)` above each message."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from evaluators.errors import SessionInvalid
from storage.intake.chat_text import SYSTEM_NICK, Entry, Partner, entries, style_of
from storage.intake.mapping import Mapping, Qianniu
from storage.intake.records import Draft

_SYSTEM = frozenset({SYSTEM_NICK, "系统", "系统提示", "服务助手", "千牛", "千牛服务助手", "旺旺系统消息"})
#: Chats typed off a screen name the sides, not people.
_SHOP = re.compile(r"(?:人工)?客服\d*|商家|卖家|店家|店铺|机器人")
_BOT = re.compile(r"机器人|店小蜜|智能客服|阿里小蜜")
_AUTO_REPLY = re.compile(r"\s*[\[【(（]?自动回复[\]】)）]?\s*[:：]?\s*")
_RECALL = re.compile(r"(?:.{0,40}?)?(?:撤回了?一?条?消息|(?:消息)?已撤回|消息已被撤回)。?")
_STATUS = frozenset({"已读", "未读", "发送中", "已送达", "发送失败"})
_KINDS = {
    "图片": "image", "截图": "image", "视频": "video", "短视频": "video", "语音": "voice", "文件": "file",
    "表情": "emoji", "动画表情": "emoji", "链接": "link", "商品": "product_card", "宝贝": "product_card",
    "商品卡片": "product_card", "宝贝卡片": "product_card", "订单": "order_card", "订单卡片": "order_card",
    "优惠券": "coupon_card", "邀评": "rating_invite", "邀请评价": "rating_invite",
    "评价邀请": "rating_invite",
}  # fmt: skip
_KIND = re.compile(r"[\[【](.{1,6}?)(?:消息)?[\]】]")
_URL = re.compile(r"https?://\S+")


class Chat(msgspec.Struct):
    """What belongs to one session: messages and, if a line named them, the customer."""

    line: int
    partner: str | None
    entries: list[Entry]


def recognises(head: Sequence[str], mapping: Mapping) -> bool:
    return style_of(head) is not None


def sessions(
    head: Sequence[str], lines: Iterable[tuple[int, str]], mapping: Mapping
) -> Iterator[tuple[int, Draft | SessionInvalid]]:
    """Each chat with the line it starts on. Raises nothing: what is wrong with a chat is yielded."""
    style = style_of(head)
    if style is None:
        yield 1, SessionInvalid("", "no line such as `nick (2026-11-01 10:00:00)` at the start of the file")
        return
    for chat in _chats(entries(lines, style), mapping.qianniu):
        if isinstance(chat, SessionInvalid):
            yield int(chat.field.removeprefix("line ")), SessionInvalid("", chat.expected)
        else:
            yield chat.line, _draft(chat, mapping.qianniu)


def _chats(
    log: Iterator[Entry | Partner | SessionInvalid], options: Qianniu
) -> Iterator[Chat | SessionInvalid]:
    chat, broken = Chat(0, None, []), False
    for entry in log:
        if isinstance(entry, SessionInvalid):
            # Without one of its messages a chat is not whole: it is reported once, and given up.
            if not broken:
                yield entry
            broken = True
        elif isinstance(entry, Partner) or _is_later(chat, entry, options):
            if chat.entries and not broken:
                yield chat
            partner = entry.nick if isinstance(entry, Partner) else chat.partner
            chat, broken = Chat(entry.line, partner, []), broken and isinstance(entry, Entry)
        if isinstance(entry, Entry):
            chat.line = chat.line or entry.line
            chat.entries.append(entry)
    if chat.entries and not broken:
        yield chat


def _is_later(chat: Chat, entry: Entry, options: Qianniu) -> bool:
    silence = options.silence
    return silence is not None and bool(chat.entries) and entry.at - chat.entries[-1].at > silence


def _draft(chat: Chat, options: Qianniu) -> Draft | SessionInvalid:
    nicks = list(dict.fromkeys(_nick(entry.nick) for entry in chat.entries))
    ours = {nick for nick in nicks if _is_shop(nick, nicks, options)}
    others = [nick for nick in nicks if nick not in ours and nick not in _SYSTEM]
    if chat.partner:
        ours |= {nick for nick in others if nick != chat.partner}
        others = [nick for nick in others if nick == chat.partner]
    if len(others) > 1:
        unclear = ", ".join(others)
        told = f"which of {unclear} is the shop? Call it 客服 here, or list [qianniu] shop_nicks in a mapping"
        return SessionInvalid("", told)
    customer = chat.partner or (others[0] if others else None)
    if customer is None:
        return SessionInvalid("", "no customer wrote in this chat, and no line says whom it is with")
    messages = [_message(entry, ours, options) for entry in chat.entries]
    shops = sorted({re.split("[:：]", nick)[0] for nick in ours if re.search("[:：]", nick)})
    return {
        "session_id": f"{customer}@{chat.entries[0].at:%Y%m%d%H%M%S}",
        "platform": "taobao",
        "shop": shops[0] if len(shops) == 1 else None,
        "customer_id": customer,
        "messages": messages,
    }


def _nick(written: str) -> str:
    """`cntaobao` is the site, `a --> b` says to whom."""
    nick = written.split("-->")[0].strip().rstrip(":：")
    return nick.removeprefix("cntaobao")


def _is_shop(nick: str, nicks: list[str], options: Qianniu) -> bool:
    """A sub-account is written 店名:子账号; the main account is the part before the colon."""
    if any(nick == shop or re.match(f"{re.escape(shop)}[:：]", nick) for shop in options.shop_nicks):
        return True
    if nick in options.bot_nicks or re.search("[:：]", nick) or _SHOP.fullmatch(nick):
        return True
    return any(re.match(f"{re.escape(nick)}[:：]", other) for other in nicks)


def _message(entry: Entry, ours: set[str], options: Qianniu) -> dict[str, Any]:
    nick = _nick(entry.nick)
    lines = [line for line in entry.text.split("\n") if line.strip() not in _STATUS]
    text = "\n".join(lines).strip()
    sender = "customer"
    if nick in _SYSTEM:
        sender = "system"
    elif nick in ours:
        sender = "bot" if nick in options.bot_nicks or _BOT.search(nick) else "agent"
        if (prefix := _AUTO_REPLY.match(text)) and "自动回复" in prefix[0]:
            sender, text = "auto_reply", text[prefix.end() :] or text
    return {
        "sender": sender,
        "sender_id": None if sender == "system" else nick,
        "sent_at": entry.at,
        "text": text,
        "content_type": _kind(text),
        "recalled_at": entry.at if sender != "system" and _RECALL.fullmatch(text) else None,
    }


def _kind(text: str) -> str:
    if not text:
        # Exports leave pictures and cards out and keep their headers: somebody did send something.
        return "file"
    if match := _KIND.fullmatch(text):
        return _KINDS.get(match[1], "text")
    return "link" if _URL.fullmatch(text) else "text"
