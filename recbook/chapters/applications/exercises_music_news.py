"""Exercises of chapter 11's sections on music and news."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from recbook.learning.content import Exercise, Text


def _random_melody(rng):
    return [int(note) for note in rng.integers(57, 84, size=int(rng.integers(5, 9)))], int(rng.integers(1, 4))


step_runs_of = Exercise(
    id="applications-step-runs",
    title=Text("A melody's steps", "旋律的音程"),
    gives=Text("a list of tuples of whole numbers", "由整数元组组成的列表"),
    hint=Text(
        "First the steps from each note to the next, with their sign; then every run of n neighbouring steps.",
        "先求每个音到下一个音的音程（带正负号），再取每一段连续的 n 个音程。",
    ),
    examples=[
        ([67, 69, 71, 72], 1),
        ([67, 69, 71, 72], 2),
        ([69, 71, 73, 74], 2),
        ([72, 71, 69, 67], 2),
        ([60, 62], 2),
    ],
    random=_random_melody,
)


@step_runs_of.solution
def step_runs(notes, n):
    steps = [later - earlier for earlier, later in pairwise(notes)]
    return [tuple(steps[at : at + n]) for at in range(len(steps) - n + 1)]


@step_runs_of.mistake(
    en="Those are runs of the notes themselves: in another key none of them is left. Take the steps between them.",
    zh="这是音高本身的片段，换一个调就一个也不剩。请取相邻两音之间的音程。",
)
def runs_of_notes(notes, n):
    return [tuple(notes[at : at + n]) for at in range(len(notes) - n + 1)]


@step_runs_of.mistake(
    en="The sign is lost: two notes up and two notes down are different melodies.",
    zh="正负号丢了：上行两个半音与下行两个半音是不同的旋律。",
)
def without_sign(notes, n):
    return [tuple(abs(step) for step in run) for run in step_runs(notes, n)]


@step_runs_of.mistake(
    en="You took the earlier note less the later one: a step up should be positive.",
    zh="你用前一个音减后一个音：上行的音程应为正。",
)
def wrong_way(notes, n):
    return [tuple(-step for step in run) for run in step_runs(notes, n)]


@step_runs_of.mistake(
    en="Your runs do not overlap. Begin one at every step: the last n - 1 steps alone begin none.",
    zh="你的片段互不重叠。每个音程都应当开始一段，只有最后 n − 1 个除外。",
)
def without_overlap(notes, n):
    return step_runs(notes, n)[::n]


@step_runs_of.mistake(
    en="Each run has n - 1 steps: it takes n + 1 notes to make n steps.",
    zh="你的每段只有 n − 1 个音程：n 个音程需要 n + 1 个音。",
)
def one_too_short(notes, n):
    return step_runs(notes, n - 1) if n > 1 else [() for _ in notes]


@step_runs_of.mistake(
    en="You measured every note from the first one. A step is from a note to its neighbour.",
    zh="你把每个音都与第一个音相比。音程是一个音到下一个音的距离。",
)
def from_the_first(notes, n):
    far = [note - notes[0] for note in notes[1:]]
    return [tuple(far[at : at + n]) for at in range(len(far) - n + 1)]


@step_runs_of.mistake(
    en="A run of the last steps is missing: there are `len(steps) - n + 1` of them.",
    zh="少了最后一段：一共有 `len(steps) - n + 1` 段。",
)
def last_one_missing(notes, n):
    return step_runs(notes, n)[:-1]


def _random_reader(rng):
    clicks = int(rng.integers(2, 6))
    return rng.normal(size=(clicks, 3)), rng.uniform(0, 90, size=clicks), float(rng.choice([6.0, 12.0, 24.0]))


half_life_profile_of = Exercise(
    id="applications-half-life-profile",
    title=Text("A profile that forgets", "会遗忘的画像"),
    gives=Text("a vector as long as a row of `vectors`", "与 `vectors` 的一行等长的向量"),
    hint=Text(
        "A weight for each click, a sum of weighted rows, and a division by the sum of the weights.",
        "先给每次点击一个权重，再对各行加权求和，最后除以权重之和。",
    ),
    examples=[
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 24.0]), 24.0),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 24.0]), 12.0),
        (np.array([[2.0, 4.0]]), np.array([100.0]), 10.0),
    ],
    random=_random_reader,
)


def _weighted(vectors, weights):
    return weights @ np.asarray(vectors) / weights.sum()


@half_life_profile_of.solution
def half_life_profile(vectors, ages, half_life):
    return _weighted(vectors, 0.5 ** (np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="After one half-life your weight is 1/e = 0.37. A *half*-life leaves a half: `0.5 ** (age / half_life)`.",
    zh="经过一个半衰期，你的权重是 1/e = 0.37。半衰期意味着剩下一半：`0.5 ** (age / half_life)`。",
)
def by_e(vectors, ages, half_life):
    return _weighted(vectors, np.exp(-np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="Old clicks weigh most in yours: the exponent should make the weight smaller with age.",
    zh="在你的结果里，旧的点击权重最大：点击越旧，权重应当越小。",
)
def upside_down(vectors, ages, half_life):
    return _weighted(vectors, 2.0 ** (np.asarray(ages) / half_life))


@half_life_profile_of.mistake(
    en="That is the weighted sum. Divide by the sum of the weights, or a busy reader gets a longer vector.",
    zh="这是加权和。请除以权重之和，否则点击多的读者向量更长。",
)
def not_divided(vectors, ages, half_life):
    return 0.5 ** (np.asarray(ages) / half_life) @ np.asarray(vectors)


@half_life_profile_of.mistake(
    en="You divided by the number of clicks. The weights of old clicks are small, so divide by the weights' sum.",
    zh="你除以了点击次数。旧点击的权重很小，应当除以权重之和。",
)
def divided_by_clicks(vectors, ages, half_life):
    return not_divided(vectors, ages, half_life) / len(vectors)


@half_life_profile_of.mistake(
    en="The plain mean forgets nothing: use `ages`.",
    zh="普通平均什么也不会忘记：请用上 `ages`。",
)
def plain_mean(vectors, ages, half_life):
    return np.asarray(vectors).mean(axis=0)


@half_life_profile_of.mistake(
    en="You cut off what is older than a half-life. It should fade instead: weight 1/2 there, 1/4 after two.",
    zh="你把超过半衰期的点击都去掉了。它们应当逐渐变淡：一个半衰期后权重 1/2，两个之后 1/4。",
)
def cut_off(vectors, ages, half_life):
    kept = np.asarray(ages) <= half_life
    return np.asarray(vectors)[kept].mean(axis=0) if kept.any() else np.zeros(np.shape(vectors)[1])


@half_life_profile_of.mistake(
    en="A weight of half_life / (half_life + age) halves once, and then ever more slowly. Use a power of 0.5.",
    zh="half_life / (half_life + age) 只在第一次减半，之后越来越慢。请用 0.5 的幂。",
)
def hyperbola(vectors, ages, half_life):
    return _weighted(vectors, half_life / (half_life + np.asarray(ages)))
