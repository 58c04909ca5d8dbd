"""Sixteen films, each with a sentence that shares no word with its title (filler words aside)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recbook.plots import film
from recbook.session import phrase

if TYPE_CHECKING:
    import pandas as pd

# Sentence, film, the sentence in Chinese.
_ROWS = (
    ("a ship hits an iceberg", "Titanic", "一艘船撞上冰山"),
    ("toys that are alive", "Toy Story", "有生命的玩具"),
    ("a puppet whose nose grows when he lies", "The Adventures of Pinocchio", "一说谎鼻子就变长的木偶"),
    ("a princess, a poisoned apple, a mirror", "Snow White and the Seven Dwarfs", "公主、毒苹果、魔镜"),
    ("astronauts try to come home from the moon", "Apollo 13", "宇航员设法从月球返回地球"),
    ("a Scottish warrior fights for freedom", "Braveheart", "一位苏格兰勇士为自由而战"),
    ("a bus must not slow down", "Speed", "一辆公共汽车不能减速"),
    ("a father dresses up as a nanny", "Mrs. Doubtfire", "父亲扮成保姆"),
    ("chasing tornadoes", "Twister", "追逐龙卷风"),
    ("a knife, a shower, a motel", "Psycho", "刀、淋浴、汽车旅馆"),
    ("a pig herds sheep", "Babe", "小猪牧羊"),
    ("a hotel in the snow drives a writer mad", "The Shining", "大雪封住的酒店把作家逼疯"),
    ("a German factory owner saves Jews", "Schindler's List", "一位德国工厂主救下犹太人"),
    ("aliens land on the White House", "Independence Day (ID4)", "外星人降落在白宫上"),
    ("a mobster family and its head", "The Godfather", "黑帮家族和它的首领"),
    ("an archaeologist with a whip", "Raiders of the Lost Ark", "拿鞭子的考古学家"),
)

SIXTEEN = {sentence: title for sentence, title, _ in _ROWS}
"""Sentence to the film's display title."""


def as_table(place: np.ndarray) -> pd.DataFrame:
    """The sentences with their films and the places ``(16,)`` of these, the best first; in Chinese with a translation."""
    import pandas as pd

    rows = [
        {"sentence": phrase(en=sentence, zh=f"{sentence}（{chinese}）"), "film": film(title), "place": int(found)}
        for (sentence, title, chinese), found in zip(_ROWS, place, strict=True)
    ]
    return pd.DataFrame(rows).sort_values("place", kind="stable", ignore_index=True)
