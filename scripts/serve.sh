#!/bin/sh
# Serve the portal on SQLite: set up what has changed, print the address, start gunicorn.
set -eu
umask 077
mkdir -p var
[ -s var/secret-key ] || "$PY" -c "import secrets; print(secrets.token_urlsafe(60))" >var/secret-key
SECRET_KEY=$(cat var/secret-key)
ALLOWED_HOSTS=${ALLOWED_HOSTS:-localhost,127.0.0.1}
HTTPS=${HTTPS:-0}
export SECRET_KEY ALLOWED_HOSTS HTTPS
# What the set-up depends on; when none of it has changed, the next start skips it.
state=$(cat requirements.txt ./*/migrations/*.py data/* 2>/dev/null | cksum)
if [ ! -f var/set-up ] || [ "$(cat var/set-up)" != "$state" ]; then
    "$PY" manage.py migrate -v 0
    "$PY" manage.py collectstatic --noinput -v 0
    "$PY" manage.py load_plan data/plan-2022.yaml
    echo "$state" >var/set-up
fi
echo "http://127.0.0.1:$PORT/api/docs/"
exec "$PY" -m gunicorn --config scripts/gunicorn.conf.py --bind "127.0.0.1:$PORT" taoyan.wsgi
