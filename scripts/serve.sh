#!/bin/sh
# Serve the portal: set up what has changed, print the address and who may log in, start gunicorn.
set -eu
mkdir -p var
umask 077
[ -s var/secret-key ] || "$PY" -c "import secrets; print(secrets.token_urlsafe(60))" >var/secret-key
SECRET_KEY=$(cat var/secret-key)
ALLOWED_HOSTS=${ALLOWED_HOSTS:-localhost,127.0.0.1}
export SECRET_KEY ALLOWED_HOSTS DEMO
if [ "$DEMO" = 1 ]; then
    TAOYAN_TODAY=${TAOYAN_TODAY:-2022-10-12}
    DATABASE_URL=${DATABASE_URL:-sqlite:///$(pwd)/var/demo.sqlite3}
    export TAOYAN_TODAY DATABASE_URL
else
    export HTTPS=${HTTPS:-0}
    export DATABASE_URL=${DATABASE_URL:-sqlite:///$(pwd)/var/portal.sqlite3}
fi
# What the set-up depends on; when none of it has changed, the second start does nothing.
state=$(cat requirements.txt ./*/migrations/*.py data/* data/demo/* $(find static -type f | sort) 2>/dev/null | cksum)
stamp=var/set-up-$DEMO
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$state" ]; then
    "$PY" manage.py migrate -v 0
    "$PY" manage.py collectstatic --noinput -v 0
    if [ "$DEMO" = 1 ]; then "$PY" manage.py load_demo; else "$PY" manage.py load_demo --plain; fi
    echo "$state" >"$stamp"
fi
[ "$DEMO" != 1 ] || "$PY" scripts/demo_users.py
echo "http://127.0.0.1:$PORT/"
exec "$PY" -m gunicorn --config scripts/gunicorn.conf.py --bind "127.0.0.1:$PORT" taoyan.wsgi
