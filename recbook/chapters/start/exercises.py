"""Exercises and quiz of chapter 00."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

cosine_of_rows = Exercise(
    id="start-cosines",
    title=Text("Cosine with every row", "与每一行的余弦"),
    gives=Text("an array of m numbers between -1 and 1", "m 个 -1 到 1 之间的数"),
    hint=Text(
        "Take it step by step for one row: the dot product, the two lengths, the quotient. Then look at a row of zeros.",
        "先对一行一步一步算：点积、两个长度、相除。再看看全是 0 的那一行。",
    ),
    examples=[
        (np.array([3.0, 4.0]), np.array([[4.0, 3.0], [0.0, 0.0], [-6.0, -8.0]])),
        (np.array([0.0, 0.0]), np.array([[1.0, 0.0], [0.0, 2.0]])),
    ],
    random=lambda rng: (rng.normal(size=4) / 3, rng.normal(size=(3, 4)) * np.array([[0.2], [0.0], [1.5]])),
)


def _by_lengths(a, rows, lengths):
    """Dot products divided by ``lengths``, where these are not 0."""
    return rows @ a / np.where(lengths > 0, lengths, 1)


def _lengths(rows):
    return np.linalg.norm(rows, axis=1)


@cosine_of_rows.solution
def cosines(a, rows):
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(a)
    return rows @ a / np.where(lengths > 0, lengths, 1)


@cosine_of_rows.mistake(
    en="A row of zeros gives 0 divided by 0, which is `nan`. Look at the length before you divide.",
    zh="全是 0 的一行，0 除以 0 得 `nan`。相除之前先看长度是不是 0。",
)
def not_a_number(a, rows):
    with np.errstate(invalid="ignore"):
        return rows @ a / (_lengths(rows) * np.linalg.norm(a))


@cosine_of_rows.mistake(
    en="You made only rows of zeros safe. The vector `a` may be all zeros too.",
    zh="你只处理了全是 0 的行。`a` 也可能全是 0。",
)
def only_rows_made_safe(a, rows):
    with np.errstate(invalid="ignore"):
        return rows @ a / (np.where(_lengths(rows) > 0, _lengths(rows), 1) * np.linalg.norm(a))


@cosine_of_rows.mistake(
    en="You left out the rows of zeros, so the rows behind them slip to another place. Keep them, with a cosine of 0.",
    zh="你去掉了全是 0 的行，后面的行就都错了位。请保留这些行，余弦为 0。",
)
def without_zero_rows(a, rows):
    return cosines(a, rows[_lengths(rows) > 0])


@cosine_of_rows.mistake(
    en="That is the dot product. The cosine also divides by both lengths.",
    zh="这是点积。余弦还要除以两个向量的长度。",
)
def only_dot(a, rows):
    return rows @ a


@cosine_of_rows.mistake(
    en="You divided by the squared lengths. A length is the square *root* of the sum of squares.",
    zh="你除以的是长度的平方。长度是平方和再开根号。",
)
def squared_lengths(a, rows):
    return _by_lengths(a, rows, _lengths(rows) ** 2 * np.dot(a, a))


@cosine_of_rows.mistake(
    en="You divided by the sum of the two lengths; the formula has their product.",
    zh="你除以的是两个长度之和，公式里是两个长度之积。",
)
def sum_of_lengths(a, rows):
    return _by_lengths(a, rows, _lengths(rows) + np.linalg.norm(a))


@cosine_of_rows.mistake(
    en="You divided and then multiplied: `x / a * b` is `(x / a) * b`. Put brackets around the product of the lengths.",
    zh="你先除后乘了：`x / a * b` 等于 `(x / a) * b`。请给两个长度的乘积加上括号。",
)
def missing_brackets(a, rows):
    return _by_lengths(a, rows, _lengths(rows)) * np.linalg.norm(a)


@cosine_of_rows.mistake(
    en="You divided by the lengths of the rows only. The vector `a` has a length too.",
    zh="你只除以了各行的长度，`a` 也有长度。",
)
def lengths_of_rows_only(a, rows):
    return _by_lengths(a, rows, _lengths(rows))


@cosine_of_rows.mistake(
    en="You divided by the length of `a` only. Each row has a length of its own.",
    zh="你只除以了 `a` 的长度，每一行也各有长度。",
)
def length_of_a_only(a, rows):
    return _by_lengths(a, rows, np.full(len(rows), np.linalg.norm(a)))


@cosine_of_rows.mistake(
    en="Without `axis=1`, `np.linalg.norm` takes the whole table as one long vector. Each row has a length of its own.",
    zh="没有 `axis=1`，`np.linalg.norm` 会把整张表当成一个长向量。每一行要各算各的长度。",
)
def length_of_the_whole_table(a, rows):
    return _by_lengths(a, rows, np.full(len(rows), np.linalg.norm(rows) * np.linalg.norm(a)))


@cosine_of_rows.mistake(
    en="`len` counts the numbers in a vector. Its length as an arrow is the root of the sum of squares: `np.linalg.norm`.",
    zh="`len` 数的是向量里有几个数。这里的长度（模）是平方和的平方根：`np.linalg.norm`。",
)
def counted_numbers(a, rows):
    return rows @ a / len(a) ** 2


@cosine_of_rows.mistake(
    en="Vectors that point in opposite directions have the cosine -1: do not take the absolute value.",
    zh="方向相反的两个向量，余弦是 -1：不要取绝对值。",
)
def absolute(a, rows):
    return np.abs(cosines(a, rows))


@cosine_of_rows.mistake(
    en="That is the angle itself. Asked for is its cosine, the number you had before `arccos`.",
    zh="这是夹角本身。题目要的是夹角的余弦，也就是取 `arccos` 之前的那个数。",
)
def angle(a, rows):
    return np.arccos(np.clip(cosines(a, rows), -1, 1))


@cosine_of_rows.mistake(
    en="That is one minus the cosine: a distance, which is small for vectors that are alike. Return the similarity.",
    zh="这是 1 减余弦，是一种距离：越像的向量它越小。请返回相似度。",
)
def distance(a, rows):
    return 1 - cosines(a, rows)


@cosine_of_rows.mistake(
    en="Do not round the result; whoever calls the function can do that.",
    zh="不要四舍五入，请返回原来的值；需要时由调用者去舍入。",
)
def rounded(a, rows):
    return np.round(cosines(a, rows), 2)


@cosine_of_rows.mistake(
    en="You multiplied the vectors number by number and took the length of that. Each vector has a length of its own; multiply those two.",
    zh="你先把两个向量逐项相乘，再取长度。两个向量各有各的长度，要把这两个长度相乘。",
)
def length_of_products(a, rows):
    return _by_lengths(a, rows, _lengths(rows * a))


@cosine_of_rows.mistake(
    en="You added the squares of both vectors under one root. Each vector has a root of its own, and the two lengths are multiplied.",
    zh="你把两个向量的平方加在了同一个根号里。每个向量各开一次根号，再把两个长度相乘。",
)
def root_of_a_sum(a, rows):
    return _by_lengths(a, rows, np.sqrt(_lengths(rows) ** 2 + np.dot(a, a)))


@cosine_of_rows.mistake(
    en="You divided by the sums of the numbers. A length is the root of the sum of their *squares*.",
    zh="你除以的是各数之和。长度是先平方、再求和、最后开根号。",
)
def sums_for_lengths(a, rows):
    sums = rows.sum(axis=1) * a.sum()
    return rows @ a / np.where(sums == 0, 1, sums)


@cosine_of_rows.mistake(
    en="You added up the sizes of the numbers for the length. As the crow flies, it is the root of the sum of squares.",
    zh="你把各数的绝对值之和当成了长度。直线长度是平方和的平方根。",
)
def sums_of_sizes(a, rows):
    return _by_lengths(a, rows, np.abs(rows).sum(axis=1) * np.abs(a).sum())


@cosine_of_rows.mistake(
    en="You took off each vector's mean first: that is the correlation. The cosine takes the numbers as they are.",
    zh="你先减去了各自的均值，得到的是相关系数。余弦直接用原来的数。",
)
def correlation(a, rows):
    return cosines(a - a.mean(), rows - rows.mean(axis=1, keepdims=True))


@cosine_of_rows.mistake(
    en="That is how far the two points lie apart. The cosine looks at the angle alone: the dot product divided by the two lengths.",
    zh="这是两点之间的距离。余弦只看夹角：点积除以两个长度。",
)
def how_far_apart(a, rows):
    return _lengths(rows - a)


@cosine_of_rows.mistake(
    en="That is what stands below the line. The dot product above it is missing.",
    zh="这只是分母，还缺分子上的点积。",
)
def below_the_line(a, rows):
    return _lengths(rows) * np.linalg.norm(a)


@cosine_of_rows.mistake(
    en="You took the mean of the products. The dot product is their sum.",
    zh="你对逐项的乘积求了平均。点积是把它们加起来。",
)
def mean_of_products(a, rows):
    return cosines(a, rows) / len(a)


@cosine_of_rows.mistake(
    en="That is the angle itself, in degrees. Asked is its cosine, the number you had before `arccos`.",
    zh="这是以度为单位的夹角。题目要的是夹角的余弦，也就是取 `arccos` 之前的那个数。",
)
def angle_in_degrees(a, rows):
    return np.degrees(np.arccos(np.clip(cosines(a, rows), -1, 1)))


@cosine_of_rows.mistake(
    en="You added a small number to the lengths, and it shifts every cosine a little. Change only a length that is 0.",
    zh="你给长度加了一个小数，每个余弦都因此略有偏差。只需改动等于 0 的长度。",
)
def a_little_more(a, rows):
    return rows @ a / (_lengths(rows) * np.linalg.norm(a) + 0.01)


@cosine_of_rows.mistake(
    en="You took every length below 1 for 1. Only a length of 0 needs another value.",
    zh="你把所有小于 1 的长度都当成了 1。只有等于 0 的长度才要换成别的值。",
)
def at_least_one(a, rows):
    return rows @ a / np.maximum(_lengths(rows) * np.linalg.norm(a), 1)


_FOUR = np.array([0.4, 0.9, 0.8, 0.3])

each_once = Exercise(
    id="start-each-once",
    title=Text("The n best, each title once", "得分最高的 n 部，片名不重复"),
    gives=Text("a list of positions, counted from 0", "下标组成的列表，从 0 数起"),
    hint=Text(
        "Walk through the films from the highest score down. Which of them do you skip, and when do you stop?",
        "从得分最高的电影开始往下走。哪些要跳过？什么时候停？",
    ),
    examples=[
        (_FOUR, ["A", "B", "B", "C"], 2),
        (_FOUR, ["A", "B", "C", "B"], 3),
        (np.array([0.1, 0.5, 0.2]), ["A", "A", "B"], 3),
    ],
    random=lambda rng: (
        rng.permutation(np.arange(-6, 8)) / 10,
        rng.choice(list("ABCDEFGH"), size=14).tolist(),
        int(rng.integers(2, 6)),
    ),
)


def _distinct(films, titles):
    """The films in the order given, without those whose title came before."""
    found = []
    for film in films:
        if titles[film] not in [titles[other] for other in found]:
            found.append(film)
    return found


def _best_first(scores):
    return np.argsort(-np.asarray(scores), kind="stable")


@each_once.solution
def top_n(scores, titles, n):
    found = []
    for film in np.argsort(-np.asarray(scores), kind="stable"):
        if titles[film] not in [titles[other] for other in found]:
            found.append(film)
    return found[:n]


@each_once.mistake(
    en="The list still holds a title twice. Before you take a film, look whether its title is there already.",
    zh="列表里还有重复的片名。取一部电影之前，先看它的片名是不是已经在列表里。",
)
def with_repeats(scores, titles, n):
    return _best_first(scores)[:n]


@each_once.mistake(
    en="The list is too short: you cut it to `n` first and dropped the repeats afterwards. Drop them first, then cut.",
    zh="列表太短：你先截到 `n` 部，再去掉重复的。请先去重，后截取。",
)
def cut_too_early(scores, titles, n):
    return _distinct(_best_first(scores)[:n], titles)


@each_once.mistake(
    en="Of two films with the same title you kept the one that stands first in the table. Keep the one with the higher score.",
    zh="片名相同的两部，你留下的是表里靠前的那部。应当留下得分高的那部。",
)
def first_in_the_table(scores, titles, n):
    kept = np.array(_distinct(range(len(titles)), titles))
    return kept[_best_first(np.asarray(scores)[kept])][:n]


@each_once.mistake(
    en="You dropped every film whose title occurs twice. One of them, the better, belongs on the list.",
    zh="你把片名有重复的电影全丢了。其中得分高的那部应当留在列表里。",
)
def without_both(scores, titles, n):
    return [film for film in _best_first(scores) if list(titles).count(titles[film]) == 1][:n]


@each_once.mistake(
    en="You compare each film only with the one just above it. A repeat may stand further down: compare with all that are on the list.",
    zh="你只和紧挨着的上一部比较。重复的片名可能隔着几部：要和列表里已有的全部比较。",
)
def neighbours_alone(scores, titles, n):
    order = _best_first(scores)
    return [film for at, film in enumerate(order) if at == 0 or titles[film] != titles[order[at - 1]]][:n]


@each_once.mistake(
    en="These are the lowest scores: `argsort` puts small numbers first.",
    zh="这是得分最低的几部：`argsort` 把小的排在前面。",
)
def lowest(scores, titles, n):
    return _distinct(np.argsort(scores, kind="stable"), titles)[:n]


@each_once.mistake(
    en="The right films, but the best comes last. A reader looks at the first place first.",
    zh="电影找对了，但最好的排在了最后。读者先看的是第一位。",
)
def best_last(scores, titles, n):
    return top_n(scores, titles, n)[::-1]


@each_once.mistake(
    en="These are the titles. Asked is *where* they stand: the positions of the films.",
    zh="这是片名。题目要的是它们排在哪里，也就是电影的下标。",
)
def the_titles(scores, titles, n):
    return [titles[film] for film in top_n(scores, titles, n)]


@each_once.mistake(
    en="These are the scores. Asked is *where* they stand: the positions of the films.",
    zh="这是得分。题目要的是它们排在哪里，也就是电影的下标。",
)
def the_scores(scores, titles, n):
    return [scores[film] for film in top_n(scores, titles, n)]


@each_once.mistake(
    en="No title comes twice and the order is right, but only the first `n` are asked for.",
    zh="片名没有重复，顺序也对，但只要前 `n` 部。",
)
def all_of_them(scores, titles, n):
    return _distinct(_best_first(scores), titles)


@each_once.mistake(
    en="Places are counted from 0 here, as Python does; yours are counted from 1.",
    zh="这里的下标和 Python 一样从 0 数起，你的从 1 数起。",
)
def counted_from_one(scores, titles, n):
    return np.array(top_n(scores, titles, n)) + 1


@each_once.mistake(
    en="The right films, but in the order in which they stand in the table. The highest score must come first.",
    zh="电影找对了，但还是它们在表里的先后。得分最高的要排在最前。",
)
def in_order_of_position(scores, titles, n):
    return sorted(top_n(scores, titles, n))


@each_once.mistake(
    en="You always return the same number of films. Use the parameter `n`.",
    zh="你返回的部数是写死的。请使用参数 `n`。",
)
def always_five(scores, titles, n):
    return top_n(scores, titles, 5)


@each_once.mistake(
    en="The best film is missing: your slice begins at 1, and Python counts from 0.",
    zh="漏掉了最好的那部：切片从 1 开始了，而 Python 从 0 数起。",
)
def best_left_out(scores, titles, n):
    return _distinct(_best_first(scores), titles)[1 : n + 1]


@each_once.mistake(
    en="You sorted by absolute value. A score of -0.5 is a low score, not a high one.",
    zh="你按绝对值排了序。-0.5 是低分，不是高分。",
)
def by_size(scores, titles, n):
    return _distinct(_best_first(np.abs(scores)), titles)[:n]


@each_once.mistake(
    en="You made the titles distinct first, and these are positions in the shortened list. Asked are positions in `scores`.",
    zh="你先把片名去了重，得到的是缩短之后的列表里的下标。题目要的是在 `scores` 里的下标。",
)
def places_in_the_shortened_list(scores, titles, n):
    kept = np.array(_distinct(range(len(titles)), titles))
    best = [max(score for score, title in zip(scores, titles, strict=True) if title == titles[film]) for film in kept]
    return _best_first(best)[:n]


@each_once.mistake(
    en="You sorted by title. Distinct titles come first in the alphabet, but asked are those with the highest scores.",
    zh="你按片名的字母顺序排了。题目要的是得分最高的那些。",
)
def by_the_alphabet(scores, titles, n):
    return sorted(_distinct(_best_first(scores), titles), key=lambda film: titles[film])[:n]


@each_once.mistake(
    en="Of films with the same title you kept the one with the *lowest* score: a later one overwrote it.",
    zh="片名相同的几部，你留下的是得分最低的那部：后来的把前面的覆盖了。",
)
def overwritten(scores, titles, n):
    last = {titles[film]: film for film in _best_first(scores)}
    return list(_distinct([film for film in _best_first(scores) if film in last.values()], titles))[:n]


quiz = Quiz(
    "start",
    [
        Question(
            Text(
                "Why does word matching give *Titanic* a score of zero for “a ship hits an iceberg”?",
                "对“a ship hits an iceberg”，词匹配为什么给《泰坦尼克号》（Titanic）打零分？",
            ),
            [
                Wrong(
                    Text("Because filler words such as *a* are left out.", "因为“a”之类的虚词不算。"),
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
                    Text("Nothing at all.", "什么也没学到。"),
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
                    Text("Then the dot product would be −1.", "那样点积会是 −1。"),
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
                        "The cosine does have a sign; but *not* turns the vector far less than another topic does.",
                        "余弦是有正负的；只是加上“不”字，方向的变化远小于换一个主题。",
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
                    Text("All 1,682 films are about war.", "1,682 部电影全是战争片。"),
                    Text(
                        "Most are not; the first searches found other films.",
                        "大多数不是；开头的搜索找到的就是别的电影。",
                    ),
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
                        "要么前面有什么被改动了，要么那句话并非在任何环境下都成立。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Both characters of the Chinese word for *space* are in MiniLM's list. Why does it still find no films about space?",
                "“太空”两个字都在词表里，MiniLM 为什么还是找不到太空题材的电影？",
            ),
            [
                Wrong(
                    Text("Because they become [UNK].", "因为它们变成了 [UNK]。"),
                    Text(
                        "Those of *about* and *comedy* do, these do not. Look at the printed tokens.",
                        "变成 [UNK] 的是“关于”和“喜剧”，看看打印出来的词元。",
                    ),
                ),
                Right(
                    Text(
                        "Most likely because it hardly met them in the text that it was trained on.",
                        "很可能是因为训练文本里几乎没有出现过它们。",
                    ),
                    Text(
                        "Standing in the list gives a token a vector; only training gives the vector a meaning.",
                        "进了词表，词元只是有了一个向量；向量有没有意思，要靠训练。",
                    ),
                ),
                Wrong(
                    Text("Because the titles are too short.", "因为片名太短。"),
                    Text("For the English question they were long enough.", "用英文问的时候，片名的长度就够用。"),
                ),
            ],
            deeper=True,
        ),
    ],
)
