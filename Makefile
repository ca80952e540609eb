# On a fresh machine with Python >= 3.11, make and a package registry: `make demo` and `make test` need nothing else first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKS := requirements.txt requirements-dev.txt
PIP := -m pip --quiet --disable-pip-version-check
COMPILE := $(BIN)/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

# Libraries are compiled at their first import, once for all the processes that the tests start, whatever the machine's habits are.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test slow thorough coverage newer fuzz lint types docs site pictures licences wheel bench lock axe programs clean

demo: $(READY)            ## an invented round of 94 agencies, consolidated, in demo/
	$(BIN)/tonghop demo demo

test: $(READY)            ## the tests a newcomer runs; ALL=1 for the slow ones too
	$(BIN)/python -m pytest -m "not thorough$(if $(ALL),, and not slow)"

slow: $(READY)            ## the tests too slow for a newcomer
	$(BIN)/python -m pytest -m "slow and not thorough"

thorough: $(READY)        ## more cases of what the gate tries once or twice: other programs, sizes, orders
	$(BIN)/python -m pytest -m thorough

coverage: $(READY)        ## all tests, and which lines and branches the quick ones of parts take; fails below the floor in pyproject.toml
	$(BIN)/python -m pytest -m "not thorough" --cov --cov-report=term:skip-covered

newer: $(READY)           ## the tests of `make test` on a newer Python than the one of the venv: make newer NEWER=python3.13
	$(NEWER) -m venv $(VENV)/newer
	$(BIN)/python -m uv pip install --quiet --python $(VENV)/newer/bin/python --require-hashes $(LOCKS:%=-r %)
	$(BIN)/python -m uv pip install --quiet --python $(VENV)/newer/bin/python --no-deps --no-build-isolation --editable .
	$(VENV)/newer/bin/python -m pytest -m "not slow and not thorough"

fuzz: $(READY)            ## ten minutes of damaged workbooks (MINUTES=60 for an hour), then 200 killed commands, and often what the gate tries a few times
	$(BIN)/python -m tests.fuzz $(or $(MINUTES),10)
	TONGHOP_TEST_KILLS=200 TONGHOP_TEST_MANY=10000 $(BIN)/python -m pytest tests/test_kills.py $$(grep -lE 'tests.often import .*(MANY|times)' tests/test_*.py)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

docs: $(READY)            ## rewrites what is generated: template, references of forms and commands, picture of a return's way
	$(BIN)/tonghop template
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/picture.py

site: docs                 ## the documentation as pages, in site/; fails where a link or an anchor leads nowhere. Nothing is fetched, now or when it is read
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict  # not --quiet: what is not shown is not counted either

pictures: $(READY)        ## draws the guide's pictures anew, ten minutes; needs LibreOffice, Chromium and pdftoppm (poppler-utils)
	$(BIN)/python -m tests.pictures $(ONLY)

licences: $(READY)        ## the licence of every dependency; fails where one is unknown or not acceptable
	$(BIN)/python .ci/licences.py

wheel: $(READY)           ## builds dist/*.whl and runs its demo in a clean environment, away from this folder
	bash .ci/wheel $(BIN)/python

bench: $(READY)
	$(BIN)/python benchmarks/collect.py
	$(BIN)/python benchmarks/summarise.py
	$(BIN)/python benchmarks/check.py
	$(BIN)/python benchmarks/mails.py
	$(BIN)/python benchmarks/driver.py
	$(BIN)/python benchmarks/cluster.py
	TONGHOP_TEST_SPEED=1 $(BIN)/python -m pytest tests/test_selfcheck_use.py -k quick

lock:                     ## pins anew what the program needs, then what its developers need beside, the extra for clusters too
	$(COMPILE) --group build --group together pyproject.toml -o requirements.txt
	$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt

axe: $(READY)             ## axe-core for the tests of pages in a browser; needs npm
	npm install --silent --no-audit --no-fund --prefix $(VENV)/axe axe-core@4.14.1

programs:                 ## exceljs and SheetJS for the tests of files written by other programs, and the Open XML SDK; needs npm
	npm ci --silent --no-audit --no-fund --prefix tests/node

# uv, itself locked, installs in a fifth of pip's time. It doesn't read pip's settings: where it finds no registry, pip installs.
$(READY): $(LOCKS) pyproject.toml
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	$(BIN)/python $(PIP) install --no-compile --require-hashes -r $(VENV)/uv.txt
	$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --require-hashes $(LOCKS:%=-r %) \
	  || $(BIN)/python $(PIP) install --no-compile --require-hashes $(LOCKS:%=-r %)
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q pipeline schemas
	touch $(READY)

clean:
	rm -rf $(VENV) demo build dist site *.egg-info .coverage*
