"""Exercises and quiz of chapter 07."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _draw_vectors(rng):
    # Sizes that differ from each other: then no table that is turned round goes unnoticed.
    n, m, w = (int(size) for size in rng.permutation(np.arange(2, 7))[:3])
    return rng.normal(size=(n, w)), rng.normal(size=(n, w)), rng.normal(size=(m, w))


scores = Exercise(
    id="pytorch-scores",
    title=Text("Own film first, then the negatives", "自己的电影在前，负样本在后"),
    gives=Text("an array of shape `(n, 1 + m)`", "形状为 `(n, 1 + m)` 的数组"),
    hint=Text(
        "Take two users and three negatives, and write the table by hand: 2 rows, 4 columns. Which two vectors meet in each place?",
        "拿两位用户、三个负样本，手写出这张表：2 行 4 列。每个位置上相遇的是哪两个向量？",
    ),
    examples=[
        (np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[3.0, 4.0], [5.0, 6.0]]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 3.0]])),
        (np.array([[1.0, 1.0, 1.0]]), np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])),
    ],
    random=_draw_vectors,
)  # fmt: skip


def _own(users, items):
    return (users * items).sum(axis=1, keepdims=True)


@scores.solution
def training_scores(users, items, negatives):
    return np.concatenate([_own(users, items), users @ negatives.T], axis=1)


@scores.mistake(
    en="You scored every user with every user's film, `users @ own_films.T`. A user's own film is one: row *i* with row *i* only.",
    zh="你让每位用户与所有用户的电影都打了分：`users @ own_films.T`。每位用户自己的电影只有一部：第 *i* 行只对第 *i* 行。",
)
def all_with_all(users, items, negatives):
    return np.concatenate([users @ items.T, users @ negatives.T], axis=1)


@scores.mistake(
    en="The products are not added up yet: a score is one number, the sum of the products along the width.",
    zh="乘积还没有加起来：一个得分是一个数，是沿宽度方向的乘积之和。",
)
def not_added_up(users, items, negatives):
    return np.concatenate([users * items, users @ negatives.T], axis=1)


@scores.mistake(
    en="The user's own film stands last. The exercise, and the loss after it, expect it in column 0.",
    zh="用户自己的电影排在了最后。练习（以及后面的损失）要它在第 0 列。",
)
def own_last(users, items, negatives):
    return np.concatenate([users @ negatives.T, _own(users, items)], axis=1)


@scores.mistake(
    en="The table lies on its side: one row for each *user* is asked for.",
    zh="表横过来了：应当是每位*用户*一行。",
)
def on_its_side(users, items, negatives):
    return training_scores(users, items, negatives).T


@scores.mistake(
    en="These are cosines: the lengths were divided out. The model scores by the plain dot product; a longer vector means a stronger opinion.",
    zh="这是余弦：长度被除掉了。模型用的是普通的点积；向量越长，倾向越强。",
)
def cosines(users, items, negatives):
    users, items, negatives = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (users, items, negatives))
    return training_scores(users, items, negatives)


@scores.mistake(
    en="The negatives met the users' own films. It is the user who is scored with them.",
    zh="你让负样本与各用户自己的电影相乘了。与负样本打分的应当是用户。",
)
def items_with_negatives(users, items, negatives):
    return np.concatenate([_own(users, items), items @ negatives.T], axis=1)


@scores.mistake(
    en="Column 0 holds the mean of the products, the others the sum. A dot product is the sum.",
    zh="第 0 列是乘积的平均，其余各列是总和。点积是总和。",
)
def mean_of_products(users, items, negatives):
    return np.concatenate([_own(users, items) / users.shape[1], users @ negatives.T], axis=1)


@scores.mistake(
    en="Column 0 has one and the same number in every row: your sum ran over all rows together. Sum along the width only, `axis=1`.",
    zh="第 0 列每行都是同一个数：你把所有行加到一起了。只沿宽度求和：`axis=1`。",
)
def summed_over_everything(users, items, negatives):
    own = np.full((len(users), 1), (users * items).sum())
    return np.concatenate([own, users @ negatives.T], axis=1)


@scores.mistake(
    en="You return two pieces. Put them side by side in one table.",
    zh="你返回的是两块。请把它们并排放进一张表。",
)
def two_pieces(users, items, negatives):
    return _own(users, items)[:, 0], users @ negatives.T


@scores.mistake(
    en="The user's own film is missing: only the negatives were scored.",
    zh="缺了用户自己的电影：你只给负样本打了分。",
)
def negatives_only(users, items, negatives):
    return users @ negatives.T


@scores.mistake(
    en="You went on to the softmax. Asked are the scores themselves; the loss makes shares of them later.",
    zh="你多做了一步 softmax。题目要的是得分本身；变成比例是之后损失的事。",
)
def shares(users, items, negatives):
    powers = np.exp(training_scores(users, items, negatives))
    return powers / powers.sum(axis=1, keepdims=True)


@scores.mistake(
    en="Column 0 scores every user with the *first* film. Row *i* of `users` goes with row *i* of `own_films`.",
    zh="第 0 列里，每位用户都在与*第一部*电影打分。`users` 的第 *i* 行对应 `own_films` 的第 *i* 行。",
)
def first_film_for_all(users, items, negatives):
    return np.concatenate([users @ items[:1].T, users @ negatives.T], axis=1)


@scores.mistake(
    en="You divided by the root of the width, as attention does. Here a score is the plain dot product.",
    zh="你像注意力那样除以了宽度的平方根。这里的得分是普通的点积。",
)
def divided_by_the_root(users, items, negatives):
    return training_scores(users, items, negatives) / np.sqrt(users.shape[1])


def _draw_rows(rng):
    n, m = int(rng.integers(2, 6)), int(rng.integers(6, 9))
    # Few users and items, so that accidents of every kind happen.
    return list(zip(rng.integers(0, 3, n).tolist(), rng.integers(0, 6, n).tolist(), strict=True)), rng.integers(0, 6, m)


batch = Exercise(
    id="pytorch-collate",
    title=Text("From rows to a batch", "从各行到批次"),
    gives=Text("users, items and a table of True and False", "用户、物品，以及一张 True/False 的表"),
    hint=Text(
        "Two rows, three negatives: the last part has 2 rows and 3 columns. In which places is the negative that row's own item?",
        "两行、三个负样本：最后一部分是 2 行 3 列。哪些位置上，负样本就是那一行自己的物品？",
    ),
    examples=[
        ([(0, 5), (0, 2), (1, 5)], np.array([2, 7])),
        ([(3, 1), (1, 0)], np.array([1, 0, 1, 3])),
    ],
    random=_draw_rows,
)


def _columns(rows):
    return np.array([user for user, _ in rows]), np.array([item for _, item in rows])


@batch.solution
def collate(rows, negatives):
    users, items = _columns(rows)
    return users, items, negatives != items[:, None]


@batch.mistake(
    en="The table is the wrong way round: True should mean that the negative may be used.",
    zh="表反了：True 应当表示这个负样本可以用。",
)
def turned_round(rows, negatives):
    users, items = _columns(rows)
    return users, items, negatives == items[:, None]


@batch.mistake(
    en="You forbade a negative for all rows when it is *anybody's* item. It is wrong only for the rows whose own item it is; for the others it is as good as any.",
    zh="一个负样本只要是*任何一行*的物品，你就对所有行都禁用了。它只对以它为自己物品的行不能用，对其余各行照样可用。",
)
def anybodys(rows, negatives):
    users, items = _columns(rows)
    return users, items, np.broadcast_to(~np.isin(negatives, items), (len(items), len(negatives)))


@batch.mistake(
    en="You forbade everything that the same *user* has in this batch. The exercise compares with the row's own item only.",
    zh="你把同一位*用户*在这个批次里的物品全都禁用了。本练习只与本行自己的物品比较。",
)
def same_users(rows, negatives):
    users, items = _columns(rows)
    met = [items[users == user] for user in users]
    return users, items, np.array([~np.isin(negatives, own) for own in met])


@batch.mistake(
    en="The table lies on its side: one row for each pair, one column for each negative.",
    zh="表横过来了：应当每对一行、每个负样本一列。",
)
def table_on_its_side(rows, negatives):
    users, items = _columns(rows)
    return users, items, (negatives != items[:, None]).T


@batch.mistake(
    en="You compared the negatives with the *users'* numbers. They are items: compare them with the items.",
    zh="你拿负样本与*用户*编号比较了。负样本是物品，应当与物品比较。",
)
def compared_with_users(rows, negatives):
    users, items = _columns(rows)
    return users, items, negatives != users[:, None]


@batch.mistake(
    en="You compared a negative with *both* numbers of the pair. The user's number is no item: compare with the item alone.",
    zh="你拿负样本与一对里的*两个*数都比了。用户的编号不是物品：只与物品比较。",
)
def either_of_the_pair(rows, negatives):
    users, items = _columns(rows)
    return users, items, (negatives != items[:, None]) & (negatives != users[:, None])


@batch.mistake(
    en="Users and items have changed places: a row is (user, item).",
    zh="用户和物品放反了：一行是（用户，物品）。",
)
def changed_places(rows, negatives):
    users, items = _columns(rows)
    return items, users, negatives != items[:, None]


@batch.mistake(
    en="Nothing is forbidden: some negatives are a row's own item, and must be False there.",
    zh="什么都没有禁用：有的负样本就是某一行自己的物品，那里应当是 False。",
)
def nothing_forbidden(rows, negatives):
    users, items = _columns(rows)
    return users, items, np.ones((len(items), len(negatives)), bool)


@batch.mistake(
    en="You return the negatives themselves. Asked for is the table that says where each may be used.",
    zh="你返回的是负样本本身。题目要的是一张表，说明每个负样本在哪里可以用。",
)
def the_negatives(rows, negatives):
    return *_columns(rows), negatives


@batch.mistake(
    en="You return what is to be added to the scores, 0 and minus infinity. Asked for is True and False.",
    zh="你返回的是要加到得分上的数，0 和负无穷。题目要的是 True 和 False。",
)
def to_be_added(rows, negatives):
    users, items = _columns(rows)
    return users, items, np.where(negatives != items[:, None], 0.0, -np.inf)


@batch.mistake(
    en="The users and items are still together in pairs. A model wants one tensor of each: turn the list round, with `zip(*rows)` or `.T`.",
    zh="用户和物品还是一对一对地放着。模型要的是各自一个张量：用 `zip(*rows)` 或 `.T` 翻转过来。",
)
def still_pairs(rows, negatives):
    _, items = _columns(rows)
    return np.array(rows), negatives != items[:, None]


@batch.mistake(
    en="You unpacked the first two *pairs* as users and items. The users are the first column, not the first row: turn the list round.",
    zh="你把前两*对*拆成了用户和物品。用户是第一列，不是第一行：要翻转列表。",
)
def first_pairs_unpacked(rows, negatives):
    users, items = np.array(rows)[:2]
    return users, items, negatives != items[:, None]


@batch.mistake(
    en="Users and items have changed places, and the negatives were compared with the users: a row is (user, item).",
    zh="用户和物品放反了，负样本也就与用户比较了：一行是（用户，物品）。",
)
def columns_exchanged(rows, negatives):
    users, items = _columns(rows)
    return items, users, negatives != users[:, None]


@batch.mistake(
    en="You gave one answer for each row, whether its item was drawn at all. Asked is one for each row *and* each negative.",
    zh="你每行只给了一个答案：这一行的物品有没有被抽到。题目要的是每一行、每个负样本各一个。",
)
def one_answer_a_row(rows, negatives):
    users, items = _columns(rows)
    return users, items, ~np.isin(items, negatives)


@batch.mistake(
    en="Every row has the answers for the *last* pair's item: the comparison uses the loop's variable after, or without, its loop.",
    zh="每一行都是与*最后*一对的物品比较的结果：比较用的是循环结束后留下的变量。",
)
def last_item_for_all(rows, negatives):
    users, items = _columns(rows)
    return users, items, np.array([negatives != items[-1]] * len(items))


@batch.mistake(
    en="You gave one answer for each negative, whether it is anybody's item. Asked is one for each row *and* each negative.",
    zh="你每个负样本只给了一个答案：它是不是某一行的物品。题目要的是每一行、每个负样本各一个。",
)
def one_answer_a_negative(rows, negatives):
    users, items = _columns(rows)
    return users, items, ~np.isin(negatives, items)


@batch.mistake(
    en="The first part still holds the pairs. It should hold the users alone.",
    zh="第一部分还是一对一对的。应当只有用户。",
)
def pairs_for_users(rows, negatives):
    _, items = _columns(rows)
    return np.array(rows), items, negatives != items[:, None]


@batch.mistake(
    en="This is the table alone. Return three things: the users, the items, the table.",
    zh="只有表。应当返回三样：用户、物品、表。",
)
def table_alone(rows, negatives):
    return collate(rows, negatives)[2]


@batch.mistake(
    en="You dropped the rows whose item was drawn. Every row stays; only that one place of the table is False.",
    zh="物品被抽到的行，你整行都去掉了。每一行都要留下，只有表里那一处是 False。",
)
def rows_dropped(rows, negatives):
    users, items = _columns(rows)
    kept = ~np.isin(items, negatives)
    return users[kept], items[kept], (negatives != items[:, None])[kept]


@batch.mistake(
    en="The batch holds each user once. Two rows of the same user are two rows: keep every pair.",
    zh="每位用户只出现了一次。同一位用户的两行就是两行：每一对都要保留。",
)
def each_user_once(rows, negatives):
    users, items = map(np.array, zip(*dict(rows).items(), strict=True))
    return users, items, negatives != items[:, None]


def _draw_descent(rng):
    d, steps = int(rng.integers(2, 5)), int(rng.integers(3, 7))
    return rng.normal(size=d), rng.normal(size=d), round(float(rng.uniform(0.05, 0.4)), 2), steps


loop = Exercise(
    id="pytorch-descend",
    title=Text("The training loop", "训练循环"),
    gives=Text("the final `w` and the list of losses", "最后的 `w` 和损失的列表"),
    hint=Text(
        "Print `w`, its gradient and the loss after every line of the loop, for the case worked out by hand. Which line does something else?",
        "用手算的那个例子，在循环的每一行之后打印 `w`、它的梯度和损失。哪一行与手算不符？",
    ),
    examples=[
        (np.array([0.0]), np.array([1.0]), 0.25, 2),
        (np.array([2.0, 0.0]), np.array([0.0, 4.0]), 0.25, 3),
    ],
    random=_draw_descent,
)


def _gradient(w, target):
    return 2 * (w - target)


def _loss(w, target):
    return ((w - target) ** 2).sum()


@loop.solution
def descend(start, target, rate, steps):
    w, losses = start, []
    for _ in range(steps):
        losses.append(_loss(w, target))
        w = w - rate * _gradient(w, target)
    return w, losses


@loop.mistake(
    en="The gradients add up from step to step: `backward` adds to `.grad`, and nothing clears it. Which line is missing?",
    zh="梯度一步一步累加起来了：`backward` 把新梯度加到 `.grad` 上，却没有清零。少了哪一行？",
)
def never_cleared(start, target, rate, steps):
    w, losses, total = start, [], np.zeros_like(start)
    for _ in range(steps):
        losses.append(_loss(w, target))
        total = total + _gradient(w, target)
        w = w - rate * total
    return w, losses


@loop.mistake(
    en="`w` never moves: when `step` is called, its gradient has just been cleared. `backward` must stand between `zero_grad` and `step`.",
    zh="`w` 从没动过：调用 `step` 时，梯度刚被清掉。`backward` 必须放在 `zero_grad` 与 `step` 之间。",
)
def cleared_before_the_step(start, target, rate, steps):
    return start, [_loss(start, target)] * steps


@loop.mistake(
    en="Every step uses the gradient of the loss *before*: `step` stands before `backward`. The first call has none at all.",
    zh="每一步用的都是*上一次*的梯度：`step` 写在了 `backward` 之前，第一次根本没有梯度可用。",
)
def step_before_backward(start, target, rate, steps):
    w, losses, waiting = start, [], np.zeros_like(start)
    for _ in range(steps):
        losses.append(_loss(w, target))
        gradient = _gradient(w, target)
        w, waiting = w - rate * waiting, gradient
    return w, losses


@loop.mistake(
    en="These are the losses *after* each step. Asked for is the loss before it, the one whose gradient the step follows.",
    zh="这是每一步*之后*的损失。题目要的是之前的，也就是这一步所用梯度对应的损失。",
)
def losses_after(start, target, rate, steps):
    w, losses = start, []
    for _ in range(steps):
        w = w - rate * _gradient(w, target)
        losses.append(_loss(w, target))
    return w, losses


@loop.mistake(
    en="You went uphill: the losses grow. Step *against* the gradient.",
    zh="损失越来越大：方向反了。要沿*负*梯度方向走。",
)
def uphill(start, target, rate, steps):
    return descend(start, target, -rate, steps)


@loop.mistake(
    en="The steps are half as long as they should be: the derivative of a square has a factor of 2. Let `backward` find it.",
    zh="每一步只有应有的一半长：平方的导数有因子 2。交给 `backward` 去求。",
)
def factor_of_two_lost(start, target, rate, steps):
    return descend(start, target, rate / 2, steps)


@loop.mistake(
    en="You took the mean over the numbers of `w`; the loss is the *sum*.",
    zh="你对 `w` 的各个数取了平均；损失是*总和*。",
)
def mean_for_sum(start, target, rate, steps):
    w, losses = descend(start, target, rate / len(start), steps)
    return w, [loss / len(start) for loss in losses]


@loop.mistake(
    en="There is one loss too many: the last one, after all steps, is not asked for.",
    zh="损失多了一个：走完之后的那个不需要。",
)
def one_loss_more(start, target, rate, steps):
    w, losses = descend(start, target, rate, steps)
    return w, [*losses, _loss(w, target)]


@loop.mistake(
    en="The losses are right, but `w` is still the start. Return what the loop has made of it.",
    zh="损失是对的，但返回的 `w` 还是起点。请返回循环更新之后的值。",
)
def start_returned(start, target, rate, steps):
    return start, descend(start, target, rate, steps)[1]


@loop.mistake(
    en="You began at 0. The first `w` is `start`.",
    zh="你是从 0 开始的。第一个 `w` 应当是 `start`。",
)
def begun_at_zero(start, target, rate, steps):
    return descend(np.zeros_like(start), target, rate, steps)


@loop.mistake(
    en="Only the last loss was kept. The list should have one for each step.",
    zh="只留下了最后一个损失。列表里应当每一步一个。",
)
def last_loss_only(start, target, rate, steps):
    w, losses = descend(start, target, rate, steps)
    return w, losses[-1]


@loop.mistake(
    en="Every number moves by about `rate` whatever its gradient: that is Adam. Asked for is the plain step, `torch.optim.SGD`.",
    zh="不管梯度多大，每个数都移动大约 `rate`：这是 Adam。题目要的是普通的一步：`torch.optim.SGD`。",
)
def by_adam(start, target, rate, steps):
    w, losses, m, v = start, [], np.zeros_like(start), np.zeros_like(start)
    for t in range(1, steps + 1):
        losses.append(_loss(w, target))
        gradient = _gradient(w, target)
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return w, losses


@loop.mistake(
    en="There is one step, and one loss, too few: `range(steps)` goes round `steps` times.",
    zh="少走了一步，也少了一个损失：`range(steps)` 正好循环 `steps` 次。",
)
def one_step_short(start, target, rate, steps):
    return descend(start, target, rate, steps - 1)


@loop.mistake(
    en="There is one step, and one loss, too many: `range(steps)` goes round `steps` times.",
    zh="多走了一步，也多了一个损失：`range(steps)` 正好循环 `steps` 次。",
)
def one_step_more(start, target, rate, steps):
    return descend(start, target, rate, steps + 1)


@loop.mistake(
    en="Every step uses the gradient at the *start*. It has to be found anew at each `w`, inside the loop.",
    zh="每一步用的都是*起点*处的梯度。应当在循环里，对每个新的 `w` 重新求。",
)
def gradient_of_the_start(start, target, rate, steps):
    w, losses = start, []
    for _ in range(steps):
        losses.append(_loss(w, target))
        w = w - rate * _gradient(start, target)
    return w, losses


@loop.mistake(
    en="Your losses are lengths: the square *root* of the sum was taken. Asked is the sum of the squares.",
    zh="你的损失是长度：对平方和又开了方。题目要的是平方和。",
)
def losses_rooted(start, target, rate, steps):
    w, losses = descend(start, target, rate, steps)
    return w, [loss**0.5 for loss in losses]


@loop.mistake(
    en="The steps are right, but each entry of your list is the *mean* loss; asked is the sum.",
    zh="步子是对的，但列表里记的是*平均*损失；题目要的是总和。",
)
def losses_averaged(start, target, rate, steps):
    w, losses = descend(start, target, rate, steps)
    return w, [loss / len(start) for loss in losses]


@loop.mistake(
    en="Your list adds the losses up as the loop goes on. Each entry is the loss of one step alone.",
    zh="你的列表把损失一路累加了。每一项只是那一步自己的损失。",
)
def losses_added_up(start, target, rate, steps):
    w, losses = descend(start, target, rate, steps)
    return w, np.cumsum(losses)


@loop.mistake(
    en="You kept every `w` on the way. Asked is the last one alone.",
    zh="你留下了途中的每一个 `w`。题目只要最后一个。",
)
def every_w_kept(start, target, rate, steps):
    ws = [descend(start, target, rate, done)[0] for done in range(steps + 1)]
    return np.array(ws), descend(start, target, rate, steps)[1]


@loop.mistake(
    en="You return the `w` before the last step. The last update has to be in it: return after the loop, not what was kept before the step.",
    zh="你返回的是最后一步之前的 `w`。最后一次更新也要算上：请返回循环结束后的值。",
)
def last_step_lost(start, target, rate, steps):
    return descend(start, target, rate, steps - 1)[0], descend(start, target, rate, steps)[1]


@loop.mistake(
    en="The losses stand one for each number of `w`: they were not summed.",
    zh="你的损失是 `w` 的每个数各一个：还没有求和。",
)
def losses_not_summed(start, target, rate, steps):
    w, losses = start, []
    for _ in range(steps):
        losses.append((w - target) ** 2)
        w = w - rate * _gradient(w, target)
    return w, losses


def _draw_state(rng):
    layers = [str(name) for name in rng.permutation(["user", "item", "mix", "out", "title"])[:3]]
    state = {}
    for layer in layers[:2]:
        # Square and oblong tables: a square one hides that it was not turned round, but for its numbers.
        rows, columns = (3, 3) if rng.random() < 0.5 else (2, 4)
        state[f"{layer}.weight"] = rng.normal(size=(rows, columns))
        if rng.random() < 0.7:
            state[f"{layer}.bias"] = rng.normal(size=rows)
    state[f"{layers[2]}.weight"] = rng.normal(size=(5, 3))
    return state, layers[2:]


export = Exercise(
    id="pytorch-export",
    title=Text("Weights for Keras", "给 Keras 的权重"),
    gives=Text("a dictionary of arrays", "数组的字典"),
    hint=Text(
        "Go through the state name by name. What kind of layer is it, which part of the layer, and what shape does Keras want?",
        "逐个名字看 state：这是哪种层，是层的哪一部分，Keras 要什么形状？",
    ),
    examples=[
        ({"mix.weight": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), "mix.bias": np.array([7.0, 8.0])}, []),
        (
            {
                "user.weight": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
                "out.weight": np.array([[0.0, 1.0], [2.0, 3.0]]),
            },
            ["user"],
        ),
        (
            {
                "out.weight": np.array([[0.0, 1.0], [2.0, 3.0]]),
                "out.bias": np.array([5.0, 6.0]),
                "item.weight": np.array([[1.0, 2.0], [3.0, 4.0]]),
            },
            ["item"],
        ),
        (
            {
                "user_text.weight": np.array([[1.0, 2.0], [3.0, 4.0]]),
                "user.weight": np.array([[5.0, 6.0], [7.0, 8.0]]),
                "item.weight": np.array([[0.0, 1.0], [2.0, 3.0]]),
            },
            ["user", "item"],
        ),
    ],
    random=_draw_state,
)


def _renamed(state, embeddings, linear=lambda value: value.T, embedding=lambda value: value, kernel="kernel"):
    made = {}
    for name, value in state.items():
        layer, part = name.split(".")
        if part == "bias":
            made[f"{layer}_bias"] = value
        elif layer in embeddings:
            made[f"{layer}_embeddings"] = embedding(value)
        else:
            made[f"{layer}_{kernel}"] = linear(value)
    return made


@export.solution
def to_keras(state, embeddings):
    return _renamed(state, embeddings)


@export.mistake(
    en="The names are right, but a kernel still lies as in PyTorch, (out, in). Keras multiplies from the other side: turn it round. With a square one no error would tell you.",
    zh="名字对了，但 kernel 还是 PyTorch 的排列 (out, in)。Keras 从另一边相乘，要转置。如果是方阵，连报错都不会有。",
)
def not_turned(state, embeddings):
    return _renamed(state, embeddings, linear=lambda value: value)


@export.mistake(
    en="You turned the embeddings round as well. A table of rows to be looked up has the same shape in both libraries.",
    zh="你把嵌入也转置了。按行查的表，在两个库里形状相同。",
)
def embeddings_turned(state, embeddings):
    return _renamed(state, embeddings, embedding=lambda value: value.T)


@export.mistake(
    en="`reshape` keeps the numbers in their reading order and only breaks the lines elsewhere: it does not swap rows and columns. Use `.T`.",
    zh="`reshape` 保持数的阅读顺序，只是换了换行的位置，并没有交换行与列。请用 `.T`。",
)
def reshaped(state, embeddings):
    return _renamed(state, embeddings, linear=lambda value: value.reshape(value.shape[::-1]))


@export.mistake(
    en="The biases are missing. A layer without its bias runs, and is another layer.",
    zh="偏置丢了。少了偏置的层照样能运行，但已经不是原来的层。",
)
def biases_lost(state, embeddings):
    return {name: value for name, value in _renamed(state, embeddings).items() if not name.endswith("_bias")}


@export.mistake(
    en="The tables still have PyTorch's name, weight. Keras calls that of a `Dense` layer kernel.",
    zh="矩阵还叫 PyTorch 的名字 weight。Keras 里 `Dense` 层的叫 kernel。",
)
def still_called_weight(state, embeddings):
    return _renamed(state, embeddings, kernel="weight")


@export.mistake(
    en="The arrays are right, the names are PyTorch's: `user.weight` should become `user_kernel` or `user_embeddings`.",
    zh="数组对了，名字还是 PyTorch 的：`user.weight` 应当改为 `user_kernel` 或 `user_embeddings`。",
)
def names_kept(state, embeddings):
    turned = {name: value.T if value.ndim == 2 else value for name, value in state.items()}
    return turned | {f"{layer}.weight": state[f"{layer}.weight"] for layer in embeddings}


@export.mistake(
    en="The embeddings were handled like a linear layer: turned round and called kernel. `embeddings` lists the layers for which neither is right.",
    zh="嵌入被当成了线性层：转置了，还叫 kernel。`embeddings` 列出的层，这两样都不该做。",
)
def all_linear(state, embeddings):
    return _renamed(state, [])


@export.mistake(
    en="The embeddings are called kernel. Their name in Keras ends with `_embeddings`.",
    zh="嵌入叫成了 kernel。在 Keras 里它的名字以 `_embeddings` 结尾。",
)
def embeddings_called_kernel(state, embeddings):
    return {name.replace("_embeddings", "_kernel"): value for name, value in _renamed(state, embeddings).items()}


@export.mistake(
    en="The embeddings are missing: they are among the weights too.",
    zh="嵌入丢了：它们也是权重。",
)
def embeddings_lost(state, embeddings):
    return {name: value for name, value in _renamed(state, embeddings).items() if not name.endswith("_embeddings")}


@export.mistake(
    en="You took a layer whose name only *begins* like an embedding's for one: `user_text` is not `user`. Split the name "
    "at the dot and compare the whole layer.",
    zh="有的层只是名字的*开头*与嵌入层相同，你也当成了嵌入层：`user_text` 不是 `user`。请在点号处切开，比较整个层名。",
)
def alike_in_front(state, embeddings):
    alike = [name.split(".")[0] for name in state if name.startswith(tuple(embeddings))]
    return _renamed(state, alike)


@export.mistake(
    en="The names still have a dot. In Keras's file the layer and its part are joined by an underscore: `mix_kernel`.",
    zh="名字里还是点号。给 Keras 的名字，层和部分用下划线连接：`mix_kernel`。",
)
def dots_kept(state, embeddings):
    return {name.replace("_", "."): value for name, value in _renamed(state, embeddings).items()}


@export.mistake(
    en="Only the last array is left: the new dictionary is made anew in each round. Make it once, before the loop.",
    zh="只剩下最后一个数组：每一轮都新建了字典。应当在循环之前建一次。",
)
def last_array_only(state, embeddings):
    return dict(list(_renamed(state, embeddings).items())[-1:])


@export.mistake(
    en="Only the first array is there: `return` stands inside the loop and ends it. Move it to the left.",
    zh="只有第一个数组：`return` 写在循环里，第一轮就结束了。把它往左移。",
)
def first_array_only(state, embeddings):
    return dict(list(_renamed(state, embeddings).items())[:1])


@export.mistake(
    en="A name is misspelled: the three endings are `_kernel`, `_bias` and `_embeddings`, with an s.",
    zh="有个名字写错了：三种结尾是 `_kernel`、`_bias` 和 `_embeddings`（末尾有 s）。",
)
def embedding_without_s(state, embeddings):
    return {name.replace("_embeddings", "_embedding"): value for name, value in _renamed(state, embeddings).items()}


@export.mistake(
    en="It is the other way round: `embeddings` lists the layers that stay as they are, and yours turned just those and left the others.",
    zh="弄反了：`embeddings` 列出的是要保持原样的层，你却偏偏转置了它们，别的没动。",
)
def kinds_exchanged(state, embeddings):
    layers = [name.split(".")[0] for name in state]
    return _renamed(state, [layer for layer in layers if layer not in embeddings])


@export.mistake(
    en="You told embeddings from linear layers by the *shape*. Either may be high or wide: the list `embeddings` names them.",
    zh="你按*形状*来区分嵌入和线性层。两者都可能又高又窄，也可能又矮又宽：哪些是嵌入，由列表 `embeddings` 给出。",
)
def told_by_shape(state, embeddings):
    layers = [name.split(".")[0] for name, value in state.items() if value.ndim == 2 and len(value) > value.shape[1]]
    return _renamed(state, layers)


@export.mistake(
    en="The transposition stands in the wrong branch: the embeddings were turned, and the kernels were not.",
    zh="转置写错了分支：转置了嵌入，却没有转置 kernel。",
)
def turned_in_the_wrong_branch(state, embeddings):
    return _renamed(state, embeddings, linear=lambda value: value, embedding=lambda value: value.T)


@export.mistake(
    en="The old names are still there beside the new ones. Return a dictionary with Keras's names alone.",
    zh="旧的名字还留在新名字旁边。返回的字典里只要 Keras 的名字。",
)
def old_names_beside(state, embeddings):
    return state | _renamed(state, embeddings)


@export.mistake(
    en="The layers' names are lost, so that the arrays overwrite each other: each name begins with its layer, `mix_kernel`.",
    zh="层名丢了，数组就互相覆盖：名字要以层名开头，例如 `mix_kernel`。",
)
def layers_lost(state, embeddings):
    return {name.rsplit("_", 1)[1]: value for name, value in _renamed(state, embeddings).items()}


def _draw_layer(rng):
    n, d, width = (int(rng.integers(low, high)) for low, high in ((2, 5), (2, 5), (3, 6)))
    x = rng.normal(size=(n, d)) * np.where(np.arange(n) % 2, 1.0, 0.02)[:, None]  # epsilon shows in small rows
    return x, rng.normal(size=(d, width)), 0.02 * rng.normal(size=width)


translate = Exercise(
    id="pytorch-translate",
    title=Text("A Keras layer in PyTorch", "用 PyTorch 写 Keras 的层"),
    gives=Text("an array of shape `(n, width)`", "形状为 `(n, width)` 的数组"),
    hint=Text(
        "Go line by line: which layout has the kernel, what comes after the bias, which axis is normalised, and with which epsilon? All of it is in the tables.",
        "一行一行地看：kernel 是怎样排列的，加偏置之后做什么，沿哪个轴归一化，epsilon 是多少？表里都有。",
    ),
    examples=[
        (np.array([[0.02, 0.0], [0.0, 1.0]]), np.array([[1.0, -1.0, 0.5], [2.0, 0.0, 1.0]]), np.zeros(3)),
        (np.array([[0.01, 0.03]]), np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([0.01, -0.02])),
    ],
    random=_draw_layer,
)


def _dense(x, kernel, bias):
    return np.tanh(x @ kernel + bias)


def _normalised(h, epsilon=1e-3, axis=1, ddof=0):
    deviation = h - h.mean(axis=axis, keepdims=True)
    return deviation / np.sqrt(h.var(axis=axis, keepdims=True, ddof=ddof) + epsilon)


@translate.solution
def from_keras(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias))


@translate.mistake(
    en="Near, but the rows of small numbers are off: you left PyTorch's own epsilon of 0.00001 in the layer norm. Keras's is 0.001.",
    zh="很接近，但数值小的行不对：层归一化里你用的是 PyTorch 默认的 epsilon，0.00001。Keras 的是 0.001。",
)
def epsilon_of_pytorch(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), 1e-5)


@translate.mistake(
    en="The layer norm has no epsilon. Keras adds 0.001 to the variance.",
    zh="层归一化里没有 epsilon。Keras 给方差加 0.001。",
)
def no_epsilon(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), 1e-30)


@translate.mistake(
    en="You added epsilon to the standard deviation. It belongs under the root, with the variance.",
    zh="你把 epsilon 加在了标准差上。它应当加在根号里的方差上。",
)
def epsilon_outside(x, kernel, bias):
    h = _dense(x, kernel, bias)
    return (h - h.mean(axis=1, keepdims=True)) / (h.std(axis=1, keepdims=True) + 1e-3)


@translate.mistake(
    en="You divided the variance by one less than the number of values. A layer norm divides by their number.",
    zh="方差你除以了个数减一。层归一化除以的是个数。",
)
def unbiased_variance(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), ddof=1)


@translate.mistake(
    en="The activation is missing: `Dense` here ends with a tanh.",
    zh="漏了激活函数：这里的 `Dense` 最后有一个 tanh。",
)
def without_tanh(x, kernel, bias):
    return _normalised(x @ kernel + bias)


@translate.mistake(
    en="You normalised first and took the tanh afterwards. The activation belongs to `Dense`, which comes first.",
    zh="你先归一化，后做 tanh。激活函数属于 `Dense`，在前面。",
)
def tanh_last(x, kernel, bias):
    return np.tanh(_normalised(x @ kernel + bias))


@translate.mistake(
    en="You normalised down the columns, over the batch. A layer norm works within each row.",
    zh="你沿着列，在整个批次上做了归一化。层归一化是在每一行里面做的。",
)
def over_the_batch(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), axis=0)


@translate.mistake(
    en="The layer norm is missing: this is the output of `Dense`.",
    zh="漏了层归一化：这只是 `Dense` 的输出。",
)
def dense_only(x, kernel, bias):
    return _dense(x, kernel, bias)


@translate.mistake(
    en="The bias is missing. In Keras it is part of `Dense` unless `use_bias=False`.",
    zh="漏了偏置。在 Keras 里，除非写 `use_bias=False`，否则 `Dense` 含有偏置。",
)
def without_bias(x, kernel, bias):
    return _normalised(_dense(x, kernel, 0))


@translate.mistake(
    en="You brought each row to length 1. A layer norm takes off the mean, and divides by the standard deviation.",
    zh="你把每行归一化成了单位长度。层归一化是减去平均，再除以标准差。",
)
def unit_length(x, kernel, bias):
    h = _dense(x, kernel, bias)
    return h / np.linalg.norm(h, axis=1, keepdims=True)


@translate.mistake(
    en="The mean was not taken off before dividing.",
    zh="除之前没有减去平均。",
)
def mean_left_in(x, kernel, bias):
    h = _dense(x, kernel, bias)
    return h / np.sqrt(h.var(axis=1, keepdims=True) + 1e-3)


@translate.mistake(
    en='The activation is a ReLU in yours; the Keras line says `activation="tanh"`.',
    zh='你用的激活函数是 ReLU；Keras 那一行写的是 `activation="tanh"`。',
)
def relu_instead(x, kernel, bias):
    return _normalised(np.maximum(x @ kernel + bias, 0))


@translate.mistake(
    en='The activation is a sigmoid in yours; the Keras line says `activation="tanh"`.',
    zh='你用的激活函数是 sigmoid；Keras 那一行写的是 `activation="tanh"`。',
)
def sigmoid_instead(x, kernel, bias):
    return _normalised(1 / (1 + np.exp(-(x @ kernel + bias))))


@translate.mistake(
    en="You divided by the variance. A layer norm divides by its square *root*.",
    zh="你除以的是方差。层归一化除以的是方差的平方*根*。",
)
def variance_not_rooted(x, kernel, bias):
    h = _dense(x, kernel, bias)
    return (h - h.mean(axis=1, keepdims=True)) / (h.var(axis=1, keepdims=True) + 1e-3)


@translate.mistake(
    en="Your epsilon is smaller than Keras's, so the rows of small numbers come out too large. Look its default up in the table: it stands for the variance, not for the deviation.",
    zh="你的 epsilon 比 Keras 的小，数值小的行就偏大了。请在表里查它的默认值：它是加在方差上的，不是加在标准差上的。",
)
def epsilon_of_a_millionth(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), 1e-6)


@translate.mistake(
    en="Your epsilon is larger than Keras's, so the rows of small numbers come out too small. Look its default up in the table.",
    zh="你的 epsilon 比 Keras 的大，数值小的行就偏小了。请在表里查它的默认值。",
)
def epsilon_of_a_hundredth(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), 1e-2)


@translate.mistake(
    en="You normalised the whole table at once. A layer norm takes mean and variance of each row by itself.",
    zh="你把整张表一起归一化了。层归一化对每一行各求均值和方差。",
)
def over_everything(x, kernel, bias):
    return _normalised(_dense(x, kernel, bias), axis=None)


@translate.mistake(
    en="The bias came after the tanh. In `Dense` it is added to the product, and the activation comes last.",
    zh="偏置加在了 tanh 之后。在 `Dense` 里，它加在乘积上，最后才做激活。",
)
def bias_after_tanh(x, kernel, bias):
    return _normalised(np.tanh(x @ kernel) + bias)


@translate.mistake(
    en="The bias came after the layer norm. It belongs to `Dense`, before the tanh.",
    zh="偏置加在了层归一化之后。它属于 `Dense`，在 tanh 之前。",
)
def bias_last(x, kernel, bias):
    return _normalised(_dense(x, kernel, 0)) + bias


@translate.mistake(
    en="You normalised `x` before the dense layer. Keras's second line takes what the first made.",
    zh="你在全连接层之前先对 `x` 做了归一化。Keras 的第二行用的是第一行的结果。",
)
def norm_first(x, kernel, bias):
    return _dense(_normalised(x), kernel, bias)


@translate.mistake(
    en="You took the mean off, but did not divide by the standard deviation.",
    zh="你减去了均值，但没有除以标准差。",
)
def deviations_only(x, kernel, bias):
    h = _dense(x, kernel, bias)
    return h - h.mean(axis=1, keepdims=True)


quiz = Quiz(
    "pytorch",
    [
        Question(
            Text("What does `loss.backward()` do to `.grad`?", "`loss.backward()` 对 `.grad` 做什么？"),
            [
                Wrong(
                    Text("It replaces what was there by the new gradient.", "用新的梯度替换原有的内容。"),
                    Text(
                        "Then `zero_grad` would not be needed. In the small example the second call doubled `.grad`.",
                        "那样就不需要 `zero_grad` 了。小例子里，第二次调用之后，`.grad` 变成了两倍。",
                    ),
                ),
                Right(
                    Text("It adds the new gradient to what was there.", "把新的梯度加到原有的内容上。"),
                    Text(
                        "So a large batch can be spread over several calls, and so the old gradient has to be cleared.",
                        "所以大批次可以分几次调用；也所以，旧梯度必须清掉。",
                    ),
                ),
                Wrong(
                    Text("It reads it, and changes the parameters by it.", "取出其中的梯度，更新参数。"),
                    Text(
                        "That is what `optimizer.step()` does; `backward` leaves the parameters as they are.",
                        "那是 `optimizer.step()` 做的；`backward` 不改动参数。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Inside `torch.inference_mode()` a model with dropout gives other scores each time, for the same input. Which call is missing?",
                "在 `torch.inference_mode()` 里，同样的输入，一个带随机失活的模型每次给出的得分都不同。少了哪个调用？",
            ),
            [
                Right(
                    Text("`model.eval()`, once before scoring.", "打分之前的 `model.eval()`。"),
                    Text(
                        "The two switches are independent: one stops the recording, the other switches dropout off.",
                        "两个开关互不相干：一个停止记录，另一个关掉随机失活。",
                    ),
                ),
                Wrong(
                    Text("`torch.manual_seed(0)`, before each scoring.", "每次打分之前的 `torch.manual_seed(0)`。"),
                    Text(
                        "Then the scores would be the same each time, and still those of a model with a share of its numbers missing.",
                        "那样每次得分相同，但仍是随机缺了一部分数的模型给出的。",
                    ),
                ),
                Wrong(
                    Text("`torch.no_grad()`, in place of it.", "换成 `torch.no_grad()`。"),
                    Text(
                        "It stops the recording too, less strictly, and leaves dropout as it is just the same.",
                        "它同样停止记录，只是没那么严格，对随机失活也一样没有影响。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Two programs should train the same model. Their losses differ by about a millionth, in float32 and also in float64. What do you conclude?",
                "两个程序应当训练同一个模型。它们的损失相差约百万分之一，用 float32 如此，用 float64 也如此。由此可知什么？",
            ),
            [
                Wrong(
                    Text(
                        "It is rounding: float32 has only about seven digits.",
                        "是舍入：float32 只有大约七位有效数字。",
                    ),
                    Text(
                        "Rounding would be about nine orders of magnitude smaller in float64.",
                        "如果是舍入，用 float64 时应当缩小约九个数量级。",
                    ),
                ),
                Wrong(
                    Text("One of the two models recommends worse.", "其中一个模型的推荐更差。"),
                    Text(
                        "So small a difference of the loss says nothing about that.",
                        "损失只差这么一点，说明不了推荐的好坏。",
                    ),
                ),
                Right(
                    Text("The programs still differ somewhere.", "两个程序还有某处不同。"),
                    Text(
                        "In the chapter it was a beta of Adam's, which Keras stores as float32.",
                        "在本章里，不同在于 Adam 的 beta：Keras 把它存成了 float32。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "Why is a file of weights better saved as safetensors than as a pickle?",
                "权重文件为什么用 safetensors 比用 pickle 好？",
            ),
            [
                Wrong(
                    Text("`torch.load` always refuses pickles.", "`torch.load` 一律拒绝打开 pickle。"),
                    Text(
                        "Only code, and only by default: with `weights_only=False` it runs whatever the author put there.",
                        "默认时它只拒绝其中的代码；写了 `weights_only=False`，作者放进去什么就运行什么。",
                    ),
                ),
                Right(
                    Text("There is no place in it for code.", "里面没有放代码的地方。"),
                    Text(
                        "Opening it can only give arrays. A pickle is safe only as long as whoever opens it leaves `weights_only` at True.",
                        "打开它只能得到数组。pickle 是否安全，则取决于打开的人有没有把 `weights_only` 保持为 True。",
                    ),
                ),
                Wrong(
                    Text("It stores the class of the model as well.", "它连模型的类也一起保存。"),
                    Text(
                        "It does not: whoever loads the weights has to bring the class. That is the price.",
                        "并没有：加载权重的人要自己准备好这个类。这正是代价。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A Keras model with an `Embedding`, trained by `fit` on arrays, is rewritten with `nn.Embedding` and a `DataLoader`, all else left to the defaults. Which of these must be written out?",
                "一个带 `Embedding`、用 `fit` 在数组上训练的 Keras 模型，改用 `nn.Embedding` 和 `DataLoader` 重写，其余都取默认值。下面哪一项必须写明？",
            ),
            [
                Wrong(
                    Text("Nothing: the parts have the same names.", "没有：各部分名字都相同。"),
                    Text(
                        "The names are the same, the defaults are not; look at the table of this chapter.",
                        "名字相同，默认值却不同：请看本章的表。",
                    ),
                ),
                Right(
                    Text(
                        "The spread of the first weights, and `shuffle=True`.",
                        "初始权重的标准差，以及 `shuffle=True`。",
                    ),
                    Text(
                        "`nn.Embedding` starts with a standard deviation of 1, Keras's far below it; and a `DataLoader` does not shuffle by default.",
                        "`nn.Embedding` 的初始标准差是 1，Keras 的小得多；`DataLoader` 默认不打乱。",
                    ),
                ),
                Wrong(
                    Text("The rate of dropout: the other share is meant.", "随机失活的比例：两边的含义相反。"),
                    Text(
                        "Dropout of 0.2 keeps about 80% in both.",
                        "失活比例 0.2，在两个库里都保留约 80%。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "On the test films, the interval of the difference between identities + titles and identities only contains 0. What follows?",
                "在测试集上，ID 嵌入＋片名与仅 ID 嵌入之差的区间含 0。由此可知什么？",
            ),
            [
                Wrong(
                    Text("Titles are of no use and can be left out.", "片名没有用，可以去掉。"),
                    Text(
                        "On films that nobody has rated titles did the work.",
                        "对没有人评过的电影，起作用的是片名。",
                    ),
                ),
                Wrong(
                    Text("The two models are equally good.", "两个模型一样好。"),
                    Text(
                        "The interval also contains differences that would matter.",
                        "区间里也包含不容忽视的差别。",
                    ),
                ),
                Right(
                    Text(
                        "These users do not tell which of the two is better on such films.",
                        "对这样的电影，凭这些用户分不出哪个更好。",
                    ),
                    Text(
                        "More users would make the interval narrower; then it might exclude 0.",
                        "用户更多，区间会更窄，那时也许就不含 0 了。",
                    ),
                ),
            ],
        ),
    ],
)
