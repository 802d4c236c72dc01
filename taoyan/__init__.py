"""The Django project: settings, addresses, REST router, Celery. It imports all, nothing imports it."""

from taoyan.celery import app as celery_app

__all__ = ["celery_app"]
