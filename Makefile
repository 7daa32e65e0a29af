# make demo | test | bench | image | lock | format | clean
# Everything is set up here; an environment is brought up to date when the lock it stands on changes.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell .ci/find-python)
DEV    := .venv
RUN    := .venv-run
BENCH  := .venv-bench
TOOLS  := .venv-tools
# For two processors: half of what tests do is to wait for a server or a limit.
WORKERS ?= 3

# The project itself is installed from its folder, with the locked build backend and no look-ups.
INSTALL = $(1)/bin/python -m pip install -qq --disable-pip-version-check --no-deps
define environment
	@echo "Setting up $(1): about a minute, once for each change of its lock ..."
	@.ci/make-venv "$(PYTHON)" $(1)
	@$(call INSTALL,$(1)) --require-hashes $(foreach lock,$(2),-r $(lock))
	@$(call INSTALL,$(1)) --no-build-isolation --editable .
	@touch $@
endef

help:
	@echo "make demo     set up and show one report, from the first tap to the police mail"
	@echo "make test     set up and run every check: lint, types, import rules, tests"
	@echo "make crash    kill the process a hundred times, and at every commit point"
	@echo "make bench    measure, beside a peer in the same run"
	@echo "make image    build the container image and run it once"
	@echo "make lock     resolve the dependencies afresh and write the locks"
	@echo "make format   put the code in form"
	@echo "make clean    remove what the above made"

$(DEV)/.ready: requirements-dev.lock pyproject.toml
	$(call environment,$(DEV),requirements-dev.lock)

$(RUN)/.ready: requirements.lock requirements-build.lock pyproject.toml
	$(call environment,$(RUN),requirements.lock requirements-build.lock)

$(BENCH)/.ready: requirements-bench.lock pyproject.toml
	$(call environment,$(BENCH),requirements-bench.lock)

demo: $(RUN)/.ready
	$(RUN)/bin/saarbot demo

packages:
	@.ci/system-packages

test: $(DEV)/.ready packages
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports
	$(DEV)/bin/pytest -n $(WORKERS) --dist worksteal

# A hundred random kills, and one at every commit point of a report: minutes, so not in `test`.
crash: $(DEV)/.ready
	CRASH_KILLS=100 CRASH_FRESH=1 CRASH_EACH=1 $(DEV)/bin/pytest -n $(WORKERS) --timeout 3000 tests/crash

bench: $(BENCH)/.ready
	$(BENCH)/bin/python -m bench

image:
	deploy/image.sh

format: $(DEV)/.ready
	$(DEV)/bin/ruff check --fix-only --exit-zero .
	$(DEV)/bin/ruff format .

# uv resolves for every platform at once. It starts from nothing: compiling onto an existing file
# would keep that file's hashes, even wrong ones. No index is named: pip's own setting decides.
COMPILE = $(TOOLS)/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --python-version 3.11

lock:
	@.ci/make-venv "$(PYTHON)" $(TOOLS)
	@$(TOOLS)/bin/python -m pip install -qq --disable-pip-version-check uv
	rm -f requirements.lock requirements-build.lock requirements-bench.lock requirements-dev.lock
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --group build -o requirements-build.lock
	$(COMPILE) pyproject.toml --group bench -o requirements-bench.lock
	$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf $(DEV) $(RUN) $(BENCH) $(TOOLS) build dist .coverage htmlcov \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help crash demo packages test bench image format lock clean
