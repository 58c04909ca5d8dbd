"""Exercises and quiz of chapter 16."""

from __future__ import annotations

import numpy as np

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

# LoRA


def _random_adapter(rng):
    d, rank = int(rng.integers(3, 7)), int(rng.integers(1, 3))
    shapes = (d, d), (rank, d), (d, rank)
    return (*(rng.normal(size=shape) for shape in shapes), float(rng.choice([4.0, 6.0, 16.0])))


def _random_pass(rng):
    W, A, B, alpha = _random_adapter(rng)
    return rng.normal(size=(int(rng.integers(2, 5)), len(W))), W, A, B, alpha


forward = Exercise(
    id="generative-lora-forward",
    title=Text("Through the thin matrices", "经过两个窄矩阵"),
    gives=Text("an array (n, d_out)", "(n, d_out) 的数组"),
    hint=Text(
        "Two sums meet: what the frozen W makes of x, and what A and then B make of it, times alpha / rank. A row of x is one token, so every matrix stands transposed behind it.",
        "两部分相加：冻结的 W 对 x 的输出，以及 x 先过 A 再过 B、乘以 alpha / rank 的输出。x 的一行是一个词元，所以矩阵要转置后写在它后面。",
    ),
    examples=[
        (np.array([[1.0, 1.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]]), np.array([[1.0], [-1.0]]), 1.0),
        (np.array([[1.0, 0.0]]), np.array([[2.0, 0.0], [1.0, 1.0]]), np.eye(2), np.array([[1.0, 3.0], [0.0, 1.0]]), 6.0),
        (np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 1.0]]), np.array([[0.0], [1.0], [2.0]]), 2.0),
    ],
    random=_random_pass,
)  # fmt: skip


@forward.solution
def lora_forward(x, W, A, B, alpha):
    return x @ W.T + alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="The thin matrices are added in full. What they say is first multiplied by alpha / rank.",
    zh="两个窄矩阵的输出直接加上去了。要先乘以 alpha / rank。",
)
def without_scale(x, W, A, B, alpha):
    return x @ W.T + x @ A.T @ B.T


@forward.mistake(
    en="You multiplied by alpha. The scale is alpha divided by the rank, so that twice as many rows of A do not mean twice as much.",
    zh="你乘的是 alpha。缩放系数是 alpha 除以秩：这样 A 的行数加倍，加上去的量不会跟着加倍。",
)
def by_alpha_alone(x, W, A, B, alpha):
    return x @ W.T + alpha * (x @ A.T @ B.T)


@forward.mistake(
    en="You divided alpha by the width d. The rank is the number of rows of A.",
    zh="你用 alpha 除以宽度 d 了。秩是 A 的行数。",
)
def divided_by_width(x, W, A, B, alpha):
    return x @ W.T + alpha / A.shape[1] * (x @ A.T @ B.T)


@forward.mistake(
    en="That is only what the thin matrices add. The frozen W goes on working beside them.",
    zh="这只是两个窄矩阵加上去的部分。冻结的 W 仍然照常计算。",
)
def the_update_alone(x, W, A, B, alpha):
    return alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="That is the frozen layer by itself: A and B have no part in it.",
    zh="这只是冻结的层，A 和 B 没有起作用。",
)
def the_frozen_alone(x, W, A, B, alpha):
    return x @ W.T


@forward.mistake(
    en="You scaled both parts. alpha / rank belongs to the thin matrices alone; what W says stays as it was.",
    zh="两部分都乘了缩放系数。alpha / rank 只属于窄矩阵，W 的输出保持原样。",
)
def everything_scaled(x, W, A, B, alpha):
    return alpha / len(A) * (x @ W.T + x @ A.T @ B.T)


@forward.mistake(
    en="W stands untransposed behind x. A layer's weight is (out, in): each of its rows makes one number of the output.",
    zh="W 没有转置就乘在 x 后面了。层的权重形状是（输出，输入）：每一行算出输出的一个数。",
)
def weight_not_transposed(x, W, A, B, alpha):
    return x @ W + alpha / len(A) * (x @ A.T @ B.T)


@forward.mistake(
    en="x went through B first. A narrows d numbers to the rank, B widens them again: with x in front that is A transposed, then B transposed.",
    zh="x 先经过了 B。应当先由 A 把 d 个数缩到秩那么多，再由 B 展开：x 在前面时，先乘 A 的转置，再乘 B 的转置。",
)
def the_other_way_round(x, W, A, B, alpha):
    return x @ W.T + alpha / len(A) * (x @ B @ A)


merge = Exercise(
    id="generative-lora-merge",
    title=Text("Merge", "合并"),
    gives=Text("an array (d_out, d)", "(d_out, d) 的数组"),
    hint=Text(
        "Look for one matrix with x @ M.T equal to the forward pass for every x. Take x out of both parts: what remains of the second?",
        "要找一个矩阵 M，使任何 x 都有 x @ M.T 等于前向传播的结果。把两部分里的 x 都提出来：第二部分剩下什么？",
    ),
    examples=[
        (np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([[1.0, 2.0]]), np.array([[1.0], [-1.0]]), 1.0),
        (np.zeros((2, 2)), np.eye(2), np.array([[1.0, 3.0], [0.0, 1.0]]), 6.0),
        (np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 1.0]]), np.array([[0.0], [1.0], [2.0]]), 2.0),
    ],
    random=_random_adapter,
)  # fmt: skip


@merge.solution
def merged_weight(W, A, B, alpha):
    return W + alpha / len(A) * (B @ A)


@merge.mistake(
    en="The product is added in full. Merged must equal unmerged, and there it was multiplied by alpha / rank.",
    zh="乘积直接加上去了。合并后要与合并前相等，而合并前它乘了 alpha / rank。",
)
def merged_without_scale(W, A, B, alpha):
    return W + B @ A


@merge.mistake(
    en="You multiplied by alpha. The scale is alpha divided by the rank, the number of rows of A.",
    zh="你乘的是 alpha。缩放系数是 alpha 除以秩，秩是 A 的行数。",
)
def merged_by_alpha_alone(W, A, B, alpha):
    return W + alpha * (B @ A)


@merge.mistake(
    en="You divided alpha by the width d. The rank is the number of rows of A.",
    zh="你用 alpha 除以宽度 d 了。秩是 A 的行数。",
)
def merged_by_width(W, A, B, alpha):
    return W + alpha / len(W) * (B @ A)


@merge.mistake(
    en="That is what is added to W, without W: the layer would forget all that it knew.",
    zh="这只是加到 W 上的部分，没有 W：层原来会的全丢了。",
)
def the_product_alone(W, A, B, alpha):
    return alpha / len(A) * (B @ A)


@merge.mistake(
    en="W is scaled too. Only what A and B add is multiplied by alpha / rank.",
    zh="W 也乘了缩放系数。只有 A 和 B 加上去的部分才乘 alpha / rank。",
)
def merged_all_scaled(W, A, B, alpha):
    return alpha / len(A) * (W + B @ A)


@merge.mistake(
    en="Your product lies on its side: A.T @ B.T is the transpose of B @ A. Where W is square it fits, and computes something else.",
    zh="乘积转置了：A.T @ B.T 是 B @ A 的转置。W 是方阵时形状相符，算出来的却是另一回事。",
)
def on_its_side(W, A, B, alpha):
    return W + alpha / len(A) * (A.T @ B.T)


@merge.mistake(
    en="You took the product away. That is how to take an adapter out of a merged weight.",
    zh="你把乘积减掉了。从合并后的权重里取出适配器时才这样做。",
)
def taken_out(W, A, B, alpha):
    return W - alpha / len(A) * (B @ A)


quiz = Quiz(
    "generative",
    [
        Question(
            Text(
                "A shop fine-tunes one encoder for each of 50 countries, with LoRA instead of its last layer in full. What does it save for certain?",
                "一家商店为 50 个国家各微调一个编码器，用 LoRA 代替训练整个最后一层。哪一样一定能省下？",
            ),
            [
                Wrong(
                    Text("Most of the time that a training step takes.", "训练每一步的大部分时间。"),
                    Text(
                        "Forward, every layer computes as before, and backward the gradient has to pass through the layers to reach A and B. In the chapter's run a step of LoRA on two layers took no less time than one of the last layer in full.",
                        "前向时每一层照常计算；反向时梯度仍要穿过这些层，才能到达 A 和 B。本章的运行里，两层上的 LoRA 每一步并不比训练整个最后一层省时间。",
                    ),
                ),
                Wrong(
                    Text("Memory where it serves: W is no longer needed.", "部署时的内存：不再需要 W。"),
                    Text(
                        "W goes on doing most of the work; A and B only add to it. Merged, there is one matrix of W's size again.",
                        "W 仍然承担大部分计算，A 和 B 只是在它上面加一点。合并之后，又是一个与 W 同样大小的矩阵。",
                    ),
                ),
                Right(
                    Text("What has to be kept for each country.", "每个国家要存的数据。"),
                    Text(
                        "Yes: one W for all, and a small file for each. In training, Adam's memory shrinks alike, since it holds two numbers for each that moves.",
                        "对：W 只存一份，每个国家一个小文件。训练时 Adam 的内存也同样变小，因为它为每个可训练参数存两个数。",
                    ),
                ),
                Wrong(
                    Text("The choice of a learning rate.", "选择学习率的功夫。"),
                    Text(
                        "LoRA has a rate too, and another one than the full layer: it has to be chosen like that of any depth.",
                        "LoRA 也有学习率，而且与整层训练的不同：和其他深度一样，都要选。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
