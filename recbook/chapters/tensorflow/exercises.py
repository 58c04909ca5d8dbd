"""Exercises and quiz of chapter 06."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _sigma(x):
    return 1 / (1 + np.exp(-x))


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
    # As `keras.losses.BinaryCrossentropy` does, in float32, where the largest number below 1 is 1 - 6e-8.
    epsilon = np.float32(1e-7)
    return _from_probabilities(np.clip(np.asarray(scores, np.float32), epsilon, np.float32(1) - epsilon), labels)


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


def _draw_buffer(rng):
    n, size = int(rng.integers(4, 11)), int(rng.integers(1, 6))
    rows = [int(row) for row in rng.integers(-50, 100, size=n)]
    picks = [int(rng.integers(min(size, n - step))) for step in range(n)]
    return rows, size, picks


buffer = Exercise(
    id="tensorflow-buffer",
    title=Text("What `shuffle` can mix", "`shuffle` 打乱得了多少"),
    gives=Text("a list", "一个列表"),
    hint=Text(
        "Take rows 1, 2, 3, 4 and a buffer of 2. Write down what the buffer holds after every step.",
        "取四行 1、2、3、4，缓冲区大小为 2。每走一步，写下缓冲区里有什么。",
    ),
    examples=[
        ([1, 2, 3, 4], 2, [1, 1, 0, 0]),
        ([5, 6, 7, 8, 9], 3, [0, 2, 1, 0, 0]),
        ([3, 1, 2], 5, [2, 0, 0]),
    ],
    random=_draw_buffer,
)


@buffer.solution
def shuffled(rows, size, picks):
    held, coming, out = list(rows[:size]), list(rows[size:]), []
    for place in picks:
        out.append(held[place])
        if coming:
            held[place] = coming.pop(0)
        else:
            held[place] = held[-1]
            held.pop()
    return out


@buffer.mistake(
    en="Your buffer never changes, so a row may come out twice and others never. Once a row is given out, the next row of "
    "the data stands in its place.",
    zh="你的缓冲区一直没有变，同一行会被反复交出，有的行却永远出不来。一行交出之后，它的位置上就是数据的下一行了。",
)
def gap_never_filled(rows, size, picks):
    return [rows[place] for place in picks]


@buffer.mistake(
    en="The next row went to the *end* of the buffer. It takes the place of the row that was given out.",
    zh="你把下一行放到了缓冲区的末尾。它应当放进刚交出的那一行的位置。",
)
def next_row_at_the_end(rows, size, picks):
    held, coming, out = list(rows[:size]), list(rows[size:]), []
    for place in picks:
        out.append(held.pop(place))
        held += coming[:1]
        coming = coming[1:]
    return out


@buffer.mistake(
    en="When no row is left to come, the others moved up by one. The buffer's *last* row moves into the gap.",
    zh="数据用完之后，你让后面的行依次前移了。应当由缓冲区的最后一行补到空位上。",
)
def others_move_up_at_the_end(rows, size, picks):
    held, coming, out = list(rows[:size]), list(rows[size:]), []
    for place in picks:
        out.append(held[place])
        if coming:
            held[place] = coming.pop(0)
        else:
            held.pop(place)
    return out


@buffer.mistake(
    en="You stopped when the data ended, with rows still in the buffer. They are given out too.",
    zh="数据一用完你就停了，缓冲区里还有行没有交出。",
)
def buffer_never_emptied(rows, size, picks):
    return shuffled(rows, size, picks)[: max(len(rows) - size, 0)]


@buffer.mistake(
    en="The rows come from the *end* of the data. The next row is the first that is still waiting: `pop(0)`, not `pop()`.",
    zh="你是从数据的末尾取行的。下一行应当是还在等待的第一行：`pop(0)`，不是 `pop()`。",
)
def taken_from_the_end(rows, size, picks):
    held, coming, out = list(rows[:size]), list(rows[size:]), []
    for place in picks:
        out.append(held[place])
        if coming:
            held[place] = coming.pop()
        else:
            held[place] = held[-1]
            held.pop()
    return out


@buffer.mistake(
    en="The rows come out as they went in. Step k gives out the row at place `picks[k]` of the buffer.",
    zh="各行的顺序没有变。第 k 步交出的应当是缓冲区里位置 `picks[k]` 上的行。",
)
def order_unchanged(rows, size, picks):
    return list(rows)


@buffer.mistake(
    en="You cut the data into pieces of `size` and mixed within each. The buffer refills after every single step.",
    zh="你把数据切成每段 `size` 行，在段内打乱。缓冲区是每走一步就补一行。",
)
def mixed_within_pieces(rows, size, picks):
    out = []
    for start in range(0, len(rows), size):
        held = list(rows[start : start + size])
        for place in picks[start : start + size]:
            out.append(held.pop(place % len(held)))
    return out


def _draw_values(rng):
    n = int(rng.integers(3, 12))
    # Few different values, so that equal ones occur; rising at first, as a training does.
    rising = np.sort(rng.integers(1, 30, size=n)) if rng.random() < 0.5 else rng.integers(-5, 12, size=n)
    values = [int(value) / 100 for value in rising]
    if rng.random() < 0.7:
        values += [int(value) / 100 for value in rng.integers(0, 30, size=int(rng.integers(1, 6)))]
    return values, int(rng.integers(1, 5))


patience = Exercise(
    id="tensorflow-patience",
    title=Text("When to stop, what to keep", "何时停，留哪个"),
    gives=Text("two whole numbers: epochs run, epoch kept", "两个整数：实际轮次数，保留的轮次"),
    hint=Text(
        "Go through the epochs one by one and keep two numbers: the best epoch so far, and how long ago it was.",
        "一个轮次一个轮次地走，只记两个数：到目前为止最好的轮次，以及它是几个轮次之前的。",
    ),
    examples=[
        ([0.1, 0.2, 0.3, 0.3, 0.2, 0.4], 2),
        ([0.3, 0.1, 0.2, 0.4], 3),
        ([0.1, 0.2, 0.3], 3),
        ([0.3, 0.2, 0.2, 0.4, 0.1], 3),
    ],
    random=_draw_values,
)


@patience.solution
def stopped_and_kept(values, patience):
    best = 1
    for epoch, value in enumerate(values, start=1):
        if value > values[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(values), best


@patience.mistake(
    en='That is `mode="min"`: it waits for lower values. Here higher is better.',
    zh='这是 `mode="min"`，等的是更低的值。这里越高越好。',
)
def lower_is_better(values, patience):
    return stopped_and_kept([-value for value in values], patience)


@patience.mistake(
    en="You kept the *last* epoch. `restore_best_weights=True` gives back those of the best.",
    zh="你保留的是最后一个轮次。`restore_best_weights=True` 还回的是最好的轮次的权重。",
)
def last_epoch_kept(values, patience):
    return (stopped_and_kept(values, patience)[0],) * 2


@patience.mistake(
    en="You took the best of *all* epochs. After the run has stopped there are no more, and nothing better can come.",
    zh="你在全部轮次里取了最好的。训练停下之后就没有后面的轮次了，更好的也不会出现。",
)
def best_of_all_epochs(values, patience):
    return stopped_and_kept(values, patience)[0], int(np.argmax(values)) + 1


@patience.mistake(
    en="You never stopped: after `patience` epochs without a new best the run ends.",
    zh="你没有停：连续 `patience` 个轮次没有新的最好成绩，训练就结束了。",
)
def never_stopped(values, patience):
    return len(values), int(np.argmax(values)) + 1


@patience.mistake(
    en="You counted an equal value as a new best, so the wait begins anew. Only a higher one is.",
    zh="你把相等的值也算作新的最好成绩，等待于是重新开始。更高的才算。",
)
def equal_is_a_new_best(values, patience):
    best = 1
    for epoch, value in enumerate(values, start=1):
        if value >= values[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(values), best


@patience.mistake(
    en="You waited one epoch too long: with a patience of 1, the first epoch without a new best is the last.",
    zh="你多等了一个轮次：耐心值为 1 时，第一个没有新的最好成绩的轮次就是最后一个。",
)
def one_epoch_too_long(values, patience):
    return stopped_and_kept(values, patience + 1)


@patience.mistake(
    en="You compared each epoch with the one *before*. What counts is the best so far: a small gain after a fall is no new best.",
    zh="你拿每个轮次与前一个比。要比的是到目前为止最好的：跌下去之后回升一点，不算新的最好成绩。",
)
def compared_with_the_one_before(values, patience):
    wait = 0
    for epoch in range(2, len(values) + 1):
        wait = 0 if values[epoch - 1] > values[epoch - 2] else wait + 1
        if wait >= patience:
            return epoch, int(np.argmax(values[:epoch])) + 1
    return len(values), int(np.argmax(values)) + 1


@patience.mistake(
    en="You counted *all* epochs without a new best. The count begins anew with each new best: they must follow each other.",
    zh="你数的是所有没有新的最好成绩的轮次。每次有新的最好成绩，都要重新数：这些轮次必须是连续的。",
)
def waiting_never_begins_anew(values, patience):
    best, wait = 1, 0
    for epoch, value in enumerate(values, start=1):
        if value > values[best - 1]:
            best = epoch
        elif epoch > 1:
            wait += 1
        if wait >= patience:
            return epoch, best
    return len(values), best


@patience.mistake(
    en="Right, but counted from 0. The first epoch is 1.",
    zh="对了，只是从 0 数起了。第一个轮次是 1。",
)
def counted_from_zero(values, patience):
    ran, best = stopped_and_kept(values, patience)
    return ran - 1, best - 1


@patience.mistake(
    en="The kept epoch is counted from 0. The first epoch is 1.",
    zh="保留的轮次是从 0 数起的。第一个轮次是 1。",
)
def kept_from_zero(values, patience):
    ran, best = stopped_and_kept(values, patience)
    return ran, best - 1


@patience.mistake(
    en="The two numbers are the other way round: first how many epochs are run, then which is kept.",
    zh="两个数的顺序反了：先是实际训练的轮次数，再是保留的轮次。",
)
def two_turned(values, patience):
    return stopped_and_kept(values, patience)[::-1]


quiz = Quiz(
    "tensorflow",
    [
        Question(
            Text(
                "Why is BERT not fine-tuned in the program of the reference text, although `fit` runs?",
                "参考文章的程序里 `fit` 明明在跑，为什么 BERT 没有被微调？",
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
                        "Not even a thousand would change a weight of it: no gradient reaches it.",
                        "就是一千个轮次，它的权重也一个都不会变：梯度传不到它。",
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
                Wrong(
                    Text("BERT's vectors of the titles.", "BERT 给出的片名向量。"),
                    Text(
                        "The vectors are fixed, and the head has but two numbers.",
                        "向量是固定的，输出头只有两个数。",
                    ),
                ),
                Right(
                    Text("The probabilities, but no list.", "只有概率，推荐列表不变。"),
                    Text(
                        "It can learn how sure to be. To learn what a user likes, the vectors themselves must move.",
                        "它能学的是有多大把握。要学用户偏好，向量本身必须变。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "You hand `towers.keras`, a model of your own class, to a colleague who has Keras but not your code. What happens?",
                "你把自己写的类的模型 `towers.keras` 交给一位同事，对方有 Keras，没有你的代码。会怎样？",
            ),
            [
                Right(
                    Text(
                        "`load_model` asks for the class; `export` would have given a function that runs.",
                        "`load_model` 会报错：找不到这个类；如果用 `export`，交出的就是能运行的函数。",
                    ),
                    Text(
                        "The file names classes and their settings. For built-in layers Keras has them, for yours it has not.",
                        "文件里存的是类名和各项设置。自带的层 Keras 里都有，你的类却没有。",
                    ),
                ),
                Wrong(
                    Text("It loads: the file holds the code.", "能加载：文件里存着代码。"),
                    Text(
                        "It holds names, settings and weights, no Python. That is also why it is safer than a pickle.",
                        "里面有名字、设置和权重，没有 Python 代码；它比 pickle 安全，也是因为这一点。",
                    ),
                ),
                Wrong(
                    Text("It loads, if `get_config` was written.", "只要写了 `get_config` 就能加载。"),
                    Text(
                        "`get_config` says with which sizes the class is called again. The class itself must still be there.",
                        "`get_config` 只说明用什么参数再次调用这个类，类本身还是得有。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                '`EarlyStopping(monitor="val_ndcg", mode="max")` never stops, and warns that `val_ndcg` is not available. Your own callback computes it. What is wrong?',
                '`EarlyStopping(monitor="val_ndcg", mode="max")` 从不停止，并警告没有 `val_ndcg`。算它的是你自己的回调。错在哪里？',
            ),
            [
                Wrong(
                    Text("NDCG must be a Keras metric.", "NDCG 必须写成 Keras 的指标。"),
                    Text(
                        "Callbacks read `logs`, whoever has written into it.",
                        "回调读的是 `logs`，不管是谁写进去的。",
                    ),
                ),
                Right(
                    Text("Your callback stands behind it in the list.", "你的回调在列表里排在它后面。"),
                    Text(
                        "Callbacks are called in their order: what one puts into `logs`, only those after it see.",
                        "回调按顺序调用：前面的写进 `logs`，后面的才看得到。",
                    ),
                ),
                Wrong(
                    Text("The patience is too large.", "耐心值太大。"),
                    Text(
                        "A patience waits for values; here there are none.",
                        "耐心值要有数可比才起作用，这里根本没有数。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A log of 100,000 ratings stands in the order of its users. What does `shuffle(1000)` do to the batches?",
                "一份 100,000 条评分的日志按用户排列。`shuffle(1000)` 对批次有什么影响？",
            ),
            [
                Wrong(
                    Text("Each batch is a random sample of the log.", "每一批都是整个日志的随机样本。"),
                    Text(
                        "Only 1,000 rows are in the buffer at once; a row from the end cannot come into the first batch.",
                        "缓冲区里同时只有 1,000 行；末尾的行不可能进入第一批。",
                    ),
                ),
                Right(
                    Text("Each batch holds a few neighbouring users only.", "每一批里只有相邻的几位用户。"),
                    Text(
                        "A row comes at most 999 places earlier. A buffer as long as the log mixes all of it.",
                        "一行最多提前 999 个位置。缓冲区与日志一样长，才能打乱全部。",
                    ),
                ),
                Wrong(
                    Text("Each epoch has the same order.", "每个轮次的顺序都一样。"),
                    Text(
                        "`shuffle` draws anew in each epoch; a `cache` behind it would freeze the order.",
                        "`shuffle` 每个轮次重新打乱；在它后面写 `cache` 才会把顺序固定下来。",
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
                    Text("That would be off for a single title as well.", "那样的话，单个片名也会不一致。"),
                ),
                Wrong(
                    Text("At the form of GELU.", "查 GELU 用的是哪种写法。"),
                    Text(
                        "That would be off for a single title as well, by a little.",
                        "那样的话，单个片名也会差一点。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
