"""The house is in order: lock, package and conda agree, and every command and link of the pages exists."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
import typer
import yaml
from nbgrader.apps import NbGraderApp
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import recbook
from recbook import session
from recbook.authoring import contents, pages, readme, routes, weeks
from recbook.authoring.book.address import PUBLISHED
from recbook.authoring.timings import read_timings
from recbook.chapters.start.figures import map_in_words
from recbook.cli import app
from recbook.learning import bank
from recbook.paths import course_root

ROOT = course_root()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")}
LOCK = "\n".join(LOCKS.values())


def pins_of(text: str) -> list[Requirement]:
    return [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]


PINS = pins_of(LOCK)
EXTRAS = PROJECT["optional-dependencies"]
READ = [*PROJECT["dependencies"], *EXTRAS["course"], *EXTRAS["serve"]]
WANTED = [Requirement(line) for line in [*READ, *EXTRAS["dev"]]]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
NBGRADER = {name.replace("_", "-") for name in NbGraderApp().subcommands}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ENVIRONMENTS = [
    {"platform_system": system, "sys_platform": platform, "platform_machine": machine, "python_version": python}
    for (system, platform, machine), python in product(
        [
            ("Linux", "linux", "x86_64"),
            ("Linux", "linux", "aarch64"),
            ("Darwin", "darwin", "arm64"),
            ("Windows", "win32", "AMD64"),
        ],
        ["3.11", "3.12", "3.13"],
    )
]
# What PyPI's PyTorch brings along on Linux; torch pins it itself, and builds for CPU have none of it.
CUDA = re.compile(r"^(nvidia-|cuda-|triton$)")


def load_tool(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def holds(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


def needed_here() -> set[str]:
    """The packages that pyproject.toml's requirements need on this machine, directly or not, as installed."""
    queue, seen = [(requirement, "") for requirement in WANTED], set()
    while queue:
        requirement, extra = queue.pop()
        name = canonicalize_name(requirement.name)
        if holds(requirement, {"extra": extra}) and (name, *requirement.extras) not in seen:
            seen.add((name, *requirement.extras))
            children = [Requirement(line) for line in metadata.requires(name) or []]
            queue += [(child, asked) for child in children for asked in ("", *requirement.extras)]
    return {name for name, *_ in seen}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda e: f"{e['sys_platform']}-{e['python_version']}")
def test_the_lock_has_one_fitting_pin_for_each_requirement(environment: dict[str, str]) -> None:
    pins = [pin for pin in PINS if holds(pin, environment)]
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    assert len(versions) == len(pins)
    for requirement in WANTED:
        if holds(requirement, environment):
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_the_lock_is_what_is_installed_and_no_more_than_is_needed() -> None:
    pins = {canonicalize_name(pin.name): pin for pin in PINS if holds(pin, {})}
    differing = {
        name: found
        for name, pin in pins.items()
        if not pin.specifier.contains(found := Version(metadata.version(name)).public, prereleases=True)
    }
    assert differing == {}
    needed = {name for name in needed_here() if not CUDA.match(name)}
    assert set(pins) == needed


def test_a_reader_gets_what_the_course_runs_in_and_nothing_that_tests_it() -> None:
    course = {canonicalize_name(pin.name) for pin in pins_of(LOCKS["requirements.lock"])}
    asked = [Requirement(line) for line in READ]
    assert {canonicalize_name(pin.name) for pin in asked} <= course
    assert {"pytest", "nbgrader", "playwright", "mypy", "ruff", "pre-commit", "jupytext"} & course == set()
    lock = load_tool("lock")
    assert [f"{pin.name}=={next(iter(pin.specifier)).version}" for pin in PINS] == lock.held()


METADATA = {
    "course-only": {"version": "1.0", "requires_dist": ["shared", "both; sys_platform == 'win32'"]},
    "tester": {"version": "2.0+cpu", "requires_dist": ["shared", "both", "deep[more]"]},
    "deep": {"version": "3", "requires_dist": ["leaf; extra == 'more'", "never; extra == 'less'"]},
} | {name: {"version": "4", "requires_dist": []} for name in ("shared", "both", "leaf", "never")}


def test_the_second_lock_adds_in_each_environment_what_the_first_does_not_pin(monkeypatch) -> None:
    lock = load_tool("lock")
    wanted = {"course": "course-only", "serve": "shared", "dev": "tester"}
    monkeypatch.setattr(lock, "wanted", lambda extras=lock.EXTRAS: [wanted[extra] for extra in extras])
    lines = {name: lock.pins(METADATA, users) for name, users in lock.users_by_lock(METADATA).items()}
    assert lines == {
        "requirements.lock": ['both==4 ; sys_platform == "win32"', "course-only==1.0", "shared==4"],
        "requirements-dev.lock": ['both==4 ; sys_platform != "win32"', "deep==3", "leaf==4", "tester==2.0"],
    }


def test_what_keeps_the_course_from_a_newer_python_is_in_its_lock() -> None:
    setup = load_tool("setup")
    assert {f"{name}==" for name in setup.BLOCKING} <= {f"{pin.name}==" for pin in pins_of(LOCKS["requirements.lock"])}
    assert re.search(
        r"since gensim \d\S+, h5py \d\S+ and tensorflow \d\S+ have no wheels", setup.wrong_python((3, 14), "Linux")
    )


@pytest.mark.parametrize(
    "target",
    ["test", "test-rest", "test-weekly", "browser", "language-model", "book", "build", "check", "bench", "lock"],
)
def test_only_who_tests_or_builds_installs_the_second_lock(target: str) -> None:
    assert re.search(rf"^{target}: setup-dev ", MAKEFILE, re.MULTILINE)
    assert re.search(r"^lab: setup ", MAKEFILE, re.MULTILINE)


def test_the_lock_holds_releases_and_nothing_of_one_machine() -> None:
    assert "torch==2.13.0\n" in LOCK
    pinned = {pin.name: str(pin.marker) for pin in PINS if pin.name.startswith("tensorflow")}
    assert pinned["tensorflow-cpu"] == 'platform_system == "Linux" and platform_machine == "x86_64"'
    for line in LOCK.splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+( ; [a-z_]+ .+)?|", line), line
        assert not re.search(r"://|--hash|@|\+", line), line


def test_conda_gets_the_same_lock_and_the_same_pythons() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, lines = conda["dependencies"]
    assert (pip, lines) == ("pip", {"pip": ["-r requirements.lock", "-e ."]})
    assert SpecifierSet(python.removeprefix("python ")) == SpecifierSet(PROJECT["requires-python"])


def test_one_range_of_pythons_is_meant_everywhere() -> None:
    supported = [f"{major}.{minor}" for major, minor in load_tool("setup").SUPPORTED]
    assert supported == list(load_tool("lock").PYTHONS)
    asked = SpecifierSet(PROJECT["requires-python"])
    assert [minor for minor in range(20) if asked.contains(f"3.{minor}.0")] == [11, 12, 13]
    assert supported == ["3.11", "3.12", "3.13"]
    named = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if "Python ::" in line]
    assert named == supported


def test_one_version_is_meant_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.search(r"^## (\S+?),? ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert citation["version"] == recbook.__version__ == newest == metadata.version("recbook")


def test_the_hosted_checks_cover_every_system() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["test"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert set(matrix["python"]) <= {"3.11", "3.12", "3.13"}


def test_every_week_other_systems_and_pythons_and_the_newest_releases_are_tried() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8"))
    assert workflow[True]["schedule"]  # YAML takes the word "on" for true
    matrix = workflow["jobs"]["systems"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "macos", "windows"}
    assert set(matrix["python"]) == {"3.12", "3.13"}
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert {"make test-weekly", "make newest"} <= set(commands)


@pytest.mark.parametrize("path", [".ci/run", ".github/workflows/ci.yml", ".github/workflows/weekly.yml"])
def test_what_ci_runs_exists(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = re.findall(r"^\s*(?:- )?(?:run: )?(make [\w =.-]+)$", text, re.MULTILINE)
    assert lines
    assert {line: why for line in lines if (why := explain(line))} == {}


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["book", "release"])
def test_every_command_of_ours_that_a_workflow_runs_exists(name: str) -> None:
    steps = [step for job in workflow(name)["jobs"].values() for step in job.get("steps", [])]
    lines = [line.strip() for step in steps for line in step.get("run", "").splitlines()]
    ours = [line for line in lines if line.startswith((".venv/bin/recbook", "make "))]
    assert ours
    assert {line: why for line in ours if (why := explain(line.replace('"', "")))} == {}


def test_a_tag_makes_a_release_and_then_the_book_is_published_from_the_branch_that_colab_reads() -> None:
    release, book = workflow("release"), workflow("book")
    assert release[True]["push"]["tags"] == ["v*"]  # YAML takes the word "on" for true
    assert release["jobs"]["book"] == {"needs": "release", "uses": "./.github/workflows/book.yml"}
    pushed = book["jobs"]["publish"]["steps"][-1]["run"]
    assert f"git push --force origin HEAD:{PUBLISHED}" in pushed


def test_binder_gets_the_same_lock_and_a_build_of_pytorch_for_the_cpu() -> None:
    conda = yaml.safe_load((ROOT / "binder" / "environment.yml").read_text(encoding="utf-8"))
    python, pip, torch, lines = conda["dependencies"]
    assert (python, pip, lines) == ("python =3.11", "pip", {"pip": ["-r ../requirements.lock", "-e .."]})
    assert f"torch=={torch.removeprefix('pytorch-cpu =')}\n" in LOCK
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK) or os.name == "nt"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_says_which_systems_were_tested_and_which_were_not(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if "weekly.yml" in line]
    assert all(word in line for word in ("Linux", "x86-64", "3.11", "3.12", "3.13", "macOS", "Windows", "ARM"))
    assert re.search(r"\*\*Python 3\.14\*\*.*gensim.*h5py.*TensorFlow", text)


def commands(text: str) -> list[str]:
    """The commands of a page: the lines of its shell blocks, and its code spans that begin like one."""
    blocks = re.findall(r"```(?:sh|bat)\n(.*?)```", text, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`((?:make|nbgrader|recbook|\.venv/bin/recbook) [^`]+)`", text)
    return [line for line in [*lines, *spans] if line]


def option_words(line: str) -> list[str]:
    """A command's words without the variables set before it."""
    words = line.replace("\\", "/").split()
    while re.match(r"[A-Z_]+=", words[0]):
        words.pop(0)
    return words


def explain(line: str) -> str:
    """What is wrong with a command of ours; empty if it exists."""
    program, *words = option_words(line)
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    if program == "make":
        unknown = [word for word in words if word not in targets and not known_variable(word)]
        return f"no such target: {unknown}" if unknown or not words else ""
    if program.endswith("recbook"):
        return explain_recbook(words)
    if program == "nbgrader":
        return "" if words[0].replace("_", "-") in NBGRADER else f"no such command: {words[0]}"
    if program == "py":
        return "" if (ROOT / words[-1]).is_file() else f"no file {words[-1]}"
    return ""


def known_variable(word: str) -> bool:
    """Whether NAME=value on make's command line has an effect: the Makefile, or what it runs, names it."""
    name, equals, _ = word.partition("=")
    return bool(equals) and name in {"COURSE_LANG", "PORT", "PYTHON", "TORCH_INDEX"} and name in MAKEFILE


def explain_recbook(words: list[str]) -> str:
    command = typer.main.get_command(app)
    while words and hasattr(command, "commands"):
        name = words.pop(0)
        if name not in command.commands:
            return f"no such command: {name}"
        command = command.commands[name]
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in words if word.startswith("-") and word not in options]
    return f"no such options: {unknown}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists(page) -> None:
    wrong = {line: why for line in commands(page.read_text(encoding="utf-8")) if (why := explain(line))}
    assert wrong == {}


def test_the_commands_are_found_and_wrong_ones_seen() -> None:
    readme = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"make lab", "make test", r"py -3.12 tools\setup.py"} <= set(readme)
    wrong = ["make no-such", "make lab NO_SUCH=1", "recbook no-such", "recbook data no-such", "nbgrader no-such"]
    wrong += ["recbook data fetch --no-such", "py -3.12 tools/no-such.py"]
    assert all(explain(line) for line in wrong)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_of_ours_leads_somewhere(page) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize(("lang", "says"), [("en", "open the course"), ("zh", "打开课程"), ("zh_CN.UTF-8", "打开课程")])
def test_make_explains_its_targets_in_both_languages(lang: str, says: str) -> None:
    told = re.findall(r"^[a-z-]+:.*?## (.*)", MAKEFILE, re.MULTILINE)
    assert [line for line in told if not re.fullmatch(r"[ -~]+ \| .*[\u4e00-\u9fff].*", line)] == []
    if shutil.which("make") is None:
        pytest.skip("there is no make here")
    spoken = {**os.environ, "COURSE_LANG": lang, "PYTHONUTF8": "1"}
    command = ["make", "help", f"PYTHON={sys.executable}"]
    shown = subprocess.run(command, cwd=ROOT, env=spoken, capture_output=True, encoding="utf-8", check=True).stdout
    assert re.search(rf"^make lab .*{says}", shown, re.MULTILINE)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_of_the_course_shows_the_chapters_that_can_be_opened(lang: str) -> None:
    with session.speaking(lang):
        shown = re.findall(r"(?<!\d)\d\d(?!\d)", map_in_words())
    assert set(shown) == {notebook.name[:2] for notebook in (ROOT / "notebooks" / lang).glob("*.ipynb")}


@pytest.mark.parametrize(("lang", "page"), pages.READMES.items())
def test_readme_lists_every_chapter_with_its_measured_minutes(lang: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert pages.with_section(text, contents.MARK, contents.table(lang, read_timings())) == text


@pytest.mark.parametrize(("lang", "page"), pages.READMES.items())
def test_readme_shows_three_ways_through_the_course_with_what_they_take(lang: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert pages.with_section(text, routes.MARK, routes.table(lang)) == text, "run `recbook build 00`"


@pytest.mark.parametrize(("lang", "page"), pages.READMES.items())
def test_a_teacher_reads_how_long_a_class_takes(lang: str, page: str) -> None:
    text = (ROOT / pages.TEACHING[lang]).read_text(encoding="utf-8")
    assert pages.with_section(text, contents.TIME, contents.classroom(lang, read_timings())) == text


@pytest.mark.parametrize(("lang", "page"), pages.TEACHING.items())
def test_a_teacher_reads_twelve_weeks_with_every_chapter(lang: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert pages.with_section(text, weeks.MARK, weeks.table(lang, read_timings())) == text, "run `recbook build 00`"
    rows = [line.strip("| ").split(" | ") for line in weeks.table(lang, read_timings()).splitlines()[2:]]
    assert [row[1][:2] for row in rows[:-1]] == [about.number for about in bank.chapters().values()]
    assert {row[0] for row in rows[:-1]} == {str(week) for week in range(1, 13)}
    for place in (2, 3, 5, 6):
        assert sum(int(row[place]) for row in rows[:-1]) == int(rows[-1][place - 1])


@pytest.mark.parametrize(("lang", "page"), pages.READMES.items())
def test_readme_shows_the_benchmark_as_it_is_stored(lang: str, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert readme.with_section(text, readme.stored_results(), lang) == text


def test_the_peers_differ_in_themselves_alone() -> None:
    lines = (ROOT / "requirements-recbole.lock").read_text(encoding="utf-8").splitlines()
    pins = {
        canonicalize_name(pin.name): pin.specifier for pin in map(Requirement, (x for x in lines if x[:1] not in "#"))
    }
    assert {"recbole", "ranx", "sentence-transformers"} <= set(pins)
    ours = {canonicalize_name(pin.name): pin.specifier for pin in PINS}
    assert {name: pins[name] for name in ("torch", "transformers", "tokenizers", "safetensors")} == {
        name: ours[name] for name in ("torch", "transformers", "tokenizers", "safetensors")
    }


def test_all_chapters_together_run_in_a_quarter_of_an_hour() -> None:
    assert sum(read_timings().values()) <= 900


def test_the_report_on_the_newest_releases_says_what_broke(monkeypatch, tmp_path) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    newest = load_tool("newest")
    code = "print('collected'); print('FAILED tests/a.py::b - AssertionError: c'); raise SystemExit(1)"
    broken = {"tests": newest.broke(sys.executable, ["-c", code]), "style": newest.broke(sys.executable, ["-c", "1"])}
    assert broken == {"tests": ["FAILED tests/a.py::b - AssertionError: c"], "style": []}
    assert newest.broke(sys.executable, ["-c", "raise SystemExit('no space')"]) == ["no space"]
    changed = newest.newer({"numpy": "2.4.6", "scipy": "1.17.1", "gone": "1"}, {"numpy": "2.5.0", "scipy": "1.17.1"})
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    newest.tell(newest.report(changed, {"tests": broken["tests"]}))
    shown = (tmp_path / "summary").read_text(encoding="utf-8")
    assert "## What broke\n\n**tests**\n\n- `FAILED tests/a.py::b" in shown
    assert "| numpy | 2.4.6 | 2.5.0 |" in shown and "scipy" not in shown
    assert "## Nothing broke" in newest.report([], {})


def test_make_help_lists_every_target() -> None:
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    assert targets == re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE)
    assert set(targets) == set(re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[1].split())


def imported_by(module: str) -> set[str]:
    """Names of all modules that importing this one loads."""
    code = f"import sys, {module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_importing_recbook_loads_nothing_heavy() -> None:
    slow = {"pandas", "sklearn", "matplotlib", "torch", "tensorflow", "transformers", "gensim", "nbgrader"}
    assert imported_by("recbook") & (slow | {"numpy", "typer"}) == set()
    assert imported_by("recbook.cli") & slow == set()
    assert imported_by("recbook.models, recbook.models.baselines") & slow == set()


@pytest.mark.parametrize("package", ["recbook", "recbook.data", "recbook.evaluation", "recbook.models", "recbook.text"])
def test_a_package_gives_every_name_that_it_lists(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__all__ and set(module.__all__) <= set(dir(module))
    assert [name for name in module.__all__ if getattr(module, name, None) is None] == []


def test_every_model_is_given_by_its_package() -> None:
    """Whatever has ``fit`` and ``score``; an abstract one, which others share, apart."""
    folder, listed = ROOT / "recbook" / "models", set(importlib.import_module("recbook.models").__all__)
    classes = [
        member
        for name in (path.stem for path in folder.glob("*.py") if path.stem != "__init__")
        for member in vars(importlib.import_module(f"recbook.models.{name}")).values()
        if isinstance(member, type) and member.__module__ == f"recbook.models.{name}"
    ]
    able = {c.__name__ for c in classes if hasattr(c, "fit") and hasattr(c, "score") and not inspect.isabstract(c)}
    assert not able - listed, "recbook/models/__init__.pyi imports every model and names it in __all__."
    assert "SASRec" in able


def imports_broken(folder: Path) -> str:
    """What import-linter says against the package ``recbook`` in ``folder`` by pyproject.toml's contracts, or ""."""
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1], no_cache=True))"
    command = [sys.executable, "-c", code, str(ROOT / "pyproject.toml")]
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def circle_of_files(folder: Path) -> list[str]:
    """Modules of ``recbook`` in ``folder`` that import each other in a circle, a package's own file among them."""
    code = (
        "import graphlib, grimp\n"
        "graph = grimp.build_graph('recbook', exclude_type_checking_imports=True, cache_dir=None)\n"
        "arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}\n"
        "try: graphlib.TopologicalSorter(arrows).prepare()\n"
        "except graphlib.CycleError as error: print(*error.args[1])"
    )
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split()


def test_imports_run_one_way() -> None:
    assert imports_broken(ROOT) == ""
    assert circle_of_files(ROOT) == []


@pytest.mark.parametrize(
    ("file", "line", "arrow"),
    [
        ("data/wheel.py", "from recbook import plots", "recbook.data is not allowed to import recbook.plots"),
        ("learning/claims.py", "from recbook.chapters.bert import exercises", "recbook.learning is not allowed"),
        ("evaluation/metrics.py", "import recbook.models.base", "recbook.evaluation is not allowed to import"),
        ("data/interactions.py", "import recbook.data.split", "in recbook.data."),
        ("chapters/bert/figures.py", "from recbook.chapters.start import figures", "recbook.chapters.start"),
        ("extra.py", "", "- recbook.extra"),
    ],
)
def test_an_arrow_that_runs_up_and_a_circle_are_seen(file: str, line: str, arrow: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "recbook", tmp_path / "recbook")
    with (tmp_path / "recbook" / file).open("a", encoding="utf-8") as code:
        code.write(f"\n{line}\n")
    assert arrow in imports_broken(tmp_path)


def test_a_circle_through_a_packages_own_file_is_seen(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "recbook", tmp_path / "recbook")
    with (tmp_path / "recbook" / "data" / "split.py").open("a", encoding="utf-8") as code:
        code.write("\nfrom recbook.data import Split as _Split\n")
    assert {"recbook.data", "recbook.data.split"} <= set(circle_of_files(tmp_path))


def code_twice(folder: Path, n: int = 6) -> dict[tuple[str, ...], set[str]]:
    """Runs of ``n`` lines of code that stand in two files below ``folder``: imports, comments and brackets left out."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for path in (
        path for part in ("recbook", "experiments", "benchmarks", "tools") for path in (folder / part).rglob("*.py")
    ):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        code = [line for line in lines if re.match(r"(?!#|import |from )", line) and re.search(r"\w", line)]
        for run in zip(*(code[start:] for start in range(n)), strict=False):
            found[run].add(str(path.relative_to(folder)))
    return {run: files for run, files in found.items() if len(files) > 1}


def test_no_code_stands_twice() -> None:
    assert code_twice(ROOT) == {}


def test_code_that_stands_twice_is_seen(tmp_path: Path) -> None:
    lines = [f"line_{number} = {number}" for number in range(6)]
    for name, code in {
        "recbook/one.py": lines,
        "tools/two.py": ["import os", *lines[:3], "", "# why", *lines[3:]],
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("\n".join(code), encoding="utf-8")
    assert code_twice(tmp_path) == {tuple(lines): {"recbook/one.py", "tools/two.py"}}
