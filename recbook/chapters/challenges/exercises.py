"""Exercises and quiz of chapter 01."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

density = Exercise(
    id="challenges-density",
    title=Text("How full is the table?", "评分表有多满？"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "How many places does the table have, and how many of them are filled?",
        "这张表一共有多少个位置？其中填了多少个？",
    ),
    examples=[(5, 3, 4), (1, 10, 10)],
    random=lambda rng: tuple(int(n) for n in rng.integers(2, 100, size=3)),
)


@density.solution
def density_of(n_ratings, n_users, n_items):
    return n_ratings / (n_users * n_items)


@density.mistake(
    en="That is the share of *empty* places. The density counts the filled ones.",
    zh="这是*空*位置的比例。密度数的是填了的位置。",
)
def sparsity(n_ratings, n_users, n_items):
    return 1 - n_ratings / (n_users * n_items)


@density.mistake(
    en="You divided by one factor and multiplied by the other. Put brackets around `n_users * n_items`.",
    zh="你除以了一个因子，又乘上了另一个。请给 `n_users * n_items` 加上括号。",
)
def missing_brackets(n_ratings, n_users, n_items):
    return n_ratings / n_users * n_items


@density.mistake(
    en="You divided by rows plus columns. A table has rows *times* columns places.",
    zh="你除以了行数加列数。一张表的位置数是行数*乘*列数。",
)
def rows_plus_columns(n_ratings, n_users, n_items):
    return n_ratings / (n_users + n_items)


@density.mistake(
    en="That is a percentage. Give the share itself, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的比例本身。",
)
def percentage(n_ratings, n_users, n_items):
    return 100 * n_ratings / (n_users * n_items)


@density.mistake(
    en="`//` rounds down to a whole number, and a share below 1 becomes 0. Use `/`.",
    zh="`//` 会向下取整，小于 1 的比例就变成了 0。请用 `/`。",
)
def whole_numbers(n_ratings, n_users, n_items):
    return n_ratings // (n_users * n_items)


@density.mistake(
    en="That is the number of ratings of an average user. How many could a user give?",
    zh="这是平均每位用户的评分数。每位用户最多能评多少？",
)
def ratings_per_user(n_ratings, n_users, n_items):
    return n_ratings / n_users


@density.mistake(
    en="The fraction is upside down: how many of all places are filled?",
    zh="分子分母反了：所有位置里，填了多少个？",
)
def upside_down(n_ratings, n_users, n_items):
    return n_users * n_items / n_ratings


@density.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded(n_ratings, n_users, n_items):
    return round(n_ratings / (n_users * n_items), 2)


head = Exercise(
    id="challenges-head-share",
    title=Text("The share of the head", "头部占比"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Two numbers are needed: the ratings of the most rated films, and all ratings. Which of them is off?",
        "需要两个数：评分最多的那些电影的评分，和全部评分。是哪一个不对？",
    ),
    examples=[(np.array([1, 1, 4, 2]), 0.5), (np.array([10, 0, 0, 0, 0, 0, 0, 0, 0, 10]), 0.1)],
    random=lambda rng: (rng.integers(1, 50, size=20), float(rng.choice([0.1, 0.25, 0.5]))),
)


@head.solution
def head_share(counts, fraction):
    most_first = np.sort(counts)[::-1]
    return most_first[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="You added up the *least* rated films: `np.sort` puts small numbers first.",
    zh="你加起来的是评分*最少*的电影：`np.sort` 把小的排在前面。",
)
def tail_share(counts, fraction):
    return np.sort(counts)[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="You took the first films of the list, as it stands. Sort by ratings first.",
    zh="你取的是列表里原本排在前面的电影。请先按评分数排序。",
)
def unsorted(counts, fraction):
    return np.asarray(counts)[: round(fraction * len(counts))].sum() / np.sum(counts)


@head.mistake(
    en="That is a number of ratings. Divide by all ratings to get a share.",
    zh="这是评分的条数。除以全部评分，才是占比。",
)
def not_divided(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum()


@head.mistake(
    en="You divided by the number of films. The share is one of all *ratings*.",
    zh="你除以的是电影数。这里问的是占全部*评分*的比例。",
)
def divided_by_films(counts, fraction):
    return np.sort(counts)[::-1][: round(fraction * len(counts))].sum() / len(counts)


@head.mistake(
    en="You answered which share of the *films* it takes. Asked is the share of the ratings that those films hold.",
    zh="你回答的是占多少*电影*。题目问的是这些电影占多少评分。",
)
def share_of_films(counts, fraction):
    return round(fraction * len(counts)) / len(counts)


@head.mistake(
    en="That is a percentage. Give the share itself, between 0 and 1.",
    zh="这是百分数。请给出 0 到 1 之间的比例本身。",
)
def as_a_percentage(counts, fraction):
    return 100 * head_share(counts, fraction)


@head.mistake(
    en="You always take a tenth. Use the parameter `fraction`.",
    zh="你总是取十分之一。请使用参数 `fraction`。",
)
def always_a_tenth(counts, fraction):
    return head_share(counts, 0.1)


@head.mistake(
    en="`fraction * len(counts)` is a decimal number, and a slice needs a whole one: put `int(...)` around it.",
    zh="`fraction * len(counts)` 是小数，而切片需要整数：在外面套一个 `int(...)`。",
)
def sliced_by_a_decimal(counts, fraction):
    return np.sort(counts)[::-1][: fraction * len(counts)].sum() / np.sum(counts)


hidden_gain = Exercise(
    id="challenges-gain",
    title=Text("NDCG of one held-out film", "一部留出电影的 NDCG"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Check the two borders: rank 1 gives 1, and the last rank of the list still counts.",
        "检查两头：排第 1 得 1；列表的最后一位也算数。",
    ),
    examples=[(1, 10), (3, 10), (10, 10), (11, 10), (5, 4), (10,), (11,)],
    random=lambda rng: (int(rng.integers(1, 30)), int(rng.choice([5, 10, 20]))),
)


@hidden_gain.solution
def gain(rank, k=10):
    return 1 / np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You used the logarithm to base 10; the formula has base 2: `np.log2`.",
    zh="你用了以 10 为底的对数，公式里以 2 为底：`np.log2`。",
)
def common_logarithm(rank, k=10):
    return 1 / np.log10(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="That is the logarithm itself, which grows as the film falls down the list. The gain is 1 divided by it.",
    zh="这是对数本身，电影排得越后它越大。得分应当是 1 除以它。",
)
def not_divided_into_one(rank, k=10):
    return np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You cut at 10, whatever `k` is. Use the parameter.",
    zh="无论 `k` 是多少，你都在第 10 位截断。请使用参数 `k`。",
)
def always_ten(rank, k=10):
    return 1 / np.log2(1 + rank) if rank <= 10 else 0.0


@hidden_gain.mistake(
    en="`//` rounds down to a whole number. Use `/`.",
    zh="`//` 会向下取整。请用 `/`。",
)
def whole_division(rank, k=10):
    return 1 // np.log2(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You used the natural logarithm; the formula has base 2: `np.log2`.",
    zh="你用了自然对数，公式里以 2 为底：`np.log2`。",
)
def natural_logarithm(rank, k=10):
    return 1 / np.log(1 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="A film beyond rank `k` is not on the list and must give 0.",
    zh="排在第 `k` 位之后的电影不在列表里，应当得 0。",
)
def no_cutoff(rank, k=10):
    return 1 / np.log2(1 + rank)


@hidden_gain.mistake(
    en="The last place of the list counts too: the condition is `rank <= k`.",
    zh="列表的最后一位也算数：条件是 `rank <= k`。",
)
def strict_cutoff(rank, k=10):
    return 1 / np.log2(1 + rank) if rank < k else 0.0


@hidden_gain.mistake(
    en="That is the reciprocal rank, another measure. NDCG falls more slowly, with the logarithm of the rank.",
    zh="这是倒数排名，是另一个指标。NDCG 降得慢一些，与排名的对数有关。",
)
def reciprocal(rank, k=10):
    return 1 / rank if rank <= k else 0.0


@hidden_gain.mistake(
    en="You took the logarithm of the rank itself. At rank 1 that is 0, and 1 divided by 0 has no value: add 1 to the rank.",
    zh="你对排名本身取了对数。排第 1 时它是 0，而 1 除以 0 没有意义：先给排名加 1。",
)
def without_plus_one(rank, k=10):
    with np.errstate(divide="ignore"):
        return 1 / np.log2(np.float64(rank)) if rank <= k else 0.0


@hidden_gain.mistake(
    en="The best rank is 1 here, not 0: it is `1 + rank`, not `2 + rank`.",
    zh="这里最好的排名是 1，不是 0：所以是 `1 + rank`，不是 `2 + rank`。",
)
def ranks_from_zero(rank, k=10):
    return 1 / np.log2(2 + rank) if rank <= k else 0.0


@hidden_gain.mistake(
    en="You only said whether it is on the list. A higher place should be worth more.",
    zh="你只回答了在不在列表里。排得越靠前，得分应当越高。",
)
def hit(rank, k=10):
    return 1.0 if rank <= k else 0.0


rare = Exercise(
    id="challenges-rarely-rated",
    title=Text("Rarely rated films", "很少被评的电影"),
    gives=Text("`n_items` values, true or false", "`n_items` 个真或假"),
    hint=Text(
        "Count the ratings of every film from 0 to `n_items - 1`, then compare each count.",
        "先数出从 0 到 `n_items - 1` 每部电影的评分数，再逐一比较。",
    ),
    examples=[(np.array([0, 0, 2, 2, 2]), 4, 2), (np.array([1]), 3, 1), (np.array([3, 3, 0]), 5, 2)],
    random=lambda rng: (rng.integers(0, 8, size=30), 10, int(rng.integers(2, 5))),
)


@rare.solution
def rarely_rated(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) < fewest


@rare.mistake(
    en="A film with exactly `fewest` ratings does not have *fewer* than that.",
    zh="评分恰好是 `fewest` 条的电影，并不*少于*这个数。",
)
def at_most(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) <= fewest


@rare.mistake(
    en="The films after the last rated one are missing. A film that is not in the log has 0 ratings: see `minlength`.",
    zh="编号大于最后一部有评分电影的那些，全漏了：它们的评分数是 0，看看 `minlength`。",
)
def forgot_the_end(item, n_items, fewest):
    return np.bincount(item) < fewest


@rare.mistake(
    en="`np.unique` lists only the films that occur. Those that nobody rated are the rarest of all.",
    zh="`np.unique` 只列出出现过的电影。没人评过的才是最少的。",
)
def only_those_that_occur(item, n_items, fewest):
    return np.unique(item, return_counts=True)[1] < fewest


@rare.mistake(
    en="Those are the films with *enough* ratings; turn the comparison round.",
    zh="这是评分*足够*的电影；把比较号反过来。",
)
def enough(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) >= fewest


@rare.mistake(
    en="You gave the numbers of the rare films. Asked is one true or false for each film.",
    zh="你给出的是冷门电影的编号。题目要的是每部电影一个真或假。",
)
def their_numbers(item, n_items, fewest):
    return np.flatnonzero(np.bincount(item, minlength=n_items) < fewest)


@rare.mistake(
    en="Those are the counts themselves. Compare them with `fewest`.",
    zh="这是评分数本身。还要和 `fewest` 比较。",
)
def the_counts(item, n_items, fewest):
    return np.bincount(item, minlength=n_items)


@rare.mistake(
    en="Those are the films with *more* ratings; turn the comparison round.",
    zh="这是评分更多的电影；把比较号反过来。",
)
def more(item, n_items, fewest):
    return np.bincount(item, minlength=n_items) > fewest


@rare.mistake(
    en="You gave one value for each rating. Asked is one for each film, from 0 to `n_items - 1`.",
    zh="你给每条评分一个值。题目要的是从 0 到 `n_items - 1` 每部电影一个值。",
)
def for_each_rating(item, n_items, fewest):
    return np.bincount(item, minlength=n_items)[item] < fewest


@rare.mistake(
    en="With `counts[item] += 1` NumPy adds 1 only once to a film that occurs several times: use `np.bincount`.",
    zh="`counts[item] += 1` 遇到重复的下标时，NumPy 只加一次：请用 `np.bincount`。",
)
def added_once(item, n_items, fewest):
    counts = np.zeros(n_items)
    counts[item] += 1
    return counts < fewest


@rare.mistake(
    en="You left out the films without any rating. Zero is fewer than `fewest` too.",
    zh="你排除了没有评分的电影。0 条也少于 `fewest` 条。",
)
def without_the_unrated(item, n_items, fewest):
    counts = np.bincount(item, minlength=n_items)
    return (counts > 0) & (counts < fewest)


_SIMILARITY = np.array([[0.0, 0.9, 0.2], [0.1, 0.0, 0.3], [0.8, 0.4, 0.0]])

strongest = Exercise(
    id="challenges-reason",
    title=Text("The strongest reason", "最有力的理由"),
    gives=Text("the index of one film of the history", "历史中一部电影的下标"),
    hint=Text(
        "Each film `j` of the history adds `similarity[j, recommended]`. Which film adds most, and what is its index?",
        "历史中的每部电影 `j` 贡献 `similarity[j, recommended]`。哪部贡献最大？它的下标是多少？",
    ),
    examples=[(_SIMILARITY, np.array([1, 2]), 0), (_SIMILARITY, np.array([1]), 0), (_SIMILARITY, np.array([0, 2]), 1)],
    random=lambda rng: (rng.normal(size=(8, 8)), rng.permutation(7)[:4], 7),
)


@strongest.solution
def strongest_reason(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history, recommended].argmax()]


@strongest.mistake(
    en="You gave the position *within the history*. Use it to look up the film: `history[position]`.",
    zh="你给出的是*在历史里的位置*。再用它查出电影：`history[position]`。",
)
def place_in_history(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history), recommended].argmax()


@strongest.mistake(
    en="You looked at all films. Only those in `history` can be the reason.",
    zh="你在所有电影里找了。只有 `history` 里的电影才能当理由。",
)
def among_all(similarity, history, recommended):
    return np.asarray(similarity)[:, recommended].argmax()


@strongest.mistake(
    en="Row and column are swapped: `similarity[j, i]` is how much film `j` of the history speaks for film `i`.",
    zh="行和列反了：`similarity[j, i]` 表示历史中的 `j` 为 `i` 加多少分。",
)
def swapped(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[recommended, history].argmax()]


@strongest.mistake(
    en="That is how *much* it adds. Asked is *which* film it is.",
    zh="这是它加了*多少*分。题目问的是*哪一部*电影。",
)
def the_amount(similarity, history, recommended):
    return np.asarray(similarity)[np.asarray(history), recommended].max()


@strongest.mistake(
    en="That is the weakest reason: `argmin` instead of `argmax`.",
    zh="这是最弱的理由：该用 `argmax`，你用了 `argmin`。",
)
def weakest(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history, recommended].argmin()]


@strongest.mistake(
    en="You took the absolute value. A negative term speaks against the film.",
    zh="你取了绝对值。负的贡献是在减分。",
)
def by_size(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.abs(np.asarray(similarity)[history, recommended]).argmax()]


@strongest.mistake(
    en="You added up what each film says for *all* films. Only the column of `recommended` counts here.",
    zh="你把每部电影对所有电影的贡献加了起来。这里只看 `recommended` 那一列。",
)
def for_all_films(similarity, history, recommended):
    history = np.asarray(history)
    return history[np.asarray(similarity)[history].sum(axis=1).argmax()]


@strongest.mistake(
    en="You gave the last film of the history. Asked is the one that adds most.",
    zh="你给出的是历史里的最后一部。题目要的是贡献最大的那一部。",
)
def the_last(similarity, history, recommended):
    return history[-1]


quiz = Quiz(
    "challenges",
    [
        Question(
            Text(
                "Two models, the same test users. Their confidence intervals overlap. What follows?",
                "两个模型，同样的测试用户，置信区间有重叠。由此可知什么？",
            ),
            [
                Wrong(
                    Text("They are equally good.", "它们一样好。"),
                    Text(
                        "Overlap proves nothing; most of the spread comes from users who are easy or hard for both.",
                        "重叠说明不了什么；大部分波动来自用户本身：有的用户对两个模型都好猜，有的都难猜。",
                    ),
                ),
                Right(
                    Text(
                        "Nothing yet: look at the interval of the difference.",
                        "还得不出结论：要看差值的区间。",
                    ),
                    Text(
                        "Taken user by user, what both share cancels out.",
                        "逐个用户相减，两者共有的部分就抵消了。",
                    ),
                ),
                Wrong(
                    Text("The one with the higher mean is better.", "平均值高的那个更好。"),
                    Text(
                        "It may be chance; the interval of the difference would tell.",
                        "可能只是偶然；差值的区间才能回答。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Why does popularity lose so little when ratings get scarce?",
                "评分越来越少时，流行度为什么跌得那么少？",
            ),
            [
                Wrong(
                    Text("Because popular films are better films.", "因为热门电影本来就更好。"),
                    Text(
                        "Whether they are good plays no part in it; only counts do.",
                        "好不好与此无关，它只看评分数。",
                    ),
                ),
                Right(
                    Text(
                        "It estimates one number a film, from all users together.",
                        "它只为每部电影估计一个数，而且由所有用户一起来估。",
                    ),
                    Text(
                        "Few parameters need few data; the price is that it knows nothing about the person.",
                        "参数少，需要的数据就少；代价是它对个人一无所知。",
                    ),
                ),
                Wrong(
                    Text("Because most of the films that are tested are popular ones.", "因为测试到的大多是热门电影。"),
                    Text(
                        "That helps it at every level alike; it does not say why the others fall.",
                        "这在每一档上都同样帮它的忙，却解释不了别的模型为什么跌。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A new film has no ratings. Which setting of EASE would let it be recommended to the right people?",
                "一部新电影没有评分。怎样设置 EASE 才能把它推荐给合适的人？",
            ),
            [
                Wrong(
                    Text("A smaller penalty.", "更小的惩罚。"),
                    Text("Its column stays zero for any penalty.", "无论惩罚多大，它那一列始终是零。"),
                ),
                Wrong(
                    Text("A larger penalty.", "更大的惩罚。"),
                    Text(
                        "That shrinks the other weights, and leaves zero at zero.",
                        "那只会缩小其他权重，零还是零。",
                    ),
                ),
                Right(
                    Text(
                        "None: it needs to know something else about the film.",
                        "怎么设置都不行：它还需要这部电影的其他信息。",
                    ),
                    Text(
                        "Its genres, its title, its text. That is where a pretrained encoder comes in.",
                        "类型、片名、文字。这正是预训练模型的用武之地。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "“Because you watched *Fargo*”, says item-kNN. What does the sentence say at most?",
                "Item-kNN 说：“因为你看过 *Fargo*”。这句话最多能说明什么？",
            ),
            [
                Right(
                    Text(
                        "Of your films, *Fargo* adds most to this film's score.",
                        "在你看过的电影里，*Fargo* 对这部电影的得分贡献最大。",
                    ),
                    Text(
                        "That is true of the model, and can be checked.",
                        "这对模型来说是真的，而且可以检验。",
                    ),
                ),
                Wrong(
                    Text("Without *Fargo* you would not see this film.", "没有 *Fargo*，你就不会看到这部电影。"),
                    Text(
                        "We took the reason away from every user: the recommendation nearly always stayed.",
                        "我们对每位用户都拿掉了理由，推荐几乎总还在。",
                    ),
                ),
                Wrong(
                    Text("You liked *Fargo*, so you will like this film.", "你喜欢 *Fargo*，所以会喜欢这部。"),
                    Text(
                        "The model saw only *that* you rated it, not why, nor what you will like.",
                        "模型只知道你评过它，不知道为什么，更不知道你会喜欢什么。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "In the test of new films, why is word matching there at all?",
                "在新电影的测试里，为什么要把词匹配也放进来？",
            ),
            [
                Wrong(
                    Text("To have a weak method that makes title vectors look good.", "找个垫底的，好衬托片名向量。"),
                    Text(
                        "Then any bad method would do. This one was chosen for what it has in common with the model.",
                        "那随便找个差的就行了。选它，是因为它与模型有相同之处。",
                    ),
                ),
                Right(
                    Text("It reads the same titles without pretraining.", "它读的是同样的片名，但没有预训练。"),
                    Text(
                        "What both get may be had from words alone; pretraining deserves the gap at most.",
                        "两者都能得到的，光靠词就够了；预训练的功劳最多是两者之间的差距。",
                    ),
                ),
                Wrong(
                    Text("Because it needs no ratings, as title vectors do not.", "因为它和片名向量一样，不需要评分。"),
                    Text(
                        "Both need ratings: the weights of each user are learned from them.",
                        "两者都需要评分：每位用户的权重都是从评分里学的。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A model for new films makes a list for each user. How do you find out whether the personal part helps?",
                "一个模型给每位用户推荐新电影。怎样知道“个性化”那一部分有没有用？",
            ),
            [
                Wrong(
                    Text("Compare it with random order.", "与随机顺序比较。"),
                    Text(
                        "A list that is the same for everybody beats random order too.",
                        "对所有人都一样的列表，也能胜过随机顺序。",
                    ),
                ),
                Right(
                    Text(
                        "Compare it with one list for everybody, made from the same scores.",
                        "用同样的得分做一张所有人共用的列表，与它比较。",
                    ),
                    Text(
                        "What remains is what the model knows about the person.", "剩下的差距，才是模型对个人的了解。"
                    ),
                ),
                Wrong(
                    Text("Look whether the lists differ between users.", "看看各个用户的列表是否不同。"),
                    Text("Lists can differ by noise alone.", "光靠噪声，列表也会各不相同。"),
                ),
            ],
        ),
    ],
)
