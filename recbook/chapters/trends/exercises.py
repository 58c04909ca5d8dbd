"""Exercises and quiz of chapter 14."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# ---- An equal voice


def _random_features(rng):
    n, d = int(rng.integers(3, 7)), int(rng.integers(1, 5))
    return (rng.normal(size=(n, d)) * rng.uniform(0.1, 30) + rng.normal(size=d) * 5,)


voice = Exercise(
    id="trends-equal-voice",
    title=Text("An equal voice", "同样的音量"),
    gives=Text("an array of the shape of features, (n, d)", "与 features 形状相同的数组，(n, d)"),
    hint=Text(
        "Two steps: take the mean of each column off; then divide everything by one number, so that the squared length of a row is 1 on average.",
        "两步：每列减去自己的均值；再把整张表除以同一个数，使各行长度的平方平均为 1。",
    ),
    examples=[(np.array([[1.0, 0.0], [5.0, 0.0]]),), (np.array([[3.0, 4.0], [-3.0, -4.0]]),)],
    random=_random_features,
)


def _centred(features):
    return features - features.mean(axis=0)


@voice.solution
def equal_voice(features):
    centred = features - features.mean(axis=0)
    return centred / np.sqrt((centred**2).sum(axis=1).mean())


@voice.mistake(
    en="The mean is still in it: a modality that is far from 0 is loud even where all items are alike. Take each column's mean off first.",
    zh="均值还在里面：离 0 很远的模态，即使所有物品都一样，声音也很大。先减去每列的均值。",
)
def not_centred(features):
    return features / np.sqrt((features**2).sum(axis=1).mean())


@voice.mistake(
    en="You scaled each row by itself. Then an item that hardly differs from the mean is as loud as one that differs much; use one number for the whole table.",
    zh="你让每一行各自缩放。这样，与均值相差很小的物品也和相差很大的一样响；整张表要用同一个数。",
)
def each_row(features):
    centred = _centred(features)
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)


@voice.mistake(
    en="You scaled each column by itself: a modality with more columns is then louder. Sum the squares of a row before you take the mean.",
    zh="你让每一列各自缩放：列数多的模态声音就更大。先对一行的平方求和，再取平均。",
)
def each_column(features):
    centred = _centred(features)
    return centred / np.maximum(np.sqrt((centred**2).mean(axis=0)), 1e-12)


@voice.mistake(
    en="You took the mean square of a *number*. What should be 1 is the squared length of a *row*: sum over the columns first.",
    zh="你取的是每个*数*的平方的平均。应当为 1 的是每*行*长度的平方：先按列求和。",
)
def mean_of_numbers(features):
    centred = _centred(features)
    return centred / np.sqrt((centred**2).mean())


@voice.mistake(
    en="You divided by the mean squared length itself. Its root belongs there.",
    zh="你除以的是长度平方的平均本身，应当除以它的平方根。",
)
def without_the_root(features):
    centred = _centred(features)
    return centred / (centred**2).sum(axis=1).mean()


@voice.mistake(
    en="The mean is off, the size is not yet changed.",
    zh="均值已经减去，大小还没有调整。",
)
def centred_only(features):
    return _centred(features)


# ---- Shapley values of two features


def _random_pair(rng):
    return tuple(float(value) for value in rng.integers(-9, 10, size=4))


pair = Exercise(
    id="trends-shapley-pair",
    title=Text("Shapley values of two features", "两个特征的 Shapley 值"),
    gives=Text("two numbers, an array of length 2", "两个数，长度为 2 的数组"),
    hint=Text(
        "There are two orders in which the features can join. In each, write down by how much the score rises as a feature joins; then take the mean.",
        "两个特征加入的顺序有两种。每种顺序里，写下每个特征加入时分数升高多少，再取平均。",
    ),
    examples=[(0.0, 0.0, 0.0, 6.0), (0.0, 2.0, 3.0, 5.0), (1.0, 3.0, 2.0, 8.0)],
    random=_random_pair,
)


@pair.solution
def shapley_of_two(nothing, first, second, both):
    of_first = ((first - nothing) + (both - second)) / 2
    of_second = ((second - nothing) + (both - first)) / 2
    return np.array([of_first, of_second])


@pair.mistake(
    en="That is what each feature adds alone. What the two give only together is lost: the values must add up to `both - nothing`.",
    zh="这是每个特征单独加入时的增量。两者在一起才有的部分丢了：两个值之和应等于 `both - nothing`。",
)
def each_alone(nothing, first, second, both):
    return np.array([first - nothing, second - nothing])


@pair.mistake(
    en="That is ablation: by how much the score falls without a feature. What the two give together is counted twice.",
    zh="这是消融：去掉一个特征，分数下降多少。两者共有的部分被算了两次。",
)
def left_out(nothing, first, second, both):
    return np.array([both - second, both - first])


@pair.mistake(
    en="You gave the sum over both orders; a Shapley value is their mean.",
    zh="你给的是两种顺序之和；Shapley 值是它们的平均。",
)
def over_both_orders(nothing, first, second, both):
    return 2 * shapley_of_two(nothing, first, second, both)


@pair.mistake(
    en="You began at 0. The score of `nothing` is where both features start from: subtract it.",
    zh="你从 0 算起了。起点是 `nothing` 的分数，要减去它。",
)
def from_zero(nothing, first, second, both):
    return np.array([(first + both - second) / 2, (second + both - first) / 2])


@pair.mistake(
    en="The two values have changed places.",
    zh="两个值的位置颠倒了。",
)
def changed_places(nothing, first, second, both):
    return shapley_of_two(nothing, first, second, both)[::-1]


@pair.mistake(
    en="You shared the whole equally. That is right for what the two give only together; what each adds alone is its own.",
    zh="你把总量平分了。只有两者在一起才有的部分才平分；各自单独的增量归各自。",
)
def shared_equally(nothing, first, second, both):
    return np.full(2, (both - nothing) / 2)


# ---- How much one user may count


def _random_rows(rng):
    n, items = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    rows = rng.integers(0, 2, size=(n, items)).astype(float)
    rows[0] = 1.0
    return rows, float(rng.choice([0.5, 1.0, 1.5]))


clipping = Exercise(
    id="trends-clip",
    title=Text("How much one user may count", "一位用户最多算多少"),
    gives=Text("an array of the shape of rows", "与 rows 形状相同的数组"),
    hint=Text(
        "Find the Euclidean length of each row. Which rows are too long, and by what must they be multiplied?",
        "求出每一行的欧几里得长度。哪些行太长？应当乘以多少？",
    ),
    examples=[
        (np.array([[3.0, 4.0], [0.3, 0.4]]), 1.0),
        (np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]), 1.0),
        (np.array([[0.0, 0.0], [2.0, 0.0]]), 1.5),
    ],
    random=_random_rows,
)


@clipping.solution
def clip_rows(rows, longest):
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.minimum(1, longest / np.maximum(length, 1e-12))


@clipping.mistake(
    en="Short rows became longer. A row that is short enough stays as it is: only cut, never stretch.",
    zh="短的行被拉长了。已经够短的行保持不变：只缩短，不拉长。",
)
def stretched(rows, longest):
    return rows * (longest / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


@clipping.mistake(
    en="You cut each number. A user with a hundred numbers that are small enough still moves the sum by a lot: it is the row's length that counts.",
    zh="你截断的是每个数。一位用户若有一百个不大的数，仍会使总和移动很多：要限制的是整行的长度。",
)
def each_number(rows, longest):
    return np.clip(rows, -longest, longest)


@clipping.mistake(
    en="You measured a row by the sum of its numbers. Gaussian noise is made for the Euclidean length: the root of the sum of squares.",
    zh="你用各数之和来量一行。高斯噪声针对的是欧几里得长度：平方和的平方根。",
)
def by_sum(rows, longest):
    return rows * np.minimum(1, longest / np.maximum(np.abs(rows).sum(axis=1, keepdims=True), 1e-12))


@clipping.mistake(
    en="You took the length of a column. One row is one user, and one user is what is to be hidden.",
    zh="你求的是列的长度。一行是一位用户，要隐藏的正是一位用户。",
)
def length_of_columns(rows, longest):
    length = np.linalg.norm(rows, axis=0, keepdims=True)
    return rows * np.minimum(1, longest / np.maximum(length, 1e-12))


@clipping.mistake(
    en="You took the length of the whole table: then a user's share depends on all others.",
    zh="你求的是整张表的长度：这样一位用户的份额会取决于其他所有人。",
)
def whole_table(rows, longest):
    return rows * min(1, longest / np.linalg.norm(rows))


@clipping.mistake(
    en="You left users with long rows out. They stay, and count less.",
    zh="你把行太长的用户整个去掉了。他们应当留下，只是少算一些。",
)
def left_out_users(rows, longest):
    return rows * (np.linalg.norm(rows, axis=1, keepdims=True) <= longest)


# ---- The loss of two directions


def _random_cosines(rng):
    n = int(rng.integers(2, 6))
    return rng.uniform(-1, 1, size=(n, n)), float(rng.uniform(0.1, 1.0))


directions = Exercise(
    id="trends-clip-loss",
    title=Text("The loss of two directions", "双向的损失"),
    gives=Text("a number above 0", "一个大于 0 的数"),
    hint=Text(
        "Divide the cosines by the temperature. For each picture: minus the log of its own sentence's softmax share in its row. For each sentence the same in its column. Then the mean of both means.",
        "余弦先除以温度系数。对每张图片：它自己那句话在所在行的 softmax 占比，取对数的相反数；对每句话，在所在列上同样计算。最后取两个平均值的平均。",
    ),
    examples=[
        (np.array([[0.0, 0.0], [0.0, 0.0]]), 1.0),
        (np.array([[1.0, 0.0], [1.0, 0.0]]), 1.0),
    ],
    random=_random_cosines,
)


def _cross_entropy(logits):
    """Mean over the rows of minus the log of the diagonal's softmax share."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - np.diag(shifted)))


@directions.solution
def clip_loss(cosines, temperature):
    logits = cosines / temperature
    own = np.diag(logits)
    by_row = np.log(np.exp(logits).sum(axis=1)) - own
    by_column = np.log(np.exp(logits).sum(axis=0)) - own
    return (by_row.mean() + by_column.mean()) / 2


@directions.mistake(
    en="Only one direction: each picture looks for its sentence. Each sentence looks for its picture, too, down its column.",
    zh="只有一个方向：每张图片找自己的句子。每句话也要在所在列里找自己的图片。",
)
def rows_alone(cosines, temperature):
    return _cross_entropy(cosines / temperature)


@directions.mistake(
    en="Only one direction: each sentence looks for its picture. Each picture looks for its sentence, too, along its row.",
    zh="只有一个方向：每句话找自己的图片。每张图片也要在所在行里找自己的句子。",
)
def columns_alone(cosines, temperature):
    return _cross_entropy(cosines.T / temperature)


@directions.mistake(
    en="The temperature is missing, or multiplied: divide the cosines by it, so that a low one makes differences large.",
    zh="没有用温度系数，或者是乘了它：余弦要除以温度系数，温度越低，差别越大。",
)
def temperature_turned(cosines, temperature):
    return (_cross_entropy(cosines * temperature) + _cross_entropy(cosines.T * temperature)) / 2


@directions.mistake(
    en="The two directions are added up; their mean is asked for.",
    zh="你把两个方向相加了，要的是平均。",
)
def both_added(cosines, temperature):
    return 2 * clip_loss(cosines, temperature)


@directions.mistake(
    en="You took the sum over all pairs at once: one softmax over the whole table. Each row, and each column, is a question of its own.",
    zh="你对整张表做了一次 softmax。每一行、每一列各自都是一道选择题。",
)
def one_softmax(cosines, temperature):
    logits = cosines / temperature
    return float(np.log(np.exp(logits).sum()) - np.diag(logits).mean())


# ---- Late fusion where something is missing


def _random_scores(rng):
    n = int(rng.integers(4, 8))
    has = rng.random(n) < 0.6
    has[:2] = True
    return rng.normal(size=n) * 3 + 1, rng.normal(size=n) * 50, rng.permutation(has), float(rng.uniform(0.2, 0.8))


late = Exercise(
    id="trends-late-fusion",
    title=Text("Late fusion with pictures missing", "缺图片时的后期融合"),
    gives=Text("one score an item, an array of length n", "每个物品一个分数，长度为 n 的数组"),
    hint=Text(
        "Bring both lists of scores to mean 0 and deviation 1, the picture's over the items that have one. Then mix; where there is no picture, its part is 0, the mean.",
        "先把两列分数都变成均值 0、标准差 1，图片的分数只在有图片的物品上算。然后混合；没有图片的物品，图片那一部分是 0，也就是均值。",
    ),
    examples=[
        (np.array([1.0, 3.0]), np.array([30.0, 10.0]), np.array([True, True]), 0.25),
        (np.array([1.0, 3.0, 1.0, 3.0]), np.array([30.0, 10.0, 0.0, 0.0]), np.array([True, True, False, False]), 0.25),
    ],
    random=_random_scores,
)


def _standard(values, among):
    return (values - values[among].mean()) / values[among].std()


def _mixed(text, picture, has, weight):
    return (1 - weight) * text + weight * np.where(has, picture, 0.0)


@late.solution
def late_fusion(text, picture, has_picture, weight):
    text = (text - text.mean()) / text.std()
    seen = picture[has_picture]
    picture = (picture - seen.mean()) / seen.std()
    return (1 - weight) * text + weight * np.where(has_picture, picture, 0)


@late.mistake(
    en="The scores are mixed as they are: whichever model counts in larger numbers decides nearly alone.",
    zh="分数没有标准化就混合了：哪个模型的数大，就由哪个说了算。",
)
def raw(text, picture, has_picture, weight):
    return _mixed(text, picture, has_picture, weight)


@late.mistake(
    en="Where there is no picture you still count the picture's score. It was made from nothing there.",
    zh="没有图片的物品，你也算进了图片的分数。那个分数是凭空来的。",
)
def missing_believed(text, picture, has_picture, weight):
    return _mixed(_standard(text, slice(None)), _standard(picture, has_picture), np.ones(len(text), bool), weight)


@late.mistake(
    en="Where there is no picture you let the text speak for both, at full size. A mixture of two scores spreads less than one score alone, so garments of which less is known crowd the top and the bottom of the list.",
    zh="没有图片的物品，你让文本代表两者，分数保持原来的大小。两个分数的混合比单独一个分数集中，所以了解得更少的物品会挤满列表的顶端和末尾。",
)
def text_for_both(text, picture, has_picture, weight):
    own = _standard(text, slice(None))
    return np.where(has_picture, _mixed(own, _standard(picture, has_picture), has_picture, weight), own)


@late.mistake(
    en="Mean and deviation of the picture's scores were taken over all items, also over those without a picture.",
    zh="图片分数的均值和标准差是在所有物品上算的，把没有图片的也算了进去。",
)
def over_all(text, picture, has_picture, weight):
    return _mixed(_standard(text, slice(None)), _standard(picture, slice(None)), has_picture, weight)


@late.mistake(
    en="The weights are exchanged: `weight` is the picture's.",
    zh="权重弄反了：`weight` 是图片的权重。",
)
def exchanged_weights(text, picture, has_picture, weight):
    return late_fusion(text, picture, has_picture, 1 - weight)


# ---- A student


def _random_vectors(rng):
    n, d = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    return rng.normal(size=(n, d)) * 2, rng.normal(size=(n, d))


distil = Exercise(
    id="trends-distil",
    title=Text("What a student is told", "告诉学生什么"),
    gives=Text("a number between 0 and 2", "0 到 2 之间的一个数"),
    hint=Text(
        "For each text the cosine of the student's vector with the teacher's, a row with the same row; one minus their mean.",
        "对每个文本，求学生向量与教师向量的余弦，第几行对第几行；再用 1 减去它们的平均。",
    ),
    examples=[
        (np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, -3.0]])),
        (np.array([[3.0, 4.0]]), np.array([[1.0, 0.0]])),
    ],
    random=_random_vectors,
)


@distil.solution
def distil_loss(student, teacher):
    lengths = np.linalg.norm(student, axis=1) * np.linalg.norm(teacher, axis=1)
    return 1 - ((student * teacher).sum(axis=1) / lengths).mean()


@distil.mistake(
    en="These are dot products: a student could lower that loss by long vectors alone. Divide by both lengths.",
    zh="这是点积：学生只要把向量变长，损失就会下降。要除以两个长度。",
)
def dot_products(student, teacher):
    return 1 - (student * teacher).sum(axis=1).mean()


@distil.mistake(
    en="You compared every text with every other. Only a text's own two vectors should agree.",
    zh="你把每个文本与所有文本都比了一遍。只有同一个文本的两个向量应当一致。",
)
def every_pair(student, teacher):
    a = student / np.linalg.norm(student, axis=1, keepdims=True)
    b = teacher / np.linalg.norm(teacher, axis=1, keepdims=True)
    return 1 - (a @ b.T).mean()


@distil.mistake(
    en="That is the cosine itself: training would drive the student away. The loss must fall as they agree.",
    zh="这是余弦本身：训练会让学生越学越远。两者越一致，损失应当越小。",
)
def the_cosine(student, teacher):
    return 1 - distil_loss(student, teacher)


@distil.mistake(
    en="One cosine of all numbers at once lets long vectors speak for the others. Take the mean over the texts of each one's cosine.",
    zh="把所有数放在一起只算一个余弦，长的向量会代替其他向量发言。要先求每个文本的余弦，再取平均。",
)
def one_cosine(student, teacher):
    return 1 - (student * teacher).sum() / (np.linalg.norm(student) * np.linalg.norm(teacher))


# ---- Secure sums


def _random_masks(rng):
    n = int(rng.integers(3, 6))
    modulus = int(rng.choice([10, 16, 100]))
    return rng.integers(0, 5, size=n), rng.integers(0, modulus, size=(n, n)), int(rng.integers(0, n)), modulus


message = Exercise(
    id="trends-message",
    title=Text("What one client sends", "一个客户端发送什么"),
    gives=Text("a whole number from 0 to modulus - 1", "0 到 modulus - 1 之间的整数"),
    hint=Text(
        "Client k shares a mask with every other client. With those behind it, it adds the mask; with those before it, it subtracts. And everything is modulo `modulus`.",
        "客户端 k 与其余每个客户端共有一个掩码。与序号更大的共有的加上，与序号更小的共有的减去；最后对 `modulus` 取模。",
    ),
    examples=[
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 0, 10),
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 1, 10),
        (np.array([3, 1, 2]), np.array([[0, 7, 4], [0, 0, 9], [0, 0, 0]]), 2, 10),
    ],
    random=_random_masks,
)


@message.solution
def message_of(values, masks, k, modulus):
    return (values[k] + masks[k, k + 1 :].sum() - masks[:k, k].sum()) % modulus


@message.mistake(
    en="You added all masks. Then nothing cancels: of the two clients who share one, one must add it and the other subtract it.",
    zh="你把掩码都加上了，这样什么也抵消不了：共有一个掩码的两方，一方加，另一方必须减。",
)
def all_added(values, masks, k, modulus):
    return (values[k] + masks[k, k + 1 :].sum() + masks[:k, k].sum()) % modulus


@message.mistake(
    en="The signs are the other way round. The sum would cancel as well, but the server expects what the text says: the earlier client adds.",
    zh="加减号反了。这样虽然也能抵消，但约定是：序号小的一方加。",
)
def other_way(values, masks, k, modulus):
    return (values[k] - masks[k, k + 1 :].sum() + masks[:k, k].sum()) % modulus


@message.mistake(
    en="The modulus is missing. Without it the size of the message tells something of the value.",
    zh="漏了取模。不取模，消息的大小就会透露数值。",
)
def no_modulus(values, masks, k, modulus):
    return values[k] + masks[k, k + 1 :].sum() - masks[:k, k].sum()


@message.mistake(
    en="Only the masks shared with later clients are in it. Those shared with earlier ones have to be subtracted, or they will not cancel.",
    zh="只用了与后面的客户端共有的掩码。与前面的客户端共有的要减去，否则抵消不了。",
)
def later_alone(values, masks, k, modulus):
    return (values[k] + masks[k, k + 1 :].sum()) % modulus


@message.mistake(
    en="You used the entry of the table on both sides of the diagonal. The mask of clients a < b stands at masks[a, b] alone.",
    zh="你用了对角线两侧的数。a < b 两方的掩码只在 masks[a, b]。",
)
def both_sides(values, masks, k, modulus):
    return (values[k] + masks[k, k + 1 :].sum() - masks[k, :k].sum()) % modulus


@message.mistake(
    en="The value itself is missing: the masks cancel, and nothing is left to add up.",
    zh="漏了数值本身：掩码抵消之后，什么也不剩。",
)
def masks_alone(values, masks, k, modulus):
    return (masks[k, k + 1 :].sum() - masks[:k, k].sum()) % modulus


# ---- Quiz

quiz = Quiz(
    "trends",
    [
        Question(
            Text(
                "A shop adds pictures to its text vectors, lays both side by side, and gains less than it should. What do you look at first?",
                "一家商店在文本向量旁边加上图片向量，并排放在一起，提高却不如预期。先看什么？",
            ),
            [
                Wrong(
                    Text("Whether the pictures' encoder is large enough.", "图片编码器够不够大。"),
                    Text(
                        "Perhaps later. An encoder that tells nothing would leave the ranking about where it was, if it were no louder than the text.",
                        "这可以以后再看。编码器即使什么都没学到，只要声音不比文本大，排序也只会与原来相差不多。",
                    ),
                ),
                Right(
                    Text("How large the numbers of each are.", "两者的数各有多大。"),
                    Text(
                        "A penalty treats all columns alike, so it cannot suit both where one is louder. Give both an equal voice, then choose the weight.",
                        "正则化对所有列一视同仁，一种声音更大时，就无法同时适合两者。先让两者音量相同，再选权重。",
                    ),
                ),
                Wrong(
                    Text("Whether the shop has enough shoppers.", "商店的顾客够不够多。"),
                    Text(
                        "That limits both models alike. What changed was what stands beside the text.",
                        "这对两个模型的限制相同。变的是文本旁边放的东西。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A model that was trained on pictures with captions is called zero-shot. Which sentence says what our measurement showed?",
                "一个用图片和说明文字训练的模型号称零样本。哪句话说的是我们测到的结果？",
            ),
            [
                Right(
                    Text(
                        "It reads words it has met, also in combinations it has not.",
                        "见过的词，即使组合没见过，也能认出来。",
                    ),
                    Text(
                        "Of pairs that training never held it named colour and pattern rightly for most cards, where guessing hardly ever does.",
                        "训练中没见过的组合，大多数卡片的颜色和花纹都说对了，而随机猜几乎全错。",
                    ),
                ),
                Wrong(
                    Text("It needs no training data.", "它不需要训练数据。"),
                    Text(
                        "It needs no labels for the *new* task. Pairs of pictures and captions it had by the thousand.",
                        "不需要的是新任务的标签。成对的图片和说明文字，它见过几千对。",
                    ),
                ),
                Wrong(
                    Text("It understands any sentence.", "任何句子它都懂。"),
                    Text(
                        "Words outside the captions were read far worse, or not at all.",
                        "说明文字以外的词，效果差得多，或者完全认不出。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "A shop writes “owed most to X” under each recommendation. Which test speaks for that sentence?",
                "一家商店在每条推荐下面写“主要来自 X”。哪种检验能支持这句话？",
            ),
            [
                Wrong(
                    Text("Users find the sentence convincing.", "用户觉得这句话可信。"),
                    Text(
                        "So they do a fluent false one, which nobody made from the model.",
                        "一句流畅却虚假的话，用户也会觉得可信，而它根本不是由模型得出的。",
                    ),
                ),
                Right(
                    Text(
                        "Without X the recommendation is lost more often than without another film of the history.",
                        "去掉 X，推荐消失得比去掉历史中另一部电影时更频繁。",
                    ),
                    Text(
                        "That is removal with its control, and it asks the model, not the reader.",
                        "这就是带对照的移除检验，问的是模型，不是读者。",
                    ),
                ),
                Wrong(
                    Text("X has the largest attention weight.", "X 的注意力权重最大。"),
                    Text(
                        "A weight is a part of the computation. Whether it says what the result depends on has to be tested, by removal.",
                        "权重只是计算的一部分。结果是否取决于它，还要用移除来检验。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A firm publishes EASE's weights: “numbers about films, none about people”. What is wrong with that?",
                "一家公司公开了 EASE 的权重，说“这些数只关于电影，与人无关”。问题在哪里？",
            ),
            [
                Wrong(
                    Text("The weights hold the users' numbers.", "权重里有用户编号。"),
                    Text(
                        "They hold no user at all, and that is why it sounds harmless.",
                        "权重里没有任何用户，所以听起来才无害。",
                    ),
                ),
                Wrong(
                    Text("A list of ten can be made from them.", "用它们可以生成十部电影的列表。"),
                    Text(
                        "That is what they are for; a list needs somebody's history.",
                        "这正是它们的用途；而列表还需要某人的历史。",
                    ),
                ),
                Right(
                    Text(
                        "How many people met any two films can be computed from them, and a film of one person gives away that person's history.",
                        "由它们可以算出同时看过任意两部电影的人数；只有一个人看过的电影，会暴露这个人的全部历史。",
                    ),
                    Text(
                        "The weights are an inverted table of counts, and can be inverted back.",
                        "权重是计数表求逆的结果，可以再逆回去。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A seller opens fake accounts, each a copied history with the same ten items added. Which list of yours changes most?",
                "一个卖家开了许多虚假账号，每个都是复制的历史加上同样的十件物品。你的哪种列表变化最大？",
            ),
            [
                Wrong(
                    Text("EASE's: it learns from which items go together.", "EASE 的：它学的是哪些物品常在一起。"),
                    Text(
                        "The ten go together with each other most of all. In the chapter EASE lost hardly anything.",
                        "这十件最常在一起的，恰恰是彼此。在本章里，EASE 几乎没有损失。",
                    ),
                ),
                Right(
                    Text("That of the most popular items.", "热门物品榜。"),
                    Text(
                        "To a count every row is a vote, so the ten rise to its top. Who is fooled depends on what the model counts.",
                        "对计数来说每条数据都是一票，这十件就升到了榜首。骗得了谁，要看模型数的是什么。",
                    ),
                ),
                Wrong(
                    Text("Every list alike: as many rows do as much harm.", "都一样：条数相同，危害相同。"),
                    Text(
                        "The same rows took much from one model and hardly anything from the other.",
                        "同样的数据，一个模型损失很大，另一个几乎没有。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "A table lists encoders by size. What must stand beside the quality before you pay for the larger one?",
                "一张表按大小列出各个编码器。为更大的模型付钱之前，效果旁边还必须有什么？",
            ),
            [
                Wrong(
                    Text("How many layers each has.", "各有多少层。"),
                    Text("Layers are no cost by themselves; time and bytes are.", "层数本身不是成本，时间和字节才是。"),
                ),
                Wrong(
                    Text("Its rank on a public leaderboard.", "它在公开排行榜上的名次。"),
                    Text(
                        "On other texts and another task. The largest model of our table did not beat a far smaller one on ours.",
                        "那是别的文本、别的任务。在我们的任务上，表里最大的模型并没有胜过小得多的一个。",
                    ),
                ),
                Right(
                    Text(
                        "An interval of the difference on your task, and what a text costs.",
                        "在你的任务上差异的区间，以及处理一个文本的成本。",
                    ),
                    Text(
                        "Only then can you say what a point of quality costs, and whether there is any.",
                        "这样才能说清一分效果要花多少钱，以及这一分是不是真的存在。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Model A leads B in NDCG, B leads A in coverage, both beyond chance. What do you report?",
                "模型 A 的 NDCG 高于 B，B 的覆盖率高于 A，差异都显著。报告里写什么？",
            ),
            [
                Wrong(
                    Text("The mean of both measures.", "两个指标的平均。"),
                    Text(
                        "They have no common unit: the weights would decide, and nobody has chosen them.",
                        "两者没有共同的单位：决定结果的是权重，而没有人选过它们。",
                    ),
                ),
                Right(
                    Text(
                        "The measure that was named before as what the place needs, and the other beside it.",
                        "事先声明的、这个场景需要的那个指标，并把另一个列在旁边。",
                    ),
                    Text(
                        "Which measure counts is a decision about the product. Made after the table, it can prove anything.",
                        "看重哪个指标，是关于产品的决定。看了表格再定，什么都能证明。",
                    ),
                ),
                Wrong(
                    Text("The measure with the narrower interval.", "区间更窄的那个。"),
                    Text(
                        "How well something is measured does not say that it matters.",
                        "量得准，不等于重要。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Some pictures of a catalogue show another item, and nobody has marked them. What can find them?",
                "目录里有些图片拍的是别的物品，没有人标出来。怎样才能找到它们？",
            ),
            [
                Wrong(
                    Text(
                        "The regression that reads both: it learns whom to believe.",
                        "同时读取两者的回归：它会学到该信谁。",
                    ),
                    Text(
                        "It gives the picture the same weights for all items. No number of it says which picture is wrong.",
                        "它对所有物品的图片用同样的权重，没有哪个数能说明哪张图片是错的。",
                    ),
                ),
                Wrong(
                    Text(
                        "The pictures' encoder alone: a wrong picture looks odd.", "只用图片编码器：错图看起来不正常。"
                    ),
                    Text(
                        "It is a perfectly good picture, of another item.",
                        "它是一张完全正常的图片，只是拍的是别的物品。",
                    ),
                ),
                Right(
                    Text(
                        "What text and picture both tell: where they disagree, one is wrong.",
                        "文本和图片都有的信息：两者不一致时，必有一个是错的。",
                    ),
                    Text(
                        "Here the kind of garment. A wrong picture of the same kind stays unseen.",
                        "这里是服装的种类。如果错图恰好是同一种类，就查不出来。",
                    ),
                ),
            ],
            deeper=True,
        ),
        Question(
            Text(
                "Ten hospitals add up their counts by pairwise masks. What does the server still learn?",
                "十家医院用成对的掩码求计数之和。服务器还能知道什么？",
            ),
            [
                Right(
                    Text("The exact sum, with all that a sum gives away.", "精确的总和，以及总和所透露的一切。"),
                    Text(
                        "A count of 1 is one patient. Noise helps against that, not a mask: the two are used together.",
                        "计数为 1，就是一位病人。对付这个要靠噪声，掩码没有用：两者要一起用。",
                    ),
                ),
                Wrong(
                    Text("Nothing at all.", "什么也不知道。"),
                    Text(
                        "Then it could not have the sum, which is what it was to learn.",
                        "那它就得不到总和，而它要的正是总和。",
                    ),
                ),
                Wrong(
                    Text("Each hospital's counts, up to noise.", "每家医院的计数，带有噪声。"),
                    Text(
                        "One message alone is uniform, whatever the counts: the masks are as large as the modulus.",
                        "单独一条消息是均匀分布的，与计数无关：掩码取遍整个模数范围。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
