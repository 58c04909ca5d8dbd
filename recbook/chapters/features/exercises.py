"""Exercises and quiz of chapter 05."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

__all__ = ["centre", "contrast", "masked", "patches", "quiz"]

# The batch that the chapter works out by pencil, and one that is square in every way.
_TOKENS = np.array([[[4.0, 0.0], [2.0, 6.0], [0.0, 3.0], [9.0, 9.0]]])
_REAL = np.array([[True, True, True, False]])


def _draw_batch(rng):
    size, n, d = (int(rng.integers(low, high)) for low, high in ((2, 5), (2, 6), (2, 5)))
    real = rng.random((size, n)) < 0.6
    real[np.arange(size), rng.integers(n, size=size)] = True  # at any place, but never none
    return rng.normal(size=(size, n, d)).round(2), real


masked = Exercise(
    id="features-mean",
    title=Text("The mean without padding", "不算填充的平均"),
    gives=Text("an array of shape `(batch, d)`", "形状为 `(batch, d)` 的数组"),
    hint=Text(
        "Take one text with padding and do it by hand: which vectors are added up, and by how many do you divide?",
        "取一段带填充的文本，用手算一遍：加起来的是哪些向量？除以几？",
    ),
    examples=[
        (_TOKENS, _REAL),
        (np.array([[[1.0, 3.0], [5.0, 5.0]], [[2.0, 4.0], [6.0, 0.0]]]), np.array([[True, False], [True, True]])),
        (np.array([[[1.0, 3.0], [5.0, 5.0], [3.0, 7.0]]]), np.array([[True, False, True]])),
    ],
    random=_draw_batch,
)


def _total(tokens, real):
    return (tokens * real[:, :, None]).sum(axis=1)


@masked.solution
def masked_mean(tokens, real):
    return _total(tokens, real) / real.sum(axis=1)[:, None]


@masked.mistake(
    en="You took the first *n* tokens. `real` says which ones count, and they need not be the first.",
    zh="你取的是前 *n* 个词元。哪些算数由 `real` 决定，不一定是最前面的那几个。",
)
def first_tokens(tokens, real):
    return np.array([text[:n].mean(axis=0) for text, n in zip(tokens, real.sum(axis=1), strict=True)])


@masked.mistake(
    en="Padding is counted in: its vectors are added, and it makes the divisor larger. Take it out of both.",
    zh="填充也算进去了：它的向量被加了进来，除数也因此变大。两处都要去掉它。",
)
def padding_counted(tokens, real):
    return tokens.mean(axis=1)


@masked.mistake(
    en="The sum is right, but you divide by the length of the longest text. Every text has its own number of real tokens.",
    zh="和是对的，但你除以的是最长那段文本的长度。每段文本各有自己的真实词元数。",
)
def divided_by_the_longest(tokens, real):
    return _total(tokens, real) / tokens.shape[1]


@masked.mistake(
    en="The divisor is right, but the vectors at padding are still in the sum. Multiply them by 0 first.",
    zh="除数是对的，但填充位上的向量还在和里。要先把它们乘上 0。",
)
def padding_in_the_sum(tokens, real):
    return tokens.sum(axis=1) / real.sum(axis=1)[:, None]


@masked.mistake(
    en="That is the sum. A long text would get a longer vector than a short one.",
    zh="这是和。这样，长的文本得到的向量会比短的更长。",
)
def only_the_sum(tokens, real):
    return _total(tokens, real)


@masked.mistake(
    en="You divide by the number of real tokens in the *whole batch*. Every text has its own: look at `axis`.",
    zh="你除以的是**整批**的真实词元数。每段文本各有自己的：看看 `axis`。",
)
def divided_by_the_batch(tokens, real):
    return _total(tokens, real) / real.sum()


@masked.mistake(
    en="You averaged all tokens of the batch into one vector. Asked is one for each text.",
    zh="你把整批词元平均成了一个向量。题目要的是每段文本一个。",
)
def one_for_all(tokens, real):
    return tokens[real].mean(axis=0)


@masked.mistake(
    en="The counts lie in a row, and NumPy divides *columns* by them, or stops. They belong to the rows: `[:, None]`.",
    zh="这些个数排成一行，NumPy 就会拿它们去除各**列**，或者报错。它们应当对应各行：`[:, None]`。",
)
def counts_laid_flat(tokens, real):
    return _total(tokens, real) / real.sum(axis=1)


@masked.mistake(
    en="You averaged the coordinates of each token. The mean runs over tokens, axis 1, and keeps the `d` coordinates.",
    zh="你平均的是每个词元的各个坐标。应当对词元（axis 1）取平均，保留 `d` 个坐标。",
)
def over_coordinates(tokens, real):
    return tokens.mean(axis=2)


@masked.mistake(
    en="You averaged over the texts of the batch, axis 0. The mean runs over the tokens of one text, axis 1.",
    zh="你是在一批文本之间（axis 0）取平均。应当在一段文本的词元之间（axis 1）取。",
)
def over_the_texts(tokens, real):
    return tokens.mean(axis=0)


@masked.mistake(
    en="The mask is the wrong way round: `real` is True for the tokens to keep.",
    zh="掩码反了：`real` 为 True 的是要保留的词元。",
)
def mask_turned(tokens, real):
    return _total(tokens, ~real) / (~real).sum(axis=1)[:, None]


@masked.mistake(
    en="This is the first token's vector, the [CLS] pooling. Asked is the mean over all real tokens.",
    zh="这是第一个词元的向量，即 [CLS] 池化。题目要的是所有真实词元的平均。",
)
def first_vector(tokens, real):
    return tokens[:, 0]


@masked.mistake(
    en="You left out the first token. [CLS] gets no weight only in the mean that is weighted by idf; here every token where `real` is True counts.",
    zh="你去掉了第一个词元。只有按 idf 加权时 [CLS] 的权重才是 0；这里凡是 `real` 为 True 的都要算。",
)
def first_left_out(tokens, real):
    return masked_mean(tokens[:, 1:], real[:, 1:])


@masked.mistake(
    en="This is the maximum of each coordinate. Asked is the mean.",
    zh="这是每个坐标的最大值。题目要的是平均。",
)
def maximum(tokens, real):
    return np.where(real[:, :, None], tokens, -np.inf).max(axis=1)


@masked.mistake(
    en="The mean is right, but then brought to length 1. Asked is the mean itself.",
    zh="平均是对的，但又归一化为单位长度了。题目要的是平均本身。",
)
def unit_mean(tokens, real):
    return _unit(masked_mean(tokens, real))


@masked.mistake(
    en="Padding has become NaN, and a mean with NaN in it is NaN. `np.nanmean` leaves NaN out of sum and count.",
    zh="填充变成了 NaN，而含有 NaN 的平均还是 NaN。`np.nanmean` 求和、计数时都会跳过 NaN。",
)
def padding_as_nan(tokens, real):
    return np.where(real[:, :, None], tokens, np.nan).mean(axis=1)


def _draw_films(rng):
    d = int(rng.integers(2, 6))
    known = rng.normal(size=(int(rng.integers(2, 7)), d)) + 2 * rng.normal(size=d)
    return known.round(2), (rng.normal(size=(int(rng.integers(2, 7)), d)) + known.mean(axis=0)).round(2)


centre = Exercise(
    id="features-center",
    title=Text("Centring what is new", "新向量的中心化"),
    gives=Text("an array of shape `(m, d)`", "形状为 `(m, d)` 的数组"),
    hint=Text(
        "Would the answer for one new film change if another film were asked about at the same time? It must not. And has every row length 1?",
        "同时再问另一部新电影，这一部的结果会变吗？不应该变。另外，每一行的长度都是 1 吗？",
    ),
    examples=[
        (np.array([[3.0, 1.0], [3.0, -1.0]]), np.array([[6.0, 4.0]])),
        (np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([[2.0, 5.0], [5.0, 6.0], [-4.0, 10.0]])),
    ],
    random=_draw_films,
)


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@centre.solution
def center_new(known, new):
    return _unit(new - known.mean(axis=0))


@centre.mistake(
    en="You took off the mean of the *new* films. A vector would then depend on which films are asked about together, and a single one would vanish.",
    zh="你减的是**新**电影的均值。这样一来，向量就取决于碰巧一起处理的还有哪些电影；只有一部时，减完什么也不剩。",
)
def mean_of_the_new(known, new):
    return _unit(new - new.mean(axis=0))


@centre.mistake(
    en="You took the mean over known *and* new films. The new ones must not teach the transformation that is applied to them.",
    zh="你用了已知**和**新电影合在一起的均值。要被处理的新电影，不能参与学习这个变换。",
)
def mean_of_both(known, new):
    return _unit(new - np.concatenate([known, new]).mean(axis=0))


@centre.mistake(
    en="You took off the mean of each vector's own coordinates. The mean is a *vector*: one number for each coordinate, over the films (axis 0).",
    zh="你减去的是每个向量自己各坐标的平均。均值是一个**向量**：每个坐标一个数，在电影之间（axis 0）取平均。",
)
def mean_of_each_row(known, new):
    return _unit(new - new.mean(axis=1, keepdims=True))


@centre.mistake(
    en="`known.mean()` is one number, over all coordinates. Every coordinate has a mean of its own: `axis=0`.",
    zh="`known.mean()` 是所有坐标合在一起的一个数。每个坐标各有自己的均值：`axis=0`。",
)
def one_number(known, new):
    return _unit(new - known.mean())


@centre.mistake(
    en="Centred, but not yet at length 1: divide each row by its length.",
    zh="中心化了，但还没有化成长度 1：每一行要除以自己的长度。",
)
def length_forgotten(known, new):
    return new - known.mean(axis=0)


@centre.mistake(
    en="You brought the vectors to length 1 *before* taking the mean off; afterwards they have other lengths again.",
    zh="你在减去均值**之前**就化成了长度 1；减完之后，长度又变了。",
)
def length_first(known, new):
    return _unit(new) - known.mean(axis=0)


@centre.mistake(
    en="`np.linalg.norm` without `axis` is the length of the whole table. Each row has its own: `axis=1, keepdims=True`.",
    zh="不带 `axis` 的 `np.linalg.norm` 是整张表的长度。每一行各有自己的：`axis=1, keepdims=True`。",
)
def length_of_the_table(known, new):
    centred = new - known.mean(axis=0)
    return centred / np.linalg.norm(centred)


@centre.mistake(
    en="You brought the *columns* to length 1 (axis 0). It is each film, a row, that should have length 1.",
    zh="你把各**列**化成了长度 1（axis 0）。长度应为 1 的是每部电影，也就是每一行。",
)
def length_of_columns(known, new):
    centred = new - known.mean(axis=0)
    return centred / np.linalg.norm(centred, axis=0)


@centre.mistake(
    en="You divided each coordinate by its standard deviation. That is a step towards whitening; asked is the length of each *row*.",
    zh="你把每个坐标除以了标准差。这是在往白化走；题目要的是每一**行**的长度为 1。",
)
def deviations(known, new):
    return (new - known.mean(axis=0)) / known.std(axis=0)


@centre.mistake(
    en="You centred the known films. Asked are the new ones, with the known ones' mean.",
    zh="你把已知电影中心化了。题目要的是新电影，用的是已知电影的均值。",
)
def the_known_ones(known, new):
    return _unit(known - known.mean(axis=0))


@centre.mistake(
    en="The mean was not taken off; the rows were only brought to length 1.",
    zh="没有减去均值，只是把各行化成了长度 1。",
)
def not_centred(known, new):
    return _unit(new)


@centre.mistake(
    en="You averaged `known` along its rows (axis 1): one number for each film. The mean is a *vector*, one number for each coordinate: over the films, axis 0.",
    zh="你是沿着 `known` 的每一行（axis 1）取的平均：每部电影一个数。均值是一个**向量**，每个坐标一个数：在电影之间（axis 0）取平均。",
)
def mean_along_the_rows(known, new):
    return _unit(new - known.mean(axis=1))


@centre.mistake(
    en="You took off the *sum* of the known films. Asked is their mean.",
    zh="你减去的是已知电影的**和**。应当减去均值。",
)
def sum_taken_off(known, new):
    return _unit(new - known.sum(axis=0))


@centre.mistake(
    en="The mean was *added*. To centre, take it off.",
    zh="你把均值**加**上了。中心化是减去它。",
)
def mean_added(known, new):
    return _unit(new + known.mean(axis=0))


@centre.mistake(
    en="You divided by the lengths that the rows had *before* the mean came off. Take the lengths of the centred rows.",
    zh="你除以的是减去均值**之前**各行的长度。应当用中心化之后的长度。",
)
def length_before_centring(known, new):
    return (new - known.mean(axis=0)) / np.linalg.norm(new, axis=1, keepdims=True)


@centre.mistake(
    en="You divided by the *square* of the length: the root is missing.",
    zh="你除以的是长度的**平方**：漏了开平方。",
)
def square_of_the_length(known, new):
    centred = new - known.mean(axis=0)
    return centred / (centred**2).sum(axis=1, keepdims=True)


@centre.mistake(
    en="You divided by the sum of the row, or of its absolute values. The length is the root of the sum of *squares*.",
    zh="你除以的是每行的和，或绝对值之和。长度是**平方**和的平方根。",
)
def sum_of_the_row(known, new):
    centred = new - known.mean(axis=0)
    return centred / np.abs(centred).sum(axis=1, keepdims=True)


@centre.mistake(
    en="You divided each coordinate by its standard deviation before the length. Asked is centring alone: only the mean comes off.",
    zh="化成长度 1 之前，你还把每个坐标除以了标准差。题目只要中心化：只减均值。",
)
def deviations_first(known, new):
    return _unit(deviations(known, new))


@centre.mistake(
    en="You centred known *and* new films and returned both. Asked are the rows of `new` alone.",
    zh="你把已知电影和新电影都处理了，一起返回。题目只要 `new` 的各行。",
)
def both_returned(known, new):
    return _unit(np.concatenate([known, new]) - known.mean(axis=0))


# Here, so that the exercises stand in the chapter's order.

quiz = Quiz(
    id="features",
    questions=[
        Question(
            Text(
                "The same title is encoded twice: alone, and in a batch with a long text. The two vectors differ clearly. What is the likeliest cause?",
                "同一个片名编码两次：一次单独，一次与一段长文本同批。两个向量明显不同。最可能的原因是什么？",
            ),
            [
                Right(
                    Text("Padding takes part in the pooling.", "池化时把填充算了进去。"),
                    Text(
                        "Its number depends on the longest text of the batch, so the vector depends on the company. With the mask it must not.",
                        "填充有多少取决于同批最长的文本，于是向量随同批的文本而变。用了掩码就不该变。",
                    ),
                ),
                Wrong(
                    Text("The texts of a batch attend to each other.", "同一批的文本互相做了注意力。"),
                    Text(
                        "Attention runs within one text. Each row of the batch is a computation of its own.",
                        "注意力只在一段文本内部进行。批次里的每一行各算各的。",
                    ),
                ),
                Wrong(
                    Text("Random weights: the model was not trained enough.", "权重带随机性：模型训练得不够。"),
                    Text(
                        "The weights are fixed. In evaluation mode (`eval()`) the same input gives the same output, trained or not.",
                        "权重是固定的。在评估模式（`eval()`）下，不管训练得怎样，同样的输入给出同样的输出。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Two random titles have a mean cosine of 0.6 in one space and 0.1 in another. What follows for ranking neighbours?",
                "随机两个片名的平均余弦，在一个空间里是 0.6，在另一个里是 0.1。这对近邻的排序意味着什么？",
            ),
            [
                Wrong(
                    Text("The second space ranks better.", "第二个空间排得更好。"),
                    Text(
                        "A ranking compares cosines with each other. If all are raised alike, the order stays.",
                        "排序是拿余弦互相比较。如果一起抬高，顺序不变。",
                    ),
                ),
                Right(
                    Text("By itself nothing: test it on a task.", "单凭这一点，什么也推不出：要用任务检验。"),
                    Text(
                        "In the chapter centring took all of the mean cosine away; some tasks went a little better, and the news went worse.",
                        "本章里，中心化让平均余弦降为 0，任务上却有升有降：有的略好，新闻上反而变差。",
                    ),
                ),
                Wrong(
                    Text(
                        "In the first space a cosine of 0.7 means that two titles are alike.",
                        "在第一个空间里，余弦 0.7 说明两个片名相像。",
                    ),
                    Text(
                        "There two random titles have 0.6 on average, so 0.7 is hardly more than chance gives. The height of a cosine has no meaning of its own.",
                        "在那里，随机的两个平均就有 0.6，0.7 与随机的差不了多少。余弦的高低本身没有含义。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A new film comes in, and vectors are centred and whitened. From what are mean and directions learned?",
                "来了一部新电影，向量要中心化和白化。均值和方向从哪里学？",
            ),
            [
                Wrong(
                    Text("From the new film.", "从这部新电影学。"),
                    Text(
                        "Less its own mean, one vector becomes zero; and a covariance cannot be learned from one.",
                        "一个向量减去自己的均值就是零；协方差也没法从一个向量学。",
                    ),
                ),
                Wrong(
                    Text(
                        "From all films, the new one included, computed anew each time.",
                        "从全部电影学，包括新的，每次重算。",
                    ),
                    Text(
                        "Then all stored vectors, and the index built on them, change with each new film; and in an evaluation, what is tested would have taught the model.",
                        "那样每来一部，存好的向量和索引都得跟着变；在评测里，被测的数据还参与了学习。",
                    ),
                ),
                Right(
                    Text(
                        "From the known films, kept, and applied to the new one as it is.",
                        "从已知的电影学，存下来，原样用到新电影上。",
                    ),
                    Text(
                        "A transformation is part of the model: learned once, on training data, and stored with it.",
                        "变换是模型的一部分：在训练数据上学一次，与模型一起保存。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A linear head on title vectors ranks known films better than the frozen vectors do. What would show that the *titles* deserve the credit?",
                "线性头接片名向量，对已有评分的电影排得比冻结的向量更好。要证明提高来自**片名**，应看什么？",
            ),
            [
                Wrong(
                    Text("That the gain has an interval without 0.", "提高的区间不包含 0。"),
                    Text("That says there is a gain, not where it comes from.", "那说明有提高，没说明从哪里来。"),
                ),
                Right(
                    Text(
                        "That the same head on random vectors gains clearly less.",
                        "同样的头改接随机向量，提高明显更少。",
                    ),
                    Text(
                        "Random vectors only tell the films apart. In the chapter no difference could be measured on known films, and on new ones they were no better than a random order: it is there that the titles are needed.",
                        "随机向量只能区分电影。本章里，在已有评分的电影上没有测出差异，在新电影上则与随机排序差不多：需要片名的是新电影。",
                    ),
                ),
                Wrong(
                    Text("That a deeper head gains more.", "更深的头提高更多。"),
                    Text(
                        "A deeper head can learn more from any vectors that tell films apart, random ones too.",
                        "只要向量能区分电影，更深的头就能多学一些，随机向量也一样。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "After fine-tuning, known films are ranked better and new ones worse than with frozen vectors. What do you do?",
                "微调之后，已有评分的电影排得更好，新电影却比冻结的向量更差。怎么办？",
            ),
            [
                Wrong(
                    Text("Train longer: both will come right by themselves.", "接着训练：两边自然都会变好。"),
                    Text(
                        "That may happen, and it may not: in the chapter one depth fell on new films, two fell and rose again. Watch films that training has not seen.",
                        "也许会，也许不会：本章里，一种深度在新电影上下降，两种先降后升。要看训练没见过的电影。",
                    ),
                ),
                Right(
                    Text(
                        "Choose settings for each aim on its own held-out films.",
                        "两个目标分开，各在自己留出的电影上选超参数。",
                    ),
                    Text(
                        "In the chapter the best learning rate or temperature differed between the aims at every depth. Where both count, keep two sets of vectors.",
                        "本章里，每种深度对两个目标的最佳学习率或温度系数都不同。两边都要，就各存一套向量。",
                    ),
                ),
                Wrong(
                    Text("Nothing: the mean over both has gone up.", "不管：两边合起来的平均提高了。"),
                    Text(
                        "New films are what text is for. For known films ratings alone do better, as EASE shows.",
                        "文本的用处正在于新电影。对已有评分的电影，光用评分就更好，EASE 就是例子。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "You know titles, years and genres of new films. What does the chapter's evidence say to try first?",
                "新电影的片名、年份、类型都已知。按本章的证据，先试什么？",
            ),
            [
                Right(
                    Text(
                        "Year and genres in the text, with a ridge regression on the vectors as they are.",
                        "把年份和类型写进文本，在原样的向量上做岭回归。",
                    ),
                    Text(
                        "Nothing is trained, and it reached what training the last layer on bare titles reached.",
                        "编码器完全不训练，就达到了只用片名训练最后一层的水平。",
                    ),
                ),
                Wrong(
                    Text("Fine-tuning the last layer on titles.", "用片名微调最后一层。"),
                    Text(
                        "It was the best of the three depths, and the dearest; the richer text came as far without it.",
                        "它是三种深度里最好的，也是最贵的；更丰富的文本不训练也达到了同样的水平。",
                    ),
                ),
                Wrong(
                    Text(
                        "A head on the richer text: two gains add up.",
                        "在更丰富的文本上加头：两种提高会相加。",
                    ),
                    Text(
                        "In the chapter they hardly did: under a head the richer text was ahead on two of the five sets only.",
                        "本章里几乎没有相加：加头之后，更丰富的文本在五组里只有两组领先。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A text with year and genres beats the bare title on new films. Which comparison tells whether it is the *language* that helps?",
                "在新电影上，带年份和类型的文本胜过单独的片名。要知道是不是**语言**起了作用，该与什么比？",
            ),
            [
                Wrong(
                    Text("With random vectors.", "与随机向量比。"),
                    Text(
                        "They lack the facts as well as the language. Change one thing at a time.",
                        "随机向量既没有这些信息，也没有语言。一次只改一处。",
                    ),
                ),
                Wrong(
                    Text("With a longer text.", "与更长的文本比。"),
                    Text(
                        "It would hold both the language and the facts again.",
                        "那样又是语言和信息都有。",
                    ),
                ),
                Right(
                    Text(
                        "With the title's vector followed by the same facts as zeros and ones, both scaled on a validation set.",
                        "与片名向量后面拼接同样信息的多热特征比，两边的缩放都在验证集上选。",
                    ),
                    Text(
                        "The facts are there, the language is not. In the chapter neither is ahead: scaled, columns did as well as the best text. Unscaled they drown the title, and the text seems to win.",
                        "有信息，没有语言。本章里两者差异不显著：缩放之后，多热特征与最好的文本效果相当。不缩放，片名会被淹没，看上去就像文本胜出。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)


def _log_share(scores, axis=1):
    top = scores.max(axis=axis, keepdims=True)
    return scores - top - np.log(np.exp(scores - top).sum(axis=axis, keepdims=True))


def _mean_loss(scores):
    return -np.diag(_log_share(scores)).mean()


def _draw_in_batch(rng):
    n, d = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    users, films = rng.normal(size=(2, n, d))
    return users, films, rng.uniform(0.05, 0.9, n), float(rng.choice([0.2, 0.5, 2.0]))


# What the chapter works out by pencil: the users' vectors are such that the scores are theirs, in units of log 2.
_POWERS = np.array([[4.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 1.0, 2.0]])

contrast = Exercise(
    id="features-infonce",
    title=Text("The contrastive loss of a batch", "一个批次的对比损失"),
    gives=Text("one number", "一个数"),
    hint=Text(
        "Go step by step: the table of scores (row: user, column: film), divided by the temperature; the logarithm of `q` taken off each column; the softmax of each row; the diagonal.",
        "一步一步来：得分表（行是用户，列是电影），除以温度系数；每一列减去 `q` 的对数；每一行做 softmax；取对角线。",
    ),
    examples=[
        (np.log(_POWERS), np.eye(3), np.array([1.0, 1.0, 1.0]), 1.0),
        (np.log(_POWERS), np.eye(3), np.array([0.5, 0.25, 0.25]), 1.0),
        (np.log(_POWERS) / 2, np.eye(3), np.array([0.5, 0.25, 0.25]), 0.5),
    ],
    random=_draw_in_batch,
)


@contrast.solution
def contrastive_loss(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature - np.log(q))


@contrast.mistake(
    en="The softmax runs down the columns, so films choose among users. Here each *user* chooses among the films: along the row.",
    zh="softmax 沿着列做了，成了电影在用户里挑。这里是每位**用户**在电影里挑：沿着行做。",
)
def down_the_columns(users, films, q, temperature):
    return -np.diag(_log_share(users @ films.T / temperature - np.log(q), axis=0)).mean()


@contrast.mistake(
    en="The softmax is taken over the *whole* table. Every user has a choice of their own: over their row.",
    zh="softmax 是对**整张**表做的。每位用户各做各的选择：只对自己那一行做。",
)
def over_the_table(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    return -np.diag(_log_share(scores.reshape(1, -1)).reshape(scores.shape)).mean()


@contrast.mistake(
    en="The temperature multiplies the scores. It *divides* them: a low temperature makes the softmax sharper.",
    zh="你把得分乘上了温度系数。应当是**除以**它：温度系数越低，softmax 越尖锐。",
)
def temperature_multiplied(users, films, q, temperature):
    return _mean_loss(users @ films.T * temperature - np.log(q))


@contrast.mistake(
    en="The temperature is missing. It divides the scores.",
    zh="漏了温度系数。得分要除以它。",
)
def no_temperature(users, films, q, temperature):
    return _mean_loss(users @ films.T - np.log(q))


@contrast.mistake(
    en="You divided `log q` by the temperature too. The correction comes after the division: it has to stay a logarithm of a probability.",
    zh="你把 `log q` 也除以了温度系数。校正在除法之后做：它必须仍是概率的对数。",
)
def correction_divided(users, films, q, temperature):
    return _mean_loss((users @ films.T - np.log(q)) / temperature)


@contrast.mistake(
    en="The sign is missing: the logarithm of a share is negative, and a loss is to be made small.",
    zh="少了负号：比例的对数是负数，而损失要越小越好。",
)
def sign_missing(users, films, q, temperature):
    return -contrastive_loss(users, films, q, temperature)


@contrast.mistake(
    en="The positive is not the film with the highest score, but the user's own: user `i` goes with film `i`, the diagonal.",
    zh="正样本不是得分最高的那部，而是用户自己的那部：第 `i` 位用户对应第 `i` 部电影，也就是对角线。",
)
def the_best_as_positive(users, films, q, temperature):
    return -_log_share(users @ films.T / temperature - np.log(q)).max(axis=1).mean()


@contrast.mistake(
    en="Every row was given the first film as its positive. User `i` goes with film `i`: the diagonal.",
    zh="每一行都拿第一部电影当了正样本。第 `i` 位用户对应第 `i` 部电影：对角线。",
)
def the_first_as_positive(users, films, q, temperature):
    return -_log_share(users @ films.T / temperature - np.log(q))[:, 0].mean()


@contrast.mistake(
    en="The correction for `q` has no effect. Take `log q` off each film's *column*; taken off a whole row it cancels in the softmax.",
    zh="对 `q` 的校正没有起作用。每部电影那一**列**要减去 `log q`；整行减去同一个数，在 softmax 里会抵消。",
)
def not_corrected(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature)


@contrast.mistake(
    en="You *added* `log q`. Then a film that is drawn often weighs still more. It has to be taken off.",
    zh="你把 `log q` *加*上了，这样常被抽到的电影分量更重。应当减去。",
)
def correction_added(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature + np.log(q))


@contrast.mistake(
    en="You took off `q` itself. The scores are logarithms, so what comes off is the logarithm of `q`.",
    zh="你减去的是 `q` 本身。得分处在对数的尺度上，所以减去的应当是 `q` 的对数。",
)
def q_without_logarithm(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature - q)


@contrast.mistake(
    en="The positive is left out of the sum below the fraction. A share is a share of everything, itself included.",
    zh="分母里漏了正样本自己。占的比例是占全体的比例，自己也在内。",
)
def positive_not_in_the_sum(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    others = np.where(np.eye(len(q), dtype=bool), -np.inf, scores)
    return (np.log(np.exp(others).sum(axis=1)) - np.diag(scores)).mean()


@contrast.mistake(
    en="This is the sum over the users. The loss is their mean.",
    zh="这是各用户之和。损失是平均。",
)
def summed(users, films, q, temperature):
    return contrastive_loss(users, films, q, temperature) * len(q)


@contrast.mistake(
    en="`log q` is missing from the score of the right film. It is corrected like the others, above the fraction line and below it.",
    zh="正样本的得分里没有减去 `log q`。它与其他电影一样要校正，分子、分母都要。",
)
def positive_not_corrected(users, films, q, temperature):
    scores = users @ films.T / temperature
    return _mean_loss(np.where(np.eye(len(q), dtype=bool), scores, scores - np.log(q)))


@contrast.mistake(
    en="You corrected the sum below the fraction line, and not the score above it. Take `log q` off the whole table first; then the softmax.",
    zh="你只校正了分母，没有校正分子。应当先给整张表减去 `log q`，再做 softmax。",
)
def corrected_below_only(users, films, q, temperature):
    return contrastive_loss(users, films, q, temperature) - np.log(q).mean()


@contrast.mistake(
    en="You took the mean of the shares first, and its logarithm then. Each row's share has a logarithm of its own; the mean comes last.",
    zh="你先对各行的比例取了平均，再取对数。应当每行各取对数，最后才求平均。",
)
def logarithm_of_the_mean(users, films, q, temperature):
    return -np.log(mean_share(users, films, q, temperature))


@contrast.mistake(
    en="You took the mean over the *whole* table. Only the diagonal counts, where user `i` meets film `i`.",
    zh="你对**整张**表求了平均。只有对角线才算，也就是第 `i` 位用户遇到第 `i` 部电影的地方。",
)
def mean_of_the_table(users, films, q, temperature):
    return -_log_share(users @ films.T / temperature - np.log(q)).mean()


@contrast.mistake(
    en="This is the mean *share* of the right films. The loss takes minus the logarithm of each.",
    zh="这是正样本所占**比例**的平均。损失要对每个比例取负对数。",
)
def mean_share(users, films, q, temperature):
    return np.exp(np.diag(_log_share(users @ films.T / temperature - np.log(q)))).mean()


@contrast.mistake(
    en="You took the mean of both directions, users among films and films among users. Here only users choose.",
    zh="你把两个方向平均了：用户挑电影，电影挑用户。这里只有用户挑电影。",
)
def both_directions(users, films, q, temperature):
    rows, columns = contrastive_loss(users, films, q, temperature), down_the_columns(users, films, q, temperature)
    return (rows + columns) / 2


@contrast.mistake(
    en="You divided the *scores* by `q`. It is their powers that are divided; in the scores that means taking off `log q`.",
    zh="你用**得分**除以了 `q`。要除的是得分的指数；放到得分上，就是减去 `log q`。",
)
def scores_divided_by_q(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature / q)


@contrast.mistake(
    en="You used the logarithm to base 2. Here it is the natural one throughout: `np.log`.",
    zh="你用了以 2 为底的对数。本章一律用自然对数：`np.log`。",
)
def to_base_two(users, films, q, temperature):
    return contrastive_loss(users, films, q, temperature) / np.log(2)


@contrast.mistake(
    en="There are no powers: you divided the scores by their sum. A softmax takes *e* to the power of each first.",
    zh="没有取指数：你直接用得分除以得分之和。softmax 要先取 *e* 的幂。",
)
def shares_of_the_scores(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    return -np.log(np.diag(scores) / scores.sum(axis=1)).mean()


@contrast.mistake(
    en="You took the sum of the *scores* off. Below the fraction line stands the sum of their powers: what comes off is its logarithm.",
    zh="你减去的是**得分**之和。分母里是指数之和：减去的应当是它的对数。",
)
def sum_of_scores_taken_off(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    return (scores.sum(axis=1) - np.diag(scores)).mean()


@contrast.mistake(
    en="There is no softmax: you took the diagonal of the scores. The other films of the batch have to play a part.",
    zh="没有 softmax：你直接取了得分的对角线。同一批次里的其他电影也要起作用。",
)
def diagonal_of_the_scores(users, films, q, temperature):
    return -np.diag(users @ films.T / temperature - np.log(q)).mean()


def _draw_image(rng):
    size, rows, columns = int(rng.integers(2, 4)), int(rng.integers(1, 4)), int(rng.integers(2, 4))
    return rng.integers(0, 100, (rows * size, columns * size, 3)), size


patches = Exercise(
    id="features-patchify",
    title=Text("An image as a sentence of patches", "把图像切成一串图块"),
    gives=Text("an array of shape `(patches, size * size * 3)`", "形状为 `(patches, size * size * 3)` 的数组"),
    hint=Text(
        "The first row of the answer is the square at the top left: `image[:size, :size]`, flattened. The second is the square to its right.",
        "答案的第一行是左上角的方块：`image[:size, :size]` 拉平。第二行是它右边的方块。",
    ),
    examples=[
        (np.arange(2 * 4 * 3).reshape(2, 4, 3), 2),
        (np.arange(4 * 4 * 3).reshape(4, 4, 3), 2),
    ],
    random=_draw_image,
)


def _cut(image, size):
    """(rows, size, columns, size, 3)"""
    height, width, channels = image.shape
    return image.reshape(height // size, size, width // size, size, channels)


@patches.solution
def patchify(image, size):
    return _cut(image, size).transpose(0, 2, 1, 3, 4).reshape(-1, size * size * 3)


@patches.mistake(
    en="A plain `reshape` cuts the rows of pixels into pieces, one after the other. A patch takes a piece of *several* rows: bring its axes together first.",
    zh="只用 `reshape`，是把像素行一段一段地切下来。一个图块要从**好几行**各取一段：先把它的轴挪到一起。",
)
def only_reshaped(image, size):
    return image.reshape(-1, size * size * 3)


@patches.mistake(
    en="The patches are right, but counted column by column. Go along the top row of patches first.",
    zh="图块是对的，但你是一列一列数的。应当先数完最上面一行图块。",
)
def column_by_column(image, size):
    return _cut(image, size).transpose(2, 0, 1, 3, 4).reshape(-1, size * size * 3)


@patches.mistake(
    en="Inside each patch, rows and columns are exchanged: the patch is mirrored along its diagonal. Keep the pixel's row before its column.",
    zh="每个图块内部行列颠倒了：沿对角线翻了过来。像素的行要排在列的前面。",
)
def patch_mirrored(image, size):
    return _cut(image, size).transpose(0, 2, 3, 1, 4).reshape(-1, size * size * 3)


@patches.mistake(
    en="The colours stand in front of the pixels: all red, then all green, then all blue. Here the three numbers of a pixel stay together.",
    zh="颜色排到了像素前面：先全部红，再全部绿，再全部蓝。这里要让一个像素的三个数挨在一起。",
)
def colours_first(image, size):
    return _cut(image, size).transpose(0, 2, 4, 1, 3).reshape(-1, size * size * 3)


@patches.mistake(
    en="The patches are still squares. Flatten each to one row of numbers, as a token's vector is.",
    zh="图块还是方块。把每块拉平成一行数，就像一个词元的向量。",
)
def not_flattened(image, size):
    return _cut(image, size).transpose(0, 2, 1, 3, 4).reshape(-1, size, size, 3)


@patches.mistake(
    en="You cut the image into *strips* as wide as itself. A patch is `size` pixels wide as well as `size` high.",
    zh="你把图像切成了与它同宽的**横条**。图块高 `size` 个像素，宽也是 `size` 个像素。",
)
def strips(image, size):
    return image.reshape(image.shape[0] // size, -1)


@patches.mistake(
    en="Your patches overlap: the window moves by one pixel. It should move by `size`.",
    zh="你的图块互相重叠：窗口每次只移动一个像素。应当移动 `size` 个像素。",
)
def overlapping(image, size):
    height, width, _ = image.shape
    places = [(row, column) for row in range(height - size + 1) for column in range(width - size + 1)]
    return np.array([image[row : row + size, column : column + size].ravel() for row, column in places])


@patches.mistake(
    en="Height and width have changed places: `image.shape` is (height, width, 3), and the image is not square.",
    zh="高和宽弄反了：`image.shape` 是 (height, width, 3)，而图像不一定是正方形。",
)
def height_and_width_swapped(image, size):
    width, height, _ = image.shape
    places = [(row, column) for row in range(0, height, size) for column in range(0, width, size)]
    return [image[row : row + size, column : column + size].ravel() for row, column in places]


@patches.mistake(
    en="There are as many patches as there should be, but each begins one pixel after the one before. Patch number `i` begins at pixel `i * size`.",
    zh="图块的个数对了，但每块只比前一块错开一个像素。第 `i` 块应当从像素 `i * size` 开始。",
)
def starts_one_pixel_apart(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    return [image[i : i + size, j : j + size].ravel() for i in range(rows) for j in range(columns)]


@patches.mistake(
    en="A slice is `start:end`, not `start:length`: after the first patch, `row:size` is empty. It ends at `row + size`.",
    zh="切片写的是 `start:end`（起点、终点），不是 `start:length`：从第二块起，`row:size` 就是空的。终点是 `row + size`。",
)
def ends_at_the_size(image, size):
    places = [(i, j) for i in range(0, image.shape[0], size) for j in range(0, image.shape[1], size)]
    return [image[i:size, j:size].ravel() for i, j in places]


@patches.mistake(
    en="The image is mirrored along its diagonal: patches go column by column, and so do the pixels in them. Rows come before columns in both.",
    zh="整张图沿对角线翻了过来：图块按列排，图块里的像素也按列排。两处都应当先行后列。",
)
def image_mirrored(image, size):
    return patchify(image.swapaxes(0, 1), size)


@patches.mistake(
    en="The patches are right, but still laid out as in the image, in rows and columns. Asked is one long list of patches: `reshape(-1, …)`.",
    zh="图块是对的，但还按图像里的行和列摆着。题目要的是一长列图块：`reshape(-1, …)`。",
)
def patches_in_a_grid(image, size):
    cut = _cut(image, size)
    return patchify(image, size).reshape(cut.shape[0], cut.shape[2], -1)
