"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taoyan.settings")
# A page that asks the database for longer than this has lost its reader.
os.environ.setdefault("STATEMENT_SECONDS", "30")
os.environ.setdefault("BROKER_SECONDS", "0.3")
application = get_wsgi_application()
