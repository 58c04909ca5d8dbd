# make lab    opens the course        COURSE_LANG=en|zh  PORT=8888  TORCH_INDEX=address of a package index
# make test   runs what must hold     PYTHON=python3.12 where python3 is not 3.11, 3.12 or 3.13

ifeq ($(OS),Windows_NT)
PYTHON ?= python
PY := .venv/Scripts/python
else
PYTHON ?= python3
PY := .venv/bin/python
endif
# -P: what lies in the folder is data, not a library. Nor does another environment's library get in.
RECBOOK := $(PY) -P -m recbook
unexport PYTHONPATH PYTHONHOME
NBVAL := $(PY) -m pytest --nbval --nbval-sanitize-with tests/notebooks/sanitize.cfg -n 2 --dist loadscope
# A reader's notebook shows, cell by cell, what its solution shows (a test in tests/course), so it is not run again.
TESTED_ZH := $(wildcard notebooks/zh/00_*.ipynb notebooks/zh/01_*.ipynb)

.PHONY: help setup setup-dev lab test test-rest test-all test-weekly newest browser language-model book build check bench recbole ray lock clean

help: ## list these commands
	@$(PYTHON) -c "import re; print('\n'.join('make %-14s %s' % pair for pair in re.findall(r'^([a-z-]+):.*?## (.*)', open('Makefile', encoding='utf-8').read(), re.M)))"

setup: ## create .venv and install what requirements.lock names
	@$(PYTHON) tools/setup.py

setup-dev: ## add what requirements-dev.lock names: it builds, grades and tests
	@$(PYTHON) tools/setup.py --dev

lab: setup ## open the course in JupyterLab (COURSE_LANG=zh for Chinese)
	@$(RECBOOK) lab $(if $(PORT),--port $(PORT))

# Two notebooks run side by side: one thread each, as when they were built.
test test-rest: export OMP_NUM_THREADS ?= 1

test: setup-dev ## run what must hold: code, course, network faults, one variant of each chapter
	$(RECBOOK) data fetch --all
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -m pytest tests --ignore=tests/browser --ignore=tests/twice -n 2 --dist loadgroup
	$(NBVAL) $(wildcard solutions/en/*.ipynb) $(TESTED_ZH)

test-rest: setup-dev ## run the chapters in Chinese, each cell twice
	$(PY) -m pytest tests/twice -n 2

test-all: test test-rest ## run everything but the browser

test-weekly: setup-dev ## run the part that other systems and Pythons run every week
	$(RECBOOK) data fetch --all
	$(RECBOOK) doctor
	$(PY) -m pytest tests --ignore=tests/browser --ignore=tests/twice --ignore=tests/network

newest: ## run everything with the newest releases that pyproject.toml allows, and say what broke
	$(PYTHON) tools/newest.py

browser: setup-dev ## open every chapter and every page of the book in Chromium, and run the first two chapters
	$(PY) -m pytest tests/browser

language-model: setup-dev ## fetch and convert the optional language model, and test it
	$(RECBOOK) data fetch smollm2
	$(PY) -m pytest tests/language_model

book: setup-dev ## build the web book of both languages in build/book
	$(RECBOOK) book

build: setup-dev ## build the notebooks whose sources changed
	$(RECBOOK) build

check: setup-dev ## compare built with source, and Chinese with English
	$(RECBOOK) build --check
	$(RECBOOK) lint

bench: setup-dev ## measure speed and quality beside peers
	$(RECBOOK) bench

recbole: ## set RecBole up in .venv-recbole, for chapter 13 and the benchmark
	@$(PYTHON) tools/recbole.py

ray: ## set Ray up in .venv-ray, for the end of chapter 12
	@$(PYTHON) tools/ray.py

lock: setup-dev ## write both locks again, from pyproject.toml (KEEP=1 moves no release)
	$(PY) tools/lock.py $(if $(KEEP),--keep)

clean: ## remove .venv, .venv-recbole, .venv-ray, .venv-newest and caches; my/ and fetched data stay
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', '.venv-recbole', '.venv-ray', '.venv-newest', '.pytest_cache', '.hypothesis', '.mypy_cache', '.ruff_cache')]"
