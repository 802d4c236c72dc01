"""The REST API assembled: router, schema, docs, health."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from accounts.api import PostViewSet, UnitViewSet
from goals.api.evidence import EvidenceViewSet
from goals.api.indicators import IndicatorViewSet
from goals.api.me import Me
from goals.api.plans import PlanViewSet, ProfileViewSet, ProgrammeViewSet, SectionViewSet, ThemeViewSet
from goals.api.readings import ReadingViewSet
from goals.api.targets import TargetViewSet
from goals.models import Sweep
from ledgers.api import register_all
from operations import broker
from operations.versions import migrations
from projects.api.projects import ProjectViewSet
from projects.api.records import InspectionViewSet, MilestoneViewSet, PaymentViewSet
from supervision.api import OrderViewSet

router = DefaultRouter()
router.include_root_view = False
router.include_format_suffixes = False
router.register("units", UnitViewSet, basename="unit")
router.register("posts", PostViewSet, basename="post")
router.register("profiles", ProfileViewSet, basename="profile")
router.register("plans", PlanViewSet, basename="plan")
router.register("sections", SectionViewSet, basename="section")
router.register("themes", ThemeViewSet, basename="theme")
router.register("programmes", ProgrammeViewSet, basename="programme")
router.register("indicators", IndicatorViewSet, basename="indicator")
router.register("targets", TargetViewSet, basename="target")
router.register("readings", ReadingViewSet, basename="reading")
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("projects", ProjectViewSet, basename="project")
router.register("milestones", MilestoneViewSet, basename="milestone")
router.register("inspections", InspectionViewSet, basename="inspection")
router.register("payments", PaymentViewSet, basename="payment")
router.register("orders", OrderViewSet, basename="order")
register_all(router)


def healthz(request: HttpRequest) -> JsonResponse:
    """Alive."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable, its migrations those of the code, when the sweep last ran. 503 with the reason otherwise."""
    checks: dict[str, Any] = {}
    try:
        checks["migrations"] = state = migrations().state
        last = Sweep.objects.first() if state == "ok" else None
        checks["last_sweep"] = last.ran_at.isoformat() if last else None
        checks["database"] = "ok"
    except Exception:
        checks["database"] = "unreachable"
    if settings.REDIS_URL:
        checks["broker"] = "ok" if broker.is_reachable() else "unreachable"
    bad = [name for name, state in checks.items() if state in ("missing", "newer", "unreachable")]
    return JsonResponse({"status": "unready" if bad else "ready", **checks}, status=503 if bad else 200)


urlpatterns = [
    path("api/v1/me/", Me.as_view(), name="me"),
    path("api/v1/", include((router.urls, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("healthz", healthz),
    path("readyz", readyz),
]
