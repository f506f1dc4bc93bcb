"""The 55 rules as the seeds give them: what a rule file may not change by accident."""

#: number, id, 章节, 质检分类, 质检项, 类型, 系统默认项, 检查对象, 告警, 通知, 分值
SEED_RULES = """\
R01|missing_welcome|一.1 基础接待流程|欢迎语|接待无欢迎语|自定义||全部客服|中级|自动|-3
R02|nonstandard_closing|一.1 基础接待流程|结束语|结束语不规范|自定义||全部客服|中级|自动|-3
R03|courteous_closing|一.1 基础接待流程|结束语|优秀结束语|AI||全部客服|不告警|/|5
R04|customer_made_to_repeat|一.1 基础接待流程|跟进规范|重复让顾客复述问题|自定义||全部客服|中级|手动|-10
R05|late_reply_without_apology|一.1 基础接待流程|跟进规范|长时间等待客服未致歉|自定义||全部客服|中级|自动|-10
R06|missed_follow_up|一.1 基础接待流程|跟进规范|漏跟进|AI||全部客服|中级|自动|-10
R07|missing_review_invitation|一.1 基础接待流程|邀评|会话结束未邀评|自定义||全部客服|中级|手动|-5
R08|repeated_review_invitation|一.1 基础接待流程|邀评|多次邀评|自定义||全部客服|不告警|/|-5
R09|praise_review_guidance|一.1 基础接待流程|邀评|好评引导|AI||全部客服|不告警|/|5
R10|transfer_without_reply|一.1 基础接待流程|转接规范|转接前未有效回复|AI||全部客服|中级|自动|-8
R11|nonstandard_transfer_phrase|一.1 基础接待流程|转接规范|转接话术不规范|自定义||全部客服|中级|手动|-3
R12|need_not_explored|一.2 售前营销SOP|需求挖掘|未精准挖掘顾客需求|自定义||全部客服|中级|自动|-5
R13|need_exploration|一.2 售前营销SOP|需求挖掘|需求挖掘|AI||全部客服|不告警|/|5
R14|product_detail_not_explained|一.2 售前营销SOP|细节&卖点传达|未进行商品细节解答|自定义||全部客服|中级|自动|-5
R15|product_detail_explanation|一.2 售前营销SOP|细节&卖点传达|商品细节解答|AI||全部客服|不告警|/|5
R16|selling_point_not_presented|一.2 售前营销SOP|细节&卖点传达|未进行卖点传达|自定义||全部客服|初级|手动|-5
R17|selling_point_presentation|一.2 售前营销SOP|细节&卖点传达|卖点传达|AI||全部客服|不告警|/|5
R18|requested_recommendation_missing|一.2 售前营销SOP|主动推荐|顾客要求推荐商品未推荐|自定义||全部客服|中级|自动|-5
R19|product_recommendation|一.2 售前营销SOP|主动推荐|商品推荐|AI||全部客服|不告警|/|5
R20|promotion_inquiry_unanswered|一.2 售前营销SOP|主动推荐|顾客咨询活动未推荐|自定义||全部客服|中级|自动|-5
R21|promotion_presentation|一.2 售前营销SOP|主动推荐|活动传达|AI||全部客服|不告警|/|5
R22|order_or_payment_prompt|一.2 售前营销SOP|引导下单|催拍催付|AI||全部客服|不告警|/|5
R23|hesitation_without_retention|一.2 售前营销SOP|顾客挽留|顾客犹豫时未挽留|自定义||全部客服|中级|自动|-5
R24|hesitation_reason_not_asked|一.2 售前营销SOP|顾客挽留|未询问顾客犹豫原因|自定义||全部客服|中级|自动|-5
R25|price_concern_not_addressed|一.2 售前营销SOP|顾客挽留|未打消顾客价格疑虑|自定义||全部客服|中级|自动|-5
R26|improper_out_of_stock_reply|一.2 售前营销SOP|顾客挽留|缺货回复不规范|自定义||全部客服|中级|自动|-5
R27|out_of_stock_recovery|一.2 售前营销SOP|顾客挽留|无货挽回|AI||全部客服|不告警|/|5
R28|after_sales_concern_not_addressed|一.2 售前营销SOP|店铺保障|未打消售后服务疑虑|自定义||全部客服|中级|自动|-10
R29|diversion_to_other_shop|二 服务红线|服务红线|引导顾客去其它平台&店铺|自定义||全部客服|高级|手动|-100
R30|complaint_encouraged|二 服务红线|服务红线|引导顾客投诉、举报|自定义||全部客服|高级|手动|-100
R31|bad_review_encouraged|二 服务红线|服务红线|引导顾客差评|自定义||全部客服|高级|手动|-100
R32|prohibited_superlative|二 服务红线|服务红线|违禁词|AI||全部客服|中级|手动|-100
R33|hostile_phrase|二 服务红线|服务红线|自定义违禁词|自定义||全部客服|高级|手动|-100
R34|agent_abuse|二 服务红线|服务红线|客服骂人|AI||全部客服|高级|手动|-100
R35|rating_neutral|三.2 满意度|顾客评价|顾客对服务评价为“一般”|AI|yes|全部客服|高级|自动|-10
R36|rating_dissatisfied|三.2 满意度|顾客评价|顾客对服务评价为“不满意”|AI|yes|全部客服|高级|自动|-20
R37|rating_very_dissatisfied|三.2 满意度|顾客评价|顾客对服务评价为“非常不满意”|AI|yes|全部客服|高级|自动|-30
R38|rating_satisfied|三.2 满意度|顾客评价|顾客对服务评价为”满意“|AI|yes|全部客服|不告警|/|20
R39|rating_very_satisfied|三.2 满意度|顾客评价|顾客对服务评价为”非常满意“|AI|yes|全部客服|不告警|/|30
R40|customer_satisfied|三.2 满意度|顾客正面情绪|满意|AI|yes|全部客服|不告警|/|10
R41|customer_grateful|三.2 满意度|顾客正面情绪|感激|AI|yes|全部客服|不告警|/|10
R42|customer_expectant|三.2 满意度|顾客正面情绪|期待|AI|yes|全部客服|不告警|/|10
R43|dissatisfied_with_attitude|三.2 满意度|顾客负面情绪|对客服态度不满|AI|yes|全部客服|中级|手动|-5
R44|dissatisfied_with_logistics|三.2 满意度|顾客负面情绪|对发货物流不满|AI|yes|全部客服|中级|手动|-5
R45|dissatisfied_with_product|三.2 满意度|顾客负面情绪|对产品不满|AI|yes|全部客服|中级|手动|-5
R46|dissatisfied_with_missing_items|三.2 满意度|顾客负面情绪|对收货少件不满|AI|yes|全部客服|中级|手动|-5
R47|dissatisfied_other|三.2 满意度|顾客负面情绪|其他不满意|AI|yes|全部客服|中级|手动|-5
R48|customer_abuse|三.2 满意度|客诉监控|顾客骂人|AI|yes|全部客服|初级|手动|
R49|complaint_mentioned|三.2 满意度|客诉监控|顾客提及投诉或举报|AI|yes|全部客服|高级|自动|
R50|third_party_exposure|三.2 满意度|客诉监控|第三方投诉或曝光|AI|yes|全部客服|高级|自动|
R51|slow_first_human_reply|三.3 响应时间|保障时效|人工客服首响不达标|自定义|no|人工客服|中级|手动|-5
R52|slow_first_reply|三.3 响应时间|保障时效|首响时间不达标|自定义|yes|全部客服|中级|手动|-5
R53|slow_average_reply|三.3 响应时间|保障时效|平响时间不达标|自定义|yes|全部客服|中级|手动|-5
R54|reply_overdue|三.3 响应时间|保障时效|超时未回复|AI|yes|全部客服|中级|自动|-5
R55|reply_severely_overdue|三.3 响应时间|保障时效|回复严重超时|AI|yes|全部客服|高级|手动|-10
"""

PHRASES = {
    "missing_welcome": "您好、欢迎、光临、服务、高兴",
    "customer_made_to_repeat": "我刚刚说过了、你看下我上面说的、说了好几遍、说了好几次、你不看聊天记录吗"
    "、我上面说过了、我说过了、说过了",
    "late_reply_without_apology": "对不起、久等了、抱歉、不好意思",
    "missed_follow_up": "稍等、我去查查",
    "missing_review_invitation": "评价、好评、满意度邀评、满意度评价、满意评价、评价客服、【评价客服】",
    "repeated_review_invitation": "评价、好评、满意度邀评、满意度评价、满意评价、评价客服、【评价客服】",
    "nonstandard_transfer_phrase": "给您转接对应同事、给您转接售后、给您转接售前、转接售后、转接售前、转接对应同事",
    "promotion_inquiry_unanswered": "已经是最低价格了、很优惠了、活动价格、性价比高",
    "price_concern_not_addressed": "已经是最低价格了、很优惠了、活动价格、性价比高",
    "diversion_to_other_shop": "去别家看看、去其他平台、其他家、去别的平台看看、你去别家看看",
    "complaint_encouraged": "有意见你投诉好了、投不投诉随便你、投诉是您的权利、没办法、好的、随便、随你、都可以、无所谓",
    "bad_review_encouraged": "好的哦、随便、随你、随您、都可以、无所谓、好的",
    "prohibited_superlative": "国内最、全网最、服务最、第一品牌、极品、顶级、国家级、全球级、宇宙级、独一无二"
    "、全国第一、全网第一、全行业第一",
    "hostile_phrase": "你自己看着办吧、你问我我问谁去、你爱买不买、活动规则就是这样、你可以不参加、急什么、喊什么、真啰嗦",
    "error_prone_wording": "无理由退货、满减规则、尺码推荐",
    "customer_doubts_answer": "不对吧、你记错了",
    "negative_emotion_word": "差评、投诉、再也不买、太坑了、愤怒",
    "exaggerated_promise": "绝对、保证、终身质保、不想要就退",
    "deflecting_phrase": "不知道、你自己看详情页、绝对不会坏",
}
EXCEPT = {
    "prohibited_superlative": "服务最近、国内最近、积极品质、国家级别、南极品牌、北极品牌",
    "hostile_phrase": "着急什么、急什么时候",
    "diversion_to_other_shop": "其他家具、其他家庭、其他家人、其他家居、其他家电、其他家里、其他家长、其他家乡",
}
GROUPS = {
    "first_reply": ({"R51", "R52"}, "session"),
    "overdue": ({"R05", "R54", "R55"}, "turn"),
    "review_invitation": ({"R08", "R09"}, "session"),
    "promotion_inquiry": ({"R20", "R25"}, "session"),
    "hesitation": ({"R23", "R24"}, "session"),
    "hostility": ({"R33", "R34"}, "session"),
    "complaint": ({"R49", "R50"}, "session"),
}
