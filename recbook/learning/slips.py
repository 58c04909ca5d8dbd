"""What Python's, NumPy's and torch's error texts mean to somebody who has just begun with them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from recbook.learning.content import Text

# A pattern of the error's type and text, and what to look at; \1, \2 … are the pattern's groups.
_ERRORS = [
    (
        r"bitwise_|unsupported operand type\(s\) for [&|]",
        "`&` and `|` bind more tightly than `<` or `==`: put brackets round each comparison, `(a < b) & (c < d)`.",
        "`&` 和 `|` 的优先级高于 `<` 和 `==`：请给每个比较加上括号，写成 `(a < b) & (c < d)`。",
    ),
    (
        r"truth value of .* ambiguous|Boolean value of Tensor",
        "An array cannot say one yes or no: use `np.where` for `if`, `&` and `|` (with brackets) for `and` and `or`, "
        "and `np.maximum` for `max`.",
        "一个数组给不出单独一个真或假：`if` 换成 `np.where`，`and`、`or` "
        "换成 `&`、`|`（要加括号），`max` 换成 `np.maximum`。",
    ),
    (
        r"core dimension.*size (\d+) is different from (\d+)",
        "`a @ b` needs as many columns in `a` as `b` has rows; here they "
        "are \\2 and \\1. Look at both shapes: is a `.T` "
        "missing, or do the two stand in the wrong order?",
        "`a @ b` 要求 `a` 的列数等于 `b` 的行数，这里却是 \\2 和 \\1。"
        "看看两者的形状：是不是少了 `.T`，或者前后次序反了？",
    ),
    (
        r"shapes? (\(.*\)) and (\(.*\)) not aligned|cannot be multiplied \((\S+) and (\S+)\)|size mismatch",
        "`a @ b` needs as many columns in `a` as `b` has rows. Look at both shapes: is a `.T` missing, or do the two "
        "stand in the wrong order?",
        "`a @ b` 要求 `a` 的列数等于 `b` 的行数。看看两者的形状：是不是少了 `.T`，或者前后次序反了？",
    ),
    (
        r"broadcast|size of tensor a .* must match|cannot reshape",
        "The shapes do not fit: counted from the right, two axes must be equal, or one of them 1. `[:, None]` or "
        "`keepdims=True` gives the axis that is missing.",
        "形状对不上：从右往左数，对应的两个轴要么相等，要么其中一个是 1。"
        "缺少的轴可以用 `[:, None]` 或 `keepdims=True` 补上。",
    ),
    (
        r"index (-?\d+) is out of bounds for axis \d+ with size (\d+)|index out of range",
        "Python counts from 0: the last index is the length less 1. Is the index one too high, or taken from another "
        "list than the one it is used on?",
        "Python 从 0 数起：最后一个下标是长度减 1。是不是大了 1，或者用错了列表？",
    ),
    (
        r"only integer scalar arrays|list indices must be|arrays used as indices must be|only integers, slices|"
        r"tensors used as indices|slice indices must be|cannot be interpreted as an integer|invalid index to scalar",
        "An index must be a whole number or an array of them: `int(...)` "
        "makes one, `np.asarray(...)` lets a list take "
        "an array of indices.",
        "下标必须是整数或整数数组：用 `int(...)` 取整；列表要先用 `np.asarray(...)` 转成数组，才能接受一组下标。",
    ),
    (
        r"unsupported operand.*'(?:list|tuple|set)'|can't multiply sequence|bad operand type for unary|"
        r"'(?:list|tuple)' object has no attribute|not supported between instances of '(?:list|tuple)'",
        "Python's lists do not calculate item by item: make an array first with `np.asarray(...)`.",
        "Python 的列表不会逐项计算：请先用 `np.asarray(...)` 转成数组。",
    ),
    (
        r"'(\w+)' object is not callable",
        "Round brackets call a function; an item is taken with square brackets, `a[0]`. Or does a variable bear a "
        "function's name?",
        "圆括号用来调用函数；取元素要用方括号，例如 `a[0]`。或者，是不是有变量与函数重名？",
    ),
    (
        r"name '(\w+)' is not defined",
        "Nothing is called `\\1` here: is it spelled differently above, or in a cell that has not been run?",
        "这里没有叫 `\\1` 的东西：是上面的写法不同，还是定义它的单元格没有运行？",
    ),
    (
        r"local variable '(\w+)'",
        "`\\1` has no value yet on the way that this input takes through your function. Give it one at the start.",
        "对这组输入，执行到这里时 `\\1` 还没有值。请在开头先给它一个。",
    ),
    (
        r"ZeroDivisionError|float division|division by zero",
        "For this input, what you divide by is 0. What should come out then?",
        "对这组输入，除数是 0。这时应当得到什么？",
    ),
    (
        r"math domain error|expected a positive input|nonnegative",
        "A logarithm needs a number above 0, a square root one that is not negative. What does this input give there?",
        "对数要求大于 0 的数，平方根要求非负的数。这组输入在那里得到的是什么？",
    ),
    (
        r"math range error|Result too large|out of range",
        "A power has become too large for a number: e to the power 710 is. Can you subtract something first?",
        "乘方太大，超出了数的范围：e 的 710 次方就是这样。能不能先减去一个数？",
    ),
    (
        r"unhashable type",
        "Only what cannot change may stand in a set or be a key: `int(...)` of a number, `tuple(...)` of a list.",
        "集合的元素和字典的键必须不可变：数用 `int(...)`，列表用 `tuple(...)` 转换。",
    ),
    (
        r"not enough values to unpack|too many values to unpack|cannot unpack",
        "There are more names than values on that line, or fewer. Print what stands on the right of the `=`.",
        "这一行等号左边的名字与右边的值，个数不同。请把等号右边的东西打印出来看看。",
    ),
    (
        r"object is not (?:subscriptable|iterable)|no len\(\)",
        "Something there is a single value, or a set, and has no items in order to take. Print it.",
        "那里的东西是单个的值（或没有次序的集合），不能按位置取元素。请打印出来看看。",
    ),
    (
        r"inhomogeneous|array element with a sequence",
        "The rows are not equally long, so they make no array. Keep them in a list, or fill them up.",
        "各行长度不同，组不成数组。请用列表保存，或者补齐。",
    ),
    (
        r"same dtype|scalar type|expected m1 and m2|must be Tensor|can't be cast to|Double",
        "torch wants tensors of one type: `torch.tensor(x, dtype=torch.float32)` for every input.",
        "torch 要求张量类型一致：每个输入都用 `torch.tensor(x, dtype=torch.float32)` 转换。",
    ),
    (
        r"leaf [Vv]ariable that requires grad",
        "A parameter may be changed in place only where torch does not record: put the step under "
        "`with torch.no_grad():`, or leave it to an optimizer.",
        "参数只有在 torch 不记录运算时才能原地修改：把更新写在 `with torch.no_grad():` 里，或交给优化器。",
    ),
    (
        r"requires grad\. Use tensor\.detach",
        "torch still records what happens to this tensor: `.detach()` before `.numpy()` takes its numbers alone.",
        "torch 还在记录这个张量的运算：在 `.numpy()` 之前先 `.detach()`，只取其中的数。",
    ),
    (
        r"backward through the graph a second time",
        "`backward` uses up what it goes through: compute the loss anew in every round, inside the loop.",
        "`backward` 走过的计算图用一次就释放了：每一轮都要在循环里重新计算损失。",
    ),
    (
        r"does not require grad",
        "torch has recorded nothing here: was `w` made with `requires_grad=True`, and is the loss computed from it by "
        "torch alone, without `.item()`, `.detach()` or NumPy on the way?",
        "torch 在这里什么也没有记录：`w` 建的时候写了 `requires_grad=True` 吗？损失是不是全由 torch 从它算出的，"
        "中间没有 `.item()`、`.detach()` 或 NumPy？",
    ),
    (
        r"unsupported operand.*'NoneType'",
        "One of the two is `None`. A function without `return` gives that, so does `.append` or `.sort`, and the "
        "`.grad` of a tensor that no `backward` has reached, such as the new one that `w = w - …` makes.",
        "其中一个是 `None`。没有 `return` 的函数、`.append`、`.sort` 都给出 `None`；`backward` 没有到达的张量，"
        "它的 `.grad` 也是，例如 `w = w - …` 得到的新张量。",
    ),
    (
        r"axis \d+ is out of bounds for array of dimension|Dimension out of range",
        "The array has fewer axes than that: axis 1 needs a table. `keepdims=True` keeps an axis that a sum would "
        "drop, `[:, None]` makes one.",
        "数组没有那么多轴：轴 1 要求是二维的表。`keepdims=True` 可以保留求和时会去掉的轴，`[:, None]` 可以补上一个。",
    ),
    (
        r"KeyError",
        "That key is not in the dictionary. For what may be missing there is `.get(key, 0)`, or `key in d`.",
        "字典里没有这个键。可能缺少的键，可以用 `.get(键, 0)`，或先用 `in` 判断。",
    ),
]

_WARNINGS = [
    (
        r"overflow",
        "A power has become infinite: e to the power of more than 709 "
        "is too large for a number. Is there a form that "
        "subtracts the largest score first, or one in which only e to a negative power occurs?",
        "有一个乘方成了无穷大：e 的 709 次方以上超出了数的范围。"
        "能不能先减去最大的得分，或换成只出现 e 的负数次方的写法？",
    ),
    (
        r"divide by zero encountered in log",
        "You took the logarithm of 0.",
        "你对 0 取了对数。",
    ),
    (
        r"invalid value encountered in log",
        "You took the logarithm of a negative number.",
        "你对负数取了对数。",
    ),
    (
        r"[Mm]ean of empty slice|Degrees of freedom",
        "You took the mean of nothing at all: for this input a selection is empty.",
        "你对空的选择求了平均：对这组输入，一个也没有选到。",
    ),
    (
        r"divide",
        "You divided by 0.",
        "你除以了 0。",
    ),
    (
        r"invalid value encountered in (?:multiply|scalar multiply|add|subtract|matmul)",
        "You calculated with infinity: 0 · ∞ and ∞ - ∞ are no numbers.",
        "你用无穷大做了计算：0 · ∞、∞ - ∞ 都不是数。",
    ),
]

_GAPS = Text(
    "Nothing was divided by zero on the way. pandas leaves NaN where it finds no partner: after `reindex`, `merge`, "
    "`shift`, or a calculation with two indexes. `fillna`, `fill_value=0` or `.to_numpy()` helps.",
    "计算途中没有除以零。pandas 在找不到对应的项时会留下 NaN：例如 `reindex`、`merge`、`shift` 之后，"
    "或两个索引不同的对象相运算。可以用 `fillna`、`fill_value=0` 或 `.to_numpy()`。",
)
_UNKNOWN = Text("Where does it begin? Print what you have after each line.", "它从哪一行开始出现？请逐行打印看看。")


def of_error(error: BaseException) -> str | None:
    """What the reader's likeliest slip is behind an error, or None where its text says it well enough."""
    return _first(_ERRORS, f"{type(error).__name__}: {error}")


def behind_no_number(warned: Iterable[str], has_nan: bool) -> str:
    """Why a result holds NaN or infinity, from the warnings that NumPy gave on the way."""
    seen = "\n".join(warned)
    return _first(_WARNINGS, seen) or str(_GAPS if has_nan and not seen else _UNKNOWN)


def _first(table: list[tuple[str, str, str]], seen: str) -> str | None:
    for pattern, en, zh in table:
        if found := re.search(pattern, seen):
            return str(Text(*(_filled(found, told) for told in (en, zh))))
    return None


def _filled(found: re.Match[str], told: str) -> str:
    return re.sub(r"\\(\d)", lambda group: found[int(group[1])] or "", told)
