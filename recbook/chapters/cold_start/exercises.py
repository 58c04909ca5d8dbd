"""Exercises and quiz of chapter 10."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

_STARS = np.array([[5, 0, 4, 3], [4, 2, 0, 5]])


def _random_stars(rng):
    stars = rng.integers(1, 6, size=(5, 7)) * (rng.random((5, 7)) < 0.7)
    hidden = np.zeros(7, bool)
    hidden[rng.permutation(7)[:2]] = True
    return stars, hidden, int(rng.choice([3, 4]))


training_table_of = Exercise(
    id="cold_start-training-table",
    title=Text("A training table without a leak", "没有泄漏的训练表"),
    gives=Text("a table of the same shape as `stars`, of 0 and 1 or bool", "与 `stars` 形状相同的表，取 0/1 或 bool"),
    hint=Text(
        "Two conditions must hold for a 1: enough stars, and a film that is not hidden.",
        "为 1 要满足两个条件：星数够多，而且电影没有被隐藏。",
    ),
    examples=[
        (_STARS, np.array([False, False, False, True]), 4),
        (_STARS, np.array([True, False, False, False]), 3),
        (_STARS, np.array([False, False, True, False])),
    ],
    random=_random_stars,
)


@training_table_of.solution
def training_table(stars, hidden, like=4):
    return (np.asarray(stars) >= like) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="The likes of the hidden films are still in the table: the model would be trained on what it is to find.",
    zh="隐藏电影的“喜欢”还留在表里：模型会拿着要找的答案去训练。",
)
def leaks(stars, hidden, like=4):
    return np.asarray(stars) >= like


@training_table_of.mistake(
    en="You kept the hidden films and removed the visible ones: `hidden` is True for a hidden film.",
    zh="你留下了隐藏的电影，去掉了可见的：隐藏的电影在 `hidden` 里为 True。",
)
def other_way_round(stars, hidden, like=4):
    return (np.asarray(stars) >= like) & np.asarray(hidden)


@training_table_of.mistake(
    en="`like` stars are enough: compare with `>=`.",
    zh="给了 `like` 星就算喜欢：请用 `>=` 比较。",
)
def too_strict(stars, hidden, like=4):
    return (np.asarray(stars) > like) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="You counted every rating. A film with one star was rated, but not liked.",
    zh="你把所有评分都算上了。给一星是评过，但不是喜欢。",
)
def every_rating(stars, hidden, like=4):
    return (np.asarray(stars) > 0) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="You cut the hidden columns out. Keep the shape, with zeros there, so that a film keeps its number.",
    zh="你把隐藏的列删掉了。请保留形状，那里写 0，这样电影的编号不变。",
)
def columns_cut(stars, hidden, like=4):
    return (np.asarray(stars) >= like)[:, ~np.asarray(hidden)]


@training_table_of.mistake(
    en="You fixed the limit at 4. Use the parameter `like`.",
    zh="你把界限固定为 4。请使用参数 `like`。",
)
def always_four(stars, hidden, like=4):
    return (np.asarray(stars) >= 4) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="Those are the stars. The table should say only whether the user liked the film: 0 or 1.",
    zh="这是星数。表里只要说明用户是否喜欢：0 或 1。",
)
def the_stars(stars, hidden, like=4):
    return np.where(training_table(stars, hidden, like), stars, 0)


def _random_ridge(rng):
    hidden = np.zeros(8, bool)
    hidden[rng.permutation(8)[:3]] = True
    return rng.normal(1.0, 1.0, (8, 3)), (rng.random((8, 4)) < 0.5).astype(float), hidden, float(rng.choice([1.0, 3.0]))


ridge = Exercise(
    id="cold_start-ridge",
    title=Text("Ridge regression for new films", "给新电影的岭回归"),
    gives=Text(
        "a table of numbers, a row for each hidden film, a column for each user",
        "一张数表，每部隐藏的电影一行，每位用户一列",
    ),
    hint=Text(
        "Check the order: means of the known films, centre, solve with the penalty, then the hidden films' features less the same means, and add the likes' mean again.",
        "检查步骤：已知电影的平均值、中心化、带惩罚求解；然后隐藏电影的特征减去同样的平均值，最后加回目标的平均值。",
    ),
    examples=[
        (np.array([[-1.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [1.0]]), np.array([False, False, True]), 2.0),
        (np.array([[0.0], [2.0], [4.0]]), np.array([[0.0], [1.0], [0.0]]), np.array([False, False, True]), 2.0),
    ],
    random=_random_ridge,
)


def _solved(x, y, l2):
    return np.linalg.solve(x.T @ x + l2 * np.eye(x.shape[1]), x.T @ y)


@ridge.solution
def ridge_for_new(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    return (features[hidden] - x_mean) @ _solved(x - x_mean, y - y_mean, l2) + y_mean


@ridge.mistake(
    en="You fitted on all films, the hidden ones too: their likes are what is to be predicted.",
    zh="你在全部电影上拟合，包括隐藏的：它们的喜欢正是要预测的。",
)
def fitted_on_all(features, likes, hidden, l2):
    x_mean, y_mean = features.mean(axis=0), likes.mean(axis=0)
    return (features[hidden] - x_mean) @ _solved(features - x_mean, likes - y_mean, l2) + y_mean


@ridge.mistake(
    en="The mean of the likes includes the hidden films: a leak, small but real. Take it over the known films.",
    zh="目标的平均值里包含了隐藏的电影：泄漏虽小，也是泄漏。请只对已知电影取平均。",
)
def mean_of_all_likes(features, likes, hidden, l2):
    x, y_mean = features[~hidden], likes.mean(axis=0)
    x_mean = x.mean(axis=0)
    return (features[hidden] - x_mean) @ _solved(x - x_mean, likes[~hidden] - y_mean, l2) + y_mean


@ridge.mistake(
    en="The mean of the likes is not added again at the end.",
    zh="最后没有加回目标的平均值。",
)
def mean_forgotten(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, l2) - likes[~hidden].mean(axis=0)


@ridge.mistake(
    en="The hidden films' features must be centred too, with the same means as the known ones.",
    zh="隐藏电影的特征也要中心化，减去与已知电影相同的平均值。",
)
def new_not_centred(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    y_mean = y.mean(axis=0)
    return features[hidden] @ _solved(x - x.mean(axis=0), y - y_mean, l2) + y_mean


@ridge.mistake(
    en="You centred the hidden films by their own means. A new film alone would always become 0.",
    zh="你用隐藏电影自己的平均值做中心化。只有一部新电影时，它会永远变成 0。",
)
def own_means(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    y_mean = y.mean(axis=0)
    new = features[hidden] - features[hidden].mean(axis=0)
    return new @ _solved(x - x.mean(axis=0), y - y_mean, l2) + y_mean


@ridge.mistake(
    en="Nothing is centred, so the weights must explain the average as well, and the penalty pulls it to 0.",
    zh="没有中心化，权重还得去解释平均水平，惩罚又把它拉向 0。",
)
def never_centred(features, likes, hidden, l2):
    return features[hidden] @ _solved(features[~hidden], likes[~hidden], l2)


@ridge.mistake(
    en="The penalty is missing: add `l2` on the diagonal of the matrix.",
    zh="缺了惩罚：请在矩阵的对角线上加 `l2`。",
)
def no_penalty(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, 0.0)


@ridge.mistake(
    en="You squared the penalty. The formula has $\\lambda$ itself on the diagonal.",
    zh="你把惩罚平方了。公式里对角线上是 $\\lambda$ 本身。",
)
def squared_penalty(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, l2**2)


@ridge.mistake(
    en="You added the penalty to every number of the matrix. It belongs on the diagonal: `l2 * np.eye(d)`.",
    zh="你把惩罚加到了矩阵的每个数上。它只加在对角线上：`l2 * np.eye(d)`。",
)
def penalty_everywhere(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    weights = np.linalg.pinv((x - x_mean).T @ (x - x_mean) + l2) @ (x - x_mean).T @ (y - y_mean)
    return (features[hidden] - x_mean) @ weights + y_mean


@ridge.mistake(
    en="You scored the known films. Asked are the hidden ones.",
    zh="你给已知电影打了分。题目要的是隐藏的电影。",
)
def known_films(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    return (x - x_mean) @ _solved(x - x_mean, y - y_mean, l2) + y_mean


def _random_groups(rng):
    """Users in any order, and in every other table a group without any."""
    group = [0, 0, 0, 0, 1, 1, 2, 2, 2] if rng.random() < 0.5 else [0, 0, 0, 0, 2, 2, 3, 3, 3]
    return (rng.random((9, 4)) < 0.4).astype(int), rng.permutation(group), float(rng.choice([2.0, 5.0]))


shrink = Exercise(
    id="cold_start-shrink",
    title=Text("Shares that few users do not throw", "用户少也不失真的比例"),
    gives=Text("a table `(groups, films)` of shares", "比例表 `(groups, films)`"),
    hint=Text(
        "For each group: likes in the group plus `kappa` times the share among all users, divided by members plus `kappa`.",
        "对每个组：组里的喜欢数加上 `kappa` 乘以全体的比例，再除以组里的用户数加 `kappa`。",
    ),
    examples=[
        (np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]), np.array([0, 0, 0, 1, 1]), 2.0),
        (np.array([[1], [1], [0], [0]]), np.array([0, 1, 1, 1]), 7.0),
        (np.array([[1, 0], [0, 1], [1, 1]]), np.array([2, 0, 2]), 2.0),
    ],
    random=_random_groups,
)


def _per_group(likes, group, score):
    return np.array([score(likes[np.asarray(group) == g]) for g in range(max(group) + 1)])


@shrink.solution
def group_shares(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + kappa))


@shrink.mistake(
    en="Those are the groups' own shares, without shrinkage.",
    zh="这是各组自己的比例，没有收缩。",
)
def not_shrunk(likes, group, kappa):
    return _per_group(likes, group, lambda part: part.mean(axis=0))


@shrink.mistake(
    en="You shrank towards 0: `kappa` times the share among all is missing in the numerator.",
    zh="你向 0 收缩了：分子里缺了 `kappa` 乘以全体的比例。",
)
def towards_zero(likes, group, kappa):
    return _per_group(likes, group, lambda part: part.sum(axis=0) / (len(part) + kappa))


@shrink.mistake(
    en="The denominator lacks `kappa`: a share could exceed 1.",
    zh="分母里缺了 `kappa`：比例会超过 1。",
)
def denominator_too_small(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / len(part))


@shrink.mistake(
    en="You took the mean of the groups' shares for $q$. A small group would count as much as a large one: take all users.",
    zh="你把各组比例的平均当作 $q$。小组会与大组一样重：请对全体用户取平均。",
)
def mean_of_groups(likes, group, kappa):
    q = not_shrunk(likes, group, kappa).mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + kappa))


@shrink.mistake(
    en="The weights are swapped: a large group should keep its own share.",
    zh="权重写反了：大组应当保持自己的比例。",
)
def swapped_weights(likes, group, kappa):
    q = likes.mean(axis=0)

    def score(part):
        w = len(part) / (len(part) + kappa)
        return w * q + (1 - w) * part.mean(axis=0)

    return _per_group(likes, group, score)


@shrink.mistake(
    en="$q$ is the share of one film among all users. You took one number over all films.",
    zh="$q$ 是一部电影在全体用户中的比例。你对所有电影只取了一个数。",
)
def one_share(likes, group, kappa):
    q = likes.mean()
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + kappa))


@shrink.mistake(
    en="You added the number of likes among all, not their share: divide by the number of users.",
    zh="你加的是全体的喜欢数，不是比例：请除以用户数。",
)
def counts_for_share(likes, group, kappa):
    q = likes.sum(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + kappa))


def _random_blend(rng):
    rows = (rng.random((4, 5)) < 0.5).astype(float)
    rows[0] = 0
    return rows, rng.normal(size=(5, 5)), rng.random((4, 5)), float(rng.choice([0.5, 2.0]))


_W = np.array([[0.0, 0.4, 0.2], [0.3, 0.0, 0.4], [0.1, 0.1, 0.0]])
_PRIOR = np.array([[0.1, 0.1, 0.1], [0.6, 0.3, 0.2]])

blended = Exercise(
    id="cold_start-blend",
    title=Text("A prior that fades", "逐渐淡出的先验"),
    gives=Text("a table `(users, films)` of numbers", "数表 `(users, films)`"),
    hint=Text(
        "Count each user's likes, then the weight, then the mean of the EASE rows, and see what happens at no like at all.",
        "先数每位用户的喜欢数，再算权重，再算 EASE 各行的平均；看看一个喜欢都没有时会怎样。",
    ),
    examples=[
        (np.array([[1.0, 1, 0], [0, 0, 0]]), _W, _PRIOR, 2.0),
        (np.array([[1.0, 0, 0], [1, 1, 1]]), _W, _PRIOR, 1.0),
    ],
    random=_random_blend,
)


def _count(rows):
    return rows.sum(axis=1, keepdims=True)


@blended.solution
def blend(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    return w * (rows @ weights) / np.maximum(n, 1) + (1 - w) * prior


@blended.mistake(
    en="Without a like you divided 0 by 0, which gives NaN. Such a user should get the prior.",
    zh="没有喜欢时你算了 0 除以 0，得到 NaN。这样的用户应当得到先验。",
)
def zero_by_zero(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    with np.errstate(invalid="ignore", divide="ignore"):
        return w * (rows @ weights) / n + (1 - w) * prior


@blended.mistake(
    en="The weights are swapped: with more likes the prior should count less.",
    zh="权重写反了：喜欢越多，先验的分量应当越小。",
)
def swapped_blend(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    return (1 - w) * (rows @ weights) / np.maximum(n, 1) + w * prior


@blended.mistake(
    en="You weighed the sum of the EASE rows, not their mean: divide by the number of likes.",
    zh="你加权的是 EASE 各行之和，不是平均：请除以喜欢数。",
)
def the_sum(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    return w * (rows @ weights) + (1 - w) * prior


@blended.mistake(
    en="All users got one weight, from the mean number of likes. Each user has a number of their own.",
    zh="你用平均喜欢数给所有用户同一个权重。每位用户有自己的喜欢数。",
)
def one_weight(rows, weights, prior, kappa):
    n = _count(rows)
    w = n.mean() / (n.mean() + kappa)
    return w * (rows @ weights) / np.maximum(n, 1) + (1 - w) * prior


@blended.mistake(
    en="Always half and half: the weight should grow with the likes.",
    zh="永远各占一半：权重应当随喜欢数增大。",
)
def half_and_half(rows, weights, prior, kappa):
    return 0.5 * (rows @ weights) / np.maximum(_count(rows), 1) + 0.5 * prior


@blended.mistake(
    en="The prior does not fade: it lacks the factor `1 - w`.",
    zh="先验没有淡出：缺了因子 `1 - w`。",
)
def never_fades(rows, weights, prior, kappa):
    n = _count(rows)
    return n / (n + kappa) * (rows @ weights) / np.maximum(n, 1) + prior


@blended.mistake(
    en="Rows and columns of the weights are swapped: `weights[i, j]` is what liked film `i` adds to film `j`.",
    zh="权重的行和列反了：`weights[i, j]` 是喜欢的电影 `i` 给电影 `j` 加的分。",
)
def transposed(rows, weights, prior, kappa):
    return blend(rows, weights.T, prior, kappa)


def _drawn_bandit(rng):
    shown = rng.integers(1, 30, size=int(rng.integers(3, 9)))
    shown[rng.random(len(shown)) < 0.1] = 0
    return (rng.random(len(shown)) * shown).astype(int), shown, int(shown.sum() + 1 + rng.integers(300))


def _margin(clicked, shown, step):
    """By how much the best film leads the second best."""
    n = np.maximum(shown, 1)
    second, first = np.sort(clicked / n + np.sqrt(2 * np.log(step) / n))[-2:]
    return first - second


def _random_bandit(rng):
    """The closest choice of many, so that hardly anything can be changed in the formula without another film."""
    if rng.random() < 0.2:
        return _drawn_bandit(rng)
    draws = [_drawn_bandit(rng) for _ in range(100)]
    return min((draw for draw in draws if draw[1].all()), key=lambda draw: _margin(*draw))


ucb = Exercise(
    id="cold_start-ucb",
    title=Text("Optimism about what was rarely shown", "对很少展示的保持乐观"),
    gives=Text("the index of one film", "一部电影的下标"),
    hint=Text(
        "First look for a film that was never shown; else add to each mean its own bonus, and take the highest.",
        "先找从未展示过的电影；没有的话，给每个平均值加上各自的加分，取最高的。",
    ),
    examples=[
        (np.array([8, 1]), np.array([10, 2]), 13),
        (np.array([3, 0, 0]), np.array([4, 0, 0]), 5),
        (np.array([1, 0]), np.array([1, 0]), 2),
        (np.array([30, 9, 1]), np.array([60, 20, 4]), 85),
        (np.array([19, 50]), np.array([40, 100]), 141),
        (np.array([0, 5, 0]), np.array([3, 9, 0]), 13),
        (np.array([20, 2]), np.array([40, 10]), 51),
    ],
    random=_random_bandit,
)


def _best(clicked, shown, bonus):
    if (shown == 0).any():
        return int(np.flatnonzero(shown == 0)[0])
    return int((clicked / shown + bonus).argmax())


@ucb.solution
def ucb_choice(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="That is greedy: the bonus for films that were rarely shown is missing.",
    zh="这是贪心：缺了给很少展示的电影的加分。",
)
def greedy(clicked, shown, step):
    return _best(clicked, shown, 0.0)


@ucb.mistake(
    en="A film that was never shown must go first. With `max(shown, 1)` it may wait.",
    zh="从未展示过的电影必须优先。用 `max(shown, 1)` 的话，它可能还要等。",
)
def unseen_may_wait(clicked, shown, step):
    n = np.maximum(shown, 1)
    return int((clicked / n + np.sqrt(2 * np.log(step) / n)).argmax())


@ucb.mistake(
    en="You took the number of clicks for the mean: divide by the showings.",
    zh="你把点击数当成了平均值：请除以展示数。",
)
def clicks_for_mean(clicked, shown, step):
    return _best(clicked * np.maximum(shown, 1), shown, np.sqrt(2 * np.log(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="You subtracted the bonus, which punishes what is little known. UCB is optimistic: add it.",
    zh="你减去了加分，等于惩罚了解得少的电影。UCB 是乐观的：请加上它。",
)
def pessimist(clicked, shown, step):
    return _best(clicked, shown, -np.sqrt(2 * np.log(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="That is the film shown least. The mean of its clicks counts as well.",
    zh="这是展示最少的电影。它的点击平均值也要算进去。",
)
def least_shown(clicked, shown, step):
    return int(shown.argmin())


@ucb.mistake(
    en="The root is missing: the bonus is the square root of `2 log(step) / shown`.",
    zh="缺了根号：加分是 `2 log(step) / shown` 的平方根。",
)
def no_root(clicked, shown, step):
    return _best(clicked, shown, 2 * np.log(step) / np.maximum(shown, 1))


@ucb.mistake(
    en="The 2 under the root is missing: `sqrt(2 * log(step) / shown)`.",
    zh="根号里的 2 漏了：`sqrt(2 * log(step) / shown)`。",
)
def two_forgotten(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(np.log(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="You took the logarithm to base 10 or 2. Here it is the natural one: `np.log`.",
    zh="你用的是以 10 或 2 为底的对数。这里用自然对数：`np.log`。",
)
def logarithm_to_base_ten(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log10(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="`step` plays no part in your bonus. It must grow, slowly, with the logarithm of the step.",
    zh="你的加分里没有用到 `step`。它应当随步数的对数慢慢变大。",
)
def without_step(clicked, shown, step):
    return _best(clicked, shown, 2 / np.sqrt(np.maximum(shown, 1)))


@shrink.mistake(
    en="Groups without a member are missing or lie at 0. With nobody in it a group gets the share among all: "
    "the formula gives it without a special case.",
    zh="没有用户的组漏掉了，或者成了 0。一个人也没有的组，应当得到全体的比例：公式本身就能给出，不需要另作处理。",
)
def empty_at_zero(likes, group, kappa):
    n = np.bincount(group)
    return np.where(n[:, None] > 0, group_shares(likes, group, kappa), 0)


@shrink.mistake(
    en="Users of one group need not stand next to each other: `group` is not sorted. Pick each group's rows with "
    "`group == g`.",
    zh="同一组的用户不一定挨在一起：`group` 没有排过序。请用 `group == g` 取出各组的行。",
)
def slices_of_sorted(likes, group, kappa):
    return group_shares(likes, np.sort(group), kappa)


quiz = Quiz(
    "cold_start",
    [
        Question(
            Text(
                "You choose the penalty by NDCG@10 on the hidden films and report the best value. What is wrong?",
                "你按隐藏电影上的 NDCG@10 选惩罚，并报告最好的值。错在哪里？",
            ),
            [
                Right(
                    Text("The report is of the luck of the choice too.", "报告里含有选择的运气。"),
                    Text("Choose on inner hidden sets of the visible films.", "应当在可见电影的内层隐藏集上选。"),
                ),
                Wrong(
                    Text("Nothing: the penalty is only one number.", "没有错：惩罚只是一个数。"),
                    Text(
                        "One number tried at seven values is seven chances.", "一个数试七个值，就有七次碰运气的机会。"
                    ),
                ),
                Wrong(
                    Text("NDCG@10 is the wrong metric for hidden films.", "隐藏的电影不该用 NDCG@10。"),
                    Text("Any metric has this fault if chosen on.", "用来选参数的话，换什么指标都有这个毛病。"),
                ),
            ],
        ),
        Question(
            Text(
                "Titles added to genres gain, but title vectors shuffled within decade and genre do not. What has been shown?",
                "在类型之外加上片名有增益，而加上在同年代同类型内打乱的片名向量没有。这说明了什么？",
            ),
            [
                Wrong(
                    Text("The encoder recognises decade and genre.", "编码器认得年代和类型。"),
                    Text("That part is kept by the shuffle.", "打乱之后，这部分还保留着。"),
                ),
                Right(
                    Text("The gain belongs to the particular film's title.", "增益来自这部电影自己的片名。"),
                    Text(
                        "All that films of one decade and genre share was kept.", "同年代同类型共有的一切都保留了下来。"
                    ),
                ),
                Wrong(
                    Text("The encoder will know films of next year.", "编码器会认得明年的电影。"),
                    Text(
                        "Every film here is older than the encoder's training texts; it shows nothing about that.",
                        "这里的电影都早于编码器的训练文字，对此什么也没说明。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A group of 5 users: 4 of them liked a film that 10% of all like. Which share do you use with $\\kappa = 20$?",
                "一组 5 位用户，4 位喜欢某部电影，全体的比例是 10%。$\\kappa = 20$ 时用哪个比例？",
            ),
            [
                Wrong(
                    Text("The share 0.80.", "比例 0.80。"),
                    Text("That trusts five people fully.", "这等于完全相信五个人。"),
                ),
                Right(
                    Text("The share 0.24.", "比例 0.24。"),
                    Text("It is (4 + 20 · 0.10) / (5 + 20) = 6 / 25.", "即 (4 + 20 · 0.10) / (5 + 20) = 6 / 25。"),
                ),
                Wrong(
                    Text("The share 0.16.", "比例 0.16。"),
                    Text(
                        "4 / 25 shrinks towards 0, not towards the share of all.",
                        "4 / 25 是向 0 收缩，不是向全体比例。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Why are the films to be found the same at every number of known ratings?",
                "为什么无论已知多少条评分，要找的电影都相同？",
            ),
            [
                Right(
                    Text("Else the task would change together with the knowledge.", "否则任务会和已知信息一起变化。"),
                    Text(
                        "Two things would move, and one curve could not tell them apart.",
                        "两样同时变，一条曲线分不开。",
                    ),
                ),
                Wrong(
                    Text("To save computing time.", "为了节省计算时间。"),
                    Text("It saves none; every number of ratings is ranked anew.", "省不了：每个评分数都要重新排序。"),
                ),
                Wrong(
                    Text("So that every user has as many films to be found.", "为了让每位用户要找的电影一样多。"),
                    Text(
                        "They do not; users differ in how much they rated later.",
                        "并不一样多：各位用户之后评分的多少不同。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A linear model is given a film's factors and its content, and is trained without dropout to return the factors. How does it rank new films?",
                "一个线性模型的输入是电影的因子和内容，训练时不丢弃，目标是还原因子。它怎样给新电影排序？",
            ),
            [
                Wrong(
                    Text("By content, since the factors are zero.", "按内容，因为因子是零。"),
                    Text(
                        "It never had to learn the way from content: copying was perfect.",
                        "它从来不必学由内容出发的路：照抄就完美了。",
                    ),
                ),
                Right(
                    Text("Hardly at all: it has learned to copy the factors.", "几乎排不了：它学会的是照抄因子。"),
                    Text(
                        "Dropping the factors in training forces the other way.", "训练时丢弃因子，才会逼出另一条路。"
                    ),
                ),
                Wrong(
                    Text("By popularity.", "按流行度。"),
                    Text("Nothing in it holds popularity for a new film.", "对新电影，模型里没有任何流行度信息。"),
                ),
            ],
        ),
        Question(
            Text(
                "Greedy showed a good film once, it was not clicked, and it never came back. What would Thompson sampling do?",
                "贪心把一部好片展示了一次，没人点击，之后再没出现。Thompson 采样会怎样？",
            ),
            [
                Wrong(
                    Text("Show all films equally often.", "让所有电影展示得一样多。"),
                    Text("No: films that are surely worse get rarer and rarer.", "不会：确实较差的会越来越少出现。"),
                ),
                Right(
                    Text(
                        "Show it again now and then, as long as it may be the best.",
                        "只要它还可能是最好的，就时不时再展示。",
                    ),
                    Text(
                        "After one showing its Beta distribution is still wide.", "只展示过一次，它的 Beta 分布还很宽。"
                    ),
                ),
                Wrong(
                    Text("Show it next, since it was shown least.", "下一步就展示它，因为它展示得最少。"),
                    Text("Few showings alone do not decide; the draw does.", "不是单看展示次数，而是看抽到的值。"),
                ),
            ],
        ),
    ],
)
