"""The console, put into the application."""

from fastapi import APIRouter, FastAPI

from api.console import entrance
from api.console.alerts import routes as alerts
from api.console.assets import Assets, static_root
from api.console.author import publishing_routes as author_publishing
from api.console.author import routes as author
from api.console.author import study_routes as author_studies
from api.console.calibration import anchors
from api.console.calibration import certificate_routes as certificates
from api.console.calibration import routes as calibration
from api.console.desk import routes as desk
from api.console.live import routes as live
from api.console.mine import routes as mine
from api.console.reports import routes as reports
from api.console.review import lead_routes as review_leads
from api.console.review import routes as review
from api.console.settings import audit_routes as audit
from api.console.settings import job_routes as jobs
from api.console.settings import judge_routes as judges
from api.console.settings import notification_routes as notifications
from api.console.settings import shop_routes as shops
from api.console.settings.profiles import routes as profiles

#: One router per page or room.
ROUTERS: tuple[APIRouter, ...] = (
    entrance.router, desk.router, live.router, alerts.router, reports.router, review.router, review_leads.router,
    mine.router, anchors.router, calibration.router, certificates.router, author.router, author_publishing.router,
    author_studies.router, shops.router, profiles.router, notifications.router,
    judges.router, jobs.router, audit.router,
)  # fmt: skip


def install(app: FastAPI) -> None:
    """Adds the pages and their files. The API's addresses stay as they are."""
    for router in ROUTERS:
        app.include_router(router)
    app.mount(static_root(), Assets(), name="static")
