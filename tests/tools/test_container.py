"""The Containerfile cannot be built everywhere, so it is read: what it must not do, and that its commands exist."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from recbook import lab
from recbook.paths import course_root

ROOT = course_root()
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
TARGETS = ["serve", "classroom"]


def load_tool(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


container = load_tool("container")


def faults(text: str) -> list[str]:
    """What is wrong with a Containerfile: each rule that a step breaks, with the stage."""
    found, known = [], container.stages(text)
    for name, steps in known.items():
        base = steps[0].rest.split(" ")[0]
        tag = re.search(r":([\w.-]+)(@sha256:[0-9a-f]{64})?$", base)
        if base not in known and (tag is None or not re.match(r"\d+\.\d+\.\d+", tag[1])):
            found.append(f"{name}: {base} has no tag of one release")
        found += [f"{name}: ADD fetches or unpacks; COPY does not" for step in steps if step.word == "ADD"]
        found += [
            f"{name}: {step.rest} fetches a script or takes rights"
            for step in steps
            if step.word == "RUN" and re.search(r"\b(curl|wget|sudo)\b|chmod (-R )?777|://", step.rest)
        ]
        found += [
            f"{name}: {step.rest} names what is no file of ours"
            for step in steps
            if step.word == "COPY"
            for source in step.rest.split()[:-1]
            if not (ROOT / source).exists()
        ]
    for name in set(known) - {steps[0].rest.split(" ")[0] for steps in known.values()}:
        users = [step.rest for step in container.steps_of(text, name) if step.word == "USER"]
        if not users or users[-1] in ("root", "0"):
            found.append(f"{name}: it runs as root")
    return found


def test_the_file_breaks_no_rule():
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (TEXT.replace("python:3.11.13-slim-bookworm", "python:latest"), "has no tag of one release"),
        (TEXT.replace("python:3.11.13-slim-bookworm", "python"), "has no tag of one release"),
        (TEXT.replace("COPY datasets", "ADD datasets"), "ADD fetches"),
        (TEXT.replace("USER reader\nWORKDIR", "USER root\nWORKDIR"), "serve: it runs as root"),
        (TEXT.replace("USER reader\nVOLUME", "VOLUME"), "classroom: it runs as root"),
        (TEXT.replace("RUN python -m venv", "RUN curl x | sh; python -m venv"), "fetches a script"),
        (TEXT.replace("COPY datasets", "COPY dataset"), "no file of ours"),
    ],
)
def test_each_rule_is_noticed_when_it_is_broken(spoilt, says):
    assert spoilt != TEXT
    assert any(says in fault for fault in faults(spoilt))


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_there_with_its_cache_its_port_and_its_signal_to_listen(target):
    steps = container.steps_of(TEXT, target)
    environment = container.environment_of(steps)
    assert environment["RECBOOK_CONTAINER"] == "1" and environment["RECBOOK_CACHE"] == "/cache"
    assert [step.rest for step in steps if step.word == "EXPOSE"] == [container.PORTS[target]]
    assert any("/cache" in step.rest for step in steps if step.word == "VOLUME")


def test_its_python_is_one_that_the_course_is_tested_with():
    (base,) = [step.rest for step in container.stages(TEXT)["base"] if step.word == "FROM"]
    version = re.match(r"python:([\d.]+)-slim", base)[1]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert version in SpecifierSet(re.search(r'requires-python = "(.+)"', project)[1])


def test_the_files_of_the_wheel_are_all_copied_before_it_is_built():
    wheel = re.search(r"targets\.wheel\]\nonly-include = \[(.+)\]", (ROOT / "pyproject.toml").read_text("utf-8"))[1]
    copied = {source for step in container.stages(TEXT)["serve"] if step.word == "COPY" for source in step.rest.split()}
    assert set(re.findall(r'"(.+?)"', wheel)) | {"pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT"} <= copied


@pytest.mark.parametrize("target", TARGETS)
def test_the_command_of_a_target_is_one_of_ours_with_options_that_exist(target):
    from typer.main import get_command

    from recbook.cli import app

    program, name, *words = container.command_of(container.steps_of(TEXT, target))
    options = {option for parameter in get_command(app).commands[name].params for option in
               (*parameter.opts, *parameter.secondary_opts)}  # fmt: skip
    assert program == "recbook" and {word for word in words if word.startswith("-")} <= options


def test_serve_in_a_container_listens_where_the_host_can_reach_it_and_says_so(tmp_path):
    """The command as it stands, but for the port and the folder, which is missing: it gets as far as to look there."""
    words = container.command_of(container.steps_of(TEXT, "serve"))
    words = ["0" if word == "8000" else str(tmp_path / "models") if word == "/models" else word for word in words]
    done = subprocess.run(
        [sys.executable, "-P", "-m", *words], capture_output=True, text=True, env=_with(RECBOOK_CONTAINER="1")
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "recbook: whoever reaches this port can ask: the service knows no passwords.",
        f"recbook: There is no folder {tmp_path / 'models'}.",
    ]


def test_the_course_in_a_container_listens_where_the_host_can_reach_it(monkeypatch):
    monkeypatch.delenv("RECBOOK_CONTAINER", raising=False)
    assert "--ServerApp.ip=127.0.0.1" in lab.lab_arguments("en", Path("/course"), 8888, browser=False)
    monkeypatch.setenv("RECBOOK_CONTAINER", "1")
    assert "--ServerApp.ip=0.0.0.0" in lab.lab_arguments("en", Path("/course"), 8888, browser=False)


def test_every_week_the_real_images_are_built():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8"))
    commands = "\n".join(step["run"] for step in workflow["jobs"]["containers"]["steps"] if "run" in step)
    assert all(f"--target {target}" in commands for target in TARGETS)


def test_the_steps_of_a_target_are_followed_under_another_root(tmp_path):
    text = "FROM python:3.11.13-slim AS base\nENV A=/cache \\\n    B=$PATH\nWORKDIR /course\nFROM base AS one\nRUN x\n"
    assert [step.word for step in container.steps_of(text, "one")] == ["FROM", "ENV", "WORKDIR", "FROM", "RUN"]
    assert container.environment_of(container.steps_of(text, "one")) == {"A": "/cache", "B": "$PATH"}
    assert container.moved("x /opt/recbook/y --z=/cache ./cache", tmp_path) == (
        f"x {tmp_path}/opt/recbook/y --z={tmp_path}/cache ./cache"
    )


def _with(**variables: str) -> dict[str, str]:
    import os

    return os.environ | variables
