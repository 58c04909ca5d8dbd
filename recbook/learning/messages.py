"""What a check says where the bank has no hint of its own: what happened, what to try, never the solution."""

from __future__ import annotations

from typing import Any

from recbook.learning import slips
from recbook.learning.content import Exercise
from recbook.learning.trials import SECONDS
from recbook.learning.values import describe, kind, literal, normal, pasted, same
from recbook.session import phrase

SHOWN_CALL = 240
PRINTED_LINES, PRINTED_WIDTH = 12, 160


def as_call(exercise: Exercise, case: tuple) -> str:
    """A call that the reader can paste: ``top_n(np.array([0.1, 0.9]), 1)``.

    Where its arguments are too long to read, the call fetches them: ``top_n(*recbook.case("start-each-once", 3))``.
    """
    name, parts = exercise.reference.__name__, [pasted(value) for value in case]
    known = [part for part in parts if part is not None]
    shown = f"{name}({', '.join(known)})"
    if len(known) == len(parts) and len(shown) <= SHOWN_CALL:
        return shown
    return f'{name}(*recbook.case("{exercise.id}", {_number(exercise, case)}))'


def _number(exercise: Exercise, case: tuple) -> int:
    """The place of a case among those of its exercise."""
    found = (same(normal(other), normal(case), 0) for other in exercise.cases())
    return next((place for place, equal in enumerate(found) if equal), 0)


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
    look = slips.of_error(error) or phrase(
        en="Run that call in a cell of its own to see where it goes wrong.",
        zh="请在新的单元格里单独运行这次调用，看看错在哪里。",
    )
    return phrase(
        en=f"`{call}` stopped with `{what}`{f', at `{line}`' if line else ''}. {look}",
        zh=f"`{call}` 运行时报错：`{what}`{f'（出错的语句：`{line}`）' if line else ''}。{look}",
    )


def endless_recursion(call: str) -> str:
    return phrase(
        en=f"`{call}` calls itself without end. Which input should it answer at once, without calling itself again?",
        zh=f"`{call}` 不停地调用自己。哪一种输入应当直接给出结果，而不再调用自己？",
    )


def too_long(call: str) -> str:
    return phrase(
        en=f"`{call}` was still running after {SECONDS:g} seconds, so the check stopped it. Does every loop come to an "
        "end? A check's inputs are small: a right answer is done at once.",
        zh=f"`{call}` 运行了 {SECONDS:g} 秒还没有结束，自检已把它停下。每个循环都会结束吗？"
        "自检的输入都很小，正确的答案很快就能算完。",
    )


def printed(text: str) -> str:
    """What an answer printed while it was checked, under a line that says so; cut to what one can read."""
    lines = text.rstrip().splitlines()
    shown = [line if len(line) <= PRINTED_WIDTH else line[:PRINTED_WIDTH] + " …" for line in lines[:PRINTED_LINES]]
    head = phrase(en="Your answer printed, in one of the calls:", zh="你的答案在其中一次调用里打印了：")
    return "\n".join([head, *shown, *(["…"] if len(lines) > PRINTED_LINES else [])])


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


def nothing_here(call: str) -> str:
    return phrase(
        en=f"`{call}` returned nothing, though other inputs give a value. "
        "Does one path end without `return`, or does a "
        "variable still hold the `None` it began with? A search that "
        "starts at `best = 0` finds nothing among negatives.",
        zh=f"`{call}` 没有返回值，而其他输入有。是不是有一条路径最后没有 `return`，或者某个变量还是开头的 `None`？"
        "从 `best = 0` 开始找最大值，遇到全是负数时就什么也找不到。",
    )


def function_for_value(gives: str) -> str:
    return phrase(
        en=f"Your answer should be {gives}; this is a function. Call it, with brackets, and pass on what it returns.",
        zh=f"答案应当是：{gives}。这里给出的却是一个函数。请加上括号调用它，把返回的结果交给自检。",
    )


def wrong_type(gives: str, answer: Any, target: Any) -> str:
    return phrase(
        en=f"Your answer should be {gives}; this is {describe(answer)}. {_next_step(answer, target)}",
        zh=f"答案应当是：{gives}。这里给出的却是：{describe(answer)}。{_next_step(answer, target)}",
    )


def wrong_type_returned(call: str, gives: str, result: Any, target: Any) -> str:
    return phrase(
        en=f"`{call}` should return {gives}, but it returned {describe(result)}. {_next_step(result, target)}",
        zh=f"`{call}` 应当返回：{gives}。现在返回的是：{describe(result)}。{_next_step(result, target)}",
    )


def _next_step(answer: Any, target: Any) -> str:
    """What to do about an answer of the wrong type; ``target`` is the normal form of the right one."""
    if isinstance(answer, str):
        return _of_text(target)
    if hasattr(answer, "__next__"):
        return phrase(
            en="It has not computed anything yet: use `return` instead of `yield`, or put it in `list(...)`.",
            zh="它还没有真正计算：请把 `yield` 换成 `return`，或用 `list(...)` 取出其中的元素。",
        )
    if isinstance(target, frozenset) and hasattr(answer, "__len__"):
        right = phrase(en="The elements are right. ", zh="各项都对。") if same(normal(answer), target, 0, False) else ""
        return right + phrase(
            en=f"A `{type(answer).__name__}` has an order, and may hold an element twice; a set has neither. "
            "Put `set(...)` round it, or write it with braces: `{1, 2}`.",
            zh=f"`{type(answer).__name__}` 有次序，元素还可以重复；集合两样都没有。"
            "请套上 `set(...)`，或直接用花括号写：`{1, 2}`。",
        )
    if isinstance(answer, (set, frozenset)) and kind(target) == "sequence":
        return phrase(
            en="A set forgets the order and drops what occurs twice, and both count here: "
            "collect the elements in a list.",
            zh="集合不保留次序，也会去掉重复的元素，而这里两者都要紧：请用列表收集。",
        )
    if isinstance(answer, dict) and kind(target) == "sequence":
        return phrase(
            en="Leave the keys out: a list of the values, in the order that is asked for.",
            zh="不要键：把值按要求的次序排成列表。",
        )
    if hasattr(answer, "__len__"):
        return phrase(
            en="Is one more step missing, such as a sum or the choice of one element?",
            zh="是不是还差一步，比如求和，或取出其中一个？",
        )
    if kind(target) == "sequence":
        return phrase(
            en="That is a single value: is something added up, or chosen, that should stay apart?",
            zh="这只是一个值：是不是把本该分开的求了和，或只取了其中一个？",
        )
    return phrase(en="Look at the last step: what does it give?", zh="看看最后一步得到的是什么。")


def _of_text(target: Any) -> str:
    if kind(target) == "sequence":
        return phrase(
            en="That is one text. Return the elements themselves in a list, without `join` or `str`.",
            zh="这是一整段文本。请直接返回由各项组成的列表，不要用 `join` 或 `str`。",
        )
    return phrase(en="Is it in quotes by accident?", zh="是不是不小心加了引号？")


def wrong_parts(call: str, gives: str, n: int, result: Any) -> str:
    return phrase(
        en=f"`{call}` should return {n} things, {gives}, but it returned {describe(result)}. "
        "Several results go after `return` with commas between them.",
        zh=f"`{call}` 应当返回 {n} 样东西：{gives}。现在返回的是：{describe(result)}。"
        "多个结果写在 `return` 之后，用逗号隔开。",
    )


def one_of_several(call: str, place: int, n: int) -> str:
    return phrase(
        en=f"`{call}` returned {n} things, and number {place + 1} of them is what is asked for. Return that one alone.",
        zh=f"`{call}` 返回了 {n} 样东西，其中第 {place + 1} 样正是所求。请只返回它。",
    )


def cut_to_whole(call: str) -> str:
    return phrase(
        en=f"`{call}` gave whole numbers: the fractions were cut off. An "
        "array made with `dtype=int`, or by `zeros_like` "
        "of whole numbers, cannot hold them; nor does `//` keep them.",
        zh=f"`{call}` 得到的都是整数：小数部分被截掉了。用 `dtype=int` 建的数组，或对整数用 `zeros_like` 得到的数组，"
        "都存不下小数；`//` 也会去掉小数。",
    )


def wrong_shape(call: str, answer: tuple, expected: tuple, why: str | None = None) -> str:
    shapes = phrase(
        en=f"`{call}` gave shape `{answer}`, where `{expected}` is expected. ",
        zh=f"`{call}` 得到的形状是 `{answer}`，应当是 `{expected}`。",
    )
    if why:
        return shapes + why
    if answer == expected[::-1]:
        return shapes + phrase(en="Are rows and columns swapped?", zh="行和列是不是对调了？")
    if len(answer) == len(expected):
        return shapes + phrase(en="Are there elements too many or too few?", zh="看看是多了还是少了元素。")
    return shapes + phrase(en="Which axis is missing or left over?", zh="看看少了或多了哪一个轴。")


def not_finite(call: str, why: str, hint: str) -> str:
    return phrase(
        en=f"`{call}` gave a value that is no finite number. {why} {hint}",
        zh=f"`{call}` 的结果里有 NaN 或无穷大。{why}{hint}",
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


Difference = tuple[str, Any, Any]


def wrong_example(call: str, answer: Any, expected: Any, hint: str, differs: Difference | None) -> str:
    shown, aim = literal(answer), literal(expected)
    if differs and "⟨" in shown + aim:
        at, got, asked = differs
        return phrase(
            en=f"Not yet: with `result = {call}`, `{at}` is {literal(got)}; by hand it is {literal(asked)}. {hint}",
            zh=f"还差一点：令 `result = {call}`，则 `{at}` 是 {literal(got)}，手算应得 {literal(asked)}。{hint}",
        )
    return phrase(
        en=f"Not yet: `{call}` gave {shown}; by hand it is {aim}. {hint}",
        zh=f"还差一点：`{call}` 得到 {shown}，手算应得 {aim}。{hint}",
    )


def wrong_case(call: str, answer: Any, hint: str, differs: Difference | None) -> str:
    return phrase(
        en=f"Not yet: {_gave(call, answer, differs)}. {hint}",
        zh=f"还差一点：{_gave(call, answer, differs)}。{hint}",
    )


def wrong_beyond_examples(call: str, answer: Any, hint: str, differs: Difference | None) -> str:
    return phrase(
        en=f"The small examples come out right, but {_gave(call, answer, differs)}. "
        f"What is different about this input? {hint}",
        zh=f"小例子都对了，但{_gave(call, answer, differs)}。这组输入有什么不同？{hint}",
    )


def partly_right(how_far: str, call: str, answer: Any, differs: Difference | None) -> str:
    return phrase(
        en=f"Not yet. {how_far} For instance, {_gave(call, answer, differs)}.",
        zh=f"还差一点。{how_far}例如，{_gave(call, answer, differs)}。",
    )


def _gave(call: str, answer: Any, differs: Difference | None) -> str:
    """What a call gave, or where it first goes wrong; never what is expected there."""
    shown = literal(answer)
    if differs and "⟨" in shown:
        at, got, _ = differs
        return phrase(
            en=f"with `result = {call}`, `{at}` is {literal(got)}, where something else is expected",
            zh=f"令 `result = {call}`，则 `{at}` 是 {literal(got)}，这一处不对",
        )
    return phrase(en=f"`{call}` gave {shown}", zh=f" `{call}` 得到 {shown}")


def changed_input(name: str) -> str:
    return phrase(
        en=f" One thing: your function changed its argument `{name}`, which whoever called it may still need.",
        zh=f"另外，你的函数改动了参数 `{name}`，调用它的代码可能还要用到。",
    )
