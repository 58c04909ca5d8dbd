"""Exercises and quiz of chapter 04."""

from __future__ import annotations

from functools import wraps

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# The matrices that the chapter works out by pencil: "film not bad".
_Q = np.array([[0.0, 0.0, 0.0, 2.0], [1.0, -1.0, 1.0, -1.0], [1.0, 3.0, 1.0, 1.0]])
_K = np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0]]) * np.log(2)
_V = np.array([[4.0, 0.0], [0.0, 4.0], [0.0, -4.0]])


def _softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _scores(Q, K):
    return Q @ K.T / np.sqrt(Q.shape[-1])


def _draw_words(rng):
    n, d, d_v = (int(rng.integers(low, high)) for low, high in ((3, 7), (2, 6), (1, 4)))
    real = rng.random(n) < 0.6
    real[rng.integers(n)] = True  # of nothing but padding there is no softmax
    return rng.normal(size=(n, d)), rng.normal(size=(n, d)), rng.normal(size=(n, d_v)), real


padded = Exercise(
    id="bert-attention",
    title=Text("Attention that skips padding", "跳过填充的注意力"),
    gives=Text("an array of shape `(n, d_v)`", "形状为 `(n, d_v)` 的数组"),
    hint=Text(
        "Print the weights. Every row should add up to 1, and the column of a word of padding should be 0 throughout.",
        "把权重打印出来。每一行之和应当是 1；填充词元所在的列应当全是 0。",
    ),
    examples=[
        (np.zeros((3, 2)), np.ones((3, 2)), np.array([[3.0], [5.0], [9.0]]), np.array([True, True, False])),
        (_Q, _K, _V, np.array([True, True, True])),
        (_Q, _K, _V, np.array([True, False, True])),
    ],
    random=_draw_words,
)


@padded.solution
def masked_attention(Q, K, V, real):
    return _softmax(np.where(real, _scores(Q, K), -np.inf)) @ V


@padded.mistake(
    en="Padding is read like any other word. Its scores need a value that the softmax turns into 0.",
    zh="填充和别的词一样被看到了。它的得分要换成一个值，使 softmax 把它变成 0。",
)
def no_mask(Q, K, V, real):
    return _softmax(_scores(Q, K)) @ V


@padded.mistake(
    en="You set the scores of padding to 0. The softmax takes *e* to the power of 0, which is 1, so padding is still read. Which score gives the weight 0?",
    zh="你把填充的得分设成了 0。softmax 会算 *e* 的 0 次方，得 1，所以填充还是被看到了。哪个得分对应的权重是 0？",
)
def scores_of_zero(Q, K, V, real):
    return _softmax(np.where(real, _scores(Q, K), 0)) @ V


@padded.mistake(
    en="You took padding out *after* the softmax (from the weights, or from `V`). It has taken its part of the 1 by then, and the weights that are left add up to less.",
    zh="你在 softmax *之后*才去掉填充（从权重里，或从 `V` 里）。它那时已经占去了一部分，剩下的权重加起来不到 1。",
)
def after_the_softmax(Q, K, V, real):
    return _softmax(_scores(Q, K)) * real @ V


@padded.mistake(
    en="The powers were never divided by their sum, so these are no weights: along each row they should add up to 1.",
    zh="乘方没有除以它们的和，所以还不是权重：每一行应当加起来是 1。",
)
def padding_cleared_and_not_divided(Q, K, V, real):
    scores = _scores(Q, K)
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) * real @ V


@padded.mistake(
    en="You masked *rows*, the words that ask. Padding must not be asked: that is its *column*. And a row of nothing but minus infinity becomes NaN.",
    zh="你屏蔽的是**行**，也就是查询的词。不能被看到的是填充，那是它的**列**。而且整行都是负无穷，会得到 NaN。",
)
def rows_masked(Q, K, V, real):
    return _softmax(np.where(real[:, None], _scores(Q, K), -np.inf)) @ V


@padded.mistake(
    en="You masked *rows*, the words that ask. Padding must not be asked: that is its *column*.",
    zh="你屏蔽的是**行**，也就是查询的词。不能被看到的是填充，那是它的**列**。",
)
def rows_masked_finitely(Q, K, V, real):
    return _softmax(np.where(real[:, None], _scores(Q, K), -1e9)) @ V


@padded.mistake(
    en="You masked the rows of padding as well as its columns, and a row of nothing but minus infinity becomes NaN. Padding may ask, it only must not be asked.",
    zh="填充的列和行你都屏蔽了，而整行都是负无穷，会得到 NaN。填充可以看别的词，只是不能被看到。",
)
def rows_and_columns_masked(Q, K, V, real):
    return _softmax(np.where(real & real[:, None], _scores(Q, K), -np.inf)) @ V


@padded.mistake(
    en="The real words are right. The outputs of padding were set to 0, though; the exercise treats them like all others.",
    zh="真正的词都对了。但填充的输出被设成了 0；本练习里照常计算。",
)
def outputs_of_padding_cleared(Q, K, V, real):
    return masked_attention(Q, K, V, real) * real[:, None]


@padded.mistake(
    en="You took padding out of the matrices. Its rows are missing in the output, which should have as many rows as `Q`.",
    zh="你把填充从矩阵里拿掉了，输出也就少了几行。输出的行数应当与 `Q` 相同。",
)
def padding_removed(Q, K, V, real):
    return _softmax(_scores(Q[real], K[real])) @ V[real]


@padded.mistake(
    en="The mask is the wrong way round: `real` says which words *may* be read, and you hid those.",
    zh="掩码反了：`real` 表示哪些词**可以**看，你屏蔽的正是它们。",
)
def mask_turned(Q, K, V, real):
    return _softmax(np.where(real, -np.inf, _scores(Q, K))) @ V


@padded.mistake(
    en="All is NaN. You multiplied by infinity, and 0 times infinity has no value. Choose between score and minus infinity instead: `np.where`.",
    zh="结果全是 NaN。你乘了无穷大，而 0 乘无穷大没有意义。应当在得分与负无穷之间二选一：`np.where`。",
)
def zero_times_infinity(Q, K, V, real):
    return _softmax(_scores(Q, K) + (1 - real) * -np.inf) @ V


@padded.mistake(
    en="The scores are too large: they were not divided by the square root of `d`.",
    zh="得分太大了：还没有除以 `d` 的平方根。",
)
def not_scaled(Q, K, V, real):
    return _softmax(np.where(real, Q @ K.T, -np.inf)) @ V


@padded.mistake(
    en="You divided the scores by `d` itself. It is the square *root* of `d`.",
    zh="你除以的是 `d` 本身。应当是 `d` 的平方*根*。",
)
def scaled_by_d(Q, K, V, real):
    return _softmax(np.where(real, Q @ K.T / Q.shape[-1], -np.inf)) @ V


@padded.mistake(
    en="You divided by the root of the number of *words*. `d` is the number of columns of `Q` and `K`.",
    zh="你除以的是*词数*的平方根。`d` 是 `Q` 和 `K` 的列数。",
)
def scaled_by_words(Q, K, V, real):
    return _softmax(np.where(real, Q @ K.T / np.sqrt(len(Q)), -np.inf)) @ V


@padded.mistake(
    en="You divided by 2, which is right for the example in the text, where `d` is 4. Take the root of the number of "
    "columns that *this* `Q` has.",
    zh="你除以的是 2，这只对正文的例子成立，那里 `d` 是 4。请用*当前* `Q` 的列数开平方。",
)
def scaled_by_two(Q, K, V, real):
    return _softmax(np.where(real, Q @ K.T / 2, -np.inf)) @ V


@padded.mistake(
    en="You divided by the root of the number of columns of `V`. `d` is the number of columns of `Q` and `K`.",
    zh="你除以的是 `V` 的列数的平方根。`d` 是 `Q` 和 `K` 的列数。",
)
def scaled_by_values(Q, K, V, real):
    return _softmax(np.where(real, Q @ K.T / np.sqrt(V.shape[1]), -np.inf)) @ V


@padded.mistake(
    en="You *multiplied* the scores by the root of `d`. Large scores are to be made smaller: divide.",
    zh="你把得分*乘*以了 `d` 的平方根。大的得分要变小：应当除。",
)
def scaled_the_wrong_way(Q, K, V, real):
    return masked_attention(Q * Q.shape[-1], K, V, real)


@padded.mistake(
    en="Your softmax runs down the columns. It runs along each row, over the words that are asked: look at `axis`.",
    zh="你的 softmax 是沿着列做的。它应当沿着每一行，对被问的词做：看看 `axis`。",
)
def softmax_down_columns(Q, K, V, real):
    return _softmax(np.where(real, _scores(Q, K), -np.inf), axis=0) @ V


@padded.mistake(
    en="You divided by the sum of the *whole* table. Every row has a sum of its own: look at `axis` and `keepdims`.",
    zh="你除以的是*整张*表的总和。每一行各有自己的和：看看 `axis` 和 `keepdims`。",
)
def softmax_over_everything(Q, K, V, real):
    return _softmax(np.where(real, _scores(Q, K), -np.inf), axis=(0, 1)) @ V


@padded.mistake(
    en="You divided *columns* by the sums of the rows: without `keepdims=True`, NumPy lays the sums out flat, as a row.",
    zh="你用各行的和去除了各*列*：没有 `keepdims=True`，NumPy 会把这些和平放成一行。",
)
def sums_laid_flat(Q, K, V, real):
    powers = np.exp(np.where(real, _scores(Q, K), -np.inf))
    return powers / powers.sum(axis=-1) @ V


@padded.mistake(
    en="Queries and keys have changed places: row `i` of the scores belongs to the word that *asks*, with its query.",
    zh="查询和键用反了：得分的第 `i` 行属于*提问*的词，用的是它的查询。",
)
def queries_and_keys_swapped(Q, K, V, real):
    return masked_attention(K, Q, V, real)


@padded.mistake(
    en="These are the weights. The output is the mean of the values with these weights.",
    zh="这是权重。输出是用这些权重对值求的加权平均。",
)
def the_weights(Q, K, V, real):
    return _softmax(np.where(real, _scores(Q, K), -np.inf))


@padded.mistake(
    en="You divided the scores themselves by their sum. They may be negative, or add up to 0: a softmax takes *e* to the power of each first.",
    zh="你直接用得分除以得分之和。得分可能是负数，和也可能是 0：softmax 要先取 *e* 的幂。",
)
def scores_without_powers(Q, K, V, real):
    scores = np.where(real, _scores(Q, K), 0)
    return scores / scores.sum(axis=1, keepdims=True) @ V


@padded.mistake(
    en="You weighted the values with the scores themselves. The softmax that makes weights of them is missing.",
    zh="你直接用得分对值加了权。还差一步 softmax，把得分变成权重。",
)
def softmax_left_out(Q, K, V, real):
    return np.where(real, _scores(Q, K), 0) @ V


@padded.mistake(
    en="You divided by the *number* of words. A softmax divides each row by the sum of its own powers.",
    zh="你除以的是*词数*。softmax 里，每一行要除以自己的指数之和。",
)
def divided_by_a_number(Q, K, V, real):
    return np.exp(_scores(Q, K)) * real @ V / real.sum()


def _draw_causal(rng):
    n, d = int(rng.integers(2, 7)), int(rng.integers(2, 7))
    return rng.normal(size=(n, d)), rng.normal(size=(n, d))


causal = Exercise(
    id="bert-causal",
    title=Text("Who may read whom", "谁能看到谁"),
    gives=Text("a table of shape `(n, n)`", "形状为 `(n, n)` 的表"),
    hint=Text(
        "The first word can read only itself, so the first row is 1, 0, 0, … What are the other rows, and does each add up to 1?",
        "第一个词只能看自己，所以第一行是 1、0、0……其余各行呢？每一行之和是 1 吗？",
    ),
    examples=[(np.zeros((3, 2)), np.ones((3, 2))), (_Q, _K)],
    random=_draw_causal,
)


def _triangle(Q, K, shift=0):
    return np.where(np.tri(len(Q), k=shift, dtype=bool), _scores(Q, K), -np.inf)


@causal.solution
def causal_weights(Q, K):
    return _softmax(_triangle(Q, K))


@causal.mistake(
    en="Every word reads every other, as in BERT. Here the later words must not be read.",
    zh="每个词都能看所有的词，这是 BERT。这里不能看后面的词。",
)
def both_directions(Q, K):
    return _softmax(_scores(Q, K))


@causal.mistake(
    en="The triangle lies the wrong way: your words read themselves and the *later* ones. In row `i`, columns up to `i` may be read.",
    zh="三角形反了：你的词看的是自己和**后面**的词。第 `i` 行里，到第 `i` 列为止才可以看。",
)
def triangle_turned(Q, K):
    return _softmax(np.where(np.tri(len(Q), dtype=bool).T, _scores(Q, K), -np.inf))


@causal.mistake(
    en="You shut out the word itself. Then the first word has nothing left to read, and its row becomes NaN: the diagonal belongs to the triangle.",
    zh="你把词自己也排除了。第一个词就没有可看的，那一行变成 NaN：对角线属于这个三角形。",
)
def itself_shut_out(Q, K):
    return _softmax(_triangle(Q, K, -1))


@causal.mistake(
    en="You shut out the word itself, so the first word has nothing to read but what it must not. The diagonal belongs to the triangle.",
    zh="你把词自己也排除了，第一个词能看到的全是不该看的。对角线属于这个三角形。",
)
def itself_shut_out_finitely(Q, K):
    return _softmax(np.where(np.tri(len(Q), k=-1, dtype=bool), _scores(Q, K), -1e9))


@causal.mistake(
    en="You shut out the word itself, and left the first row empty. A word reads itself too: then the first has something "
    "to read.",
    zh="你把词自己排除了，第一行就空着。每个词也关注自己：这样第一个词就有可关注的了。",
)
def itself_shut_out_and_first_row_empty(Q, K):
    weights = np.zeros((len(Q), len(Q)))
    for i in range(1, len(Q)):
        weights[i, :i] = _softmax(_scores(Q, K)[i, :i])
    return weights


@causal.mistake(
    en="Each word also reads the one after it, which is just the word that it is to predict. The triangle ends at the diagonal.",
    zh="每个词还看到了后面一个词，而那正是它要预测的词。三角形到对角线为止。",
)
def one_ahead(Q, K):
    return _softmax(_triangle(Q, K, 1))


@causal.mistake(
    en="You set the weights to 0 *after* the softmax. The later words have taken their part by then, and the rows add up to less than 1.",
    zh="你在 softmax *之后*才把权重设为 0。后面的词那时已经占去了一部分，各行之和不到 1。",
)
def zeros_after_the_softmax(Q, K):
    return np.tril(_softmax(_scores(Q, K)))


@causal.mistake(
    en="You put minus infinity in *after* the softmax. It belongs among the scores, before it: the softmax turns it into 0.",
    zh="你在 softmax *之后*才放入负无穷。它应当在之前放进得分里：softmax 会把它变成 0。",
)
def infinity_after_the_softmax(Q, K):
    return np.where(np.tri(len(Q), dtype=bool), _softmax(_scores(Q, K)), -np.inf)


@causal.mistake(
    en="You *multiplied* the scores by the root of `d`. Large scores are to be made smaller: divide.",
    zh="你把得分*乘*以了 `d` 的平方根。大的得分要变小：应当除。",
)
def scores_scaled_the_wrong_way(Q, K):
    return causal_weights(Q * Q.shape[-1], K)


@causal.mistake(
    en="You set the scores to 0. The softmax takes *e* to the power of 0, which is 1, so the later words are still read. Which score gives the weight 0?",
    zh="你把得分设成了 0。softmax 会算 *e* 的 0 次方，得 1，所以后面的词还是被看到了。哪个得分对应的权重是 0？",
)
def triangle_of_zero_scores(Q, K):
    return _softmax(np.tril(_scores(Q, K)))


@causal.mistake(
    en="You gave the later words a score of -1. A softmax still gives that a weight: which score gives exactly 0?",
    zh="你给后面的词的得分是 -1。softmax 仍会给它权重：什么得分的权重恰好是 0？",
)
def scores_of_minus_one(Q, K):
    return _softmax(np.where(np.tri(len(Q), dtype=bool), _scores(Q, K), -1))


@causal.mistake(
    en="All is NaN. You multiplied a triangle of zeros and ones by infinity, and 0 times infinity has no value. Choose between score and minus infinity instead: `np.where`.",
    zh="结果全是 NaN。你用 0 和 1 组成的三角形乘了无穷大，而 0 乘无穷大没有意义。应当在得分与负无穷之间二选一：`np.where`。",
)
def triangle_times_infinity(Q, K):
    return _softmax(_scores(Q, K) + (1 - np.tri(len(Q))) * -np.inf)


@causal.mistake(
    en="The scores are too large: they were not divided by the square root of `d`.",
    zh="得分太大了：还没有除以 `d` 的平方根。",
)
def scores_not_scaled(Q, K):
    return causal_weights(Q * np.sqrt(Q.shape[-1]), K)


@causal.mistake(
    en="You divided the scores by `d` itself. It is the square *root* of `d`.",
    zh="你除以的是 `d` 本身。应当是 `d` 的平方*根*。",
)
def scores_scaled_by_d(Q, K):
    return causal_weights(Q / np.sqrt(Q.shape[-1]), K)


@causal.mistake(
    en="You divided by the root of the number of *words*. `d` is the number of columns of `Q` and `K`.",
    zh="你除以的是*词数*的平方根。`d` 是 `Q` 和 `K` 的列数。",
)
def scores_scaled_by_words(Q, K):
    return causal_weights(Q * np.sqrt(Q.shape[-1] / len(Q)), K)


@causal.mistake(
    en="Your softmax runs down the columns. It runs along each row, over the words that are asked: look at `axis`.",
    zh="你的 softmax 是沿着列做的。它应当沿着每一行，对被问的词做：看看 `axis`。",
)
def down_the_columns(Q, K):
    return _softmax(_triangle(Q, K), axis=0)


@causal.mistake(
    en="Two things at once: the triangle lies the wrong way, and the softmax runs down the columns. In row `i` stand "
    "the weights with which word `i` reads, and they add up to 1 along the row.",
    zh="有两处：三角形的方向反了，softmax 又是沿列计算的。第 `i` 行是第 `i` 个词去关注别人的权重，这一行加起来是 1。",
)
def triangle_turned_and_down_the_columns(Q, K):
    return _softmax(np.where(np.tri(len(Q), dtype=bool).T, _scores(Q, K), -np.inf), axis=0)


@causal.mistake(
    en="You divided by the sum of the *whole* table. Every row has a sum of its own: look at `axis` and `keepdims`.",
    zh="你除以的是*整张*表的总和。每一行各有自己的和：看看 `axis` 和 `keepdims`。",
)
def over_the_whole_table(Q, K):
    return _softmax(_triangle(Q, K), axis=(0, 1))


@causal.mistake(
    en="You divided *columns* by the sums of the rows: without `keepdims=True`, NumPy lays the sums out flat, as a row.",
    zh="你用各行的和去除了各*列*：没有 `keepdims=True`，NumPy 会把这些和平放成一行。",
)
def sums_as_a_row(Q, K):
    powers = np.exp(_triangle(Q, K))
    return powers / powers.sum(axis=-1)


@causal.mistake(
    en="Queries and keys have changed places: row `i` of the scores belongs to the word that *asks*, with its query.",
    zh="查询和键用反了：得分的第 `i` 行属于*提问*的词，用的是它的查询。",
)
def keys_ask(Q, K):
    return causal_weights(K, Q)


@causal.mistake(
    en="These are the masked scores. The softmax that makes weights of them is still missing.",
    zh="这是屏蔽之后的得分。还差一步 softmax，才变成权重。",
)
def the_scores(Q, K):
    return _triangle(Q, K)


@causal.mistake(
    en="These are powers, not weights yet: divide each row by its own sum, and it adds up to 1.",
    zh="这是指数，还不是权重：每一行要除以自己的和，加起来才是 1。",
)
def powers_not_divided(Q, K):
    return np.exp(_triangle(Q, K))


@causal.mistake(
    en="You divided the scores themselves by their sum. They may be negative, or add up to 0: a softmax takes *e* to the power of each first.",
    zh="你直接用得分除以得分之和。得分可能是负数，和也可能是 0：softmax 要先取 *e* 的幂。",
)
def without_powers(Q, K):
    scores = np.tril(_scores(Q, K))
    return scores / scores.sum(axis=1, keepdims=True)


@causal.mistake(
    en="You divided each row by the *number* of words that it reads. A softmax divides by the sum of their powers.",
    zh="每一行你除以的是它所看的**词数**。softmax 要除以这些词的指数之和。",
)
def divided_by_a_count(Q, K):
    return np.exp(_triangle(Q, K)) / np.arange(1, len(Q) + 1)[:, None]


def _draw_tokens(rng):
    n = 12
    ids = np.array([2, *rng.integers(5, 40, size=8), 3, 0, 0])
    ordinary = ids > 4
    # Between two hundredths, so that no draw lies on a border of the rule.
    draw = rng.choice([0.05, 0.4, 0.75, 0.8, 0.82, 0.88, 0.9, 0.92, 0.99], size=n)  # the borders among them
    chosen = ordinary & (rng.random(n) < 0.7)
    return ids, chosen, draw, rng.integers(5, 40, size=n), int(rng.choice([4, 50, 103]))


masking = Exercise(
    id="bert-masking",
    title=Text("The 80/10/10 rule", "80/10/10 规则"),
    gives=Text("the two arrays `inputs` and `labels`, in this order", "`inputs` 和 `labels` 两个数组，按这个顺序"),
    hint=Text(
        "Go through one token of each sort: not chosen, and chosen with a draw below 0.8, between, and from 0.9 on. What should stand in `inputs`, what in `labels`?",
        "每种词元各看一个：没选中的；选中的，随机数小于 0.8、居中、0.9 及以上的。`inputs` 里应当是什么？`labels` 里呢？",
    ),
    examples=[
        (
            np.array([2, 7, 6, 8, 9, 3]),
            np.array([False, True, True, True, False, False]),
            np.array([0.95, 0.05, 0.85, 0.95, 0.85, 0.1]),
            np.array([5, 5, 5, 5, 5, 5]),
            50,
        ),
        (
            np.array([2, 7, 8, 3]),
            np.array([False, True, True, False]),
            np.array([0.0, 0.8, 0.9, 0.0]),
            np.array([5, 5, 6, 5]),
            50,
        ),
        (
            np.array([2, 17, 9, 25, 9, 31, 12, 3, 0, 0]),
            np.array([False, False, True, False, False, True, True, False, False, False]),
            np.array([0.0, 0.0, 0.31, 0.0, 0.0, 0.85, 0.97, 0.0, 0.0, 0.0]),
            np.array([8, 8, 8, 8, 8, 22, 8, 8, 8, 8]),
            4,
        ),
    ],
    random=_draw_tokens,
)


def _inputs(ids, chosen, draw, random_ids, mask_id, masked=0.8, replaced=0.1):
    inputs = np.where(chosen & (draw < masked), mask_id, ids)
    return np.where(chosen & (draw >= masked) & (draw < masked + replaced), random_ids, inputs)


def _labels(ids, chosen):
    return np.where(chosen, ids, -100)


@masking.solution
def mask_tokens(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), _labels(ids, chosen)


@masking.mistake(
    en="Tokens that were not chosen have been replaced, [PAD] and [SEP] among them. The draw decides only about tokens with `chosen`.",
    zh="没有选中的词元也被换掉了，包括 [PAD] 和 [SEP]。只有 `chosen` 的词元才看随机数。",
)
def chosen_forgotten(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, np.full(len(ids), True), draw, random_ids, mask_id), _labels(ids, chosen)


@masking.mistake(
    en="You chose the tokens by their draw, special ones included. That choice was made before: it is `chosen`. The draw says what becomes of a chosen token.",
    zh="你按随机数来选词元，连特殊词元也选了。选哪些早已定好，就是 `chosen`；随机数只决定选中的词元怎么处理。",
)
def chosen_by_the_draw(ids, chosen, draw, random_ids, mask_id):
    return np.where(draw < 0.15, mask_id, ids), _labels(ids, draw < 0.15)


@masking.mistake(
    en="`inputs` is right. In `labels` every token stands, so the loss would also ask about words in plain sight. Only the chosen places have a label.",
    zh="`inputs` 对了。`labels` 里却每个词元都在，这样没有选中的位置也会计入损失。只有选中的位置才有标签。",
)
def labels_everywhere(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), ids


@masking.mistake(
    en="The labels hold what *now* stands there, such as [MASK]. They should hold the true token, as it was before. (Did you change `ids` itself?)",
    zh="标签里是*现在*的内容，例如 [MASK]。标签应当是原来的词元。（是不是直接改了 `ids`？）",
)
def labels_of_the_changed(ids, chosen, draw, random_ids, mask_id):
    inputs = _inputs(ids, chosen, draw, random_ids, mask_id)
    return inputs, _labels(inputs, chosen)


@masking.mistake(
    en="Where nothing is asked, your labels say 0. That is a token, [PAD], and it would be learned; the loss skips only -100.",
    zh="不提问的位置，你的标签是 0。那是词元 [PAD]，会被当成答案来学；损失只跳过 -100。",
)
def labels_of_zero(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), np.where(chosen, ids, 0)


@masking.mistake(
    en="Only the places with [MASK] have a label. The random and the kept ones are asked about too: that is what they are for.",
    zh="只有 [MASK] 的位置有标签。换成随机词的、原样保留的也要提问：它们正是为此而设。",
)
def labels_at_mask_only(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), _labels(ids, chosen & (draw < 0.8))


@masking.mistake(
    en="Only the places that *changed* have a label. A chosen token that was kept is asked about too: that is why it was chosen.",
    zh="只有*变了*的位置有标签。选中后原样保留的词元也要提问：否则何必选中。",
)
def labels_where_changed(ids, chosen, draw, random_ids, mask_id):
    inputs = _inputs(ids, chosen, draw, random_ids, mask_id)
    return inputs, _labels(ids, inputs != ids)


@masking.mistake(
    en="The labels are the wrong way round: -100 belongs where nothing is asked, the true token where something is.",
    zh="标签反了：不提问的位置才是 -100，提问的位置是原来的词元。",
)
def labels_turned(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), _labels(ids, ~chosen)


@masking.mistake(
    en="`labels` holds the chosen tokens alone. It needs one entry for *each* token, -100 where nothing is asked.",
    zh="`labels` 里只有选中的词元。*每个*词元都要有一项，不提问的位置是 -100。",
)
def labels_of_chosen_alone(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), ids[chosen]


@masking.mistake(
    en="`labels` says *whether* something is asked, not what: the true token stands there.",
    zh="`labels` 只说了*是否*提问，没有说答案：那里应当是原来的词元。",
)
def labels_of_yes_and_no(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id), chosen


@masking.mistake(
    en="The random tokens come from the wrong places: you took them from the front of `random_ids`. A token gets the one at its *own* place.",
    zh="随机词元取错了位置：你是从 `random_ids` 的开头依次取的。每个词元要取与它*同一*位置的那个。",
)
def random_from_the_front(ids, chosen, draw, random_ids, mask_id):
    inputs, middle = _inputs(ids, chosen, draw, random_ids, mask_id), chosen & (draw >= 0.8) & (draw < 0.9)
    inputs[middle] = random_ids[: middle.sum()]
    return inputs, _labels(ids, chosen)


@masking.mistake(
    en="The random token is the same everywhere. `random_ids` holds one for each place.",
    zh="各处换上的是同一个随机词元。`random_ids` 为每个位置各备了一个。",
)
def one_random_for_all(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, np.full_like(ids, random_ids[0]), mask_id), _labels(ids, chosen)


@masking.mistake(
    en="The tokens that were *not* chosen are missing, or hidden too, in `inputs`. They stay as they are, for the model to read.",
    zh="`inputs` 里没有选中的词元不见了。它们要保持原样，供模型阅读。",
)
def unchosen_lost(ids, chosen, draw, random_ids, mask_id):
    inputs = _inputs(ids, chosen, draw, random_ids, mask_id)
    return np.where(chosen, inputs, 0), _labels(ids, chosen)


@masking.mistake(
    en="Both are right, but in the wrong order: first `inputs`, then `labels`.",
    zh="两个都对，但顺序反了：先 `inputs`，后 `labels`。",
)
def inputs_and_labels_swapped(ids, chosen, draw, random_ids, mask_id):
    return mask_tokens(ids, chosen, draw, random_ids, mask_id)[::-1]


@masking.mistake(
    en="Random and kept have changed places: a draw between 0.8 and 0.9 brings a random word, from 0.9 on the token stays.",
    zh="随机和保留弄反了：随机数在 0.8 到 0.9 之间换成随机的词，0.9 及以上的词元原样保留。",
)
def random_and_kept_swapped(ids, chosen, draw, random_ids, mask_id):
    kept = (draw >= 0.8) & (draw < 0.9)
    return _inputs(ids, chosen & ~kept, draw, random_ids, mask_id, replaced=0.2), _labels(ids, chosen)


@masking.mistake(
    en="You went by 10/80/10. Here the first part, draws below 0.8, becomes [MASK].",
    zh="你是按 10/80/10 来分的。这里第一段，也就是小于 0.8 的，才换成 [MASK]。",
)
def ten_eighty_ten(ids, chosen, draw, random_ids, mask_id):
    inputs = np.where(chosen & (draw < 0.1), random_ids, ids)
    return np.where(chosen & (draw >= 0.1) & (draw < 0.9), mask_id, inputs), _labels(ids, chosen)


@masking.mistake(
    en="Every chosen token became [MASK]. Some become a random word, and some stay as they are.",
    zh="选中的词元全换成了 [MASK]。其中一些要换成随机的词，一些要原样保留。",
)
def always_mask(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id, masked=1), _labels(ids, chosen)


@masking.mistake(
    en="No chosen token was kept: from 0.9 on the true word stays.",
    zh="选中的词元一个都没有保留：0.9 及以上要保持原样。",
)
def none_kept(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id, replaced=0.2), _labels(ids, chosen)


@masking.mistake(
    en="No chosen token became a random word: between 0.8 and 0.9 `random_ids` comes in.",
    zh="选中的词元没有一个换成随机的词：0.8 到 0.9 之间要用 `random_ids`。",
)
def none_random(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id, replaced=0), _labels(ids, chosen)


@masking.mistake(
    en="All draws below 0.9 became [MASK]. Between 0.8 and 0.9 a token of `random_ids` comes in.",
    zh="小于 0.9 的全换成了 [MASK]。0.8 到 0.9 之间应当换成 `random_ids` 里的词元。",
)
def mask_up_to_nine(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen, draw, random_ids, mask_id, masked=0.9, replaced=0), _labels(ids, chosen)


@masking.mistake(
    en="-100 stands in `inputs`. It is no token, and the model cannot read it: it belongs into `labels` alone.",
    zh="`inputs` 里出现了 -100。它不是词元，模型读不了：它只应当出现在 `labels` 里。",
)
def minus_hundred_in_inputs(ids, chosen, draw, random_ids, mask_id):
    return _labels(_inputs(ids, chosen, draw, random_ids, mask_id), chosen), _labels(ids, chosen)


@masking.mistake(
    en="[MASK] has vanished again: your second step starts from `ids` afresh. It should start from the first step's result.",
    zh="[MASK] 又不见了：你的第二步又从 `ids` 重新开始。它应当接着第一步的结果做。",
)
def second_step_undoes_first(ids, chosen, draw, random_ids, mask_id):
    return _inputs(ids, chosen & (draw >= 0.8), draw, random_ids, mask_id), _labels(ids, chosen)


@masking.mistake(
    en="[MASK] has been overwritten: your condition for the random words holds for draws below 0.8 too.",
    zh="[MASK] 被盖掉了：你给随机词的条件，小于 0.8 时也成立。",
)
def mask_overwritten(ids, chosen, draw, random_ids, mask_id):
    return np.where(chosen & (draw < 0.9), random_ids, ids), _labels(ids, chosen)


@masking.mistake(
    en="You always put 4 for [MASK]. Use the parameter `mask_id`: other tokenizers number it otherwise.",
    zh="你总是用 4 代表 [MASK]。请使用参数 `mask_id`：别的分词器编号不同。",
)
def always_four(ids, chosen, draw, random_ids, mask_id):
    return mask_tokens(ids, chosen, draw, random_ids, 4)


@masking.mistake(
    en="A draw of exactly 0.8 belongs to the random tokens, and your answer masks it: *below* 0.8 is `<`.",
    zh="随机数恰好是 0.8 时应当换成随机词元，你却换成了 [MASK]：“小于 0.8”是 `<`。",
)
def masked_at_the_border(ids, chosen, draw, random_ids, mask_id):
    return np.where(chosen & (draw == 0.8), mask_id, _inputs(ids, chosen, draw, random_ids, mask_id)), _labels(
        ids, chosen
    )


@masking.mistake(
    en="A draw of exactly 0.9 leaves the token as it is, and your answer replaces it: *below* 0.9 is `<`.",
    zh="随机数恰好是 0.9 时应当保持不变，你却换成了随机词元：“小于 0.9”是 `<`。",
)
def replaced_at_the_border(ids, chosen, draw, random_ids, mask_id):
    return np.where(chosen & (draw == 0.9), random_ids, _inputs(ids, chosen, draw, random_ids, mask_id)), _labels(
        ids, chosen
    )


def _draw_places(rng):
    n, n_tokens = int(rng.integers(3, 8)), int(rng.integers(3, 7))
    labels = np.where(rng.random(n) < 0.5, rng.integers(n_tokens, size=n), -100)
    labels[rng.choice(n, size=2, replace=False)] = rng.integers(n_tokens, size=2)
    return rng.normal(size=(n, n_tokens)) * 2, labels


scored = Exercise(
    id="bert-loss",
    title=Text("The loss at the chosen places", "选中位置上的损失"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "Work out the loss of each place that has a label by itself. How many are there, and what is their mean? (The logarithm of a softmax can be log 0; take the largest score off first and use the log of the sum.)",
        "先把每个有标签的位置的损失单独算出来。一共有几个？平均是多少？（softmax 之后再取对数，可能遇到 log 0：先减去最大的得分，再用总和的对数。）",
    ),
    examples=[
        (np.log(2) * np.array([[1.0, 0.0, 1.0]] * 3), np.array([-100, 1, 0])),
        (np.zeros((3, 4)), np.array([-100, 3, -100])),
        (np.log(2) * np.array([[2.0, 1.0, 1.0], [0.0, 5.0, 9.0], [0.0, 0.0, 1.0]]), np.array([0, -100, 2])),
    ],
    random=_draw_places,
)


def _losses(scores, labels):
    return -np.log(_softmax(scores)[np.arange(len(labels)), labels])


@scored.solution
def mlm_loss(scores, labels):
    asked = labels != -100
    return _losses(scores[asked], labels[asked]).mean()


@scored.mistake(
    en="You looked up column -100 (`IndexError`). That label means “nothing is asked here”: leave such places out before you look anything up.",
    zh="你去查了第 -100 列（`IndexError`）。这个标签的意思是“这里不提问”：查之前要先去掉这些位置。",
)
def every_place_looked_up(scores, labels):
    return _losses(scores, labels).mean()


@scored.mistake(
    en="You scored all places, as if the label were 0 where nothing is asked. Places with -100 must not enter the loss at all.",
    zh="你给所有位置都计了分，把不提问的位置当成标签 0。标签为 -100 的位置根本不该进入损失。",
)
def scored_everywhere(scores, labels):
    return _losses(scores, np.maximum(labels, 0)).mean()


@scored.mistake(
    en="The sum is right, but you divided it by *all* places. The mean is one over the places with a label.",
    zh="总和对了，但你除以的是*所有*位置的个数。平均只在有标签的位置上取。",
)
def divided_by_all_places(scores, labels):
    asked = labels != -100
    return _losses(scores[asked], labels[asked]).sum() / len(labels)


@scored.mistake(
    en="That is the sum. Asked is the mean, so that the loss does not depend on how many places were chosen.",
    zh="这是总和。题目要的是平均，这样损失不随选中位置的多少而变。",
)
def summed(scores, labels):
    asked = labels != -100
    return _losses(scores[asked], labels[asked]).sum()


@scored.mistake(
    en="You left out the label 0. It is a token like any other; only -100 means that nothing is asked.",
    zh="你漏掉了标签 0。它和别的词元一样；只有 -100 表示不提问。",
)
def label_zero_left_out(scores, labels):
    asked = labels > 0
    return _losses(scores[asked], labels[asked]).mean()


@scored.mistake(
    en="You took the labelled places out of `labels` but not out of `scores`, so the labels meet the wrong rows. Both need the same selection.",
    zh="你只从 `labels` 里取出了有标签的位置，`scores` 却没有取，标签就对错了行。两者要用同样的选择。",
)
def rows_misaligned(scores, labels):
    labels = labels[labels != -100]
    return _losses(scores[: len(labels)], labels).mean()


@scored.mistake(
    en="Only the first place with a label was scored. Take the mean over all of them.",
    zh="只给第一个有标签的位置计了分。要对所有有标签的位置取平均。",
)
def first_place_only(scores, labels):
    asked = np.flatnonzero(labels != -100)[:1]
    return _losses(scores[asked], labels[asked]).mean()


@scored.mistake(
    en="The minus is missing. The logarithm of a probability is negative, and a loss is not.",
    zh="漏了负号。概率的对数是负的，损失不会是负的。",
)
def without_minus(scores, labels):
    return -mlm_loss(scores, labels)


@scored.mistake(
    en="You used the logarithm to base 2. Here it is the natural one: `np.log`.",
    zh="你用了以 2 为底的对数。这里用自然对数：`np.log`。",
)
def to_base_two(scores, labels):
    return mlm_loss(scores, labels) / np.log(2)


@scored.mistake(
    en="That is the mean probability of the true tokens. The loss takes minus the logarithm of each.",
    zh="这是真正词元的平均概率。损失要对每个概率取负对数。",
)
def mean_probability(scores, labels):
    asked = labels != -100
    return np.exp(-_losses(scores[asked], labels[asked])).mean()


@scored.mistake(
    en="This is the mean probability with a minus. The logarithm is missing: `nll_loss`, if you use it, wants logarithms of probabilities.",
    zh="这是平均概率加上负号，漏了对数：如果用 `nll_loss`，传给它的应当是概率的对数。",
)
def minus_mean_probability(scores, labels):
    return -mean_probability(scores, labels)


@scored.mistake(
    en="The softmax was taken twice: `cross_entropy`, or the formula with the sum of exponentials, takes the scores themselves.",
    zh="softmax 做了两次：`cross_entropy`（以及含指数之和的公式）要的是得分本身。",
)
def softmax_twice(scores, labels):
    return mlm_loss(_softmax(scores), labels)


@scored.mistake(
    en="This is the error 1 - p at the true token. The loss takes minus the logarithm of p.",
    zh="这是真正词元的误差 1 - p。损失要对 p 取负对数。",
)
def one_less_probability(scores, labels):
    return 1 - mean_probability(scores, labels)


@scored.mistake(
    en="You took the mean of the probabilities first, and its logarithm then. Take the logarithm at each place; the mean comes last.",
    zh="你先对概率取了平均，再取对数。应当在每个位置上取对数，最后才求平均。",
)
def logarithm_of_the_mean(scores, labels):
    return -np.log(mean_probability(scores, labels))


@scored.mistake(
    en="There is no softmax: you took the scores themselves. The other tokens of the vocabulary have to play a part.",
    zh="没有 softmax：你直接用了得分。词表里的其他词元也要起作用。",
)
def scores_themselves(scores, labels):
    asked = labels != -100
    return -scores[asked][np.arange(asked.sum()), labels[asked]].mean()


@scored.mistake(
    en="There is no softmax: you took the logarithm of the scores themselves. They may be 0 or negative; the softmax makes probabilities of them first.",
    zh="没有 softmax：你直接对得分取了对数。得分可能是 0 或负数；要先用 softmax 变成概率。",
)
def logarithm_of_the_scores(scores, labels):
    asked = labels != -100
    return -np.log(scores[asked][np.arange(asked.sum()), labels[asked]]).mean()


@scored.mistake(
    en="You scored the token that the model holds likeliest. The loss asks for the probability of the *true* one, whose number is the label.",
    zh="你计的是模型认为最可能的词元。损失要的是*真正*那个词元的概率，它的编号就是标签。",
)
def likeliest_token(scores, labels):
    return -np.log(_softmax(scores[labels != -100]).max(axis=1)).mean()


@scored.mistake(
    en="Every place was asked for *all* the labels. Place by place, one label each: two index lists of equal length, `[rows, columns]`, go in step; `[:, columns]` takes the columns in every row.",
    zh="你让每个位置都取了*所有*标签的概率。一个位置只对一个标签：两组等长的下标 `[rows, columns]` 会逐个配对；`[:, columns]` 则在每一行都取这些列。",
)
def every_label_at_every_place(scores, labels):
    asked = labels != -100
    return -np.log(_softmax(scores)[asked][:, labels[asked]]).mean()


@scored.mistake(
    en="You put the sum of *exponentials* of the row, but not the true token's score, into the loss (or lost its sign). For one place the loss is log of the row's sum of exponentials, less that score.",
    zh="你只用了该行指数之和的对数，没有用真正词元的得分。一个位置的损失，是该行指数之和的对数，减去这个得分。",
)
def true_score_left_out(scores, labels):
    return np.log(np.exp(scores[labels != -100]).sum(axis=1)).mean()


@scored.mistake(
    en="Your softmax runs over the places. It runs over the vocabulary, along each row: look at `axis`.",
    zh="你的 softmax 是在各个位置之间做的。它应当沿着每一行，对词表做：看看 `axis`。",
)
def softmax_over_places(scores, labels):
    asked = labels != -100
    return -np.log(_softmax(scores, axis=0)[asked][np.arange(asked.sum()), labels[asked]]).mean()


@scored.mistake(
    en="Your softmax runs over the chosen places. It runs over the vocabulary, along each row: look at `axis`.",
    zh="你的 softmax 是在被遮的各个位置之间做的。它应当沿着每一行，对词表做：看看 `axis`。",
)
def softmax_over_asked_places(scores, labels):
    asked = labels != -100
    return softmax_over_places(scores[asked], labels[asked])


@scored.mistake(
    en="You divided by the sum of the *whole* table. Every place has a softmax of its own: look at `axis` and `keepdims`.",
    zh="你除以的是*整张*表的总和。每个位置各做各的 softmax：看看 `axis` 和 `keepdims`。",
)
def one_softmax_for_all(scores, labels):
    asked = labels != -100
    return -np.log(_softmax(scores, axis=(0, 1))[asked][np.arange(asked.sum()), labels[asked]]).mean()


@scored.mistake(
    en="You took the largest score off inside the sum, but not from the score of the true token. Take it off both, or off neither.",
    zh="求和里减去了最大的得分，真正词元的得分却没有减。要减都减，要不减都不减。",
)
def largest_taken_off_in_one_place(scores, labels):
    asked = labels != -100
    return (_losses(scores[asked], labels[asked]) - scores[asked].max(axis=-1)).mean()


def _draw_two(rng):
    first, second = (rng.integers(5, 40, size=int(rng.integers(1, 7))).tolist() for _ in range(2))
    return first, second, max(5, len(first) + len(second) + 3 + int(rng.integers(-4, 5)))


two = Exercise(
    id="bert-pair",
    title=Text("Two sentences in one row", "两句话写成一个输入序列"),
    gives=Text(
        "`ids` and `segments`, in this order, each a list of `length` numbers",
        "`ids` 和 `segments`，按这个顺序，各是 `length` 个数的列表",
    ),
    hint=Text(
        "Write both rows under each other on paper, from [CLS] to the last place, once for a pair that has room and once for one that is too long, and compare them place by place.",
        "在纸上把两行上下对齐写出来，从 [CLS] 到最后一个位置；放得下的和放不下的句对各写一次，逐个位置比较。",
    ),
    examples=[
        ([5], [6, 7], 6),
        ([17, 9, 25], [31, 12], 10),
        ([5, 6, 7, 8, 9], [10, 11], 8),
        ([5, 6], [7, 8], 6),
        ([5, 6], [7, 8, 9, 10], 7),
    ],
    random=_draw_two,
)


def _row(first, second, length, segments=(2, 1)):
    """The row, and segments that hold so many places beyond the words of either sentence."""
    ids = [2, *first, 3, *second, 3]
    zeros, ones = len(first) + segments[0], len(second) + segments[1]
    return _filled(ids, length), _filled([0] * zeros + [1] * ones, length)


def _filled(row, length):
    return row + [0] * (length - len(row))


def _cut(first, second, length):
    """Both sentences, the longer one shortened at its end until the row fits; of two equal ones the second."""
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > length:
        (first if len(first) > len(second) else second).pop()
    return first, second


def _after_cutting(wrong):
    """A mistake in the row itself: made with sentences that fit."""

    @wraps(wrong)
    def made(first, second, length):
        return wrong(*_cut(first, second, length), length)

    return made


@two.solution
def pair_row(first, second, length):
    return _row(*_cut(first, second, length), length)


@two.mistake(
    en="[CLS] is missing. The row begins with it, and the answer will be read there.",
    zh="漏了 [CLS]。输入序列从它开始，答案也从那里读出。",
)
@_after_cutting
def no_cls(first, second, length):
    ids = [*first, 3, *second, 3]
    return _filled(ids, length), _filled([0] * (len(first) + 1) + [1] * (len(second) + 1), length)


@two.mistake(
    en="The [SEP] between the two sentences is missing.",
    zh="两句话之间漏了 [SEP]。",
)
@_after_cutting
def no_first_sep(first, second, length):
    ids = [2, *first, *second, 3]
    return _filled(ids, length), _filled([0] * (len(first) + 1) + [1] * (len(second) + 1), length)


@two.mistake(
    en="The [SEP] after the second sentence is missing. Both sentences end with one.",
    zh="第二句后面漏了 [SEP]。两句话都以它结尾。",
)
@_after_cutting
def no_last_sep(first, second, length):
    ids = [2, *first, 3, *second]
    return _filled(ids, length), _filled([0] * (len(first) + 2) + [1] * len(second), length)


@two.mistake(
    en="`ids` is right. The first [SEP] closes the first sentence, so it belongs to segment 0.",
    zh="`ids` 对了。第一个 [SEP] 是第一句的结尾，所以属于片段 0。",
)
@_after_cutting
def first_sep_in_segment_one(first, second, length):
    return _row(first, second, length, segments=(1, 2))


@two.mistake(
    en="`ids` is right. The last [SEP] closes the second sentence, so it belongs to segment 1.",
    zh="`ids` 对了。最后一个 [SEP] 是第二句的结尾，所以属于片段 1。",
)
@_after_cutting
def last_sep_in_segment_zero(first, second, length):
    return _row(first, second, length, segments=(2, 0))


@two.mistake(
    en="`ids` is right. Segment 1 begins one place too early and ends one too early: [CLS] is a place of the first segment too.",
    zh="`ids` 对了。片段 1 开始和结束都早了一个位置：[CLS] 也占片段 0 的一个位置。",
)
@_after_cutting
def cls_not_counted(first, second, length):
    return _row(first, second, length, segments=(1, 1))


@two.mistake(
    en="`ids` is right. Neither [SEP] counts for a segment in yours: each belongs to the sentence that it closes.",
    zh="`ids` 对了。两个 [SEP] 你都没有算进片段：它们各属于自己结束的那一句。",
)
@_after_cutting
def seps_not_counted(first, second, length):
    return _row(first, second, length, segments=(1, 0))


@two.mistake(
    en="`ids` is right. Padding has segment 0; yours continues the second sentence.",
    zh="`ids` 对了。填充的片段是 0；你把填充算进了第二句。",
)
@_after_cutting
def padding_in_segment_one(first, second, length):
    return _row(first, second, length)[0], [0] * (len(first) + 2) + [1] * (length - len(first) - 2)


@two.mistake(
    en="`ids` is right. All segments are 0, so the model could not tell the two sentences apart.",
    zh="`ids` 对了。片段却全是 0，模型就分不清两句话了。",
)
@_after_cutting
def one_segment(first, second, length):
    return _row(first, second, length)[0], [0] * length


@two.mistake(
    en="`ids` is right. The segments are the wrong way round: the first sentence has 0, the second 1.",
    zh="`ids` 对了。片段反了：第一句是 0，第二句是 1。",
)
@_after_cutting
def segments_turned(first, second, length):
    ids = _row(first, second, length)[0]
    return ids, _filled([1] * (len(first) + 2) + [0] * (len(second) + 1), length)


@two.mistake(
    en="`ids` is right. The lengths of the two sentences have changed places in `segments`.",
    zh="`ids` 对了。`segments` 里两句话的长度用反了。",
)
@_after_cutting
def lengths_exchanged(first, second, length):
    return _row(first, second, length)[0], _row(second, first, length)[1]


@two.mistake(
    en="Both are right, but in the wrong order: first `ids`, then `segments`.",
    zh="两个都对，但顺序反了：先 `ids`，后 `segments`。",
)
@_after_cutting
def results_swapped(first, second, length):
    return _row(first, second, length)[::-1]


@two.mistake(
    en="The padding is missing: fill both lists up to `length`, so that the rows of a batch are equally long.",
    zh="漏了填充：两个列表都要补到 `length`，一个批次的各行才一样长。",
)
@_after_cutting
def not_filled(first, second, length):
    used = len(first) + len(second) + 3
    return tuple(row[:used] for row in _row(first, second, length))


@two.mistake(
    en="Only `ids` was filled up. `segments` has to be as long.",
    zh="只补了 `ids`。`segments` 也要一样长。",
)
@_after_cutting
def segments_not_filled(first, second, length):
    return _row(first, second, length)[0], not_filled(first, second, length)[1]


@two.mistake(
    en="You added `length` places of padding. The whole row, padding included, is `length` long.",
    zh="你补了 `length` 个填充。应当是整行连填充在内，一共 `length` 个。",
)
@_after_cutting
def filled_too_far(first, second, length):
    return tuple(row + [0] * length for row in not_filled(first, second, length))


@two.mistake(
    en="You put a [CLS] before the second sentence too. There is one for the row, at its start.",
    zh="你在第二句前面也放了 [CLS]。一行只有一个，在最前面。",
)
@_after_cutting
def second_cls(first, second, length):
    ids = [2, *first, 3, 2, *second, 3]
    return _filled(ids, length), _filled([0] * (len(first) + 2) + [1] * (len(second) + 2), length)


@two.mistake(
    en="`ids` is right. The segments are numbered from 0: 0 for the first sentence, 1 for the second.",
    zh="`ids` 对了。片段从 0 数起：第一句是 0，第二句是 1。",
)
@_after_cutting
def segments_from_one(first, second, length):
    return _row(first, second, length)[0], _filled([1] * (len(first) + 2) + [2] * (len(second) + 1), length)


@two.mistake(
    en="`ids` is right. You count a [SEP] as the start of the next segment, so that the last one begins a third: each [SEP] belongs to the sentence that it closes.",
    zh="`ids` 对了。你把 [SEP] 当成了下一个片段的开头，最后那个就成了第三个片段：每个 [SEP] 属于它结束的那一句。",
)
@_after_cutting
def segment_changes_at_sep(first, second, length):
    segments = [0] * (len(first) + 1) + [1] * (len(second) + 1) + [2]
    return _row(first, second, length)[0], _filled(segments, length)


@two.mistake(
    en="`ids` is right. Your second row says which places are real: that is the attention mask. Segments tell the two sentences apart.",
    zh="`ids` 对了。你的第二行说的是哪些位置不是填充，那是注意力掩码。片段要区分的是两句话。",
)
@_after_cutting
def mask_for_segments(first, second, length):
    return _row(first, second, length)[0], _filled([1] * (len(first) + len(second) + 3), length)


@two.mistake(
    en="The sentences stand in the row as lists, each in one place. Join them token by token: `+` between lists, or `*first` inside the brackets.",
    zh="两句话是作为列表整个放进去的，各占一个位置。应当逐个词元接起来：用 `+` 连接列表，或在方括号里写 `*first`。",
)
@_after_cutting
def sentences_in_one_place(first, second, length):
    return _filled([2, first, 3, second, 3], length), _row(first, second, length)[1]


@two.mistake(
    en="The padding stands in front. It goes to the end: [CLS] must stay in the first place.",
    zh="填充放到了前面。它应当在最后：[CLS] 必须在第一个位置。",
)
@_after_cutting
def filled_in_front(first, second, length):
    rows = not_filled(first, second, length)
    return tuple([0] * (length - len(row)) + row for row in rows)


@two.mistake(
    en="The second sentence stands in front. NSP asks whether the second follows the first, so their order matters.",
    zh="第二句排到了前面。下一句预测问的是第二句是否接在第一句后面，所以顺序很重要。",
)
@_after_cutting
def second_in_front(first, second, length):
    return _row(second, first, length)


@two.mistake(
    en="[CLS] and [SEP] have changed places: 2 is [CLS], 3 is [SEP].",
    zh="[CLS] 和 [SEP] 弄反了：2 是 [CLS]，3 是 [SEP]。",
)
@_after_cutting
def cls_and_sep_swapped(first, second, length):
    ids = [3, *first, 2, *second, 2]
    return _filled(ids, length), _row(first, second, length)[1]


@two.mistake(
    en="You cut the finished row at `length`. With a long first sentence that takes away the last [SEP], or all of the second sentence: shorten the *sentences*, then build the row.",
    zh="你把拼好的一行直接截到 `length`。第一句很长时，末尾的 [SEP] 甚至整个第二句都被截掉了：应当先缩短**句子**，再拼成一行。",
)
def row_cut(first, second, length):
    return tuple(row[:length] for row in _row(first, second, length))


@two.mistake(
    en="A pair that has no room makes a row longer than `length`: the rows of a batch must be equally long.",
    zh="放不下的句对，你拼出的行比 `length` 还长：一个批次里的各行必须一样长。",
)
def never_cut(first, second, length):
    return _row(first, second, length)


@two.mistake(
    en="You always shorten the second sentence. It is the longer one that loses its last token, as often as needed.",
    zh="你总是缩短第二句。应当由较长的那一句去掉最后一个词元，直到放得下。",
)
def second_cut(first, second, length):
    return _row(first, second[: max(0, length - 3 - len(first))], length)


@two.mistake(
    en="You always shorten the first sentence. It is the longer one that loses its last token, as often as needed.",
    zh="你总是缩短第一句。应当由较长的那一句去掉最后一个词元，直到放得下。",
)
def first_cut(first, second, length):
    return _row(first[: max(0, length - 3 - len(second))], second, length)


@two.mistake(
    en="Of two sentences of equal length the *second* loses its last token; you shortened the first.",
    zh="两句一样长时，应当由**第二句**去掉最后一个词元，你缩短的是第一句。",
)
def first_cut_on_a_tie(first, second, length):
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > length:
        (first if len(first) >= len(second) else second).pop()
    return _row(first, second, length)


@two.mistake(
    en="The longer sentence loses its *last* token. You took tokens from its front.",
    zh="较长的句子去掉的是**最后**一个词元。你是从开头去掉的。",
)
def cut_from_the_front(first, second, length):
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > length:
        (first if len(first) > len(second) else second).pop(0)
    return _row(first, second, length)


@two.mistake(
    en="You left no room for all three special tokens: [CLS] and two [SEP] need a place each.",
    zh="没有给三个特殊词元都留出位置：[CLS] 和两个 [SEP] 各占一个位置。",
)
def room_for_two_specials(first, second, length):
    return tuple(row[:length] for row in _row(*_cut(first, second, length + 1), length))


quiz = Quiz(
    "bert",
    [
        Question(
            Text(
                "Why are the scores of attention divided by the square root of `d`?",
                "注意力的得分为什么要除以 `d` 的平方根？",
            ),
            [
                Wrong(
                    Text("So that the weights of a row add up to 1.", "使每一行的权重之和为 1。"),
                    Text(
                        "The softmax sees to that, whatever the scores are.",
                        "不管得分是多少，softmax 都能保证这一点。",
                    ),
                ),
                Right(
                    Text(
                        "So that the softmax of a wide model does not give nearly all to one word.",
                        "免得模型一宽，softmax 就把几乎全部权重给了一个词。",
                    ),
                    Text(
                        "The more products are added up, the farther the scores spread. A softmax with one winner has almost no gradient, so nothing could be learned.",
                        "相加的乘积越多，得分就越分散。一家独大的 softmax 几乎没有梯度，也就学不动了。",
                    ),
                ),
                Wrong(
                    Text("So that the dot product becomes a cosine.", "使点积变成余弦。"),
                    Text(
                        "For that one would divide by the lengths of the two vectors, which differ from word to word. This number is the same for all.",
                        "那要除以两个向量的长度，而长度各词不同。这里除的数对所有词都一样。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Of the chosen tokens, 10% become a random word and 10% stay. What for?",
                "选中的词元里，10% 换成随机的词，10% 原样保留。这是为什么？",
            ),
            [
                Wrong(
                    Text("To make the task easier.", "让任务容易些。"),
                    Text(
                        "The random words make it harder, and ease was never the point.",
                        "随机的词反而让它更难；难易也不是目的。",
                    ),
                ),
                Wrong(
                    Text("To have more places with a label.", "让有标签的位置多一些。"),
                    Text(
                        "How many have a label was settled by the choice; this only says what is put there.",
                        "有多少个标签，选的时候就定了；这里只决定那些位置上放什么。",
                    ),
                ),
                Right(
                    Text(
                        "So that the model must learn good vectors for the words that it can see, too.",
                        "使模型也为看得见的词学好表示。",
                    ),
                    Text(
                        "Any word may be wrong, and any may be asked about. When BERT is used there is no [MASK], and the vectors of visible words are what one wants.",
                        "任何词都可能是错的，都可能被问到。真正使用时没有 [MASK]，要的正是看得见的词的向量。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Why is the loss of MLM taken only at the chosen places?",
                "MLM 的损失为什么只在选中的位置上计算？",
            ),
            [
                Wrong(
                    Text("Elsewhere nobody knows the right token.", "别处的正确词元没人知道。"),
                    Text(
                        "It is known everywhere: it is the text itself.",
                        "处处都知道：就是原文。",
                    ),
                ),
                Right(
                    Text("Elsewhere the answer stands in the input.", "别处的答案就在输入里。"),
                    Text(
                        "There copying would be enough, and most of the loss would reward just that.",
                        "在那里照抄就行；若都计分，损失大半由照抄决定。",
                    ),
                ),
                Wrong(
                    Text("Elsewhere the model makes no predictions.", "模型在别处不作预测。"),
                    Text(
                        "It could make them everywhere. One leaves them out to save time, and can do so because they are not scored.",
                        "模型在每个位置都能预测；别处不计分，代码才跳过不算，以节省时间。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "What does the causal mask make possible?",
                "因果掩码使什么成为可能？",
            ),
            [
                Right(
                    Text(
                        "To train on all places of a sentence at once, each predicting the next word.",
                        "在一句话的所有位置上同时训练，每个位置预测下一个词。",
                    ),
                    Text(
                        "No place can see its answer, so nothing has to be hidden. BERT learns from the chosen places alone.",
                        "哪个位置都看不到自己的答案，所以什么都不必藏。BERT 只能从选中的位置学。",
                    ),
                ),
                Wrong(
                    Text("To read in both directions.", "两个方向都能看。"),
                    Text(
                        "It takes one of the two away. Without it every word reads every other.",
                        "它恰恰拿掉了一个方向。没有它，每个词才能看到所有的词。",
                    ),
                ),
                Wrong(
                    Text("To put sentences of different lengths into one batch.", "把长短不一的句子放进一个批次。"),
                    Text(
                        "That is what the mask of padding does: it hides places without a word. This one hides words that are yet to come.",
                        "那要靠屏蔽填充词元，也就是没有词的位置。因果掩码屏蔽的是还没轮到的词。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A model solves NSP well, with second sentences drawn from other texts. What may it have learned?",
                "一个模型把 NSP 做得很好，随机的第二句取自别的文章。它学到的可能是什么？",
            ),
            [
                Wrong(
                    Text("To follow an argument from sentence to sentence.", "理解句与句之间的推理。"),
                    Text(
                        "A high accuracy does not show that: something much simpler is enough to tell most of the pairs.",
                        "准确率高推不出这一点：大多数句对，用简单得多的办法就能分辨。",
                    ),
                ),
                Right(
                    Text("To see whether both speak of the same topic.", "看两句话是不是同一个主题。"),
                    Text(
                        "A sentence from elsewhere mostly gives itself away by its words, and MLM teaches those anyway. RoBERTa lost nothing without NSP; ALBERT asks for the order of two neighbouring sentences instead.",
                        "从别处来的句子，多半从用词就能看出来，这类信息 MLM 已能学到。RoBERTa 去掉 NSP 并无损失；ALBERT 改为判断相邻两句的顺序。",
                    ),
                ),
                Wrong(
                    Text("To tell which of two neighbours came first.", "判断相邻两句的顺序。"),
                    Text(
                        "It has never met two neighbours in the wrong order. That is ALBERT's task.",
                        "它从没见过顺序颠倒的相邻两句。那是 ALBERT 的任务。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "In one head the word *bad* gives half of its attention to *not*. What does that say?",
                "在某个头里，*bad* 把一半的注意力给了 *not*。这说明什么？",
            ),
            [
                Wrong(
                    Text(
                        "*not* is the most important word for the model's answer.",
                        "对模型的答案来说，*not* 是最重要的词。",
                    ),
                    Text(
                        "That is one head of many, in one layer, and the residual goes past it. A large weight may also fall on a value that says little.",
                        "这只是某一层里众多头中的一个，残差还会绕过它。而且，权重虽大，对应的值也可能没什么内容。",
                    ),
                ),
                Wrong(
                    Text("Without *not* the answer would be another.", "没有 *not*，答案就会不同。"),
                    Text(
                        "The weight alone does not show that: to know, take the word away and look.",
                        "光看权重推不出这一点：要知道，就把这个词拿掉再看。",
                    ),
                ),
                Right(
                    Text(
                        "Half of what this head hands to *bad* is the value of *not*.",
                        "这个头交给 *bad* 的内容，有一半是 *not* 的值。",
                    ),
                    Text(
                        "It says where something was read, not what came of it. Whether that explains the answer has to be tested.",
                        "它说的是从哪里汇集信息，而不是汇集之后怎样。能不能解释答案，要另做检验。",
                    ),
                ),
            ],
        ),
    ],
)
