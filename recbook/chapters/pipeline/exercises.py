"""Exercises and quiz of chapter 02."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

mean_of_history = Exercise(
    id="pipeline-user-vector",
    title=Text("The vector of a user", "用户向量"),
    gives=Text("`d` numbers", "`d` 个数"),
    hint=Text(
        "Work out the weights first: the last row weighs 1, the one before `2 ** (-1 / half_life)`. What is their sum?",
        "先求权重：最后一行是 1，前一行是 `2 ** (-1 / half_life)`。它们的和是多少？",
    ),
    examples=[
        (np.array([[1.0, 0.0], [0.0, 1.0]]), 1.0),
        (np.array([[2.0, 1.0]]), 3.0),
        (np.array([[4.0, 0.0], [0.0, 4.0], [8.0, 8.0]]), 1.0),
    ],
    random=lambda rng: (rng.normal(size=(int(rng.integers(2, 9)), 3)), float(rng.choice([0.5, 2.0, 4.0]))),
)


@mean_of_history.solution
def user_vector(history, half_life):
    after = np.arange(len(history))[::-1]
    weights = 2.0 ** (-after / half_life)
    return weights @ history / weights.sum()


@mean_of_history.mistake(
    en="The weights run the wrong way: you give the *oldest* film the weight 1. The last row is the last film.",
    zh="权重的方向反了：你给*最早*的电影权重 1。最后一行才是最后一部电影。",
)
def oldest_most(history, half_life):
    weights = 2.0 ** (-np.arange(len(history)) / half_life)
    return weights @ history / weights.sum()


@mean_of_history.mistake(
    en="That is the weighted sum. Divide by the sum of the weights, or long histories get long vectors.",
    zh="这是加权和。还要除以权重之和，否则历史越长，向量越长。",
)
def not_divided(history, half_life):
    weights = 2.0 ** (-np.arange(len(history))[::-1] / half_life)
    return weights @ history


@mean_of_history.mistake(
    en="You divided by the number of films. A weighted mean is divided by the sum of the weights.",
    zh="你除以了电影数。加权平均要除以权重之和。",
)
def divided_by_the_number(history, half_life):
    weights = 2.0 ** (-np.arange(len(history))[::-1] / half_life)
    return weights @ history / len(history)


@mean_of_history.mistake(
    en="That is the plain mean: every film weighs the same. The half-life is not used.",
    zh="这是普通的平均：每部电影权重相同，没有用到半衰期。",
)
def plain_mean(history, half_life):
    return np.mean(history, axis=0)


@mean_of_history.mistake(
    en="With `e` in place of 2 a weight falls to a half too early. A *half*-life halves: the base is 2.",
    zh="把 2 换成了 `e`，权重会过早地减半。*半*衰期是减半：底数是 2。",
)
def base_e(history, half_life):
    weights = np.exp(-np.arange(len(history))[::-1] / half_life)
    return weights @ history / weights.sum()


@mean_of_history.mistake(
    en="You multiplied by the half-life: `2 ** (-k * half_life)`. A longer half-life should forget more slowly: divide.",
    zh="你乘上了半衰期：`2 ** (-k * half_life)`。半衰期越长，遗忘应当越慢：要用除法。",
)
def multiplied(history, half_life):
    weights = 2.0 ** (-np.arange(len(history))[::-1] * half_life)
    return weights @ history / weights.sum()


@mean_of_history.mistake(
    en="Above the line you count from 1, below it from 0. No film comes after the last one: it weighs 1 in both sums.",
    zh="你的分子从 1 开始数，分母从 0 开始数。最后一部之后没有电影：它的权重在两个和里都是 1。",
)
def counted_from_one(history, half_life):
    after = np.arange(len(history))[::-1]
    return 2.0 ** (-(after + 1) / half_life) @ history / (2.0 ** (-after / half_life)).sum()


def _weighted_mean(history, weights):
    return weights @ history / weights.sum()


def _films_after(history):
    return np.arange(len(history))[::-1]


@mean_of_history.mistake(
    en="You rounded `k / half_life` down (`//`), so the weights fall in steps. Divide with `/`.",
    zh="你把 `k / half_life` 向下取整了（`//`），权重成了一级一级的。请用 `/`。",
)
def in_steps(history, half_life):
    return _weighted_mean(history, 2.0 ** -(_films_after(history) // half_life))


@mean_of_history.mistake(
    en="`//` cuts to whole half-lives, here downwards from the minus sign: the weight should fall smoothly, by `/`.",
    zh="`//` 只留下整数个半衰期，而且因为负号是向下取整：权重应当平滑地下降，用 `/`。",
)
def in_steps_downwards(history, half_life):
    weights = 2.0 ** (-np.arange(len(history))[::-1] // half_life)
    return weights @ history / weights.sum()


@mean_of_history.mistake(
    en="The half-life stands outside the power: `2 ** -k / half_life` divides after the power and then drops out of the "
    "mean. Brackets!",
    zh="半衰期在乘方之外：`2 ** -k / half_life` 先乘方后除，求平均时它就消掉了。请加括号！",
)
def power_before_division(history, half_life):
    return _weighted_mean(history, 2.0 ** -_films_after(history))


@mean_of_history.mistake(
    en="Your weights fall like 1 divided by a number, not by halves. Each half-life halves the weight.",
    zh="你的权重是按 1 除以某个数下降的，不是减半。每过一个半衰期，权重减半。",
)
def hyperbola(history, half_life):
    return _weighted_mean(history, 1 / (1 + _films_after(history) / half_life))


@mean_of_history.mistake(
    en="You weighed each film by `k` itself, so that the last one counts nothing. `k` belongs into the exponent.",
    zh="你用 `k` 本身作权重，最后一部就完全不算了。`k` 应当在指数里。",
)
def weighed_by_k(history, half_life):
    after = _films_after(history)
    return after @ history / max(after.sum(), 1)


@mean_of_history.mistake(
    en="You brought the sum to length 1. A weighted mean is divided by the sum of the weights.",
    zh="你把和缩放成了单位长度。加权平均要除以权重之和。",
)
def to_length_one(history, half_life):
    total = 2.0 ** (-_films_after(history) / half_life) @ history
    return total / np.linalg.norm(total)


@mean_of_history.mistake(
    en="That is the last film alone. Those before it count too, with falling weights.",
    zh="这只是最后一部电影。它前面的也要算，权重逐渐减小。",
)
def last_film_only(history, half_life):
    return np.asarray(history)[-1]


@mean_of_history.mistake(
    en="You divided twice: by the sum of the weights, and by the number of films (`mean` does that). Once is enough.",
    zh="你除了两次：除以权重之和，又除以电影数（`mean` 就会这样）。只除一次。",
)
def divided_twice(history, half_life):
    return user_vector(history, half_life) / len(history)


@mean_of_history.mistake(
    en="Your weights are powers of `e` without the half-life. The base is 2, and the half-life divides `k`.",
    zh="你的权重是 `e` 的乘方，也没有用到半衰期。底数应是 2，`k` 还要除以半衰期。",
)
def base_e_without_half_life(history, half_life):
    return _weighted_mean(history, np.exp(-_films_after(history).astype(float)))


@mean_of_history.mistake(
    en="Two things: the oldest film weighs most, and the half-life stands outside the power, where it drops out of the mean.",
    zh="有两处：最早的电影权重最大；半衰期在乘方之外，求平均时消掉了。",
)
def oldest_most_without_half_life(history, half_life):
    return _weighted_mean(history, 0.5 ** np.arange(len(history)))


@mean_of_history.mistake(
    en="Two things: the oldest film weighs most, and the sum of the weights does not divide.",
    zh="有两处：最早的电影权重最大；没有除以权重之和。",
)
def oldest_most_not_divided(history, half_life):
    return 2.0 ** (-np.arange(len(history)) / half_life) @ history


changed = Exercise(
    id="pipeline-changed",
    title=Text("What a new part changes", "换一个部分，什么会变"),
    gives=Text("a set of names", "名字的集合"),
    hint=Text(
        "Start at `vectors` and follow every arrow. What reads it, and what reads that?",
        "从 `vectors` 出发，沿着每个箭头走：谁读取它，谁又读取那个结果？",
    ),
)


@changed.solution
def all_that_follows():
    return {"vectors", "features", "towers", "trained", "ranking"}


@changed.mistake(
    en="That is what the new function returns. What reads it changes too, and so on to the end.",
    zh="这只是新函数的返回值。读取它的也会变，一直到末尾。",
)
def only_vectors():
    return {"vectors"}


@changed.mistake(
    en="You stopped one arrow too early: the towers are built on the features, and everything behind follows.",
    zh="你少走了一个箭头：双塔建在特征之上，后面的全都跟着变。",
)
def one_step():
    return {"vectors", "features"}


@changed.mistake(
    en="The *functions* `build`, `train` and `recommend` stay the same, but asked are the values. `towers` holds the "
    "features, and two matrices with a row for each of their columns.",
    zh="`build`、`train`、`recommend` 这些*函数*不变，但问的是值。`towers` 里有特征，还有两个矩阵，特征有多少列就有多少行。",
)
def without_towers():
    return {"vectors", "features", "trained", "ranking"}


@changed.mistake(
    en="`split` is made before any title is encoded; no arrow leads back to it.",
    zh="`split` 在编码片名之前就有了，没有箭头指回它。",
)
def with_split():
    return {"split", "vectors", "features", "towers", "trained", "ranking"}


@changed.mistake(
    en="The raw log and the split come before the encoder. A part changes only what lies downstream.",
    zh="原始日志和划分都在编码之前。一个部分只影响它下游的东西。",
)
def everything():
    return {"raw", "split", "vectors", "features", "towers", "trained", "ranking"}


@changed.mistake(
    en="The list may change, but it is not the only thing: it is made from values that changed before.",
    zh="列表会变，但变的不只是它：它由前面已经变了的值得来。",
)
def only_the_list():
    return {"ranking"}


@changed.mistake(
    en="The list is not made from the features directly: follow each arrow between the two.",
    zh="列表不是直接由特征得来的：两者之间的每个箭头都要走。",
)
def only_the_ends():
    return {"vectors", "features", "ranking"}


@changed.mistake(
    en="`vectors` is missing: it is what the new function itself returns.",
    zh="少了 `vectors`：它正是新函数的返回值。",
)
def without_vectors():
    return {"features", "towers", "trained", "ranking"}


@changed.mistake(
    en="One arrow further: who reads the trained towers?",
    zh="还要再走一个箭头：谁读取训练好的双塔？",
)
def without_ranking():
    return {"vectors", "features", "towers", "trained"}


@changed.mistake(
    en="Between the vectors and the towers stands one more value. It holds the vectors as a block of columns.",
    zh="向量与双塔之间还有一个值，向量是其中的一块列。",
)
def without_features():
    return {"vectors", "towers", "trained", "ranking"}


@changed.mistake(
    en="One value is missing between the towers and the list: training starts from towers that have changed.",
    zh="双塔与列表之间少了一个值：训练是从变了的双塔开始的。",
)
def without_trained():
    return {"vectors", "features", "towers", "ranking"}


@changed.mistake(
    en="You stopped at the towers. Two more arrows lead on from there.",
    zh="你停在了双塔。从那里还有两个箭头往下走。",
)
def up_to_the_towers():
    return {"vectors", "features", "towers"}


@changed.mistake(
    en="The values in the middle are missing: what is built from the features, and what comes of it.",
    zh="少了中间的值：由特征构建的，以及由它得来的。",
)
def first_and_last():
    return {"vectors", "ranking"}


@changed.mistake(
    en="Two are missing: what the new function itself returns, and what is built on the features.",
    zh="少了两个：新函数自己的返回值，以及建在特征之上的值。",
)
def neither_vectors_nor_towers():
    return {"features", "trained", "ranking"}


@changed.mistake(
    en="Those are the values that do *not* change. Asked are the ones that can.",
    zh="这些是*不*变的值。问的是可能变的。",
)
def the_unchanged():
    return {"raw", "split"}


@changed.mistake(
    en="Those are functions. Values are asked for, by the names given above.",
    zh="这些是函数。问的是值，用上面给出的名字。",
)
def functions_for_values():
    return {"encode", "extract", "build", "train", "recommend"}


@changed.mistake(
    en="Write the names in small letters, as they stand above.",
    zh="名字要照上面那样，用小写字母。",
)
def in_capitals():
    return {"Vectors", "Features", "Towers", "Trained", "Ranking"}


@changed.mistake(
    en="The features are missing too: which values lie between the titles and the towers?",
    zh="还少了前面的：片名与双塔之间有哪些值？",
)
def from_the_towers_on():
    return {"towers", "trained", "ranking"}


@changed.mistake(
    en="`split` comes before the encoder, and everything behind the vectors is missing. Arrows lead downstream only.",
    zh="`split` 在编码之前；而向量之后的值全漏了。箭头只通向下游。",
)
def one_up_one_down():
    return {"split", "vectors"}


@changed.mistake(
    en="That is only what reads the vectors. The vectors themselves change, and so does all that follows.",
    zh="这只是读取向量的那个值。向量本身会变，后面的也都会变。",
)
def only_the_features():
    return {"features"}


align = Exercise(
    id="pipeline-align",
    title=Text("Rows in the order of the log", "按日志的顺序排好各行"),
    gives=Text("an array of `n` rows and `d` columns", "`n` 行 `d` 列的数组"),
    hint=Text(
        "For each film of `item_ids`, in that order: at which place of `vector_ids` does it stand?",
        "对 `item_ids` 里的每部电影，依次问：它在 `vector_ids` 的哪个位置？",
    ),
    examples=[
        (np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), np.array([30, 10, 20]), np.array([10, 20, 30])),
        (np.array([[1.0, 5.0], [2.0, 6.0]]), np.array([7, 3]), np.array([3, 5, 7])),
        (np.array([[1.0], [2.0], [3.0]]), np.array([9, 1, 4]), np.array([4, 9])),
    ],
    random=lambda rng: (
        rng.normal(size=(6, 3)),
        rng.permutation(20)[:6],
        rng.integers(0, 20, size=int(rng.integers(5, 12))),
    ),
)


@align.solution
def aligned(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    nothing = np.zeros(vectors.shape[1])
    return np.array([vectors[row_of[film]] if film in row_of else nothing for film in item_ids])


@align.mistake(
    en="You gave the rows as they stand. That is the very bug: the shape fits, and the films do not.",
    zh="你原样返回了各行。这正是那个错误：形状吻合，电影却对不上。",
)
def as_they_stand(vectors, vector_ids, item_ids):
    rows = np.zeros((len(item_ids), vectors.shape[1]))
    n = min(len(rows), len(vectors))
    rows[:n] = vectors[:n]
    return rows


@align.mistake(
    en="You sorted by `vector_ids`. The order asked for is that of `item_ids`, which may not be sorted, and may lack films.",
    zh="你按 `vector_ids` 排了序。要的是 `item_ids` 的顺序，它不一定有序，也不一定包含全部电影。",
)
def sorted_by_id(vectors, vector_ids, item_ids):
    rows = np.zeros((len(item_ids), vectors.shape[1]))
    ordered = vectors[np.argsort(vector_ids)]
    n = min(len(rows), len(ordered))
    rows[:n] = ordered[:n]
    return rows


@align.mistake(
    en="You left out the films without a vector, so every row behind them moved up. They keep a place, filled with zeros.",
    zh="你去掉了没有向量的电影，它们后面的行就全都前移了。要给它们留位置，填零。",
)
def left_out(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    return np.array([vectors[row_of[film]] for film in item_ids if film in row_of]).reshape(-1, vectors.shape[1])


@align.mistake(
    en="With `searchsorted` a film without a vector gets its neighbour's. Compare the id that you found with the one you asked for.",
    zh="用 `searchsorted` 时，没有向量的电影会拿到邻居的向量。请把找到的编号与要找的编号比较一下。",
)
def nearest_id(vectors, vector_ids, item_ids):
    order = np.argsort(vector_ids)
    place = np.searchsorted(vector_ids, item_ids, sorter=order).clip(max=len(order) - 1)
    return vectors[order[place]]


@align.mistake(
    en="You used the ids as row numbers. Id 30 need not stand in row 30.",
    zh="你把编号当成了行号。编号 30 不一定在第 30 行。",
)
def ids_as_rows(vectors, vector_ids, item_ids):
    return vectors[np.asarray(item_ids) % len(vectors)]


@align.mistake(
    en="The mapping is turned round. Take each id of `item_ids` and look it up in `vector_ids`.",
    zh="对应关系反了。请拿 `item_ids` 的每个编号，到 `vector_ids` 里去找。",
)
def turned_round(vectors, vector_ids, item_ids):
    place = {film: row for row, film in enumerate(item_ids)}
    rows = np.zeros((len(item_ids), vectors.shape[1]))
    for row, film in enumerate(vector_ids):
        if film in place and row < len(rows):
            rows[row] = vectors[place[film] % len(vectors)]
    return rows


def _looked_up(vectors, vector_ids, item_ids, default):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    return np.array([vectors[row_of.get(film, default)] for film in item_ids])


@align.mistake(
    en="A film without a vector got the first row: `get(film, 0)` gives a row number, and row 0 is another film's.",
    zh="没有向量的电影拿到了第一行：`get(film, 0)` 给的是行号，第 0 行属于别的电影。",
)
def first_row_for_missing(vectors, vector_ids, item_ids):
    return _looked_up(vectors, vector_ids, item_ids, 0)


@align.mistake(
    en="A film without a vector got the last row: -1 as a row number counts from the end. It should get zeros.",
    zh="没有向量的电影拿到了最后一行：行号 -1 是从末尾数的。它应当得到零。",
)
def last_row_for_missing(vectors, vector_ids, item_ids):
    return _looked_up(vectors, vector_ids, item_ids, -1)


@align.mistake(
    en="Films without a vector hold NaN, as pandas leaves it. They should hold zeros.",
    zh="没有向量的电影是 NaN，pandas 就是这样留空的。应当是零。",
)
def gaps_left_open(vectors, vector_ids, item_ids):
    known = np.isin(item_ids, vector_ids)
    return np.where(known[:, None], aligned(vectors, vector_ids, item_ids), np.nan)


@align.mistake(
    en="The film whose vector stands in row 0 got zeros: `if row` is False for 0 as well. Ask whether the film is "
    "there, by `in` or `is not None`.",
    zh="向量在第 0 行的那部电影得到了零：`if row` 对 0 也为假。请用 `in` 或 `is not None` 判断电影是否在里面。",
)
def row_zero_taken_for_missing(vectors, vector_ids, item_ids):
    row_of = {film: row for row, film in enumerate(vector_ids)}
    nothing = np.zeros(vectors.shape[1])
    return np.array([vectors[row_of[film]] if row_of.get(film) else nothing for film in item_ids])


@align.mistake(
    en="You picked rows by a mask, so they keep the order of `vector_ids`. The order of `item_ids` is asked for.",
    zh="你用掩码取行，它们仍是 `vector_ids` 的顺序。要的是 `item_ids` 的顺序。",
)
def picked_by_mask(vectors, vector_ids, item_ids):
    return vectors[np.isin(vector_ids, item_ids)]


@align.mistake(
    en="You blanked out the films that the log lacks, but moved no row: every row is still at its old place.",
    zh="你把日志里没有的电影清成了零，却没有移动任何一行：各行还在原来的位置。",
)
def blanked_in_place(vectors, vector_ids, item_ids):
    rows = np.zeros((len(item_ids), vectors.shape[1]))
    for row in range(min(len(rows), len(vectors))):
        rows[row] = vectors[row] * (vector_ids[row] in item_ids)
    return rows


@align.mistake(
    en="Row by row you asked whether the two lists agree. A film may stand at different places in the two.",
    zh="你逐行问两个列表是否一致。同一部电影在两个列表里的位置可以不同。",
)
def only_where_equal(vectors, vector_ids, item_ids):
    rows = np.zeros((len(item_ids), vectors.shape[1]))
    for row in range(min(len(rows), len(vectors))):
        rows[row] = vectors[row] * (vector_ids[row] == item_ids[row])
    return rows


@align.mistake(
    en="`searchsorted` looks in a *sorted* list, and `vector_ids` is not one. Sort first, or pass `sorter=`.",
    zh="`searchsorted` 要在*有序*的列表里找，`vector_ids` 却没有排过序。先排序，或传入 `sorter=`。",
)
def searched_unsorted(vectors, vector_ids, item_ids):
    place = np.searchsorted(vector_ids, item_ids).clip(max=len(vector_ids) - 1)
    return np.where((vector_ids[place] == item_ids)[:, None], vectors[place], 0.0)


@align.mistake(
    en="You looked up each vector's film in the log; the result has the order and the length of `vector_ids`. Turn it round.",
    zh="你拿每个向量的电影到日志里去找；结果的顺序和长度都是 `vector_ids` 的。请反过来。",
)
def as_long_as_the_vectors(vectors, vector_ids, item_ids):
    return aligned(np.resize(vectors, (len(item_ids), vectors.shape[1])), item_ids, vector_ids)


@align.mistake(
    en="The fractions are gone: the result was made for whole numbers. `np.zeros` without `dtype` makes floats.",
    zh="小数没有了：结果数组是整数的。`np.zeros` 不写 `dtype` 就是浮点数。",
)
def whole_numbers(vectors, vector_ids, item_ids):
    return np.trunc(aligned(vectors, vector_ids, item_ids))


@align.mistake(
    en="A film without a vector got the mean of all vectors. Zeros are asked for.",
    zh="没有向量的电影得到了全部向量的平均。题目要的是零。",
)
def mean_for_missing(vectors, vector_ids, item_ids):
    known = np.isin(item_ids, vector_ids)
    return np.where(known[:, None], aligned(vectors, vector_ids, item_ids), vectors.mean(axis=0))


@align.mistake(
    en="Your rows are those of `item_ids` in ascending order. Keep the order in which they stand.",
    zh="你的各行是把 `item_ids` 从小到大排过的。请保持它原来的顺序。",
)
def items_sorted(vectors, vector_ids, item_ids):
    return aligned(vectors, vector_ids, np.sort(item_ids))


minute = Exercise(
    id="pipeline-minute",
    title=Text("The quickest minute", "最快的一分钟"),
    gives=Text("a whole number", "一个整数"),
    hint=Text(
        "Sort the times. For each rating, how many follow in less than 60 seconds, itself included?",
        "先把时间排好。从每条评分算起，相差小于 60 秒的一共有几条，包括它自己？",
    ),
    examples=[
        (np.array([0, 10, 59, 60, 200]),),
        (np.array([300, 5, 300, 6]),),
        (np.array([50, 70, 100, 115, 118]),),
        (np.array([7, 7, 7]),),
        (np.array([5]),),
        (np.array([59, 0]),),
        (np.array([], dtype=np.int64),),
    ],
    random=lambda rng: (rng.integers(0, 600, size=int(rng.integers(1, 25))),),
)


@minute.solution
def most_in_a_minute(times):
    times = np.sort(times)
    ends = np.searchsorted(times, times + 60, side="left")
    return int((ends - np.arange(len(times))).max(initial=0))


@minute.mistake(
    en="You counted by the minutes of the clock. A rush from 50 to 118 seconds is cut in two there: any 60 seconds count.",
    zh="你按时钟的整分钟来数。从第 50 秒到第 118 秒的一阵会被切开：任意 60 秒都算。",
)
def clock_minutes(times):
    times = np.asarray(times)
    return int(np.unique(times // 60, return_counts=True)[1].max(initial=0))


@minute.mistake(
    en="You count a rating exactly 60 seconds later as well. The difference has to be *less* than 60.",
    zh="恰好晚 60 秒的评分你也算进去了。相差要*小于* 60。",
)
def including_sixty(times):
    times = np.sort(times)
    ends = np.searchsorted(times, times + 60, side="right")
    return int((ends - np.arange(len(times))).max(initial=0))


@minute.mistake(
    en="You forgot the rating from which the minute begins: it counts too.",
    zh="你漏掉了这一分钟开头的那条评分：它也算一条。",
)
def without_itself(times):
    return max(most_in_a_minute(times) - 1, 0)


@minute.mistake(
    en="You looked up to 60 seconds before *and* after each rating: that is two minutes.",
    zh="你在每条评分的前后各看了 60 秒：那是两分钟。",
)
def both_sides(times):
    times = np.asarray(times)
    return int((np.abs(times[:, None] - times) < 60).sum(axis=1).max(initial=0))


@minute.mistake(
    en="The times come in any order; sort them before you walk along them.",
    zh="时间的顺序是任意的；先排序，再往下数。",
)
def unsorted(times):
    most, start = 0, 0
    for end in range(len(times)):
        while times[end] - times[start] >= 60:
            start += 1
        most = max(most, end - start + 1)
    return most


@minute.mistake(
    en="Ratings at the same time count once in your answer. Each of them is a rating.",
    zh="同一时间的几条评分，你只算了一次。每一条都是一条评分。",
)
def equal_times_once(times):
    return most_in_a_minute(np.unique(times))


@minute.mistake(
    en="You begin to count at a second rating, so one alone makes 0. It counts too.",
    zh="你从第二条评分才开始数，所以只有一条时得到 0。它也算一条。",
)
def one_makes_none(times):
    return most_in_a_minute(times) if len(times) > 1 else 0


@minute.mistake(
    en="That is the largest number of ratings with one and the same time. Ratings some seconds apart share a minute too.",
    zh="这是时间完全相同的评分的最大条数。相隔几秒的评分也在同一分钟之内。",
)
def same_second(times):
    return int(np.unique(times, return_counts=True)[1].max(initial=0))


@minute.mistake(
    en="You counted the gaps shorter than 60 seconds. Short gaps add up: the first and the last of a chain can lie far "
    "more than a minute apart.",
    zh="你数的是短于 60 秒的间隔。短间隔会累加：一串评分的首尾可以远远超过一分钟。",
)
def short_gaps(times):
    return int((np.diff(np.sort(times)) < 60).sum()) + min(len(times), 1)


@minute.mistake(
    en="You compared each rating with the one before it. In a chain the first and the last may lie more than a minute "
    "apart: compare with where the minute begins.",
    zh="你拿每条评分与前一条比较。一串评分的首尾可能超过一分钟：应当与这一分钟的开头比较。",
)
def longest_chain(times):
    most = run = min(len(times), 1)
    for gap in np.diff(np.sort(times)):
        run = run + 1 if gap < 60 else 1
        most = max(most, run)
    return most


@minute.mistake(
    en="You looked at one minute only, from the earliest time on. The minute may begin at any of them.",
    zh="你只看了从最早一条开始的那一分钟。这一分钟可以从任何一条开始。",
)
def first_minute_only(times):
    times = np.asarray(times)
    return int((times < times.min(initial=10**9) + 60).sum())


@minute.mistake(
    en="That is when the fullest minute begins. How many ratings lie in it?",
    zh="这是评分最多的一分钟开始的时间。里面有多少条评分？",
)
def when_it_begins(times):
    times = np.asarray(times)
    counts = [((times >= start) & (times < start + 60)).sum() for start in times]
    return times[np.argmax(counts)] if counts else 0


@minute.mistake(
    en="That is a mean rate over all the time. The fullest 60 seconds are asked for.",
    zh="这是整段时间的平均速度。题目要的是最多的那 60 秒。",
)
def mean_rate(times):
    times = np.asarray(times)
    span = np.ptp(times) if len(times) else 0
    return len(times) * 60 / span if span else len(times)


@minute.mistake(
    en="A minute that begins with the last rating, or a single one, gives 0 in your answer. The rating itself counts.",
    zh="你的答案里，没有别的评分相邻时得到 0。这条评分自己也算一条。",
)
def alone_makes_none(times):
    most = most_in_a_minute(times)
    return most if most > 1 else 0


@minute.mistake(
    en="You counted the first minute and went on behind it, minute after minute. Every rating may begin one.",
    zh="你从最早一条起，一分钟接一分钟地切。每条评分都可以是一分钟的开头。",
)
def minutes_in_a_row(times):
    times = np.sort(times)
    return int(np.unique((times - times[:1]) // 60, return_counts=True)[1].max(initial=0)) if len(times) else 0


@minute.mistake(
    en="The times may stand in any order, and yours were not sorted before `searchsorted`, which needs that.",
    zh="时间的顺序是任意的；用 `searchsorted` 之前没有排序，而它要求有序。",
)
def searched_in_any_order(times):
    times = np.asarray(times)
    ends = np.searchsorted(times, times + 60, side="left")
    return int((ends - np.arange(len(times))).max(initial=0))


@minute.mistake(
    en="That counts all ratings. Only those within 60 seconds belong together.",
    zh="这是全部评分的条数。只有 60 秒之内的才算在一起。",
)
def all_ratings(times):
    return len(times)


@minute.mistake(
    en="Your minute has only 59 seconds. The first and the last may lie 59 seconds apart.",
    zh="你的一分钟只有 59 秒。最早和最晚的可以相差 59 秒。",
)
def fifty_nine_seconds(times):
    times = np.sort(times)
    ends = np.searchsorted(times, times + 59, side="left")
    return int((ends - np.arange(len(times))).max(initial=0))


def _sent(rng):
    """A user's times between two limits, some in milliseconds, some impossible, some without a single possible one.

    Where the limits lie far apart a time may be possible both as it is and in milliseconds: it stays as it is.
    """
    first, last = (int(rng.integers(1, 150)), int(rng.integers(151, 250) * rng.choice([1, 1000])))
    times = rng.integers(first, last + 1, size=int(rng.integers(2, 8)))
    kind = rng.integers(0, 3 if rng.random() < 0.8 else 1, size=len(times)) if rng.random() < 0.9 else 2 + 0 * times
    wrong = rng.choice([0, first - 1, last + 1, 1000 * last + 1000, 1000 * first - 1], size=len(times))
    return np.choose(kind, [times, 1000 * times + 123, wrong]), first, last


times = Exercise(
    id="pipeline-times",
    title=Text("Times that cannot be", "不可能的时间"),
    gives=Text("as many whole numbers as there are times", "与时间一样多的整数"),
    hint=Text(
        "Do it in two passes: first mend the milliseconds, then ask which is the earliest possible time, and who still needs it.",
        "分两遍做：先把毫秒改成秒，再看最早的可能时间是哪个、还有哪些要用到它。",
    ),
    examples=[
        (np.array([150, 120, 0]), 100, 200),
        (np.array([150_000, 180, 9_999]), 100, 200),
        (np.array([100, 200, 201, 99]), 100, 200),
        (np.array([0, 5]), 100, 200),
        (np.array([200_999, 140_500, 99_999]), 100, 200),
        (np.array([5, 9_000, 3_000, 0]), 1, 9_000),
    ],
    random=_sent,
)


def _in_seconds(times, first, last):
    """The times with what is too late read as milliseconds, and where they are possible now."""
    times = np.asarray(times)
    mended = np.where(times > last, times // 1000, times)
    return mended, _inside(mended, first, last)


def _inside(times, first, last):
    return (first <= times) & (times <= last)


@times.solution
def mended_times(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    earliest = mended[possible].min() if possible.any() else first
    return np.where(possible, mended, earliest)


def _filled(times, first, last, value, otherwise):
    mended, possible = _in_seconds(times, first, last)
    return np.where(possible, mended, value(mended[possible]) if possible.any() else otherwise)


@times.mistake(
    en="You cut the times to the borders: this is the repair that went wrong. A rating of unknown date now stands at the very end, and counts most.",
    zh="你把时间截到了边界：这正是那个出错的修法。日期不明的评分现在排在最后，权重最大。",
)
def cut_to_the_borders(times, first, last):
    return np.clip(times, first, last)


@times.mistake(
    en="You mended the milliseconds, and cut the rest to the borders: what says 2038 is the last film still.",
    zh="毫秒你修好了，其余的却截到了边界：写着 2038 年的仍然是最后一部。",
)
def milliseconds_then_cut(times, first, last):
    return np.clip(milliseconds_only(times, first, last), first, last)


@times.mistake(
    en="Impossible times became the user's *latest* possible one: a rating of unknown date would pass for the newest. Take the earliest.",
    zh="不可能的时间被改成了用户*最晚*的可能时间：日期不明的评分就成了最新的。应当取最早的。",
)
def latest(times, first, last):
    return _filled(times, first, last, np.max, first)


@times.mistake(
    en="Impossible times became the mean of the possible ones. That puts them before some and after others, without a reason; take the earliest.",
    zh="不可能的时间被改成了可能时间的平均值，于是无缘无故排在一些之后、另一些之前。应当取最早的。",
)
def mean_time(times, first, last):
    return _filled(times, first, last, lambda known: int(known.mean()), first)


@times.mistake(
    en="Impossible times became the median of the possible ones: a place in the middle that nobody knows. Take the earliest.",
    zh="不可能的时间被改成了可能时间的中位数，中间的位置并没有依据。应当取最早的。",
)
def median_time(times, first, last):
    return _filled(times, first, last, lambda known: int(np.median(known)), first)


@times.mistake(
    en="Your earliest time is itself impossible: you took the minimum of *all* times. Take it of the possible ones.",
    zh="你的“最早时间”本身就不可能：最小值取自*全部*时间。应当只在可能的时间里取。",
)
def earliest_of_all(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    return np.where(possible, mended, np.min(times))


@times.mistake(
    en="Milliseconds were thrown away: `t // 1000` would have been possible. Only what nobody can read becomes the earliest.",
    zh="毫秒被当成读不懂的扔掉了：`t // 1000` 其实是可能的。只有读不懂的才改成最早的时间。",
)
def milliseconds_thrown_away(times, first, last):
    times = np.asarray(times)
    possible = _inside(times, first, last)
    return np.where(possible, times, times[possible].min() if possible.any() else first)


@times.mistake(
    en="You looked for the earliest time before the milliseconds were mended. A mended time is a possible one too, and may be the earliest.",
    zh="你在修好毫秒之前就找了最早时间。修好的时间也是可能的时间，也许正是最早的那个。",
)
def earliest_too_soon(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    before = np.asarray(times)[_inside(np.asarray(times), first, last)]
    return np.where(possible, mended, before.min() if len(before) else first)


@times.mistake(
    en="You divided every late time by 1000, also where that gives an impossible one. Look at what comes out before you believe it.",
    zh="凡是太晚的时间你都除以 1000，结果不可能也照除。先看看得到的是不是可能的时间。",
)
def every_late_one_divided(times, first, last):
    times = np.asarray(times)
    divided = np.where(times > last, times // 1000, times)
    possible = _inside(times, first, last)
    known = divided[_inside(divided, first, last)]
    return np.where(possible | (times > last), divided, known.min() if len(known) else first)


@times.mistake(
    en="You mended the milliseconds and left the other impossible times as they were.",
    zh="你只修好了毫秒，其余不可能的时间原样留着。",
)
def milliseconds_only(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    return np.where(possible, mended, times)


@times.mistake(
    en="`first` and `last` themselves are possible: compare with `<=`.",
    zh="`first` 和 `last` 本身也是可能的：比较要用 `<=`。",
)
def borders_excluded(times, first, last):
    mended, possible = _in_seconds(times, first + 1, last - 1)
    return np.where(possible, mended, mended[possible].min() if possible.any() else first)


@times.mistake(
    en="You left out the impossible times. Those ratings did happen: each keeps its place in the row.",
    zh="你去掉了不可能的时间。那些评分确实发生过：每一条都要保留位置。",
)
def left_out_times(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    return mended[possible]


@times.mistake(
    en="Your times are sorted. The k-th result belongs to the k-th rating: keep the order.",
    zh="你把时间排了序。第 k 个结果属于第 k 条评分：顺序要保持不变。",
)
def sorted_times(times, first, last):
    return np.sort(mended_times(times, first, last))


@times.mistake(
    en="Impossible times became `first`. The user's own earliest possible time is asked for; `first` only where there is none.",
    zh="不可能的时间被改成了 `first`。题目要的是该用户自己最早的可能时间；一个都没有时才用 `first`。",
)
def always_first(times, first, last):
    mended, possible = _in_seconds(times, first, last)
    return np.where(possible, mended, first)


@times.mistake(
    en="Where a user has no possible time at all you gave `last`, so all those ratings are news. `first` is asked for.",
    zh="用户一个可能的时间都没有时，你给了 `last`，这些评分就都成了最新的。题目要的是 `first`。",
)
def last_without_any(times, first, last):
    return _filled(times, first, last, np.min, last)


@times.mistake(
    en="The milliseconds keep a fraction: cut to whole seconds with `//`.",
    zh="毫秒换成秒以后还带着小数：请用 `//` 取整。",
)
def fractions_of_seconds(times, first, last):
    mended = mended_times(times, first, last).astype(float)
    fraction = np.where(np.asarray(times) // 1000 == mended, np.asarray(times) / 1000, mended)
    return np.where(_inside(np.asarray(times), first, last), mended, fraction)


quiz = Quiz(
    "pipeline",
    [
        Question(
            Text(
                "A colleague replaces the encoder by one with 768 numbers a title. Which functions must be rewritten?",
                "同事换了一个编码器，每个片名 768 个数。哪些函数要重写？",
            ),
            [
                Wrong(
                    Text("All that come after it, since all values change.", "它后面的全部，因为后面的值全都变了。"),
                    Text(
                        "The values change, the functions do not: the towers read the width off the features.",
                        "值会变，函数不变：双塔从特征里读出宽度。",
                    ),
                ),
                Right(
                    Text("Only the encoder.", "只有编码器。"),
                    Text(
                        "The others depend on what it returns, one row a film, not on how it was made.",
                        "其他函数只依赖它返回的东西（每部电影一行），不依赖它是怎样得来的。",
                    ),
                ),
                Wrong(
                    Text("The encoder and the model.", "编码器和推荐模型。"),
                    Text(
                        "The towers take the number of rows of $A$ and $B$ from the features.",
                        "双塔从特征得到 $A$ 和 $B$ 的行数。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A model that learns from the log, with text as its features, clearly beats popularity. What does that show about the text?",
                "一个从日志中学习、以文本为特征的模型，明显胜过流行度。关于文本，这说明了什么？",
            ),
            [
                Wrong(
                    Text("The text helps, or it would not win.", "文本有用，否则不会赢。"),
                    Text(
                        "Random vectors in its place beat popularity too.",
                        "把它换成随机向量，也能胜过流行度。",
                    ),
                ),
                Right(
                    Text(
                        "Nothing yet: put meaningless features in its place.",
                        "还什么都说明不了：要换成没有含义的特征再比。",
                    ),
                    Text(
                        "Only the difference to that control can be the text's merit.",
                        "与这个对照之间的差距，才可能归功于文本。",
                    ),
                ),
                Wrong(
                    Text("That fine-tuning is unnecessary.", "说明不需要微调。"),
                    Text(
                        "Nothing was fine-tuned, so nothing was compared.",
                        "这里没有做微调，也就无从比较。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A twentieth of the training times is wrong; the test films were chosen by the right ones. The NDCG of the plain EASE does not change in any digit. Why?",
                "训练集里二十分之一的时间是错的，测试电影仍按正确的时间选出。普通 EASE 的 NDCG 每一位数字都没变。为什么？",
            ),
            [
                Wrong(
                    Text("A twentieth is too little to matter.", "二十分之一太少，影响不大。"),
                    Text(
                        "It mattered to the towers. And a small effect is not an exact zero.",
                        "双塔就受了影响。而且影响小并不等于恰好为零。",
                    ),
                ),
                Wrong(
                    Text("Its penalty smooths noise away.", "它的惩罚项把噪声抹平了。"),
                    Text("There is no noise in what it reads.", "它用到的数据里没有噪声。"),
                ),
                Right(
                    Text("It never reads a time.", "它根本不看时间。"),
                    Text(
                        "It is fitted on who met what. The split was made on clean times, or it would have been hit after all.",
                        "它只用谁评过什么。划分用的是干净的时间；否则它也会受影响。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "Why are copies of rows dropped before one looks for bots?",
                "为什么要先去掉重复行，再找机器人？",
            ),
            [
                Right(
                    Text(
                        "The copies of a row share its time, and so many rows in one minute make a person look like a bot.",
                        "重复行的时间相同，一分钟内行数一多，真人就会看起来像机器人。",
                    ),
                    Text(
                        "The order of steps is a part of the repair, and deserves a test.",
                        "步骤的顺序也是修复的一部分，值得专门测试。",
                    ),
                ),
                Wrong(
                    Text("To have fewer rows to search.", "为了少查几行。"),
                    Text(
                        "It is faster, but it would be right in either order then.",
                        "是快一些，但那样的话顺序就无所谓对错了。",
                    ),
                ),
                Wrong(
                    Text("Bots never send copies.", "机器人从不重复发送。"),
                    Text("They may. It is about people who do.", "它们也会。问题在于会重复发送的真人。"),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "Training and serving both read the vectors in the same wrong order. What would reveal it?",
                "训练和线上推荐都按同一种错误的顺序读取向量。怎样才能发现？",
            ),
            [
                Wrong(
                    Text("The loss does not fall.", "损失不下降。"),
                    Text(
                        "It falls: vectors of other films tell films apart, too.",
                        "会下降：别的电影的向量也能把各部电影区分开。",
                    ),
                ),
                Wrong(
                    Text("NDCG falls below popularity.", "NDCG 低于流行度。"),
                    Text(
                        "Only where training and serving differ. Here films with ratings show no difference.",
                        "那是训练与推荐的顺序不一致时才会。这里在有评分的电影上看不出差别。",
                    ),
                ),
                Right(
                    Text(
                        "Encoding a few titles anew and comparing with their rows.",
                        "把几个片名重新编码，与它们对应的行比较。",
                    ),
                    Text(
                        "Or let each row carry its id, so that it cannot happen.",
                        "或者让每一行都带着自己的编号，这样就不会发生。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "In a shop with a funnel, retrieval leaves out the one article that a customer would have loved. Which later stage brings it back?",
                "一家网店用漏斗式结构推荐。召回漏掉了某位顾客最喜欢的那件商品，后面哪一级能把它找回来？",
            ),
            [
                Wrong(
                    Text("Ranking, for it looks more closely.", "精排，因为它算得更细。"),
                    Text(
                        "It looks closely at what it is given, and this article it never gets.",
                        "它只细看送来的物品，而这一件根本没有送到。",
                    ),
                ),
                Wrong(
                    Text("Re-ranking, for it sees to variety.", "重排，因为它讲究多样。"),
                    Text(
                        "It mixes what ranking left over; nothing new comes in there.",
                        "它只在精排留下的物品里搭配，不会有新的进来。",
                    ),
                ),
                Right(
                    Text("None.", "哪一级都不能。"),
                    Text(
                        "Each stage sees only what the one before left over. Chapter 12 measures what that costs.",
                        "每一级只看得到上一级留下的物品。第 12 章会测量由此造成的损失。",
                    ),
                ),
            ],
        ),
    ],
)
