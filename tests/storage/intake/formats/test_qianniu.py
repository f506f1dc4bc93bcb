"""千牛 text exports: the ways they are written, and who is who in them."""

from datetime import datetime
from typing import Any

import pytest

from storage.intake import BadRecord

CHAT = """千牛聊天记录
导出时间：2026-11-05 09:00:00

tb123456 (2026-11-01 10:00:00)
在吗
这款还有优惠吗

某某旗舰店:小美 (2026-11-01 10:00:09)
亲，在的
"""


def texts(session: Any) -> list[tuple[str, str]]:
    return [(message.sender, message.text) for message in session.messages]


EXPECTED = [("customer", "在吗\n这款还有优惠吗"), ("agent", "亲，在的")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("甲 (2026-11-01 10:00:00)\n在吗\n乙 (2026-11-01 10:00:09)\n在", 1, "which of 甲, 乙 is the shop?"),
        ("店:甲 (2026-11-01 10:00:00)\n在吗", 1, "no customer wrote in this chat"),
        ("tb1 (2026-11-41 10:00:00)\n在吗\n店:甲 (2026-11-01 10:00:00)\n在", 1, "expected a time"),
        ("\ntb1 (10:00:00)\n在吗\n", 2, "expected a date above the time '10:00:00', found none"),
        ("只是一段文字\n", 1, "no line such as"),
    ],
)
def test_what_is_wrong_is_named(read, text: str, line: int, message: str) -> None:
    found, _, told = read.bad(text, "chat.txt", format="qianniu")
    assert found == line
    assert message in told


def test_times_need_a_timezone(read) -> None:
    line, field, message = read.bad(CHAT, "chat.txt", timezone=None)
    assert (line, field) == (4, "messages[0].sent_at")
    assert "--timezone" in message


def test_a_chat(read) -> None:
    session = read.one(CHAT, "chat.txt")
    assert texts(session) == EXPECTED
    assert session.session_id == "tb123456@20261101100000"
    assert (session.platform, session.shop, session.customer_id) == ("taobao", "某某旗舰店", "tb123456")
    assert [m.sender_id for m in session.messages] == ["tb123456", "某某旗舰店:小美"]
    assert [m.sent_at.isoformat() for m in session.messages] == [
        "2026-11-01T10:00:00+08:00",
        "2026-11-01T10:00:09+08:00",
    ]
    assert session.ended_at is None


@pytest.mark.parametrize(
    "text",
    [
        CHAT.replace(" (", "（").replace(")\n", "）\n"),
        CHAT.replace(" (", "("),
        CHAT.replace(" (", " [").replace(")\n", "]\n"),
        CHAT.replace("2026-11-01 ", "2026/11/1  "),
        CHAT.replace("2026-11-01 ", "2026年11月1日 "),
        CHAT.replace("2026-11-01 10", "2026-11-01 上午10"),
        CHAT.replace(":00)", "：00)").replace(":09)", "：09)"),
        CHAT.replace(" (", " ").replace(")\n", "\n"),
        CHAT.replace(" (", "").replace(")\n", "\n"),
        CHAT.replace(" (", "\n").replace(")\n", "\n"),
        CHAT.replace("(2026-11-01 10:00", "(10:00").replace(
            "\n\ntb", "\n\n------ 2026-11-01 星期日 ------\ntb"
        ),
        CHAT.replace(")\n", "):\n"),
        CHAT.replace(")\n亲", "): 亲"),
        CHAT.replace("\n", "\r\n"),
        CHAT.replace("某某", "cntaobao某某").replace("tb123456", "cntaobaotb123456"),
        CHAT.replace("小美 ", "小美 --> tb123456 "),
        CHAT.replace("在吗\n", "在吗\n已读\n").replace("在的\n", "在的\n未读\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_ways_to_write_it(read, text: str, encoding: str) -> None:
    assert texts(read.one(text.encode(encoding), "chat.txt")) == EXPECTED


@pytest.mark.parametrize(
    "body",
    [
        "下单时间：2026-11-01 09:00:00",
        "付款时间 2026-11-01 09:00:00",
        "我(小王)到了",
        "约10:30吧 (10:30)",
        "a" * 5000 + " 2026-11-01 09:00:00",
        " " * 5000 + "x",
    ],
)
def test_bodies_that_look_like_headers(read, body: str) -> None:
    session = read.one(CHAT.replace("在吗", body), "chat.txt")
    assert len(session.messages) == 2
    assert body.strip() in session.messages[0].text


class TestSides:
    TWO = "甲店 (2026-11-01 10:00:00)\n您好\n王五 (2026-11-01 10:00:09)\n在吗\n"

    def test_a_shop_without_sub_accounts_is_named_in_a_mapping(self, read) -> None:
        session = read.one(self.TWO, "chat.txt", mapping='[qianniu]\nshop_nicks = ["甲店"]\n')
        assert texts(session) == [("agent", "您好"), ("customer", "在吗")]

    def test_or_by_a_line_that_names_the_customer(self, read) -> None:
        session = read.one("聊天对象：王五\n" + self.TWO, "chat.txt")
        assert texts(session) == [("agent", "您好"), ("customer", "在吗")]

    @pytest.mark.parametrize("shop", ["客服", "人工客服", "客服2", "商家", "卖家", "店铺"])
    def test_or_by_the_word_for_it_in_a_chat_that_somebody_typed(self, read, shop: str) -> None:
        session = read.one(
            f"顾客 2026-11-01 10:00:00\n在吗\n{shop} 2026-11-01 10:06:00\n在的亲\n", "chat.txt"
        )
        assert texts(session) == [("customer", "在吗"), ("agent", "在的亲")]

    def test_the_main_account_is_known_by_its_sub_accounts(self, read) -> None:
        session = read.one(self.TWO + "甲店:小美 (2026-11-01 10:01:00)\n在\n", "chat.txt")
        assert [m.sender for m in session.messages] == ["agent", "customer", "agent"]

    @pytest.mark.parametrize(
        ("nick", "body", "sender", "text"),
        [
            ("甲店:机器人", "您好", "bot", "您好"),
            ("甲店:店小蜜", "您好", "bot", "您好"),
            ("甲店:小美", "[自动回复] 您好", "auto_reply", "您好"),
            ("甲店:小美", "自动回复：您好", "auto_reply", "您好"),
            ("甲店:小美", "这是自动回复吗", "agent", "这是自动回复吗"),
            ("系统消息", "会话已转接", "system", "会话已转接"),
        ],
    )
    def test_machines(self, read, nick: str, body: str, sender: str, text: str) -> None:
        session = read.one(
            f"{nick} (2026-11-01 10:00:00)\n{body}\n王五 (2026-11-01 10:00:09)\n在吗\n", "chat.txt"
        )
        assert texts(session)[0] == (sender, text)

    def test_a_robot_of_any_name(self, read) -> None:
        mapping = '[qianniu]\nbot_nicks = ["甲店:小蜜蜂"]\n'
        text = "甲店:小蜜蜂 (2026-11-01 10:00:00)\n您好\n王五 (2026-11-01 10:00:09)\n在吗\n"
        assert read.one(text, "chat.txt", mapping=mapping).messages[0].sender == "bot"


class TestRecalls:
    def test_a_notice_between_messages_is_the_systems(self, read) -> None:
        session = read.one(
            CHAT + "某某旗舰店:小美 撤回了一条消息\n\ntb123456 (2026-11-01 10:01:00)\n?\n", "chat.txt"
        )
        assert texts(session) == [*EXPECTED, ("system", "某某旗舰店:小美 撤回了一条消息"), ("customer", "?")]
        assert session.messages[2].sent_at == session.messages[1].sent_at
        assert all(message.recalled_at is None for message in session.messages)

    def test_a_message_that_says_it_was_recalled(self, read) -> None:
        session = read.one(CHAT.replace("亲，在的", "撤回了一条消息"), "chat.txt")
        assert session.messages[1].recalled_at == session.messages[1].sent_at

    def test_talk_about_recalling_is_talk(self, read) -> None:
        session = read.one(CHAT.replace("亲，在的", "您撤回了一条消息，我没看到，可以再发一次吗"), "chat.txt")
        assert session.messages[1].recalled_at is None
        assert session.messages[1].sender == "agent"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[图片]", "image"), ("【语音消息】", "voice"), ("[商品卡片]", "product_card"), ("[邀请评价]", "rating_invite"),
        ("https://item.taobao.com/item.htm?id=1", "link"), ("[图片] 看这个", "text"), ("[呵呵]", "text"), ("", "file"),
    ],
)  # fmt: skip
def test_content_types(read, body: str, kind: str) -> None:
    session = read.one(CHAT.replace("亲，在的", body), "chat.txt")
    assert (session.messages[1].content_type, session.messages[1].text) == (kind, body)


class TestSeveralChats:
    SECOND = "聊天对象：li4\nli4 (2026-11-02 10:00:00)\n在吗\n"

    def test_a_line_that_names_the_partner_begins_a_session(self, read) -> None:
        first, second = read("与 tb123456 的聊天记录\n" + CHAT + self.SECOND, "chat.txt")
        assert (first.customer_id, second.customer_id) == ("tb123456", "li4")
        assert texts(first) == EXPECTED

    def test_a_bad_one_leaves_the_others(self, read) -> None:
        first, second = read(CHAT.replace("10:00:09", "25:00:09") + self.SECOND, "chat.txt")
        assert isinstance(first, BadRecord)
        assert first.line == 8
        assert second.customer_id == "li4"

    LATER = CHAT + "tb123456 (2026-11-03 08:00:00)\n收到了\n"

    def test_silence_does_not_end_a_session_by_itself(self, read) -> None:
        assert len(read.one(self.LATER, "chat.txt").messages) == 3

    @pytest.mark.parametrize(
        ("after", "sizes"), [("12h", [2, 1]), ("1d", [2, 1]), ("9s", [2, 1]), ("8s", [1, 1, 1]), ("2d", [3])]
    )
    def test_unless_the_mapping_says_how_long(self, read, after: str, sizes: list[int]) -> None:
        sessions = read(self.LATER, "chat.txt", mapping=f'[qianniu]\nnew_session_after = "{after}"\n')
        assert [len(getattr(session, "messages", ())) or 1 for session in sessions] == sizes

    def test_and_that_sessions_are_over(self, read) -> None:
        session = read.one(CHAT, "chat.txt", mapping="sessions_ended = true\n")
        assert session.ended_at.replace(tzinfo=None) == datetime(2026, 11, 1, 10, 0, 9)  # noqa: DTZ001
