"""The console, put into the application."""

from fastapi import APIRouter, FastAPI

from api.console import entrance
from api.console.assets import Assets, static_root
from api.console.author import routes as author
from api.console.calibration import routes as calibration
from api.console.desk import routes as desk
from api.console.reports import routes as reports
from api.console.settings import routes as settings

#: One router per page or room.
ROUTERS: tuple[APIRouter, ...] = (
    entrance.router,
    desk.router,
    reports.router,
    calibration.router,
    author.router,
    settings.router,
)


def install(app: FastAPI) -> None:
    """Adds the pages and their files. The API's addresses stay as they are."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount(static_root(), Assets(), name="static")
