"""The addresses of the settings about notifications: who is told of what, and where else it goes."""

from starlette.responses import Response

from api.console.access import ConfigurerPage, ReaderPage
from api.console.alerts.inbox import KINDS, LEVELS
from api.console.refusals import shown_again_on
from api.console.rendering import Page
from api.console.routing import console_router
from api.console.settings.route_words import (
    CHANNELS,
    TypedRoute,
    change_of,
    delivery_rows,
    of_form,
    route_cards,
)
from api.console.settings.telling import notification_rows
from api.errors import ParameterInvalid
from api.notifying import choosing
from api.schemas.notifying import RouteChange
from storage.notifying import deliveries, routes
from storage.trust import certificates, stages

router = console_router()
_HOME = "/settings/notifications"
_SHOWN = 20


@router.get("/settings/notifications")
async def list_notifications(page: ReaderPage) -> Response:
    """Which rules tell somebody and what their stage allows; for leads also where alerts go outside the service."""
    service, t, leads = page.service, page.t, page.may("configure")
    async with service.database.reading() as db:
        given = await stages.stages_at(db, "notification")
        certified = await certificates.holding(db)
        found = await choosing.views(db) if leads else ()
        told = await deliveries.recent(db, _SHOWN) if leads else ()
    titles = {each.route_id: each.choice.title for each in found}
    return page.show(
        "settings/notifications.html",
        rows=notification_rows(service.inspector.catalogue.rules, given, t, certified=certified),
        precision=f"{service.settings.automatic_precision:.0%}", leads=leads, routes=route_cards(found, t),
        told=delivery_rows(told, titles, service.settings.zone_of(None), t),
        channels=[(name, t(words)) for name, words in CHANNELS.items()],
        levels=[(name, t(words)) for name, words in LEVELS.items()],
        kinds=[(name, t(words)) for name, words in KINDS.items()],
    )  # fmt: skip


@router.post("/settings/notifications")
@shown_again_on(_HOME)
async def add_route(page: ConfigurerPage, form: TypedRoute) -> Response:
    """A new route; it tells what happens from now on."""
    change = _checked(page, form, is_new=True)
    async with page.service.database.transaction() as db:
        await routes.add(
            db, change.choice, url=change.url or "", secret=change.secret or "", actor=page.signed_in.name,
            reason=change.reason,
        )  # fmt: skip
    return page.go(_HOME, page.t("已添加“{title}”。先发一条测试消息看看。", title=change.choice.title))


@router.post("/settings/notifications/{route_id}")
@shown_again_on(_HOME)
async def change_route(page: ConfigurerPage, route_id: str, form: TypedRoute) -> Response:
    """The whole choice anew; address and secret stay where nothing was typed."""
    change = _checked(page, form, is_new=False)
    async with page.service.database.transaction() as db:
        await routes.change(
            db, route_id, change.choice, url=change.url, secret=change.secret, seen=change.seen,
            actor=page.signed_in.name,
            reason=change.reason,
        )  # fmt: skip
    return page.go(_HOME, page.t("已保存“{title}”。", title=change.choice.title))


@router.post("/settings/notifications/{route_id}/test")
async def try_route(page: ConfigurerPage, route_id: str) -> Response:
    """Sends one message at once."""
    async with page.service.database.reading() as db:
        route = await routes.get(db, route_id)
    error = await choosing.try_out(page.service, route, page.signed_in.name)
    title = route.choice.title
    if error is None:
        return page.go(_HOME, page.t("测试消息已送达“{title}”。", title=title))
    return page.go(_HOME, page.t("测试消息没有送达“{title}”：{error}", title=title, error=error))


@router.post("/settings/notifications/{route_id}/remove")
async def remove_route(page: ConfigurerPage, route_id: str) -> Response:
    """What waits is dropped; what went stays on record."""
    async with page.service.database.transaction() as db:
        route = await routes.get(db, route_id)
        await routes.remove(db, route_id, actor=page.signed_in.name)
    return page.go(_HOME, page.t("已删除“{title}”。", title=route.choice.title))


def _checked(page: Page, form: TypedRoute, *, is_new: bool) -> RouteChange:
    try:
        change = change_of(form)
        choosing.check(change, page.service.settings, is_new=is_new)
    except ParameterInvalid as error:
        raise of_form(error) from error
    return change
