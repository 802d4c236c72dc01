#!/bin/sh
# Serve the portal: set up what has changed, print the address and the users, start gunicorn.
# DEMO=1 (the default) is the demonstration, its clock fixed; DEMO=0 the plan alone, in a database of its own.
set -eu
umask 077
DEMO=${DEMO:-1}
HTTPS=${HTTPS:-0}
ALLOWED_HOSTS=${ALLOWED_HOSTS:-localhost,127.0.0.1}
mkdir -p var
if [ "$DEMO" = 1 ]; then
    kind=demo
    TAOYAN_TODAY=${TAOYAN_TODAY:-2022-10-12}
    export TAOYAN_TODAY
    EVIDENCE_ROOT=${EVIDENCE_ROOT:-$PWD/var/evidence.demo}
else
    kind=portal
    EVIDENCE_ROOT=${EVIDENCE_ROOT:-$PWD/var/evidence}
fi
DATABASE_URL=${DATABASE_URL:-sqlite:///$PWD/var/$kind.sqlite3}
if [ -z "${SECRET_KEY:-}" ]; then
    [ -s var/secret-key ] || "$PY" -c "import secrets; print(secrets.token_urlsafe(60))" >var/secret-key
    SECRET_KEY=$(cat var/secret-key)
fi
# A folder of evidence is one database's: what has no row there is swept away.
export DEMO HTTPS ALLOWED_HOSTS DATABASE_URL SECRET_KEY EVIDENCE_ROOT
# What the set-up depends on; when none of it has changed, the next start skips it.
state=$({
    echo "$DATABASE_URL"
    cat requirements.txt ./*/migrations/*.py data/*.* data/demo/*
    find static -type f | sort | xargs cat
} 2>/dev/null | cksum)
if [ ! -f "var/set-up.$kind" ] || [ "$(cat "var/set-up.$kind")" != "$state" ]; then
    "$PY" manage.py migrate -v 0
    "$PY" manage.py collectstatic --noinput -v 0
    if [ "$DEMO" = 1 ]; then
        "$PY" manage.py load_demo >"var/users.$kind"
    else
        "$PY" manage.py load_plan data/plan-2022.yaml
        "$PY" manage.py first_administrator
        : >"var/users.$kind"
    fi
    echo "$state" >"var/set-up.$kind"
fi
echo "http://127.0.0.1:$PORT/"
cat "var/users.$kind"
exec "$PY" -m gunicorn --config scripts/gunicorn.conf.py --bind "127.0.0.1:$PORT" taoyan.wsgi
