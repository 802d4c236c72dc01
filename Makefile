# The portal's commands. None asks anything; `make run` and `make test` need python3.11, pip and make alone.
PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: run test check walk lighthouse bench fuzz faults examples lock

# The lists are complete (`make lock`, `make check`), so pip is to take them as they stand: left to resolve, it met a newer
# release behind an extra and refused it for want of a hash.
$(VENV)/run.stamp: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	touch $@

$(VENV)/dev.stamp: requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp  ## set up and serve the portal
	@PORT=$(PORT) PY=$(PY) sh scripts/serve.sh

test: $(VENV)/dev.stamp  ## set up and pass the tests; those in a browser are .ci/run's
	$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not thorough"

check: $(VENV)/dev.stamp  ## lint, types, migrations, layers, deployment settings
	sh scripts/check.sh $(VENV)/bin

walk: $(VENV)/dev.stamp  ## the newcomer's walk from a clean clone, in a real browser
	$(PY) scripts/walk.py

lighthouse: $(VENV)/dev.stamp  ## at least 95 by Lighthouse for the leaders' pages, on desktop and phone (node 20 and Chromium needed)
	$(PY) scripts/lighthouse.py

bench: $(VENV)/dev.stamp  ## speed, as ratios measured in one run on PostgreSQL; writes bench/results.json
	$(PY) bench/run.py

fuzz: $(VENV)/dev.stamp  ## every operation of the API as everybody, on SQLite and PostgreSQL, against its schema
	$(PY) fuzz/run.py

faults: $(VENV)/dev.stamp  ## workers, Redis and PostgreSQL killed, hung and stopped under load, on servers of its own
	$(PY) faults/run.py

examples: $(VENV)/dev.stamp  ## record the API documentation's examples anew, after an answer has changed
	$(PY) scripts/examples.py

lock:  ## compile the pinned requirements
	$(PY) -m pip install -q uv
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	$(VENV)/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links requirements-dev.in -o requirements-dev.txt
