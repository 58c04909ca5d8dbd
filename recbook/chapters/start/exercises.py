"""Exercises and quiz of chapter 00."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

cosine_similarity = Exercise(
    id="start-cosine",
    title=Text("Cosine similarity", "余弦相似度"),
    gives=Text("a number between -1 and 1", "-1 到 1 之间的一个数"),
    hint=Text(
        "Take the formula step by step with pencil and paper: the dot product, the two lengths, the quotient.",
        "拿纸笔按公式一步一步算：点积、两个长度、相除。",
    ),
    examples=[
        (np.array([3.0, 4.0]), np.array([4.0, 3.0])),
        (np.array([1.0, 0.0]), np.array([0.0, 2.0])),
        (np.array([1.0, 2.0]), np.array([-2.0, -4.0])),
    ],
    random=lambda rng: (rng.normal(size=6), rng.normal(size=6)),
)


@cosine_similarity.solution
def cosine(a, b):
    return np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))


@cosine_similarity.mistake(
    en="That is the dot product. The cosine also divides by both lengths.",
    zh="这是点积。余弦还要除以两个向量的长度。",
)
def only_dot(a, b):
    return np.dot(a, b)


@cosine_similarity.mistake(
    en="You divided by the squared lengths. A length is the square *root* of the sum of squares.",
    zh="你除以的是长度的平方。长度是平方和再开根号。",
)
def squared_lengths(a, b):
    return np.dot(a, b) / (np.dot(a, a) * np.dot(b, b))


@cosine_similarity.mistake(
    en="You divided by the sum of the two lengths; the formula has their product.",
    zh="你除以的是两个长度之和，公式里是两个长度之积。",
)
def sum_of_lengths(a, b):
    return np.dot(a, b) / (np.linalg.norm(a) + np.linalg.norm(b))


@cosine_similarity.mistake(
    en="You divided and then multiplied: `x / a * b` is `(x / a) * b`. Put brackets around the product of the lengths.",
    zh="你先除后乘了：`x / a * b` 等于 `(x / a) * b`。请给两个长度的乘积加上括号。",
)
def missing_brackets(a, b):
    return np.dot(a, b) / np.linalg.norm(a) * np.linalg.norm(b)


@cosine_similarity.mistake(
    en="You divided by one of the lengths only. Both vectors have one.",
    zh="你只除以了其中一个长度，两个向量都有长度。",
)
def one_length(a, b):
    return np.dot(a, b) / np.linalg.norm(a)


@cosine_similarity.mistake(
    en="`len` counts the numbers in a vector. Its length as an arrow is the root of the sum of squares: `np.linalg.norm`.",
    zh="`len` 数的是向量里有几个数。这里的长度（模）是平方和的平方根：`np.linalg.norm`。",
)
def counted_numbers(a, b):
    return np.dot(a, b) / (len(a) * len(b))


@cosine_similarity.mistake(
    en="Vectors that point in opposite directions have the cosine -1: do not take the absolute value.",
    zh="方向相反的两个向量，余弦是 -1：不要取绝对值。",
)
def absolute(a, b):
    return abs(cosine(a, b))


@cosine_similarity.mistake(
    en="That is the angle itself. Asked for is its cosine, the number you had before `arccos`.",
    zh="这是夹角本身。题目要的是夹角的余弦，也就是取 `arccos` 之前的那个数。",
)
def angle(a, b):
    return np.arccos(np.clip(cosine(a, b), -1, 1))


@cosine_similarity.mistake(
    en="That is one minus the cosine: a distance, which is small for vectors that are alike. Return the similarity.",
    zh="这是 1 减余弦，是一种距离：越像的向量它越小。请返回相似度。",
)
def distance(a, b):
    return 1 - cosine(a, b)


@cosine_similarity.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded(a, b):
    return round(float(cosine(a, b)), 2)


@cosine_similarity.mistake(
    en="You multiplied the vectors number by number and took the length of that. Each vector has a length of its own; multiply those two.",
    zh="你先把两个向量逐项相乘，再取长度。两个向量各有各的长度，要把这两个长度相乘。",
)
def length_of_products(a, b):
    return np.dot(a, b) / np.linalg.norm(a * b)


@cosine_similarity.mistake(
    en="You added the squares of both vectors under one root. Each vector has a root of its own, and the two lengths are multiplied.",
    zh="你把两个向量的平方加在了同一个根号里。每个向量各开一次根号，再把两个长度相乘。",
)
def root_of_a_sum(a, b):
    return np.dot(a, b) / np.sqrt(np.dot(a, a) + np.dot(b, b))


@cosine_similarity.mistake(
    en="You divided by the sums of the numbers. A length is the root of the sum of their *squares*.",
    zh="你除以的是各数之和。长度是先平方、再求和、最后开根号。",
)
def sums_for_lengths(a, b):
    return np.dot(a, b) / (np.sum(a) * np.sum(b))


@cosine_similarity.mistake(
    en="You added up the sizes of the numbers for the length. As the crow flies, it is the root of the sum of squares.",
    zh="你把各数的绝对值之和当成了长度。直线长度是平方和的平方根。",
)
def sums_of_sizes(a, b):
    return np.dot(a, b) / (np.abs(a).sum() * np.abs(b).sum())


@cosine_similarity.mistake(
    en="You took off each vector's mean first: that is the correlation. The cosine takes the numbers as they are.",
    zh="你先减去了各自的均值，得到的是相关系数。余弦直接用原来的数。",
)
def correlation(a, b):
    return np.corrcoef(a, b)[0, 1]


@cosine_similarity.mistake(
    en="That is how far the two points lie apart. The cosine looks at the angle alone: the dot product divided by the two lengths.",
    zh="这是两点之间的距离。余弦只看夹角：点积除以两个长度。",
)
def how_far_apart(a, b):
    return np.linalg.norm(a - b)


@cosine_similarity.mistake(
    en="That is what stands below the line. The dot product above it is missing.",
    zh="这只是分母，还缺分子上的点积。",
)
def below_the_line(a, b):
    return np.linalg.norm(a) * np.linalg.norm(b)


@cosine_similarity.mistake(
    en="You took the mean of the products. The dot product is their sum.",
    zh="你对逐项的乘积求了平均。点积是把它们加起来。",
)
def mean_of_products(a, b):
    return np.mean(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))


@cosine_similarity.mistake(
    en="You divided by the length of `a` twice. Each vector has a length of its own.",
    zh="你两次都除以了 `a` 的长度。两个向量各有各的长度。",
)
def same_length_twice(a, b):
    return np.dot(a, b) / np.dot(a, a)


@cosine_similarity.mistake(
    en="That is the angle itself, in degrees. Asked is its cosine, the number you had before `arccos`.",
    zh="这是以度为单位的夹角。题目要的是夹角的余弦，也就是取 `arccos` 之前的那个数。",
)
def angle_in_degrees(a, b):
    return np.degrees(np.arccos(np.clip(cosine(a, b), -1, 1)))


@cosine_similarity.mistake(
    en="You took a root above the line as well. Only the lengths have one; the dot product stays as it is, and it may be negative.",
    zh="你在分子上也开了根号。只有长度要开根号；点积保持原样，而且可以是负的。",
)
def root_of_the_dot_product(a, b):
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.dot(a, b)) / (np.linalg.norm(a) * np.linalg.norm(b))


best_first = Exercise(
    id="start-top-n",
    title=Text("The n best", "得分最高的 n 个"),
    gives=Text("a list of n positions, counted from 0", "n 个下标组成的列表，从 0 数起"),
    hint=Text(
        "Sort the positions by their scores. Are the highest first, and are there `n` of them?",
        "把下标按得分排序。最高的排在最前吗？是不是正好 `n` 个？",
    ),
    examples=[(np.array([0.1, 0.9, -0.5, 0.7]), 2), (np.array([3.0, 1.0, 2.0]), 3)],
    random=lambda rng: (rng.permutation(np.arange(-20, 10)) / 10, int(rng.integers(2, 9))),
)


@best_first.solution
def top_n(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")[:n]


@best_first.mistake(
    en="These are the `n` lowest: `argsort` puts small numbers first.",
    zh="这是得分最低的 `n` 个：`argsort` 把小的排在前面。",
)
def lowest(scores, n):
    return np.argsort(scores)[:n]


@best_first.mistake(
    en="The right items, but the best comes last. A reader looks at the first place first.",
    zh="物品找对了，但最好的排在了最后。读者先看的是第一位。",
)
def ascending(scores, n):
    return np.argsort(scores)[-n:]


@best_first.mistake(
    en="These are the scores themselves. Asked for is *where* they stand: `argsort` instead of `sort`.",
    zh="这是得分本身。题目要的是它们排在哪里：用 `argsort`，不是 `sort`。",
)
def the_scores(scores, n):
    return np.sort(scores)[::-1][:n]


@best_first.mistake(
    en="The order is right, but only the first `n` are asked for.",
    zh="排序是对的，但只要前 `n` 个。",
)
def all_of_them(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")


@best_first.mistake(
    en="All items are there, the lowest first. Turn the order round, and keep the first `n`.",
    zh="所有物品都在，而且最低的在前。请把顺序反过来，再取前 `n` 个。",
)
def all_ascending(scores, n):
    return np.argsort(scores)


@best_first.mistake(
    en="The best one is missing: the slice begins at 1, and Python counts from 0.",
    zh="漏掉了最好的那个：切片从 1 开始了，而 Python 从 0 数起。",
)
def off_by_one(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")[1 : n + 1]


@best_first.mistake(
    en="Places are counted from 0 here, as Python does; yours are counted from 1.",
    zh="这里的下标和 Python 一样从 0 数起，你的从 1 数起。",
)
def counted_from_one(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")[:n] + 1


@best_first.mistake(
    en="You sorted by absolute value. A score of -0.5 is a low score, not a high one.",
    zh="你按绝对值排了序。-0.5 是低分，不是高分。",
)
def by_size(scores, n):
    return np.argsort(-np.abs(scores), kind="stable")[:n]


@best_first.mistake(
    en="You always return the same number of positions. Use the parameter `n`.",
    zh="你返回的个数是写死的。请使用参数 `n`。",
)
def always_five(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")[:5]


@best_first.mistake(
    en="You sorted twice, which gives each item's rank. Asked is which item stands at each rank: sort once.",
    zh="你排了两次序，得到的是每个物品的名次。题目要的是每个名次上是哪个物品：排一次就够了。",
)
def ranks(scores, n):
    return np.argsort(np.argsort(-np.asarray(scores), kind="stable"))[:n]


@best_first.mistake(
    en="These are the scores themselves, and the best comes last. Asked is *where* the best stand: see `argsort`.",
    zh="这是得分本身，而且最高的排在了最后。题目要的是它们的下标：看看 `argsort`。",
)
def scores_ascending(scores, n):
    return np.sort(scores)[-n:]


@best_first.mistake(
    en="These are the lowest scores. Asked is *where* the highest stand: see `argsort`, and mind its direction.",
    zh="这是最低的几个得分。题目要的是最高的那些的下标：看看 `argsort`，并注意方向。",
)
def lowest_scores(scores, n):
    return np.sort(scores)[:n]


@best_first.mistake(
    en="You turned the scores round *before* sorting: that changes the positions and not the direction. Turn round what `argsort` gives.",
    zh="你在排序之前把得分倒了过来：这样改变的是下标，不是排序的方向。该倒过来的是 `argsort` 的结果。",
)
def turned_too_early(scores, n):
    return np.argsort(scores[::-1])[:n]


@best_first.mistake(
    en="You dropped the best `n` and kept the others: look at the side of the colon.",
    zh="你丢掉了最好的 `n` 个，留下了其余的：看看 `n` 该写在冒号的哪一边。",
)
def the_others(scores, n):
    return np.argsort(-np.asarray(scores), kind="stable")[n:]


@best_first.mistake(
    en="The right items, but in the order in which they stand in `scores`. The highest must come first.",
    zh="物品找对了，但还是它们在 `scores` 里的先后。得分最高的要排在最前。",
)
def in_order_of_position(scores, n):
    return np.sort(np.argsort(-np.asarray(scores), kind="stable")[:n])


@best_first.mistake(
    en="These are the `n` lowest, turned round: you cut before you turned. Which end of the sorted positions holds the best?",
    zh="这是倒过来的最低的 `n` 个：你先截断，后倒序。排好序的下标里，最好的在哪一头？",
)
def lowest_turned_round(scores, n):
    return np.argsort(scores)[:n][::-1]


@best_first.mistake(
    en="You found the same best item `n` times. An item that has been found must not take part in the next search.",
    zh="你把同一个最好的物品找了 `n` 次。找到过的物品不能再参加下一轮。",
)
def the_best_again_and_again(scores, n):
    return [np.argmax(scores)] * n


@best_first.mistake(
    en="`[::-n]` walks backwards in steps of `n`. Turn the order round with `[::-1]` first, then cut.",
    zh="`[::-n]` 是每隔 `n` 个往回取一个。请先用 `[::-1]` 倒序，再截取。",
)
def every_nth(scores, n):
    return np.argsort(scores)[::-n]


quiz = Quiz(
    "start",
    [
        Question(
            Text(
                "Why does word matching give *Titanic* a score of zero for “a ship hits an iceberg”?",
                "对“a ship hits an iceberg”，词匹配为什么给 *Titanic* 打零分？",
            ),
            [
                Wrong(
                    Text("Because filler words such as *a* are left out.", "因为 *a* 之类的虚词不算。"),
                    Text(
                        "Even with them the title has no word of the sentence.",
                        "就算把它们算上，片名里也没有这句话中的词。",
                    ),
                ),
                Right(
                    Text(
                        "Because the sentence and the title have no word in common.",
                        "因为句子和片名没有共用的词。",
                    ),
                    Text(
                        "To it, two texts without a common word are unrelated, whatever they mean.",
                        "在它看来，没有共用词的两段文字毫不相干，不管意思如何。",
                    ),
                ),
                Wrong(
                    Text("Because it was not trained long enough.", "因为训练时间不够。"),
                    Text(
                        "It only counts; no training would give it a word that is not there.",
                        "它只会数词；再怎么训练，也变不出本来没有的词。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "What has MiniLM learned from the ratings of MovieLens?",
                "MiniLM 从 MovieLens 的评分里学到了什么？",
            ),
            [
                Wrong(
                    Text("Which films are popular.", "哪些电影受欢迎。"),
                    Text("It has never seen a rating; it knows only text.", "它从没见过评分，只见过文字。"),
                ),
                Right(
                    Text("Nothing at all.", "什么也没学。"),
                    Text(
                        "It was finished before it met these films, and was not trained further here.",
                        "它在遇到这些电影之前就训练好了，这里也没有再训练。",
                    ),
                ),
                Wrong(
                    Text("The taste of each user.", "每位用户的口味。"),
                    Text(
                        "There are no users in its training at all: that is what a recommender adds.",
                        "它的训练里根本没有用户：这正是推荐模型要补上的。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Two vectors of length 1 have the dot product 0. What does that say?",
                "两个长度为 1 的向量，点积为 0。这说明什么？",
            ),
            [
                Right(
                    Text(
                        "They stand at a right angle: neither like nor opposite.",
                        "它们互相垂直：既不相像，也不相反。",
                    ),
                    Text(
                        "For length 1 the dot product is the cosine of the angle.",
                        "长度为 1 时，点积就是夹角的余弦。",
                    ),
                ),
                Wrong(
                    Text("They are the same.", "它们相同。"),
                    Text("Then the dot product would be 1.", "那样点积会是 1。"),
                ),
                Wrong(
                    Text("They point in opposite directions.", "它们方向相反。"),
                    Text("Then the dot product would be -1.", "那样点积会是 -1。"),
                ),
            ],
        ),
        Question(
            Text(
                "“A film that is not about war” brings films about war. Why?",
                "搜“a film that is not about war”，出来的却是战争片。为什么？",
            ),
            [
                Wrong(
                    Text("The cosine formula ignores the sign.", "余弦公式忽略了正负号。"),
                    Text(
                        "The cosine does have a sign; a single word hardly turns the vector, though.",
                        "余弦是有正负的；只是一个词几乎转不动整个向量。",
                    ),
                ),
                Right(
                    Text(
                        "The vector says above all what the sentence is about.",
                        "向量主要表达的是句子关于什么。",
                    ),
                    Text(
                        "Topic dominates, and the sentence and its opposite have the same topic.",
                        "起主导作用的是主题，而一句话和它的反面主题相同。",
                    ),
                ),
                Wrong(
                    Text("No film in the list is about anything else.", "列表里没有别的题材的电影。"),
                    Text("Most of them are; scroll up and look.", "绝大多数都不是战争片，往上翻翻看。"),
                ),
            ],
        ),
        Question(
            Text(
                "You run this chapter and a claim's cell stops with an error. What does it mean?",
                "运行本章时，某个论断的单元格报错停下了。这说明什么？",
            ),
            [
                Wrong(
                    Text("Your answer to an exercise was wrong.", "你的练习答错了。"),
                    Text(
                        "Exercises have checks of their own; no claim depends on your answers.",
                        "练习有自己的自检；论断不依赖你的答案。",
                    ),
                ),
                Right(
                    Text(
                        "The numbers computed on this machine do not bear the sentence out.",
                        "这台机器算出的数字不支持那句话。",
                    ),
                    Text(
                        "Something was changed above it, or the sentence is not as general as its authors thought.",
                        "要么前面有什么被改动了，要么那句话没有作者想的那么普遍成立。",
                    ),
                ),
            ],
        ),
    ],
)
