"""Exercises and quiz of chapter 12."""

from __future__ import annotations

import math

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

_TEN = np.array([12, 15, 11, 90, 14, 13, 12, 200, 16, 14])


def _random_latencies(rng):
    n = int(rng.integers(1, 13))
    return rng.integers(1, 60, size=n), int(rng.choice([1, 10, 25, 50, 70, 75, 90, 95, 99, 100]))


p99 = Exercise(
    id="deployment-p99",
    title=Text("A percentile by nearest rank", "最近秩法求百分位数"),
    gives=Text("one of the latencies", "各延迟中的一个"),
    hint=Text(
        "Sort, then work out the place: the smallest whole number that is at least q% of n, counted from 1. Which index is that? "
        "Multiply before you divide: `q * n / 100`.",
        "先排序，再算位次：不小于 n 的 q% 的最小整数，从 1 数起。它对应哪个下标？先乘后除：`q * n / 100`。",
    ),
    examples=[
        (_TEN, 50),
        (_TEN, 90),
        (_TEN, 99),
        (np.array([30, 10, 20]), 34),
        (np.array([30, 10, 20]), 67),
        (np.array([7]), 1),
        (np.array([8, 5, 6, 7]), 25),
        (np.arange(25, 0, -1), 28),  # in floating-point numbers 28 / 100 * 25 is a little more than 7
    ],
    random=_random_latencies,
)


@p99.solution
def percentile(latencies, q):
    rank = (q * len(latencies) + 99) // 100
    return sorted(latencies)[rank - 1]


@p99.mistake(
    en="One place too far, by rounding: in floating-point numbers `28 / 100 * 25` is 7.000000000000001, and rounded up that is 8 "
    "(`np.percentile` divides first too). Multiply first, `q * n / 100`, or stay with whole numbers: `(q * n + 99) // 100`.",
    zh="因为舍入误差多走了一位：浮点数算出的 `28 / 100 * 25` 是 7.000000000000001，向上取整就成了 8（`np.percentile` 也是先除的）。"
    "应当先乘：`q * n / 100`，或者只用整数：`(q * n + 99) // 100`。",
)
def divided_first(latencies, q):
    return sorted(latencies)[math.ceil(q / 100 * len(latencies)) - 1]


@p99.mistake(
    en="That is the mean. One slow request moves it, and it says of no request how long it took.",
    zh="这是平均值。一次慢请求就能把它拉高，而且它不是任何一次请求的延迟。",
)
def the_mean(latencies, q):
    return np.mean(latencies)


@p99.mistake(
    en="That is the slowest of all, whatever `q` is.",
    zh="不管 `q` 是多少，你给的都是最慢的一次。",
)
def the_slowest(latencies, q):
    return max(latencies)


@p99.mistake(
    en="You took the place in the order in which the requests came. Sort by latency first.",
    zh="你是按请求到来的顺序取位次的。先按延迟排序。",
)
def not_sorted(latencies, q):
    return latencies[math.ceil(q * len(latencies) / 100) - 1]


@p99.mistake(
    en="One place too far: places count from 1, indices from 0.",
    zh="多走了一位：位次从 1 数起，下标从 0 数起。",
)
def one_too_far(latencies, q):
    return sorted(latencies)[min(math.ceil(q * len(latencies) / 100), len(latencies) - 1)]


@p99.mistake(
    en="You took `q * n / 100`, cut to a whole number, as an index. Round it up, then take 1 off.",
    zh="你把 `q * n / 100` 直接舍去小数当作下标。应当先向上取整，再减 1。",
)
def cut_and_used_as_index(latencies, q):
    return sorted(latencies)[min(q * len(latencies) // 100, len(latencies) - 1)]


@p99.mistake(
    en="The place was rounded down. Then fewer than q% of the requests are as fast: round up.",
    zh="位次被向下取整了，这样不到 q% 的请求有这么快。应当向上取整。",
)
def rounded_down(latencies, q):
    return sorted(latencies)[max(q * len(latencies) // 100 - 1, 0)]


@p99.mistake(
    en="The place was rounded to the nearest whole number. It has to be at least q% of n: round up.",
    zh="位次被四舍五入了。它不能小于 n 的 q%，应当向上取整。",
)
def rounded_to_nearest(latencies, q):
    return sorted(latencies)[max(round(q * len(latencies) / 100) - 1, 0)]


@p99.mistake(
    en="You interpolated between two latencies, as `np.percentile` does. Nearest rank gives a latency that some request had.",
    zh="你在两个延迟之间做了插值，`np.percentile` 默认就是这样。最近秩法给出的是某次请求真实的延迟。",
)
def interpolated(latencies, q):
    return np.percentile(latencies, q)


@p99.mistake(
    en="You sorted from slow to fast, so p99 is one of the fastest.",
    zh="你从慢到快排了序，于是 p99 成了最快的几次之一。",
)
def slowest_first(latencies, q):
    return sorted(latencies)[::-1][math.ceil(q * len(latencies) / 100) - 1]


@p99.mistake(
    en="That is the place, counted from 1. What is asked for is the latency that stands there.",
    zh="这是位次（从 1 数起）。题目要的是这个位次上的延迟。",
)
def the_place(latencies, q):
    return math.ceil(q * len(latencies) / 100)


@p99.mistake(
    en="That is the median. Use `q`.",
    zh="这是中位数。请使用 `q`。",
)
def always_the_median(latencies, q):
    return percentile(latencies, 50)


@p99.mistake(
    en="You took q% of the way from the fastest to the slowest. A percentile counts requests, not milliseconds.",
    zh="你取的是从最快到最慢之间的 q% 处。百分位数数的是请求的次数，不是毫秒。",
)
def share_of_the_range(latencies, q):
    return min(latencies) + q / 100 * (max(latencies) - min(latencies))


@p99.mistake(
    en="That is the mean of the fastest q%. A percentile is the slowest one among them.",
    zh="这是最快的 q% 的平均值。百分位数是其中最慢的那一个。",
)
def mean_of_the_fast_ones(latencies, q):
    return np.mean(sorted(latencies)[: math.ceil(q * len(latencies) / 100)])


@p99.mistake(
    en="You dropped repeated latencies. Two requests that took equally long are two requests.",
    zh="你去掉了重复的延迟。两次请求用时相同，仍然是两次请求。",
)
def without_repeats(latencies, q):
    return percentile(np.unique(latencies), q)


def _random_arrivals(rng):
    times = np.cumsum(rng.integers(0, 4, size=int(rng.integers(6, 12))))
    return times + int(rng.integers(1, 9)), int(rng.integers(2, 5)), int(rng.integers(1, 6))


batch = Exercise(
    id="deployment-batch",
    title=Text("Which queries are encoded together", "哪些查询一起编码"),
    gives=Text("a list of whole numbers", "整数的列表"),
    hint=Text(
        "Follow one batch with a pencil: who opens it, until which millisecond does it wait, how many fit in? The next query opens the next batch.",
        "用笔跟踪一个批次：谁开启它，等到第几毫秒，能装下几个？下一个查询开启下一个批次。",
    ),
    examples=[
        (np.array([0, 1, 2, 9, 10, 30]), 8, 5),
        (np.array([0, 1, 2, 3, 4]), 2, 10),
        (np.array([0, 3, 5, 6, 8, 11]), 8, 5),
        (np.array([4, 4, 4, 4, 9]), 3, 5),
        (np.array([2]), 4, 3),
        (np.array([0, 10, 20]), 4, 5),
    ],
    random=_random_arrivals,
)


def _grouped(arrivals, belongs):
    """Sizes of the batches; `belongs(first, last, new, size)` says whether a new arrival joins the open batch."""
    sizes, first, last = [], None, None
    for new in arrivals:
        if sizes and belongs(first, last, new, sizes[-1]):
            sizes[-1] += 1
        else:
            sizes.append(1)
            first = new
        last = new
    return sizes


@batch.solution
def batch_sizes(arrivals, max_batch, max_wait):
    sizes, opened = [], None
    for arrival in arrivals:
        if opened is None or arrival > opened + max_wait or sizes[-1] == max_batch:
            opened = arrival
            sizes.append(0)
        sizes[-1] += 1
    return sizes


@batch.mistake(
    en="Your batch waits `max_wait` from the query that came *last*, so under steady traffic it never closes. It waits from the one that opened it.",
    zh="你的批次从**最后**到来的查询算起再等 `max_wait`，查询不断时就永远不会关闭。应当从开启它的查询算起。",
)
def waits_from_the_last(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new <= last + max_wait and size < max_batch)


@batch.mistake(
    en="You cut the clock into slots of `max_wait`. A batch opens when a query comes, not when a slot begins.",
    zh="你把时钟切成了长 `max_wait` 的固定时段。批次由到来的查询开启，不由时段的起点开启。",
)
def slots_of_the_clock(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new // max_wait == first // max_wait and size < max_batch)


@batch.mistake(
    en="Your batches grow beyond `max_batch`.",
    zh="你的批次超过了 `max_batch`。",
)
def no_limit_of_size(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new <= first + max_wait)


@batch.mistake(
    en="You filled every batch up to `max_batch`, however long the first query had to wait.",
    zh="你把每个批次都装满到 `max_batch`，不管第一个查询等了多久。",
)
def always_full(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: size < max_batch)


@batch.mistake(
    en="A query that comes exactly `max_wait` after the first still gets in: use `<=`.",
    zh="恰好在第一个之后 `max_wait` 到来的查询还能进来：用 `<=`。",
)
def border_left_out(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new < first + max_wait and size < max_batch)


@batch.mistake(
    en="One query too many gets in: with `max_batch` queries the batch is full.",
    zh="多进来了一个查询：有 `max_batch` 个查询时批次就满了。",
)
def one_too_many(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new <= first + max_wait and size <= max_batch)


@batch.mistake(
    en="One query too few: a batch holds up to `max_batch`, that number included.",
    zh="少了一个：批次最多装 `max_batch` 个，包括这个数。",
)
def one_too_few(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new <= first + max_wait and size < max_batch - 1)


@batch.mistake(
    en="The last batch is missing: when the queries end, one is still open.",
    zh="少了最后一个批次：查询结束时，还有一个批次开着。",
)
def last_one_missing(arrivals, max_batch, max_wait):
    return batch_sizes(arrivals, max_batch, max_wait)[:-1]


@batch.mistake(
    en="That is the number of batches. Asked for is how many queries each holds.",
    zh="这是批次的个数。题目要的是每个批次里有几个查询。",
)
def number_of_batches(arrivals, max_batch, max_wait):
    return [len(batch_sizes(arrivals, max_batch, max_wait))]


@batch.mistake(
    en="You gathered by time first and cut what was too long afterwards. The query that finds a batch full opens the next one, and that waits from then on.",
    zh="你先按时间归拢，再把过长的切开。发现批次已满的查询会开启下一个批次，等待时间从它重新算起。",
)
def cut_afterwards(arrivals, max_batch, max_wait):
    sizes = no_limit_of_size(arrivals, max_batch, max_wait)
    return [min(max_batch, size - start) for size in sizes for start in range(0, size, max_batch)]


@batch.mistake(
    en="You compared all with the very first query. Each batch waits from the query that opened *it*.",
    zh="你把所有查询都与最早的那个相比。每个批次从开启**它自己**的查询算起。",
)
def from_the_very_first(arrivals, max_batch, max_wait):
    return _grouped(arrivals, lambda first, last, new, size: new <= arrivals[0] + max_wait and size < max_batch)


@batch.mistake(
    en="You gave the times. Asked for is how many queries each batch holds.",
    zh="你给出的是时刻。题目要的是每个批次里有几个查询。",
)
def times_of_opening(arrivals, max_batch, max_wait):
    ends = np.cumsum(batch_sizes(arrivals, max_batch, max_wait))
    return [int(arrivals[place]) for place in [0, *ends[:-1]]]


def _random_matrix(rng):
    scale = np.array([[100.0, 1.0, 0.02, 1.0]])
    matrix = rng.normal(size=(3, 4)) * scale[:, rng.permutation(4)]
    matrix[:, rng.integers(4)] *= rng.choice([0.0, 1.0, -1.0])
    return (matrix,)


int8 = Exercise(
    id="deployment-int8",
    title=Text("Int8 with a scale for each column", "每列一个缩放因子的 int8"),
    gives=Text("a table of numbers of the same shape", "形状相同的数表"),
    hint=Text(
        "For each column: its largest absolute value, over 127, is the scale. Divide, round, multiply by the scale again. What is the scale of a column of zeros?",
        "对每一列：最大绝对值除以 127 就是缩放因子。先除，再取整，再乘回缩放因子。全零的列，缩放因子取什么？",
    ),
    examples=[
        (np.array([[127.0, 0.6], [-30.4, -1.27]]),),
        (np.array([[2.54, 50.3], [-1.0, -254.0]]),),
        (np.array([[0.0, 6.35], [0.0, -1.0]]),),
        (np.array([[-12.7, 1.0], [3.38, 0.9]]),),
    ],
    random=_random_matrix,
    tolerance=1e-7,
)


def _restored(matrix, scale, rounded=np.round):
    scale = np.where(scale == 0, 1.0, scale)
    return rounded(matrix / scale) * scale


@int8.solution
def through_int8(matrix):
    scale = np.abs(matrix).max(axis=0) / 127
    scale = np.where(scale > 0, scale, 1.0)
    return np.round(matrix / scale) * scale


@int8.mistake(
    en="One scale for the whole matrix: in a column of small numbers hardly anything is left. Each column has its own.",
    zh="整个矩阵只用了一个缩放因子：数值小的列几乎什么都不剩。每一列要有自己的。",
)
def one_scale(matrix):
    return _restored(matrix, np.abs(matrix).max() / 127)


@int8.mistake(
    en="You gave each *row* a scale. A column holds the weights of one output, and is multiplied by its scale at the end.",
    zh="你给每一**行**一个缩放因子。一列是一个输出的全部权重，算完之后才能一次乘上它的缩放因子。",
)
def scale_of_rows(matrix):
    return _restored(matrix, np.abs(matrix).max(axis=1, keepdims=True) / 127)


@int8.mistake(
    en="You took the largest value. A column may reach further below 0: take the largest *absolute* value.",
    zh="你取的是最大值。一列可能在负的一边更远：应取最大的**绝对值**。",
)
def largest_with_its_sign(matrix):
    return _restored(matrix, matrix.max(axis=0) / 127)


@int8.mistake(
    en="You divided by 255. That is both sides together; from 0 to the largest number there are 127 steps.",
    zh="你除以了 255。从 0 到最大值只有 127 格，正负两边合起来才有两倍。",
)
def over_255(matrix):
    return _restored(matrix, np.abs(matrix).max(axis=0) / 255)


@int8.mistake(
    en="You divided by 128. The largest code of int8 is 127.",
    zh="你除以了 128。int8 最大的编码是 127。",
)
def over_128(matrix):
    return _restored(matrix, np.abs(matrix).max(axis=0) / 128)


@int8.mistake(
    en="You cut the fraction off. Round to the nearest code: the error is half as large.",
    zh="你舍去了小数部分。应取最近的整数，误差可以小一半。",
)
def cut_off(matrix):
    return _restored(matrix, np.abs(matrix).max(axis=0) / 127, np.trunc)


@int8.mistake(
    en="You rounded down. Round to the nearest code.",
    zh="你向下取整了。应取最近的整数。",
)
def rounded_below(matrix):
    return _restored(matrix, np.abs(matrix).max(axis=0) / 127, np.floor)


@int8.mistake(
    en="Those are the codes. Multiply each column by its scale again, so that it can be compared with the matrix.",
    zh="这是整数编码。还要把每列乘回它的缩放因子，才能与原矩阵比较。",
)
def the_codes(matrix):
    scale = np.abs(matrix).max(axis=0) / 127
    return np.round(matrix / np.where(scale > 0, scale, 1.0))


@int8.mistake(
    en="A column of zeros gives 0 / 0. Its scale may be any number but 0.",
    zh="全零的列出现了 0 / 0。它的缩放因子可以取 0 以外的任何数。",
)
def zero_by_zero(matrix):
    with np.errstate(all="ignore"):
        scale = np.abs(matrix).max(axis=0) / 127
        return np.round(matrix / scale) * scale


@int8.mistake(
    en="Nothing was rounded: the matrix came back as it was.",
    zh="没有取整：矩阵原样返回了。",
)
def not_rounded(matrix):
    return np.array(matrix)


@int8.mistake(
    en="You took the mean absolute value, so that large numbers do not fit into int8. The largest one decides.",
    zh="你取的是绝对值的平均，较大的数就超出了 int8 的范围。应由最大的那个决定。",
)
def mean_size(matrix):
    return _restored(matrix, np.abs(matrix).mean(axis=0) / 127)


@int8.mistake(
    en="You shifted the range so that it runs from the lowest to the highest. That exists too (asymmetric); here 0 stays 0 and the scale follows the largest absolute value.",
    zh="你把范围平移成了从最小值到最大值。这种做法也有（非对称量化）；这里 0 保持为 0，缩放因子由最大绝对值决定。",
)
def from_lowest_to_highest(matrix):
    low = matrix.min(axis=0)
    return _restored(matrix - low, (matrix.max(axis=0) - low) / 255) + low


@int8.mistake(
    en="You rounded the numbers themselves, before they were divided by the scale.",
    zh="你对原来的数取了整，而不是对除以缩放因子之后的数取整。",
)
def rounded_without_scale(matrix):
    return np.round(matrix)


recall = Exercise(
    id="deployment-recall",
    title=Text("Recall of an index", "索引的召回率"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text(
        "Take one query: how many of its true neighbours were found, wherever they stand in the list? Divide by how many there are to find.",
        "拿一次查询来看：真正的近邻中找到了几个，不管排在第几位？再除以应当找到的个数。",
    ),
    examples=[
        (np.array([[4, 2, 9]]), np.array([[2, 4, 7]])),
        (np.array([[1, 5, -1], [3, 6, 8]]), np.array([[1, 5, 2], [8, 0, 9]])),
        (np.array([[1, 2], [3, 4]]), np.array([[3, 4], [1, 2]])),
    ],
    random=lambda rng: (
        np.where(rng.random((3, 4)) < 0.25, -1, np.array([rng.permutation(9)[:4] for _ in range(3)])),
        np.array([rng.permutation(9)[:4] for _ in range(3)]),
    ),
)


def _found(found, exact):
    return (np.asarray(found)[:, :, None] == np.asarray(exact)[:, None, :]).any(axis=1)


@recall.solution
def index_recall(found, exact):
    return _found(found, exact).mean()


@recall.mistake(
    en="You compared place by place. A neighbour that is found at another place of the list is found all the same.",
    zh="你是逐个位置比较的。近邻出现在列表的别的位置上，也算找到了。",
)
def place_by_place(found, exact):
    return (np.asarray(found) == np.asarray(exact)).mean()


@recall.mistake(
    en="You divided by the number of answers that are not -1. That is precision; recall divides by how many neighbours there are to find.",
    zh="你除以的是不为 -1 的答案数，那是精确率；召回率要除以应当找到的近邻数。",
)
def precision_of_found(found, exact):
    return _found(found, exact).sum() / max(1, (np.asarray(found) >= 0).sum())


@recall.mistake(
    en="You counted the queries with at least one neighbour found. Count the neighbours.",
    zh="你数的是至少找到一个近邻的查询。要数的是近邻。",
)
def any_found(found, exact):
    return _found(found, exact).any(axis=1).mean()


@recall.mistake(
    en="You threw the lists of all queries together. A film that was found for one query does not count for another.",
    zh="你把所有查询的列表混在了一起。为一次查询找到的电影，不能算到另一次查询头上。",
)
def all_in_one(found, exact):
    return np.isin(exact, found).mean()


@recall.mistake(
    en="That is the number of neighbours found per query. Divide by how many there are.",
    zh="这是平均每次查询找到的近邻个数。还要除以应有的个数。",
)
def not_divided(found, exact):
    return _found(found, exact).sum(axis=1).mean()


@recall.mistake(
    en="You asked of everything found whether it is a true neighbour of *any* query. Keep to one row, and ask of the true "
    "neighbours whether they were found.",
    zh="你问的是：找到的每一个是不是**任意**一次查询的近邻。应当逐行来看，而且问的是真正的近邻有没有被找到。",
)
def found_in_any_row(found, exact):
    return np.isin(found, exact).mean()


@recall.mistake(
    en="You threw all queries together and counted each film once. Take the queries one by one.",
    zh="你把所有查询混在一起，每部电影只数了一次。应当逐次查询来算。",
)
def sets_of_all_queries(found, exact):
    return len(set(np.ravel(found)) & set(np.ravel(exact))) / len(set(np.ravel(exact)))


@recall.mistake(
    en="You counted the queries whose neighbours were *all* found. A query with two of three adds two thirds.",
    zh="你数的是近邻**全部**找到的查询。三个里找到两个的，也应算三分之二。",
)
def all_found(found, exact):
    return _found(found, exact).all(axis=1).mean()


@recall.mistake(
    en="You divided by the size of the union. Films that were found in error lower precision, not recall: divide by how "
    "many there are to find.",
    zh="你除以了并集的大小。误找到的电影影响的是精确率，不是召回率：应除以要找的个数。",
)
def over_the_union(found, exact):
    rows = zip(np.asarray(found).tolist(), np.asarray(exact).tolist(), strict=True)
    return np.mean([len(set(f) & set(e)) / len(set(f) | set(e)) for f, e in rows])


@recall.mistake(
    en="That is the number of neighbours found over all queries. Divide by how many there are.",
    zh="这是所有查询合计找到的近邻个数。还要除以应有的个数。",
)
def only_counted(found, exact):
    return _found(found, exact).sum()


@recall.mistake(
    en="In each row you divided by the answers that are not -1. That is precision; recall divides by how many neighbours "
    "there are to find.",
    zh="每一行你除以的都是不为 -1 的答案数，那是精确率；召回率要除以应当找到的近邻数。",
)
def precision_of_each_row(found, exact):
    return np.mean(_found(found, exact).sum(axis=1) / np.maximum((np.asarray(found) >= 0).sum(axis=1), 1))


@recall.mistake(
    en="You looked at the first neighbour only. All `k` of a row count.",
    zh="你只看了第一个近邻。一行里的 `k` 个都要算。",
)
def first_only(found, exact):
    return _found(found, exact)[:, 0].mean()


@recall.mistake(
    en="That is the share of the neighbours that were *missed*.",
    zh="这是**漏掉**的近邻的比例。",
)
def missed(found, exact):
    return 1 - index_recall(found, exact)


@recall.mistake(
    en="You counted the queries that agree at some place. Count neighbours, at whichever place they stand.",
    zh="你数的是在某个位置上一致的查询。要数的是近邻，不管它在哪个位置。",
)
def some_place_agrees(found, exact):
    return (np.asarray(found) == np.asarray(exact)).any(axis=1).mean()


@recall.mistake(
    en="In each row you divided by the number of *different* answers, -1 among them. Divide by how many neighbours there are "
    "to find.",
    zh="每一行你除以的是**不同**答案的个数，还包括 -1。应当除以要找的近邻个数。",
)
def over_different_answers(found, exact):
    sizes = [len(set(row)) for row in np.asarray(found).tolist()]
    return np.mean(_found(found, exact).sum(axis=1) / sizes)


@recall.mistake(
    en="You sorted both and then compared place by place: one number that differs shifts all behind it. Ask of each true "
    "neighbour whether it is in the row at all.",
    zh="你把两边都排序后逐个位置比较：有一个数不同，后面的就全错位了。应当问每个真正的近邻在不在这一行里。",
)
def sorted_place_by_place(found, exact):
    return (np.sort(found, axis=1) == np.sort(exact, axis=1)).mean()


def _random_statuses(rng):
    most = int(rng.integers(1, 6))
    return rng.choice([0, 503, 503, 0, 0, 200, 422, 500], size=most + 2).tolist(), most, int(rng.integers(1, 9)) * 10


retry = Exercise(
    id="deployment-retry",
    title=Text("A client that asks again", "会重试的客户端"),
    gives=Text("a pair of whole numbers: the status, and the milliseconds waited", "一对整数：状态码，和等待的毫秒数"),
    hint=Text(
        "Go through the attempts one by one: is another attempt of use after this status, and is one left? Only then wait, and double the next wait.",
        "逐次来看：遇到这个状态码再试有没有用，还有没有剩余的次数？都满足才等待，并把下一次的等待加倍。",
    ),
    examples=[
        ([200, 200, 200], 3, 100),
        ([0, 503, 200, 200], 4, 100),
        ([422, 200, 200], 3, 100),
        ([0, 0, 0, 200], 3, 100),
        ([503, 500, 200, 200], 4, 50),
        ([503, 200], 1, 20),
        ([0, 503, 0, 503, 200], 5, 10),
    ],
    random=_random_statuses,
)


def _asked(statuses, most, first_wait, again=(0, 503), grown=lambda wait, first: 2 * wait, after_last=False):
    waited, wait = 0, first_wait
    for attempt in range(most):
        if statuses[attempt] not in again:
            return statuses[attempt], waited
        if attempt < most - 1 or after_last:
            waited += wait
            wait = grown(wait, first_wait)
    return statuses[most - 1], waited


@retry.solution
def ask_again(statuses, most, first_wait):
    waited, wait = 0, first_wait
    for status in statuses[: most - 1]:
        if status not in (0, 503):
            return status, waited
        waited += wait
        wait *= 2
    return statuses[most - 1], waited


@retry.mistake(
    en="You asked again after everything but 200. A request that is wrong (422) stays wrong, however often it is sent.",
    zh="除 200 之外你都重试了。请求本身有错（422），发多少次都是错的。",
)
def until_it_works(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, again=(0, 503, 422, 500))


@retry.mistake(
    en="You asked again after 500 too. That is a fault in the program, which the next attempt meets again.",
    zh="遇到 500 你也重试了。那是程序的错误，再试还会遇到。",
)
def after_500_too(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, again=(0, 503, 500))


@retry.mistake(
    en="No answer at all (0) deserves another attempt: the worker may just have been killed.",
    zh="完全没有回应（0）时应当重试：工作进程可能刚刚被杀掉。",
)
def busy_only(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, again=(503,))


@retry.mistake(
    en="503 says “not now”: it deserves another attempt.",
    zh="503 的意思是“现在不行”，应当重试。",
)
def silence_only(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, again=(0,))


@retry.mistake(
    en="You waited after the last attempt too. Nobody asks again after that.",
    zh="最后一次尝试之后你又等了一次，可后面不会再试了。",
)
def waits_after_the_last(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, after_last=True)


@retry.mistake(
    en="Every wait is as long as the first. Double it each time, so that a service in trouble is left in peace.",
    zh="每次等待都与第一次一样长。应当逐次加倍，好让出了故障的服务喘口气。",
)
def waits_equally_long(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, grown=lambda wait, first: wait)


@retry.mistake(
    en="Your waits grow by the same amount each time. Double them.",
    zh="你的等待每次只增加同样的量。应当加倍。",
)
def waits_grow_by_adding(statuses, most, first_wait):
    return _asked(statuses, most, first_wait, grown=lambda wait, first: wait + first)


@retry.mistake(
    en="You waited before the first attempt.",
    zh="第一次尝试之前你就等了。",
)
def waits_before_the_first(statuses, most, first_wait):
    status, waited = _asked(statuses, most, first_wait)
    return status, 2 * waited + first_wait


@retry.mistake(
    en="You never stop at `most` attempts.",
    zh="到了 `most` 次你没有停下。",
)
def never_gives_up(statuses, most, first_wait):
    return _asked(statuses, len(statuses), first_wait)


@retry.mistake(
    en="One attempt too many: `most` counts all attempts, the first one too.",
    zh="多试了一次：`most` 是全部尝试的次数，包括第一次。",
)
def most_retries(statuses, most, first_wait):
    return _asked(statuses, most + 1, first_wait)


@retry.mistake(
    en="You asked once only.",
    zh="你只问了一次。",
)
def asks_once(statuses, most, first_wait):
    return statuses[0], 0


@retry.mistake(
    en="You counted attempts. Asked for are the milliseconds waited.",
    zh="你给出的是次数。题目要的是等待的毫秒数。",
)
def counts_attempts(statuses, most, first_wait):
    status, waited = _asked(statuses, most, 1)
    return status, int(np.log2(waited + 1)) + 1


@retry.mistake(
    en="That is the last wait alone. Add all of them up.",
    zh="这只是最后一次等待。要把每一次加起来。",
)
def last_wait_only(statuses, most, first_wait):
    status, waited = _asked(statuses, most, first_wait)
    return status, (waited + first_wait) // 2 if waited else 0


@retry.mistake(
    en="Given up, you report the first status. Report the last one.",
    zh="放弃时你报告的是第一个状态码。应当报告最后一个。",
)
def reports_the_first(statuses, most, first_wait):
    status, waited = _asked(statuses, most, first_wait)
    return (statuses[0] if status in (0, 503) else status), waited


quiz = Quiz(
    "deployment",
    [
        Question(
            Text(
                "A service answers in 20 ms on average, and its p99 is 900 ms. A page sends 100 requests to it. What do most visitors see?",
                "一个服务平均 20 毫秒响应，p99 是 900 毫秒。打开一个页面要向它发 100 次请求。大多数访客会遇到什么？",
            ),
            [
                Wrong(
                    Text("A page in about 20 ms.", "页面大约 20 毫秒就打开。"),
                    Text("The page waits for its slowest request, not for an average one.", "页面要等最慢的一次请求，不是平均的一次。"),
                ),
                Right(
                    Text("A page that waits 900 ms or more.", "页面要等 900 毫秒以上。"),
                    Text(
                        "About one request in a hundred is that slow; that 100 requests hold at least one has a probability of 63%.",
                        "大约每一百次请求有一次这么慢，100 次里至少遇上一次的概率是 63%。",
                    ),
                ),
                Wrong(
                    Text("One visitor in 100 waits.", "100 位访客里有一位要等。"),
                    Text("One *request* in 100 is slow, and each visitor sends 100.", "是 100 次**请求**里有一次慢，而每位访客要发 100 次。"),
                ),
            ],
        ),
        Question(
            Text(
                "A service is busy all the time with 8 clients that each wait for their answer. Another 8 join. What happens?",
                "8 个客户端各自等到响应才再发请求，服务已经一直在忙。又来了 8 个。会怎样？",
            ),
            [
                Right(
                    Text("The rate stays; each answer takes about twice as long.", "吞吐量不变，每次响应的时间约为原来的两倍。"),
                    Text("Clients = rate × latency: with the rate at its limit only the latency can double.", "客户端数 = 吞吐量 × 延迟：吞吐量到了上限，只能是延迟加倍。"),
                ),
                Wrong(
                    Text("The rate doubles.", "吞吐量加倍。"),
                    Text("It was at its limit already: there is nobody left to do more work.", "它已经到了上限，没有多余的算力了。"),
                ),
                Wrong(
                    Text("Nothing, until a time limit is reached.", "没有变化，直到超时为止。"),
                    Text("The new requests wait from the first second, and all others with them.", "新请求从第一秒起就要排队，别的请求也跟着变慢。"),
                ),
            ],
        ),
        Question(
            Text(
                "In one column of a matrix all numbers are below 0.01; in another one is 100. Int8 with one scale for the whole matrix: what happens to the first column?",
                "矩阵有一列的数都小于 0.01，另一列里有一个 100。整个矩阵共用一个缩放因子做 int8：前一列会怎样？",
            ),
            [
                Wrong(
                    Text("Each of its numbers is off by about 1%.", "每个数约有 1% 的误差。"),
                    Text("The error is up to half a step, and a step is 100 / 127: far more than the numbers themselves.", "误差最多半格，一格是 100 / 127：远大于这些数本身。"),
                ),
                Wrong(
                    Text("Its largest number becomes 127.", "其中最大的数变成 127。"),
                    Text("That would be so with a scale of its own.", "有自己的缩放因子时才是这样。"),
                ),
                Right(
                    Text("It becomes a column of zeros.", "变成全零的一列。"),
                    Text("Its numbers are below half a step, so all are rounded to 0. With a scale of its own the column keeps two digits.", "这些数都不到半格，全部舍入为 0。有自己的缩放因子，这一列能保留约两位有效数字。"),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A shop has 5,000 products. A colleague proposes an approximate index with recall 0.95. What do you answer?",
                "一家商店有 5,000 种商品。同事建议用召回率 0.95 的近邻索引。你怎么回答？",
            ),
            [
                Wrong(
                    Text("Good: approximate search is always faster.", "好：近邻检索总是更快。"),
                    Text(
                        "In a small catalogue picking cells can cost more than the products that it saves; only measuring tells.",
                        "物品库不大时，找单元、取出其中向量的开销可能比省下的点积还大，测过才知道。",
                    ),
                ),
                Wrong(
                    Text("No: an approximate index is never acceptable.", "不行：会漏掉近邻的索引绝不能接受。"),
                    Text("In a catalogue of millions it may be the only way.", "物品库有几百万个物品时，可能只有这条路。"),
                ),
                Right(
                    Text("First measure exact search: one matrix product, recall 1.", "先测一测精确检索：一次矩阵乘法，召回率为 1。"),
                    Text(
                        "An index gives something away; it has to win something for that.",
                        "索引会损失一些结果，要有相应的好处才值得。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A new model is put in place while 40 requests are being answered. Which answers may users get?",
                "有 40 个请求正在处理，这时换上了新模型。用户可能得到什么样的响应？",
            ),
            [
                Right(
                    Text("Each one wholly of the old model or wholly of the new one.", "每个响应要么完全出自旧模型，要么完全出自新模型。"),
                    Text("A request takes one reference to a model when it begins and uses nothing else. The old model goes when the last such request ends.", "请求开始时取一次模型的引用，之后只用它。最后一个这样的请求结束，旧模型才会释放。"),
                ),
                Wrong(
                    Text("None until the swap is over: they are refused.", "换完之前都被拒绝。"),
                    Text("Nobody has to wait: the new model is loaded beside the old one first.", "不需要让人等：旧模型照常服务，新模型同时加载。"),
                ),
                Wrong(
                    Text("For a moment, scores of the old one and titles of the new one.", "有一瞬间，得分来自旧模型，片名来自新模型。"),
                    Text("So it would be if the code read “the current model” twice in one request.", "如果代码在一次请求里两次去读“当前模型”，就会这样。"),
                ),
            ],
        ),
        Question(
            Text(
                "Which answer should a client ask again after?",
                "收到哪种响应时，客户端应当重试？",
            ),
            [
                Wrong(
                    Text("422: the user is not known.", "422：没有这位用户。"),
                    Text("The same request gets the same answer.", "同样的请求只会得到同样的响应。"),
                ),
                Wrong(
                    Text("200 with another model version than before.", "200，但模型版本与上次不同。"),
                    Text("That is a good answer: the model was replaced.", "这是正常的响应：模型更新了。"),
                ),
                Right(
                    Text("503: too many requests at once.", "503：同时的请求太多。"),
                    Text("It says “not now”. Wait a little, longer each time, and give up after a few attempts.", "它的意思是“现在不行”。等一会儿，一次比一次久，试几次还不行就放弃。"),
                ),
            ],
        ),
    ],
)  # fmt: skip
