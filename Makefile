# Three commands do all their set-up: `make demo` plans the reference study, `make serve` opens the
# page with sliders on it, `make test` runs every test this machine can run. They need only
# Python >= 3.11, make and a package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
AUDIT  := .venv-audit
CLIENT := .venv-client
OUT    ?= out/demo
MEASURED ?= ../shared/data/measured_inference.csv
TRAINING ?= ../shared/data/measured_training.csv
JOBS   ?= 2
FUZZ   ?= 20000
EXTRAS := --extra documents --extra serve --extra assistant --extra postgres
PIP    := $(BIN)/python -m pip --disable-pip-version-check

# Tests start the command line some hundred times: byte code that is kept takes a seventh of each off.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo serve test check unit lint mutants fuzz docs site errors lock client sbom audit clean
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Outlay needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.runtime  ## plan the reference study and print the answer
	@$(BIN)/outlay plan examples/bytedance-2026/study.yaml --out $(OUT)

serve: $(VENV)/.runtime  ## the page with sliders on the reference study: prints the link that opens it
	@$(BIN)/outlay serve examples/bytedance-2026/study.yaml

test: $(VENV)/.dev  ## lint, types and every test this machine can run
	@+$(MAKE) --no-print-directory -j 2 lint unit  # the linters need one core and leave the other idle

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	@report=$$(mktemp -d) && trap 'rm -rf "$$report"' EXIT && \
	  $(BIN)/mypy --any-exprs-report "$$report" && \
	  $(BIN)/python scripts/measures.py --check --any-report "$$report"

mutants: $(VENV)/.dev  ## make each wrong number of tests/mutants.toml and expect a red test
	$(BIN)/python scripts/mutants.py --jobs $(JOBS)

fuzz: $(VENV)/.dev  ## FUZZ inputs into each reader; prints how many they were and keeps that in docs
	FUZZ=$(FUZZ) $(BIN)/python -m pytest -q -n $(JOBS) --dist worksteal tests/fuzz/test_readers.py

docs: $(VENV)/.dev  ## rebuild the generated pages
	$(BIN)/python scripts/build_docs.py

site: docs  ## the documentation as a site, in site/; fails on a broken link
	$(BIN)/zensical build --strict --clean

errors: $(VENV)/.dev  ## refit without each part and rewrite the error page (needs MEASURED, TRAINING)
	$(BIN)/python -m outlay.performance.fit.error_page --measured $(MEASURED) --training $(TRAINING) \
	  --out docs/performance/errors.md

lock:  ## resolve the locks again (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 $(EXTRAS) --group build pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 $(EXTRAS) --extra ray --group build --group dev pyproject.toml \
	  -o requirements/dev.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --group audit -o requirements/audit.txt
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --group client -o requirements/client.txt

# Tools that look at the packages stand apart from them, so that they change none.
$(AUDIT)/.ready: requirements/audit.txt | $(BIN)/python
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

$(CLIENT)/.ready: requirements/client.txt | $(BIN)/python
	$(PYTHON) -m venv $(CLIENT)
	$(CLIENT)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

client: $(VENV)/.dev $(CLIENT)/.ready  ## make the Python client anew from the workbench's interface
	$(BIN)/python scripts/client.py --tools $(CLIENT)/bin

sbom: $(VENV)/.runtime $(AUDIT)/.ready  ## list what is taken from others, with licences (CycloneDX)
	$(BIN)/python scripts/third_party.py --tools $(AUDIT)/bin

audit: $(VENV)/.runtime $(AUDIT)/.ready  ## ask for known faults of what is pinned
	$(BIN)/python scripts/audit.py --tools $(AUDIT)/bin

clean:  ## remove what was built
	rm -rf $(VENV) $(AUDIT) $(CLIENT) out site .cache .mypy_cache .pytest_cache .ruff_cache
