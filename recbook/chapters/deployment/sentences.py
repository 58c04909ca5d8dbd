"""What the service and the data say in English, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recbook import session
from recbook.plots.base import add_words

if TYPE_CHECKING:
    import pandas as pd

add_words({"translation": ("translation", "译文")})

# A sentence of the service as a pattern, and its Chinese; \1, \2 … are what stands in the brackets.
_CHINESE = {
    r"user (\S+) is not known to this model; its ids are whole numbers\.": r"模型里没有用户 \1；用户编号都是整数。",
    r"Give either user or history; this request has both\.": r"用户（user）与历史（history）只能给一个；这个请求两个都给了。",
    r"history has (\S+) items; at most (\S+) are read: send the last\.": r"历史（history）有 \1 个物品，最多读 \2 个：请只发最后的部分。",
    r"The request has a field '(\w+)', which is none of this path's\.": r"请求里有字段 '\1'，这个路径没有这样的字段。",
    r"(\d+) requests are being answered, and no more are taken at a time\. Ask again\.": r"正在处理 \1 个请求，此刻不再接受更多。请重试。",
    r"(\S+) is cut or damaged: (\S+) bytes with SHA-256 (\S+), where .*": r"\1 不完整或已损坏：\2 字节，SHA-256 为 \3，与清单所写不符。请重新保存。",
}  # fmt: skip

_GENRES = {
    "Action": "动作", "Adventure": "冒险", "Animation": "动画", "Children's": "儿童", "Comedy": "喜剧", "Crime": "犯罪",
    "Documentary": "纪录", "Drama": "剧情", "Fantasy": "奇幻", "Film-Noir": "黑色", "Horror": "恐怖", "Musical": "歌舞",
    "Mystery": "悬疑", "Romance": "爱情", "Sci-Fi": "科幻", "Thriller": "惊悚", "War": "战争", "Western": "西部",
}  # fmt: skip


def genres(words: str) -> str:
    """A film's genres for the reader, from MovieLens' words with blanks between them."""
    english = words.split()
    return session.phrase(en=", ".join(english), zh="、".join(_GENRES.get(word, word) for word in english))


def translated(sentence: str) -> str:
    """A sentence of the service in Chinese; "" for one that is not in the list."""
    found = (re.fullmatch(pattern, sentence, re.DOTALL) for pattern in _CHINESE)
    return next((match.expand(chinese) for match, chinese in zip(found, _CHINESE.values(), strict=True) if match), "")


def beside(rows: pd.DataFrame, column: str = "detail") -> pd.DataFrame:
    """A table for the reader: in Chinese with one more column at its end, what the sentences in ``column`` say."""
    return rows if session.language() == "en" else rows.assign(translation=rows[column].map(translated))
