#!/bin/sh
# Everything that is checked without running the tests. $1: the folder of the tools.
set -eu
bin=$1
say() { printf '\n== %s\n' "$1"; }
say "requirements"; "$bin/python" -m pip check
say "ruff"; "$bin/ruff" check . ; "$bin/ruff" format --check .
say "types"; "$bin/mypy" common audit accounts goals ledgers projects economy urban_rural culture_tourism ecology livelihood safety \
    supervision dashboard operations taoyan fuzz bench faults
say "layers"; "$bin/lint-imports"
say "migrations"; DEBUG=1 "$bin/python" manage.py makemigrations --check --dry-run
say "translations"; DEBUG=1 "$bin/python" scripts/messages.py --check
say "deployment"
SECRET_KEY=$("$bin/python" -c "import secrets; print(secrets.token_urlsafe(60))") ALLOWED_HOSTS=portal.example \
    "$bin/python" manage.py check --deploy --fail-level WARNING --tag security --tag models --tag urls --tag database
say "nothing of this machine"
if git grep -nIE '(^|[^A-Za-z0-9_.])/(work|root|home/[a-z]+)/' -- . ':!static/vendor' ':!scripts/check.sh'; then exit 1; fi
