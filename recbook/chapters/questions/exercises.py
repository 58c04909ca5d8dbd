"""Exercises and quiz of chapter 15."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# ---- Which of two models to ship


def _random_interval(rng):
    low = float(rng.uniform(-0.05, 0.05))
    return low, low + float(rng.uniform(0.005, 0.06)), float(rng.choice([0.0, 0.01, 0.02, 0.03]))


ship = Exercise(
    id="questions-ship",
    title=Text("Which one to ship", "上线哪一个"),
    gives=Text('one of "new", "old" and "measure"', "“new”“old”“measure”之一"),
    hint=Text(
        "The new model has to earn its cost. Which end of the interval is the least that it gains, and which the most?",
        "新模型要把多出的成本挣回来。区间的哪一端是最少的收益，哪一端是最多的？",
    ),
    examples=[
        (0.02, 0.05, 0.01),
        (0.02, 0.05, 0.03),
        (-0.04, 0.01, 0.02),
        (0.01, 0.02, 0.0),
        (0.01, 0.03, 0.01),
        (-0.02, 0.01, 0.01),
    ],
    random=_random_interval,
)


@ship.solution
def which_to_ship(low, high, cost):
    if low > cost:
        return "new"
    return "old" if high < cost else "measure"


@ship.mistake(
    en="You took the middle of the interval. It says nothing about how sure you are: ask whether all of the interval is worth the cost.",
    zh="你用了区间的中点。它不反映有多大把握：要看整个区间是否都抵得上成本。",
)
def by_the_middle(low, high, cost):
    return "new" if (low + high) / 2 > cost else "old"


@ship.mistake(
    en="A gain above 0 is not enough: the new model costs more, so its gain has to be above that cost.",
    zh="收益大于 0 还不够：新模型成本更高，收益要超过多出的成本。",
)
def without_the_cost(low, high, cost):
    if low > 0:
        return "new"
    return "old" if high < 0 else "measure"


@ship.mistake(
    en='"Not shown to pay" is not "shown not to pay". Where the interval holds the cost, the answer is "measure".',
    zh="“没有证明划算”不等于“证明了不划算”。区间包含成本时，答案是“measure”。",
)
def old_in_doubt(low, high, cost):
    return "new" if low > cost else "old"


@ship.mistake(
    en="You let the best case decide. The upper end is the most that the new model can gain; look at the least.",
    zh="你让最好的情形作了决定。上端是新模型最多能有的收益，要看最少的。",
)
def by_the_best_case(low, high, cost):
    return "new" if high > cost else "old"


# ---- Which advice has turned


def _random_leaves(rng):
    n = int(rng.integers(3, 8))

    def intervals():
        low = rng.uniform(-0.06, 0.04, size=n)
        return np.stack([low, low + rng.uniform(0.005, 0.05, size=n)], axis=1)

    return intervals(), intervals()


turned = Exercise(
    id="questions-turned",
    title=Text("Which advice has turned", "哪些建议变了"),
    gives=Text("whole numbers, ascending: the leaves to read again", "升序的整数：需要重读的叶子"),
    hint=Text(
        "Every interval lies on one of three sides: above 0, below 0, or around it. Name the side before and after, then compare.",
        "每个区间都落在三种位置之一：在 0 以上、在 0 以下，或包含 0。先说出之前和之后各在哪里，再比较。",
    ),
    examples=[
        (np.array([[0.01, 0.03], [0.02, 0.04]]), np.array([[0.02, 0.05], [-0.01, 0.02]])),
        (np.array([[-0.03, -0.01], [-0.02, 0.01], [0.01, 0.02]]), np.array([[0.01, 0.02], [-0.01, 0.03], [0.005, 0.1]])),
        (np.array([[-0.02, 0.01], [0.01, 0.03]]), np.array([[-0.03, -0.01], [0.015, 0.02]])),
        (np.array([[0.0, 0.02], [-0.02, 0.0]]), np.array([[-0.01, 0.02], [-0.02, 0.01]])),
    ],
    random=_random_leaves,
)  # fmt: skip


def _side(intervals):
    return (intervals[:, 0] > 0).astype(int) - (intervals[:, 1] < 0)


@turned.solution
def turned_leaves(before, after):
    return np.flatnonzero(_side(before) != _side(after))


@turned.mistake(
    en="You compared the middles. An interval that comes to hold 0 has turned as well, though its middle may still be above 0.",
    zh="你比较的是中点。区间变得包含 0，也是变了，尽管中点可能仍在 0 以上。",
)
def by_middles(before, after):
    return np.flatnonzero(np.sign(before.mean(axis=1)) != np.sign(after.mean(axis=1)))


@turned.mistake(
    en="You looked for intervals that moved apart. A result may move far and stay on its side; the advice then stays, too.",
    zh="你找的是前后不重叠的区间。结果可以变很多而仍在同一侧，建议也就不变。",
)
def moved_apart(before, after):
    return np.flatnonzero((before[:, 1] < after[:, 0]) | (after[:, 1] < before[:, 0]))


@turned.mistake(
    en="You kept only those that went from one side to the other. A leaf whose interval now holds 0, or no longer does, has to be read again, too.",
    zh="你只留下了从一侧到另一侧的。区间变得包含 0，或不再包含 0，这样的叶子也要重读。",
)
def only_reversed(before, after):
    return np.flatnonzero(_side(before) * _side(after) < 0)


@turned.mistake(
    en="You compared the lower ends alone. An interval below 0 and one around 0 both begin below 0: the upper end tells them apart.",
    zh="你只比较了下端。在 0 以下的区间和包含 0 的区间，下端都小于 0，要靠上端来区分。",
)
def lower_ends_alone(before, after):
    return np.flatnonzero((before[:, 0] > 0) != (after[:, 0] > 0))


# ---- Quiz

quiz = Quiz(
    id="questions",
    questions=[
        Question(
            Text(
                "A newspaper in Chinese wants taste in its lists. It has one processor and no graphics card. What first?",
                "一家中文报纸想让列表照顾口味，只有一个处理器，没有显卡。先做什么？",
            ),
            [
                Right(
                    Text(
                        "Freshness and recent clicks, then a profile in vectors that were trained on Chinese too.",
                        "先看新鲜度和最近的点击，再加上画像，所用的向量在中文上也训练过。",
                    ),
                    Text(
                        "Freshness needs no text at all; the small multilingual encoder runs on NumPy alone.",
                        "新鲜度完全不需要文本；小的多语言编码器只用 NumPy 就能运行。",
                    ),
                ),
                Wrong(
                    Text(
                        "MiniLM, since its mean was the highest in the English search.",
                        "用 MiniLM，因为它在英文搜索中均值最高。",
                    ),
                    Text(
                        "Of Chinese it knows single characters at best: its profile was not told apart from none. What it reads well is its own language.",
                        "中文它至多认得个别的字，它的画像与没有画像差异不显著。它读得好的只有自己的语言。",
                    ),
                ),
                Wrong(
                    Text("EASE on all clicks, fitted every night.", "每晚用全部点击拟合 EASE。"),
                    Text(
                        "In the morning most articles are ones that EASE has never met (chapter 11).",
                        "到了早上，许多文章 EASE 从没见过（第 11 章）。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "People come back to a shop for the same goods. Which report serves its buyer best?",
                "人们会回到商店再买同样的商品。哪份报告对采购最有用？",
            ),
            [
                Wrong(
                    Text("NDCG@10 with every bought product masked.", "屏蔽所有买过的商品之后的 NDCG@10。"),
                    Text(
                        "That measures discovery alone: more than half of a basket is masked away.",
                        "这只度量发现：一篮商品有一大半被屏蔽掉了。",
                    ),
                ),
                Right(
                    Text(
                        "Two numbers: the next basket, nothing masked, and what is new, history masked.",
                        "两个数：下一篮，不屏蔽历史；没买过的商品，屏蔽历史。",
                    ),
                    Text(
                        "A model can lose one and win the other, as EASE without counts does; one number would not have shown it.",
                        "一个模型可能一项落后、一项领先，不看次数的 EASE 就是这样；只报告一个数就看不出来。",
                    ),
                ),
                Wrong(
                    Text("Coverage: how much of the catalogue is shown.", "覆盖率：目录里有多少被展示。"),
                    Text(
                        "A random order covers the most. Look at coverage beside NDCG@10.",
                        "随机顺序的覆盖率最高。覆盖率要与 NDCG@10 一起看。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A bookshop gets a new book: author, publisher, title. Nobody has bought it. What ranks it best here?",
                "书店来了一本新书，知道作者、出版社和书名，还没有人买过。在这里，怎样排序最好？",
            ),
            [
                Wrong(
                    Text("A sentence encoder's vector of the title.", "书名的句子编码器向量。"),
                    Text(
                        "On two draws it was behind the title's counted words, and both were behind the author.",
                        "两次抽取中，它都不如书名的词计数，两者又都不如作者。",
                    ),
                ),
                Wrong(
                    Text("A vector of its own, learned from the log.", "从日志学到的它自己的向量。"),
                    Text(
                        "Nobody has met the book, so nothing has trained that vector.",
                        "没有人接触过这本书，没有数据训练过那个向量。",
                    ),
                ),
                Right(
                    Text("Regression on its labels: author and publisher.", "以标签（作者和出版社）为特征的回归。"),
                    Text(
                        "Who reads an author reads the next book, too. Add counted words or a vector if they win on hidden books, split by date where there are dates: a vector beside the author won a little on both draws.",
                        "读过一位作者的人，也会读他的下一本。词计数或向量要在隐藏的书上胜出（有日期就按日期划分）才加进来：把向量加在作者旁边，两次抽取都略有提高。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A leaf says “MiniLM is ahead”. Next year the interval of the difference holds 0. What is to be done?",
                "一片叶子写着“MiniLM 领先”。明年重新测量，差异的区间包含 0。该怎么办？",
            ),
            [
                Wrong(
                    Text("Nothing: the mean is still above 0.", "不用改：平均值仍大于 0。"),
                    Text(
                        "The advice rested on an interval that did not hold 0. That ground is gone.",
                        "建议的依据是区间不包含 0，这个依据没有了。",
                    ),
                ),
                Right(
                    Text(
                        "Give the other advice: until more is measured, the cheaper one of the two.",
                        "改给另一条建议：测出差异之前，用两者中便宜的那个。",
                    ),
                    Text(
                        "Where no difference is shown, cost decides: MiniLM stays out until it is shown to earn its cost.",
                        "差异不显著，就由成本决定：在证明值得自己的成本之前，不用 MiniLM。",
                    ),
                ),
                Wrong(
                    Text("Say that MiniLM is behind.", "说 MiniLM 落后了。"),
                    Text(
                        "An interval around 0 shows neither. It would have to lie below 0.",
                        "包含 0 的区间两样都证明不了。要整个在 0 以下才行。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A new model's gain is 0.010 to 0.020 clicks a list; it costs what 0.015 clicks bring in. Ship it?",
                "新模型每张列表多得 0.010 到 0.020 次点击；它多出的成本相当于 0.015 次点击。上线吗？",
            ),
            [
                Right(
                    Text(
                        "Measure on more users first; until then the old one stays.",
                        "先在更多用户上测量；测出之前旧模型不动。",
                    ),
                    Text(
                        "The interval holds the cost: it may pay or not. Four times the users halve its width.",
                        "区间包含成本：可能划算，也可能不划算。用户增加到四倍，区间宽度减半。",
                    ),
                ),
                Wrong(
                    Text("Yes: the gain is beyond chance.", "上线：收益是显著的。"),
                    Text(
                        "Beyond chance is not beyond its cost.",
                        "显著高于 0，不等于高于成本。",
                    ),
                ),
                Wrong(
                    Text("No: the gain is not above its cost.", "不上线：收益没有超过成本。"),
                    Text(
                        "That is not shown either: half of 0.010 to 0.020 lies above.",
                        "这同样没有得到证明：0.010 到 0.020 之间，有一半在成本之上。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Which of these can a guide that is made of this course's results not tell you?",
                "用本课程的结果做成的指南，不能告诉你下面哪一项？",
            ),
            [
                Wrong(
                    Text("What to try first, and beside what.", "先试什么，与什么对照。"),
                    Text("That is what its leaves are for.", "叶子写的正是这个。"),
                ),
                Wrong(
                    Text("On which data its advice rests.", "建议依据的是什么数据。"),
                    Text(
                        "Each leaf names its chapter, section and numbers.",
                        "每片叶子都写着章、节和数字。",
                    ),
                ),
                Right(
                    Text("What will win on your log.", "在你的日志上谁会胜出。"),
                    Text(
                        "A result on one log is a fact about that log. Test the first try, and the cheaper one, on yours.",
                        "一份日志上的结果，只是关于那份日志的事实。要在你自己的日志上，把首选与更便宜的都试一试。",
                    ),
                ),
            ],
        ),
    ],
)
