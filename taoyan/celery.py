"""The Celery application. Tasks run in process unless `REDIS_URL` names a broker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taoyan.settings")

app = Celery("taoyan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
