# What a newcomer types. Needs Python 3.11 or newer and git; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test bench clean

help:
	@echo "make demo    compute, check and explain the emissions of an example shipping company"
	@echo "make test    lint, types and tests"
	@echo "make bench   time against hand-written SQL (by hand, not part of the tests)"
	@echo "make clean   remove everything that can be made again"

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing into .venv, once (a minute or so) ..."
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/mrv run water-freight/enterprise --data examples/water-freight --period 2025
	@echo
	@$(BIN)/mrv explain water-freight/enterprise --data examples/water-freight --period 2025 \
		--of total

test: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2 --dist worksteal

bench: $(STAMP)
	@$(BIN)/python benchmarks/startup.py
	@$(BIN)/python benchmarks/engine.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
