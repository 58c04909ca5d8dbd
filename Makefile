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

.PHONY: help setup setup-dev lab test test-rest test-all test-weekly newest browser screenshots language-model book build check bench recbole ray lock clean

help: ## list these commands | 列出这些命令
	@$(PYTHON) -c "import os, re; named = [os.environ.get(name) for name in ('COURSE_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG')]; chinese = next(filter(None, named), '').lower().startswith(('zh', 'chinese')); print('\n'.join('make %-14s %s' % (target, words.split(' | ')[-chinese]) for target, words in re.findall(r'^([a-z-]+):.*?## (.*)', open('Makefile', encoding='utf-8').read(), re.M)))"

setup: ## create .venv and install what requirements.lock names | 建立 .venv，按 requirements.lock 安装
	@$(PYTHON) tools/setup.py

setup-dev: ## add what requirements-dev.lock names: it builds, grades and tests | 加装 requirements-dev.lock 里的库，用于构建、评分和测试
	@$(PYTHON) tools/setup.py --dev

lab: setup ## open the course in JupyterLab (COURSE_LANG=zh for Chinese) | 在 JupyterLab 里打开课程（英文版用 COURSE_LANG=en）
	@$(RECBOOK) lab $(if $(PORT),--port $(PORT))

# Two notebooks run side by side: one thread each, as when they were built.
test test-rest: export OMP_NUM_THREADS ?= 1

test: setup-dev ## run what must hold: code, course, network faults, one variant of each chapter | 运行必须通过的检查：代码、课程、网络故障、每章的一个版本
	$(RECBOOK) data fetch --all
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -m pytest tests --ignore=tests/browser --ignore=tests/twice -n 2 --dist loadgroup
	$(NBVAL) $(wildcard solutions/en/*.ipynb) $(TESTED_ZH)

test-rest: setup-dev ## run the chapters in Chinese, each cell twice | 运行中文各章，每个单元格两次
	$(PY) -m pytest tests/twice -n 2

test-all: test test-rest ## run everything but the browser | 运行浏览器以外的全部检查

test-weekly: setup-dev ## run the part that other systems and Pythons run every week | 运行其他系统和 Python 版本每周运行的部分
	$(RECBOOK) data fetch --all
	$(RECBOOK) doctor
	$(PY) -m pytest tests --ignore=tests/browser --ignore=tests/twice --ignore=tests/network

newest: ## run everything with the newest releases that pyproject.toml allows, and say what broke | 用 pyproject.toml 允许的最新版本运行全部检查，并说明哪里坏了
	$(PYTHON) tools/newest.py

browser: setup-dev ## open every chapter and every page of the book in Chromium, and run the first two chapters | 用 Chromium 打开两种语言的每一章和网页版的每一页，并运行前两章
	$(PY) -m pytest tests/browser

screenshots: setup-dev ## take README's pictures anew, in both languages, with Chromium | 用 Chromium 重拍 README 的截图，两种语言
	$(PY) tests/browser/screenshots.py

language-model: setup-dev ## fetch and convert the optional language model, and test it | 下载并转换可选的语言模型，再测试它
	$(RECBOOK) data fetch smollm2
	$(PY) -m pytest tests/language_model

book: setup-dev ## build the web book of both languages in build/book | 在 build/book 里生成两种语言的网页版
	$(RECBOOK) book

build: setup-dev ## build the notebooks whose sources changed | 构建源文件有改动的笔记本
	$(RECBOOK) build

check: setup-dev ## compare built with source, and Chinese with English | 比较笔记本与源文件、中文与英文
	$(RECBOOK) build --check
	$(RECBOOK) lint

bench: setup-dev ## measure speed and quality beside peers | 与同类库比较速度和质量
	$(RECBOOK) bench

recbole: ## set RecBole up in .venv-recbole, for chapter 13 and the benchmark | 把 RecBole 装进 .venv-recbole，供第 13 章和基准测试使用
	@$(PYTHON) tools/recbole.py

ray: ## set Ray up in .venv-ray, for the end of chapter 12 | 把 Ray 装进 .venv-ray，供第 12 章结尾使用
	@$(PYTHON) tools/ray.py

lock: setup-dev ## write both locks again, from pyproject.toml (KEEP=1 moves no release) | 由 pyproject.toml 重写两个锁文件（KEEP=1 不更换版本）
	$(PY) tools/lock.py $(if $(KEEP),--keep)

clean: ## remove .venv, .venv-recbole, .venv-ray, .venv-newest and caches; my/ and fetched data stay | 删除 .venv、.venv-recbole、.venv-ray、.venv-newest 和缓存；my/ 和已下载的数据保留
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, ignore_errors=True) for d in ('.venv', '.venv-recbole', '.venv-ray', '.venv-newest', '.pytest_cache', '.hypothesis', '.mypy_cache', '.ruff_cache')]"
