# On a fresh machine with Python >= 3.11, make and a package registry: `make demo` and `make test` need nothing else first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test slow fuzz lint types docs bench lock axe programs clean

demo: $(READY)            ## an invented round of 94 agencies, consolidated, in demo/
	$(BIN)/tonghop demo demo

test: $(READY)            ## the tests a newcomer runs; ALL=1 for the slow ones too
	$(BIN)/python -m pytest $(if $(ALL),,-m "not slow")

slow: $(READY)            ## the tests too slow for a newcomer
	$(BIN)/python -m pytest -m slow

fuzz: $(READY)            ## ten minutes of damaged workbooks; MINUTES=60 for an hour
	$(BIN)/python -m tests.fuzz $(or $(MINUTES),10)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

docs: $(READY)            ## rewrites what is generated: template, form reference, CLI reference
	$(BIN)/tonghop template
	$(BIN)/python docs/generate.py

bench: $(READY)
	$(BIN)/python benchmarks/collect.py
	$(BIN)/python benchmarks/summarise.py
	$(BIN)/python benchmarks/check.py

lock:                     ## pins requirements.txt anew
	$(BIN)/python -m uv pip compile --universal --python-version 3.11 --group dev pyproject.toml -o requirements.txt --no-header --quiet

axe: $(READY)             ## axe-core for the tests of pages in a browser; needs npm
	npm install --silent --no-audit --no-fund --prefix $(VENV)/axe axe-core@4.14.1

programs:                 ## exceljs and SheetJS for the tests of files written by other programs; needs npm
	npm ci --silent --no-audit --no-fund --prefix tests/node

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q pipeline schemas
	touch $(READY)

clean:
	rm -rf $(VENV) demo build *.egg-info
