"""The words, numbers and scores of the catalogue, copied by hand from the seeds for the naive version.

Only the two lists that the product itself versions (closers, asking for a human) are read from its files.
"""

import tomllib
from pathlib import Path
from typing import Any

LISTS = Path(__file__).resolve().parents[3] / "evaluators" / "lists"

GREETINGS = ("您好", "欢迎", "光临", "服务", "高兴")
REPEATED = (
    "我刚刚说过了", "你看下我上面说的", "说了好几遍", "说了好几次",
    "你不看聊天记录吗", "我上面说过了", "我说过了", "说过了",
)  # fmt: skip
APOLOGIES = ("对不起", "久等了", "抱歉", "不好意思")
HOLDING = ("稍等", "我去查查")
INVITATIONS = (
    "评价", "好评", "满意度邀评", "满意度评价", "满意评价", "评价客服", "【评价客服】",
)  # fmt: skip
TRANSFER_WORDS = (
    "给您转接对应同事", "给您转接售后", "给您转接售前", "转接售后", "转接售前", "转接对应同事",
)  # fmt: skip
PRICE_WORDS = ("已经是最低价格了", "很优惠了", "活动价格", "性价比高")
OTHER_SHOPS = ("去别家看看", "去其他平台", "其他家", "去别的平台看看", "你去别家看看")
OTHER_SHOPS_EXCEPT = (
    "其他家具", "其他家庭", "其他家人", "其他家居", "其他家电", "其他家里", "其他家长", "其他家乡",
)  # fmt: skip
COMPLAINT_SHRUGS = (
    "有意见你投诉好了", "投不投诉随便你", "投诉是您的权利", "没办法", "好的",
    "随便", "随你", "都可以", "无所谓",
)  # fmt: skip
REVIEW_SHRUGS = ("好的哦", "随便", "随你", "随您", "都可以", "无所谓", "好的")
SUPERLATIVES = (
    "国内最", "全网最", "服务最", "第一品牌", "极品", "顶级", "国家级", "全球级", "宇宙级",
    "独一无二", "全国第一", "全网第一", "全行业第一",
)  # fmt: skip
SUPERLATIVES_EXCEPT = ("服务最近", "国内最近", "积极品质", "国家级别", "南极品牌", "北极品牌")
HOSTILE = (
    "你自己看着办吧", "你问我我问谁去", "你爱买不买", "活动规则就是这样", "你可以不参加", 
    "急什么", "喊什么", "真啰嗦",
)  # fmt: skip
HOSTILE_EXCEPT = ("着急什么", "急什么时候")

#: (number, rule id, score, alert level 0 none ... 3 high, exclusion group). The two that are off are absent.
RULES: tuple[tuple[int, str, int, int, str], ...] = (
    (1, "missing_welcome", -3, 2, ""),
    (3, "courteous_closing", 5, 0, ""),
    (4, "customer_made_to_repeat", -10, 2, ""),
    (5, "late_reply_without_apology", -10, 2, "overdue"),
    (6, "missed_follow_up", -10, 2, ""),
    (7, "missing_review_invitation", -5, 2, ""),
    (8, "repeated_review_invitation", -5, 0, "review_invitation"),
    (10, "transfer_without_reply", -8, 2, ""),
    (11, "nonstandard_transfer_phrase", -3, 2, ""),
    (12, "need_not_explored", -5, 2, ""),
    (13, "need_exploration", 5, 0, ""),
    (14, "product_detail_not_explained", -5, 2, ""),
    (15, "product_detail_explanation", 5, 0, ""),
    (16, "selling_point_not_presented", -5, 1, ""),
    (17, "selling_point_presentation", 5, 0, ""),
    (18, "requested_recommendation_missing", -5, 2, ""),
    (19, "product_recommendation", 5, 0, ""),
    (20, "promotion_inquiry_unanswered", -5, 2, "promotion_inquiry"),
    (21, "promotion_presentation", 5, 0, ""),
    (22, "order_or_payment_prompt", 5, 0, ""),
    (23, "hesitation_without_retention", -5, 2, "hesitation"),
    (24, "hesitation_reason_not_asked", -5, 2, "hesitation"),
    (25, "price_concern_not_addressed", -5, 2, "promotion_inquiry"),
    (26, "improper_out_of_stock_reply", -5, 2, ""),
    (27, "out_of_stock_recovery", 5, 0, ""),
    (28, "after_sales_concern_not_addressed", -10, 2, ""),
    (29, "diversion_to_other_shop", -100, 3, ""),
    (30, "complaint_encouraged", -100, 3, ""),
    (31, "bad_review_encouraged", -100, 3, ""),
    (32, "prohibited_superlative", -100, 2, ""),
    (33, "hostile_phrase", -100, 3, "hostility"),
    (34, "agent_abuse", -100, 3, "hostility"),
    (35, "rating_neutral", -10, 3, ""),
    (36, "rating_dissatisfied", -20, 3, ""),
    (37, "rating_very_dissatisfied", -30, 3, ""),
    (38, "rating_satisfied", 20, 0, ""),
    (39, "rating_very_satisfied", 30, 0, ""),
    (40, "customer_satisfied", 10, 0, ""),
    (41, "customer_grateful", 10, 0, ""),
    (42, "customer_expectant", 10, 0, ""),
    (43, "dissatisfied_with_attitude", -5, 2, ""),
    (44, "dissatisfied_with_logistics", -5, 2, ""),
    (45, "dissatisfied_with_product", -5, 2, ""),
    (46, "dissatisfied_with_missing_items", -5, 2, ""),
    (47, "dissatisfied_other", -5, 2, ""),
    (48, "customer_abuse", 0, 1, ""),
    (49, "complaint_mentioned", 0, 3, "complaint"),
    (50, "third_party_exposure", 0, 3, "complaint"),
    (51, "slow_first_human_reply", -5, 2, "first_reply"),
    (52, "slow_first_reply", -5, 2, "first_reply"),
    (53, "slow_average_reply", -5, 2, ""),
    (54, "reply_overdue", -5, 2, "overdue"),
    (55, "reply_severely_overdue", -10, 3, "overdue"),
)

#: Which cause is named when several keep a rule undetermined: the first of these.
PRECEDENCE = (
    "not_configured", "times_missing", "orders_unknown", "session_open", "window_open", "judge_unavailable",
)  # fmt: skip


def read_list(name: str) -> tuple[str, ...]:
    """The phrases of `evaluators/lists/<name>.toml`."""
    table: dict[str, Any] = tomllib.loads((LISTS / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(table["phrases"])
