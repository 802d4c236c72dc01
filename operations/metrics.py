"""`/metrics`: what a monitor reads. Requests by django-prometheus, and the portal's own gauges, asked at each reading.

There is none unless `METRICS_ALLOWED` or `METRICS_TOKEN` says who may read it.
"""

import hmac
import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from common.networks import is_among
from goals.models import RecomputeChunk, Sweep
from operations import broker
from operations.state import marks, outbox


class Portal(Collector):
    """What waits and what stands still: counts and ages, no figure of a plan."""

    def collect(self) -> Iterator[Metric]:
        yield from self._marks()
        yield from self._outbox()
        sweep = Sweep.objects.first()
        if sweep is not None:
            yield _gauge("sweep_age_seconds", "Since the sweep last ran", _age(sweep.ran_at))
        parked = RecomputeChunk.objects.filter(state=RecomputeChunk.State.PARKED).count()
        yield _gauge("recompute_parked_chunks", "Pieces of full recomputes that failed three times", parked)
        depths = GaugeMetricFamily("taoyan_queue_depth", "Tasks that wait in a queue of the broker", labels=["queue"])
        for name, depth in broker.depths().items():
            depths.add_metric([name], float("nan") if depth is None else depth)
        yield depths

    def _marks(self) -> Iterator[Metric]:
        found = marks()
        oldest = min((each.oldest for each in found if each.oldest), default=None)
        yield _gauge("marks_due", "What waits for its recompute", sum(each.due for each in found))
        yield _gauge("marks_oldest_age_seconds", "How long the oldest of it waits", _age(oldest))
        yield _gauge("marks_parked", "Recomputes that failed three times", sum(each.parked for each in found))

    def _outbox(self) -> Iterator[Metric]:
        found = outbox()
        yield _gauge("outbox_waiting", "Webhook messages that have not arrived", found.waiting)
        yield _gauge("outbox_failing", "Webhook messages that failed at least once", found.failing)
        yield _gauge("outbox_expired", "Webhook messages given up within a week", found.expired)
        yield _gauge("outbox_oldest_age_seconds", "How long the oldest of them waits", _age(found.oldest))


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"taoyan_{name}", said, value=value)


def _age(moment: datetime | None) -> float:
    return 0 if moment is None else max((timezone.now() - moment).total_seconds(), 0)


@never_cache
@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For the monitor alone; to anybody else it isn't there."""
    if not may_read(request):
        raise Http404
    own = CollectorRegistry()
    own.register(Portal())
    return HttpResponse(_of_requests() + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """From an allowed address, or with the token."""
    if is_among(request.META.get("REMOTE_ADDR", ""), settings.METRICS_ALLOWED):
        return True
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given, settings.METRICS_TOKEN.encode())


def _of_requests() -> bytes:
    """What the processes counted: this one's, or all of them where they share a folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared)
