"""Exercises and quiz of chapter 13."""

from __future__ import annotations

import numpy as np
from packaging.version import Version

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

neighbours = Exercise(
    id="toolbox-neighbours",
    title=Text("The rows with the highest cosine", "余弦最大的几行"),
    gives=Text("an integer array of shape `(n, k)`", "形状为 `(n, k)` 的整数数组"),
    hint=Text(
        "Bring every row to length 1; then `unit @ unit.T` holds all cosines. What stands on its diagonal, and what must become of it before you sort?",
        "先把每一行变成单位长度，`unit @ unit.T` 就是全部余弦。它的对角线上是什么？排序之前要怎样处理？",
    ),
    examples=[
        (np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]]), 1),
        (np.array([[1.0, 0.0], [3.0, 4.0], [0.0, 2.0], [9.0, 1.0]]), 2),
        (np.array([[1.0, 0.1], [-2.0, 0.3], [0.2, 5.0]]), 2),
    ],
    random=lambda rng: (
        rng.normal(size=(7, 4)) * rng.uniform(0.2, 3.0, size=(7, 1)),
        int(rng.integers(1, 5)),
    ),
)


def _nearest_of(similar, k):
    return np.argsort(-np.where(np.eye(len(similar)) > 0, -np.inf, similar), axis=1, kind="stable")[:, :k]


def _cosines(vectors):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit @ unit.T


@neighbours.solution
def nearest(vectors, k):
    return _nearest_of(_cosines(vectors), k)


@neighbours.mistake(
    en="Every row is its own neighbour in your answer. A film's neighbours are *other* films.",
    zh="在你的答案里，每一行都是自己的近邻。一部电影的近邻是*别的*电影。",
)
def with_itself(vectors, k):
    return np.argsort(-_cosines(vectors), axis=1, kind="stable")[:, :k]


@neighbours.mistake(
    en="You compared by the plain dot product, so long vectors win. Divide each row by its length first.",
    zh="你直接用了点积，长的向量就占便宜。先把每一行除以它的长度。",
)
def by_dot_product(vectors, k):
    return _nearest_of(vectors @ vectors.T, k)


@neighbours.mistake(
    en="These are the rows that are *farthest* away: sorting puts the smallest first.",
    zh="这是*最远*的几行：排序是从小到大的。",
)
def farthest(vectors, k):
    return _nearest_of(-_cosines(vectors), k)


@neighbours.mistake(
    en="You measured the distance between the rows as they are, so their lengths count. The cosine looks at the direction only.",
    zh="你量的是原样各行之间的距离，长度也算进去了。余弦只看方向。",
)
def by_distance(vectors, k):
    return _nearest_of(-np.linalg.norm(vectors[:, None] - vectors[None], axis=2), k)


@neighbours.mistake(
    en="The right rows, but the *nearest* stands last. Best first is asked for.",
    zh="行是对的，但*最近*的排在了最后。题目要求从近到远。",
)
def nearest_last(vectors, k):
    return nearest(vectors, k)[:, ::-1]


@neighbours.mistake(
    en="You sorted plain dot products and dropped the first of each row, but with lengths other than 1 the row itself "
    "need not come first. Divide each row by its length.",
    zh="你给点积排序后去掉了每行的第一个，但长度不为 1 时，排第一的不一定是这一行自己。先把每一行除以它的长度。",
)
def first_of_dot_products_dropped(vectors, k):
    return np.argsort(-(vectors @ vectors.T), axis=1, kind="stable")[:, 1 : k + 1]


@neighbours.mistake(
    en="These are plain dot products, and a row may be its own neighbour. Two steps are missing: the length, and the "
    "row itself.",
    zh="你直接用了点积，而且一行可能成为自己的近邻。缺了两步：除以长度、排除自己。",
)
def dot_products_with_itself(vectors, k):
    return np.argsort(-(vectors @ vectors.T), axis=1, kind="stable")[:, :k]


@neighbours.mistake(
    en="You set the diagonal to the smallest value, and then sorted from the smallest up: so every row finds itself.",
    zh="你把对角线设成了最小值，排序又是从小到大：每一行找到的都是自己。",
)
def itself_as_the_smallest(vectors, k):
    return np.argsort(np.where(np.eye(len(vectors)) > 0, -np.inf, _cosines(vectors)), axis=1, kind="stable")[:, :k]


@neighbours.mistake(
    en="You took the end of a list that runs from the highest down: that is where the *farthest* rows stand.",
    zh="列表已经从大到小，你却取了末尾：那里是*最远*的几行。",
)
def end_of_the_falling_list(vectors, k):
    return np.argsort(-_cosines(vectors), axis=1, kind="stable")[:, -k:]


@neighbours.mistake(
    en="The last `k` of a rising order: the row itself stands among them, at the very end.",
    zh="这是升序的最后 `k` 个：这一行自己也在里面，就在最末。",
)
def itself_at_the_end(vectors, k):
    return np.argsort(_cosines(vectors), axis=1, kind="stable")[:, -k:]


@neighbours.mistake(
    en="You sorted down the columns. Each row has its own order: `axis=1`.",
    zh="你是顺着列排序的。每一行有自己的顺序：`axis=1`。",
)
def sorted_down_the_columns(vectors, k):
    cosines = np.where(np.eye(len(vectors)) > 0, -np.inf, _cosines(vectors))
    return np.argsort(-cosines, axis=0, kind="stable")[:, :k]


_COSINES = {
    "en": "These are the cosines themselves. The *numbers* of the rows are asked for: `argsort` gives them.",
    "zh": "这是余弦本身。题目要的是行的*编号*：用 `argsort`。",
}


@neighbours.mistake(**_COSINES)
def cosines_of_the_nearest(vectors, k):
    return np.take_along_axis(_cosines(vectors), nearest(vectors, k), axis=1)


@neighbours.mistake(**_COSINES)
def highest_cosines(vectors, k):
    return -np.sort(-_cosines(vectors), axis=1)[:, :k]


@neighbours.mistake(
    en="You divided each *column* by its length (`axis=0`). The vectors are the rows.",
    zh="你把每一*列*除以了它的长度（`axis=0`）。向量是各行。",
)
def columns_to_length_one(vectors, k):
    unit = vectors / np.linalg.norm(vectors, axis=0)
    return _nearest_of(unit @ unit.T, k)


@neighbours.mistake(
    en="You divided by the square of the length. Its root is missing.",
    zh="你除以的是长度的平方，缺了开方。",
)
def squared_length(vectors, k):
    unit = vectors / (vectors**2).sum(axis=1, keepdims=True)
    return _nearest_of(unit @ unit.T, k)


@neighbours.mistake(
    en="With 0 on the diagonal the row itself still stands before every row at an obtuse angle, whose cosine is below "
    "0. Which value is lower than any cosine?",
    zh="对角线填 0，夹角为钝角的行余弦小于 0，这一行自己仍会排在它们前面。什么值比任何余弦都小？",
)
def zero_on_the_diagonal(vectors, k):
    return np.argsort(-np.where(np.eye(len(vectors)) > 0, 0, _cosines(vectors)), axis=1, kind="stable")[:, :k]


@neighbours.mistake(
    en="You dropped the sign of the cosine. A row in the opposite direction (−1) is the farthest of all.",
    zh="你去掉了余弦的符号。方向相反的行（−1）是最远的。",
)
def without_the_sign(vectors, k):
    return _nearest_of(np.abs(_cosines(vectors)), k)


@neighbours.mistake(
    en="The right rows, but in the order of their numbers. The highest cosine comes first.",
    zh="行是对的，却按编号排了。余弦最大的要在最前。",
)
def in_order_of_number(vectors, k):
    return np.sort(nearest(vectors, k), axis=1)


@neighbours.mistake(
    en="You measured distances of rows of any length, and every row is nearest to itself. The cosine looks at the "
    "direction only, and at the *other* rows.",
    zh="你量的是长度不一的各行之间的距离，而且离每一行最近的是它自己。余弦只看方向，而且只看*别的*行。",
)
def distance_with_itself(vectors, k):
    return np.argsort(np.linalg.norm(vectors[:, None] - vectors[None], axis=2), axis=1, kind="stable")[:, :k]


@neighbours.mistake(
    en="Your numbers are one too high: rows are counted from 0.",
    zh="你的编号都大了 1：行从 0 数起。",
)
def numbered_from_one(vectors, k):
    return nearest(vectors, k) + 1


@neighbours.mistake(
    en="You divided each row by its sum. A vector's length is the root of the sum of its squares.",
    zh="你把每一行除以了它的和。向量的长度是各数平方和的平方根。",
)
def divided_by_the_sum(vectors, k):
    shares = vectors / vectors.sum(axis=1, keepdims=True)
    return _nearest_of(shares @ shares.T, k)


fits = Exercise(
    id="toolbox-fits",
    title=Text("Which versions satisfy everybody?", "哪些版本能满足所有要求？"),
    gives=Text("a list of version numbers, as texts", "版本号（字符串）的列表"),
    hint=Text(
        "`Version` of `packaging.version` compares versions as people mean it: is 1.9 older or newer than 1.26? And every demand has to hold.",
        "`packaging.version` 的 `Version` 按人们的本意比较版本：1.9 比 1.26 旧还是新？另外，每一条要求都必须成立。",
    ),
    examples=[
        (["1.26.4", "2.4.6", "1.9.0"], [">=1.17.2", "<2"]),
        (["1.12.0", "1.6.0", "1.17.1"], [">=1.6.0", "<1.13"]),
        (["1.6", "1.12.1"], [">=1.6.0"]),
        (["2.0", "1.26.0", "2.0.0"], ["<2"]),
        (["2.0.0", "1.0.0"], ["<1.0.0", ">=1.0.0"]),
        (["80.10.2", "9.1.0", "84.2.1"], []),
    ],
    random=lambda rng: (
        [f"{a}.{b}.{b % 3}" for a, b in sorted({tuple(map(int, rng.integers([1, 0], [3, 20]))) for _ in range(6)},
                                               key=lambda pair: pair[1])],
        # The third number decides too: the lowest version asked for is just above one of those drawn.
        [f">=1.{int(rng.integers(0, 12))}.{int(rng.integers(1, 3))}", f"<2.{int(rng.integers(1, 20))}.1"],
    ),
)  # fmt: skip


def _holds(version, demand, read=Version):
    if demand.startswith(">="):
        return read(version) >= read(demand[2:])
    return read(version) < read(demand[1:])


@fits.solution
def fitting(versions, demands):
    kept = [version for version in versions if all(_holds(version, demand) for demand in demands)]
    return sorted(kept, key=Version)


@fits.mistake(
    en='You compared the texts letter by letter, where "1.9" comes after "1.26". Compare the numbers between the dots.',
    zh='你是逐个字符比较的，这样 "1.9" 会排在 "1.26" 后面。要比较点与点之间的数。',
)
def as_texts(versions, demands):
    return sorted(v for v in versions if all(_holds(v, demand, read=str) for demand in demands))


@fits.mistake(
    en="You kept what satisfies *one* of the demands. All of them must hold.",
    zh="你留下的是满足*其中一条*要求的。必须每一条都满足。",
)
def one_demand_is_enough(versions, demands):
    kept = [v for v in versions if any(_holds(v, demand) for demand in demands) or not demands]
    return sorted(kept, key=Version)


@fits.mistake(
    en="The version named after `<` got in. `<` leaves it out, `>=` takes it in.",
    zh="`<` 后面的那个版本也进来了。`<` 不包括它，`>=` 才包括。",
)
def bound_included(versions, demands):
    kept = [
        v
        for v in versions
        if all(_holds(v, d) or (d.startswith("<") and Version(v) == Version(d[1:])) for d in demands)
    ]
    return sorted(kept, key=Version)


@fits.mistake(
    en="The right versions, but not sorted from old to new.",
    zh="版本是对的，但没有从旧到新排好。",
)
def not_sorted(versions, demands):
    return [version for version in versions if version in fitting(versions, demands)]


@fits.mistake(
    en="You gave the newest only. All that fit are asked for.",
    zh="你只给了最新的一个。题目要的是所有满足的版本。",
)
def newest_only(versions, demands):
    return fitting(versions, demands)[-1:]


@fits.mistake(
    en="The right versions, but the newest comes first. Sort from the oldest to the newest.",
    zh="版本是对的，但最新的排在了前面。请从旧到新排。",
)
def newest_first(versions, demands):
    return fitting(versions, demands)[::-1]


@fits.mistake(
    en="You used the lower bounds (`>=`) only, as RecBole's own list of requirements does. The upper bounds count as well.",
    zh="你只用了下限（`>=`），RecBole 自己的依赖清单正是这样。上限也要算。",
)
def lower_bounds_only(versions, demands):
    return fitting(versions, [demand for demand in demands if demand.startswith(">=")])


@fits.mistake(
    en='The right versions, but sorted as texts, where "1.12" comes before "1.6". `sorted` takes a `key`.',
    zh='版本是对的，却是当作文本排序的，这样 "1.12" 会排在 "1.6" 前面。`sorted` 可以带 `key`。',
)
def sorted_as_texts(versions, demands):
    return sorted(fitting(versions, demands))


@fits.mistake(
    en='You compared the texts letter by letter, where "1.9" comes after "1.26", and did not sort what is left.',
    zh='你是逐个字符比较的，这样 "1.9" 会排在 "1.26" 后面；而且留下的没有排序。',
)
def as_texts_unsorted(versions, demands):
    return [v for v in versions if all(_holds(v, demand, read=str) for demand in demands)]


@fits.mistake(
    en="You read versions as decimal numbers: then 1.26 is below 1.9. Compare part by part, each part as a whole number.",
    zh="你把版本读成了小数：这样 1.26 就小于 1.9。应当逐段比较，每段是一个整数。",
)
def as_decimals(versions, demands):
    def read(version):
        return float(".".join(version.split(".")[:2]))

    return sorted((v for v in versions if all(_holds(v, demand, read=read) for demand in demands)), key=Version)


@fits.mistake(
    en="You compared the first number only. After it the second decides, and then the third.",
    zh="你只比较了第一个数。第一个相同时看第二个，再看第三个。",
)
def first_number_only(versions, demands):
    def read(version):
        return int(version.split(".")[0])

    return sorted((v for v in versions if all(_holds(v, demand, read=read) for demand in demands)), key=Version)


@fits.mistake(
    en="You took the dots away: 1.26.4 becomes 1264 and 2 stays 2. Compare part by part.",
    zh="你去掉了点：1.26.4 变成 1264，2 还是 2。应当逐段比较。",
)
def dots_taken_away(versions, demands):
    def read(version):
        return int(version.replace(".", ""))

    return sorted((v for v in versions if all(_holds(v, demand, read=read) for demand in demands)), key=Version)


@fits.mistake(
    en="Lists of different length: `[1, 6]` counts as less than `[1, 6, 0]`, yet 1.6 and 1.6.0 are one version. "
    "`packaging` knows.",
    zh="列表长度不同：`[1, 6]` 小于 `[1, 6, 0]`，而 1.6 与 1.6.0 是同一个版本。`packaging` 会处理好。",
)
def parts_of_unequal_number(versions, demands):
    def read(version):
        return [int(part) for part in version.split(".")]

    return sorted((v for v in versions if all(_holds(v, demand, read=read) for demand in demands)), key=read)


@fits.mistake(
    en="The version named after `>=` was left out. `>=` takes it in.",
    zh="`>=` 后面的那个版本被排除了。`>=` 包括它。",
)
def lower_bound_left_out(versions, demands):
    bounds = [Version(demand[2:]) for demand in demands if demand.startswith(">=")]
    return [version for version in fitting(versions, demands) if Version(version) not in bounds]


@fits.mistake(
    en="Only the last demand counts in your answer: each one starts again from all versions.",
    zh="你的答案里只有最后一条要求起作用：每一条都又从全部版本开始了。",
)
def last_demand_only(versions, demands):
    return fitting(versions, demands[-1:])


@fits.mistake(
    en="You looked at the first demand only. Every one must hold.",
    zh="你只看了第一条要求。每一条都必须满足。",
)
def first_demand_only(versions, demands):
    return fitting(versions, demands[:1])


@fits.mistake(
    en="You used the upper bounds (`<`) only. The lower ones count as well.",
    zh="你只用了上限（`<`）。下限也要算。",
)
def upper_bounds_only(versions, demands):
    return fitting(versions, [demand for demand in demands if demand.startswith("<")])


@fits.mistake(
    en="You collected the versions once for every demand that they satisfy. Keep a version once, if *all* demands hold.",
    zh="版本每满足一条要求，你就收进来一次。应当在*所有*要求都满足时收一次。",
)
def once_for_each_demand(versions, demands):
    return sorted((v for demand in demands for v in versions if _holds(v, demand)), key=Version)


@fits.mistake(
    en="These are the versions that do *not* fit.",
    zh="这些是*不*满足的版本。",
)
def the_others(versions, demands):
    return sorted((version for version in versions if version not in fitting(versions, demands)), key=Version)


@fits.mistake(
    en="You return `Version` objects. Texts are asked for, as they were given.",
    zh="你返回的是 `Version` 对象。题目要的是原来的字符串。",
)
def versions_for_texts(versions, demands):
    return [Version(version) for version in fitting(versions, demands)]


@fits.mistake(
    en='You held the texts against the demands letter by letter: there "1.9" comes after "1.26". Compare the numbers '
    "between the dots.",
    zh='你是逐个字符拿版本与要求比较的，这样 "1.9" 会排在 "1.26" 后面。要比较点与点之间的数。',
)
def held_as_texts(versions, demands):
    return sorted((v for v in versions if all(_holds(v, demand, read=str) for demand in demands)), key=Version)


@fits.mistake(
    en="You keep a version while its demands are still being looked at, so one that fails later is in already. Decide after "
    "the last demand.",
    zh="你在要求还没有检查完时就收下了版本，后面不满足的已经收进来了。应当看完最后一条再决定。",
)
def kept_too_early(versions, demands):
    kept = []
    for version in versions:
        for demand in demands:
            if not _holds(version, demand):
                break
            kept.append(version)
    return sorted(kept, key=Version)


@fits.mistake(
    en="You compared the second number only. The first decides, then the second, then the third.",
    zh="你只比较了第二个数。先看第一个，再看第二个，再看第三个。",
)
def second_number_only(versions, demands):
    def read(version):
        return int((*version.split("."), "0")[1])

    return sorted((v for v in versions if all(_holds(v, demand, read=read) for demand in demands)), key=Version)


atomic = Exercise(
    id="toolbox-atomic",
    title=Text("A history as RecBole reads it", "写成 RecBole 能读的历史"),
    gives=Text("a list of texts", "字符串的列表"),
    hint=Text(
        "Return a list, one text for each row, no first line and no line ends, with one tab between the parts. Sort by user (as a number), then by time, equal times as in the file; then count each user's rows from 0.",
        "返回列表，每行一个字符串，不含首行和换行符，各部分之间是一个制表符。先按用户（按数字），再按时间排好，时间相同的保持文件里的顺序；再从 0 开始数每位用户的行。",
    ),
    examples=[
        ([(0, 5, 100), (0, 2, 100), (1, 7, 50), (0, 9, 90)],),
        ([(3, 8, 20), (1, 8, 20), (3, 1, 10), (1, 4, 20)],),
        ([(10, 6, 5), (2, 4, 5)],),
        # In float32 the first two times are one number, and so are all three of user 7.
        ([(4, 5, 881250950), (4, 2, 881250949), (7, 7, 881250951), (7, 3, 881250949), (7, 8, 881250950)],),
    ],
    random=lambda rng: ([(int(rng.integers(3)), int(item), int(rng.integers(4))) for item in rng.permutation(12)[:7]],),
)


def _lines(rows, start=lambda place, counts, user: counts.get(user, 0), value=None):
    counts, lines = {}, []
    for place, (user, item, time) in enumerate(rows):
        last = start(place, counts, user) if value is None else value(time)
        lines.append(f"{user}\t{item}\t{last}")
        counts[user] = counts.get(user, 0) + 1
    return lines


def _by_time(rows):
    return sorted(rows, key=lambda row: (row[0], row[2]))


@atomic.solution
def atomic_lines(rows):
    return _lines(_by_time(rows))


@atomic.mistake(
    en="You wrote the time itself. RecBole keeps it as float32, in which nearby seconds are one number; write the place.",
    zh="你写的是时间本身。RecBole 用 float32 存时间，相近的秒会变成同一个数；要写的是序号。",
)
def the_time_itself(rows):
    return _lines(_by_time(rows), value=lambda time: time)


@atomic.mistake(
    en="You sorted by times in float32, in which seconds of one minute become equal, so that the order of the file decides. "
    "Sort by the whole numbers.",
    zh="你是按 float32 的时间排序的：同一分钟里的不同秒变成了相等的数，于是由文件里的顺序决定。要按整数排序。",
)
def sorted_by_float32(rows):
    return _lines(sorted(rows, key=lambda row: (row[0], np.float32(row[2]))))


@atomic.mistake(
    en="The place goes on counting from one user to the next. Begin at 0 for every user.",
    zh="序号从一位用户接着数到了下一位。每位用户都要从 0 开始。",
)
def counted_on(rows):
    return _lines(_by_time(rows), start=lambda place, counts, user: place)


@atomic.mistake(
    en="Equal times came out in another order than they stand in the file. A stable sort keeps it: do not sort by the item as well.",
    zh="时间相同的行，顺序与文件里的不一样了。稳定排序会保持原来的顺序：不要再按物品排。",
)
def ties_by_item(rows):
    return _lines(sorted(rows, key=lambda row: (row[0], row[2], row[1])))


@atomic.mistake(
    en="The rows are in the order of the file, not of time: the last row of a user would not be the last film.",
    zh="各行是文件的顺序，不是时间的顺序：一位用户的最后一行就不是最后一部电影了。",
)
def order_of_the_file(rows):
    return _lines(sorted(rows, key=lambda row: row[0]))


@atomic.mistake(
    en="Your places begin at 1. That changes no order, but the exercise asks for 0.",
    zh="你的序号从 1 开始。顺序不受影响，但练习要求从 0 开始。",
)
def from_one(rows):
    return _lines(_by_time(rows), start=lambda place, counts, user: counts.get(user, 0) + 1)


@atomic.mistake(
    en="You sorted each user's rows by the item. Their order is that of time.",
    zh="你把每位用户的行按物品排了。应当按时间排。",
)
def by_item(rows):
    return _lines(sorted(rows))


@atomic.mistake(
    en="You sorted by time alone, so that the users are mixed. First by user, then by time.",
    zh="你只按时间排了，各位用户混在一起。先按用户，再按时间。",
)
def by_time_only(rows):
    return _lines(sorted(rows, key=lambda row: row[2]))


@atomic.mistake(
    en="Nothing is sorted: the lines stand as in the file. First by user, then by time.",
    zh="什么也没有排：各行还是文件里的顺序。先按用户，再按时间。",
)
def nothing_sorted(rows):
    return _lines(rows)


@atomic.mistake(
    en="The users come as they first occur in the file. They should ascend.",
    zh="用户是按在文件里首次出现的顺序来的。应当从小到大。",
)
def users_as_they_come(rows):
    first = list(dict.fromkeys(row[0] for row in rows))
    return _lines(sorted(rows, key=lambda row: (first.index(row[0]), row[2])))


@atomic.mistake(
    en="You sorted the users as texts, where 10 comes before 2. Sort the numbers, and write the lines afterwards.",
    zh="你把用户当作文本来排，这样 10 会排在 2 前面。请按数字排，之后再写成行。",
)
def users_as_texts(rows):
    return _lines(sorted(rows, key=lambda row: (str(row[0]), row[2])))


@atomic.mistake(
    en="The newest film comes first. The oldest gets place 0.",
    zh="最新的电影排在了最前。序号 0 是最早的那部。",
)
def newest_film_first(rows):
    return _lines(sorted(rows, key=lambda row: (row[0], -row[2])))


@atomic.mistake(
    en="Rows of the same time got the same place. Every row of a user has a place of its own; ties are settled by the "
    "order of the file.",
    zh="时间相同的行得到了同一个序号。一位用户的每一行各有自己的序号；并列时按文件里的顺序。",
)
def same_place_for_a_tie(rows):
    times = {user: sorted({time for other, _, time in rows if other == user}) for user, _, _ in rows}
    return [f"{user}\t{item}\t{times[user].index(time)}" for user, item, time in _by_time(rows)]


@atomic.mistake(
    en="You gave the places before you sorted. Sort first, then count.",
    zh="你在排序之前就编了序号。先排序，再编号。",
)
def placed_before_sorting(rows):
    placed = zip(_lines(rows), rows, strict=True)
    return [line for line, row in sorted(placed, key=lambda pair: (pair[1][0], pair[1][2]))]


@atomic.mistake(
    en="The parts are not separated by tabs. A tab is written `\\t` in a text.",
    zh="各部分之间不是制表符。字符串里制表符写作 `\\t`。",
)
def spaces_for_tabs(rows):
    return [line.replace("\t", " ") for line in atomic_lines(rows)]


@atomic.mistake(
    en="There are commas between the parts. Tabs are asked for, written `\\t` in a text.",
    zh="各部分之间是逗号。题目要的是制表符，字符串里写作 `\\t`。",
)
def commas_for_tabs(rows):
    return [line.replace("\t", ",") for line in atomic_lines(rows)]


@atomic.mistake(
    en="Each text ends in a line end. The lines are asked for without it.",
    zh="每个字符串末尾都有换行符。题目要的各行不带换行符。",
)
def with_line_ends(rows):
    return [line + "\n" for line in atomic_lines(rows)]


@atomic.mistake(
    en="Each line is a group of three numbers. Make one text of them, with tabs between.",
    zh="你的每一行是三个数。请把它们连成一个字符串，中间用制表符。",
)
def numbers_for_texts(rows):
    return [tuple(map(int, line.split("\t"))) for line in atomic_lines(rows)]


@atomic.mistake(
    en="Each line is three texts. Join them into one, with tabs between.",
    zh="你的每一行是三个字符串。请连成一个，中间用制表符。",
)
def parts_not_joined(rows):
    return [line.split("\t") for line in atomic_lines(rows)]


@atomic.mistake(
    en="Your lines have four parts. The time is not to be written at all.",
    zh="你的每行有四个部分。时间根本不必写。",
)
def time_and_place(rows):
    return [f"{user}\t{item}\t{time}\t{place}" for (user, item, time), place in _with_places(rows)]


@atomic.mistake(
    en="User and item are exchanged: the user stands first.",
    zh="用户和物品写反了：用户在前。",
)
def item_first(rows):
    return [f"{item}\t{user}\t{place}" for (user, item, _), place in _with_places(rows)]


@atomic.mistake(
    en="You sorted by time alone, and began to count again wherever the user changes. First by user, then by time.",
    zh="你只按时间排，每换一位用户就重新数。先按用户，再按时间。",
)
def by_time_and_restarted(rows):
    lines, place, before = [], 0, None
    for user, item, _ in sorted(rows, key=lambda row: row[2]):
        place = place + 1 if user == before else 0
        lines.append(f"{user}\t{item}\t{place}")
        before = user
    return lines


@atomic.mistake(
    en="You counted backwards: the *first* film of a user gets 0.",
    zh="你是倒着数的：一位用户的*第一部*电影才是 0。",
)
def counted_backwards(rows):
    last = {user: sum(other == user for other, _, _ in rows) - 1 for user, _, _ in rows}
    return [f"{user}\t{item}\t{last[user] - int(place)}" for (user, item, _), place in _with_places(rows)]


@atomic.mistake(
    en="You wrote at which line of the file a row stood. Count each user's rows from 0, after sorting.",
    zh="你写的是这一行在文件里的行号。应当在排序之后，从 0 开始数每位用户的行。",
)
def line_of_the_file(rows):
    return [f"{user}\t{item}\t{rows.index((user, item, time))}" for user, item, time in _by_time(rows)]


@atomic.mistake(
    en="The places are right, but the finished lines were sorted as texts. Their order is user, then time.",
    zh="序号是对的，但写好的行又当作文本排了序。应当先按用户，再按时间。",
)
def lines_sorted_as_texts(rows):
    return sorted(atomic_lines(rows))


def _with_places(rows):
    return [(row, line.split("\t")[2]) for row, line in zip(_by_time(rows), atomic_lines(rows), strict=True)]


quiz = Quiz(
    "toolbox",
    [
        Question(
            Text(
                "A news site starts tomorrow, with 40,000 articles in Chinese and English, and has no clicks yet. Which tool comes first?",
                "一个新闻网站明天上线，有 40,000 篇中英文文章，还没有任何点击。先用哪个工具？",
            ),
            [
                Wrong(
                    Text("gensim: item2vec on the reading histories.", "gensim：在阅读历史上训练 item2vec。"),
                    Text("There are no histories yet.", "还没有历史。"),
                ),
                Right(
                    Text("Transformers, with a multilingual sentence encoder.", "Transformers，配一个多语言句子编码器。"),
                    Text(
                        "Text is all there is, and the encoder's weights have been trained already.",
                        "手里只有文字，而编码器的权重是现成的。",
                    ),
                ),
                Wrong(
                    Text("RecBole: it has the most models.", "RecBole：它的模型最多。"),
                    Text(
                        "Nearly all of them learn from interactions, and there are none.",
                        "这些模型几乎都要从交互中学习，而现在没有交互。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "You load a published encoder as a model for classification. It runs, but its answers differ at every start. Why?",
                "你把一个公开的编码器加载成分类模型。它能运行，但每次启动答案都不同。为什么？",
            ),
            [
                Right(
                    Text("The file has no classification layer: that one is drawn at random.", "文件里没有分类层：那一层是随机初始化的。"),
                    Text(
                        "The list of missing keys says so. Such a layer has to be trained before its answers mean anything.",
                        "加载报告里的缺失项会列出来。这一层要先训练，答案才有意义。",
                    ),
                ),
                Wrong(
                    Text("Transformers computes with random numbers.", "Transformers 的计算带有随机性。"),
                    Text(
                        "In `eval` mode the same weights give the same output.",
                        "在 `eval` 状态下，同样的权重给出同样的输出。",
                    ),
                ),
                Wrong(
                    Text("The download was damaged.", "下载的文件损坏了。"),
                    Text("A damaged file would be the same at each start.", "损坏的文件每次启动也是一样的。"),
                ),
            ],
        ),
        Question(
            Text(
                "RecBole prints NDCG@10 0.050 for its SASRec and 0.070 for its EASE, on the same data. What follows?",
                "在同样的数据上，RecBole 给出的 NDCG@10 是：SASRec 0.050，EASE 0.070。能推出什么？",
            ),
            [
                Wrong(
                    Text("EASE is the better model.", "EASE 更好。"),
                    Text(
                        "EASE was spared the films that the user had rated; SASRec was not.",
                        "EASE 的排序里去掉了用户评过的电影，SASRec 的没有。",
                    ),
                ),
                Right(
                    Text("They cannot be compared: the two rankings hold different films.", "两者不能比较：两个排序里的电影不一样。"),
                    Text(
                        "Take both score tables and judge them by one protocol.",
                        "把两张得分表都拿来，用同一种方式评测。",
                    ),
                ),
                Wrong(
                    Text("SASRec was trained too briefly.", "SASRec 训练得不够。"),
                    Text(
                        "Perhaps, but these two numbers cannot say so.",
                        "也许吧，但这两个数说明不了。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A figure compares tool A, whose vectors were averaged over the whole history, with tool B, whose vectors weigh the last films most. B is ahead. What follows for the tools?",
                "一张图比较两个工具：A 的向量对全部历史取平均，B 的向量让最后看的电影权重更大。B 更好。关于这两个工具，能推出什么？",
            ),
            [
                Right(
                    Text("Give both the same weighting first, then look again.", "先给两者同样的权重，再来比较。"),
                    Text(
                        "The weighting alone raised SciPy's vectors by more than half here.",
                        "在本章里，只换权重，SciPy 的同样向量就提高了一半以上。",
                    ),
                ),
                Wrong(
                    Text("B makes the better vectors.", "B 的向量更好。"),
                    Text("Perhaps the weighting did it, which is ours and not B's.", "也许是权重的作用，而权重是我们定的，与 B 无关。"),
                ),
                Wrong(
                    Text("A was trained too briefly.", "A 训练得不够。"),
                    Text("Nothing in the figure says so.", "图里没有任何迹象。"),
                ),
            ],
        ),
        Question(
            Text(
                "You want to add a library to an environment in which a service runs. What do you do first?",
                "一个环境里正运行着服务，你想往里面加一个库。首先做什么？",
            ),
            [
                Wrong(
                    Text("Install it: pip takes back what does not fit.", "直接安装：不合适的话，pip 会撤回。"),
                    Text("pip replaces packages, and does not put the old ones back.", "pip 会替换别的包，不会再换回来。"),
                ),
                Wrong(
                    Text("`pip install --dry-run`, with the Python of your own laptop.", "用自己电脑上的 Python 运行 `pip install --dry-run`。"),
                    Text("Another Python may get another release, and pip does not say so.", "换一个 Python，装到的可能是另一个版本，pip 也不会提示。"),
                ),
                Right(
                    Text("`pip install --dry-run`, with the service's Python.", "用服务所用的 Python 运行 `pip install --dry-run`。"),
                    Text(
                        "It names every package that would come or change. Another Python may get another release.",
                        "它会列出所有要新增或改动的包。换一个 Python，装到的可能是另一个版本。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "pip has installed an old library beside current ones without a complaint, and its example runs through. What is still to be done?",
                "pip 顺利地把一个旧库装在了最新的库旁边，它的示例也能跑完。还要做什么？",
            ),
            [
                Wrong(
                    Text("Nothing: pip has checked the versions.", "不用做什么：pip 已经检查过版本。"),
                    Text(
                        "pip checks what is declared. Lower bounds say nothing about later versions.",
                        "pip 检查的是声明。只有下限，就没有对更新的版本作任何保证。",
                    ),
                ),
                Wrong(
                    Text("Catch its warnings, so that they do not disturb.", "屏蔽警告，免得干扰。"),
                    Text(
                        "A warning may be the only sign that a value was not filled in.",
                        "缺失值没有填上，警告可能是唯一的迹象。",
                    ),
                ),
                Right(
                    Text("Compute something whose result is known, such as EASE on a small log.", "算一个结果已知的东西，比如小数据上的 EASE。"),
                    Text(
                        "Some incompatibilities do not stop a program: they change what it computes.",
                        "有些不兼容不会让程序停下，而是改变它的计算结果。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)  # fmt: skip
