"""Addresses of the operator's page and of the metrics."""

from django.urls import path

from operations import views
from operations.metrics import metrics

urlpatterns = [
    path("metrics", metrics),
    path("operator/", views.operator, name="operator"),
    path("operator/runs/start/", views.start_run, name="start-run"),
    path("operator/runs/<int:pk>/cancel/", views.cancel_run, name="cancel-run"),
    path("operator/runs/<int:pk>/retry/", views.retry_run, name="retry-run"),
    path("operator/marks/retry/", views.retry_marks, name="retry-marks"),
    path("operator/deliveries/retry/", views.retry_deliveries, name="retry-deliveries"),
]
