"""Exercises of chapter 05 on the contrastive loss and on image patches."""

from __future__ import annotations

import numpy as np

from recbook.learning.bank.content import Exercise, Text


def _log_share(scores, axis=1):
    top = scores.max(axis=axis, keepdims=True)
    return scores - top - np.log(np.exp(scores - top).sum(axis=axis, keepdims=True))


def _mean_loss(scores):
    return -np.diag(_log_share(scores)).mean()


def _draw_batch(rng):
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
    random=_draw_batch,
)


@contrast.solution
def contrastive_loss(users, films, q, temperature):
    return _mean_loss(users @ films.T / temperature - np.log(q))


@contrast.mistake(
    en="The softmax runs down the columns, so films choose among users. Here each *user* chooses among the films: along the row.",
    zh="softmax 沿着列做了，成了电影在用户里挑。这里是每位*用户*在电影里挑：沿着行做。",
)
def down_the_columns(users, films, q, temperature):
    return -np.diag(_log_share(users @ films.T / temperature - np.log(q), axis=0)).mean()


@contrast.mistake(
    en="The softmax is taken over the *whole* table. Every user has a choice of their own: over their row.",
    zh="softmax 是对*整张*表做的。每位用户各做各的选择：只对自己那一行做。",
)
def over_the_table(users, films, q, temperature):
    scores = users @ films.T / temperature - np.log(q)
    return -np.diag(_log_share(scores.reshape(1, -1)).reshape(scores.shape)).mean()


@contrast.mistake(
    en="The temperature multiplies the scores. It *divides* them: a low temperature makes the softmax sharper.",
    zh="你把得分乘上了温度系数。应当是*除以*它：温度系数越低，softmax 越尖锐。",
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
    zh="对 `q` 的校正没有起作用。每部电影那一*列*要减去 `log q`；整行减去同一个数，在 softmax 里会抵消。",
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
    zh="只用 `reshape`，是把像素行一段一段地切下来。一个图块要从*好几行*各取一段：先把它的轴挪到一起。",
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
    zh="你把图像切成了与它同宽的*横条*。图块高 `size` 个像素，宽也是 `size` 个像素。",
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
