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


@training_table_of.mistake(
    en="You kept only what has *exactly* `like` stars. More stars are a like as well.",
    zh="你只留下*恰好* `like` 星的。星数更多也是喜欢。",
)
def exactly_so_many(stars, hidden, like=4):
    return (np.asarray(stars) == like) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="The comparison points the wrong way: you kept those with *at most* `like` stars, unrated films included.",
    zh="比较的方向反了：你留下的是*至多* `like` 星的，连没评过的也在内。",
)
def at_most_so_many(stars, hidden, like=4):
    return (np.asarray(stars) <= like) & ~np.asarray(hidden)


@training_table_of.mistake(
    en="You marked the hidden films (NaN or -1). For the model nothing is to be seen there: 0.",
    zh="你给隐藏的电影作了标记（-1）。对模型来说那里应当什么也没有：0。",
)
def marked_with_minus_one(stars, hidden, like=4):
    return np.where(hidden, -1, np.asarray(stars) >= like)


@training_table_of.mistake(
    en="The hidden columns hold NaN. They should hold 0.",
    zh="隐藏的列是 NaN。应当是 0。",
)
def marked_as_unknown(stars, hidden, like=4):
    return np.where(hidden, np.nan, np.asarray(stars) >= like)


@training_table_of.mistake(
    en="`&` binds more tightly than `>=`: `stars >= like & ~hidden` compares with `like & ~hidden`. Put the comparison in "
    "brackets.",
    zh="`&` 的优先级高于 `>=`：`stars >= like & ~hidden` 是在与 `like & ~hidden` 比较。请给比较加上括号。",
)
def brackets_forgotten(stars, hidden, like=4):
    return np.asarray(stars) >= (like & ~np.asarray(hidden))


@training_table_of.mistake(
    en="You subtracted `hidden`, so a hidden film without a like holds -1. 0 is the smallest number in the table.",
    zh="你减去了 `hidden`，于是没有人喜欢的隐藏电影成了 -1。表里最小的数是 0。",
)
def hidden_subtracted(stars, hidden, like=4):
    return (np.asarray(stars) >= like).astype(int) - np.asarray(hidden).astype(int)


@training_table_of.mistake(
    en="You joined the two conditions by *or*. Both must hold.",
    zh="你用*或*连接了两个条件。两个都要成立。",
)
def one_condition_is_enough(stars, hidden, like=4):
    return (np.asarray(stars) >= like) | ~np.asarray(hidden)


@training_table_of.mistake(
    en="The hidden films are gone, but the table still holds stars. Which of them are likes?",
    zh="隐藏的电影去掉了，但表里还是星数。其中哪些算喜欢？",
)
def stars_of_the_visible(stars, hidden, like=4):
    return np.where(hidden, 0, stars)


@training_table_of.mistake(
    en="These are the stars of the likes, the hidden films' included. Two things remain: 0 or 1, and the hidden columns.",
    zh="这是喜欢的星数，而且隐藏的电影也在内。还差两步：改成 0 或 1，并去掉隐藏的列。",
)
def stars_of_all_likes(stars, hidden, like=4):
    return np.where(np.asarray(stars) >= like, stars, 0)


@training_table_of.mistake(
    en="More than `like` stars, and the hidden films are still in the table: two things.",
    zh="有两处：你要求多于 `like` 星，而且隐藏的电影还在表里。",
)
def too_strict_and_leaks(stars, hidden, like=4):
    return np.asarray(stars) > like


@training_table_of.mistake(
    en="That is the table turned round: 1 where there is no like.",
    zh="这张表反了：没有喜欢的地方是 1。",
)
def turned_round(stars, hidden, like=4):
    return ~training_table(stars, hidden, like)


@training_table_of.mistake(
    en="You blanked rows, which are users. `hidden` is about the columns.",
    zh="你清空的是行，也就是用户。`hidden` 说的是列。",
)
def rows_blanked(stars, hidden, like=4):
    table = np.asarray(stars) >= like
    return table & ~np.resize(hidden, len(table))[:, None]


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
        "检查步骤：已知电影的平均值、中心化、带正则化求解；然后隐藏电影的特征减去同样的平均值，最后加回目标的平均值。",
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
    zh="你在全部电影上拟合，包括隐藏的：用户对它们的“喜欢”正是要预测的。",
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
    zh="没有中心化，权重还得去解释平均水平，正则化又把它拉向 0。",
)
def never_centred(features, likes, hidden, l2):
    return features[hidden] @ _solved(features[~hidden], likes[~hidden], l2)


@ridge.mistake(
    en="The penalty is missing: add `l2` on the diagonal of the matrix.",
    zh="缺了正则化系数：请在矩阵的对角线上加 `l2`。",
)
def no_penalty(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, 0.0)


@ridge.mistake(
    en="You squared the penalty. The formula has $\\lambda$ itself on the diagonal.",
    zh="你把正则化系数平方了。公式里对角线上是 $\\lambda$ 本身。",
)
def squared_penalty(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, l2**2)


@ridge.mistake(
    en="You added the penalty to every number of the matrix. It belongs on the diagonal: `l2 * np.eye(d)`.",
    zh="你把正则化系数加到了矩阵的每个数上。它只加在对角线上：`l2 * np.eye(d)`。",
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


def _with_means(features, likes, hidden, l2, x_mean, y_mean):
    weights = _solved(features[~hidden] - x_mean, likes[~hidden] - y_mean, l2)
    return (features[hidden] - x_mean) @ weights + y_mean


@ridge.mistake(
    en="Both means include the hidden films: a leak, small but real. Take them over the known films.",
    zh="两个平均值都包含了隐藏的电影：泄漏虽小，也是泄漏。请只对已知电影取平均。",
)
def both_means_of_all(features, likes, hidden, l2):
    return _with_means(features, likes, hidden, l2, features.mean(axis=0), likes.mean(axis=0))


@ridge.mistake(
    en="The mean of the features includes the hidden films. Take it over the known films, as for the likes.",
    zh="特征的平均值里包含了隐藏的电影。请和喜欢一样，只对已知电影取平均。",
)
def mean_of_all_features(features, likes, hidden, l2):
    return _with_means(features, likes, hidden, l2, features.mean(axis=0), likes[~hidden].mean(axis=0))


@ridge.mistake(
    en="The features are not centred; only the likes are.",
    zh="只有目标做了中心化，特征没有。",
)
def features_not_centred(features, likes, hidden, l2):
    return _with_means(features, likes, hidden, l2, 0.0, likes[~hidden].mean(axis=0))


@ridge.mistake(
    en="You took one mean over the whole table. Each feature and each user has a mean of its own: `mean(axis=0)`.",
    zh="你对整张表取了一个平均值。每个特征、每位用户各有自己的平均值：`mean(axis=0)`。",
)
def one_mean_for_all(features, likes, hidden, l2):
    return _with_means(features, likes, hidden, l2, features[~hidden].mean(), likes[~hidden].mean())


@ridge.mistake(
    en="You multiplied the penalty by the number of films. It stands on the diagonal as it is.",
    zh="你把正则化系数乘上了电影数。对角线上就是它本身。",
)
def penalty_times_films(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, l2 * (~hidden).sum())


@ridge.mistake(
    en="You subtracted the penalty. It is added on the diagonal.",
    zh="你减去了正则化系数。它应当加在对角线上。",
)
def penalty_subtracted(features, likes, hidden, l2):
    return ridge_for_new(features, likes, hidden, -l2)


@ridge.mistake(
    en="That is the mean of the likes for every hidden film: the features play no part.",
    zh="每部隐藏的电影都得到了目标的平均值：特征没有起作用。",
)
def the_mean_alone(features, likes, hidden, l2):
    return np.tile(likes[~hidden].mean(axis=0), (hidden.sum(), 1))


@ridge.mistake(
    en="You multiplied by the matrix instead of its inverse. `np.linalg.solve` does that.",
    zh="你乘的是矩阵本身，应当乘它的逆：用 `np.linalg.solve`。",
)
def not_inverted(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    gram = (x - x_mean).T @ (x - x_mean) + l2 * np.eye(x.shape[1])
    return (features[hidden] - x_mean) @ gram @ (x - x_mean).T @ (y - y_mean) + y_mean


@ridge.mistake(
    en="You left the matrix away: `X.T @ Y` are no weights yet.",
    zh="你漏了那个矩阵：`X.T @ Y` 还不是权重。",
)
def without_the_matrix(features, likes, hidden, l2):
    x, y = features[~hidden], likes[~hidden]
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    return (features[hidden] - x_mean) @ (x - x_mean).T @ (y - y_mean) + y_mean


@ridge.mistake(
    en="You fitted on the hidden films: `hidden` is True for them, and `~hidden` picks the known ones.",
    zh="你在隐藏的电影上拟合了：它们在 `hidden` 里为 True，已知的用 `~hidden` 取。",
)
def fitted_on_the_hidden(features, likes, hidden, l2):
    x, y = features[hidden], likes[hidden]
    return (x - x.mean(axis=0)) @ _solved(x - x.mean(axis=0), y - y.mean(axis=0), l2) + y.mean(axis=0)


@ridge.mistake(
    en="`hidden` is turned round throughout: you learned from the hidden films and scored the known ones.",
    zh="`hidden` 整个用反了：你从隐藏的电影学习，给已知的打分。",
)
def hidden_turned_round(features, likes, hidden, l2):
    return ridge_for_new(features, likes, ~hidden, l2)


@ridge.mistake(
    en="You divided the features by their standard deviation as well. Only the mean is taken away here.",
    zh="你还把特征除以了标准差。这里只减去平均值。",
)
def standardised(features, likes, hidden, l2):
    spread = features[~hidden].std(axis=0)
    return ridge_for_new(features / np.where(spread > 0, spread, 1), likes, hidden, l2)


@ridge.mistake(
    en="You centred each *film* by the mean of its own features (`axis=1`). Each feature has a mean over the films.",
    zh="你用每部*电影*自己各特征的平均值做中心化（`axis=1`）。应当是每个特征对各部电影求平均。",
)
def centred_by_film(features, likes, hidden, l2):
    return _with_means(
        features - features.mean(axis=1, keepdims=True), likes, hidden, l2, 0.0, likes[~hidden].mean(axis=0)
    )


@ridge.mistake(
    en="Nothing was centred, yet the likes' mean is added at the end. What you add there must have been taken away before.",
    zh="什么也没有中心化，最后却加上了目标的平均值。最后加回的，事先要减去。",
)
def mean_added_without_centring(features, likes, hidden, l2):
    return never_centred(features, likes, hidden, l2) + likes[~hidden].mean(axis=0)


def _random_groups(rng):
    """Users in any order, and in every other table a group without any."""
    group = [0, 0, 0, 0, 1, 1, 2, 2, 2] if rng.random() < 0.5 else [0, 0, 0, 0, 2, 2, 3, 3, 3]
    return (rng.random((9, 4)) < 0.4).astype(int), rng.permutation(group), float(rng.choice([2.0, 5.0]))


shrink = Exercise(
    id="cold_start-shrink",
    title=Text("Shares that few users do not throw", "用户少的组，比例也不乱跳"),
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
    zh="你把各组比例的平均当作 $q$。人少的组会与人多的组权重相同：请对全体用户取平均。",
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


def _history(rows, weights):
    return rows @ weights / np.maximum(_count(rows), 1)


@blended.mistake(
    en="You divided by the number of films. The mean runs over the *liked* films only.",
    zh="你除以了电影总数。只对*喜欢*的电影求平均。",
)
def over_all_films(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    return w * (rows @ weights) / rows.shape[1] + (1 - w) * prior


@blended.mistake(
    en="Your weight has 1 where `kappa` belongs.",
    zh="你的权重里该是 `kappa` 的地方写成了 1。",
)
def one_for_kappa(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + 1)
    return w * _history(rows, weights) + (1 - w) * prior


@blended.mistake(
    en="The weight does not depend on the number of likes: 1 / (1 + `kappa`) for everybody.",
    zh="权重与喜欢数无关：每个人都是 1 / (1 + `kappa`)。",
)
def weight_without_likes(rows, weights, prior, kappa):
    return (_history(rows, weights) + kappa * prior) / (1 + kappa)


@blended.mistake(
    en="After the first like the prior is gone. It should fade, not vanish.",
    zh="有了第一个喜欢，先验就不见了。它应当逐渐淡出，不是消失。",
)
def history_or_prior(rows, weights, prior, kappa):
    return np.where(_count(rows) > 0, _history(rows, weights), prior)


@blended.mistake(
    en="Your weight grows in a straight line and stops at 1. The formula never reaches 1.",
    zh="你的权重按直线增长，到 1 为止。公式里的权重永远到不了 1。",
)
def straight_line(rows, weights, prior, kappa):
    w = np.minimum(_count(rows) / kappa, 1)
    return w * _history(rows, weights) + (1 - w) * prior


@blended.mistake(
    en="Users without a like got zeros. There the prior speaks alone.",
    zh="没有喜欢的用户得到了 0。这时应当只用先验。",
)
def zeros_without_a_like(rows, weights, prior, kappa):
    return blend(rows, weights, prior, kappa) * (_count(rows) > 0)


@blended.mistake(
    en="The prior plays no part: that is the history alone.",
    zh="先验没有用上：这只是历史。",
)
def history_alone(rows, weights, prior, kappa):
    return _history(rows, weights)


@blended.mistake(
    en="The prior lacks the factor `kappa` in the numerator: a user without a like should get exactly the prior.",
    zh="分子里的先验缺了因子 `kappa`：没有喜欢的用户应当正好得到先验。",
)
def prior_counted_once(rows, weights, prior, kappa):
    return (rows @ weights + prior) / (_count(rows) + kappa)


@blended.mistake(
    en="You counted the likes of *all* users together. Each user has a number of their own: one sum for each row.",
    zh="你把*所有*用户的喜欢数加在了一起。每位用户有自己的喜欢数：每行求一个和。",
)
def likes_of_all_users(rows, weights, prior, kappa):
    return (rows @ weights + kappa * prior) / (rows.sum() + kappa)


@blended.mistake(
    en="The known likes lost their scores. Every film gets one here; what is left out comes later.",
    zh="已知喜欢的电影的得分没有了。这里每部电影都要有得分，排除是以后的事。",
)
def known_likes_blanked(rows, weights, prior, kappa):
    return np.where(rows > 0, 0, blend(rows, weights, prior, kappa))


@blended.mistake(
    en="Every user got the mean of all priors. Each row has a prior of its own.",
    zh="每位用户都得到了先验的平均。每一行有自己的先验。",
)
def one_prior_for_all(rows, weights, prior, kappa):
    return blend(rows, weights, np.broadcast_to(prior.mean(axis=0), prior.shape), kappa)


@blended.mistake(
    en="You counted down the columns: how many users liked a film. A user's likes stand in a row.",
    zh="你是顺着列数的：那是一部电影有多少用户喜欢。一位用户的喜欢在一行里。",
)
def counted_by_film(rows, weights, prior, kappa):
    n = np.resize(rows.sum(axis=0), rows.shape)
    w = n / (n + kappa)
    return w * (rows @ weights) / np.maximum(n, 1) + (1 - w) * prior


@blended.mistake(
    en="These are the scores times the number of likes plus `kappa`. The ranking is the same; the exercise asks for the "
    "blend itself.",
    zh="这是得分乘以喜欢数加 `kappa`。排序相同，但练习要的是混合本身。",
)
def times_the_denominator(rows, weights, prior, kappa):
    return rows @ weights + kappa * prior


@blended.mistake(
    en="That is the prior alone: the likes play no part.",
    zh="这只是先验：喜欢没有用上。",
)
def prior_alone(rows, weights, prior, kappa):
    return np.asarray(prior)


@blended.mistake(
    en="The weighted history stands alone: the part of the prior is missing.",
    zh="只有加了权的历史，缺了先验的那一部分。",
)
def prior_left_out(rows, weights, prior, kappa):
    n = _count(rows)
    return n / (n + kappa) * _history(rows, weights)


@blended.mistake(
    en="You divided by the number of likes twice: the sum of the EASE rows is divided once.",
    zh="你除以了两次喜欢数：EASE 各行之和只除一次。",
)
def divided_twice(rows, weights, prior, kappa):
    n = _count(rows)
    w = n / (n + kappa)
    return w * _history(rows, weights) / np.maximum(n, 1) + (1 - w) * prior


@blended.mistake(
    en="Both parts have the weight `w`. The prior has what is left: `1 - w`.",
    zh="两部分的权重都是 `w`。先验的权重是余下的 `1 - w`。",
)
def same_weight_twice(rows, weights, prior, kappa):
    n = _count(rows)
    return n / (n + kappa) * (_history(rows, weights) + prior)


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
    title=Text("Optimism about what was rarely shown", "对少展示的电影保持乐观（UCB）"),
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
        (np.array([1, 0]), np.array([3, 2]), 6),
        (np.array([0, 0]), np.array([1, 2]), 4),
        (np.array([0, 0, 1]), np.array([0, 1, 2]), 4),
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
    zh="你减去了加分，等于压低了解得少的电影。UCB 是乐观的：请加上它。",
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


def _log_bonus(shown, step):
    return np.sqrt(2 * np.log(step) / np.maximum(shown, 1))


@ucb.mistake(
    en="You took the logarithm of all showings. The formula has that of `step`.",
    zh="你取的是总展示数的对数。公式里是 `step` 的对数。",
)
def showings_for_step(clicked, shown, step):
    return _best(clicked, shown, _log_bonus(shown, max(shown.sum(), 1)))


@ucb.mistake(
    en="You took the logarithm to base 2. Here it is the natural one: `np.log`.",
    zh="你用的是以 2 为底的对数。这里用自然对数：`np.log`。",
)
def logarithm_to_base_two(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log2(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="The 2 stands outside the root. It belongs under it.",
    zh="2 在根号外面。它应当在根号里。",
)
def two_outside(clicked, shown, step):
    return _best(clicked, shown, 2 * np.sqrt(np.log(step) / np.maximum(shown, 1)))


@ucb.mistake(
    en="You divided inside the logarithm: log(step / shown). The logarithm is of `step` alone, and divided afterwards.",
    zh="你在对数里面做了除法：log(step / shown)。只对 `step` 取对数，之后再除。",
)
def divided_in_the_logarithm(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log(step / np.maximum(shown, 1))))


@ucb.mistake(
    en="You divide outside the root. `shown` belongs under it.",
    zh="你在根号外面做了除法。`shown` 应当在根号里。",
)
def divided_outside(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log(step)) / np.maximum(shown, 1))


@ucb.mistake(
    en="The logarithm is missing: with `step` itself the bonus drowns the mean.",
    zh="缺了对数：直接用 `step`，加分会把平均值淹没。",
)
def logarithm_forgotten(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * step / np.maximum(shown, 1)))


@ucb.mistake(
    en="`step` and `shown` are exchanged: the logarithm is of `step`, and `shown` divides.",
    zh="`step` 与 `shown` 用反了：对 `step` 取对数，除以 `shown`。",
)
def step_and_shown_exchanged(clicked, shown, step):
    return _best(clicked, shown, np.sqrt(2 * np.log(np.maximum(shown, 1)) / step))


@ucb.mistake(
    en="You took the *lowest* value. `argmax` finds the highest.",
    zh="你取了*最低*的值。最高的用 `argmax`。",
)
def lowest_value(clicked, shown, step):
    return _best(-clicked, shown, -_log_bonus(shown, step))


@ucb.mistake(
    en="The mean is upside down: clicks divided by showings.",
    zh="平均值上下颠倒了：应当是点击数除以展示数。",
)
def upside_down(clicked, shown, step):
    mean = np.maximum(shown, 1) / np.maximum(clicked, 1)
    return _best(mean * np.maximum(shown, 1), shown, _log_bonus(shown, step))


@ucb.mistake(
    en="That is the highest *value*. Which film has it? Its index is asked for.",
    zh="这是最高的*值*。是哪部电影的？题目要的是它的下标。",
)
def the_value(clicked, shown, step):
    if (shown == 0).any():
        return ucb_choice(clicked, shown, step)
    return (clicked / shown + _log_bonus(shown, step)).max()


@ucb.mistake(
    en="Of the films never shown you took the last. The lowest index goes first.",
    zh="从未展示过的电影里，你取了最后一部。下标最小的优先。",
)
def last_of_the_new(clicked, shown, step):
    new = np.flatnonzero(shown == 0)
    return int(new[-1]) if len(new) else ucb_choice(clicked, shown, step)


@ucb.mistake(
    en="A film never shown counts 0 in your answer, and may wait for ever. It goes first.",
    zh="从未展示过的电影在你那里算 0，可能永远轮不到。它应当优先。",
)
def new_at_zero(clicked, shown, step):
    value = np.where(shown > 0, clicked / np.maximum(shown, 1) + _log_bonus(shown, step), 0)
    return int(value.argmax())


@ucb.mistake(
    en="You chose among the films shown so far, and the index counts those alone. New films go first, and indices are those "
    "of all films.",
    zh="你只在展示过的电影里选，下标也只在它们当中数。新片优先，下标按全部电影数。",
)
def among_the_shown(clicked, shown, step):
    seen = shown > 0
    return ucb_choice(clicked[seen], shown[seen], step) if seen.any() else 0


@ucb.mistake(
    en="You added 1 to the showings. The formula divides by `shown` as it is; films never shown are chosen before.",
    zh="你给展示数加了 1。公式除以 `shown` 本身；从未展示过的电影已经先选了。",
)
def one_showing_more(clicked, shown, step):
    return int((clicked / (shown + 1) + _log_bonus(shown + 1, step)).argmax())


@ucb.mistake(
    en="That is the film with the most clicks. The mean, and the bonus, take the showings into account.",
    zh="这是点击最多的电影。平均值和加分都要考虑展示数。",
)
def most_clicked(clicked, shown, step):
    return int(clicked.argmax())


@ucb.mistake(
    en="Films are counted from 0: your index is one too high.",
    zh="电影从 0 数起：你的下标大了 1。",
)
def counted_from_one(clicked, shown, step):
    return ucb_choice(clicked, shown, step) + 1


@ucb.mistake(
    en="You multiplied mean and bonus. They are added.",
    zh="你把平均值与加分相乘了。应当相加。",
)
def product(clicked, shown, step):
    return _best(clicked * _log_bonus(shown, step), shown, 0.0)


@ucb.mistake(
    en="You put the films that were never *clicked* first. Those never *shown* go first.",
    zh="你让从未被*点击*的电影优先了。优先的是从未*展示*过的。",
)
def never_clicked_first(clicked, shown, step):
    return ucb_choice(clicked, np.where(clicked == 0, 0, shown), step)


@ucb.mistake(
    en="That is greedy, and a film never shown counts 0. Two things: new films first, and then the bonus.",
    zh="这是贪心，而且从未展示过的电影算 0。有两处：新片优先，其余要加上加分。",
)
def greedy_with_new_at_zero(clicked, shown, step):
    return int((clicked / np.maximum(shown, 1)).argmax())


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


@shrink.mistake(
    en="A group without a member gave NaN: you took a mean over nobody. Write the form with sums, which needs no mean.",
    zh="没有用户的组得到了 NaN：你对空的一组求了平均。请用求和的那种形式，它不需要平均。",
)
def nan_for_nobody(likes, group, kappa):
    n = np.bincount(group)
    return np.where(n[:, None] > 0, group_shares(likes, group, kappa), np.nan)


@shrink.mistake(
    en="Those are the groups' own shares, without shrinkage, and 0 for a group of nobody.",
    zh="这是各组自己的比例，没有收缩；没有用户的组成了 0。",
)
def own_shares_or_zero(likes, group, kappa):
    return _per_group(likes, group, lambda part: part.sum(axis=0) / max(len(part), 1))


@shrink.mistake(
    en="Nothing is shrunk: a group keeps its own share, however small it is, and only an empty one gets everybody's. "
    "Every group is mixed with everybody, the small ones more.",
    zh="没有收缩：组再小也保持自己的比例，只有空的组才用全体的。每个组都要与全体混合，越小混得越多。",
)
def own_shares_or_everybodys(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: part.mean(axis=0) if len(part) else q)


@shrink.mistake(
    en="The weights are swapped: a large group should keep its own share.",
    zh="权重写反了：大组应当保持自己的比例。",
)
def swapped_weights_of_one_at_least(likes, group, kappa):
    q = likes.mean(axis=0)

    def mixed(part):
        n = max(len(part), 1)
        return (kappa * part.sum(axis=0) / n + n * q) / (n + kappa)

    return _per_group(likes, group, mixed)


@shrink.mistake(
    en="You divided by the number of *all* users plus `kappa`. The group's own number belongs there.",
    zh="你除以了*全体*用户数加 `kappa`。应当用这一组自己的用户数。",
)
def over_all_users(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(likes) + kappa))


@shrink.mistake(
    en="You took the share among the *other* users for $q$. The group's own users belong to all.",
    zh="你把*其他*用户中的比例当作 $q$。全体也包括这一组自己的用户。",
)
def share_among_the_others(likes, group, kappa):
    q, group = likes.mean(axis=0), np.asarray(group)

    def shares(g):
        own, rest = likes[group == g], likes[group != g]
        return (own.sum(axis=0) + kappa * (rest.mean(axis=0) if len(rest) else q)) / (len(own) + kappa)

    return np.array([shares(g) for g in range(max(group) + 1)])


@shrink.mistake(
    en="You took the mean of the shares of those groups that have users for $q$. A small group would count as much as a "
    "large one: take all users.",
    zh="你把有用户的各组比例的平均当作 $q$。人少的组会与人多的组权重相同：请对全体用户取平均。",
)
def mean_of_filled_groups(likes, group, kappa):
    q = np.mean([likes[np.asarray(group) == g].mean(axis=0) for g in np.unique(group)], axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + kappa))


@shrink.mistake(
    en="You added `kappa` users who like *every* film. They are average users: `kappa` times $q$.",
    zh="你加的 `kappa` 位用户*什么都*喜欢。他们应当是普通用户：`kappa` 乘以 $q$。",
)
def towards_one(likes, group, kappa):
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa) / (len(part) + kappa))


@shrink.mistake(
    en="The numerator adds one average user, the denominator `kappa` of them.",
    zh="分子只加了一位普通用户，分母却加了 `kappa` 位。",
)
def one_user_above_the_line(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + q) / (len(part) + kappa))


@shrink.mistake(
    en="The denominator lacks `kappa` (and a group of nobody was divided by 1): a share could exceed 1.",
    zh="分母里缺了 `kappa`（没有用户的组除以了 1）：比例会超过 1。",
)
def denominator_at_least_one(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / max(len(part), 1))


@shrink.mistake(
    en="The denominator adds 1 where `kappa` belongs.",
    zh="分母里加的是 1，应当是 `kappa`。",
)
def one_below_the_line(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (len(part) + 1))


@shrink.mistake(
    en="The weight $w$ goes with the share $t / n$; you gave it to the number of likes $t$.",
    zh="权重 $w$ 乘的是比例 $t / n$，你乘的是喜欢数 $t$。",
)
def count_for_the_own_share(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (len(part) * part.sum(axis=0) + kappa * q) / (len(part) + kappa))


@shrink.mistake(
    en="The weights are swapped (and nobody's share is 0): a large group should keep its own share.",
    zh="权重写反了（没有用户的组又按 0 算）：大组应当保持自己的比例。",
)
def swapped_weights_or_zero(likes, group, kappa):
    q = likes.mean(axis=0)

    def score(part):
        n = len(part)
        return (kappa * part.sum(axis=0) / max(n, 1) + n * q) / (n + kappa)

    return _per_group(likes, group, score)


@shrink.mistake(
    en="Rows and columns are exchanged: one row for each group, one column for each film.",
    zh="行和列反了：每个组一行，每部电影一列。",
)
def films_as_rows(likes, group, kappa):
    return group_shares(likes, group, kappa).T


@shrink.mistake(
    en="Every group has the share of all. Its own likes play no part.",
    zh="每个组得到的都是全体的比例，没有用到组里自己的喜欢。",
)
def share_of_all(likes, group, kappa):
    return _per_group(likes, group, lambda part: likes.mean(axis=0))


@shrink.mistake(
    en="You chose between the two shares. Shrinkage *mixes* them.",
    zh="你在两个比例里选了一个。收缩是把两者*混合*。",
)
def one_or_the_other(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: part.mean(axis=0) if len(part) > kappa else q)


@shrink.mistake(
    en="Half and half, whatever the size of the group. The weight $w$ grows with $n$.",
    zh="不论组的大小，两者各占一半。权重 $w$ 应当随 $n$ 变大。",
)
def half_of_each(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: (part.mean(axis=0) + q) / 2 if len(part) else q)


@shrink.mistake(
    en="These are the numerators: likes plus `kappa` times $q$. Divide by the number of users they stand for.",
    zh="这是分子：喜欢数加 `kappa` 乘以 $q$。还要除以它们代表的用户数。",
)
def numerators(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: part.sum(axis=0) + kappa * q)


@shrink.mistake(
    en="You divided by the number of *groups* plus `kappa`. The number of users in the group belongs there.",
    zh="你除以的是*组数*加 `kappa`。应当是这一组的用户数。",
)
def over_the_groups(likes, group, kappa):
    q, n = likes.mean(axis=0), len(np.unique(group))
    return _per_group(likes, group, lambda part: (part.sum(axis=0) + kappa * q) / (n + kappa))


@shrink.mistake(
    en="You added `kappa` times $q$ to the group's share. It is added to its number of likes, before you divide.",
    zh="你把 `kappa` 乘以 $q$ 加在了比例上。应当先加在喜欢数上，再除。",
)
def added_to_the_share(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(likes, group, lambda part: part.sum(axis=0) / max(len(part), 1) + kappa * q)


@shrink.mistake(
    en="The numerator adds the group's *share* where its number of likes belongs.",
    zh="分子里加的是组里的*比例*，应当是组里的喜欢数。",
)
def share_for_the_count(likes, group, kappa):
    q = likes.mean(axis=0)
    return _per_group(
        likes, group, lambda part: (part.mean(axis=0) + kappa * q) / (len(part) + kappa) if len(part) else q
    )


quiz = Quiz(
    "cold_start",
    [
        Question(
            Text(
                "You choose the penalty by NDCG@10 on the hidden films and report the best value. What is wrong?",
                "你按隐藏电影上的 NDCG@10 选正则化系数，并报告最好的值。错在哪里？",
            ),
            [
                Right(
                    Text("The value contains the luck of the choice.", "这个值里含有选择的运气。"),
                    Text("Choose on inner hidden sets of the visible films.", "应当在可见电影的内层隐藏集上选。"),
                ),
                Wrong(
                    Text("Nothing: the penalty is only one number.", "没有错：正则化系数只是一个数。"),
                    Text("One number tried at ten values is ten chances.", "一个数试十个值，就有十次碰运气的机会。"),
                ),
                Wrong(
                    Text("NDCG@10 is the wrong metric for hidden films.", "隐藏的电影不该用 NDCG@10。"),
                    Text("Any metric has this fault if chosen on.", "用来选参数的话，换什么指标都有这个毛病。"),
                ),
            ],
        ),
        Question(
            Text(
                "Titles added to genres and year gain, but titles exchanged within decade and genre do not. What has been shown?",
                "在类型和年份之外加上片名有增益，而加上在同年代、同类型内对调的片名没有增益。这说明了什么？",
            ),
            [
                Wrong(
                    Text("The encoder recognises decade and genre.", "编码器认得年代和类型。"),
                    Text("Genres and year are in both models anyway.", "类型和年份本来就在两个模型里。"),
                ),
                Right(
                    Text("The gain belongs to the particular film's title.", "增益来自这部电影自己的片名。"),
                    Text("Only the name was exchanged; genres and year stayed.", "换掉的只有名字，类型和年份没有变。"),
                ),
                Wrong(
                    Text("The encoder will know films of next year.", "编码器会认得明年的电影。"),
                    Text(
                        "Every film here is older than the encoder's training texts; it shows nothing about that.",
                        "这里的电影都早于编码器的训练文本，对此什么也没说明。",
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
                "A linear model is given a film's factors and its content, and is trained without dropout and without a penalty to return the factors. How does it rank new films?",
                "一个线性模型的输入是电影的因子和内容，训练时不丢弃，也没有正则化，目标是还原因子。它怎样给新电影排序？",
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
            deeper=True,
        ),
        Question(
            Text(
                "A rule that always shows the film with the highest raw share of clicks showed a good film once; it was not clicked, and it never came back. What would Thompson sampling do?",
                "有个规则总是展示点击比例最高的电影。它把一部好片展示了一次，没人点击，之后再没出现。Thompson 采样会怎样？",
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
