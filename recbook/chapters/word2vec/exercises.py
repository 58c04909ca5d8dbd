"""Exercises and quiz of chapter 03."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# The tables that the chapter works out by pencil.
_E = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
_U = np.array([[1.0, 0.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [0.0, 1.0]]) * np.log(2)


def _softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def _error(h, U, target):
    return _softmax(U @ h) - np.eye(len(U))[target]


def _draw_sentence(rng):
    length = int(rng.integers(2, 8))
    # Few words, so that some stand in the sentence twice.
    words = rng.choice(["we", "watch", "a", "film", "again"], size=length).tolist()
    return words, int(rng.integers(1, min(3, length) + 1))


pairs = Exercise(
    id="word2vec-pairs",
    title=Text("Pairs in a window", "窗口里的词对"),
    gives=Text("a list of pairs of words", "词对的列表"),
    hint=Text(
        "Take a word in the middle and one at the end. Which words to its left and to its right belong to it, and is the word itself left out?",
        "各取一个中间的词和一个靠边的词。它的左边和右边应当有哪些词？它自己排除了吗？",
    ),
    examples=[
        (["we", "watch", "old", "films", "together"], 1),
        (["films", "about", "films", "about", "films"], 2),
        (["together"], 1),
    ],
    random=_draw_sentence,
    ordered=False,
)


def _window(sentence, first, last):
    """Pairs of each word with the words from `first` to `last` places after it."""
    ends = [(max(0, i + first), min(len(sentence), i + last + 1)) for i in range(len(sentence))]
    return [(sentence[i], sentence[j]) for i, (begin, end) in enumerate(ends) for j in range(begin, end) if j != i]


def _placed(sentence, radius):
    """Every pair with the place of its context."""
    places = _window(range(len(sentence)), -radius, radius)
    return [((sentence[i], sentence[j]), j) for i, j in places]


@pairs.solution
def pairs_of(sentence, radius):
    return _window(sentence, -radius, radius)


@pairs.mistake(
    en="The farthest word on the right is missing: `range` stops *before* its second number.",
    zh="右边最远的那个词漏掉了：`range` 不包含第二个数。",
)
def right_end_missing(sentence, radius):
    return _window(sentence, -radius, radius - 1)


@pairs.mistake(
    en="The farthest word on the left is missing. At which place does the window begin?",
    zh="左边最远的那个词漏掉了。窗口从哪个位置开始？",
)
def left_end_missing(sentence, radius):
    return _window(sentence, 1 - radius, radius)


@pairs.mistake(
    en="The last word of the sentence is nobody's context: your upper limit stops one place short of it.",
    zh="句子的最后一个词没有当过上下文：右边界少了 1。",
)
def last_word_lost(sentence, radius):
    return [pair for pair, j in _placed(sentence, radius) if j != len(sentence) - 1]


@pairs.mistake(
    en="The first word of the sentence is nobody's context: places are counted from 0.",
    zh="句子的第一个词没有当过上下文：位置从 0 数起。",
)
def first_word_lost(sentence, radius):
    return [pair for pair, j in _placed(sentence, radius) if j != 0]


@pairs.mistake(
    en="The farthest word on either side is missing: exactly `radius` places apart still counts.",
    zh="两边最远的词都漏掉了：正好相差 `radius` 也算。",
)
def both_ends_missing(sentence, radius):
    return _window(sentence, 1 - radius, radius - 1)


@pairs.mistake(
    en="Your window reaches one word too far on either side.",
    zh="你的窗口两边都多伸了一个词。",
)
def one_too_far(sentence, radius):
    return _window(sentence, -radius - 1, radius + 1)


@pairs.mistake(
    en="Every word is also paired with itself. The centre is not part of its own context.",
    zh="每个词还和自己配成了一对。中心词不属于自己的上下文。",
)
def itself_included(sentence, radius):
    return _window(sentence, -radius, radius) + [(word, word) for word in sentence]


@pairs.mistake(
    en="You only looked to the right. The centre has neighbours on its left as well.",
    zh="你只看了右边。中心词的左边也有邻居。",
)
def only_right(sentence, radius):
    return _window(sentence, 1, radius)


@pairs.mistake(
    en="You only looked to the left. The centre has neighbours on its right as well.",
    zh="你只看了左边。中心词的右边也有邻居。",
)
def only_left(sentence, radius):
    return _window(sentence, -radius, -1)


@pairs.mistake(
    en="You took only the words *exactly* `radius` places away. The nearer ones belong to the window too.",
    zh="你只取了正好相差 `radius` 的词。更近的词也在窗口里。",
)
def exact_distance(sentence, radius):
    return _window(sentence, -radius, -radius) + _window(sentence, radius, radius)


@pairs.mistake(
    en="You took `radius` for the width of the whole window. It is the number of words on *each* side.",
    zh="你把 `radius` 当成了整个窗口的宽度。它是每一边的词数。",
)
def radius_as_width(sentence, radius):
    return _window(sentence, -(radius // 2), radius // 2)


@pairs.mistake(
    en="Your window always reaches one word far. Use the parameter `radius`.",
    zh="半径被写死为 1。请使用参数 `radius`。",
)
def always_one(sentence, radius):
    return _window(sentence, -1, 1)


@pairs.mistake(
    en="You paired every word with all others. Only those at most `radius` places away are asked for.",
    zh="你把每个词和其余所有词都配了对。题目只要相差不超过 `radius` 的。",
)
def no_window(sentence, radius):
    return _window(sentence, -len(sentence), len(sentence))


@pairs.mistake(
    en="You left out neighbours that are the same *word* as the centre. Only its own *place* is left out: compare places, not words.",
    zh="与中心词相同的词也被你排除了。该排除的只是它自己的位置：要比较位置，不是比较词。",
)
def words_compared(sentence, radius):
    return [(centre, context) for centre, context in _window(sentence, -radius, radius) if centre != context]


@pairs.mistake(
    en="`sentence.index` always finds a word's *first* place. When the word comes back, that is the wrong one: count along with `enumerate`.",
    zh="`sentence.index` 找到的总是一个词第一次出现的位置。词再次出现时，位置就错了：请用 `enumerate` 边走边数。",
)
def first_place(sentence, radius):
    places = [sentence.index(word) for word in sentence]
    reach = [range(max(0, i - radius), min(len(sentence), i + radius + 1)) for i in places]
    return [(sentence[i], sentence[j]) for i, nearby in zip(places, reach, strict=True) for j in nearby if j != i]


@pairs.mistake(
    en="You kept equal pairs only once. A pair that occurs twice in the sentence counts twice.",
    zh="相同的词对你只留了一个。在句子里出现两次的词对，要算两次。",
)
def each_once(sentence, radius):
    return set(_window(sentence, -radius, radius))


@pairs.mistake(
    en="You gave each centre with the list of its neighbours. Asked is a pair of its own for each neighbour.",
    zh="你给出的是每个中心词和它的邻居列表。题目要的是与每个邻居各配一对。",
)
def grouped(sentence, radius):
    windows = [sentence[max(0, i - radius) : i] + sentence[i + 1 : i + radius + 1] for i in range(len(sentence))]
    return list(zip(sentence, windows, strict=True))


@pairs.mistake(
    en="The words lie in one long list. Keep the two of a pair together, as a tuple: `found.append((centre, context))`.",
    zh="所有的词混成了一长串。一对的两个词要放在一起，成为元组：`found.append((centre, context))`。",
)
def flat(sentence, radius):
    return [word for pair in _window(sentence, -radius, radius) for word in pair]


@pairs.mistake(
    en="These are the places of the words. Asked are the words that stand there.",
    zh="这是词的位置。题目要的是这些位置上的词。",
)
def places(sentence, radius):
    return _window(range(len(sentence)), -radius, radius)


@pairs.mistake(
    en="At the beginning of the sentence `i - radius` falls below 0, and Python then counts from the *end*. No window begins before place 0.",
    zh="在句子开头，`i - radius` 小于 0，Python 就会从末尾数起。窗口不能早于位置 0。",
)
def wrapped_round(sentence, radius):
    reach = [range(i - radius, min(len(sentence), i + radius + 1)) for i in range(len(sentence))]
    return [(sentence[i], sentence[j]) for i, nearby in enumerate(reach) for j in nearby if j != i]


@pairs.mistake(
    en="The slice `sentence[i - radius : i]` with a negative start counts from the *end*: the first words lose their left neighbours.",
    zh="切片 `sentence[i - radius : i]` 的起点为负时，会从末尾数起：开头几个词的左邻居就丢了。",
)
def slice_below_zero(sentence, radius):
    windows = [sentence[i - radius : i] + sentence[i + 1 : i + radius + 1] for i in range(len(sentence))]
    return [(centre, context) for centre, window in zip(sentence, windows, strict=True) for context in window]


@pairs.mistake(
    en="Your window reaches beyond the end of the sentence (`IndexError`). Near the ends it must be cut short, on both sides.",
    zh="你的窗口伸出了句子（`IndexError`）。靠近两端时要把窗口截短，两边都要。",
)
def beyond_the_end(sentence, radius):
    reach = [range(i - radius, i + radius + 1) for i in range(len(sentence))]
    return [(sentence[i], sentence[j]) for i, nearby in enumerate(reach) for j in nearby if j != i]


@pairs.mistake(
    en="The words near the ends have no pairs as centres. Their window is shorter, but they have one.",
    zh="靠近两端的词没有当过中心词。它们的窗口短一些，但也有窗口。",
)
def full_windows_only(sentence, radius):
    middle = range(radius, len(sentence) - radius)
    return [(sentence[i], sentence[j]) for i in middle for j in range(i - radius, i + radius + 1) if j != i]


@pairs.mistake(
    en="On the right every word belongs to your window, however far it is. The distance has no sign: see `abs`.",
    zh="右边的词不管多远都进了你的窗口。距离没有正负：看看 `abs`。",
)
def no_limit_on_the_right(sentence, radius):
    return _window(sentence, -radius, len(sentence))


@pairs.mistake(
    en="On the left every word belongs to your window, however far it is. The distance has no sign: see `abs`.",
    zh="左边的词不管多远都进了你的窗口。距离没有正负：看看 `abs`。",
)
def no_limit_on_the_left(sentence, radius):
    return _window(sentence, -len(sentence), radius)


@pairs.mistake(
    en="Every pair is there twice. Each neighbour is a centre in its turn, so (a, b) and (b, a) come about by themselves.",
    zh="每个词对都列了两遍。邻居也会轮到当中心词，(a, b) 和 (b, a) 自然都会出现。",
)
def every_other_pair_twice(sentence, radius):
    return 2 * _window(sentence, -radius, radius)


@pairs.mistake(
    en="You paired all words of a window with each other. Each window gives only the pairs of its *centre*.",
    zh="你把窗口里的词两两都配了对。每个窗口只给出它的中心词的词对。",
)
def all_pairs_of_a_window(sentence, radius):
    windows = [sentence[max(0, i - radius) : i + radius + 1] for i in range(len(sentence))]
    return [pair for window in windows for pair in _window(window, -len(window), len(window))]


@pairs.mistake(
    en="One shift by `radius` gives only the words exactly that far to the right. All distances up to `radius` count, on both sides.",
    zh="平移一次 `radius`，只得到右边正好相差那么远的词。从 1 到 `radius` 的距离都算，左右两边都要。",
)
def one_shift(sentence, radius):
    return list(zip(sentence, sentence[radius:], strict=False))


@pairs.mistake(
    en="The first word of the sentence has not been a centre: places are counted from 0.",
    zh="句子的第一个词没有当过中心词：位置从 0 数起。",
)
def first_word_no_centre(sentence, radius):
    places = _window(range(len(sentence)), -radius, radius)
    return [(sentence[i], sentence[j]) for i, j in places if i != 0]


@pairs.mistake(
    en="The last word of the sentence has not been a centre: `range` stops *before* its end.",
    zh="句子的最后一个词没有当过中心词：`range` 不包含终点。",
)
def last_word_no_centre(sentence, radius):
    places = _window(range(len(sentence)), -radius, radius)
    return [(sentence[i], sentence[j]) for i, j in places if i != len(sentence) - 1]


@pairs.mistake(
    en="Two things: you only looked to the left, and every word is also paired with itself.",
    zh="有两处：你只看了左边，而且每个词还和自己配成了一对。",
)
def left_and_itself(sentence, radius):
    return _window(sentence, -radius, 0) + [(word, word) for word in sentence]


@pairs.mistake(
    en="Two things: you only looked to the right, and every word is also paired with itself.",
    zh="有两处：你只看了右边，而且每个词还和自己配成了一对。",
)
def right_and_itself(sentence, radius):
    return _window(sentence, 0, radius) + [(word, word) for word in sentence]


@pairs.mistake(
    en="Two things: every word is also paired with itself, and the farthest word on the right is missing (`range` stops *before* its second number).",
    zh="有两处：每个词还和自己配成了一对；右边最远的那个词又漏掉了（`range` 不包含第二个数）。",
)
def right_end_missing_and_itself(sentence, radius):
    return _window(sentence, -radius, radius - 1) + [(word, word) for word in sentence]


def _draw_pair(rng):
    # Some tables are square: only there can a matrix that should have been transposed go unnoticed.
    n_words, d = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    return rng.normal(size=d), rng.normal(size=(n_words, d)), int(rng.integers(n_words))


loss = Exercise(
    id="word2vec-loss",
    title=Text("A loss for scores of any size", "得分多大都能算的损失"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "First make it right for small scores: softmax over all words, the probability of the right word, minus its logarithm. Then let no power grow too large, and take the logarithm of nothing that can be 0.",
        "先让小的得分算对：对所有词做 softmax，取目标词的概率，再取负对数。然后别让乘方太大，也别对可能为 0 的数取对数。",
    ),
    examples=[
        (_E[2], _U, 3),
        (np.array([0.0, 0.0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), 1),
        (np.array([2.0, 1.0]), np.log(2) * np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), 0),
        (np.array([1.0, 0.0]), np.array([[1000.0, 0.0], [999.0, 0.0], [0.0, 5.0]]), 1),
        (np.array([1.0, 0.0]), np.array([[1000.0, 0.0], [999.0, 0.0], [0.0, 5.0]]), 2),
        (np.array([1.0, 0.0]), np.array([[-1000.0, 0.0], [-1001.0, 5.0]]), 1),
    ],
    random=_draw_pair,
)


@loss.solution
def pair_loss(v, U, target):
    scores = U @ v
    largest = scores.max()
    return np.log(np.exp(scores - largest).sum()) + largest - scores[target]


@loss.mistake(
    en="Right for small scores, but `np.exp(1000)` is too large for a computer, and infinite by infinite is `nan`. A softmax stays the same if one number is taken off all scores: which one keeps the powers small?",
    zh="得分小的时候对，但 `np.exp(1000)` 超出了计算机能表示的范围，无穷除以无穷得 `nan`。所有得分同减一个数，softmax 不变：减哪个数，乘方就不会太大？",
)
def powers_overflow(v, U, target):
    with np.errstate(all="ignore"):
        powers = np.exp(U @ v)
        return -np.log(powers[target] / powers.sum())


@loss.mistake(
    en="Right for small scores, but `np.exp(1000)` is infinite for a computer, and so is your sum. A softmax stays the same if one number is taken off all scores: which one keeps the powers small?",
    zh="得分小的时候对，但 `np.exp(1000)` 在计算机里是无穷大，总和也就是无穷大。所有得分同减一个数，softmax 不变：减哪个数，乘方就不会太大？",
)
def sum_overflows(v, U, target):
    with np.errstate(all="ignore"):
        return np.log(np.exp(U @ v).sum()) - U[target] @ v


@loss.mistake(
    en="Nearly: nothing grows too large any more. But a probability of `exp(-1000)` is rounded to 0, and its logarithm is minus infinity. Take the logarithm of the quotient by hand, before anything is computed.",
    zh="差一点：已经没有太大的数了。但概率 `exp(-1000)` 被舍入成 0，它的对数是负无穷。先在纸上把商的对数展开，再去计算。",
)
def probability_rounded_to_zero(v, U, target):
    with np.errstate(all="ignore"):
        return -np.log(_softmax(U @ v)[target])


@loss.mistake(
    en="You keep the probability away from 0 by hand, so a hopeless guess costs less than it should. Take the logarithm of the quotient on paper first; then nothing has to be clipped.",
    zh="你人为地不让概率等于 0，于是猜得很差时，损失就偏小。先在纸上把商的对数展开，就用不着截断。",
)
def probability_clipped(v, U, target):
    return -np.log(np.maximum(_softmax(U @ v)[target], 1e-12))


@loss.mistake(
    en="The minus is missing. A loss must fall as the right word gets more probable, down to 0.",
    zh="漏了负号。目标词概率越大，损失应当越小，最小为 0。",
)
def no_minus(v, U, target):
    return np.log(_softmax(U @ v)[target])


@loss.mistake(
    en="That is the probability itself. The loss is minus its logarithm.",
    zh="这是概率本身。损失是它的负对数。",
)
def the_probability(v, U, target):
    return _softmax(U @ v)[target]


@loss.mistake(
    en="That is 1 minus the probability. The loss takes a logarithm, so that a hopeless guess costs far more than a poor one.",
    zh="这是 1 减概率。损失要取对数：概率接近 0 时，损失应当急剧增大。",
)
def one_minus_probability(v, U, target):
    return 1 - _softmax(U @ v)[target]


@loss.mistake(
    en="You used the logarithm to base 2. Here it is the natural one: `np.log`.",
    zh="你用了以 2 为底的对数。这里用自然对数：`np.log`。",
)
def base_two(v, U, target):
    return -np.log2(_softmax(U @ v)[target])


@loss.mistake(
    en="You used the logarithm to base 10. Here it is the natural one: `np.log`.",
    zh="你用了以 10 为底的对数。这里用自然对数：`np.log`。",
)
def base_ten(v, U, target):
    return -np.log10(_softmax(U @ v)[target])


@loss.mistake(
    en="That is minus the score of the right word. Without the softmax the other words play no part, and pushing all scores up would look like learning.",
    zh="这是目标词的得分取负。没有 softmax，其余的词就不起作用，把所有得分一起抬高也会像是学会了。",
)
def no_softmax(v, U, target):
    return -(U[target] @ v)


@loss.mistake(
    en="Your loss is always 0: the softmax ran over the context word alone, so its probability is 1. The sum in the denominator runs over the whole vocabulary, all rows of `U`.",
    zh="你的损失总是 0：softmax 只在上下文词自己身上做，概率当然是 1。分母要对整个词表求和，也就是 `U` 的所有行。",
)
def softmax_over_the_context(v, U, target):
    return -np.log(_softmax(U[[target]] @ v)[0])


@loss.mistake(
    en="The sum in the denominator leaves out the right word. It runs over the whole vocabulary, the right word included.",
    zh="你的分母里没有目标词。它要对整个词表求和，目标词也在内。",
)
def softmax_over_the_others(v, U, target):
    return -np.log(np.exp(U[target] @ v) / np.exp(np.delete(U, target, axis=0) @ v).sum())


@loss.mistake(
    en="You turned one score into a probability by the logistic function. A choice among all words needs the softmax.",
    zh="你用逻辑函数把一个得分变成了概率。要在所有词里选一个，用的是 softmax。",
)
def logistic(v, U, target):
    return np.log(1 + np.exp(-(U[target] @ v)))


@loss.mistake(
    en="You asked about every word on its own, with the logistic function, as negative sampling does. Here the words "
    "compete in one softmax.",
    zh="你用 logistic 函数对每个词单独提问，那是负采样的做法。这里所有的词在同一个 softmax 里竞争。",
)
def logistic_of_every_word(v, U, target):
    others = np.delete(U, target, axis=0) @ v
    return np.logaddexp(0, -(U[target] @ v)) + np.logaddexp(0, others).sum()


@loss.mistake(
    en="These are the losses of all words. The pair has one right word: number `target`.",
    zh="这是所有词的损失。一对词里目标词只有一个：编号 `target`。",
)
def of_every_word(v, U, target):
    return -np.log(_softmax(U @ v))


@loss.mistake(
    en="You added up the losses of all words. The pair has one right word: number `target`.",
    zh="你把所有词的损失加了起来。一对词里目标词只有一个：编号 `target`。",
)
def summed_over_words(v, U, target):
    return -np.log(_softmax(U @ v)).sum()


@loss.mistake(
    en="You divided by the number of words. A pair has one right word, so there is nothing to average.",
    zh="你除以了词数。一对词里目标词只有一个，没有什么可平均的。",
)
def mean_over_words(v, U, target):
    return -(np.eye(len(U))[target] * np.log(_softmax(U @ v))).mean()


@loss.mistake(
    en="You multiplied by the probability once more. The right word is certain, so its logarithm counts with weight 1.",
    zh="你又乘了一次概率。目标词是确定的，它的对数权重为 1。",
)
def weighted_by_probability(v, U, target):
    p = _softmax(U @ v)[target]
    return -p * np.log(p)


@loss.mistake(
    en="You took the largest score off inside the sum, but not from the score of the right word. Take it off both, or off neither.",
    zh="求和里减去了最大的得分，目标词的得分却没有减。要减都减，要不减都不减。",
)
def largest_taken_off_once(v, U, target):
    scores = U @ v
    return np.log(np.exp(scores - scores.max()).sum()) - scores[target]


@loss.mistake(
    en="You took the word before the right one. Words are numbered from 0, so `target` is the place as it stands.",
    zh="你取的是目标词的前一个。词从 0 编号，所以 `target` 就是它的位置。",
)
def counted_from_one(v, U, target):
    return -np.log(_softmax(U @ v)[target - 1])


@loss.mistake(
    en="You divided the scores themselves by their sum. A score may be negative: softmax raises e to its power first.",
    zh="你直接用得分除以了得分之和。得分可能是负的：softmax 要先取 e 的得分次方。",
)
def no_exponential(v, U, target):
    scores = U @ v
    with np.errstate(all="ignore"):
        return -np.log(scores[target] / scores.sum())


@loss.mistake(
    en="You divided by the *number* of words. The softmax divides by the sum of all powers.",
    zh="你除以的是词的个数。softmax 除以的是所有乘方之和。",
)
def not_divided_by_the_sum(v, U, target):
    return np.log(len(U)) - U[target] @ v


@loss.mistake(
    en="That is the logarithm of the denominator alone. The score of the right word is missing.",
    zh="这只是分母的对数，还缺目标词的得分。",
)
def the_denominator(v, U, target):
    return np.log(np.exp(U @ v).sum())


@loss.mistake(
    en="You took the logarithm of 1 minus the probability, so that a *sure* right guess costs most. Take that of the probability.",
    zh="你取的是 1 减概率的对数，于是猜得越有把握，损失反而越大。应当取概率本身的对数。",
)
def logarithm_of_the_rest(v, U, target):
    return -np.log(1 - _softmax(U @ v)[target])


@loss.mistake(
    en="That is the entropy of the guess, which does not know the right word. The loss looks at word `target` alone.",
    zh="这是预测的熵，它不知道哪个是目标词。损失只看词 `target`。",
)
def entropy(v, U, target):
    p = _softmax(U @ v)
    return -(p * np.log(p)).sum()


@loss.mistake(
    en="That is the squared error. The loss here is minus the logarithm of one probability.",
    zh="这是平方误差。这里的损失是一个概率的负对数。",
)
def squared_error(v, U, target):
    return (_error(v, U, target) ** 2).sum()


@loss.mistake(
    en="That is the squared error of one probability. The loss here is minus its logarithm.",
    zh="这是一个概率的平方误差。这里的损失是它的负对数。",
)
def squared_miss(v, U, target):
    return (1 - _softmax(U @ v)[target]) ** 2


@loss.mistake(
    en="You took the most probable word. The loss is that of word `target`, however probable the model holds it.",
    zh="你取的是概率最大的词。损失看的是词 `target`，不管模型给它多大概率。",
)
def of_the_best_word(v, U, target):
    return -np.log(_softmax(U @ v).max())


@loss.mistake(
    en="That is 1 divided by the probability. The loss is the logarithm of it.",
    zh="这是概率的倒数。损失还要对它取对数。",
)
def one_over_probability(v, U, target):
    return 1 / _softmax(U @ v)[target]


@loss.mistake(
    en="The score of the right word has the wrong sign: minus the logarithm of a quotient is the logarithm of what stands below, *less* that of what stands above.",
    zh="目标词得分的符号反了：商的负对数，等于分母的对数减去分子的对数。",
)
def score_added(v, U, target):
    return np.log(np.exp(U @ v).sum()) + U[target] @ v


@loss.mistake(
    en="You divided one logarithm by another. Divide first, then take the logarithm: that of a quotient is a difference.",
    zh="你用一个对数除以了另一个对数。应当先相除，再取对数：商的对数是对数之差。",
)
def quotient_of_logarithms(v, U, target):
    return -(U[target] @ v) / np.log(np.exp(U @ v).sum())


@loss.mistake(
    en="In the denominator you added up the scores themselves. The softmax adds up e to the power of each.",
    zh="分母里你加起来的是得分本身。softmax 加起来的是 e 的各个得分次方。",
)
def logarithm_of_summed_scores(v, U, target):
    with np.errstate(all="ignore"):
        return np.log((U @ v).sum()) - U[target] @ v


@loss.mistake(
    en="The bracket of the logarithm closes too early: the sum must be divided by inside of it.",
    zh="对数的括号关得太早了：除以总和要放在括号里面。",
)
def bracket_of_the_logarithm(v, U, target):
    return -(U[target] @ v) / np.exp(U @ v).sum()


@loss.mistake(
    en="`U[target] * v` multiplies number by number, within one word. The scores are dot products, one for each word: `U @ v`.",
    zh="`U[target] * v` 只是一个词内部的逐项相乘。得分是点积，每个词一个：`U @ v`。",
)
def products_in_place_of_scores(v, U, target):
    return -np.log(_softmax(U[target] * v)).sum()


@loss.mistake(
    en="You took the logarithm of each power, and added up afterwards. The sum stands *inside* the logarithm: look at "
    "the brackets.",
    zh="你先对每个乘方取对数，然后才求和。求和应当在对数里面：看看括号。",
)
def sum_outside_the_logarithm(v, U, target):
    return (U @ v).sum() - U[target] @ v


def _draw_table(rng):
    # Some tables are square: only there can a matrix that should have been transposed go unnoticed.
    n_words, d = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    centre, target = rng.choice(n_words, size=2, replace=rng.random() < 0.2)
    return rng.normal(size=(n_words, d)), int(centre), int(target)


one_table = Exercise(
    id="word2vec-one-table",
    title=Text("One table in two roles", "一张表，两个角色"),
    gives=Text("a table of the shape of `E`", "与 `E` 同形状的表"),
    hint=Text(
        "Every row of `E` is an output row, with `δ_j v` for its gradient; one of them is the input row as well. What does a number get that stands in the loss twice?",
        "`E` 的每一行都是输出行，梯度是 `δ_j v`；其中一行同时还是输入行。一个数在损失里出现两次，它的梯度是什么？",
    ),
    examples=[
        (_E, 2, 3),
        (np.array([[1.0, 0.0], [0.0, 1.5]]), 0, 1),
        (np.array([[0.0, 0.0], [3.5, 0.0], [0.0, 6.0]]), 0, 1),
        (np.array([[1.0, 1.0], [1.0, -1.0]]), 0, 0),
    ],
    random=_draw_table,
)


def _both_roles(E, centre, target):
    """What the rows get as output rows (V, d), and what the centre gets as input row (d,)."""
    error = _error(E[centre], E, target)
    return np.outer(error, E[centre]), E.T @ error


@one_table.solution
def one_table_gradient(E, centre, target):
    gradient, as_input = _both_roles(E, centre, target)
    gradient[centre] += as_input
    return gradient


@one_table.mistake(
    en="That is what the rows get as output rows. The centre's row was also read: it stands in every score a second time.",
    zh="这是各行作为输出行得到的。中心词那一行还被读过：它在每个得分里又出现了一次。",
)
def output_role_only(E, centre, target):
    return _both_roles(E, centre, target)[0]


@one_table.mistake(
    en="That is what the centre's row gets as input row. All rows, this one too, are output rows as well.",
    zh="这是中心词那一行作为输入行得到的。所有的行（包括这一行）同时也是输出行。",
)
def input_role_only(E, centre, target):
    gradient = np.zeros_like(E)
    gradient[centre] = _both_roles(E, centre, target)[1]
    return gradient


@one_table.mistake(
    en="The centre's row got its part as input row *in place of* its part as output row. It has both roles: what happens to the two parts?",
    zh="中心词那一行，作为输入行的那份顶替了作为输出行的那份。它两个角色都有：两份该怎么办？",
)
def one_role_in_place_of_the_other(E, centre, target):
    gradient, as_input = _both_roles(E, centre, target)
    gradient[centre] = as_input
    return gradient


@one_table.mistake(
    en="You took the mean of the two parts. A number that stands in the loss twice gets both in full.",
    zh="你把两份取了平均。一个数在损失里出现两次，两份都要全部算上。",
)
def mean_of_both_roles(E, centre, target):
    return one_table_gradient(E, centre, target) / 2


@one_table.mistake(
    en="In the centre's row you took the mean of the two parts. It gets both in full.",
    zh="在中心词那一行，你把两份取了平均。两份都要全部算上。",
)
def mean_in_the_row_of_the_centre(E, centre, target):
    gradient, as_input = _both_roles(E, centre, target)
    gradient[centre] = (gradient[centre] + as_input) / 2
    return gradient


@one_table.mistake(
    en="You gave the input part to the row of the right word. What was read is the centre.",
    zh="你把输入的那份给了目标词的行。读进来的是中心词。",
)
def input_role_to_the_target(E, centre, target):
    gradient, as_input = _both_roles(E, centre, target)
    gradient[target] += as_input
    return gradient


@one_table.mistake(
    en="Every row got the input part. Only one word was read.",
    zh="每一行都拿到了输入的那份。读进来的只有一个词。",
)
def input_role_to_every_row(E, centre, target):
    return np.add(*_both_roles(E, centre, target))


@one_table.mistake(
    en="The centre and the right word have changed places: the centre is read, the target is guessed.",
    zh="中心词和目标词弄反了：中心词是读进来的，目标词是要猜的。",
)
def centre_and_target_swapped(E, centre, target):
    return one_table_gradient(E, target, centre)


@one_table.mistake(
    en="The sign is the wrong way round: this points to where the loss falls. The error is `p - y`.",
    zh="符号反了：这指向损失减小的方向。误差是 `p - y`。",
)
def turned(E, centre, target):
    return -one_table_gradient(E, centre, target)


@one_table.mistake(
    en="You used `p` as the error. What was right, the one-hot `y`, is still to be taken off: the error is `p - y`.",
    zh="你把 `p` 当成了误差。还要减去独热目标 `y`：误差是 `p - y`。",
)
def guess_as_error(E, centre, target):
    p = _softmax(E @ E[centre])
    gradient = np.outer(p, E[centre])
    gradient[centre] += E.T @ p
    return gradient


@one_table.mistake(
    en="You used `p` as the error, and only in one role. The error is `p - y`, and the centre's row is input and output row.",
    zh="你把 `p` 当成了误差，而且只算了一个角色。误差是 `p - y`；中心词那一行既是输入行，又是输出行。",
)
def guess_as_error_in_one_role(E, centre, target):
    return np.outer(_softmax(E @ E[centre]), E[centre])


@one_table.mistake(
    en="That is the table after a step. Asked is the gradient alone, without the step.",
    zh="这是走了一步之后的表。题目只要梯度，不要更新。",
)
def table_after_a_step(E, centre, target):
    return E - one_table_gradient(E, centre, target)


@one_table.mistake(
    en="That is only the centre's row. Asked is the gradient of the whole table.",
    zh="这只是中心词那一行。题目要的是整张表的梯度。",
)
def row_of_the_centre(E, centre, target):
    return one_table_gradient(E, centre, target)[centre]


@one_table.mistake(
    en="You took the scores for the guess. The error compares *probabilities* with what was right: the softmax is missing.",
    zh="你把得分当成了预测。误差比较的是概率与真实：漏了 softmax。",
)
def scores_for_the_guess(E, centre, target):
    error = E @ E[centre] - np.eye(len(E))[target]
    gradient = np.outer(error, E[centre])
    gradient[centre] += E.T @ error
    return gradient


@one_table.mistake(
    en="You judged each word on its own, by the logistic function. Here the words share one probability: use the softmax.",
    zh="你用 logistic 函数逐个判断了每个词。这里所有的词分享总和为 1 的概率：要用 softmax。",
)
def each_word_on_its_own(E, centre, target):
    error = 1 / (1 + np.exp(-(E @ E[centre]))) - np.eye(len(E))[target]
    gradient = np.outer(error, E[centre])
    gradient[centre] += E.T @ error
    return gradient


@one_table.mistake(
    en="You left the centre out of the vocabulary. It may stand beside itself, and its own score is in the denominator: that is the very trouble with one table.",
    zh="你把中心词从词表里去掉了。词可以挨着自己，它自己的得分也在分母里：一张表的麻烦正在这里。",
)
def centre_not_in_the_vocabulary(E, centre, target):
    if centre == target:
        return np.zeros_like(E)
    others = np.arange(len(E)) != centre
    error = np.zeros(len(E))
    error[others] = _softmax(E[others] @ E[centre])
    error[target] -= 1
    gradient = np.outer(error, E[centre])
    gradient[centre] += E.T @ error
    return gradient


@one_table.mistake(
    en="Only the right word plays a part. The wrong ones have errors too: every row has a gradient.",
    zh="只有目标词起了作用。错的词也有误差：每一行都有梯度。",
)
def only_the_target(E, centre, target):
    error = _error(E[centre], E, target) * np.eye(len(E))[target]
    gradient = np.outer(error, E[centre])
    gradient[centre] += E.T @ error
    return gradient


@one_table.mistake(
    en="The two parts were taken off each other. A number that stands in the loss twice gets the sum of both.",
    zh="你把两份相减了。一个数在损失里出现两次，得到的是两份之和。",
)
def one_role_less_the_other(E, centre, target):
    gradient, as_input = _both_roles(E, centre, target)
    gradient[centre] -= as_input
    return gradient


@one_table.mistake(
    en="You added the gradient of one output row twice in the centre's row. Its part as input row is another: a sum over all rows, each times its error.",
    zh="在中心词那一行，你把输出的那份加了两次。作为输入行的那份不同：是所有行乘以各自的误差再求和。",
)
def output_role_twice(E, centre, target):
    gradient = _both_roles(E, centre, target)[0]
    gradient[centre] *= 2
    return gradient


def _draw_window(rng):
    n_words, d = int(rng.integers(4, 8)), int(rng.integers(2, 5))
    # Drawn with replacement, so that some words stand in the window twice.
    context = rng.integers(n_words, size=int(rng.integers(2, 6)))
    return rng.normal(size=(n_words, d)), rng.normal(size=(n_words, d)), context, int(rng.integers(n_words))


cbow = Exercise(
    id="word2vec-cbow",
    title=Text("The gradient of CBOW", "CBOW 的梯度"),
    gives=Text("a table of the shape of `E`", "与 `E` 同形状的表"),
    hint=Text(
        "Three parts can be off: the mean `h` of the context's rows, the gradient `U.T @ e` at `h`, and how it is shared out to the rows.",
        "可能出错的有三处：上下文各行的平均 `h`，`h` 处的梯度 `U.T @ e`，以及怎样把它分给各行。",
    ),
    # A fraction in each E: a check shows these as calls, and `zeros_like` of whole numbers could hold no gradient.
    examples=[
        (
            np.array([[1.0, 0.0], [2.5, 2.0], [-1.0, 0.0]]),
            np.array([[3.0, 0.0], [0.0, 3.0], [6.0, 3.0]]),
            np.array([0, 2]),
            1,
        ),
        (
            np.array([[1.0, 0.0], [2.5, 2.0], [-2.0, 0.0]]),
            np.array([[3.0, 0.0], [0.0, 3.0], [6.0, 3.0]]),
            np.array([0, 2, 0]),
            1,
        ),
        (
            np.array([[1.0, 1.0], [0.5, 5.0], [-1.0, 1.0]]),
            np.array([[4.0, np.log(2)], [0.0, 0.0], [8.0, 0.0]]),
            np.array([0, 2]),
            1,
        ),
    ],
    random=_draw_window,
)


@cbow.solution
def cbow_gradient(E, U, context, target):
    gradient = np.zeros_like(E)
    at_h = U.T @ _error(E[context].mean(axis=0), U, target)
    np.add.at(gradient, context, at_h / len(context))
    return gradient


@cbow.mistake(
    en="Each context word got the whole gradient of `h`. When its row moves, `h` moves only by a share of that: which?",
    zh="每个上下文词都拿了 `h` 的整个梯度。它那一行移动时，`h` 只移动其中的一份：是几分之一？",
)
def not_shared(E, U, context, target):
    return len(context) * cbow_gradient(E, U, context, target)


@cbow.mistake(
    en="That is the gradient for the *sum* of the context. Here `h` is the mean: both the guess and the gradient change.",
    zh="这是上下文求和时的梯度。这里的 `h` 是平均：猜测和梯度都要跟着变。",
)
def sum_throughout(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ _error(E[context].sum(axis=0), U, target))
    return gradient


@cbow.mistake(
    en="The shares are right, but the guess was made with the *sum* of the context. Take the mean there too.",
    zh="分法对了，但猜测时用的是上下文之和。那里也要取平均。",
)
def guessed_from_the_sum(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ _error(E[context].sum(axis=0), U, target) / len(context))
    return gradient


@cbow.mistake(
    en="A word that stands twice in the window got its share only once: with repeated numbers, `gradient[context] += …` adds once. See `np.add.at`, or write a loop.",
    zh="在窗口里出现两次的词只分到了一份：编号有重复时，`gradient[context] += …` 只加一次。看看 `np.add.at`，或者写一个循环。",
)
def shares_lost(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] += U.T @ _error(E[context].mean(axis=0), U, target) / len(context)
    return gradient


@cbow.mistake(
    en="You took every context word once. A word that stands twice in the window counts twice, in the mean and in the gradient.",
    zh="每个上下文词你只算了一次。在窗口里出现两次的词要算两次，求平均时和求梯度时都是。",
)
def each_word_once(E, U, context, target):
    return cbow_gradient(E, U, np.unique(context), target)


@cbow.mistake(
    en="The sign is the wrong way round: this points to where the loss falls. The error is `p - y`, what was guessed minus what was right.",
    zh="符号反了：这指向损失减小的方向。误差是 `p - y`，预测减去真实。",
)
def sign_turned(E, U, context, target):
    return -cbow_gradient(E, U, context, target)


@cbow.mistake(
    en="You used `p` as the error. What was right, the one-hot `y`, is still to be taken off: the error is `p - y`.",
    zh="你把 `p` 当成了误差。还要减去独热目标 `y`：误差是 `p - y`。",
)
def p_as_the_error(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ _softmax(U @ E[context].mean(axis=0)) / len(context))
    return gradient


@cbow.mistake(
    en="You used the first context word only. CBOW guesses from all of them together.",
    zh="你只用了第一个上下文词。CBOW 要用所有上下文词一起猜。",
)
def first_word_only(E, U, context, target):
    return cbow_gradient(E, U, np.asarray(context)[:1], target)


@cbow.mistake(
    en="That is the gradient of the output table `U`. Asked is that of the input table `E`.",
    zh="这是输出表 `U` 的梯度。题目要的是输入表 `E` 的梯度。",
)
def of_the_output_table(E, U, context, target):
    h = E[context].mean(axis=0)
    return np.outer(_error(h, U, target), h)


@cbow.mistake(
    en="The two tables have changed places: the context is looked up in `E`, and the guesses are scored with `U`.",
    zh="两张表用反了：上下文在 `E` 里查，打分用 `U`。",
)
def tables_swapped(E, U, context, target):
    return cbow_gradient(U, E, context, target)


@cbow.mistake(
    en="You gave the gradient to the centre's row. In CBOW the centre is what is guessed; what was read, and moves in `E`, are the context words.",
    zh="你把梯度给了中心词的行。在 CBOW 里，中心词是被猜的；读进来的、在 `E` 里移动的，是上下文词。",
)
def to_the_centre(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[target] = U.T @ _error(E[context].mean(axis=0), U, target) / len(context)
    return gradient


@cbow.mistake(
    en="Every row got a share. The rows of words outside the window stay 0.",
    zh="每一行都分到了一份。窗口之外的词，对应的行要保持为 0。",
)
def to_every_row(E, U, context, target):
    return np.zeros_like(E) + U.T @ _error(E[context].mean(axis=0), U, target) / len(context)


@cbow.mistake(
    en="That is the share of one context word. Asked is the whole table, with that share in the rows of the context words.",
    zh="这是一个上下文词分到的那份。题目要的是整张表，这一份要填进各个上下文词的行。",
)
def one_share(E, U, context, target):
    return U.T @ _error(E[context].mean(axis=0), U, target) / len(context)


@cbow.mistake(
    en="That is the table after a step. Asked is the gradient alone, without the step.",
    zh="这是走了一步之后的表。题目只要梯度，不要更新。",
)
def after_the_step(E, U, context, target):
    return E - cbow_gradient(E, U, context, target)


@cbow.mistake(
    en="You divided by the size of the vocabulary. The mean runs over the words in the window.",
    zh="你除以了词表的大小。平均是对窗口里的词求的。",
)
def shared_by_the_vocabulary(E, U, context, target):
    return cbow_gradient(E, U, context, target) * len(context) / len(E)


@cbow.mistake(
    en="The scores come from `E` twice. They are the rows of `U` times `h`.",
    zh="得分两次都用了 `E`。得分是 `U` 的各行乘 `h`。",
)
def one_table_for_both(E, U, context, target):
    return cbow_gradient(E, E, context, target)


@cbow.mistake(
    en="You made one guess for each context word, as skip-gram would. CBOW makes one guess, from their mean.",
    zh="你让每个上下文词各猜了一次，那是 Skip-gram 的做法。CBOW 只用它们的平均猜一次。",
)
def one_guess_for_each(E, U, context, target):
    gradient = np.zeros_like(E)
    for word in context:
        gradient[word] += U.T @ _error(E[word], U, target) / len(context)
    return gradient


@cbow.mistake(
    en="You gave the gradient to the centre's row. In CBOW the centre is what is guessed; what was read, and moves in `E`, are the context words.",
    zh="你把梯度给了中心词的行。在 CBOW 里，中心词是被猜的；读进来的、在 `E` 里移动的，是上下文词。",
)
def whole_to_the_centre(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[target] = U.T @ _error(E[context].mean(axis=0), U, target)
    return gradient


@cbow.mistake(
    en="You made one guess for each context word, as skip-gram would. CBOW makes one guess, from their mean.",
    zh="你让每个上下文词各猜了一次，那是 Skip-gram 的做法。CBOW 只用它们的平均猜一次。",
)
def whole_guess_for_each(E, U, context, target):
    gradient = np.zeros_like(E)
    for word in context:
        gradient[word] += U.T @ _error(E[word], U, target)
    return gradient


@cbow.mistake(
    en="Two things: each context word got the whole gradient of `h`, where it should get a share; and a word that stands twice in the window got it once.",
    zh="有两处：每个上下文词都拿了 `h` 的整个梯度，其实只该拿一份；而在窗口里出现两次的词，只拿到了一次。",
)
def whole_and_once(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] = U.T @ _error(E[context].mean(axis=0), U, target)
    return gradient


@cbow.mistake(
    en="You divided by the number of *different* words. A word that stands twice in the window counts twice in `m`.",
    zh="你除以的是不同的词的个数。在窗口里出现两次的词，在 `m` 里也要算两次。",
)
def shared_by_different_words(E, U, context, target):
    gradient = np.zeros_like(E)
    at_h = U.T @ _error(E[context].mean(axis=0), U, target)
    np.add.at(gradient, context, at_h / len(set(context.tolist())))
    return gradient


@cbow.mistake(
    en="Your `h` is the mean of all rows of `E`. Only the context words are averaged.",
    zh="你的 `h` 是 `E` 所有行的平均。只有上下文词参加平均。",
)
def mean_of_the_whole_table(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ _error(E.mean(axis=0), U, target) / len(context))
    return gradient


@cbow.mistake(
    en="You took the powers as they are. A softmax divides them by their sum, so that they are probabilities.",
    zh="你直接用了乘方。softmax 还要除以它们的总和，这样才是概率。",
)
def powers_as_guess(E, U, context, target):
    powers = np.exp(U @ E[context].mean(axis=0))
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ (powers - np.eye(len(U))[target]) / len(context))
    return gradient


@cbow.mistake(
    en="You took the scores for the guess. The error compares *probabilities* with what was right: the softmax is missing.",
    zh="你把得分当成了预测。误差比较的是概率与真实：漏了 softmax。",
)
def scores_as_the_guess(E, U, context, target):
    h = E[context].mean(axis=0)
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ (U @ h - np.eye(len(U))[target]) / len(context))
    return gradient


@cbow.mistake(
    en="Only the right word plays a part. The wrong ones have errors too: the gradient of `h` is a sum over all rows of `U`.",
    zh="只有目标词起了作用。错的词也有误差：`h` 的梯度要对 `U` 的所有行求和。",
)
def right_word_only(E, U, context, target):
    h = E[context].mean(axis=0)
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, (_error(h, U, target) * np.eye(len(U))[target]) @ U / len(context))
    return gradient


@cbow.mistake(
    en="You filled in the gradient of the output table, each word's error times `h`. What the rows of `E` get comes from `U.T @ e`.",
    zh="你填进去的是输出表的梯度，即各词的误差乘 `h`。`E` 的各行得到的来自 `U.T @ e`。",
)
def output_gradient_in_the_context(E, U, context, target):
    h = E[context].mean(axis=0)
    gradient = np.zeros_like(E)
    gradient[context] = np.outer(_error(h, U, target), h)[context]
    return gradient


@cbow.mistake(
    en="You divided by the size of the vocabulary; the mean runs over the words in the window. And a word that stands there twice got one share only.",
    zh="你除以了词表的大小，而平均是对窗口里的词求的。另外，在窗口里出现两次的词只分到了一份。",
)
def once_by_the_vocabulary(E, U, context, target):
    gradient = np.zeros_like(E)
    gradient[context] = U.T @ _error(E[context].mean(axis=0), U, target) / len(E)
    return gradient


@cbow.mistake(
    en="Two things: the sign is the wrong way round (the error is `p - y`), and each context word got the whole gradient of `h`, where it should get a share.",
    zh="有两处：符号反了（误差是 `p - y`）；每个上下文词都拿了 `h` 的整个梯度，其实只该拿一份。",
)
def turned_and_not_shared(E, U, context, target):
    return -len(context) * cbow_gradient(E, U, context, target)


@cbow.mistake(
    en="That is the gradient of the output table `U`, and for the *sum* of the context. Asked is that of the input table `E`, with the mean.",
    zh="这是输出表 `U` 的梯度，而且是上下文求和时的。题目要的是输入表 `E` 的梯度，用平均。",
)
def of_the_first_output(E, U, context, target):
    return np.outer(_error(E[context].sum(axis=0), U, target), E[context].sum(axis=0))


def _draw_scores(rng):
    n = int(rng.integers(3, 9))
    counts = rng.integers(0, 300, size=n) * (rng.random(n) < 0.8)
    counts[rng.integers(n)] = rng.integers(1, 300)
    return rng.normal(scale=2, size=n), counts, float(rng.choice([0.25, 0.5, 0.75, 1.0]))


prior = Exercise(
    id="word2vec-prior",
    title=Text("Popularity put back", "把流行度加回去"),
    gives=Text("an array with one probability for each film", "数组，每部电影一个概率"),
    hint=Text(
        "Start from the formula of the text and solve it for P, up to a factor that all films share. What must the probabilities add up to?",
        "从正文的公式出发，解出 P，只差一个各片相同的因子。所有概率加起来应当是多少？",
    ),
    examples=[
        (np.array([np.log(4), 0.0, 0.0]), np.array([1, 16, 16]), 0.75),
        (np.array([5.0, 0.0, np.log(2)]), np.array([0, 4, 1]), 0.5),
        (np.array([1.0, 1.0, 1.0]), np.array([1, 2, 5]), 1.0),
    ],
    random=_draw_scores,
)


def _log_counts(counts):
    with np.errstate(divide="ignore"):
        return np.log(counts)


@prior.solution
def probabilities(scores, counts, alpha):
    return _softmax(scores + alpha * _log_counts(counts))


@prior.mistake(
    en="The counts play no part, so films that hardly anybody rated are as likely as their scores say. The training has taken popularity out: put it back.",
    zh="次数没有起作用，冷门片的概率就只由得分决定。训练把流行度减掉了：把它加回去。",
)
def no_counts(scores, counts, alpha):
    return _softmax(scores)


@prior.mistake(
    en="Only `alpha` of the logarithm was taken out, so only that much must come back.",
    zh="减掉的只是对数的 `alpha` 倍，加回去的也只能是这么多。",
)
def whole_count(scores, counts, alpha):
    return _softmax(scores + _log_counts(counts))


@prior.mistake(
    en="You took the count off a second time. The score lacks it already: which sign solves the formula for P?",
    zh="你把流行度又减了一次。得分里本来就缺它：解出 P 时应当是什么符号？",
)
def count_taken_off_again(scores, counts, alpha):
    return _softmax(np.where(counts > 0, scores - alpha * np.log(np.maximum(counts, 1)), -np.inf))


@prior.mistake(
    en="You added the count itself. The formula has its logarithm.",
    zh="你加的是次数本身。公式里是它的对数。",
)
def no_logarithm(scores, counts, alpha):
    return _softmax(scores + alpha * counts)


@prior.mistake(
    en="These are logarithms, up to a constant. Asked are probabilities, which add up to 1.",
    zh="这是对数（差一个常数）。题目要的是概率，总和为 1。",
)
def logarithms(scores, counts, alpha):
    return scores + alpha * _log_counts(counts)


@prior.mistake(
    en="These are the logarithms of the probabilities. Asked are the probabilities themselves.",
    zh="这是概率的对数。题目要的是概率本身。",
)
def logarithms_of_the_probabilities(scores, counts, alpha):
    with np.errstate(divide="ignore"):
        return np.log(probabilities(scores, counts, alpha))


@prior.mistake(
    en="In the right proportion, but they do not add up to 1: divide by their sum.",
    zh="比例对了，但加起来不是 1：还要除以总和。",
)
def not_divided(scores, counts, alpha):
    return np.exp(scores) * counts**alpha


@prior.mistake(
    en="You multiplied the softmax by the counts, and did not divide again: the numbers no longer add up to 1.",
    zh="你给 softmax 乘上了次数，却没有再除一次：加起来不再是 1。",
)
def not_divided_again(scores, counts, alpha):
    return _softmax(scores) * counts**alpha


@prior.mistake(
    en="You multiplied the *scores* by the power of the count. What is a sum among logarithms is a product among probabilities, not among scores.",
    zh="你把次数的乘方乘到了得分上。对数相加，对应的是概率相乘，而不是得分相乘。",
)
def scores_multiplied(scores, counts, alpha):
    return _softmax(scores * counts**alpha)


@prior.mistake(
    en="You added the power of the count. Among logarithms it is its logarithm that is added.",
    zh="你加的是次数的乘方。在对数里，要加的是它的对数。",
)
def power_added(scores, counts, alpha):
    return _softmax(scores + counts**alpha)


@prior.mistake(
    en="A σ for each film gives numbers that need not add up to 1. Asked is how likely each film is among all.",
    zh="每部电影各取一个 σ，加起来不一定是 1。题目问的是每部电影在全部电影中的概率。",
)
def sigma_of_each(scores, counts, alpha):
    return 1 / (1 + np.exp(-scores - alpha * _log_counts(counts)))


@prior.mistake(
    en="You counted every film once more than it occurs, so that one that never occurs gets a probability. Its count is 0, and so is its probability.",
    zh="你给每部电影多数了一次，从没出现过的电影也有了概率。它的次数是 0，概率也是 0。",
)
def counted_once_more(scores, counts, alpha):
    return _softmax(scores + alpha * np.log(counts + 1))


@prior.mistake(
    en="A film that never occurs was treated as if it occurred once. Its count is 0, and so is its probability.",
    zh="从没出现过的电影被当作出现过一次。它的次数是 0，概率也是 0。",
)
def unseen_as_once(scores, counts, alpha):
    return _softmax(scores + alpha * np.log(np.maximum(counts, 1)))


@prior.mistake(
    en="That is the noise's own distribution. The scores play no part.",
    zh="这是负样本的分布，得分没有起作用。",
)
def noise_alone(scores, counts, alpha):
    return counts**alpha / (counts**alpha).sum()


@prior.mistake(
    en="You multiplied the logarithm of the count by the score. They are added.",
    zh="你把次数的对数与得分相乘了。应当相加。",
)
def logarithm_multiplied(scores, counts, alpha):
    return _softmax(np.where(counts > 0, scores * alpha * np.log(np.maximum(counts, 1)), -np.inf))


@prior.mistake(
    en="The logarithm was taken to base 2. Here it is the natural one: `np.log`.",
    zh="你用了以 2 为底的对数。这里用自然对数：`np.log`。",
)
def count_to_base_two(scores, counts, alpha):
    return _softmax(scores + alpha * _log_counts(counts) / np.log(2))


@prior.mistake(
    en="The logarithm was taken to base 10. Here it is the natural one: `np.log`.",
    zh="你用了以 10 为底的对数。这里用自然对数：`np.log`。",
)
def count_to_base_ten(scores, counts, alpha):
    return _softmax(scores + alpha * _log_counts(counts) / np.log(10))


@prior.mistake(
    en="A film that never occurs became likely, or everything `nan`: its logarithm is minus infinity, which must stay so and not be replaced by 0.",
    zh="从没出现过的电影反而有了概率，或者全部变成 `nan`：它的对数是负无穷，应当保留，不能换成 0。",
)
def infinity_as_zero(scores, counts, alpha):
    logs = scores + alpha * _log_counts(counts)
    return _softmax(np.where(counts > 0, logs, 0))


@prior.mistake(
    en="`alpha` stands on the whole sum. It belongs to the logarithm of the count alone.",
    zh="你把 `alpha` 乘到了整个和上。它只乘次数的对数。",
)
def alpha_on_everything(scores, counts, alpha):
    return _softmax(alpha * (scores + _log_counts(counts)))


def _draw_log(rng):
    # Long enough, and with so many rows at the same time, that NumPy's default sort mixes them up.
    users = rng.choice(8, size=4, replace=False)
    return rng.choice(users, size=60), rng.integers(40, size=60), rng.integers(100, 110, size=60)


sentences = Exercise(
    id="word2vec-sentences",
    title=Text("Histories as sentences", "把历史写成句子"),
    gives=Text("a list with one list of items for each user", "一个列表，其中每位用户各有一个物品列表"),
    hint=Text(
        "Follow one user through the log by hand. Which rows are theirs, and in which order of time?",
        "挑一位用户，在日志里手工找一遍。哪些行是这位用户的？按时间先后怎么排？",
    ),
    examples=[
        (np.array([0, 1, 0, 1, 0]), np.array([5, 3, 2, 4, 7]), np.array([30, 10, 10, 20, 20])),
        (np.array([2, 0, 2, 2]), np.array([9, 1, 4, 6]), np.array([5, 5, 5, 1])),
    ],
    random=_draw_log,
)


def _grouped(user, item):
    return [item[user == u].tolist() for u in range(user.max() + 1)]


def _in_order(user, item, order):
    return _grouped(user[order], item[order])


@sentences.solution
def sentences_of(user, item, timestamp):
    return _in_order(user, item, np.argsort(timestamp, kind="stable"))


@sentences.mistake(
    en="The items stand in the order of the log. Sort each user's rows by time.",
    zh="物品还是日志里的顺序。要把每位用户的行按时间排序。",
)
def in_order_of_the_log(user, item, timestamp):
    return _grouped(user, item)


@sentences.mistake(
    en="The newest item comes first. A sentence begins with the oldest.",
    zh="最新的物品排在了最前。句子要从最早的开始。",
)
def newest_first(user, item, timestamp):
    return _in_order(user, item, np.argsort(-timestamp, kind="stable"))


@sentences.mistake(
    en="Rows at the same time have lost their order: NumPy's and pandas' default sort is not stable. Ask for a sort of the `kind` that is.",
    zh="同一时间的几行，顺序乱了：NumPy 和 pandas 默认的排序不稳定。请用 `kind` 选一种稳定的排序。",
)
def unstable_sort(user, item, timestamp):
    return _in_order(user, item, np.argsort(timestamp))


@sentences.mistake(
    en="Within each user, rows at the same time have lost their order: NumPy's default sort is not stable. Ask for a sort of the `kind` that is.",
    zh="每位用户之内，同一时间的几行顺序乱了：NumPy 默认的排序不稳定。请用 `kind` 选一种稳定的排序。",
)
def unstable_within_a_user(user, item, timestamp):
    rows = (np.flatnonzero(user == u) for u in range(user.max() + 1))
    return [item[own][np.argsort(timestamp[own])].tolist() for own in rows]


@sentences.mistake(
    en="Rows at the same time were sorted by item number. They should keep the order of the log: sort by time alone.",
    zh="同一时间的几行被你按物品编号排了序。它们应当保持日志里的顺序：只按时间排。",
)
def ties_by_item(user, item, timestamp):
    return _in_order(user, item, np.lexsort((item, timestamp)))


@sentences.mistake(
    en="Rows at the same time stand in reverse order. This happens when one sorts from new to old and turns the result round.",
    zh="同一时间的几行，顺序反了。先从新到旧排序、再整个倒过来，就会这样。",
)
def ties_reversed(user, item, timestamp):
    return _in_order(user, item, np.argsort(-timestamp, kind="stable")[::-1])


@sentences.mistake(
    en="You sorted each user's items by their numbers. The sentence follows time.",
    zh="你把每位用户的物品按编号排了序。句子要按时间排。",
)
def sorted_by_item(user, item, timestamp):
    return _in_order(user, item, np.argsort(item, kind="stable"))


@sentences.mistake(
    en="You sorted `item` but not `user`, so the two no longer belong together. Put both in the new order.",
    zh="你给 `item` 排了序，`user` 却没有，两者就对不上了。两个都要换成新的顺序。",
)
def user_not_sorted(user, item, timestamp):
    return _grouped(user, item[np.argsort(timestamp, kind="stable")])


@sentences.mistake(
    en="Users without rows are missing, so the later sentences have moved up. Sentence `u` must be that of user `u`: give an empty list.",
    zh="没有记录的用户漏掉了，后面的句子都提前了。第 `u` 句应当属于用户 `u`：请给一个空列表。",
)
def only_users_that_occur(user, item, timestamp):
    return [sentence for sentence in sentences_of(user, item, timestamp) if sentence]


@sentences.mistake(
    en="A user without rows got `None`. That user's sentence is an empty list.",
    zh="没有记录的用户得到了 `None`。这位用户的句子应当是空列表。",
)
def none_for_nobody(user, item, timestamp):
    order = np.argsort(timestamp, kind="stable")
    return [item[order][user[order] == u].tolist() or None for u in range(user.max() + 1)]


@sentences.mistake(
    en="The last user is missing: `range` stops *before* its end.",
    zh="漏了最后一位用户：`range` 不包含终点。",
)
def last_user_missing(user, item, timestamp):
    return sentences_of(user, item, timestamp)[:-1]


@sentences.mistake(
    en="You gave the places of the rows in the log. Use them to look up the items.",
    zh="你给出的是各行在日志里的位置。要用它们查出物品。",
)
def row_numbers(user, item, timestamp):
    return sentences_of(user, np.arange(len(item)), timestamp)


@sentences.mistake(
    en="These are the times. They only give the order; the words of the sentence are the items.",
    zh="这是时间。时间只用来决定顺序；句子里的词是物品。",
)
def the_times(user, item, timestamp):
    return sentences_of(user, timestamp, timestamp)


@sentences.mistake(
    en="All users are in one sentence. Films of different users are no neighbours: begin a new list for each user.",
    zh="所有用户连成了一句。不同用户的电影不是邻居：每位用户要另起一个列表。",
)
def one_long_sentence(user, item, timestamp):
    return [film for sentence in sentences_of(user, item, timestamp) for film in sentence]


@sentences.mistake(
    en="You gave a dictionary. Asked is a list in which sentence `u` is that of user `u`, with an empty one for a user without rows.",
    zh="你给出的是字典。题目要的是列表，第 `u` 句属于用户 `u`；没有记录的用户给一个空列表。",
)
def dictionary(user, item, timestamp):
    return {u: sentence for u, sentence in enumerate(sentences_of(user, item, timestamp)) if sentence}


@sentences.mistake(
    en="The newest item comes first. A sentence begins with the oldest.",
    zh="最新的物品排在了最前。句子要从最早的开始。",
)
def turned_round_at_last(user, item, timestamp):
    return [films[::-1] for films in sentences_of(user, item, timestamp)]


@sentences.mistake(
    en="`[[]] * n` is one and the same list, `n` times, so every user gets everybody's items. Make a new list for each user: `[[] for _ in range(n)]`.",
    zh="`[[]] * n` 是同一个列表重复 `n` 次，于是每位用户都拿到了所有人的物品。要给每位用户各建一个新列表：`[[] for _ in range(n)]`。",
)
def one_list_for_all(user, item, timestamp):
    return [item[np.argsort(timestamp, kind="stable")].tolist()] * (user.max() + 1)


@sentences.mistake(
    en="There is one sentence too many, an empty one at the end: did you split after the last user as well, or count one user too many?",
    zh="末尾多了一句空的：是不是在最后一位用户之后也切了一刀，或者多算了一位用户？",
)
def an_empty_one_too_many(user, item, timestamp):
    return [*sentences_of(user, item, timestamp), []]


@sentences.mistake(
    en="You made as many sentences as there are *different* users. Where a user has no rows, that is too few: the highest number decides.",
    zh="你按不同用户的个数来造句。有的用户没有记录，这样就少了：要看最大的编号。",
)
def as_many_as_different_users(user, item, timestamp):
    return sentences_of(user, item, timestamp)[: len(np.unique(user))]


@sentences.mistake(
    en="You kept each item only once. A film that a user has in two rows stands in the sentence twice.",
    zh="同一个物品你只留了一次。一位用户有两行的电影，在句子里要出现两次。",
)
def each_item_once(user, item, timestamp):
    return [list(dict.fromkeys(films)) for films in sentences_of(user, item, timestamp)]


@sentences.mistake(
    en="The sentences stand in the order in which the users turn up in the log. Sentence `u` must be that of user `u`, and an empty list for one without rows.",
    zh="句子排成了用户在日志里出现的先后。第 `u` 句应当属于用户 `u`；没有记录的用户给一个空列表。",
)
def in_order_of_appearance(user, item, timestamp):
    return [sentences_of(user, item, timestamp)[u] for u in dict.fromkeys(user.tolist())]


@sentences.mistake(
    en="The sentences stand in the order of the users' first ratings. Sentence `u` must be that of user `u`, and an empty list for one without rows.",
    zh="句子排成了各用户第一次评分的先后。第 `u` 句应当属于用户 `u`；没有记录的用户给一个空列表。",
)
def in_order_of_first_time(user, item, timestamp):
    order = np.argsort(timestamp, kind="stable")
    return [sentences_of(user, item, timestamp)[u] for u in dict.fromkeys(user[order].tolist())]


@sentences.mistake(
    en="User 0 is missing: users are numbered from 0.",
    zh="漏了用户 0：用户从 0 编号。",
)
def first_user_missing(user, item, timestamp):
    return sentences_of(user, item, timestamp)[1:]


@sentences.mistake(
    en="You kept the time beside each item. It only gives the order; the words of the sentence are the items alone.",
    zh="你把时间和物品留在了一起。时间只用来决定顺序；句子里只有物品。",
)
def with_their_times(user, item, timestamp):
    films, times = (sentences_of(user, values, timestamp) for values in (item, timestamp))
    return [list(zip(*pair, strict=True)) for pair in zip(times, films, strict=True)]


@sentences.mistake(
    en="These are the places in each user's own rows, as `argsort` gives them. Use them to look up that user's items.",
    zh="这是各行在该用户自己的记录里的位置，`argsort` 给出的就是它。要用它们查出这位用户的物品。",
)
def orders_within_a_user(user, item, timestamp):
    return [np.argsort(timestamp[user == u], kind="stable").tolist() for u in range(user.max() + 1)]


@sentences.mistake(
    en="Two things: the items stand in the order of the log, not of time; and users without rows are missing, so the later sentences have moved up.",
    zh="有两处：物品还是日志里的顺序，没有按时间排；没有记录的用户漏掉了，后面的句子都提前了。",
)
def seen_users_in_order_of_the_log(user, item, timestamp):
    return [films for films in _grouped(user, item) if films]


@sentences.mistake(
    en="Two things: rows at the same time were sorted by item number; and users without rows are missing, so the later sentences have moved up.",
    zh="有两处：同一时间的几行被按物品编号排了序；没有记录的用户漏掉了，后面的句子都提前了。",
)
def seen_users_with_ties_by_item(user, item, timestamp):
    order = np.lexsort((item, timestamp))
    return [films for films in _in_order(user, item, order) if films]


quiz = Quiz(
    "word2vec",
    [
        Question(
            Text(
                "Why does Word2Vec keep two vectors for each word?",
                "Word2Vec 为什么给每个词两个向量？",
            ),
            [
                Wrong(
                    Text("One is for CBOW, the other for skip-gram.", "一个给 CBOW 用，一个给 Skip-gram 用。"),
                    Text(
                        "They are trained apart, and each of them has both tables.",
                        "这两个模型是分开训练的，各有自己的两张表。",
                    ),
                ),
                Right(
                    Text(
                        "So that a word need not predict itself.",
                        "这样一个词就不必把自己猜成邻居。",
                    ),
                    Text(
                        "With one table a word's score for itself is its squared length, never negative. Words rarely stand next to themselves, and with two tables the model can say so.",
                        "只有一张表时，一个词给自己的得分是长度的平方，不可能为负。而词很少挨着自己，有了两张表，才能给自己低分。",
                    ),
                ),
                Wrong(
                    Text("Because a word can have two meanings.", "因为一个词可能有两个意思。"),
                    Text(
                        "The two stand for two *roles*, in the centre and in the context. All meanings of a word share them.",
                        "两个向量对应两个角色：当中心词和当上下文词。一个词的各种意思都共用它们。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "What does negative sampling change about the question that the model answers?",
                "负采样让模型回答的问题变成了什么？",
            ),
            [
                Wrong(
                    Text(
                        "Nothing: it is the same softmax over fewer words.",
                        "没变：还是 softmax，只是词少了。",
                    ),
                    Text(
                        "A softmax shares out one probability among the words. Here each word is judged on its own, and the answers need not add up to 1.",
                        "softmax 把总和为 1 的概率分给各个词。这里每个词单独判断，各个答案加起来不必是 1。",
                    ),
                ),
                Right(
                    Text(
                        "From “which word of all?” to “is this pair real, or noise?”",
                        "从“是所有词里的哪一个”变成“这一对是真的，还是负样本”。",
                    ),
                    Text(
                        "That costs a few rows of the output table, not all of them. The price: its scores no longer are probabilities over the vocabulary; the count of each word must be added back for that.",
                        "这样只用到输出表的几行，而不是全部。代价是：得分不再直接给出词表上的概率，要先把各词的次数加回去。",
                    ),
                ),
                Wrong(
                    Text("It asks which words never stand together.", "判断哪些词从不同时出现。"),
                    Text(
                        "The negatives are drawn by chance. Now and then one of them is a true neighbour, but that is rare.",
                        "负样本是随机抽的，偶尔会抽到真的邻居。这种情况占比很小。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "item2vec, which looks at the last films, beats EASE, which looks at all alike. What must be shown before the vectors get the credit?",
                "近期加权的 item2vec，胜过了对整段历史等权的 EASE。要说功劳在向量，还得证明什么？",
            ),
            [
                Wrong(
                    Text("That the lead has an interval without 0.", "差距的区间不包含 0。"),
                    Text(
                        "That shows that the two differ, not why: they differ in the model *and* in the films that they look at.",
                        "那只说明两者有差别，没说明原因：它们的模型不同，给历史的权重也不同。",
                    ),
                ),
                Right(
                    Text(
                        "That it still leads when EASE looks at the last films too.",
                        "EASE 也近期加权之后，item2vec 仍然领先。",
                    ),
                    Text(
                        "Change one thing at a time. Here most of the lead was the look, and item-kNN gained nearly as much by it.",
                        "一次只改一处。这里的优势大半来自近期加权，item-kNN 同样因此提高不少。",
                    ),
                ),
                Wrong(
                    Text("That it leads on another data set.", "换一个数据集，item2vec 也领先。"),
                    Text(
                        "Worth knowing, but it could lead there for the same reason.",
                        "值得知道，但在那里也可能是出于同样的原因。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "CBOW has guessed wrong. Which of the context words moves most?",
                "CBOW 猜错了。哪个上下文词移动得最多？",
            ),
            [
                Wrong(
                    Text("The one that misled the guess.", "误导了猜测的那个。"),
                    Text(
                        "There was one guess, made from the mean; nobody can tell who misled it. Skip-gram could: there every context word has a guess and an error of its own.",
                        "猜测只有一个，是用平均做的，分不清是谁误导的。Skip-gram 可以：那里每个上下文词各有一次猜测、一个误差。",
                    ),
                ),
                Right(
                    Text(
                        "None: all get the same share, unless a word stands there twice.",
                        "都一样多（重复出现的词除外）。",
                    ),
                    Text(
                        "They went into the mean alike, so they get the gradient in equal parts, whichever of them gave the word away.",
                        "它们以同样的分量进入平均，所以梯度也平分，不管真正透露答案的是哪一个。",
                    ),
                ),
                Wrong(
                    Text("The one nearest to the centre.", "离中心词最近的那个。"),
                    Text(
                        "The mean does not know who stood where. That is why it is called a *bag* of words.",
                        "求平均之后，位置已经看不出来，所以才叫词袋。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A user's films in order of time become a sentence, read with a narrow window. What is assumed?",
                "把一位用户的电影按时间排成句子，用窄窗口去读。这里假设了什么？",
            ),
            [
                Wrong(
                    Text("That an earlier film leads to a later one.", "先评的电影会引出后评的。"),
                    Text(
                        "The window looks both ways: each neighbour is a centre in its turn, so what came first leaves no trace.",
                        "窗口向两边看：每个邻居也会轮到当中心词，谁先谁后没有留下痕迹。",
                    ),
                ),
                Wrong(
                    Text("Nothing: order plays no part.", "什么都没假设：顺序不起作用。"),
                    Text(
                        "It decides who is whose neighbour. Only a window as wide as the whole history makes it irrelevant.",
                        "顺序决定了谁是谁的邻居。只有窗口宽到装下整个历史，顺序才无关紧要。",
                    ),
                ),
                Right(
                    Text(
                        "That films close in time have more in common than films far apart.",
                        "时间上靠近的电影，比隔得远的更相关。",
                    ),
                    Text(
                        "Whether that is so is a question to the data. Many people rate dozens of films in one sitting; their order may then be the page's.",
                        "是不是这样，要用数据检验。许多人一口气评几十部电影，顺序可能只是网页显示的顺序。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A film stands in nobody's history. Why can item2vec not recommend it sensibly?",
                "一部电影不在任何人的历史里。为什么 item2vec 无法合理地推荐它？",
            ),
            [
                Wrong(
                    Text("It was not trained for long enough.", "因为训练得不够久。"),
                    Text(
                        "However long it trains: a vector that is never read in a sentence never learns what the film is like.",
                        "练多久都一样：在句子里从没出现过，它的向量就学不到这部电影是什么样的。",
                    ),
                ),
                Right(
                    Text(
                        "It knows a film only by its neighbours, and this one has none.",
                        "向量全凭邻居学出来，而这部没有邻居。",
                    ),
                    Text(
                        "To it a film is a bare number. Title, genre and plot would help, but it never sees them.",
                        "对它来说，电影只是一个编号。片名、类型、剧情会有用，但它从没见过。",
                    ),
                ),
                Wrong(
                    Text("The window was too narrow to reach it.", "因为窗口太窄，够不到它。"),
                    Text(
                        "A window can only reach what stands in the sentence.",
                        "窗口再宽，也只能覆盖句子里出现的词。",
                    ),
                ),
            ],
        ),
    ],
)
