"""Exercises and quiz of chapter 11."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong


def _random_times(rng):
    n = int(rng.integers(1, 12))
    return (rng.integers(0, 200, size=n),)


age = Exercise(
    id="applications-half-life",
    title=Text("The half-life of an item", "物品的半衰期"),
    gives=Text("a whole number of days", "天数，整数"),
    hint=Text(
        "Sort the days. Of n events at least half have come with the event at place n/2, rounded up, counted from 1. How long after the first is that?",
        "先把日子排序。n 次事件里，数到第 n/2（向上取整，从 1 数起）次时，至少已有一半。它离第一次有多久？",
    ),
    examples=[
        (np.array([3, 1, 1, 9]),),
        (np.array([10, 20, 40]),),
        (np.array([5]),),
        (np.array([0, 0, 0, 30, 60, 90]),),
        (np.array([4, 0, 9]),),
    ],
    random=_random_times,
)


@age.solution
def item_half_life(days):
    days = np.sort(days)
    return days[(len(days) - 1) // 2] - days[0]


@age.mistake(
    en="That is the day on which half had come. A half-life begins with the item's first event.",
    zh="这是达到一半的那一天。半衰期要从物品的第一次事件算起。",
)
def the_day_itself(days):
    return np.sort(days)[(len(days) - 1) // 2]


@age.mistake(
    en="That is half of the time between the first and the last event. Half of the *events* may be over much sooner.",
    zh="这是首末两次事件之间时间的一半。*事件*的一半可能早就过去了。",
)
def half_the_span(days):
    return (np.max(days) - np.min(days)) / 2


@age.mistake(
    en="You took the mean age of the events. One late event moves it far; the half-life counts events.",
    zh="你取的是事件的平均年龄。一次很晚的事件就能把它拉远；半衰期数的是事件次数。",
)
def the_mean_age(days):
    return np.mean(days) - np.min(days)


@age.mistake(
    en="You averaged the two middle events. The rule asks for the first moment at which half have come.",
    zh="你取了中间两次事件的平均。规则要的是达到一半的最早时刻。",
)
def middle_of_two(days):
    return np.median(days) - np.min(days)


@age.mistake(
    en="The days were not sorted: the place counts events in order of time.",
    zh="没有先排序：名次要按时间先后来数。",
)
def not_sorted(days):
    return days[(len(days) - 1) // 2] - days[0]


@age.mistake(
    en="That is one event too late: with an even number, half have come one event earlier.",
    zh="晚了一次：次数是偶数时，再早一次就已达到一半。",
)
def one_too_late(days):
    days = np.sort(days)
    return days[len(days) // 2] - days[0]


@age.mistake(
    en="That is the item's whole life, from its first event to its last.",
    zh="这是物品从第一次到最后一次事件的全部寿命。",
)
def the_whole_life(days):
    return np.max(days) - np.min(days)


def _random_purchases(rng):
    n_items = int(rng.integers(3, 7))
    n = int(rng.integers(1, 9))
    return rng.integers(0, n_items, size=n), rng.integers(0, 12, size=n), n_items, float(rng.choice([1, 2, 4, 8]))


recency = Exercise(
    id="applications-recency",
    title=Text("Own frequency, recent first", "个人频率（近期加权）"),
    gives=Text("one score a product, an array of length n_items", "每种商品一个分数，长度为 n_items 的数组"),
    hint=Text(
        "Age is counted back from the household's last purchase: that one weighs 1. Every purchase adds its weight to its product.",
        "年龄从这户人家最后一次购买往回算，最后一次的权重是 1。每次购买都把权重加到对应的商品上。",
    ),
    examples=[
        (np.array([0, 1, 0, 2, 0]), np.array([1, 1, 3, 3, 5]), 4, 2.0),
        (np.array([1, 1]), np.array([4, 2]), 2, 1.0),
        (np.array([2]), np.array([7]), 3, 4.0),
    ],
    random=_random_purchases,
)


@recency.solution
def recency_frequency(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    np.add.at(scores, items, 0.5 ** ((max(weeks) - weeks) / half_life))
    return scores


@recency.mistake(
    en="Every purchase counts 1, so an old habit weighs as much as last week's. Use the weight $0.5^{a / h}$ of its age $a$.",
    zh="你让每次购买都算 1，旧习惯与上周的一样重。请用权重 $0.5^{a / h}$，其中 $a$ 是它的年龄。",
)
def plain_frequency(items, weeks, n_items, half_life):
    return np.bincount(items, minlength=n_items).astype(float)


@recency.mistake(
    en="A product that was bought twice got one weight alone. `scores[items] += w` keeps one of two rows with the same index; `np.add.at` adds both.",
    zh="买过两次的商品只加了一个权重。`scores[items] += w` 遇到相同下标只留下一次；`np.add.at` 会全部加上。",
)
def kept_one_of_two(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    scores[items] += 0.5 ** ((max(weeks) - weeks) / half_life)
    return scores


@recency.mistake(
    en="The weights grow with age: your oldest purchase weighs most. Age is the last week minus the week of the purchase.",
    zh="年龄越大权重越大了：最早的购买反而最重。年龄是最后一周减去购买的那一周。",
)
def oldest_first(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    np.add.at(scores, items, 0.5 ** ((weeks - min(weeks)) / half_life))
    return scores


@recency.mistake(
    en="That is $e^{-a / h}$. After one half-life it leaves 37%, not a half.",
    zh="这是 $e^{-a / h}$。过一个半衰期还剩 37%，不是一半。",
)
def with_e(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    np.add.at(scores, items, np.exp(-(max(weeks) - weeks) / half_life))
    return scores


@recency.mistake(
    en="You divided by the sum of the weights. The order is the same, but the formula does not do it.",
    zh="你除以了权重之和。顺序不变，但公式里没有这一步。",
)
def as_shares(items, weeks, n_items, half_life):
    scores = recency_frequency(items, weeks, n_items, half_life)
    return scores / scores.sum()


@recency.mistake(
    en="You gave each product the weight of its last purchase. Its other purchases count as well.",
    zh="你只给了每种商品最后一次购买的权重。其他几次也要算。",
)
def last_time_only(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    np.maximum.at(scores, items, 0.5 ** ((max(weeks) - weeks) / half_life))
    return scores


@recency.mistake(
    en="The half-life multiplies the age in yours. A longer half-life has to forget more slowly: divide.",
    zh="你用半衰期去乘年龄了。半衰期越长应当忘得越慢，所以要除。",
)
def multiplied(items, weeks, n_items, half_life):
    scores = np.zeros(n_items)
    np.add.at(scores, items, 0.5 ** ((max(weeks) - weeks) * half_life))
    return scores


def _random_basket(rng):
    n = int(rng.integers(4, 9))
    scores = rng.permutation(n) - n / 2
    before, bought = rng.random(n) < 0.4, rng.random(n) < 0.5
    bought[rng.integers(n)] = True
    if not (bought & ~before).any():
        before[:] = False
    return scores, before, bought, int(rng.integers(1, 4)), str(rng.choice(["next basket", "discovery"]))


basket = Exercise(
    id="applications-basket",
    title=Text("A measure that asks two questions at once", "把两个问题混在一起的指标"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "What may stand in the list, and what is to be found, must be one question: for the next basket everything; for discovery what the household did not have.",
        "“列表里允许出现什么”和“要找的是什么”必须是同一个问题：对下一篮来说是全部商品；对发现来说是这户人家没有买过的商品。",
    ),
    examples=[
        (
            np.array([5.0, 4.0, 3.0, 2.0, 1.0]),
            np.array([True, True, False, False, False]),
            np.array([True, False, True, False, True]),
            2,
            "next basket",
        ),
        (
            np.array([5.0, 4.0, 3.0, 2.0, 1.0]),
            np.array([True, True, False, False, False]),
            np.array([True, False, True, False, True]),
            2,
            "discovery",
        ),
        (np.array([1.0, 3.0, 2.0]), np.array([False, True, False]), np.array([False, True, False]), 1, "next basket"),
    ],
    random=_random_basket,
)


@basket.solution
def basket_recall(scores, before, bought, k, task):
    if task == "discovery":
        scores, bought = np.where(before, -np.inf, scores), bought & ~before
    return bought[np.argsort(-scores)[:k]].sum() / bought.sum()


@basket.mistake(
    en="This is the function that went wrong: it masks the history on the next basket too, where what was bought before is most of what is wanted.",
    zh="这就是出错的那个函数：预测下一篮时也屏蔽了历史，而要找的大多正是以前买过的。",
)
def always_masked(scores, before, bought, k, task):
    return bought[np.argsort(-np.where(before, -np.inf, scores))[:k]].sum() / bought.sum()


@basket.mistake(
    en="Now nothing is masked. In a task of discovery a list of what the household has already answers nothing.",
    zh="现在什么也没屏蔽。在发现任务里，推荐已有的商品毫无意义。",
)
def never_masked(scores, before, bought, k, task):
    wanted = bought & ~before if task == "discovery" else bought
    return wanted[np.argsort(-scores)[:k]].sum() / wanted.sum()


@basket.mistake(
    en="For discovery you mask the history and still count it as wanted: no list could then reach 1.",
    zh="发现任务里你屏蔽了历史，却仍把它算作要找的：这样任何列表都到不了 1。",
)
def masked_but_wanted(scores, before, bought, k, task):
    shown = np.where(before, -np.inf, scores) if task == "discovery" else scores
    return bought[np.argsort(-shown)[:k]].sum() / bought.sum()


@basket.mistake(
    en="You took what was bought before out of what is wanted for the next basket as well. There it is half of the answer.",
    zh="预测下一篮时，你也把以前买过的从答案里去掉了。而那正是答案的一半。",
)
def wanted_new_only(scores, before, bought, k, task):
    wanted = bought & ~before
    wanted = wanted if wanted.any() else bought
    shown = np.where(before, -np.inf, scores) if task == "discovery" else scores
    return wanted[np.argsort(-shown)[:k]].sum() / wanted.sum()


@basket.mistake(
    en="You divided by k: that is precision. Recall divides by the number of products to be found.",
    zh="你除以了 k，那是精确率。召回率要除以要找的商品数。",
)
def divided_by_k(scores, before, bought, k, task):
    if task == "discovery":
        scores, bought = np.where(before, -np.inf, scores), bought & ~before
    return bought[np.argsort(-scores)[:k]].sum() / k


@basket.mistake(
    en="Your list begins with the lowest score. Sort from high to low.",
    zh="你的列表从最低分开始。请从高到低排序。",
)
def lowest_first(scores, before, bought, k, task):
    if task == "discovery":
        scores, bought = np.where(before, np.inf, scores), bought & ~before
    return bought[np.argsort(scores)[:k]].sum() / bought.sum()


@basket.mistake(
    en="The two tasks are exchanged: discovery is the one that masks.",
    zh="两个任务弄反了：要屏蔽历史的是发现。",
)
def exchanged(scores, before, bought, k, task):
    other = "next basket" if task == "discovery" else "discovery"
    if not (bought & ~before).any():
        return 0.0
    return basket_recall(scores, before, bought, k, other)


def _random_melody(rng):
    return [int(note) for note in rng.integers(57, 84, size=int(rng.integers(5, 9)))], int(rng.integers(1, 4))


step_runs_of = Exercise(
    id="applications-step-runs",
    title=Text("A melody's steps", "旋律的音程"),
    gives=Text("a list of tuples of whole numbers", "由整数元组组成的列表"),
    hint=Text(
        "First the steps from each note to the next, with their sign; then every run of n neighbouring steps.",
        "先求每个音到下一个音的音程（带正负号），再取每一段连续的 n 个音程。",
    ),
    examples=[
        ([67, 69, 71, 72], 1),
        ([67, 69, 71, 72], 2),
        ([69, 71, 73, 74], 2),
        ([72, 71, 69, 67], 2),
        ([60, 62], 2),
    ],
    random=_random_melody,
)


@step_runs_of.solution
def step_runs(notes, n):
    steps = [later - earlier for earlier, later in pairwise(notes)]
    return [tuple(steps[at : at + n]) for at in range(len(steps) - n + 1)]


@step_runs_of.mistake(
    en="Those are runs of the notes themselves: in another key none of them is left. Take the steps between them.",
    zh="这是音高本身的片段，换一个调就一个也不剩。请取相邻两音之间的音程。",
)
def runs_of_notes(notes, n):
    return [tuple(notes[at : at + n]) for at in range(len(notes) - n + 1)]


@step_runs_of.mistake(
    en="The sign is lost: two notes up and two notes down are different melodies.",
    zh="正负号丢了：上行两个半音与下行两个半音是不同的旋律。",
)
def without_sign(notes, n):
    return [tuple(abs(step) for step in run) for run in step_runs(notes, n)]


@step_runs_of.mistake(
    en="You took the earlier note less the later one: a step up should be positive.",
    zh="你用前一个音减后一个音：上行的音程应为正。",
)
def wrong_way(notes, n):
    return [tuple(-step for step in run) for run in step_runs(notes, n)]


@step_runs_of.mistake(
    en="Your runs do not overlap. Begin one at every step: the last n - 1 steps alone begin none.",
    zh="你的片段互不重叠。每个音程都应当开始一段，只有最后 n − 1 个除外。",
)
def without_overlap(notes, n):
    return step_runs(notes, n)[::n]


@step_runs_of.mistake(
    en="Each run has n - 1 steps: it takes n + 1 notes to make n steps.",
    zh="你的每段只有 n − 1 个音程：n 个音程需要 n + 1 个音。",
)
def one_too_short(notes, n):
    return step_runs(notes, n - 1) if n > 1 else [() for _ in notes]


@step_runs_of.mistake(
    en="You measured every note from the first one. A step is from a note to its neighbour.",
    zh="你把每个音都与第一个音相比。音程是一个音到下一个音的距离。",
)
def from_the_first(notes, n):
    far = [note - notes[0] for note in notes[1:]]
    return [tuple(far[at : at + n]) for at in range(len(far) - n + 1)]


@step_runs_of.mistake(
    en="A run of the last steps is missing: there are `len(steps) - n + 1` of them.",
    zh="少了最后一段：一共有 `len(steps) - n + 1` 段。",
)
def last_one_missing(notes, n):
    return step_runs(notes, n)[:-1]


def _random_reader(rng):
    clicks = int(rng.integers(2, 6))
    return rng.normal(size=(clicks, 3)), rng.uniform(0, 90, size=clicks), float(rng.choice([6.0, 12.0, 24.0]))


half_life_profile_of = Exercise(
    id="applications-half-life-profile",
    title=Text("A profile that forgets", "会遗忘的画像"),
    gives=Text("a vector as long as a row of `vectors`", "与 `vectors` 的一行等长的向量"),
    hint=Text(
        "A weight for each click, a sum of weighted rows, and a division by the sum of the weights.",
        "先给每次点击一个权重，再对各行加权求和，最后除以权重之和。",
    ),
    examples=[
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 24.0]), 24.0),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 24.0]), 12.0),
        (np.array([[2.0, 4.0]]), np.array([100.0]), 10.0),
    ],
    random=_random_reader,
)


def _weighted(vectors, weights):
    return weights @ np.asarray(vectors) / weights.sum()


@half_life_profile_of.solution
def half_life_profile(vectors, ages, half_life):
    return _weighted(vectors, 0.5 ** (np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="After one half-life your weight is 1/e = 0.37. A *half*-life leaves a half: `0.5 ** (age / half_life)`.",
    zh="经过一个半衰期，你的权重是 1/e = 0.37。半衰期意味着剩下一半：`0.5 ** (age / half_life)`。",
)
def by_e(vectors, ages, half_life):
    return _weighted(vectors, np.exp(-np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="Old clicks weigh most in yours: the exponent should make the weight smaller with age.",
    zh="在你的结果里，旧的点击权重最大：点击越旧，权重应当越小。",
)
def upside_down(vectors, ages, half_life):
    return _weighted(vectors, 2.0 ** (np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="That is the weighted sum. Divide by the sum of the weights, or a busy reader gets a longer vector.",
    zh="这是加权和。请除以权重之和，否则点击多的读者向量更长。",
)
def not_divided(vectors, ages, half_life):
    return 0.5 ** (np.asarray(ages) / half_life) @ np.asarray(vectors)


@half_life_profile_of.mistake(
    en="You divided by the number of clicks. The weights of old clicks are small, so divide by the weights' sum.",
    zh="你除以了点击次数。旧点击的权重很小，应当除以权重之和。",
)
def divided_by_clicks(vectors, ages, half_life):
    return not_divided(vectors, ages, half_life) / len(vectors)


@half_life_profile_of.mistake(
    en="The plain mean forgets nothing: use `ages`.",
    zh="普通平均什么也不会忘记：请用上 `ages`。",
)
def plain_mean(vectors, ages, half_life):
    return np.asarray(vectors).mean(axis=0)


@half_life_profile_of.mistake(
    en="You cut off what is older than a half-life. It should fade instead: weight 1/2 there, 1/4 after two.",
    zh="你把超过半衰期的点击都去掉了。它们应当逐渐变淡：一个半衰期后权重 1/2，两个之后 1/4。",
)
def cut_off(vectors, ages, half_life):
    kept = np.asarray(ages) <= half_life
    return np.asarray(vectors)[kept].mean(axis=0) if kept.any() else np.zeros(np.shape(vectors)[1])


@half_life_profile_of.mistake(
    en="A weight of half_life / (half_life + age) halves once, and then ever more slowly. Use a power of 0.5.",
    zh="half_life / (half_life + age) 只在第一次减半，之后越来越慢。请用 0.5 的幂。",
)
def hyperbola(vectors, ages, half_life):
    return _weighted(vectors, half_life / (half_life + np.asarray(ages)))


quiz = Quiz(
    "applications",
    [
        Question(
            Text(
                "A colleague predicts the next basket with the evaluation of chapter 09 as it stands, history masked. What will the report say?",
                "一位同事照搬第 09 章的评估来预测下一篮，历史也照样屏蔽。报告会怎么说？",
            ),
            [
                Wrong(
                    Text("The same order of models, with lower numbers.", "模型的名次不变，数字低一些。"),
                    Text(
                        "The order turns over: the model that counts own purchases is left with popularity's list.",
                        "名次会颠倒：统计自己购买次数的模型，只剩下流行度的列表。",
                    ),
                ),
                Right(
                    Text(
                        "That EASE beats the household's own frequency, which is the best there is for the real task.",
                        "EASE 胜过个人频率，而后者才是真实任务里最好的。",
                    ),
                    Text(
                        "Yes: with the history masked, what the household buys again can neither be shown nor found.",
                        "对：屏蔽历史之后，会再买的商品既不能出现在列表里，也不算命中。",
                    ),
                ),
                Wrong(
                    Text("An error, since a product occurs twice.", "会报错，因为商品出现了两次。"),
                    Text(
                        "No error is raised. That is why one has to know.",
                        "不会报错。正因为如此才需要知道。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A random vector a text reaches nearly what MiniLM's vectors reach on new products. What follows?",
                "对新商品，每段文字一个随机向量，效果几乎与 MiniLM 向量一样。这说明什么？",
            ),
            [
                Right(
                    Text(
                        "Which products share a text did nearly all; what the text means added little.",
                        "起作用的几乎全是“哪些商品文字相同”，文字的意思只添了一点。",
                    ),
                    Text(
                        "Yes: the random vector knows nothing but who shares a text.",
                        "对：随机向量只知道哪些商品文字相同。",
                    ),
                ),
                Wrong(
                    Text("MiniLM is broken.", "MiniLM 坏了。"),
                    Text(
                        "The same vectors win the search. The task here hardly asks for meaning.",
                        "同样的向量在搜索里取胜。只是这个任务几乎用不到意思。",
                    ),
                ),
                Wrong(
                    Text("Random vectors understand products.", "随机向量懂商品。"),
                    Text(
                        "They carry no meaning: only which products share a text.",
                        "它们不含任何意思，只知道哪些商品文字相同。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Discovery is tested in December. Against which popularity should EASE stand?",
                "发现任务在十二月测试。EASE 应当与哪一种流行度比较？",
            ),
            [
                Wrong(
                    Text("That of the whole year: it has most data.", "全年的：数据最多。"),
                    Text(
                        "It is a straw man: it does not know that Christmas comes.",
                        "那是稻草人：它不知道圣诞节要来了。",
                    ),
                ),
                Wrong(
                    Text("None: EASE is personal, popularity is not.", "都不用：EASE 是个性化的，流行度不是。"),
                    Text(
                        "A personal model that does not beat one list for all has earned nothing.",
                        "个性化模型胜不过所有人共用的一张列表，就毫无价值。",
                    ),
                ),
                Right(
                    Text("That of the last few weeks.", "最近几周的。"),
                    Text(
                        "Yes: what sells now. The lead over it is far smaller than the lead over the whole year's.",
                        "对：看现在卖什么。相对它的领先，比相对全年的小得多。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Products are written in capitals, queries in lower case. The multilingual encoder finds little. What first?",
                "商品名全是大写，查询是小写。多语言编码器找不到多少东西。先做什么？",
            ),
            [
                Wrong(
                    Text("Fine-tune it on the shop's purchases.", "用商店的购买记录微调它。"),
                    Text(
                        "Look at the texts before you train on them: one line of preparation does it.",
                        "训练之前先看看文本：一行预处理就够了。",
                    ),
                ),
                Right(
                    Text("Write the products in lower case.", "把商品名改成小写。"),
                    Text(
                        "Yes: its vocabulary tells capitals from small letters, so PIZZA falls into other pieces than pizza.",
                        "对：它的词表区分大小写，PIZZA 与 pizza 会切成不同的词元。",
                    ),
                ),
                Wrong(
                    Text("Translate the products by hand.", "把商品名人工翻译一遍。"),
                    Text(
                        "They need no translation, only the letters that the encoder was trained on.",
                        "不需要翻译，只要用编码器训练时的字母写法。",
                    ),
                ),
            ],
        ),
    ],
)
