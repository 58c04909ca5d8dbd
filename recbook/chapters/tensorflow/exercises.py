"""Exercises and quiz of chapter 06."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _draw_texts(rng):
    batch, n, d = (int(rng.integers(low, high)) for low, high in ((2, 5), (2, 6), (1, 4)))
    real = rng.random((batch, n)) < 0.6
    real[:, 0] = True  # every text begins with [CLS]
    real[0, -1] = False
    return rng.normal(size=(batch, n, d)), real


mean = Exercise(
    id="tensorflow-mean",
    title=Text("The mean over real tokens", "对真正的词元求平均"),
    gives=Text("an array of shape `(batch, d)`", "形状为 `(batch, d)` 的数组"),
    hint=Text(
        "Take the first text alone. Which of its rows are real, how many are they, and what is their mean?",
        "单看第一段文字。哪些行是真正的词元？一共几个？它们的平均是多少？",
    ),
    examples=[
        (np.array([[[2.0, 4.0], [4.0, 0.0], [9.0, 9.0]]]), np.array([[True, True, False]])),
        (
            np.array([[[1.0], [3.0], [8.0]], [[6.0], [7.0], [8.0]]]),
            np.array([[True, True, True], [True, False, False]]),
        ),
    ],
    random=_draw_texts,
)


@mean.solution
def masked_mean(vectors, real):
    return (vectors * real[..., None]).sum(axis=1) / real.sum(axis=1, keepdims=True)


@mean.mistake(
    en="Padding is in your mean like any other token. `real` says which rows count.",
    zh="填充也像别的词元一样进了平均。`real` 说明哪些行算数。",
)
def plain_mean(vectors, real):
    return vectors.mean(axis=1)


@mean.mistake(
    en="Padding is out of the sum, but you divided by the length of the *row*, padding included. How many tokens are in the sum?",
    zh="求和时去掉了填充，但除以的是*整行*的长度，填充也算在内。求和的词元到底有几个？",
)
def divided_by_the_row(vectors, real):
    return (vectors * real[..., None]).mean(axis=1)


@mean.mistake(
    en="Your divisor is one more than the number of real tokens. Each text has a real token, so nothing needs to be "
    "added to keep it from 0.",
    zh="你的除数比真正词元的个数多 1。每段文字至少有一个真正的词元，不必为了避免除以 0 再加什么。",
)
def divided_by_one_more(vectors, real):
    weights = np.asarray(real, float)[..., None]
    return (vectors * weights).sum(axis=1) / (weights.sum(axis=1) + 1)


@mean.mistake(
    en="You counted the numbers that are not 0, coordinate by coordinate. A real token may hold a 0: `real` says how "
    "many tokens there are.",
    zh="你数的是各坐标上不为 0 的数。真正的词元也可能含有 0：有几个词元，要看 `real`。",
)
def divided_by_what_is_not_zero(vectors, real):
    kept = vectors * np.asarray(real, float)[..., None]
    return kept.sum(axis=1) / np.maximum((kept != 0).sum(axis=1), 1)


@mean.mistake(
    en="That is the sum over the real tokens. A longer text then gets a longer vector: divide by how many there are.",
    zh="这是真正词元的和，文字越长，向量就越长。还要除以个数。",
)
def summed(vectors, real):
    return (vectors * real[..., None]).sum(axis=1)


@mean.mistake(
    en="You averaged the padding and left out the real tokens: the mask is the wrong way round.",
    zh="你平均的是填充，真正的词元反而没算：掩码用反了。",
)
def mask_turned(vectors, real):
    return masked_mean(vectors, ~real)


@mean.mistake(
    en="You divided every text by the real tokens of the *whole batch*. Each text has a number of its own: look at `axis`.",
    zh="每段文字你都除以了*整个批次*的真正词元数。每段文字各有自己的个数：看看 `axis`。",
)
def divided_by_the_batch(vectors, real):
    return (vectors * real[..., None]).sum(axis=1) / real.sum()


@mean.mistake(
    en="You took one mean over all real tokens of the batch. Each text gets a mean of its own.",
    zh="你把批次里所有真正的词元合在一起求了平均。每段文字应当各求各的。",
)
def mean_of_all_texts(vectors, real):
    return vectors[real].mean(axis=0)


@mean.mistake(
    en="You averaged along the wrong axis, over the texts. The tokens of a text lie along axis 1.",
    zh="求平均的轴不对，你是在各段文字之间平均。一段文字的词元排在轴 1 上。",
)
def mean_over_texts(vectors, real):
    return (vectors * real[..., None]).sum(axis=0) / real.sum(axis=0)[:, None]


@mean.mistake(
    en="The means are right, and then brought to length 1. The exercise asks for the mean itself.",
    zh="平均是对的，但又归一化为单位长度了。练习要的是平均本身。",
)
def unit_length(vectors, real):
    found = masked_mean(vectors, real)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@mean.mistake(
    en="That is the vector of the first token, CLS pooling. Asked is the mean over all real tokens.",
    zh="这是第一个词元的向量，即 CLS 池化。题目要的是所有真正词元的平均。",
)
def first_token(vectors, real):
    return vectors[:, 0]


@mean.mistake(
    en="The divisor is right, but the vectors at padding are still in the sum. Multiply them by 0 first.",
    zh="除数是对的，但填充位上的向量还在和里。要先把它们乘上 0。",
)
def padding_in_the_sum(vectors, real):
    return vectors.sum(axis=1) / real.sum(axis=1, keepdims=True)


@mean.mistake(
    en="You took the first *n* rows of each text. `real` says which rows count, and they need not be the first.",
    zh="你取的是每段文字的前 *n* 行。哪些行算数由 `real` 决定，不一定是最前面的那几行。",
)
def first_rows(vectors, real):
    return np.array([text[:n].mean(axis=0) for text, n in zip(vectors, real.sum(axis=1), strict=True)])


@mean.mistake(
    en="Padding has become NaN, and a mean with NaN in it is NaN. `np.nanmean` leaves NaN out of sum and count.",
    zh="填充变成了 NaN，而含有 NaN 的平均还是 NaN。`np.nanmean` 求和、计数时都会跳过 NaN。",
)
def padding_as_nan(vectors, real):
    return np.where(real[..., None], vectors, np.nan).mean(axis=1)


@mean.mistake(
    en="The counts lie in a row, and NumPy divides *columns* by them, or stops. They belong to the rows: `keepdims=True`.",
    zh="这些个数排成一行，NumPy 就会拿它们去除各*列*，或者报错。它们应当对应各行：`keepdims=True`。",
)
def counts_laid_flat(vectors, real):
    return (vectors * real[..., None]).sum(axis=1) / real.sum(axis=1)


@mean.mistake(
    en="This is the maximum of each coordinate. Asked is the mean.",
    zh="这是每个坐标的最大值。题目要的是平均。",
)
def maximum(vectors, real):
    return np.where(real[..., None], vectors, -np.inf).max(axis=1)


@mean.mistake(
    en="You left out the first token. Where `real` is True a token counts, [CLS] included.",
    zh="你去掉了第一个词元。凡是 `real` 为 True 的都要算，[CLS] 也不例外。",
)
def first_left_out(vectors, real):
    return masked_mean(vectors[:, 1:], real[:, 1:])


def _sigma(x):
    return 1 / (1 + np.exp(-x))


def _draw_pairs(rng):
    n, d = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    return rng.normal(size=(n, d)), rng.normal(size=(n, d)), float(rng.normal()), float(rng.normal())


score = Exercise(
    id="tensorflow-score",
    title=Text("Dot product and sigmoid", "点积与 sigmoid"),
    gives=Text("an array of shape `(n,)`", "形状为 `(n,)` 的数组"),
    hint=Text(
        "Work out one pair by pencil: multiply number by number, add up, then weight, bias, sigmoid.",
        "先笔算一对：逐个相乘，求和，再乘权重、加偏置、过 sigmoid。",
    ),
    examples=[
        (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[2.0, -1.0], [5.0, 1.0]]), 2.0, 0.0),
        (np.array([[1.0, 1.0], [2.0, 0.0]]), np.array([[1.0, 1.0], [1.0, 3.0]]), -1.0, 2.0),
    ],
    random=_draw_pairs,
)


def _dots(u, v):
    return (u * v).sum(axis=1)


@score.solution
def probabilities(u, v, w, b):
    return _sigma(w * _dots(u, v) + b)


@score.mistake(
    en="You scored each user with *each* film: the result has shape (n, n). Pairs go row by row.",
    zh="你给每位用户和*每一部*电影都打了分，结果形状是 (n, n)。配对是逐行的。",
)
def every_user_with_every_film(u, v, w, b):
    return _sigma(w * (u @ v.T) + b)


@score.mistake(
    en="These are the logits. The sigmoid that makes probabilities of them is still missing.",
    zh="这是 logits。还差一步 sigmoid，才变成概率。",
)
def logits_only(u, v, w, b):
    return w * _dots(u, v) + b


@score.mistake(
    en="The weight and the bias are missing: this is the sigmoid of the plain dot product.",
    zh="漏了权重和偏置：这是点积本身的 sigmoid。",
)
def head_left_out(u, v, w, b):
    return _sigma(_dots(u, v))


@score.mistake(
    en="The bias came after the sigmoid, so the result may leave 0 to 1. It belongs inside.",
    zh="偏置加在了 sigmoid 之后，结果可能超出 0 到 1。它应当在里面。",
)
def bias_outside(u, v, w, b):
    return _sigma(w * _dots(u, v)) + b


@score.mistake(
    en="You multiplied dot product *and* bias by the weight. The bias is added as it is.",
    zh="点积*和*偏置你都乘了权重。偏置是直接加上去的。",
)
def bias_weighted(u, v, w, b):
    return _sigma(w * (_dots(u, v) + b))


@score.mistake(
    en="The sign in the exponent is wrong: your probability falls as the score grows.",
    zh="指数里的符号反了：得分越高，你的概率反而越低。",
)
def sigmoid_turned(u, v, w, b):
    return _sigma(-(w * _dots(u, v) + b))


@score.mistake(
    en="You took the cosine. Here the vectors are not brought to length 1 first.",
    zh="你用的是余弦。这里不先把向量归一化为单位长度。",
)
def cosine(u, v, w, b):
    return _sigma(w * _dots(u, v) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1) + b)


@score.mistake(
    en="You took the mean of the products. A dot product is their sum.",
    zh="你取的是各乘积的平均。点积是它们的和。",
)
def mean_of_products(u, v, w, b):
    return _sigma(w * (u * v).mean(axis=1) + b)


@score.mistake(
    en="You summed down the columns. Each pair is a row: look at `axis`.",
    zh="你是沿着列求和的。每一对是一行：看看 `axis`。",
)
def summed_down_columns(u, v, w, b):
    return _sigma(w * (u * v).sum(axis=0) + b)


@score.mistake(
    en="The bias is missing: it is added before the sigmoid.",
    zh="漏了偏置：它要在做 sigmoid 之前加上。",
)
def bias_left_out(u, v, w, b):
    return _sigma(w * _dots(u, v))


@score.mistake(
    en="The weight is missing: it multiplies the dot product.",
    zh="漏了权重：点积要乘以它。",
)
def weight_left_out(u, v, w, b):
    return _sigma(_dots(u, v) + b)


@score.mistake(
    en="The minus in the exponent reaches only a part: it belongs before the *whole* sum, `-(w * s + b)`.",
    zh="指数里的负号只作用到了一部分：它应当在*整个*和的前面，即 `-(w * s + b)`。",
)
def minus_before_a_part(u, v, w, b):
    return _sigma(w * _dots(u, v) - b)


@score.mistake(
    en="`1 / 1 + x` is 1 + x: put brackets round everything that stands below the fraction line.",
    zh="`1 / 1 + x` 算出来是 1 + x：分母要整个用括号括起来。",
)
def brackets_missing(u, v, w, b):
    return 1 / 1 + np.exp(-(w * _dots(u, v) + b))


@score.mistake(
    en="The 1 below the fraction line is missing: your values leave 0 to 1.",
    zh="分母里漏了 1：结果超出了 0 到 1。",
)
def one_left_out(u, v, w, b):
    return np.exp(w * _dots(u, v) + b)


@score.mistake(
    en="Weight and bias came after the sigmoid. They belong inside, and the sigmoid comes last.",
    zh="权重和偏置用在了 sigmoid 之后。它们应当在里面，最后才做 sigmoid。",
)
def head_after_sigmoid(u, v, w, b):
    return w * _sigma(_dots(u, v)) + b


@score.mistake(
    en="You took a softmax, in which the pairs compete. Each pair is judged by itself here: the sigmoid of its own number.",
    zh="你做了 softmax，让各对互相竞争。这里每一对单独判断：各自做 sigmoid。",
)
def softmax_of_the_pairs(u, v, w, b):
    powers = np.exp(w * _dots(u, v) + b)
    return powers / powers.sum()


@score.mistake(
    en="You took the tanh, which runs from -1 to 1. Asked is the sigmoid, from 0 to 1.",
    zh="你用的是 tanh，范围是 -1 到 1。题目要的是 sigmoid，范围是 0 到 1。",
)
def tanh_instead(u, v, w, b):
    return np.tanh(w * _dots(u, v) + b)


@score.mistake(
    en="You decided already, yes or no. Asked are the probabilities themselves.",
    zh="你已经判断了是或否。题目要的是概率本身。",
)
def decided(u, v, w, b):
    return w * _dots(u, v) + b > 0


@score.mistake(
    en="You took a sigmoid of each single product. Add the products up first: a pair has one score, and one sigmoid.",
    zh="你对每个乘积各做了一次 sigmoid。应当先把乘积加起来：一对只有一个得分，只做一次 sigmoid。",
)
def sigmoid_of_each_product(u, v, w, b):
    return _sigma(w * u * v + b).sum(axis=1)


def _draw_sizes(rng):
    return tuple(int(rng.integers(2, 500)) for _ in range(4))


parameters = Exercise(
    id="tensorflow-parameters",
    title=Text("The parameters of the towers", "双塔的参数个数"),
    gives=Text("a whole number", "一个整数"),
    hint=Text(
        "Write the shapes of P, Q, A, B and of the bias next to each other, and count the numbers in each.",
        "把 P、Q、A、B 和偏置的形状并排写出来，数一数各有多少个数。",
    ),
    examples=[(2, 3, 5, 4), (10, 1, 7, 2)],
    random=_draw_sizes,
)


@parameters.solution
def n_parameters(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width + n_items


@parameters.mistake(
    en="The bias is missing: one number for each film.",
    zh="漏了偏置：每部电影一个数。",
)
def without_bias(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * d * width


@parameters.mistake(
    en="You counted the bias as one number for all. Each film has its own.",
    zh="你把偏置当成了公用的一个数。每部电影各有一个。",
)
def one_bias(n_users, n_items, d, width):
    return without_bias(n_users, n_items, d, width) + 1


@parameters.mistake(
    en="You gave users a bias too. In this model only films have one.",
    zh="你给用户也加了偏置。这个模型里只有电影有。",
)
def user_bias_too(n_users, n_items, d, width):
    return n_parameters(n_users, n_items, d, width) + n_users


@parameters.mistake(
    en="You gave the bias to the users. In this model the films have it.",
    zh="你把偏置给了用户。这个模型里，有偏置的是电影。",
)
def bias_for_users(n_users, n_items, d, width):
    return without_bias(n_users, n_items, d, width) + n_users


@parameters.mistake(
    en="You gave the projections biases of their own. They are plain tables of shape (d, width).",
    zh="你给投影也加了偏置。投影只是形状为 (d, width) 的矩阵。",
)
def biased_projections(n_users, n_items, d, width):
    return n_parameters(n_users, n_items, d, width) + 2 * width


@parameters.mistake(
    en="You counted one projection. Each tower has one of its own, A and B.",
    zh="你只算了一个投影。两座塔各有一个，A 和 B。",
)
def one_projection(n_users, n_items, d, width):
    return n_parameters(n_users, n_items, d, width) - d * width


@parameters.mistake(
    en="You left out the projections: the text part learns them.",
    zh="漏了投影：文本部分学的就是它们。",
)
def identities_only(n_users, n_items, d, width):
    return (n_users + n_items) * width + n_items


@parameters.mistake(
    en="You left out the identities, P and Q: a row for each user and each film.",
    zh="漏了 ID 嵌入 P 和 Q：每位用户、每部电影各一行。",
)
def text_only(n_users, n_items, d, width):
    return 2 * d * width + n_items


@parameters.mistake(
    en="You counted the text vectors themselves. They are given, and not learned.",
    zh="你把文本向量本身也算进去了。它们是给定的，不用学。",
)
def texts_counted(n_users, n_items, d, width):
    return n_parameters(n_users, n_items, d, width) + (n_users + n_items) * d


@parameters.mistake(
    en="You gave every user and film a projection of their own. One table serves all users, another all films.",
    zh="你给每位用户、每部电影都配了投影。所有用户共用一个矩阵，所有电影共用另一个。",
)
def projection_for_each(n_users, n_items, d, width):
    return (n_users + n_items) * width * (1 + d) + n_items


@parameters.mistake(
    en="That is what the text's head learns, a weight and a bias. Here the vectors are learned.",
    zh="那是文章的输出头要学的：一个权重，一个偏置。这里学的是向量。",
)
def the_texts_head(n_users, n_items, d, width):
    return 2


@parameters.mistake(
    en="You counted the films' text vectors. They are given, and not learned.",
    zh="你把电影的文本向量也算进去了。它们是给定的，不用学。",
)
def film_texts_counted(n_users, n_items, d, width):
    return n_parameters(n_users, n_items, d, width) + n_items * d


@parameters.mistake(
    en="You multiplied the sizes of two tables. Both are there side by side: their numbers add up.",
    zh="你把两张表的大小相乘了。两张表并排放着：个数应当相加。",
)
def identities_multiplied(n_users, n_items, d, width):
    return n_users * width * n_items * width + 2 * d * width + n_items


@parameters.mistake(
    en="You multiplied users by films. The two tables stand side by side: each has rows of its own, and their numbers "
    "add up.",
    zh="你把用户数和电影数相乘了。两张表并排放着，各有各的行：个数应当相加。",
)
def users_times_films(n_users, n_items, d, width):
    return n_users * n_items * width + 2 * d * width + n_items


@parameters.mistake(
    en="You added the two sides of a table. A table of shape (d, width) holds d times width numbers.",
    zh="你把矩阵的两条边相加了。形状为 (d, width) 的矩阵有 d 乘 width 个数。",
)
def sides_added(n_users, n_items, d, width):
    return (n_users + n_items) * width + 2 * (d + width) + n_items


@parameters.mistake(
    en="Without brackets only the last of the two is multiplied by `width`: users *and* films have `width` numbers each.",
    zh="不加括号，乘以 `width` 的就只有后一个：用户*和*电影各有 `width` 个数。",
)
def width_times_one_part(n_users, n_items, d, width):
    return n_users + n_items * width + 2 * d * width + n_items


@parameters.mistake(
    en="One of the two tables of identities is missing: users have P and films have Q.",
    zh="两张 ID 嵌入表少了一张：用户有 P，电影有 Q。",
)
def films_only(n_users, n_items, d, width):
    return n_items * width + 2 * d * width + n_items


@parameters.mistake(
    en="One of the two tables of identities is missing: films have Q as users have P.",
    zh="两张 ID 嵌入表少了一张：用户有 P，电影也有 Q。",
)
def users_only(n_users, n_items, d, width):
    return n_users * width + 2 * d * width + n_items


@parameters.mistake(
    en="Your identities are as wide as the text vectors. A row of P or Q is as long as a tower's vector: `width`.",
    zh="你的 ID 嵌入与文本向量一样宽。P、Q 的一行与塔的输出一样长：`width`。",
)
def identities_as_wide_as_texts(n_users, n_items, d, width):
    return (n_users + n_items) * d + 2 * d * width + n_items


@parameters.mistake(
    en="You gave films a vector for a bias. It is one number a film.",
    zh="你把电影的偏置当成了一个向量。每部电影的偏置只是一个数。",
)
def bias_as_vectors(n_users, n_items, d, width):
    return (n_users + 2 * n_items) * width + 2 * d * width


def _draw_logits(rng):
    n = int(rng.integers(3, 8))
    labels = rng.integers(2, size=n)
    labels[:2] = [0, 1]
    scores = rng.normal(size=n) * 3
    if rng.random() < 0.3:
        scores[:2] = [900.0, -900.0]  # both wrong, and beyond what exp can hold
    return scores, labels


logits = Exercise(
    id="tensorflow-logits",
    title=Text("Cross-entropy from logits", "由 logits 算交叉熵"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "By pencil: a score of 0 costs log 2 with either label. And log(1 + e^s) for a large s is about s: does your formula ever compute e to the power of 900?",
        "笔算：得分为 0 时，不论标签是什么，损失都是 log 2。s 很大时 log(1 + e^s) 约等于 s：你的公式里会不会去算 e 的 900 次方？",
    ),
    examples=[
        (np.array([0.0, 0.0]), np.array([1, 0])),
        (np.log(3) * np.array([1.0, -1.0, 1.0]), np.array([1, 1, 0])),
        (np.array([800.0, -1000.0, 0.0]), np.array([0, 1, 1])),
    ],
    random=_draw_logits,
)


@logits.solution
def loss_from_logits(scores, labels):
    return np.logaddexp(0, np.where(labels == 1, -scores, scores)).mean()


def _from_probabilities(p, labels):
    return -np.where(labels == 1, np.log(p), np.log(1 - p)).mean()


@logits.mistake(
    en="Right for small scores, infinite for large ones. By way of probabilities: one has become exactly 0 or 1, and you take its logarithm. With log(1 + e^s) as it stands: e to the power of 900 overflows. For a large s, take s out of the logarithm, so that only e to a negative power is left; `np.logaddexp` does so.",
    zh="得分小时对，得分大时成了无穷大。如果先算概率：它已经恰好是 0 或 1，你又取了对数。如果直接写 log(1 + e^s)：e 的 900 次方溢出了。s 很大时，要把 s 从对数里提出来，只留下 e 的负数次方；`np.logaddexp` 就是这样算的。",
)
def by_way_of_probabilities(scores, labels):
    return _from_probabilities(_sigma(scores), labels)


@logits.mistake(
    en="You cut the probabilities off near 0 and 1, so a score of 900 costs no more than one of 16, and nothing pulls it back.",
    zh="你把概率截断在 0 和 1 附近，于是得分 900 的损失不比 16 大，也就没有力量把它拉回来。",
)
def clipped(scores, labels):
    return _from_probabilities(np.clip(_sigma(scores), 1e-7, 1 - 1e-7), labels)


@logits.mistake(
    en="You took the scores for probabilities, as Keras does without `from_logits=True` (it cuts them off between 0 and 1). The sigmoid is missing.",
    zh="你把得分当成了概率，就像 Keras 没写 `from_logits=True` 时那样（截断到 0 与 1 之间）。少了 sigmoid。",
)
def taken_for_probabilities(scores, labels):
    return _from_probabilities(np.clip(scores, 1e-7, 1 - 1e-7), labels)


@logits.mistake(
    en="The sigmoid was taken twice: once by you, once inside the loss from logits.",
    zh="sigmoid 做了两次：你做了一次，由 logits 算的损失里又做了一次。",
)
def sigmoid_twice(scores, labels):
    return loss_from_logits(_sigma(scores), labels)


@logits.mistake(
    en="The labels are the wrong way round: a high score with label 1 should cost little.",
    zh="标签用反了：标签为 1、得分高时，损失应当小。",
)
def labels_turned(scores, labels):
    return loss_from_logits(-scores, labels)


@logits.mistake(
    en="Only the pairs with label 1 cost anything. Those with label 0 cost -log sigma(-s).",
    zh="只有标签为 1 的计入了损失。标签为 0 的损失是 -log sigma(-s)。",
)
def positives_only(scores, labels):
    return np.where(labels == 1, np.logaddexp(0, -scores), 0).mean()


@logits.mistake(
    en="That is the sum. Asked is the mean.",
    zh="这是总和。题目要的是平均。",
)
def summed_losses(scores, labels):
    return loss_from_logits(scores, labels) * len(scores)


@logits.mistake(
    en="That is the largest loss of all pairs. Asked is their mean.",
    zh="这是各对里最大的损失。题目要的是平均。",
)
def largest_loss(scores, labels):
    return np.logaddexp(0, np.where(np.asarray(labels) == 1, -scores, scores)).max()


@logits.mistake(
    en="The sign is wrong: a loss is never negative.",
    zh="符号反了：损失不会是负的。",
)
def without_minus(scores, labels):
    return -loss_from_logits(scores, labels)


@logits.mistake(
    en="You used the logarithm to base 2. Here it is the natural one.",
    zh="你用了以 2 为底的对数。这里用自然对数。",
)
def to_base_two(scores, labels):
    return loss_from_logits(scores, labels) / np.log(2)


@logits.mistake(
    en="You averaged over the pairs with label 1 alone. Those with label 0 cost -log sigma(-s), and count in the mean.",
    zh="你只在标签为 1 的里面求了平均。标签为 0 的损失是 -log sigma(-s)，也要计入平均。",
)
def mean_over_positives(scores, labels):
    return loss_from_logits(scores[labels == 1], labels[labels == 1])


@logits.mistake(
    en="The label has no effect: every pair is treated as if it were 1. For a 0 the sign of the score is turned.",
    zh="标签没有起作用：每一对都当成了 1。标签为 0 时，得分要变号。",
)
def labels_ignored(scores, labels):
    return np.logaddexp(0, -scores).mean()


@logits.mistake(
    en="You multiplied the score by the label. A label of 0 makes it 0, which costs log 2 whatever the score was. You want the sign, +1 or -1.",
    zh="你让得分乘上了标签。标签为 0 时得分就成了 0，不论原来多大，损失都是 log 2。你要的是正负号：+1 或 -1。",
)
def label_as_factor(scores, labels):
    return np.logaddexp(0, -scores * labels).mean()


@logits.mistake(
    en="Where the label is 0 you took the score itself for the loss. It costs -log sigma(-s), which is about s only "
    "where s is large.",
    zh="标签为 0 时，你直接拿得分当损失。应当是 -log sigma(-s)，只有 s 很大时它才约等于 s。",
)
def score_where_the_label_is_zero(scores, labels):
    return np.where(np.asarray(labels) == 1, np.logaddexp(0, -scores), scores).mean()


@logits.mistake(
    en="Where the label is 0 you took the score itself for the loss, which is so only where it is large; and e to the "
    "power of 900 overflows.",
    zh="标签为 0 时，你直接拿得分当损失，只有得分很大时才近似如此；而且 e 的 900 次方会溢出。",
)
def score_where_the_label_is_zero_with_powers(scores, labels):
    with np.errstate(all="ignore"):
        return np.where(np.asarray(labels) == 1, -np.log(1 / (1 + np.exp(-scores))), scores).mean()


@logits.mistake(
    en="Almost the stable form: in `log(1 + exp(-s))` the size of the score is meant, without its sign. For a negative "
    "score yours grows twice.",
    zh="离稳定的写法只差一点：`log(1 + exp(-s))` 里应当是得分的大小，不带正负号。得分为负时，你多算了一遍。",
)
def sign_left_in_the_stable_form(scores, labels):
    return (np.maximum(scores, 0) - scores * labels + np.logaddexp(0, -scores)).mean()


@logits.mistake(
    en="Almost the stable form: in `log(1 + exp(-s))` the size of the score is meant, without its sign. For a negative "
    "score yours grows twice, and overflows.",
    zh="离稳定的写法只差一点：`log(1 + exp(-s))` 里应当是得分的大小，不带正负号。得分为负时，你多算了一遍，还会溢出。",
)
def sign_left_in_and_overflowing(scores, labels):
    with np.errstate(all="ignore"):
        return (np.maximum(scores, 0) - scores * labels + np.log1p(np.exp(-scores))).mean()


@logits.mistake(
    en="For large scores log(1 + e^s) is *about* s, but not for small ones: a score of 0 costs log 2, and yours costs nothing.",
    zh="得分很大时，log(1 + e^s) *约*等于 s，得分小时却不是：得分为 0 的损失是 log 2，你的却是 0。",
)
def only_for_large_scores(scores, labels):
    return np.maximum(np.where(labels == 1, -scores, scores), 0).mean()


@logits.mistake(
    en="You cut the scores off, so one of 900 costs no more than one at the cut, and nothing pulls it back. Keep the score, and bring the formula to a form without large powers.",
    zh="你截断了得分，于是 900 的损失不比截断处大，也就没有力量把它拉回来。得分要保留；应当换一种没有大次方的写法。",
)
def scores_cut_off(scores, labels):
    return loss_from_logits(np.clip(scores, -30, 30), labels)


@logits.mistake(
    en="This is the squared error of the probabilities. Asked is the cross-entropy: minus a logarithm.",
    zh="这是概率的平方误差。题目要的是交叉熵：对数的相反数。",
)
def squared_error(scores, labels):
    return ((_sigma(scores) - labels) ** 2).mean()


@logits.mistake(
    en="The label has no effect: every pair is treated as if it were 0. A pair with label 1 costs -log sigma(s).",
    zh="标签没有起作用：每一对都当成了 0。标签为 1 时，损失是 -log sigma(s)。",
)
def all_taken_for_zero(scores, labels):
    return np.logaddexp(0, scores).mean()


@logits.mistake(
    en="You took the mean of the probabilities first, and the logarithm then. Each pair has a loss of its own; the mean comes last.",
    zh="你先对概率求了平均，再取对数。每一对各有损失，最后才求平均。",
)
def logarithm_of_the_mean(scores, labels):
    return -np.log(_sigma(np.where(labels == 1, scores, -scores)).mean())


@logits.mistake(
    en="This is the mean probability of the true labels. The loss takes minus the logarithm of each.",
    zh="这是真实标签的平均概率。损失要对每个概率取负对数。",
)
def mean_probability(scores, labels):
    return _sigma(np.where(labels == 1, scores, -scores)).mean()


@logits.mistake(
    en="You took the sum of two means, each over one kind of label. Asked is one mean over all pairs.",
    zh="你把两种标签各求平均，再相加。题目要的是对所有样本求一个平均。",
)
def two_means(scores, labels):
    parts = [loss_from_logits(scores[labels == label], labels[labels == label]) for label in (0, 1)]
    return sum(parts)


def _draw_sampled(rng):
    n, m = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    items, drawn = rng.integers(6, size=n), rng.integers(6, size=m)
    drawn[0] = items[0]  # one accidental hit at least
    drawn[1] = items[0] + 6  # and one film that is nobody's
    return rng.normal(size=n) * 2, rng.normal(size=(n, m)) * 2, items, drawn


negatives = Exercise(
    id="tensorflow-negatives",
    title=Text("Sampled softmax", "采样 softmax"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "Take one row alone: which of the drawn films are not its own? Softmax over its positive and those; minus the logarithm of the positive's share.",
        "单看一行：抽出的电影里，哪些不是它自己的？对它的正样本和这些做 softmax，再对正样本所占的比例取负对数。",
    ),
    examples=[
        (
            np.log(2) * np.array([2.0, 0.0]),
            np.log(2) * np.array([[1.0, 0.0], [0.0, 0.0]]),
            np.array([7, 8]),
            np.array([5, 6]),
        ),
        (
            np.log(2) * np.array([1.0, 0.0]),
            np.log(2) * np.array([[1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]),
            np.array([4, 9]),
            np.array([4, 9, 3]),
        ),
    ],
    random=_draw_sampled,
)


def _own(items, drawn):
    return drawn[None, :] == items[:, None]


def _rows(positive, negative):
    """Loss of each row; minus infinity takes no part."""
    together = np.concatenate([positive[:, None], negative], axis=1)
    return np.logaddexp.reduce(together, axis=1) - positive


@negatives.solution
def sampled_softmax(positive, negative, items, drawn):
    return _rows(positive, np.where(_own(items, drawn), -np.inf, negative)).mean()


@negatives.mistake(
    en="A row's own film, drawn by accident, still counts against it. Leave it out of that row.",
    zh="碰巧抽到的自己那部电影，仍被当作负样本。那一行里不能算它。",
)
def own_film_kept(positive, negative, items, drawn):
    return _rows(positive, negative).mean()


@negatives.mistake(
    en="You set the score of a row's own film to 0. Softmax takes *e* to the power of 0, which is 1: it still takes part.",
    zh="你把自己那部电影的得分设成了 0。softmax 会算 *e* 的 0 次方，得 1：它还是参与了。",
)
def own_film_at_zero(positive, negative, items, drawn):
    return _rows(positive, np.where(_own(items, drawn), 0, negative)).mean()


@negatives.mistake(
    en="You took a film out of *all* rows because it belongs to one of them. For the others it is a negative like any other.",
    zh="因为某部电影属于其中一行，你就把它从*所有*行里去掉了。对别的行，它是普通的负样本。",
)
def taken_out_of_all_rows(positive, negative, items, drawn):
    return _rows(positive, np.where(np.isin(drawn, items)[None], -np.inf, negative)).mean()


@negatives.mistake(
    en="You dropped every *row* whose film was drawn. Only that one negative goes; the row stays.",
    zh="自己的电影被抽到的那些*行*，你整行都丢了。去掉的只是那一个负样本，行要留下。",
)
def rows_dropped(positive, negative, items, drawn):
    keep = ~np.isin(items, drawn)
    return _rows(positive[keep], negative[keep]).mean() if keep.any() else 0.0


@negatives.mistake(
    en="The mask is the wrong way round: you kept a row's own film and left out the others.",
    zh="掩码反了：你留下的是自己那部电影，去掉的是其他电影。",
)
def mask_the_wrong_way(positive, negative, items, drawn):
    return _rows(positive, np.where(_own(items, drawn), negative, -np.inf)).mean()


@negatives.mistake(
    en="The positive is missing from the denominator. It competes with its negatives, so it stands there too.",
    zh="分母里少了正样本。它与负样本竞争，所以也在分母里。",
)
def positive_not_in_denominator(positive, negative, items, drawn):
    masked = np.where(_own(items, drawn), -np.inf, negative)
    return (np.logaddexp.reduce(masked, axis=1) - positive).mean()


@negatives.mistake(
    en="That is the sum over the rows. Asked is the mean.",
    zh="这是各行之和。题目要的是平均。",
)
def summed_rows(positive, negative, items, drawn):
    return sampled_softmax(positive, negative, items, drawn) * len(positive)


@negatives.mistake(
    en="That is the mean *share* of the positives. The loss takes minus the logarithm of each.",
    zh="这是正样本所占*比例*的平均。损失要对每个比例取负对数。",
)
def mean_share(positive, negative, items, drawn):
    return np.exp(-_rows(positive, np.where(_own(items, drawn), -np.inf, negative))).mean()


@negatives.mistake(
    en="The sign is wrong: this is the mean *log share*. The loss is minus that.",
    zh="符号反了：这是*对数比例*的平均。损失是它的相反数。",
)
def log_share(positive, negative, items, drawn):
    return -sampled_softmax(positive, negative, items, drawn)


@negatives.mistake(
    en="This is the sigmoid loss, each pair by itself. Asked is the softmax, in which they compete.",
    zh="这是 sigmoid 损失，每对样本单独分类。题目要的是 softmax，让它们互相竞争。",
)
def sigmoid_instead(positive, negative, items, drawn):
    masked = np.where(_own(items, drawn), -np.inf, negative)
    return np.logaddexp(0, -positive).mean() + np.logaddexp(0, masked).mean()


@negatives.mistake(
    en="You took the *mean* of the negatives' powers. In the formula they are added up.",
    zh="你对负样本的指数取了*平均*。公式里是求和。",
)
def mean_of_the_powers(positive, negative, items, drawn):
    total = np.where(_own(items, drawn), 0, np.exp(negative)).mean(axis=1)
    return (np.log(np.exp(positive) + total) - positive).mean()


@negatives.mistake(
    en="Below the fraction line stands the *mean* of the powers that are left. A softmax divides by their sum.",
    zh="分母里是剩下的乘方的*平均*。softmax 要除以它们的和。",
)
def mean_of_the_powers_that_are_left(positive, negative, items, drawn):
    table = np.column_stack([positive, np.where(_own(items, drawn), -np.inf, negative)])
    left = np.isfinite(table).sum(axis=1)
    return np.mean(np.logaddexp.reduce(table, axis=1) - np.log(left) - positive)


@negatives.mistake(
    en="That is the logarithm of the denominator alone. Minus log of a fraction has a second part: what becomes of the "
    "numerator?",
    zh="这只是分母的对数。分数的对数取相反数，还有另一部分：分子变成了什么？",
)
def denominator_alone(positive, negative, items, drawn):
    table = np.column_stack([positive, np.where(_own(items, drawn), -np.inf, negative)])
    return np.mean(np.logaddexp.reduce(table, axis=1))


@negatives.mistake(
    en="You added up the *whole* table of negatives. Each row competes with its own scores alone: look at `axis`.",
    zh="你把负样本得分的*整张*表加在了一起。每一行只与自己那一行的得分竞争：看看 `axis`。",
)
def powers_of_the_whole_table(positive, negative, items, drawn):
    total = np.where(_own(items, drawn), 0, np.exp(negative)).sum()
    return (np.log(np.exp(positive) + total) - positive).mean()


@negatives.mistake(
    en="You took the mean of the shares first, and its logarithm then. Each row's share has a logarithm of its own; the mean comes last.",
    zh="你先对各行的比例取了平均，再取对数。应当每行各取对数，最后才求平均。",
)
def logarithm_of_the_mean_share(positive, negative, items, drawn):
    return -np.log(mean_share(positive, negative, items, drawn))


@negatives.mistake(
    en="You added up the negatives' scores and took *one* power of the sum. Take the power of each, and add those up.",
    zh="你先把负样本的得分加起来，再取*一次*指数。应当各取指数，再相加。",
)
def power_of_the_sum(positive, negative, items, drawn):
    total = np.where(_own(items, drawn), 0, negative).sum(axis=1)
    return np.logaddexp(0, total - positive).mean()


@negatives.mistake(
    en="There are no powers: you divided scores by scores. A softmax takes *e* to the power of each first.",
    zh="没有取指数：你直接用得分除以得分。softmax 要先取 *e* 的幂。",
)
def shares_of_the_scores(positive, negative, items, drawn):
    total = np.where(_own(items, drawn), 0, negative).sum(axis=1)
    return -np.log(positive / (positive + total)).mean()


@negatives.mistake(
    en="You used the logarithm to base 2. Here it is the natural one.",
    zh="你用了以 2 为底的对数。这里用自然对数。",
)
def logarithm_to_base_two(positive, negative, items, drawn):
    return sampled_softmax(positive, negative, items, drawn) / np.log(2)


@negatives.mistake(
    en="Where a row's own film was drawn, your loss is infinite: minus infinity stands among the *powers*, or at the positive. It belongs among the negatives' scores, before `exp`; its power is then 0.",
    zh="凡是抽到了自己那部电影的行，损失都成了无穷大：你把负无穷放进了*指数*里，或放到了正样本上。它应当放在负样本的得分里，在 `exp` 之前；那样它的指数才是 0。",
)
def infinity_among_powers(positive, negative, items, drawn):
    total = np.where(_own(items, drawn), -np.inf, np.exp(negative)).sum(axis=1)
    return -np.log(np.exp(positive) / (np.exp(positive) + total)).mean()


@negatives.mistake(
    en="The share that you took is not the positive's, but the first negative's. Look at which column the positive stands in.",
    zh="你取的不是正样本的比例，而是第一个负样本的。看看正样本在哪一列。",
)
def share_of_the_first_negative(positive, negative, items, drawn):
    masked = np.where(_own(items, drawn), -np.inf, negative)
    return (_rows(positive, masked) + positive - masked[:, 0]).mean()


@negatives.mistake(
    en="A film was left out that is not the row's own, because you compared by *place*: row 0 with column 0 and so on. A film is drawn at any place: compare every row with every column, `items[:, None]`.",
    zh="去掉的不是那一行自己的电影：你是按*位置*比较的，第 0 行对第 0 列，依此类推。抽到的电影可能在任何位置：每一行要与每一列比较，`items[:, None]`。",
)
def diagonal_left_out(positive, negative, items, drawn):
    return _rows(positive, np.where(np.eye(*negative.shape, dtype=bool), -np.inf, negative)).mean()


def _draw_epoch(rng):
    n = int(rng.integers(4, 12))
    return (
        [int(row) for row in rng.integers(100, size=n)],
        [int(i) for i in rng.permutation(n)],
        int(rng.integers(2, 5)),
    )


epoch = Exercise(
    id="tensorflow-batches",
    title=Text("Shuffle, then batch", "先打乱，再分批"),
    gives=Text("a list of lists", "列表的列表"),
    hint=Text(
        "Write the rows in the new order first, all in one line. Then cut the line from the left.",
        "先把各行按新的顺序排成一长条，再从左边开始切。",
    ),
    examples=[
        ([10, 11, 12, 13, 14], [3, 0, 4, 1, 2], 2),
        ([1, 2, 3, 4], [1, 3, 0, 2], 3),
    ],
    random=_draw_epoch,
)


def _cut(rows, size):
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)]


def _in_order(rows, order):
    return [rows[place] for place in order]


@epoch.solution
def epoch_batches(rows, order, size):
    return _cut(_in_order(rows, order), size)


@epoch.mistake(
    en="You cut first and shuffled the *batches*: each still holds neighbours of the log. That is `batch` before `shuffle`.",
    zh="你先切好，再打乱*批*的顺序：每一批里仍是日志中相邻的行。这就是把 `batch` 写在了 `shuffle` 前面。",
)
def shuffled_after_cutting(rows, order, size):
    pieces = _cut(rows, size)
    return [pieces[place] for place in order if place < len(pieces)]


@epoch.mistake(
    en="The rows are not shuffled at all: `order` was not used.",
    zh="各行根本没有打乱：没有用到 `order`。",
)
def not_shuffled(rows, order, size):
    return _cut(rows, size)


@epoch.mistake(
    en="You shuffled within each batch. A row can then never meet one from another part of the log.",
    zh="你只在每一批内部打乱。这样一行永远遇不到日志别处的行。",
)
def shuffled_within(rows, order, size):
    ranked = [
        sorted(range(len(piece)), key=lambda i, at=at: order[at * size + i])
        for at, piece in enumerate(_cut(rows, size))
    ]
    return [[piece[i] for i in way] for piece, way in zip(_cut(rows, size), ranked, strict=True)]


@epoch.mistake(
    en="The last, shorter batch is missing. Its rows would never be trained on in this epoch.",
    zh="少了最后那个较短的批次。这个轮次里，其中的行就没有训练到。",
)
def short_batch_dropped(rows, order, size):
    return [piece for piece in epoch_batches(rows, order, size) if len(piece) == size]


@epoch.mistake(
    en="You filled the last batch up. It may be shorter: no row comes twice in an epoch.",
    zh="你把最后一批补满了。它可以短些：一个轮次里，每一行只出现一次。",
)
def last_filled_up(rows, order, size):
    line = _in_order(rows, order)
    return _cut(line + line[:1] * (-len(line) % size), size)


@epoch.mistake(
    en="These are the places of the rows, not the rows. Look each place up in `rows`.",
    zh="这是各行的位置，不是行本身。要拿每个位置到 `rows` 里去取。",
)
def places_for_rows(rows, order, size):
    return _cut(order, size)


@epoch.mistake(
    en="The order is used backwards: `order[0]` is the place of the row that comes *first*, not the place where the first row goes.",
    zh="顺序用反了：`order[0]` 是排在*第一个*的那一行的位置，而不是第一行要去的位置。",
)
def order_backwards(rows, order, size):
    moved = list(rows)
    for row, place in zip(rows, order, strict=True):
        moved[place] = row
    return _cut(moved, size)


@epoch.mistake(
    en="You made `size` batches. `size` is how many rows a batch holds.",
    zh="你切成了 `size` 批。`size` 是每批的行数。",
)
def size_as_number_of_batches(rows, order, size):
    return [[int(row) for row in piece] for piece in np.array_split(_in_order(rows, order), size)]


@epoch.mistake(
    en="The rows are in the right order, but not cut into batches yet.",
    zh="各行的顺序对了，但还没有切成批。",
)
def not_cut(rows, order, size):
    return _in_order(rows, order)


@epoch.mistake(
    en="Your batches overlap: each begins one row after the one before. It should begin `size` rows after it.",
    zh="你的批次互相重叠：每批只比前一批晚一行开始。应当晚 `size` 行。",
)
def starts_one_row_apart(rows, order, size):
    line = _in_order(rows, order)
    return [line[start : start + size] for start in range(len(line))]


@epoch.mistake(
    en="There are as many batches as full ones fit, but they overlap: batch number `i` begins at row `i * size`, not at row `i`.",
    zh="批数是整批的个数，但各批互相重叠：第 `i` 批从第 `i * size` 行开始，不是第 `i` 行。",
)
def number_as_start(rows, order, size):
    line = _in_order(rows, order)
    return [line[i : i + size] for i in range(len(line) // size)]


@epoch.mistake(
    en="A slice is `start:end`, not `start:length`: after the first batch, `start:size` is empty. It ends at `start + size`.",
    zh="切片写的是 `start:end`（起点、终点），不是 `start:length`：从第二批起，`start:size` 就是空的。终点是 `start + size`。",
)
def ends_at_the_size(rows, order, size):
    line = _in_order(rows, order)
    return [line[start:size] for start in range(0, len(line), size)]


@epoch.mistake(
    en="There is an empty batch at the end, where `size` divides the number of rows.",
    zh="行数能被 `size` 整除时，最后多了一个空的批次。",
)
def empty_batch(rows, order, size):
    line = _in_order(rows, order)
    return [line[i * size : (i + 1) * size] for i in range(len(line) // size + 1)]


@epoch.mistake(
    en="You took every `size`-th row, or every so many-th: a batch holds rows that *follow* each other in the new order.",
    zh="你是每隔 `size` 行取一行。一批里的各行，在新的顺序中应当是*相邻*的。",
)
def every_so_many(rows, order, size):
    line = _in_order(rows, order)
    return [line[start::size] for start in range(size)]


@epoch.mistake(
    en="You sorted the rows. Take them in the order of `order`: `rows[order[0]]` first.",
    zh="你把各行排了序。应当按 `order` 的顺序取：先是 `rows[order[0]]`。",
)
def rows_sorted(rows, order, size):
    return _cut(sorted(rows), size)


@epoch.mistake(
    en="The rows stand in reverse. Take them in the order of `order`, from its first entry on.",
    zh="各行的顺序倒过来了。应当按 `order` 从头开始取。",
)
def from_the_end(rows, order, size):
    return _cut(_in_order(rows, order)[::-1], size)


quiz = Quiz(
    "tensorflow",
    [
        Question(
            Text(
                "Why is BERT not fine-tuned in the text's program, although `fit` runs?",
                "文章的程序里 `fit` 明明在跑，为什么 BERT 没有被微调？",
            ),
            [
                Wrong(
                    Text("Its layers are frozen with `trainable = False`.", "它的层用 `trainable = False` 冻结了。"),
                    Text(
                        "The program sets nothing of the kind. The layers could be trained, if they took part.",
                        "程序里没有这样的设置。只要参与计算，它们就能训练。",
                    ),
                ),
                Right(
                    Text(
                        "Its vectors were computed before; the model that is fitted does not contain it.",
                        "它的向量事先就算好了；训练的那个模型里没有它。",
                    ),
                    Text(
                        "To `fit`, the vectors are data. A gradient has nowhere to go beyond them.",
                        "对 `fit` 来说，这些向量就是数据。梯度到此为止，没有再往前的路。",
                    ),
                ),
                Wrong(
                    Text("Ten epochs are too few for so large a model.", "模型太大，十个轮次还不够。"),
                    Text(
                        "Not even a thousand would change a weight of it: `fit` does not reach it.",
                        "就是一千个轮次，它的权重也一个都不会变：`fit` 根本到不了它。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A head `Dense(1)` with sigmoid sits on one dot product, and its weight is positive. What does more training change?",
                "一个点积上接带 sigmoid 的 `Dense(1)`，权重为正。继续训练会改变什么？",
            ),
            [
                Wrong(
                    Text("The order of the films in a list.", "列表里电影的顺序。"),
                    Text(
                        "With a positive weight, sigma(ws + b) grows with s, whatever the bias: every order stays.",
                        "权重为正时，σ(ws + b) 随 s 递增，不论偏置是多少，顺序都不变。",
                    ),
                ),
                Right(
                    Text("The probabilities, but no list.", "改变概率，但不改变任何列表。"),
                    Text(
                        "It can learn how sure to be. To learn what a user likes, the vectors themselves must move.",
                        "它能学的是有多大把握。要学用户偏好，向量本身必须变。",
                    ),
                ),
                Wrong(
                    Text("BERT's vectors of the titles.", "BERT 给出的片名向量。"),
                    Text(
                        "The vectors are fixed, and the head has but two numbers.",
                        "向量是固定的，输出头只有两个数。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Two implementations of one BERT agree on single titles, but not on a batch of them. Where do you look first?",
                "同一个 BERT 的两份实现，在单个片名上一致，放进一个批次就不一致。先查哪里？",
            ),
            [
                Right(
                    Text("At the mask: padding is being read or averaged.", "查掩码：填充被关注或被平均了。"),
                    Text(
                        "A single title has no padding, so a lost mask shows in batches only.",
                        "单个片名没有填充，所以掩码丢失只在批次里才显出来。",
                    ),
                ),
                Wrong(
                    Text("At the epsilon of the layer normalisation.", "查层归一化的 epsilon。"),
                    Text(
                        "That would be off for a single title as well.",
                        "那样的话，单个片名也会不一致。",
                    ),
                ),
                Wrong(
                    Text("At the form of GELU.", "查 GELU 用的是哪种写法。"),
                    Text(
                        "That would be off for a single title as well, by a little.",
                        "那样的话，单个片名也会差一点。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "`predict` on all titles in one rectangle is slower than batches by length. What costs the time?",
                "把所有片名放进一个矩形再 `predict`，比按长度分批慢。时间主要花在哪里？",
            ),
            [
                Wrong(
                    Text("The tokenizer.", "分词器。"),
                    Text(
                        "It takes a fraction of a second for all titles.",
                        "处理全部片名也只要零点几秒。",
                    ),
                ),
                Right(
                    Text(
                        "Padding: every title is worked through at the length of the longest.",
                        "填充：每个片名都按最长的长度来计算。",
                    ),
                    Text(
                        "The mask keeps padding out of the result, not out of the computation.",
                        "掩码使填充不影响结果，但计算并没有省下。",
                    ),
                ),
                Wrong(
                    Text("Keras builds a new graph for each batch.", "Keras 每一批都要重新建计算图。"),
                    Text(
                        "The rectangle has one shape, so one graph. It is the batches by length that need several.",
                        "矩形只有一种形状，只需一张计算图。要建好几张图的，反倒是按长度分批。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A film is in the catalogue, but has no rating in training. What does the two-tower model with identities and text know about it?",
                "一部电影在目录里，但训练集里没有它的评分。对它，带 ID 嵌入和文本的双塔模型有什么可用？",
            ),
            [
                Wrong(
                    Text("Nothing: its row of the identities is untrained.", "什么也没有：它那行 ID 嵌入没有训练过。"),
                    Text(
                        "That row is still random, it is true. But the text part does without it.",
                        "那一行确实还是随机的，但文本部分不需要它。",
                    ),
                ),
                Right(
                    Text(
                        "Its title, through a projection learned from other films.",
                        "片名，经由从别的电影学来的投影。",
                    ),
                    Text(
                        "That is why text helps on hidden films. On films with ratings no gain could be measured.",
                        "所以文本对隐藏的电影有用；对有评分的电影，没有测出好处。",
                    ),
                ),
                Wrong(
                    Text("As much as about any other film.", "与别的电影一样多。"),
                    Text(
                        "Its identity is untrained: who watches it, and with what other films, is not known.",
                        "它的 ID 嵌入没有训练过：谁会看、与哪些电影一起看，都不知道。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Which of these should decide when training stops?",
                "应当由什么来决定何时停止训练？",
            ),
            [
                Wrong(
                    Text("The training loss.", "训练损失。"),
                    Text(
                        "By and large it goes on falling, even when the model overfits its training pairs.",
                        "即使模型已经过拟合，它大体上仍会继续下降。",
                    ),
                ),
                Wrong(
                    Text("NDCG on the test films.", "测试集上的 NDCG。"),
                    Text(
                        "Then the test has helped to choose, and no longer tests.",
                        "那样测试集就参与了选择，不再能用来测试。",
                    ),
                ),
                Right(
                    Text("NDCG on the validation films.", "验证集上的 NDCG。"),
                    Text(
                        "The measure that counts, on films kept for choosing.",
                        "用的正是我们关心的指标，而且这些电影专门留作选择之用。",
                    ),
                ),
            ],
        ),
    ],
)
