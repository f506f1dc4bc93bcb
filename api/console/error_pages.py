"""What a person sees when a page cannot be shown: what is wrong, and what to do next."""

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.console.error_words import words_of
from api.console.language import msg
from api.console.rendering import Page
from api.rest.problem_kinds import HTTP_KINDS, find_kind
from prompts.errors import MingjianError

_log = structlog.get_logger(__name__)
#: By status: what is wrong, and what to do.
_WORDS = {
    403: (msg("这把密钥不能做这件事"), msg("换一把有此权限的密钥登录，或请管理员代办。")),
    404: (msg("这里没有您要找的内容"), msg("它可能已被删除，或地址有误。请回到列表重新查找。")),
    405: (msg("这里没有可以打开的页面"), msg("这个地址只接收表单。请从菜单打开要找的页面。")),
    409: (msg("有人先改了"), msg("请重新打开页面，看过新的内容后再做一次。")),
    413: (msg("内容太大"), msg("请分成几次提交。")),
    421: (msg("服务不回应这个主机名"), msg("请用 localhost 或 127.0.0.1 打开，或在 MINGJIAN_ALLOWED_HOSTS 中加入此名。")),
    422: (msg("请求里有一项不能用"), msg("请按下面的说明改正后再试。")),
    500: (msg("服务出错了"), msg("这不是您的问题。请把下面的编号交给管理员，日志里有原因。")),
    503: (msg("服务暂时不可用"), msg("请稍后再试；若一直如此，请管理员查看 /readyz。")),
}  # fmt: skip


def show_error(page: Page, error: Exception) -> Response:
    """The page about an error, with the status it has everywhere else."""
    status, detail = _told(error, page)
    if status >= 500:
        _log.error("page_failed", path=page.request.url.path, exc_info=error)
        detail = f"{detail} {structlog.contextvars.get_contextvars().get('request_id', '')}".strip()
    title, advice = _WORDS.get(status) or _WORDS[500 if status >= 500 else 422]
    return page.show(
        "error.html", status=status, code=status, title=page.t(title), advice=page.t(advice), detail=detail,
        plain=_plain(page, status),
    )  # fmt: skip


def _plain(page: Page, status: int) -> str:
    """Where conditions in the address cannot be used: the same page without any; else empty."""
    url = page.request.url
    return url.path if status == 422 and url.query and page.request.method == "GET" else ""


def status_of(error: Exception) -> int:
    """The status that the error has everywhere."""
    if isinstance(error, MingjianError):
        return find_kind(error).status
    if isinstance(error, RequestValidationError):
        return HTTP_KINDS[422].status
    return error.status_code if isinstance(error, HTTPException) else 500


def _told(error: Exception, page: Page) -> tuple[int, str]:
    if isinstance(error, MingjianError | RequestValidationError):
        return status_of(error), words_of(error, page.t)
    return status_of(error), str(error.detail) if isinstance(error, HTTPException) else ""
