"""Exercises and questions of chapter 14 on explaining, privacy, wrong data and measures."""

from __future__ import annotations

from typing import Any

import numpy as np

from recbook.learning.content import Exercise, Question, Right, Text, Wrong

# ---- Shapley values of two features


def _random_pair(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(float(value) for value in rng.integers(-9, 10, size=4))


pair = Exercise(
    id="trends-shapley-pair",
    title=Text("Shapley values of two features", "两个特征的 Shapley 值"),
    gives=Text("two numbers, an array of length 2", "两个数，长度为 2 的数组"),
    hint=Text(
        "There are two orders in which the features can join. In each, write down by how much the score rises as a feature joins; then take the mean.",
        "两个特征加入的顺序有两种。每种顺序里，写下每个特征加入时分数升高多少，再取平均。",
    ),
    examples=[(0.0, 0.0, 0.0, 6.0), (0.0, 2.0, 3.0, 5.0), (1.0, 3.0, 2.0, 8.0)],
    random=_random_pair,
)


@pair.solution
def shapley_of_two(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    of_first = ((first - nothing) + (both - second)) / 2
    of_second = ((second - nothing) + (both - first)) / 2
    return np.array([of_first, of_second])


@pair.mistake(
    en="That is what each feature adds alone. What the two give only together is lost: the values must add up to `both - nothing`.",
    zh="这是每个特征单独加入时的增量。两者在一起才有的部分丢了：两个值之和应等于 `both - nothing`。",
)
def alone(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return np.array([first - nothing, second - nothing])


@pair.mistake(
    en="That is ablation: by how much the score falls without a feature. What the two give together is counted twice.",
    zh="这是消融：去掉一个特征，分数下降多少。两者共有的部分被算了两次。",
)
def left_out(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return np.array([both - second, both - first])


@pair.mistake(
    en="You gave the sum over both orders; a Shapley value is their mean.",
    zh="你给的是两种顺序之和；Shapley 值是它们的平均。",
)
def the_sum(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return 2 * shapley_of_two(nothing, first, second, both)


@pair.mistake(
    en="You began at 0. The score of `nothing` is where both features start from: subtract it.",
    zh="你从 0 算起了。起点是 `nothing` 的分数，要减去它。",
)
def from_zero(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return np.array([(first + both - second) / 2, (second + both - first) / 2])


@pair.mistake(
    en="The two values have changed places.",
    zh="两个值的位置颠倒了。",
)
def changed_places(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return shapley_of_two(nothing, first, second, both)[::-1]


@pair.mistake(
    en="You shared the whole equally. That is right for what the two give only together; what each adds alone is its own.",
    zh="你把总量平分了。只有两者在一起才有的部分才平分；各自单独的增量归各自。",
)
def shared_equally(nothing: Any, first: Any, second: Any, both: Any) -> Any:
    return np.full(2, (both - nothing) / 2)


# ---- Clipping


def _random_rows(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    n, items = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    rows = rng.integers(0, 2, size=(n, items)).astype(float)
    rows[0] = 1.0
    return rows, float(rng.choice([0.5, 1.0, 1.5]))


clip = Exercise(
    id="trends-clip",
    title=Text("How much one user may count", "一位用户最多算多少"),
    gives=Text("an array of the shape of rows", "与 rows 形状相同的数组"),
    hint=Text(
        "Find the Euclidean length of each row. Which rows are too long, and by what must they be multiplied?",
        "求出每一行的欧几里得长度。哪些行太长？应当乘以多少？",
    ),
    examples=[
        (np.array([[3.0, 4.0], [0.3, 0.4]]), 1.0),
        (np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]), 1.0),
        (np.array([[0.0, 0.0], [2.0, 0.0]]), 1.5),
    ],
    random=_random_rows,
)


@clip.solution
def clip_rows(rows: Any, longest: Any) -> Any:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.minimum(1, longest / np.maximum(length, 1e-12))


@clip.mistake(
    en="Short rows became longer. A row that is short enough stays as it is: only cut, never stretch.",
    zh="短的行被拉长了。已经够短的行保持不变：只缩短，不拉长。",
)
def stretched(rows: Any, longest: Any) -> Any:
    return rows * (longest / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


@clip.mistake(
    en="You cut each number. A user with a hundred numbers that are small enough still moves the sum by a lot: it is the row's length that counts.",
    zh="你截断的是每个数。一位用户若有一百个不大的数，仍会使总和移动很多：要限制的是整行的长度。",
)
def each_number(rows: Any, longest: Any) -> Any:
    return np.clip(rows, -longest, longest)


@clip.mistake(
    en="You measured a row by the sum of its numbers. Gaussian noise is made for the Euclidean length: the root of the sum of squares.",
    zh="你用各数之和来量一行。高斯噪声针对的是欧几里得长度：平方和的平方根。",
)
def by_sum(rows: Any, longest: Any) -> Any:
    return rows * np.minimum(1, longest / np.maximum(np.abs(rows).sum(axis=1, keepdims=True), 1e-12))


@clip.mistake(
    en="You took the length of a column. One row is one user, and one user is what is to be hidden.",
    zh="你求的是列的长度。一行是一位用户，要隐藏的正是一位用户。",
)
def by_column(rows: Any, longest: Any) -> Any:
    length = np.linalg.norm(rows, axis=0, keepdims=True)
    return rows * np.minimum(1, longest / np.maximum(length, 1e-12))


@clip.mistake(
    en="You took the length of the whole table: then a user's share depends on all others.",
    zh="你求的是整张表的长度：这样一位用户的份额会取决于其他所有人。",
)
def whole_table(rows: Any, longest: Any) -> Any:
    return rows * min(1, longest / np.linalg.norm(rows))


@clip.mistake(
    en="You left users with long rows out. They stay, and count less.",
    zh="你把行太长的用户整个去掉了。他们应当留下，只是少算一些。",
)
def left_out_users(rows: Any, longest: Any) -> Any:
    return rows * (np.linalg.norm(rows, axis=1, keepdims=True) <= longest)


# ---- Secure sums


def _random_masks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int, int]:
    n = int(rng.integers(3, 6))
    modulus = int(rng.choice([10, 16, 100]))
    return rng.integers(0, 5, size=n), rng.integers(0, modulus, size=(n, n)), int(rng.integers(0, n)), modulus


message = Exercise(
    id="trends-message",
    title=Text("What one client sends", "一个客户端发送什么"),
    gives=Text("a whole number from 0 to modulus - 1", "0 到 modulus - 1 之间的整数"),
    hint=Text(
        "Client k shares a mask with every other client. With those behind it, it adds the mask; with those before it, it subtracts. And everything is modulo `modulus`.",
        "客户端 k 与其余每个客户端共有一个掩码。与序号更大的共有的加上，与序号更小的共有的减去；最后对 `modulus` 取模。",
    ),
    examples=[
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 0, 10),
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 1, 10),
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 2, 10),
    ],
    random=_random_masks,
)


@message.solution
def message_of(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (values[k] + masks[k, k + 1 :].sum() - masks[:k, k].sum()) % modulus


@message.mistake(
    en="You added all masks. Then nothing cancels: of the two clients who share one, one must add it and the other subtract it.",
    zh="你把掩码都加上了，这样什么也抵消不了：共有一个掩码的两方，一方加，另一方必须减。",
)
def all_added(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (values[k] + masks[k, k + 1 :].sum() + masks[:k, k].sum()) % modulus


@message.mistake(
    en="The signs are the other way round. The sum would cancel as well, but the server expects what the text says: the earlier client adds.",
    zh="加减号反了。这样虽然也能抵消，但约定是：序号小的一方加。",
)
def other_way(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (values[k] - masks[k, k + 1 :].sum() + masks[:k, k].sum()) % modulus


@message.mistake(
    en="The modulus is missing. Without it the size of the message tells something of the value.",
    zh="漏了取模。不取模，消息的大小就会透露数值。",
)
def no_modulus(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return values[k] + masks[k, k + 1 :].sum() - masks[:k, k].sum()


@message.mistake(
    en="Only the masks shared with later clients are in it. Those shared with earlier ones have to be subtracted, or they will not cancel.",
    zh="只用了与后面的客户端共有的掩码。与前面的客户端共有的要减去，否则抵消不了。",
)
def later_alone(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (values[k] + masks[k, k + 1 :].sum()) % modulus


@message.mistake(
    en="You used the entry of the table on both sides of the diagonal. The mask of clients a < b stands at masks[a, b] alone.",
    zh="你用了对角线两侧的数。a < b 两方的掩码只在 masks[a, b]。",
)
def both_sides(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (values[k] + masks[k, k + 1 :].sum() - masks[k, :k].sum()) % modulus


@message.mistake(
    en="The value itself is missing: the masks cancel, and nothing is left to add up.",
    zh="漏了数值本身：掩码抵消之后，什么也不剩。",
)
def masks_alone(values: Any, masks: Any, k: Any, modulus: Any) -> Any:
    return (masks[k, k + 1 :].sum() - masks[:k, k].sum()) % modulus


# ---- Questions

QUESTIONS = [
    Question(
        Text(
            "A shop shows “because you liked X” under each recommendation. Which test speaks for that sentence?",
            "一家商店在每条推荐下面写“因为你喜欢 X”。哪种检验能支持这句话？",
        ),
        [
            Wrong(
                Text("Users find the sentence convincing.", "用户觉得这句话可信。"),
                Text(
                    "So they do a fluent false one, which nobody made from the model.",
                    "一句流畅却虚假的话，用户也会觉得可信，而它根本不是由模型得出的。",
                ),
            ),
            Right(
                Text(
                    "Without X the recommendation is lost more often than without another film of the history.",
                    "去掉 X，推荐消失得比去掉历史中另一部电影时更频繁。",
                ),
                Text(
                    "That is removal with its control, and it asks the model, not the reader.",
                    "这就是带对照的移除检验，问的是模型，不是读者。",
                ),
            ),
            Wrong(
                Text("X has the largest attention weight.", "X 的注意力权重最大。"),
                Text(
                    "A weight is a part of the computation. Whether it says what the result depends on has to be tested, by removal.",
                    "权重只是计算的一部分。结果是否取决于它，还要用移除来检验。",
                ),
            ),
        ],
    ),
    Question(
        Text(
            "A firm publishes EASE's weights: “numbers about films, none about people”. What is wrong with that?",
            "一家公司公开了 EASE 的权重，说“这些数只关于电影，与人无关”。问题在哪里？",
        ),
        [
            Wrong(
                Text("The weights hold the users' numbers.", "权重里有用户编号。"),
                Text(
                    "They hold no user at all, and that is why it sounds harmless.",
                    "权重里没有任何用户，所以听起来才无害。",
                ),
            ),
            Wrong(
                Text("A list of ten can be made from them.", "用它们可以生成十部电影的列表。"),
                Text(
                    "That is what they are for; a list needs somebody's history.",
                    "这正是它们的用途；而列表还需要某人的历史。",
                ),
            ),
            Right(
                Text(
                    "How many people met any two films can be computed from them, and a film of one person gives away that person's history.",
                    "由它们可以算出同时看过任意两部电影的人数；只有一个人看过的电影，会暴露这个人的全部历史。",
                ),
                Text(
                    "The weights are an inverted table of counts, and can be inverted back.",
                    "权重是计数表求逆的结果，可以再逆回去。",
                ),
            ),
        ],
    ),
    Question(
        Text(
            "Ten hospitals add up their counts by pairwise masks. What does the server still learn?",
            "十家医院用成对的掩码求计数之和。服务器还能知道什么？",
        ),
        [
            Right(
                Text("The exact sum, with all that a sum gives away.", "精确的总和，以及总和所透露的一切。"),
                Text(
                    "A count of 1 is one patient. Against that helps noise, not a mask: the two are used together.",
                    "计数为 1，就是一位病人。对付这个要靠噪声，掩码没有用：两者要一起用。",
                ),
            ),
            Wrong(
                Text("Nothing at all.", "什么也不知道。"),
                Text(
                    "Then it could not have the sum, which is what it was to learn.",
                    "那它就得不到总和，而它要的正是总和。",
                ),
            ),
            Wrong(
                Text("Each hospital's counts, up to noise.", "每家医院的计数，带有噪声。"),
                Text(
                    "One message alone is uniform, whatever the counts: the masks are as large as the modulus.",
                    "单独一条消息是均匀分布的，与计数无关：掩码取遍整个模数范围。",
                ),
            ),
        ],
    ),
    Question(
        Text(
            "Model A leads B in NDCG, B leads A in coverage, both beyond chance. What do you report?",
            "模型 A 的 NDCG 高于 B，B 的覆盖率高于 A，差异都显著。报告里写什么？",
        ),
        [
            Wrong(
                Text("The mean of both measures.", "两个指标的平均。"),
                Text(
                    "They have no common unit: the weights would decide, and nobody has chosen them.",
                    "两者没有共同的单位：决定结果的是权重，而没有人选过它们。",
                ),
            ),
            Right(
                Text(
                    "The measure that was named before as what the place needs, and the other beside it.",
                    "事先声明的、这个场景需要的那个指标，并把另一个列在旁边。",
                ),
                Text(
                    "Which measure counts is a decision about the product. Made after the table, it can prove anything.",
                    "看重哪个指标，是关于产品的决定。看了表格再定，什么都能证明。",
                ),
            ),
            Wrong(
                Text("The measure with the narrower interval.", "区间更窄的那个。"),
                Text(
                    "How well something is measured does not say that it matters.",
                    "量得准，不等于重要。",
                ),
            ),
        ],
    ),
]
"""For the chapter's quiz; the right choice of a quiz stands at every place about equally often."""
