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
    zh="句子的最后一个词没有当过上下文：你的上限早停了一个位置。",
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
    zh="你只取了*正好*相差 `radius` 的词。更近的词也在窗口里。",
)
def exact_distance(sentence, radius):
    return _window(sentence, -radius, -radius) + _window(sentence, radius, radius)


@pairs.mistake(
    en="You took `radius` for the width of the whole window. It is the number of words on *each* side.",
    zh="你把 `radius` 当成了整个窗口的宽度。它是*每一边*的词数。",
)
def radius_as_width(sentence, radius):
    return _window(sentence, -(radius // 2), radius // 2)


@pairs.mistake(
    en="Your window always reaches one word far. Use the parameter `radius`.",
    zh="你的窗口总是只看一个词远。请使用参数 `radius`。",
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
    zh="与中心词相同的*词*也被你排除了。该排除的只是它自己的*位置*：要比较位置，不是比较词。",
)
def words_compared(sentence, radius):
    return [(centre, context) for centre, context in _window(sentence, -radius, radius) if centre != context]


@pairs.mistake(
    en="`sentence.index` always finds a word's *first* place. When the word comes back, that is the wrong one: count along with `enumerate`.",
    zh="`sentence.index` 找到的总是一个词*第一次*出现的位置。词再次出现时，位置就错了：请用 `enumerate` 边走边数。",
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
    zh="在句子开头，`i - radius` 小于 0，Python 就会从*末尾*数起。窗口不能早于位置 0。",
)
def wrapped_round(sentence, radius):
    reach = [range(i - radius, min(len(sentence), i + radius + 1)) for i in range(len(sentence))]
    return [(sentence[i], sentence[j]) for i, nearby in enumerate(reach) for j in nearby if j != i]


@pairs.mistake(
    en="The slice `sentence[i - radius : i]` with a negative start counts from the *end*: the first words lose their left neighbours.",
    zh="切片 `sentence[i - radius : i]` 的起点为负时，会从*末尾*数起：开头几个词的左邻居就丢了。",
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
    title=Text("The loss of a pair", "一对词的损失"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "Go step by step: the scores of all words, their softmax, the probability of the right word, minus its logarithm.",
        "一步一步来：所有词的得分、softmax、目标词的概率、负对数。",
    ),
    examples=[
        (_E[2], _U, 3),
        (np.array([0.0, 0.0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), 1),
        (np.array([2.0, 1.0]), np.log(2) * np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), 0),
    ],
    random=_draw_pair,
)


@loss.solution
def pair_loss(v, U, target):
    return -np.log(_softmax(U @ v)[target])


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
    zh="这是 1 减概率。损失要取对数：毫无希望的猜测，代价要比差的猜测大得多。",
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
    zh="你先对每个乘方取对数，然后才求和。求和应当在对数*里面*：看看括号。",
)
def sum_outside_the_logarithm(v, U, target):
    return (U @ v).sum() - U[target] @ v


def _draw_step(rng):
    return *_draw_pair(rng), round(float(rng.uniform(0.1, 0.9)), 2)


step = Exercise(
    id="word2vec-step",
    title=Text("One step downhill", "往下坡走一步"),
    gives=Text("the new row `v` and the new table `U`, in this order", "新的行 `v` 和新的表 `U`，按这个顺序"),
    hint=Text(
        "Print what you have after each line, and compare it with the pencil: the error `δ`, the gradient of `U`, the gradient of `v`, the step.",
        "每写一行就打印出来，与笔算对照：误差 `δ`、`U` 的梯度、`v` 的梯度、最后那一步。",
    ),
    examples=[
        (np.array([1.0, 0.0]), np.zeros((3, 2)), 2, 3.0),
        (np.array([0.0, 0.0]), np.array([[2.0, 0.0], [0.0, 4.0]]), 0, 1.0),
        (_E[2], _U, 3, 0.5),
    ],
    random=_draw_step,
)


@step.solution
def skipgram_step(v, U, target, rate):
    error = _error(v, U, target)
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="You went uphill: the loss grows. The gradient points to where it *grows*, so go against it. (With `y - p` for the error the sign turns round too.)",
    zh="你走的是上坡，损失变大了。梯度指向损失*增大*的方向，要逆着它走。（误差若写成 `y - p`，符号也会反过来。）",
)
def uphill(v, U, target, rate):
    error = _error(v, U, target)
    return v + rate * U.T @ error, U + rate * np.outer(error, v)


@step.mistake(
    en="`U` is right, but `v` went uphill. Look at the sign of its step.",
    zh="`U` 对了，`v` 却走了上坡。看看它那一步的符号。",
)
def row_uphill(v, U, target, rate):
    return v + rate * U.T @ _error(v, U, target), skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="`v` is right, but `U` went uphill. Look at the sign of its step.",
    zh="`v` 对了，`U` 却走了上坡。看看它那一步的符号。",
)
def table_uphill(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[0], U + rate * np.outer(_error(v, U, target), v)


@step.mistake(
    en="The gradient of `v` was taken with the *new* table. Work out both gradients before you change either.",
    zh="`v` 的梯度用的是*新*表。两个梯度都要在改动之前算好。",
)
def row_after_table(v, U, target, rate):
    error = _error(v, U, target)
    new = U - rate * np.outer(error, v)
    return v - rate * new.T @ error, new


@step.mistake(
    en="The gradient of `U` was taken with the *new* row. Work out both gradients before you change either.",
    zh="`U` 的梯度用的是*新*的行。两个梯度都要在改动之前算好。",
)
def table_after_row(v, U, target, rate):
    error = _error(v, U, target)
    new = v - rate * U.T @ error
    return new, U - rate * np.outer(error, new)


@step.mistake(
    en="You used `p` as the error. What was right is still to be taken off: the error is `p - y`.",
    zh="你把 `p` 当成了误差。还要减去对的那部分：误差是 `p - y`。",
)
def p_as_error(v, U, target, rate):
    p = _softmax(U @ v)
    return v - rate * U.T @ p, U - rate * np.outer(p, v)


@step.mistake(
    en="Look at the error of the right word: its guess less 1, `p - 1`, is negative. Yours has the sign turned there, so "
    "the right word is pushed away as well.",
    zh="看看对的词的误差：它是概率减 1，即 `p - 1`，是负的。你在那里把符号弄反了，对的词也被推远了。",
)
def sign_of_the_right_word(v, U, target, rate):
    error = _error(v, U, target)
    error[target] *= -1
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="You went the full length of the gradient. Multiply it by the learning rate `rate`.",
    zh="你走了整个梯度那么远。要乘上学习率 `rate`。",
)
def no_rate(v, U, target, rate):
    return skipgram_step(v, U, target, 1.0)


@step.mistake(
    en="These are the gradients. Asked is where `v` and `U` are after the step.",
    zh="这是两个梯度。题目问的是走完这一步之后的 `v` 和 `U`。",
)
def the_gradients(v, U, target, rate):
    error = _error(v, U, target)
    return U.T @ error, np.outer(error, v)


@step.mistake(
    en="You returned what is to be taken off. Take it off: asked are the row and the table *after* the step.",
    zh="你返回的是要减去的量。请把它减去：题目要的是走完这一步*之后*的行和表。",
)
def the_changes(v, U, target, rate):
    error = _error(v, U, target)
    return rate * U.T @ error, rate * np.outer(error, v)


@step.mistake(
    en="You returned the change itself, with its minus sign. Add it to what was there: asked are the row and the table "
    "*after* the step.",
    zh="你返回的是带负号的改变量。请把它加到原来的值上：题目要的是走完这一步*之后*的行和表。",
)
def the_changes_with_their_sign(v, U, target, rate):
    error = _error(v, U, target)
    return -rate * U.T @ error, -rate * np.outer(error, v)


@step.mistake(
    en="Both are right, but in the wrong order: first the row `v`, then the table `U`.",
    zh="两个都对，但顺序反了：先是行 `v`，再是表 `U`。",
)
def swapped(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[::-1]


@step.mistake(
    en="`v` is right. In `U` only the right word's row has moved, but the wrong words must be pushed away: row `j` moves by its own error `δ_j`.",
    zh="`v` 对了。`U` 里却只动了目标词那一行，而错的词应当被推开：第 `j` 行按自己的误差 `δ_j` 移动。",
)
def only_the_right_row(v, U, target, rate):
    new = U.copy()
    new[target] = skipgram_step(v, U, target, rate)[1][target]
    return skipgram_step(v, U, target, rate)[0], new


@step.mistake(
    en="Only the right word plays a part. The wrong ones have errors too: they push `v` away, and are pushed away themselves.",
    zh="只有目标词起了作用。错的词也有误差：它们推开 `v`，自己也被推开。",
)
def only_the_right_word(v, U, target, rate):
    error = _error(v, U, target) * np.eye(len(U))[target]
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="`U` has not moved. It has a gradient too, row by row.",
    zh="`U` 没有动。它的每一行也有梯度。",
)
def table_stays(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[0], U


@step.mistake(
    en="`v` has not moved. It stands in all scores, so its gradient is a sum over all words.",
    zh="`v` 没有动。它出现在所有得分里，梯度是对所有词求和。",
)
def row_stays(v, U, target, rate):
    return v, skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="Nothing has moved: the softmax ran over the context word alone, so its probability is 1 and its error 0. The softmax runs over the whole vocabulary.",
    zh="什么都没动：softmax 只在上下文词自己身上做，概率是 1，误差是 0。softmax 要对整个词表做。",
)
def softmax_over_the_context_word(v, U, target, rate):
    return v, U


@step.mistake(
    en="You returned only the right word's row of `U`. Asked is the whole table.",
    zh="你只返回了 `U` 里目标词那一行。题目要的是整张表。",
)
def one_row_returned(v, U, target, rate):
    new_v, new_U = skipgram_step(v, U, target, rate)
    return new_v, new_U[target]


@step.mistake(
    en="The gradient of `U` lies on its side: row `j` is `δ_j` times `v`. Look at the order of the two in `np.outer`.",
    zh="`U` 的梯度横过来了：第 `j` 行是 `δ_j` 乘 `v`。看看 `np.outer` 里两者的顺序。",
)
def outer_turned(v, U, target, rate):
    error = _error(v, U, target)
    return v - rate * U.T @ error, U - rate * np.outer(v, error)


@step.mistake(
    en="The gradient of `v` is a sum over the *rows* of `U`, each times its error. `U @ e` multiplies the columns: one thing has to be transposed.",
    zh="`v` 的梯度是 `U` 的各*行*乘以各自的误差再求和。`U @ e` 乘的却是列：有一处要转置。",
)
def table_not_transposed(v, U, target, rate):
    error = _error(v, U, target)
    return v - rate * U @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="You divided the gradients by the number of words. The loss of one pair is no mean.",
    zh="你把梯度除以了词数。一对词的损失不是平均值。",
)
def divided_by_words(v, U, target, rate):
    return skipgram_step(v, U, target, rate / len(U))


@step.mistake(
    en="You judged each word on its own, by the logistic function. Here the words share one probability: use the softmax.",
    zh="你用逻辑函数逐个判断了每个词。这里所有的词分享总和为 1 的概率：要用 softmax。",
)
def logistic_error(v, U, target, rate):
    error = 1 / (1 + np.exp(-(U @ v))) - np.eye(len(U))[target]
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="`U` is right. `v` was pulled by the right word alone; the wrong words push it away too: its gradient is a sum over all rows of `U`.",
    zh="`U` 对了。`v` 却只受目标词的拉力；错的词也在推开它：它的梯度要对 `U` 的所有行求和。",
)
def row_by_the_right_word(v, U, target, rate):
    error = _error(v, U, target)
    return v - rate * error[target] * U[target], skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="You returned the new row alone. Asked are both: `v`, then the table `U`.",
    zh="你只返回了新的行。两样都要：先是 `v`，再是表 `U`。",
)
def row_alone(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[0]


@step.mistake(
    en="You returned the new table alone. Asked are both: the row `v`, then `U`.",
    zh="你只返回了新的表。两样都要：先是行 `v`，再是 `U`。",
)
def table_alone(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="`U` is right. In the step of `v` the learning rate is missing.",
    zh="`U` 对了。`v` 那一步漏了学习率。",
)
def row_without_rate(v, U, target, rate):
    return skipgram_step(v, U, target, 1.0)[0], skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="`v` is right. In the step of `U` the learning rate is missing.",
    zh="`v` 对了。`U` 那一步漏了学习率。",
)
def table_without_rate(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[0], skipgram_step(v, U, target, 1.0)[1]


@step.mistake(
    en="You took the powers as they are. A softmax divides them by their sum, so that they are probabilities.",
    zh="你直接用了乘方。softmax 还要除以它们的总和，这样才是概率。",
)
def powers_not_divided(v, U, target, rate):
    error = np.exp(U @ v) - np.eye(len(U))[target]
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="You took the scores for the guess. The error compares *probabilities* with what was right: the softmax is missing.",
    zh="你把得分当成了预测。误差比较的是概率与真实：漏了 softmax。",
)
def scores_as_guess(v, U, target, rate):
    error = U @ v - np.eye(len(U))[target]
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="You used `1 - p` for every word. Only one word was right; for the others the truth is 0.",
    zh="你对每个词都用了 `1 - p`。对的只有一个词，其余的真实值是 0。",
)
def one_minus_everything(v, U, target, rate):
    error = 1 - _softmax(U @ v)
    return v - rate * U.T @ error, U - rate * np.outer(error, v)


@step.mistake(
    en="`U` is right. For `v` you used `p` as the error; the same `p - y` belongs there.",
    zh="`U` 对了。`v` 那里你把 `p` 当成了误差；同样要用 `p - y`。",
)
def row_by_p(v, U, target, rate):
    return v - rate * U.T @ _softmax(U @ v), skipgram_step(v, U, target, rate)[1]


@step.mistake(
    en="`v` is right. For `U` you used `p` as the error; the same `p - y` belongs there.",
    zh="`v` 对了。`U` 那里你把 `p` 当成了误差；同样要用 `p - y`。",
)
def table_by_p(v, U, target, rate):
    return skipgram_step(v, U, target, rate)[0], U - rate * np.outer(_softmax(U @ v), v)


@step.mistake(
    en="`v` is right. You took the same change off every row of `U`; row `j` has a gradient of its own, `δ_j` times `v`.",
    zh="`v` 对了。`U` 的每一行你都减去了同样的量；第 `j` 行有自己的梯度，是 `δ_j` 乘 `v`。",
)
def same_change_for_all_rows(v, U, target, rate):
    change = rate * U.T @ _error(v, U, target)
    return v - change, U - change


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
    zh="这是上下文*求和*时的梯度。这里的 `h` 是平均：猜测和梯度都要跟着变。",
)
def sum_throughout(E, U, context, target):
    gradient = np.zeros_like(E)
    np.add.at(gradient, context, U.T @ _error(E[context].sum(axis=0), U, target))
    return gradient


@cbow.mistake(
    en="The shares are right, but the guess was made with the *sum* of the context. Take the mean there too.",
    zh="分法对了，但猜测时用的是上下文之*和*。那里也要取平均。",
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
    zh="符号反了：这指向损失减小的方向。误差是 `p - y`，“猜的”减去“对的”。",
)
def sign_turned(E, U, context, target):
    return -cbow_gradient(E, U, context, target)


@cbow.mistake(
    en="You used `p` as the error. What was right is still to be taken off: the error is `p - y`.",
    zh="你把 `p` 当成了误差。还要减去对的那部分：误差是 `p - y`。",
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
    zh="这是走了一步之后的表。题目只要梯度，不用走。",
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


def _draw_negatives(rng):
    d, n_negatives = int(rng.integers(2, 6)), int(rng.integers(1, 6))
    return rng.normal(size=d), rng.normal(size=d), rng.normal(size=(n_negatives, d))


negatives = Exercise(
    id="word2vec-negatives",
    title=Text("The loss of negative sampling", "负采样的损失"),
    gives=Text("a number", "一个数"),
    hint=Text(
        "The true word should score high, every negative low. Work out the terms one by one, and compare them with the formula.",
        "目标词得分应当高，每个负样本都应当低。把各项逐个算出来，与公式对照。",
    ),
    examples=[
        (_E[2], _U[3], _U[[0, 4]]),
        (np.array([1.0, 0.0]), np.array([0.0, 3.0]), np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 5.0]])),
        (np.array([0.0, 1.0]), np.array([5.0, np.log(2)]), np.array([[5.0, -np.log(2)]])),
    ],
    random=_draw_negatives,
)


def _log_sigma(s):
    return -np.log1p(np.exp(-s))


@negatives.solution
def negative_sampling_loss(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-noise @ v).sum()


@negatives.mistake(
    en="You treated the noise as if it were true. A negative should score *low*: look at the sign inside σ.",
    zh="你把噪声也当成真的了。负样本的得分应当*低*：看看 σ 里面的符号。",
)
def noise_as_true(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(noise @ v).sum()


@negatives.mistake(
    en="You treated the true word as noise too. It should score *high*: look at the sign inside the first σ.",
    zh="你把目标词也当成噪声了。它的得分应当*高*：看看第一个 σ 里面的符号。",
)
def true_as_noise(v, u, noise):
    return -_log_sigma(-u @ v) - _log_sigma(-noise @ v).sum()


@negatives.mistake(
    en="True and noise have changed places: this loss falls as the noise scores higher. Look at the signs inside σ.",
    zh="真的和噪声弄反了：噪声得分越高，这个损失越小。看看 σ 里面的符号。",
)
def turned_round(v, u, noise):
    return -_log_sigma(-u @ v) - _log_sigma(noise @ v).sum()


@negatives.mistake(
    en="The minus is missing. The logarithm of a probability is negative, and a loss is not.",
    zh="漏了负号。概率的对数是负的，损失不会是负的。",
)
def no_minus_sign(v, u, noise):
    return -negative_sampling_loss(v, u, noise)


@negatives.mistake(
    en="The two parts have opposite signs. Both have a minus before the logarithm; noise has another one *inside* σ.",
    zh="两部分的符号相反了。它们的对数前面都有负号；噪声的 σ *里面*还有一个。",
)
def parts_of_opposite_sign(v, u, noise):
    return -_log_sigma(u @ v) + _log_sigma(-noise @ v).sum()


@negatives.mistake(
    en="You took the mean over the negatives. The formula has their sum.",
    zh="你对负样本取了平均。公式里是求和。",
)
def mean_of_the_noise(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-noise @ v).mean()


@negatives.mistake(
    en="You divided by the number of all terms, as a mean. The formula adds them up.",
    zh="你除以了总项数，取了平均。公式里是相加。",
)
def mean_of_all(v, u, noise):
    return negative_sampling_loss(v, u, noise) / (1 + len(noise))


@negatives.mistake(
    en="That is the true word's part alone. Without the negatives the model could call everything true.",
    zh="这只有目标词那一部分。没有负样本，模型把什么都说成真的就行了。",
)
def true_word_only(v, u, noise):
    return -_log_sigma(u @ v)


@negatives.mistake(
    en="That is the part of the negatives alone. The true word is missing.",
    zh="这只有负样本那一部分，漏了目标词。",
)
def noise_only(v, u, noise):
    return -_log_sigma(-noise @ v).sum()


@negatives.mistake(
    en="You used the first negative only. There are `len(noise)` of them.",
    zh="你只用了第一个负样本。一共有 `len(noise)` 个。",
)
def first_negative_only(v, u, noise):
    return negative_sampling_loss(v, u, noise[:1])


@negatives.mistake(
    en="You got a number for every negative. One loss is asked for: something has yet to be added up.",
    zh="你得到的是每个负样本一个数。题目要的是一个损失：还有东西没有加起来。",
)
def not_added_up(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-noise @ v)


@negatives.mistake(
    en="You added up the scores of the noise and took one σ. Each negative has a σ and a logarithm of its own; add up after that.",
    zh="你先把噪声的得分加起来，再取了一个 σ。每个负样本各有自己的 σ 和对数，之后才相加。",
)
def one_sigma_for_all(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-(noise @ v).sum())


@negatives.mistake(
    en="You made a softmax over the true word and the negatives. Negative sampling asks about each word on its own, true or not, with σ.",
    zh="你在目标词和负样本上做了 softmax。负采样是对每个词分别问“是不是真的”，用的是 σ。",
)
def softmax_over_the_sample(v, u, noise):
    return -np.log(_softmax(np.append(u @ v, noise @ v))[0])


@negatives.mistake(
    en="The logarithms are missing: you added up the probabilities themselves.",
    zh="漏了对数：你加起来的是概率本身。",
)
def no_logarithm(v, u, noise):
    return -np.exp(_log_sigma(u @ v)) - np.exp(_log_sigma(-noise @ v)).sum()


@negatives.mistake(
    en="You added up how far each σ is from where it should be, without a logarithm. Each term is minus the logarithm of "
    "a probability.",
    zh="你把每个 σ 离目标的距离相加，没有取对数。每一项都是概率的对数的相反数。",
)
def distances_from_the_target(v, u, noise):
    return 1 - np.exp(_log_sigma(u @ v)) + np.exp(_log_sigma(noise @ v)).sum()


@negatives.mistake(
    en="You used the logarithm to base 2. Here it is the natural one: `np.log`.",
    zh="你用了以 2 为底的对数。这里用自然对数：`np.log`。",
)
def logarithm_to_base_two(v, u, noise):
    return negative_sampling_loss(v, u, noise) / np.log(2)


@negatives.mistake(
    en="You added up the scores themselves. Each of them goes through σ first, then through the logarithm.",
    zh="你加起来的是得分本身。每个得分要先过 σ，再取对数。",
)
def scores_only(v, u, noise):
    return -(u @ v) + (noise @ v).sum()


@negatives.mistake(
    en="`noise * v` multiplies number by number and adds nothing up. A score is a dot product: `@`.",
    zh="`noise * v` 只是逐项相乘，没有求和。得分是点积：用 `@`。",
)
def products_not_summed(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-noise * v).sum()


@negatives.mistake(
    en="You added up the probabilities and took one logarithm. Each term has a logarithm of its own; add up after that.",
    zh="你先把概率加起来，再取了一次对数。每一项各取各的对数，之后才相加。",
)
def one_logarithm(v, u, noise):
    return -np.log(np.exp(_log_sigma(u @ v)) + np.exp(_log_sigma(-noise @ v)).sum())


@negatives.mistake(
    en="You averaged the negatives to one vector. Each of them has a score, a σ and a logarithm of its own; add up after that.",
    zh="你把负样本平均成了一个向量。每个负样本各有自己的得分、σ 和对数，之后才相加。",
)
def mean_vector_of_the_noise(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-(noise.mean(axis=0) @ v))


@negatives.mistake(
    en="You took all the noise off the score of the true word and used one σ. Each score has a σ and a logarithm of its own.",
    zh="你从目标词的得分里减去了所有噪声的得分，只用了一个 σ。每个得分各有自己的 σ 和对数。",
)
def added_to_the_true_word(v, u, noise):
    return -_log_sigma(u @ v - (noise @ v).sum())


@negatives.mistake(
    en="You used the logarithm to base 10. Here it is the natural one: `np.log`.",
    zh="你用了以 10 为底的对数。这里用自然对数：`np.log`。",
)
def to_base_ten(v, u, noise):
    return negative_sampling_loss(v, u, noise) / np.log(10)


@negatives.mistake(
    en="You used the negative with the highest score only. All of them have a term.",
    zh="你只用了得分最高的那个负样本。每个负样本都有一项。",
)
def hardest_negative_only(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(-(noise @ v).max())


@negatives.mistake(
    en="You added up the noise's probabilities and then took one logarithm. Each has a logarithm of its own; add up after that.",
    zh="你先把噪声的概率加起来，再取了一次对数。每个概率各取各的对数，之后才相加。",
)
def logarithm_of_the_summed_noise(v, u, noise):
    return -_log_sigma(u @ v) - np.log(np.exp(_log_sigma(-noise @ v)).sum())


@negatives.mistake(
    en="Two things: a negative should score *low* (look at the sign inside σ), and the formula adds up the negatives, where you took their mean.",
    zh="有两处：负样本的得分应当低（看看 σ 里面的符号）；公式对负样本求和，你取了平均。",
)
def mean_of_noise_as_true(v, u, noise):
    return -_log_sigma(u @ v) - _log_sigma(noise @ v).mean()


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
                        "只有一张表时，一个词给自己的得分是长度的平方，不可能为负。而词很少挨着自己，有了两张表，模型才说得出来。",
                    ),
                ),
                Wrong(
                    Text("Because a word can have two meanings.", "因为一个词可能有两个意思。"),
                    Text(
                        "The two stand for two *roles*, in the centre and in the context. All meanings of a word share them.",
                        "两个向量对应两个*角色*：当中心词和当上下文词。一个词的各种意思都共用它们。",
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
                        "从“是所有词里的哪一个”变成“这一对是真的，还是噪声”。",
                    ),
                    Text(
                        "That costs a few rows of the output table, not all of them. The price: its scores no longer are probabilities over the vocabulary; the count of each word must be added back for that.",
                        "这样只用到输出表的几行，而不是全部。代价是：得分不再直接给出词表上的概率，要先把词频加回去。",
                    ),
                ),
                Wrong(
                    Text("It asks which words never stand together.", "它问哪些词从不在一起。"),
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
                "item2vec 看重最近的电影，胜过了对整段历史一视同仁的 EASE。要说功劳在向量，还得证明什么？",
            ),
            [
                Wrong(
                    Text("That the lead has an interval without 0.", "差距的区间不包含 0。"),
                    Text(
                        "That shows that the two differ, not why: they differ in the model *and* in the films that they look at.",
                        "那只说明两者有差别，没说明原因：它们的模型不同，看的电影也不同。",
                    ),
                ),
                Right(
                    Text(
                        "That it still leads when EASE looks at the last films too.",
                        "让 EASE 也看重最近的电影，它仍然领先。",
                    ),
                    Text(
                        "Change one thing at a time. Here most of the lead was the look, and item-kNN gained as much by it.",
                        "一次只改一处。这里的优势大半来自看法，item-kNN 同样因此提高不少。",
                    ),
                ),
                Wrong(
                    Text("That it leads on another data set.", "换一个数据集，它也领先。"),
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
                        "平均不知道谁站在哪里，所以才叫词*袋*。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A user's films in order of time become a sentence, read with a narrow window. What is assumed?",
                "把一位用户的电影按时间排成句子，用窄窗口去读。这里假设了什么？",
            ),
            [
                Wrong(
                    Text("That an earlier film leads to a later one.", "先看的电影会引出后看的。"),
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
                        "是不是这样，要问数据。许多人一口气评几十部电影，顺序可能只是网页显示的顺序。",
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
                        "它只凭邻居认识电影，而这部没有邻居。",
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
                        "窗口只能够到句子里有的东西。",
                    ),
                ),
            ],
        ),
    ],
)
