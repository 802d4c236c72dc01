"""The portal's settings for servers that the bench starts: its addresses, no throttle, plain static files."""

from taoyan.settings import *  # noqa: F403
from taoyan.settings import REST_FRAMEWORK, STORAGES

ROOT_URLCONF = "bench.urls"
# The throttle is not what is measured.
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"token": None, "address": None}}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
