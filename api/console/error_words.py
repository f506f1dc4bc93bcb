"""What is wrong, in the language of the page: errors of the layers below say it in English."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from api.console.language import Translator, msg
from api.console.rule_problems import problem_words
from api.errors import ParameterInvalid
from api.rest.problem_kinds import find_kind
from prompts.errors import MingjianError

#: Fields of forms, as their labels call them.
FIELDS = {
    "reason": msg("理由"), "title": msg("名称"), "size": msg("每层抽几条"), "reviewers": msg("每条几人看"),
    "due_hours": msg("几小时内看完"), "quota": msg("每人每天最多"), "hits": msg("命中里抽"), "others": msg("其余里抽"),
    "name": msg("标识"), "profile": msg("方案"), "purpose": msg("用途"), "stage": msg("阶段"), "note": msg("备注"),
    "rules": msg("规则"), "text": msg("规则文件"), "limit": msg("会话数"), "judge": msg("由谁判"),
    "url": msg("地址"), "secret": msg("密钥"), "levels": msg("告警级别"), "mentions": msg("提醒谁"),
    "remind_minutes": msg("几分钟没人确认再提醒"), "channel": msg("发往"),
    "answer": msg("回答"), "change": msg("改的是什么"), "what": msg("抽什么"), "by": msg("分层"), "blind": msg("盲审"),
}  # fmt: skip
_FILL_IN, _NUMBER, _CHOOSE = msg("请填写"), msg("请填一个数"), msg("请从给出的里面选")
_LEAST, _MOST, _LONG = msg("不能小于 {least}"), msg("不能大于 {most}"), msg("太长，最多 {most} 个字")
#: What was expected, by a pattern of its English.
EXPECTED: tuple[tuple[str, str], ...] = (
    (r"^expected one: (it goes into the audit trail|others rely on it)$", _FILL_IN),
    (r"^expected `str` of length >= 1$", _FILL_IN),
    (r"^expected `(int|float|int \| null|int \| float)`(, got `.*`)?$", _NUMBER),
    (r"^expected `(?:int|float)` >= (?P<least>[-\d.]+)$", _LEAST),
    (r"^expected `(?:int|float)` <= (?P<most>[-\d.]+)$", _MOST),
    (r"^expected `str` of length <= (?P<most>\d+)$", _LONG),
    (r"^invalid enum value", _CHOOSE),
    (r"^expected a change that a profile can say", msg("草稿里有方案说不了的改动，那些只能给所有店铺发布")),
    (r"^expected a change: this is what is published$", msg("和已发布的一样，没有改动")),
    (r"^expected wording or meaning: (?P<rules>.+) will read", msg("请选择：{rules} 的判定会按新的文字")),
    (r"^profile (?P<profile>\S+) would not fit any more: (?P<why>.+)$", msg("方案 {profile} 就不能用了：{why}")),
    (r"says more of this rule already", msg("这个方案对这条规则另有规定，叠加之后就不是这份草稿了")),
    (r"^expected a chat, or the id of a stored session$", msg("请贴一段聊天，或填一个会话编号")),
    (r"^expected a chat$", msg("里面没有聊天")),
    (r"^no eval set (labels them$|has labels of them)", msg("没有评测集有这条规则仍然有效的标注")),
    (r"^this service has none: ", msg("这个服务没有设置判断器：设 MINGJIAN_JUDGE，或改用基线判断器")),
    (r"^expected a number from 1 to 20,000", msg("请填 1 到 20000 之间的数")),
    (r"^expected 1 to (?P<most>\d+) characters$", msg("请填写，最多 {most} 个字")),
    (r"^expected at least one level", msg("至少选一个级别，否则什么也不会发")),
    (r"^expected at most (?P<most>\d+) people$", msg("最多 {most} 人")),
    (r"^expected mobile numbers or open ids", msg("请填手机号（钉钉、企业微信）或 open_id（飞书），用空格隔开")),
    (r"^a webhook addresses nobody", msg("程序没有人可提醒，请留空")),
    (r"^expected \d+ to [\d]+ minutes", msg("请填 5 到 10080 的整数，或留空")),
    (r"^expected `int \| null`", msg("请填 5 到 10080 的整数，或留空")),
    (r"^expected one: a new route leads somewhere$", _FILL_IN),
    (r"^expected an address that begins with https://$", msg("要以 https:// 开头")),
    (r"^expected whsec_ and", msg("要以 whsec_ 开头，后面是 24 到 64 个随机字节的 base64")),
)  # fmt: skip
#: By the types of pydantic's errors.
_TYPES = {
    "missing": _FILL_IN, "string_too_short": _FILL_IN, "int_parsing": _NUMBER, "float_parsing": _NUMBER,
    "literal_error": _CHOOSE, "enum": _CHOOSE, "greater_than_equal": _LEAST, "less_than_equal": _MOST,
    "string_too_long": _LONG, "string_pattern_mismatch": msg("只能用小写字母、数字和下划线，以字母开头"),
}  # fmt: skip
#: Errors by the slug of their kind: what the page says before the details.
KINDS = {
    "stage-not-earned": msg("这条规则还没有挣得这个阶段"), "plan-invalid": msg("抽不了这样的样本"),
    "label-invalid": msg("这个标注不能用"), "answer-unfit": msg("这个回答不适合这一条"),
    "case-not-held": msg("这一条已不归您"), "appeal-conflict": msg("已经确认过、申诉过，或已是最终结论"),
    "rejection-unexplained": msg("请写明为什么驳回申诉，客服会看到"), "praise-unappealable": msg("表扬是加分的，不能申诉"),
    "appeal-too-late": msg("过了申诉期限"), "hit-not-found": msg("没有这条命中"), "session-not-found": msg("没有这个会话"),
    "profile-not-found": msg("没有这个方案"), "profile-conflict": msg("方案已被别人改过"),
    "notification-route-conflict": msg("有人先改了这个去向：上面是它现在的样子，再存一次就换成您写的"),
    "profile-rejected": msg("方案不能用"), "publication-conflict": msg("有人先发布了这份文字"),
    "publication-not-found": msg("没有这一版"), "study-conflict": msg("这次运行已是别的状态"),
    "disagreement-not-found": msg("那里没有分歧"), "rule-not-found": msg("没有这条规则"),
    "eval-set-not-found": msg("没有这个评测集"), "file-invalid": msg("这个文件不能用"), "judge-unusable": msg("判断器问不到"),
    "case-not-found": msg("没有这一条"), "appeal-not-found": msg("没有这个申诉"), "alert-not-found": msg("没有这条告警"),
    "job-not-found": msg("没有这个任务"), "study-not-found": msg("没有这次运行"), "label-conflict": msg("这个标注已被更正"),
}  # fmt: skip
#: What these say in Chinese is all there is to say.
_ENOUGH = frozenset({"appeal-too-late", "appeal-conflict"})


def words_of(error: Exception, t: Translator) -> str:
    """What is wrong, with the field by its label. Details that only exist in English are kept as they are."""
    if isinstance(error, RequestValidationError):
        return t("；").join(_of_request(each, t) for each in error.errors())
    if t.code == "en" or not isinstance(error, MingjianError):
        return str(error)
    if isinstance(error, ParameterInvalid):
        field, _, expected = str(error).partition(": ")
        return f"{_label(field, t)}{t('：')}{expected_words(expected, t)}"
    slug = find_kind(error).slug
    told = KINDS.get(slug)
    if told is None:
        return str(error)
    # A message that is only its class's docstring says nothing beyond the kind.
    said = str(error) == (type(error).__doc__ or "").strip() or slug in _ENOUGH
    return t(told) if said else f"{t(told)}{t('：')}{error}"


def expected_words(expected: str, t: Translator) -> str:
    """What was expected, in Chinese where there is one."""
    for pattern, text in EXPECTED if t.code == "zh" else ():
        found = re.search(pattern, expected)
        if found is not None:
            return t(text, **found.groupdict())
    return problem_words(expected, t)


def _of_request(error: Mapping[str, Any], t: Translator) -> str:
    told = _TYPES.get(error["type"])
    limits = error.get("ctx", {})
    values = {"least": limits.get("ge", ""), "most": limits.get("le", limits.get("max_length", ""))}
    words = error["msg"] if told is None else t(told, **values)
    return f"{_label(str(error['loc'][-1]), t)}{t('：')}{words}"


def _label(field: str, t: Translator) -> str:
    name = field.partition("[")[0].partition(".")[0]
    return t(FIELDS[name]) if name in FIELDS else field
