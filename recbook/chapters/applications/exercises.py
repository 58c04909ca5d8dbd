"""Exercises and quiz of chapter 11."""

from __future__ import annotations

from recbook.learning.content import Exercise, Question, Quiz, Right, Text, Wrong

density = Exercise(
    id="applications-density",
    title=Text("How full is the table?", "表有多满？"),
    gives=Text("a number between 0 and 1", "0 到 1 之间的一个数"),
    hint=Text("How many cells has the table?", "这张表一共有多少格？"),
    examples=[(5, 3, 4)],
    random=lambda rng: tuple(int(n) for n in rng.integers(2, 100, size=3)),
)


@density.solution
def density_of(n_ratings, n_users, n_items):
    return n_ratings / (n_users * n_items)


@density.mistake(
    en="You gave the share that is empty; the exercise asks for the share that is filled.",
    zh="你给出的是空着的比例，练习要的是已填的比例。",
)
def share_of_empty(n_ratings, n_users, n_items):
    return 1 - n_ratings / (n_users * n_items)


quiz = Quiz(
    "applications",
    [
        Question(
            Text(
                "What happens to the density when a user arrives who has rated nothing?",
                "来了一位没有打过分的用户，密度会怎样变化？",
            ),
            [
                Right(
                    Text("It falls.", "下降。"),
                    Text(
                        "Yes: the table grows by a row, and no cell of it is filled.",
                        "对：表多了一行，而这一行是空的。",
                    ),
                ),
                Wrong(
                    Text("It stays the same.", "不变。"),
                    Text(
                        "The number of ratings stays the same, but the table grows.",
                        "评分数没变，但表变大了。",
                    ),
                ),
            ],
        ),
        Question(
            Text(
                "Users, items and ratings all become twice as many. What happens to the density?",
                "用户、物品和评分都变成两倍，密度会怎样变化？",
            ),
            [
                Right(
                    Text("It halves.", "减半。"),
                    Text(
                        "Yes: twice the ratings in four times the cells.",
                        "对：评分是两倍，格子是四倍。",
                    ),
                ),
                Wrong(
                    Text("It stays the same.", "不变。"),
                    Text(
                        "Count the cells: both sides of the table have doubled.",
                        "数一数格子：表的两条边都加倍了。",
                    ),
                ),
            ],
            deeper=True,
        ),
    ],
)
