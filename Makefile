# `make` alone lists what there is. A fresh machine needs make and Python 3.11 to 3.14 with venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types format bench lock clean runtime dev

# The newest Python that suits and can make an environment; `make PYTHON=/path/to/python3 …` decides.
suits := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 python3.11 python3; do \
  $$python -c '$(suits)' >/dev/null 2>&1 && { echo $$python; break; }; done)

UV ?= uv
# More than two cores can do at once: a test waits for its database or a process a fifth of its time. Whoever
# has nothing left takes from the others (worksteal): long tests come late, and 631 s became 554 with both (measured).
JOBS ?= 4

# The tests start avvisa dozens of times, and each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

# First on the path: the build backend looks for its own program there.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: dev ## Make .venv with everything, pinned and checked against its hashes

demo: runtime ## Show the whole product against simulators (make demo FOR=60 ends by itself)
	@.venv/bin/avvisa demo $(if $(FOR),--for $(FOR))

test: dev ## Run all tests, on SQLite and on a real PostgreSQL (make test ARGS="-k consent")
	.venv/bin/python -m pytest -n $(JOBS) --dist worksteal $(or $(ARGS),tests)

check: lint ## Run format, lint, types, contracts and the fast tests
	.venv/bin/python -m pytest -n $(JOBS) --dist worksteal -m "not slow" tests

lint: dev ## Run format, lint, types and contracts, without tests
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: dev ## Put every file into shape
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

bench: dev ## Measure speed and memory against the simulators
	.venv/bin/python -m benchmarks

lock: ## Pin every dependency again (needs uv; UPGRADE=1 takes newer releases)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: .venv/bin/pip install uv" >&2; exit 1; }
	$(UV) pip compile $(lock_options) --output-file requirements.txt
	$(UV) pip compile $(lock_options) --group dev --constraint requirements.txt --output-file requirements-dev.txt

# No line of a lock names a registry or a machine: it installs from whatever index pip is given.
lock_options := --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) --group build pyproject.toml

clean: ## Remove .venv and what the tools leave behind
	rm -rf .venv build dist .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- the environment

# Whoever has the development tools has what the product needs, too.
runtime: $(if $(wildcard .venv/dev.stamp),.venv/dev.stamp,.venv/runtime.stamp)
dev: .venv/dev.stamp

.venv/runtime.stamp: requirements.txt pyproject.toml | .venv/bin/python
	$(call install,requirements.txt)

.venv/dev.stamp: requirements-dev.txt pyproject.toml | .venv/bin/python
	$(call install,requirements-dev.txt)

# Compiled once and by all cores: else each of the processes that a demo or the tests start at one moment does it.
modules := $(wildcard api bot cli messaging push scheduler simulators benchmarks tests)

# The lock is whole, so nothing is resolved: with dependencies looked up, pip 23 asks for the newest release of what is
# wanted with an extra (coverage[toml]), and refuses it for having no hash in the lock.
define install
@echo "Installing $(1) into .venv: a minute or two the first time."
@$(PIP) install --require-hashes --no-deps --requirement $(1)
@$(PIP) install --no-deps --no-build-isolation --editable .
@.venv/bin/python -m compileall -q -j 0 -x '/test_' $(modules)
@touch $@
endef

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "avvisa needs Python 3.11 to 3.14 with venv, and found none here." \
	  "On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -c '$(suits)' || { echo "$(PYTHON) does not suit: avvisa needs Python 3.11 to 3.14 with venv." \
	  "On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
