"""Settings of the test suite: the embedded default, fast hashing, plain static files."""

import os

os.environ.setdefault("DEBUG", "true")
os.environ.setdefault("TAOYAN_TODAY", "2022-10-12")

from taoyan.settings import *  # noqa: F403
from taoyan.settings import STATIC_ROOT, STORAGES, VAR_DIR

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
AXES_ENABLED = False
EMAIL_URL = PORTAL_URL = ""
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EVIDENCE_ROOT = VAR_DIR / "test-evidence"
EVIDENCE_SCANNER = ""
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns at every client of a test where there is none
