# Everything a fresh machine needs: Python 3.11-3.13 and make.
#   make case-study   environment, sample study, quarterly run, case-study PDF and HTML in both languages
#   make test         format, lint, types, arrows, tests, doctests and notebooks

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-from-lock
DEMO   ?= demo
PEOPLE ?= 1250
SEED   ?= 1
QUARTER ?= FY2022Q4
KUMA   := $(BIN)/kumastats
COMMA  := ,

# Containers often forbid Python to keep what it has compiled; here every command would compile all it imports again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help case-study test lab docs bench validity e2e e2e-full lock published data-sample clean

help:
	@sed -n 's/^#   //p' Makefile
	@echo "make lab          JupyterLab in the demo study"
	@echo "make docs         the documentation as a site in build/site, reference pages renewed from the code"
	@echo "make bench        speed beside peers and floors, as ratios"
	@echo "make validity     size and coverage by simulation (hours; stopped and started again, it goes on)"
	@echo "make e2e          the checks that need a browser, poppler and Java, Spark, ten kills, and four quarters"
	@echo "make e2e-full     the same, with a hundred kills at random moments and all five years"
	@echo "make published    a new demo, and from it reports/published and docs/promises"
	@echo "make data-sample  renew data_sample from the demo"
	@echo "make lock         renew requirements.lock and environment.yml"
	@echo "make clean        remove the environment, the demo and all caches"

# requirements.lock pins the packages of every extra; each environment takes of it what its extras need.
define install
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "installing packages ($(1)) as pinned in requirements.lock ..."
	@if $(BIN)/python -m pip install -q uv >/dev/null 2>&1; then \
	  $(BIN)/uv pip install -q --python $(BIN)/python -c requirements.lock -e ".[$(1)]" ; \
	else \
	  $(BIN)/python -m pip install -q -c requirements.lock -e ".[$(1)]" ; \
	fi
	@touch $@
endef

$(STAMP): requirements.lock pyproject.toml
	$(call install,dev)

# the engines and peers that bench, validity and the browser gates need beside it
$(VENV)/.with-bench: $(STAMP)
	$(call install,dev$(COMMA)bench$(COMMA)protect$(COMMA)docs)

# The demo study takes the same road as a user's own data. The plan is locked before any data are read.
$(DEMO)/study.lock.json: | $(STAMP)
	$(KUMA) sample $(DEMO) --people $(PEOPLE) --seed $(SEED)
	$(KUMA) lock --study $(DEMO) --on 2018-04-03

case-study: $(STAMP) $(DEMO)/study.lock.json
	$(KUMA) ingest --study $(DEMO) --received-on 2023-04-14
	$(KUMA) run --study $(DEMO) --quarter $(QUARTER)
	$(KUMA) publish --study $(DEMO) --quarter $(QUARTER) --profile public \
	  --approve city="demo: office of the synthetic city" --approve partner="demo: synthetic partner"

# A small synthetic city for the tests and the notebooks, made by the same commands, anew when what makes it has changed.
MAKES_STUDIES := $(shell find kumastats/sample kumastats/sources kumastats/warehouse kumastats/ingest kumastats/beside.py -name '*.py')
build/test-study/warehouse/manifest.json: $(MAKES_STUDIES) | $(STAMP)
	rm -rf build/test-study
	$(KUMA) sample build/test-study --people 500 --seed 1
	$(KUMA) lock --study build/test-study --on 2018-04-03
	$(KUMA) ingest --study build/test-study --received-on 2023-04-14

# Types are checked on one core while the small city is made on the other.
test: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy & types=$$!; \
	  $(MAKE) build/test-study/warehouse/manifest.json; made=$$?; \
	  wait $$types && exit $$made
	KUMASTATS_TEST_STUDY=$(CURDIR)/build/test-study \
	  $(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "not slow and not e2e"
	KUMASTATS_STUDY=$(CURDIR)/build/test-study \
	  $(BIN)/python -m pytest -q -n 2 --dist loadscope --nbval-lax --nbval-cell-timeout=120 notebooks/

lab: $(STAMP) $(DEMO)/study.lock.json
	$(KUMA) lab --study $(DEMO)

docs: $(VENV)/.with-bench
	$(BIN)/python -m kumastats.report.reference docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q --strict
	@echo "build/site/index.html"

bench: $(VENV)/.with-bench
	$(BIN)/python tests/bench

validity: $(VENV)/.with-bench
	$(BIN)/python tests/validity
	$(BIN)/python tests/validity/counters
	$(BIN)/python -m pytest -q -m slow tests kumastats -s

E2E := KUMASTATS_TEST_STUDY=$(CURDIR)/build/test-study $(BIN)/python -m pytest -q -n 2 --dist loadgroup --durations=15 -m e2e tests/e2e

e2e: $(VENV)/.with-bench build/test-study/warehouse/manifest.json
	$(E2E)

e2e-full: $(VENV)/.with-bench build/test-study/warehouse/manifest.json
	KUMASTATS_KILL_ROUNDS=10 KUMASTATS_E2E_QUARTERS=20 $(E2E)

lock: $(STAMP)
	@$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock
	$(BIN)/python tests/environment_file.py --write

# What of a new demo is kept in the repository: its PDFs, its findings promise by promise, a slice of its raw exports.
published: $(STAMP)
	rm -rf $(DEMO)
	@$(MAKE) case-study
	@mkdir -p reports/published
	@cp "$$(ls -td $(DEMO)/releases/FY* | head -1)"/case_study_*.pdf reports/published/
	$(BIN)/python -m kumastats.report.gallery $(DEMO) docs

data-sample: $(STAMP) $(DEMO)/study.lock.json
	$(BIN)/python -m kumastats.sample.extract $(DEMO) data_sample

clean:
	rm -rf $(VENV) $(DEMO) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
