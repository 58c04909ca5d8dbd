"""The command speaks the reader's language: its help, its own words for mistakes, tables and errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recbook import in_chinese, session
from recbook.data import Interactions

CHINESE = re.compile("[\u4e00-\u9fff]")
# What Typer says in English, in whatever release.
ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|COMMAND|OPTIONS|ARGS|Error|Try |Show this|Missing|No such|Did you mean|Possible"
    r"|default:|env var|required|Invalid|Input should|unexpected|requires"
)
HEAD = "import json, sys; from recbook import session; session.speak(session.language_of_command([]))\n"
# Every help text there is, each once, by a walk through the commands.
WALK = """
import typer
from recbook import cli

def walk(name, each):
    print(name, "::", each.help)
    for parameter in each.params:
        if not getattr(parameter, "hidden", False):
            print(name, parameter.name, "::", parameter.help)
    for below, command in getattr(each, "commands", {}).items():
        walk(f"{name} {below}", command)

walk("recbook", typer.main.get_command(cli.app))
"""
# What each of several command lines prints, in one process: starting takes longer than answering.
ANSWERS = """
import contextlib, io
from recbook import cli

said = {}
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["recbook", *arguments]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), contextlib.suppress(SystemExit):
        cli.main()
    said[" ".join(arguments)] = out.getvalue()
print(json.dumps(said))
"""
MISTAKES = {
    "--help": "命令",
    "lab --help": "显示这份说明，然后退出。",
    "reset": "缺少参数 chapter。",
    "rset": "没有 rset 这个命令。是不是想写 'reset'？",
    "lab --prt 3": "没有 --prt 这个选项。",
    "lab --port many": "'--port' 的值不对：这里要写一个整数。",
    "grade . --workers 99": "不能大于 64。",
    "grade --out": "选项 --out 后面要有一个值。",
    "lab a b": "多余的参数：a b。",
}
TOLD = {
    "data list": "名称 ┃ 种类 ┃ 大小 ┃ 已缓存 ┃ 许可",
    "data info ml-100k": "未经 GroupLens 许可，不得转交他人",
    "data info ml-100": "这里没有 'ml-100'。是不是 ml-100k？",
    "data fetch": "或者写 --all",
    "doctor": "项目 ┃ 现状 ┃ 要求 ┃ 怎么办",
    "reset 99": "没有 '99' 这一章",
    "lab --lang fr": "没有 'fr' 这种语言的课程",
    "experiment none-such": "没有 'none-such' 这个实验",
    "bench none-such": "没有 'none-such' 这个基准测试",
    "grade no-such-folder": "没有 no-such-folder 这个文件夹或 zip",
    "serve no-such-folder": "没有 no-such-folder 这个文件夹",
    "evaluate no-such.csv --user u --item i": "没有 no-such.csv 这个文件",
}


def run(*command: str, lang: str = "zh_CN.UTF-8", **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own: texts are chosen as it starts."""
    variables = {**os.environ, "COURSE_LANG": lang, "COLUMNS": "150", "PYTHONUTF8": "1", "TERM": "dumb", **environment}
    return subprocess.run([sys.executable, *command], capture_output=True, encoding="utf-8", env=variables, check=False)


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """What the command lines above print to a Chinese reader, with single spaces and without frames."""
    lines = [line.split() for line in [*MISTAKES, *TOLD]]
    ran = run("-c", HEAD + ANSWERS, json.dumps(lines))
    assert ran.returncode == 0, ran.stderr
    return {line: re.sub(r"[\s│]+", " ", text) for line, text in json.loads(ran.stdout).items()}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_and_option_explains_itself_in_the_readers_language(lang: str) -> None:
    lines = run("-c", HEAD + WALK, lang=lang).stdout.splitlines()
    texts = dict(line.split(" :: ", 1) for line in lines if " :: " in line)
    assert len(texts) > 60 and "None" not in texts.values()
    wrong = {name: text for name, text in texts.items() if bool(CHINESE.search(text)) != (lang == "zh")}
    assert wrong == {}


@pytest.mark.parametrize("line", MISTAKES)
def test_the_words_of_the_command_line_itself_are_chinese(said: dict[str, str], line: str) -> None:
    assert MISTAKES[line] in said[line]
    assert ENGLISH.findall(said[line]) == []


@pytest.mark.parametrize("line", TOLD)
def test_tables_and_errors_are_chinese(said: dict[str, str], line: str) -> None:
    assert TOLD[line] in said[line]


def test_an_error_of_the_library_is_told_in_both_languages(tmp_path: Path) -> None:
    full = tmp_path / "file"
    full.write_text("no folder")
    for lang, says in {"en": "cannot be written", "zh": "无法写入"}.items():
        ran = run("-m", "recbook", "data", "fetch", "ml-100k", lang=lang, RECBOOK_CACHE=str(full))
        assert ran.returncode == 1 and says in ran.stderr, ran.stderr


def test_what_a_table_lacks_is_told_in_both_languages() -> None:
    with pytest.raises(KeyError) as missing:
        Interactions.from_frame(pd.DataFrame({"u": [1]}), user="u", item="nope")
    assert session.told(missing.value).startswith("There is no column 'nope'")
    with session.speaking("zh"):
        assert session.told(missing.value) == "物品所用的列 'nope' 不存在；表里有 'u'。"
        assert session.told(ValueError("only English")) == "only English"


def test_a_mistake_in_words_that_are_not_known_stays_as_it_is() -> None:
    assert in_chinese.mistake("Something new.") == "Something new."
