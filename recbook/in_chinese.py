"""What the library of the command line says by itself (usage, help, mistakes), in Chinese.

Typer writes these words into its code: some go through `gettext`, some are not made to be translated, and from release
to release they differ. So they are replaced where they are shown. What a later release words otherwise stays English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any

from typer import rich_utils

_SHOWN = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "出错了",
    "ABORTED_TEXT": "已中止。",
    "DEFAULT_STRING": "[默认：{}]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
    "RICH_HELP": "用 [blue]'{command_path} {help_option}'[/] 查看帮助。",
}
_USAGE = {"Usage:": "用法：", "[OPTIONS]": "[选项]", "COMMAND": "命令", "[ARGS]": "[参数]"}
_MISTAKES = [
    (r"Missing argument '?(.*?)'?\.$", r"缺少参数 \1。"),
    (r"Missing option '?(.*?)'?\.$", r"缺少选项 \1。"),
    (r"Missing command\.?", "没有给出命令。"),
    (r"No such command '?(.*?)'?\.", r"没有 \1 这个命令。"),
    (r"No such option:? '?([^\s']+)'?\.?", r"没有 \1 这个选项。"),
    (r"\(Possible options: (.*)\)", r"相近的有：\1。"),
    (r"Did you mean (.*?)\?", r"是不是想写 \1？"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.*)\)", r"多余的参数：\1。"),
    (r"Option '?(.*?)'? requires an argument\.", r"选项 \1 后面要有一个值。"),
    (r"Option '?(.*?)'? does not take a value\.", r"选项 \1 后面不能有值。"),
    (r"Invalid value for (.*?): (.*)", r"\1 的值不对：\2"),
    (r"Input should be a valid integer, .*", "这里要写一个整数。"),
    (r"Input should be a valid number, .*", "这里要写一个数。"),
    (r"Input should be greater than or equal to (.*)", r"不能小于 \1。"),
    (r"Input should be less than or equal to (.*)", r"不能大于 \1。"),
]  # fmt: skip


def speak(command: Any) -> None:
    """Let a Typer command, and all below it, speak Chinese from now on."""
    for name, shown in {**_SHOWN, "rich_format_error": _telling(rich_utils.rich_format_error)}.items():
        setattr(rich_utils, name, shown)
    rich_utils.OptionHighlighter.highlights = [
        pattern.replace("Usage: ", "用法：") for pattern in rich_utils.OptionHighlighter.highlights
    ]
    for each in _every(command):
        each.get_usage = MethodType(_in_words(type(each).get_usage, _USAGE), each)
        each.get_help_option = MethodType(_explained(type(each).get_help_option), each)


def _every(command: Any) -> Iterator[Any]:
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _every(below)


def _in_words(shown: Callable[..., str], words: dict[str, str]) -> Callable[..., str]:
    def told(*given: Any) -> str:
        text = shown(*given)
        for english, chinese in words.items():
            text = text.replace(english, chinese)
        return text.replace("： ", "：")

    return told


def _explained(option: Callable[..., Any]) -> Callable[..., Any]:
    def told(*given: Any) -> Any:
        found = option(*given)
        if found is not None:
            found.help = "显示这份说明，然后退出。"
        return found

    return told


def mistake(text: str) -> str:
    """A mistake at the command line as Typer tells it, in Chinese."""
    for english, chinese in _MISTAKES:
        text = re.sub(english, chinese, text)
    return text.replace("。 ", "。")


def _telling(show: Callable[[Any], None]) -> Callable[[Any], None]:
    def told(error: Any) -> None:
        said = mistake(error.format_message())
        error.format_message = lambda: said
        show(error)

    return told
