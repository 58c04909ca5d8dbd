"""Exercises and quiz of chapter 08."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

targets = Exercise(
    id="sequences-targets",
    title=Text("A history in windows", "把历史切成窗口"),
    gives=Text("two integer arrays of shape `(windows, length)`", "两个形状为 `(windows, length)` 的整数数组"),
    hint=Text(
        "Write the inputs `history[:-1]` above the targets `history[1:]`. Now cut both from the right into pieces of `length`.",
        "把输入 `history[:-1]` 写在目标 `history[1:]` 的上面，再把两者从右边开始切成长为 `length` 的几段。",
    ),
    examples=[
        (np.array([5, 3, 8, 2]), 3),
        (np.array([5, 3, 8, 2, 9, 4]), 2),
        (np.array([7, 1]), 4),
        (np.array([1, 2, 3, 4, 5, 6, 7]), 4),
    ],
    random=lambda rng: (rng.integers(1, 31, size=int(rng.integers(2, 16))), int(rng.integers(1, 6))),
)


def _rows(pieces, length):
    return np.array([np.pad(piece, (0, length - len(piece))) for piece in pieces])


def _cut_from_the_end(films, length):
    short = (len(films) - 1) % length + 1
    return _rows(
        [films[:short], *(films[start : start + length] for start in range(short, len(films), length))], length
    )


@targets.solution
def cut_history(history, length):
    return _cut_from_the_end(history[:-1], length), _cut_from_the_end(history[1:], length)


@targets.mistake(
    en="You cut from the beginning, so the *last* window is short. Cut from the end: the newest targets keep a full window.",
    zh="你从开头切起，不满的就成了**最后**一个窗口。要从末尾切：最新的目标才有满的窗口。",
)
def from_the_beginning(history, length):
    starts = range(0, len(history) - 1, length)
    read, asked = history[:-1], history[1:]
    return tuple(_rows([part[start : start + length] for start in starts], length) for part in (read, asked))


@targets.mistake(
    en="Inputs and targets are the same films: the model would be asked for what it reads. A target is the film *after* its input.",
    zh="输入和目标是同样的电影：这等于让模型预测它的输入。目标是输入**后面**的那部。",
)
def not_shifted(history, length):
    return cut_history(history, length)[1], cut_history(history, length)[1]


@targets.mistake(
    en="The two are exchanged: you predict the film that came *before*.",
    zh="两个数组反了：这样预测的是**前面**的那部。",
)
def exchanged(history, length):
    return cut_history(history, length)[::-1]


@targets.mistake(
    en="The padding stands on the left. It belongs on the right here, where the causal mask hides it.",
    zh="填充放在了左边。这里要放在右边，因果掩码才能挡住它。",
)
def padded_left(history, length):
    def shifted(rows):
        return np.array([np.roll(row, np.count_nonzero(row == 0)) for row in rows])

    return tuple(shifted(part) for part in cut_history(history, length))


@targets.mistake(
    en="You dropped the short window. Its targets, the oldest films, would never be learned.",
    zh="你丢掉了不满的窗口。里面的目标，也就是最早的电影，就永远学不到了。",
)
def short_one_dropped(history, length):
    inputs, asked = cut_history(history, length)
    full = (asked > 0).all(axis=1)
    return inputs[full], asked[full]


@targets.mistake(
    en="Where the targets fill all windows, the remainder is 0, and your first window stays empty. How many does it "
    "hold then?",
    zh="目标恰好填满所有窗口时，余数是 0，你的第一个窗口就空了。这时它应当放几个？",
)
def first_window_by_the_remainder(history, length):
    n = len(history) - 1
    inputs, targets = np.zeros((2, -(-n // length), length), int)
    for row in range(len(inputs)):
        start, end = max(n % length + (row - 1) * length, 0) if row else 0, n % length + row * length
        inputs[row, : end - start] = history[start:end]
        targets[row, : end - start] = history[start + 1 : end + 1]
    return inputs, targets


@targets.mistake(
    en="You cut the films themselves into pieces of `length` and shifted inside each piece: the first film of every "
    "piece is a target nowhere.",
    zh="你先把电影切成长为 `length` 的几段，再在每段内部错开：每段的第一部电影就不在任何地方作目标了。",
)
def shifted_inside(history, length):
    pieces = _cut_from_the_end(history, length)
    read = np.where(np.roll(pieces, -1, axis=1) > 0, pieces, 0)
    read[:, -1] = 0
    asked = np.roll(pieces, -1, axis=1)
    asked[:, -1] = 0
    return read, asked


@targets.mistake(
    en="The windows stand in the order in which you cut them, the newest first. `targets` holds the films in order: turn "
    "the rows round.",
    zh="窗口是按切的先后排的，最新的在前。`targets` 里的电影要按顺序：请把各行倒过来。",
)
def newest_window_first(history, length):
    inputs, asked = cut_history(history, length)
    return inputs[::-1], asked[::-1]


@targets.mistake(
    en="The empty places hold −1. The padding is 0 here; films begin at 1.",
    zh="空处填的是 −1。这里的填充是 0，电影从 1 编号。",
)
def filled_with_minus_one(history, length):
    return tuple(np.where(part > 0, part, -1) for part in cut_history(history, length))


@targets.mistake(
    en="Both arrays hold the inputs: the model would be asked for what it reads. A target is the film *after* its input.",
    zh="两个数组放的都是输入：这等于让模型预测它读到的。目标是输入**后面**的那部。",
)
def inputs_twice(history, length):
    return cut_history(history, length)[0], cut_history(history, length)[0]


@targets.mistake(
    en="Your targets lie a whole window ahead. The target is the very next film.",
    zh="你的目标隔了整整一个窗口。目标就是紧接着的下一部。",
)
def a_window_ahead(history, length):
    ahead = np.r_[history[length:], np.zeros(length, int)][: len(history) - 1]
    return _cut_from_the_end(history[:-1], length), _cut_from_the_end(ahead, length)


@targets.mistake(
    en="The windows differ in length. Fill the short one up with 0, so that they make a rectangle.",
    zh="各窗口长短不一。请用 0 补齐不满的那个，使它们成为矩形。",
)
def not_filled_up(history, length):
    inputs, asked = cut_history(history, length)
    return [[row[row > 0].tolist() for row in part] for part in (inputs, asked)]


@targets.mistake(
    en="All films went into the windows, the last one too, with nothing to predict after it. There are *T* − 1 inputs.",
    zh="你把所有电影都放进了窗口，包括最后一部，而它后面没有可预测的。输入只有 *T* − 1 个。",
)
def last_film_as_input(history, length):
    return _cut_from_the_end(history, length), _cut_from_the_end(np.r_[history[1:], 0], length)


@targets.mistake(
    en="Each target has a row of its own: that is prefix expansion. Windows do not overlap.",
    zh="每个目标各占一行：这是前缀展开。窗口互不重叠。",
)
def a_row_for_each_target(history, length):
    ends = range(1, len(history))
    read = _rows([history[max(end - length, 0) : end] for end in ends], length)
    return read, _rows([history[max(end - length, 0) + 1 : end + 1] for end in ends], length)


@targets.mistake(
    en="That is prefix expansion: a row for each target, with all films before it. Here a window holds up to `length` "
    "targets, each once, beside the film before it.",
    zh="这是前缀展开：每个目标一行，放它前面的所有电影。这里每个窗口最多放 `length` 个目标，各一次，旁边是它前面的那部。",
)
def prefixes(history, length):
    pasts = [list(history[max(0, at - length) : at]) for at in range(1, len(history))]
    inputs = [past + [0] * (length - len(past)) for past in pasts]
    return np.array(inputs), np.array([[film] + [0] * (length - 1) for film in history[1:]])


@targets.mistake(
    en="Where the targets fill all windows, an empty first window is left over: the remainder is 0 then.",
    zh="目标恰好填满所有窗口时，多出了一个空的首窗：这时余数是 0。",
)
def an_empty_window(history, length):
    short = (len(history) - 1) % length
    inputs, asked = cut_history(history, length)
    empty = np.zeros((0 if short else 1, length), int)
    return np.vstack([empty, inputs]), np.vstack([empty, asked])


@targets.mistake(
    en="You kept the newest window only. Every film but the first is a target once.",
    zh="你只留下了最新的窗口。除第一部之外，每部电影都要作一次目标。",
)
def newest_window_only(history, length):
    inputs, asked = cut_history(history, length)
    return inputs[-1:], asked[-1:]


@targets.mistake(
    en="The films stand newest first inside each window: you turned the history round to cut it, and did not turn it back.",
    zh="每个窗口里最新的电影在最前：为了切分你把历史倒了过来，却没有再倒回去。",
)
def turned_inside(history, length):
    return tuple(np.array([np.r_[r[r > 0][::-1], r[r == 0]] for r in part]) for part in cut_history(history, length))


mask = Exercise(
    id="sequences-may-read",
    title=Text("Who may read what", "谁能看到什么"),
    gives=Text("a bool array of shape `(batch, n, n)`", "形状为 `(batch, n, n)` 的 bool 数组"),
    hint=Text(
        "Take the row `[3, 7, 0]` and write its 3 × 3 table by hand, first for `causal=False`. Which column belongs to the padding?",
        "拿 `[3, 7, 0]` 这一行，手写出它的 3 × 3 的表，先写 `causal=False` 的。哪一列属于填充？",
    ),
    examples=[
        (np.array([[3, 7, 0]]), True),
        (np.array([[3, 7, 0]]), False),
        (np.array([[0, 4, 9], [2, 0, 0]]), True),
        (np.array([[0, 4, 9], [2, 0, 0]]), False),
    ],
    random=lambda rng: (
        rng.integers(1, 9, size=(int(rng.integers(1, 4)), 5)) * (rng.random(5) < 0.7),
        bool(rng.random() < 0.5),
    ),
)


def _shape(rows, one):
    return np.broadcast_to(one, (len(rows), rows.shape[1], rows.shape[1]))


@mask.solution
def may_read(rows, causal):
    n = rows.shape[1]
    allowed = _shape(rows, (rows > 0)[:, None, :]) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, dtype=bool) if causal else allowed


@mask.mistake(
    en="In your answer True means *may not* be read, as in PyTorch's `mask`. The exercise asks for what *may* be read.",
    zh="你的答案里 True 表示**不能**看，与 PyTorch 的 `mask` 一样。练习要的是**能**看的。",
)
def turned_round(rows, causal):
    return ~may_read(rows, causal)


@mask.mistake(
    en="You left out the diagonal: a place of padding then reads nothing, and its softmax divides 0 by 0.",
    zh="你漏掉了对角线：这样填充的位置什么也看不到，softmax 就成了 0 除以 0。",
)
def no_diagonal(rows, causal):
    allowed = _shape(rows, (rows > 0)[:, None, :])
    return allowed & np.tri(rows.shape[1], dtype=bool) if causal else allowed.copy()


@mask.mistake(
    en="The padding is not hidden: only the triangle is there. With padding on the left, it does not suffice.",
    zh="填充没有挡住：这里只有三角形。填充在左边时，三角形是不够的。",
)
def triangle_only(rows, causal):
    n = rows.shape[1]
    return _shape(rows, np.tri(n, dtype=bool) if causal else np.ones((n, n), bool)).copy()


@mask.mistake(
    en="The triangle is the wrong one: your places read what comes *later*. Row *i* is the place that reads, column *j* what is read.",
    zh="三角形反了：这样每个位置看的是**后面**。第 *i* 行是在看的位置，第 *j* 列是被看的位置。",
)
def other_triangle(rows, causal):
    n = rows.shape[1]
    allowed = _shape(rows, (rows > 0)[:, None, :]) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, dtype=bool).T if causal else allowed


@mask.mistake(
    en="The place of the padding may read the films on its left too; you hid its whole row but for itself. Only its column is to be hidden: row *i* is the place that reads, column *j* what is read.",
    zh="填充所在的位置也可以看左边的电影；你把它的整行都挡住了，只留下自己。要挡住的只是它的列：第 *i* 行是在看的位置，第 *j* 列是被看的位置。",
)
def rows_and_columns_hidden(rows, causal):
    n = rows.shape[1]
    films = rows > 0
    allowed = (films[:, None, :] & films[:, :, None]) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, dtype=bool) if causal else allowed


@mask.mistake(
    en="You hid the rows of the padding, not its columns. What padding reads matters to nobody; what matters is who reads *it*.",
    zh="你挡住的是填充的行，不是它的列。填充看到什么没有关系；要紧的是谁能看到**它**。",
)
def rows_hidden(rows, causal):
    n = rows.shape[1]
    allowed = _shape(rows, (rows > 0)[:, :, None]) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, dtype=bool) if causal else allowed


@mask.mistake(
    en="You always put in the triangle; with `causal=False` a place also reads what is on its right.",
    zh="你总是加上三角形；`causal=False` 时，一个位置也能看右边。",
)
def always_causal(rows, causal):
    return may_read(rows, True)


@mask.mistake(
    en="Your triangle lacks the diagonal, so that a film does not read itself. Place *i* may read *j* ≤ *i*.",
    zh="你的三角形缺了对角线，一部电影就看不到自己了。位置 *i* 能看 *j* ≤ *i*。",
)
def strictly_before(rows, causal):
    n = rows.shape[1]
    allowed = _shape(rows, (rows > 0)[:, None, :]) | np.eye(n, dtype=bool)
    return allowed & np.tri(n, k=-1, dtype=bool) if causal else allowed


def _with_itself(allowed):
    return allowed | np.eye(allowed.shape[-1], dtype=bool)


@mask.mistake(
    en="Your places read padding: you allowed a pair if *one* of the two is a film. Only the place that is read counts.",
    zh="你的位置能看到填充：两者**之一**是电影，你就允许了。只看被看的那个位置。",
)
def either_a_film(rows, causal):
    films = rows > 0
    allowed = _with_itself(films[:, None, :] | films[:, :, None])
    return allowed & np.tri(rows.shape[1], dtype=bool) if causal else allowed


@mask.mistake(
    en="`causal=True` changes nothing in your answer: a place would read what it is asked for.",
    zh="你的答案里 `causal=True` 不起作用：这样一个位置能看到它要预测的电影。",
)
def never_causal(rows, causal):
    return may_read(rows, False)


@mask.mistake(
    en="The two cases of `causal` are exchanged: the triangle belongs to True.",
    zh="`causal` 的两种情形反了：为 True 时才加三角形。",
)
def causal_turned_round(rows, causal):
    return may_read(rows, not causal)


@mask.mistake(
    en="Your triangle lacks the diagonal and nothing puts it back: no place reads itself.",
    zh="你的三角形缺了对角线，之后也没有补上：没有一个位置能看到自己。",
)
def strictly_before_only(rows, causal):
    allowed = _shape(rows, (rows > 0)[:, None, :])
    return allowed & np.tri(rows.shape[1], k=-1, dtype=bool) if causal else allowed.copy()


@mask.mistake(
    en="Your triangle reaches one place too far: place *i* reads *i* + 1, the very film that it is asked for.",
    zh="你的三角形多了一条：位置 *i* 能看到 *i* + 1，那正是要它预测的电影。",
)
def one_place_too_far(rows, causal):
    allowed = may_read(rows, False)
    return allowed & np.tri(rows.shape[1], k=1, dtype=bool) if causal else allowed


@mask.mistake(
    en="Only the diagonal is left: `&` with the identity takes everything else away. A place may read itself *or* a film.",
    zh="只剩下对角线了：与单位矩阵做 `&`，别的都去掉了。能看的是自己**或**电影。",
)
def diagonal_only(rows, causal):
    return _shape(rows, np.eye(rows.shape[1], dtype=bool)) & (rows > 0)[:, None, :]


@mask.mistake(
    en="Rows and columns are exchanged: row *i* is the place that reads, column *j* what is read.",
    zh="行和列反了：第 *i* 行是在看的位置，第 *j* 列是被看的位置。",
)
def axes_exchanged(rows, causal):
    return may_read(rows, causal).transpose(0, 2, 1)


@mask.mistake(
    en="These are numbers to be added to scores, 0 and −∞. True and False are asked for.",
    zh="这是要加到得分上的数：0 与 −∞。题目要的是 True 和 False。",
)
def zero_and_infinity(rows, causal):
    return np.where(may_read(rows, causal), 0.0, -np.inf)


@mask.mistake(
    en="You took the diagonal out. Every place may read itself.",
    zh="你把对角线去掉了。每个位置都能看自己。",
)
def diagonal_taken_out(rows, causal):
    eye = np.eye(rows.shape[1], dtype=bool)
    allowed = (rows > 0)[:, None, :] & ~eye
    return allowed & np.tri(rows.shape[1], dtype=bool) if causal else allowed


@mask.mistake(
    en="You took padding for films: 0 is padding, and every film has a number above 0.",
    zh="你把填充当成了电影：0 是填充，电影的编号都大于 0。",
)
def padding_for_films(rows, causal):
    return may_read((rows == 0).astype(int), causal)


@mask.mistake(
    en="You hid both the rows and the columns of padding, and left out that every place reads itself.",
    zh="你把填充的行和列都挡住了，又漏了每个位置都能看自己。",
)
def films_with_films(rows, causal):
    films = rows > 0
    allowed = films[:, None, :] & films[:, :, None]
    return allowed & np.tri(rows.shape[1], dtype=bool) if causal else allowed


@mask.mistake(
    en="You joined the triangle by *or*, so it adds places. It takes away: `&`.",
    zh="你用**或**接上了三角形，这样是增加位置。它应当去掉位置：用 `&`。",
)
def triangle_added(rows, causal):
    return may_read(rows, False) | np.tri(rows.shape[1], dtype=bool) if causal else may_read(rows, False)


@mask.mistake(
    en="Three things: padding is hidden as a place that reads, too; the triangle is the wrong one; and no place reads itself "
    "for sure.",
    zh="有三处：填充作为在看的位置也被挡住了；三角形反了；没有保证每个位置能看自己。",
)
def films_with_later_films(rows, causal):
    films = rows > 0
    allowed = films[:, None, :] & films[:, :, None]
    return allowed & np.tri(rows.shape[1], dtype=bool).T if causal else allowed


@mask.mistake(
    en="In your answer True means *may not* be read, as in PyTorch's `mask`, and padding may not even read itself.",
    zh="你的答案里 True 表示**不能**看，与 PyTorch 的 `mask` 一样；而且填充连自己也看不到。",
)
def turned_round_without_diagonal(rows, causal):
    return ~no_diagonal(rows, causal)


loss = Exercise(
    id="sequences-loss",
    title=Text("Cross-entropy at several places", "多个位置上的交叉熵"),
    gives=Text("one number", "一个数"),
    hint=Text(
        "Film j stands in column j − 1, and e to the power 1,000 is infinite: subtract each place's largest score first. Pick the places with a target; then there is a table `(places, m)` and one column number for each of its rows.",
        "电影 j 在第 j − 1 列；e 的 1,000 次方是无穷大，要先减去每个位置上最大的得分。先取出有目标的位置，得到一张 `(places, m)` 的表，每行对应一个列号。",
    ),
    examples=[
        (np.log(np.array([[[1.0, 2, 1], [2, 1, 1], [5, 1, 1]]])), np.array([[2, 3, 0]])),
        (np.zeros((1, 2, 4)), np.array([[0, 4]])),
        (np.array([[[1000.0, 0.0], [0.0, 1000.0]], [[0.0, 3.0], [1.0, 0.0]]]), np.array([[2, 2], [1, 0]])),
        (np.array([[[-1000.0, -1000.0]]]), np.array([[1]])),
    ],
    random=lambda rng: (
        rng.normal(size=(3, 4, 5)) * 3,
        np.vstack(
            [rng.integers(1, 6, size=4), rng.integers(0, 6, size=4), np.array([int(rng.integers(1, 6)), 0, 0, 0])]
        ),
    ),
)


def _costs(scores, columns):
    """What each place would cost: scores (places, m), columns (places,)."""
    top = scores.max(axis=-1)
    whole = top + np.log(np.exp(scores - top[..., None]).sum(axis=-1))
    return whole - np.take_along_axis(scores, columns[..., None], axis=-1)[..., 0]


@loss.solution
def loss_at_places(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] - 1).mean()


@loss.mistake(
    en="The places without a target count as well, as if their target were a film. They must be left out of the sum and of the number you divide by.",
    zh="没有目标的位置也算进去了，好像它们的目标也是一部电影。求和与作除数的个数都要把它们排除。",
)
def padding_counted(scores, targets):
    return _costs(scores, np.maximum(targets - 1, 0)).mean()


@loss.mistake(
    en="The sum is right, but you divided by all places of the batch. Divide by the number of targets.",
    zh="和是对的，但除以了批次里的全部位置。应当除以目标的个数。",
)
def divided_by_all(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] - 1).sum() / targets.size


@loss.mistake(
    en="You averaged each row first, then over rows: a target in a short row then weighs more than one in a long row.",
    zh="你先对每行取平均，再对各行取平均：这样短行里的目标比长行里的权重大。",
)
def mean_of_means(scores, targets):
    rows = [loss_at_places(s[None], t[None]) for s, t in zip(scores, targets, strict=True) if (t > 0).any()]
    return np.mean(rows)


@loss.mistake(
    en="Film *j* stands in column *j* − 1; you took column *j* (and the first for the last film).",
    zh="电影 *j* 在第 *j* − 1 列；你取了第 *j* 列（最后一部则取了第一列）。",
)
def one_column_off(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] % scores.shape[-1]).mean()


@loss.mistake(
    en="That is the sum over the targets. The mean is asked for.",
    zh="这是各目标的和。题目要的是平均。",
)
def added_up(scores, targets):
    asked = targets > 0
    return _costs(scores[asked], targets[asked] - 1).sum()


@loss.mistake(
    en="For large scores `exp` overflows, and the result is no number. Subtract each place's largest score first.",
    zh="得分很大时 `exp` 会溢出，结果不是数。先减去每个位置上最大的得分。",
)
def overflowing(scores, targets):
    asked = targets > 0
    p = np.exp(scores[asked])
    p = p / p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(p)), targets[asked] - 1]).mean()


@loss.mistake(
    en="You subtracted the largest score of the whole table. A place whose scores all lie far below it is left with "
    "powers of 0: each place has a largest score of its own.",
    zh="你减去的是整张表的最大得分。如果某个位置的得分都远低于它，乘方就全成了 0：每个位置减去自己的最大得分。",
)
def largest_of_the_whole_table(scores, targets):
    asked = targets > 0
    with np.errstate(all="ignore"):
        powers = np.exp(scores[asked] - scores.max())
        right = powers[np.arange(len(powers)), targets[asked] - 1] / powers.sum(axis=1)
        return -np.log(right + 1e-12).mean()


@loss.mistake(
    en="The sign is missing: the logarithm of a probability is negative, a loss is not.",
    zh="少了负号：概率的对数是负的，损失不是。",
)
def sign_missing(scores, targets):
    return -loss_at_places(scores, targets)


@loss.mistake(
    en="That is in bits: you took the logarithm to base 2. The course's log is the natural one.",
    zh="这是以比特计：你用了以 2 为底的对数。课程里的 log 是自然对数。",
)
def in_bits(scores, targets):
    return loss_at_places(scores, targets) / np.log(2)


def _asked(scores, targets):
    asked = targets > 0
    return scores[asked], targets[asked] - 1


def _chances(scores):
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def _of_the_right(table, columns):
    return np.take_along_axis(table, columns[..., None], axis=-1)[..., 0]


@loss.mistake(
    en="For large scores `exp` overflows, under a logarithm too: subtract each place's largest score first, in both parts.",
    zh="得分很大时 `exp` 会溢出，外面套上对数也一样：两部分都要先减去每个位置上最大的得分。",
)
def overflowing_under_the_logarithm(scores, targets):
    scores, films = _asked(scores, targets)
    return np.mean(np.log(np.exp(scores).sum(axis=1)) - _of_the_right(scores, films))


@loss.mistake(
    en="The softmax is right, but where the probability of the target is as small as e to the power −1,000 it becomes 0, "
    "and its logarithm infinite. Take the logarithm before you exponentiate: score less log of the sum.",
    zh="softmax 是对的，但目标的概率小到 e 的 −1,000 次方时就成了 0，对数成了无穷。"
    "不要先算概率再取对数，直接用得分减去和的对数。",
)
def logarithm_of_zero(scores, targets):
    scores, films = _asked(scores, targets)
    return -np.log(_of_the_right(_chances(scores), films)).mean()


@loss.mistake(
    en="You took the logarithm to base 10. The course's log is the natural one.",
    zh="你用了以 10 为底的对数。课程里的 log 是自然对数。",
)
def to_base_ten(scores, targets):
    return loss_at_places(scores, targets) / np.log(10)


@loss.mistake(
    en="That is the mean probability of the targets. Cross-entropy is the mean of its *negative logarithm*.",
    zh="这是目标概率的平均。交叉熵是它的**负对数**的平均。",
)
def mean_probability(scores, targets):
    scores, films = _asked(scores, targets)
    return _of_the_right(_chances(scores), films).mean()


@loss.mistake(
    en="That is 1 minus the probability. Cross-entropy is its negative logarithm.",
    zh="这是 1 减去概率。交叉熵是概率的负对数。",
)
def one_minus_probability(scores, targets):
    return 1 - mean_probability(scores, targets)


@loss.mistake(
    en="You took the logarithm of the mean probability. First the logarithm at each place, then the mean.",
    zh="你先对概率取平均再取对数。应当先在每个位置取对数，再求平均。",
)
def logarithm_of_the_mean(scores, targets):
    return -np.log(mean_probability(scores, targets))


@loss.mistake(
    en="The score of the target is missing: you have only the logarithm of the sum.",
    zh="缺了目标的得分：你只算了和的对数。",
)
def without_the_right_score(scores, targets):
    scores, films = _asked(scores, targets)
    return (_costs(scores, films) + _of_the_right(scores, films)).mean()


@loss.mistake(
    en="That is the negative score of the target alone. The other films' scores enter through the sum.",
    zh="这只是目标得分的相反数。其他电影的得分要通过那个和算进去。",
)
def right_score_only(scores, targets):
    scores, films = _asked(scores, targets)
    return -_of_the_right(scores, films).mean()


@loss.mistake(
    en="You compared with the highest score alone. The sum of `exp` over *all* films is needed.",
    zh="你只与最高的得分相比。需要的是对**所有**电影的 `exp` 求和。",
)
def highest_score_only(scores, targets):
    scores, films = _asked(scores, targets)
    return (scores.max(axis=1) - _of_the_right(scores, films)).mean()


@loss.mistake(
    en="You added the target's score. It lowers the loss: subtract it.",
    zh="你把目标的得分加上了。它使损失变小：应当减去。",
)
def right_score_added(scores, targets):
    scores, films = _asked(scores, targets)
    return (_costs(scores, films) + 2 * _of_the_right(scores, films)).mean()


@loss.mistake(
    en="You used the sigmoid of one score, as for a yes or no. Here one film is chosen among *m*: softmax.",
    zh="你对单个得分用了 sigmoid，那是判断是与否时用的。这里是从 *m* 部里选一部：用 softmax。",
)
def sigmoid_for_softmax(scores, targets):
    scores, films = _asked(scores, targets)
    return np.logaddexp(0, -_of_the_right(scores, films)).mean()


@loss.mistake(
    en="Places without a target count as well: target 0 less 1 is column −1, the last film. Pick the places with a "
    "target first.",
    zh="没有目标的位置也算进去了：目标 0 减 1 成了第 −1 列，也就是最后一部电影。先取出有目标的位置。",
)
def padding_as_the_last_film(scores, targets):
    return _costs(scores, (targets - 1) % scores.shape[-1]).mean()


@loss.mistake(
    en="You divided by the number of rows of the batch. Divide by the number of targets.",
    zh="你除以了批次的行数。应当除以目标的个数。",
)
def divided_by_the_rows(scores, targets):
    return added_up(scores, targets) / len(targets)


@loss.mistake(
    en="Your softmax runs over the places (`axis=1`). At one place the *films* compete: the last axis.",
    zh="你的 softmax 是沿着位置（`axis=1`）算的。在一个位置上相互竞争的是**电影**：最后一个轴。",
)
def softmax_over_places(scores, targets):
    logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return -_of_the_right(logs, np.maximum(targets - 1, 0))[targets > 0].mean()


@loss.mistake(
    en="`table[:, films]` takes *every* target's column from every row. One column for each row: "
    "`table[np.arange(len(films)), films]`.",
    zh="`table[:, films]` 从每一行都取了**所有**目标的列。每行只取一列：`table[np.arange(len(films)), films]`。",
)
def every_column_for_every_row(scores, targets):
    scores, films = _asked(scores, targets)
    return -(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))[:, films].mean()


@loss.mistake(
    en="You subtracted the largest score under the sum, but not from the target's score. Both parts need the same scores.",
    zh="你在求和时减去了最大得分，目标的得分却没有减。两部分要用同样的得分。",
)
def largest_from_one_part_only(scores, targets):
    scores, films = _asked(scores, targets)
    return (_costs(scores, films) - scores.max(axis=1)).mean()


@loss.mistake(
    en="You added up all places under the logarithm. Each place has a sum of its own: `sum(axis=1)`.",
    zh="你在对数里把所有位置加在了一起。每个位置有自己的和：`sum(axis=1)`。",
)
def one_sum_for_all(scores, targets):
    scores, films = _asked(scores, targets)
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(scores).sum()) - _of_the_right(scores, films))


@loss.mistake(
    en="These are the costs of the single places. Their mean is asked for.",
    zh="这是各个位置的损失。题目要的是它们的平均。",
)
def costs_of_the_places(scores, targets):
    return _costs(*_asked(scores, targets))


@loss.mistake(
    en="The sum over the films is not under the logarithm: you averaged it away. The probabilities of a place add up to 1.",
    zh="对电影取的是平均而不是和。一个位置上各部电影的概率之和是 1。",
)
def mean_for_sum(scores, targets):
    return loss_at_places(scores, targets) - np.log(scores.shape[-1])


@loss.mistake(
    en="You averaged over *all* films at each place. Only the target's column counts.",
    zh="你在每个位置对**所有**电影取了平均。只算目标那一列。",
)
def mean_of_all_columns(scores, targets):
    scores, _ = _asked(scores, targets)
    return np.mean(np.logaddexp.reduce(scores, axis=1, keepdims=True) - scores)


@loss.mistake(
    en="That is how often the highest score is not the target's. Cross-entropy looks at the probability, not only at the "
    "first rank.",
    zh="这是最高分不属于目标的比例。交叉熵看的是概率，不只看第一名。",
)
def error_rate(scores, targets):
    scores, films = _asked(scores, targets)
    return np.mean(scores.argmax(axis=1) != films)


@loss.mistake(
    en="`sum()` adds up the whole table, all places at once, and `exp` of a large score overflows. Each place has a softmax "
    "of its own: `axis=1`.",
    zh="`sum()` 把整张表、所有位置一起加了，而且得分很大时 `exp` 会溢出。每个位置有自己的 softmax：`axis=1`。",
)
def one_softmax_for_all(scores, targets):
    scores, films = _asked(scores, targets)
    return -np.log(_of_the_right(np.exp(scores) / np.exp(scores).sum(), films)).mean()


places = Exercise(
    id="sequences-places",
    title=Text("What two ways cost", "两种办法的代价"),
    gives=Text("three whole numbers", "三个整数"),
    hint=Text(
        "Take one history of 4 films and a length of 2: 3 targets, 3 rows of 2 places, 2 windows of 2 places. Then add up over the histories.",
        "拿一段 4 部电影的历史、长度 2 来算：3 个目标，3 行每行 2 个位置，2 个窗口每个 2 个位置。再对所有历史求和。",
    ),
    examples=[
        (np.array([4]), 4),
        (np.array([4, 6, 2]), 3),
        (np.array([5, 9]), 4),
        (np.array([0, 1, 3]), 2),
    ],
    random=lambda rng: (rng.integers(0, 40, size=int(rng.integers(1, 9))), int(rng.integers(1, 12))),
)


def _targets_of(lengths):
    return np.maximum(np.asarray(lengths) - 1, 0)


@places.solution
def count_places(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, (-(-n // length)).sum() * length


@places.mistake(
    en="You gave every film a target. The first film of a history has nothing before it: *T* films hold *T* − 1 targets.",
    zh="你让每部电影都成了目标。历史的第一部之前什么也没有：*T* 部电影有 *T* − 1 个目标。",
)
def every_film(lengths, length):
    n = np.asarray(lengths)
    return n.sum(), n.sum() * length, (-(-n // length)).sum() * length


@places.mistake(
    en="A history without films got −1 target. Fewer than two films hold 0 targets.",
    zh="没有电影的历史得到了 −1 个目标。不到两部电影时，目标数是 0。",
)
def below_zero(lengths, length):
    n = np.asarray(lengths) - 1
    return n.sum(), n.sum() * length, (-(-n // length)).sum() * length


@places.mistake(
    en="You cut the films into windows, not the targets: a history of *T* films has *T* − 1 of them.",
    zh="你按电影数切窗口了，应该按目标数：*T* 部电影的历史有 *T* − 1 个目标。",
)
def windows_of_films(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, (-(-np.asarray(lengths) // length)).sum() * length


@places.mistake(
    en="You rounded down, or put the histories end to end: a window belongs to one history, and a short one is a row of its own.",
    zh="你向下取整了，或者把各段历史首尾相接了：一个窗口只属于一段历史，不满的也要单独占一行。",
)
def one_after_the_other(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, -(-n.sum() // length) * length


@places.mistake(
    en="For the windows you counted only the places that hold a film. Padding is worked through as well: every row has `length` places.",
    zh="算窗口时你只数了有电影的位置。填充也要计算：每行都是 `length` 个位置。",
)
def padding_free(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, n.sum()


@places.mistake(
    en="You counted the places of prefixes as long as they are, 1 + 2 + 3 + …; the rows are filled up to `length`.",
    zh="你按每个前缀的实际长度 1 + 2 + 3 + … 来数；但每行都要补齐到 `length`。",
)
def bare_prefixes(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), (n * (n + 1) // 2).sum(), (-(-n // length)).sum() * length


@places.mistake(
    en="These are numbers of rows. A row has `length` places.",
    zh="这是行数。一行有 `length` 个位置。",
)
def rows_only(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum(), (-(-n // length)).sum()


def _rounded(lengths, length, rounding):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, int(np.sum(rounding(n / length))) * length


@places.mistake(
    en="You rounded down: a window that is not full was not counted.",
    zh="你向下取整了：不满的窗口没有算进去。",
)
def rounded_down(lengths, length):
    return _rounded(lengths, length, np.floor)


@places.mistake(
    en="You rounded to the nearest whole number. A window with a single target is a window: round up.",
    zh="你四舍五入了。只有一个目标的窗口也是窗口：要向上取整。",
)
def rounded_to_the_nearest(lengths, length):
    return _rounded(lengths, length, np.round)


@places.mistake(
    en="`n // length + 1` gives one window too many where the targets fill the windows exactly.",
    zh="目标恰好填满窗口时，`n // length + 1` 多出一个窗口。",
)
def one_window_too_many(lengths, length):
    return _rounded(lengths, length, lambda share: np.floor(share) + 1)


@places.mistake(
    en="A history without targets got a window. It needs none.",
    zh="没有目标的历史也得到了一个窗口。它不需要。",
)
def a_window_for_nothing(lengths, length):
    return _rounded(lengths, length, lambda share: np.maximum(np.ceil(share), 1))


@places.mistake(
    en="You added the remainder as that many windows. What is left over makes *one* window.",
    zh="你把余数当成了窗口数。剩下的合成**一个**窗口。",
)
def remainder_as_windows(lengths, length):
    n = _targets_of(lengths)
    return n.sum(), n.sum() * length, (n // length + n % length).sum() * length


@places.mistake(
    en="The last number is that of windows. A window has `length` places.",
    zh="最后一个是窗口数。一个窗口有 `length` 个位置。",
)
def windows_counted(lengths, length):
    n, prefix, windows = count_places(lengths, length)
    return n, prefix, windows // length


@places.mistake(
    en="The second number is that of rows. In prefix expansion, too, each row has `length` places.",
    zh="第二个是行数。前缀展开的每一行也有 `length` 个位置。",
)
def prefix_rows_counted(lengths, length):
    n, _, windows = count_places(lengths, length)
    return n, n, windows


@places.mistake(
    en="Prefix expansion and windows are exchanged.",
    zh="前缀展开与窗口的两个数写反了。",
)
def ways_exchanged(lengths, length):
    n, prefix, windows = count_places(lengths, length)
    return n, windows, prefix


@places.mistake(
    en="The first number counts histories. A history has as many targets as films after its first.",
    zh="第一个数的是历史的段数。一段历史的目标数，是第一部之后的电影数。",
)
def histories_counted(lengths, length):
    return (_targets_of(lengths) > 0).sum(), *count_places(lengths, length)[1:]


@places.mistake(
    en="You gave every prefix row as many places as its history has targets. All rows are filled up to `length`.",
    zh="你让每个前缀行的位置数等于这段历史的目标数。所有行都补齐到 `length`。",
)
def rows_as_long_as_the_history(lengths, length):
    n, _, windows = count_places(lengths, length)
    return n, (_targets_of(lengths) ** 2).sum(), windows


@places.mistake(
    en="These are numbers for each history. Add them up over the log.",
    zh="这是每段历史各自的数。请对整份日志求和。",
)
def for_each_history(lengths, length):
    n = _targets_of(lengths)
    return n, n * length, -(-n // length) * length


@places.mistake(
    en="You cut every history down to `length` targets. Both ways keep all targets.",
    zh="你把每段历史截到了 `length` 个目标。两种办法都保留全部目标。",
)
def histories_cut_down(lengths, length):
    return count_places(np.minimum(lengths, length + 1), length)


@places.mistake(
    en="Prefix expansion has a row for each *target*, and the first film of a history is none.",
    zh="前缀展开是每个**目标**一行，历史的第一部不是目标。",
)
def prefix_of_films(lengths, length):
    n, _, windows = count_places(lengths, length)
    return n, np.sum(lengths) * length, windows


@places.mistake(
    en="In the prefix rows you counted the films, not the places: rows are filled up to `length`.",
    zh="前缀展开里你数的是电影，不是位置：每行都要补齐到 `length`。",
)
def films_in_prefix_rows(lengths, length):
    n, _, windows = count_places(lengths, length)
    return n, sum(int(np.minimum(np.arange(1, m + 1), length).sum()) for m in _targets_of(lengths)), windows


hidden = Exercise(
    id="sequences-hidden",
    title=Text("How many targets BERT4Rec gets", "BERT4Rec 有多少个目标"),
    gives=Text("one number", "一个数"),
    hint=Text(
        "Three cases of a row: it is cut short; some films are drawn; none was drawn. How probable is each, and how many targets does it give?",
        "一行有三种情形：被截断；抽到了一些；一部也没有抽到。每种的概率是多少，各有几个目标？",
    ),
    examples=[(2, 0.5, 0.0), (1, 0.25, 0.5), (3, 0.5, 0.5), (4, 0.0, 0.25), (10, 0.3, 0.2)],
    random=lambda rng: (int(rng.integers(1, 51)), float(rng.uniform(0, 0.6)), float(rng.uniform(0, 1))),
)


@hidden.solution
def expected_targets(n, p, q):
    return q + (1 - q) * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="You forgot the rows in which chance hides nothing: they are cut short, and have one target.",
    zh="你漏了一部也没有抽到的行：它们会被截断，有一个目标。",
)
def none_forgotten(n, p, q):
    return q + (1 - q) * n * p


@hidden.mistake(
    en="You left out the rows that are cut short: they are a share *q*, with one target each.",
    zh="你漏了被截断的行：它们的比例是 *q*，各有一个目标。",
)
def only_last_forgotten(n, p, q):
    return (1 - q) * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="*q* and 1 − *q* are exchanged.",
    zh="*q* 与 1 − *q* 用反了。",
)
def shares_exchanged(n, p, q):
    return (1 - q) + q * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="You added the *q* target on top of the drawn ones. A row that is cut short hides one film, and *only* that one.",
    zh="你把 *q* 的那个目标加在了抽到的之上。被截断的行**只**遮一部。",
)
def on_top(n, p, q):
    return q + n * p + (1 - p) ** n


@hidden.mistake(
    en="These are the targets of a row in which films are drawn. A share *q* of the rows is cut short instead: weigh the two by 1 − *q* and *q*.",
    zh="这只是随机抽取的那些行的目标数。比例为 *q* 的行被截断：两种行要按 1 − *q* 与 *q* 加权。",
)
def without_q(n, p, q):
    return n * p + (1 - p) ** n


@hidden.mistake(
    en="A row that is cut short hides its film for certain: it has one target, not *p*.",
    zh="被截断的行一定会遮住那部电影：目标是一个，而不是 *p* 个。",
)
def cut_rows_by_chance(n, p, q):
    return q * p + (1 - q) * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="The probability that none of *n* films is drawn is (1 − *p*) to the power *n*, not 1 − *p*.",
    zh="*n* 部都没有抽到的概率是 (1 − *p*) 的 *n* 次方，不是 1 − *p*。",
)
def no_power(n, p, q):
    return q + (1 - q) * (n * p + (1 - p))


@hidden.mistake(
    en="You took the larger of *n p* and 1. An expected value is the sum over the cases, each times its probability.",
    zh="你取了 *n p* 与 1 中较大的。期望是各种情形的值乘以概率，再求和。",
)
def at_least_one(n, p, q):
    return q + (1 - q) * max(1.0, n * p)


@hidden.mistake(
    en="That is only the mean number of films drawn. Two kinds of rows are missing: the share *q*, and those in which none "
    "was drawn.",
    zh="这只是平均抽到的电影数。漏了两种行：比例为 *q* 的，以及一部也没有抽到的。",
)
def drawn_only(n, p, q):
    return n * p


@hidden.mistake(
    en="You multiplied the chance that none was drawn with the drawn ones. They are two cases of a row: add up what each "
    "gives, a target for a row in which none was drawn.",
    zh="你把一部也没抽到的概率与抽到的数相乘了。这是两种情况，应当相加：一部也没抽到的行有一个目标。",
)
def none_times_drawn(n, p, q):
    return q + (1 - q) * n * p * (1 - p) ** n


@hidden.mistake(
    en="You counted every row with a draw as one target. It has as many as were drawn: *n p* on average.",
    zh="你把抽到了的行都只算一个目标。抽到几部就有几个目标：平均 *n p* 个。",
)
def one_for_any(n, p, q):
    return q + (1 - q) * (1 - (1 - p) ** n)


@hidden.mistake(
    en="A row that is cut short hides *one* film, not all *n*.",
    zh="被截断的行只遮**一**部，不是 *n* 部都遮。",
)
def all_hidden_when_cut(n, p, q):
    return q * n + (1 - q) * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="*n p* is the mean over all rows, those without a draw included, which add 0 to it. Do not weigh it again.",
    zh="*n p* 已经是对所有行的平均，没有抽到的行在其中算 0。不要再乘一次概率。",
)
def weighed_again(n, p, q):
    return q + (1 - q) * (n * p * (1 - (1 - p) ** n) + (1 - p) ** n)


@hidden.mistake(
    en="*p* and *q* are exchanged: *p* hides a single film, *q* cuts a whole row short.",
    zh="*p* 与 *q* 用反了：*p* 是遮住一部电影的概率，*q* 是整行被截断的比例。",
)
def letters_exchanged(n, p, q):
    return p + (1 - p) * (n * q + (1 - q) ** n)


@hidden.mistake(
    en="A row in which none was drawn has one target, not *n*.",
    zh="一部也没有抽到的行有一个目标，不是 *n* 个。",
)
def all_hidden_when_none(n, p, q):
    return q + (1 - q) * (n * p + n * (1 - p) ** n)


@hidden.mistake(
    en="Any of the *n* films may be drawn, the last one too: not *n* − 1.",
    zh="*n* 部电影都可能抽到，最后一部也一样：不是 *n* − 1 部。",
)
def one_film_less(n, p, q):
    return q + (1 - q) * ((n - 1) * p + (1 - p) ** n)


@hidden.mistake(
    en="Only *n p* is weighed by 1 − *q*. The rows in which none was drawn are among these rows too: brackets.",
    zh="只有 *n p* 乘了 1 − *q*。没有抽到的行也属于这部分：要加括号。",
)
def brackets_forgotten(n, p, q):
    return q + (1 - q) * n * p + (1 - p) ** n


@hidden.mistake(
    en="An expected value need not be whole: do not round.",
    zh="期望不必是整数：不要取整。",
)
def rounded(n, p, q):
    return round(expected_targets(n, p, q))


@hidden.mistake(
    en="You added one target to every row. Only rows in which none was drawn get it.",
    zh="你给每一行都加了一个目标。只有一部也没有抽到的行才有。",
)
def one_for_every_row(n, p, q):
    return q + (1 - q) * (n * p + 1)


@hidden.mistake(
    en="*p* to the power *n* is the probability that *all* are drawn. None: (1 − *p*) to the power *n*.",
    zh="*p* 的 *n* 次方是**全部**抽到的概率。一部也没有抽到：(1 − *p*) 的 *n* 次方。",
)
def all_for_none(n, p, q):
    return q + (1 - q) * (n * p + p**n)


@hidden.mistake(
    en="You weighed the rows that are drawn by *q*. They are the share 1 − *q*, and the share *q* is missing altogether.",
    zh="随机抽取的行你乘了 *q*。它们的比例是 1 − *q*，而比例为 *q* 的那些行完全漏了。",
)
def drawn_rows_by_q(n, p, q):
    return q * (n * p + (1 - p) ** n)


@hidden.mistake(
    en="The probability that none is drawn is a power, (1 − *p*) multiplied *n* times, not 1 − *n p*.",
    zh="一部也没有抽到的概率是乘方，即 *n* 个 (1 − *p*) 相乘，不是 1 − *n p*。",
)
def one_minus_n_p(n, p, q):
    return q + (1 - q) * (n * p + 1 - n * p)


@hidden.mistake(
    en="You took *q* for the share of the rows in which none was drawn. *q* is the share that is cut short at once; rows "
    "in which none was drawn are among the others.",
    zh="你把 *q* 当成了没有抽到的行的比例。*q* 是一开始就被截断的比例；没有抽到的行在其余的行里面。",
)
def q_for_none(n, p, q):
    return (1 - q) * n * p + q * (1 - p) ** n


@hidden.mistake(
    en="You gave all *n* films to the rows that are cut short, and nothing to those in which none was drawn. Both have one "
    "target.",
    zh="被截断的行你算了 *n* 个目标，没有抽到的行一个也没算。两种行都是一个目标。",
)
def all_when_cut_none_forgotten(n, p, q):
    return (1 - q) * n * p + q * n


quiz = Quiz(
    "sequences",
    [
        Question(
            Text(
                "A history has 51 films, and rows have 50 places. Prefix expansion makes 50 rows of it, a target at every place one. With dropout off, how does one training step on the one row differ from one on the 50?",
                "一段历史有 51 部电影，每行 50 个位置。前缀展开做成 50 行，逐位置预测只做成一行。关掉随机失活，用这一行训练一步，与用那 50 行训练一步有何不同？",
            ),
            [
                Wrong(
                    Text("The one row teaches how the films depend on each other.", "这一行能教会各部电影之间的联系。"),
                    Text(
                        "The rows of the prefixes hold the same films in the same places.",
                        "前缀的各行里是同样的电影，在同样的位置上。",
                    ),
                ),
                Right(
                    Text("In the cost alone: loss and gradient are the same.", "只有代价不同：损失和梯度都相同。"),
                    Text(
                        "Under the causal mask a place computes what it would if the row ended there.",
                        "在因果掩码下，一个位置的输出，与把这一行在此截断后的输出完全相同。",
                    ),
                ),
                Wrong(
                    Text("The one row teaches less, since it is only one.", "这一行教的更少，因为只有一行。"),
                    Text("One row holds all 50 targets.", "这一行里有全部 50 个目标。"),
                ),
            ],
        ),
        Question(
            Text(
                "Your SASRec's training loss is far lower than that of others on the same data, and its NDCG is poor. What do you look at first?",
                "你的 SASRec 的训练损失比别人在同样数据上的低得多，NDCG 却很差。先查什么？",
            ),
            [
                Right(
                    Text(
                        "Whether the output of an earlier place moves when a later film is changed.",
                        "改动后面的一部电影，前面位置的输出是否变化。",
                    ),
                    Text(
                        "If it does, the answer leaks: a wrong triangle, or targets that were not shifted.",
                        "如果变了，答案就泄漏了：三角形反了，或者目标没有错开。",
                    ),
                ),
                Wrong(
                    Text("Whether dropout is too small: it overfits.", "失活率是否太小：过拟合了。"),
                    Text(
                        "That is possible too, but a test of the mask takes a second, and overfitting shows later.",
                        "也有可能，但检验掩码只要一秒钟，而且过拟合出现得更晚。",
                    ),
                ),
                Wrong(
                    Text("Whether the learning rate is too large.", "学习率是否太大。"),
                    Text("Then the loss would be high, not low.", "那样损失会偏高，而不是偏低。"),
                ),
            ],
        ),
        Question(
            Text(
                "Why may BERT4Rec not simply get SASRec's targets, the next film at every place?",
                "为什么不能直接让 BERT4Rec 用 SASRec 的目标，每个位置预测下一部？",
            ),
            [
                Wrong(
                    Text("It would be too slow.", "那样太慢。"),
                    Text("It would be just as fast.", "速度是一样的。"),
                ),
                Wrong(
                    Text(
                        "Its item table has a row more, which would get no target.",
                        "它的物品表多一行，这一行就没有目标。",
                    ),
                    Text("The row for the mask does no harm.", "掩码符那一行不碍事。"),
                ),
                Right(
                    Text(
                        "Its places read in both directions, so the next film is in the input.",
                        "它的位置两个方向都能看，下一部电影就在输入里。",
                    ),
                    Text(
                        "What is to be predicted has to be hidden first.",
                        "要预测的东西必须先遮住。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "On a log your transformer is ahead of popularity by a wide margin. Most test items came within seconds of the item before. What do you look at before you report it?",
                "在一份日志上，你的 Transformer 大幅领先流行度，而多数测试物品与前一个只隔几秒。报告之前先查什么？",
            ),
            [
                Wrong(
                    Text("Whether a larger model leads by more.", "更大的模型是否领先更多。"),
                    Text(
                        "It may guess the page still better, and the question stays open.",
                        "它也许只是更会猜页面，问题还是没有回答。",
                    ),
                ),
                Right(
                    Text(
                        "Whether it holds with the order inside a sitting dealt anew.",
                        "把同一次打分内的顺序打乱之后，领先是否还在。",
                    ),
                    Text(
                        "That asks whether it needed the order in which things were ticked off. Look also at those who stayed away longer.",
                        "这是在问：领先是不是靠勾选的先后。还可以看隔得更久的用户。",
                    ),
                ),
                Wrong(
                    Text("Whether the training loss is low enough.", "训练损失是否足够低。"),
                    Text(
                        "A low loss is no evidence: an order that gives the answer away makes it low as well.",
                        "损失低不是证据：顺序泄漏了答案，损失也会低。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "SASRec with title vectors gains 0.004 NDCG@10 over SASRec without. What is needed before the titles get the credit?",
                "加上片名向量的 SASRec 比不加的 NDCG@10 高 0.004。要归功于片名，还需要什么？",
            ),
            [
                Wrong(
                    Text("A larger text model.", "更大的文本模型。"),
                    Text(
                        "It would not say what the gain of this one comes from.",
                        "那也说明不了这一个的好处从何而来。",
                    ),
                ),
                Wrong(
                    Text("An interval for each of the two models, over users.", "两个模型各自对用户的区间。"),
                    Text(
                        "Two intervals may overlap and the paired difference still be clear; and neither says what a gain is due to.",
                        "两个区间重叠，配对差也可能显著；而且区间说明不了提高从何而来。",
                    ),
                ),
                Right(
                    Text(
                        "The paired difference, and random vectors in place of titles.",
                        "配对差的区间，以及把片名换成随机向量的对照。",
                    ),
                    Text(
                        "The first asks whether there is a gain, the control whether it is the titles'. More seeds help too.",
                        "前者问有没有好处，对照问好处是不是来自片名。多几个种子也有用。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A film that gets much attention at the last place: what follows about the list?",
                "在最后一个位置上，某部电影得到很多注意力。关于列表，能推出什么？",
            ),
            [
                Right(
                    Text(
                        "Nothing yet: take the film out and see what changes.",
                        "还推不出什么：把它拿掉，看列表怎么变。",
                    ),
                    Text(
                        "Attention says where a place looks, not what the result depends on.",
                        "注意力说的是这个位置看哪里，不是结果取决于什么。",
                    ),
                ),
                Wrong(
                    Text("The list consists of similar films.", "列表由相似的电影组成。"),
                    Text(
                        "Attention sums learned vectors, not films, and what it adds to is passed on as well (the residual).",
                        "注意力汇总的是学出来的向量，不是电影本身；绕过注意力的残差连接也传递信息。",
                    ),
                ),
                Wrong(
                    Text("Without it, the list would be another.", "没有它，列表就会不同。"),
                    Text("That is a guess that can be tested, and should be.", "这是一个可以检验、也应当检验的猜测。"),
                ),
            ],
            deeper=True,
        ),
    ],
)
