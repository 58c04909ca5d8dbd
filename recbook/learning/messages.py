"""What a check says where the bank has no hint of its own: what happened, what to try, never the solution."""

from __future__ import annotations

from typing import Any

import numpy as np

from recbook.learning.content import Exercise
from recbook.learning.values import describe, literal
from recbook.session import phrase


def as_call(exercise: Exercise, case: tuple) -> str:
    """A call that the reader can run: ``top_n(np.array([0.1, 0.9]), 1)``."""
    return f"{exercise.reference.__name__}({', '.join(map(_argument, case))})"


def _argument(value: Any) -> str:
    shown = literal(value)
    return f"np.array({shown})" if isinstance(value, np.ndarray) and value.ndim and shown.startswith("[") else shown


def unattempted() -> str:
    return phrase(
        en="Not answered yet. Write your answer in place of the `...` and run this cell again, or read on for now.",
        zh="还没有作答。把 `...` 换成你的答案，再运行本单元格；也可以先往下读。",
    )


def right(cases: int) -> str:
    if cases == 1:
        return phrase(en="Right, well done.", zh="正确，做得好！")
    return phrase(
        en=f"Right, well done: it holds on all {cases} inputs tried.",
        zh=f"正确，做得好！{cases} 组测试全部通过。",
    )


def mistake(hint: str) -> str:
    return phrase(en=f"Not yet. {hint}", zh=f"还差一点。{hint}")


def not_a_function(name: str, answer: Any) -> str:
    return phrase(
        en=f"This check tries your function on several inputs, but it was given {describe(answer)}. "
        f"Pass the function by its name, without brackets: `{name}`.",
        zh=f"自检要用多组输入来试你的函数，但收到的是：{describe(answer)}。请只写函数名，不加括号：`{name}`。",
    )


def wrong_parameters(call: str, takes: str) -> str:
    return phrase(
        en=f"The check calls `{call}`, but your function takes `{takes}`. "
        "Keep the function's first line as the exercise gives it.",
        zh=f"自检会调用 `{call}`，而你的函数的参数是 `{takes}`。请保留练习给出的函数首行。",
    )


def raised(call: str, error: BaseException, line: str) -> str:
    reason = next(iter(str(error).strip().splitlines()), "")[:160]
    what = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    return phrase(
        en=f"`{call}` stopped with `{what}`{f', at `{line}`' if line else ''}. "
        "Run that call in a cell of its own to see where it goes wrong.",
        zh=f"`{call}` 运行时报错：`{what}`{f'（出错的语句：`{line}`）' if line else ''}。"
        "请在新的单元格里单独运行这次调用，看看错在哪里。",
    )


def endless_recursion(call: str) -> str:
    return phrase(
        en=f"`{call}` calls itself without end. Which input should it answer at once, without calling itself again?",
        zh=f"`{call}` 不停地调用自己。哪一种输入应当直接给出结果，而不再调用自己？",
    )


def only_printed(call: str) -> str:
    return phrase(
        en=f"`{call}` printed something but returned nothing. Hand the result back with `return` instead of `print`.",
        zh=f"`{call}` 打印了内容，却没有返回值。请用 `return` 交回结果，而不是 `print`。",
    )


def half_finished(call: str) -> str:
    return phrase(
        en=f"`{call}` returned nothing: there is still a `...` in your function. Write its last steps in that place.",
        zh=f"`{call}` 没有返回值：函数里还留着一个 `...`。请在那里补上剩下的步骤。",
    )


def no_return(call: str) -> str:
    return phrase(
        en=f"`{call}` returned nothing. Does every path through your function end in `return`?",
        zh=f"`{call}` 没有返回值。函数的每条路径最后都有 `return` 吗？",
    )


def function_for_value(gives: str) -> str:
    return phrase(
        en=f"Your answer should be {gives}; this is a function. Call it, with brackets, and pass on what it returns.",
        zh=f"答案应当是：{gives}。这里给出的却是一个函数。请加上括号调用它，把返回的结果交给自检。",
    )


def wrong_type(gives: str, answer: Any) -> str:
    return phrase(
        en=f"Your answer should be {gives}; this is {describe(answer)}. {_next_step(answer)}",
        zh=f"答案应当是：{gives}。这里给出的却是：{describe(answer)}。{_next_step(answer)}",
    )


def wrong_type_returned(call: str, gives: str, result: Any) -> str:
    return phrase(
        en=f"`{call}` should return {gives}, but it returned {describe(result)}. {_next_step(result)}",
        zh=f"`{call}` 应当返回：{gives}。现在返回的是：{describe(result)}。{_next_step(result)}",
    )


def _next_step(answer: Any) -> str:
    if isinstance(answer, str):
        return phrase(en="Is it in quotes by accident?", zh="是不是不小心加了引号？")
    if hasattr(answer, "__next__"):
        return phrase(
            en="It has not computed anything yet: use `return` instead of `yield`, or put it in `list(...)`.",
            zh="它还没有真正计算：请把 `yield` 换成 `return`，或用 `list(...)` 取出其中的元素。",
        )
    if hasattr(answer, "__len__"):
        return phrase(
            en="Is one more step missing, such as a sum or the choice of one element?",
            zh="是不是还差一步，比如求和，或取出其中一个？",
        )
    return phrase(en="Look at the last step: what does it give?", zh="看看最后一步得到的是什么。")


def wrong_shape(call: str, answer: tuple, expected: tuple) -> str:
    shapes = phrase(
        en=f"`{call}` gave shape `{answer}`, where `{expected}` is expected. ",
        zh=f"`{call}` 得到的形状是 `{answer}`，应当是 `{expected}`。",
    )
    if answer == expected[::-1]:
        return shapes + phrase(en="Are rows and columns swapped?", zh="行和列是不是对调了？")
    if len(answer) == len(expected):
        return shapes + phrase(en="Are there elements too many or too few?", zh="看看是多了还是少了元素。")
    return shapes + phrase(en="Which axis is missing or left over?", zh="看看少了或多了哪一个轴。")


def not_finite(call: str, hint: str) -> str:
    return phrase(
        en=f"`{call}` gave a value that is no finite number. "
        f"Is something divided by zero, or a logarithm taken of zero? {hint}",
        zh=f"`{call}` 的结果里有 NaN 或无穷大。是不是除以了零，或对零取了对数？{hint}",
    )


def always_the_same(value: Any) -> str:
    return phrase(
        en=f"Your function gives {literal(value)} whatever it is given. Compute the result from its arguments.",
        zh=f"无论输入是什么，你的函数都得到 {literal(value)}。请用参数来计算结果。",
    )


def wrong_value(answer: Any, hint: str) -> str:
    return phrase(
        en=f"Not yet: this is {literal(answer)}. {hint}",
        zh=f"还差一点：现在的答案是 {literal(answer)}。{hint}",
    )


def wrong_example(call: str, answer: Any, expected: Any, hint: str) -> str:
    return phrase(
        en=f"Not yet: `{call}` gave {literal(answer)}; by hand it is {literal(expected)}. {hint}",
        zh=f"还差一点：`{call}` 得到 {literal(answer)}，手算应得 {literal(expected)}。{hint}",
    )


def wrong_case(call: str, answer: Any, hint: str) -> str:
    return phrase(
        en=f"Not yet: `{call}` gave {literal(answer)}. {hint}",
        zh=f"还差一点：`{call}` 得到 {literal(answer)}。{hint}",
    )


def wrong_beyond_examples(call: str, answer: Any, hint: str) -> str:
    return phrase(
        en=f"The small examples come out right, but `{call}` gave {literal(answer)}. "
        f"What is different about this input? {hint}",
        zh=f"小例子都对了，但 `{call}` 得到 {literal(answer)}。这组输入有什么不同？{hint}",
    )


def changed_input(call: str, name: str) -> str:
    return phrase(
        en=f"The result is right, but `{call}` changed its argument `{name}`, "
        "which whoever called it may still need. Work on a copy.",
        zh=f"结果是对的，但 `{call}` 改动了参数 `{name}`，调用它的代码可能还要用到。请在副本上计算。",
    )
