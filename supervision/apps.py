"""Orders on what lags: issued by a leader, answered by the office that leads it, checked and closed."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
