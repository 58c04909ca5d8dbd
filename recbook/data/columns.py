"""Columns of anybody's table made into the log's arrays: ids into ranks, times into whole seconds, ratings into floats.

What cannot be read without a guess is refused in one sentence that names the row, counted from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from recbook.bilingual import Both

if TYPE_CHECKING:
    import pandas as pd

EARLIEST, LATEST = 0, 7_258_118_400  # 1970-01-01 and 2200-01-01, in seconds since 1970
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_ZH = {
    "log": "日志", "user": "用户", "item": "物品", "time": "时间", "rating": "评分", "titles": "标题",
    "user ids": "用户 id", "item ids": "物品 id", "text": "文本", "number": "数", "numbers": "数",
}  # fmt: skip


def column(frame: pd.DataFrame, name: Any, role: str) -> pd.Series:
    """The column ``name`` of a table. KeyError names the columns that exist; ValueError if two have that name."""
    if name not in frame.columns:
        known = _listed(frame.columns)
        raise KeyError(
            Both(
                en=f"There is no column {name!r} for the {role}; the table has {known}.",
                zh=f"{_ZH.get(role, role)}所用的列 {name!r} 不存在；表里有 {known}。",
            )
        )
    found = frame[name]
    if found.ndim != 1:
        raise ValueError(
            Both(
                en=f"The table has {found.shape[1]} columns called {name!r}; rename all but one.",
                zh=f"表里有 {found.shape[1]} 列都叫 {name!r}；请只留一个，其余改名。",
            )
        )
    return found


# ---- Ids


def ranks(ids: Any, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """``(index, known)``: ``known`` holds the ids, each once, ascending, and ``index`` ``(n,)`` the rank of each row's.

    Ids are whole numbers (``known`` is int64) or text (object). ValueError for an id that is missing, or of another
    kind than the others.
    """
    import pandas as pd

    series = _plain(ids)
    try:
        codes, uniques = pd.factorize(series)  # hashing: sorting all rows of text took 24 s for a million
    except TypeError:
        odd = _first_unhashable(series)
        raise ValueError(
            Both(en=f"{kind} ids must be whole numbers or text; {odd}", zh=f"{_ZH[kind]} id 必须是整数或文本；{odd}")
        ) from None
    if (codes < 0).any():
        row = int(np.argmax(codes < 0))
        shown = _shown(series, row)
        raise ValueError(
            Both(
                en=f"{kind} ids: row {row} has none ({shown}). Fill it or drop the row.",
                zh=f"{_ZH[kind]} id：第 {row} 行没有（{shown}）。请补上，或去掉这一行。",
            )
        )
    known = _of_one_kind(uniques, codes, kind)
    order = _ascending(known)
    rank = np.empty(len(known), np.int64)
    rank[order] = np.arange(len(known))
    return rank[codes], known[order]


def find(ids: np.ndarray, known: np.ndarray, kind: str) -> np.ndarray:
    """Position of each id in ``known``, as ids of a log stand in its table. KeyError names those that it lacks."""
    import pandas as pd

    if len(ids) and len(known) and (ids.dtype == object) != (known.dtype == object):
        said = ("text", "numbers") if ids.dtype == object else ("numbers", "text")
        raise ValueError(
            Both(
                en=f"{kind} ids are {said[0]} in the log and {said[1]} in the {kind} table; make them one kind.",
                zh=f"{_ZH[kind]} id 在日志里是{_ZH[said[0]]}，在{_ZH[kind]}表里是{_ZH[said[1]]}；请统一成一种。",
            )
        )
    position = pd.Index(known).get_indexer(pd.Index(ids))
    missing = ids[position < 0]
    if len(missing):
        raise KeyError(
            Both(
                en=f"{kind} {missing[0]} is in the log but not in the {kind} table ({len(missing):,} such {kind}s). "
                f'Add it to the table, drop its rows, or let from_frame add it with unlisted="add".',
                zh=f"日志里的{_ZH[kind]} {missing[0]} 不在{_ZH[kind]}表里（共 {len(missing):,} 个）。"
                '请补进表里，或去掉它的行，或让 from_frame 用 unlisted="add" 补上。',
            )
        )
    return position


def all_whole_numbers(texts: pd.Series) -> bool:
    """True where every text is a whole number written as Python writes it: "12", but not "012", "1e3" or "12.0"."""
    import pandas as pd

    unique = pd.Series(texts.dropna().unique(), dtype=object)
    try:
        numbers = pd.to_numeric(unique)
    except (ValueError, TypeError):
        return False
    return numbers.dtype == np.int64 and bool((numbers.astype(str).astype(object) == unique).all())


def _of_one_kind(uniques: Any, codes: np.ndarray, kind: str) -> np.ndarray:
    """int64 or object (text); a ValueError names the first row that does not fit."""
    import pandas as pd

    known = np.asarray(uniques)
    found = pd.api.types.infer_dtype(known, skipna=False)
    if found == "empty" or (found == "string" and not (blank := known == "").any()):
        return known.astype(object)
    if found == "string":
        row = _row_of(blank, codes)
        raise ValueError(
            Both(
                en=f"{kind} ids: row {row} has an empty text. Fill it or drop the row.",
                zh=f"{_ZH[kind]} id：第 {row} 行是空文本。请补上，或去掉这一行。",
            )
        )
    if found == "integer":
        return _int64(known, codes, kind)
    if found in ("floating", "mixed-integer-float", "decimal"):
        return _whole(known.astype(float), codes, kind)
    _refuse_other_kind(known, codes, kind)


def _int64(known: np.ndarray, codes: np.ndarray, kind: str) -> np.ndarray:
    try:
        return known.astype(np.int64, casting="same_kind" if known.dtype != object else "unsafe")
    except (OverflowError, TypeError):
        wide = np.array([not -(2**63) <= int(number) < 2**63 for number in known])
        if not wide.any():
            return known.astype(np.int64)
        row = _row_of(wide, codes)
        raise ValueError(
            Both(
                en=f"{kind} ids: row {row} has a number beyond 64 bits; make the ids text.",
                zh=f"{_ZH[kind]} id：第 {row} 行的数超过 64 位；请把 id 换成文本。",
            )
        ) from None


def _whole(known: np.ndarray, codes: np.ndarray, kind: str) -> np.ndarray:
    """Floats that hold whole numbers, as a column gets where another row was missing."""
    broken = ~(np.isfinite(known) & (known == np.floor(known)) & (np.abs(known) < 2**53))
    if broken.any():
        row = _row_of(broken, codes)
        raise ValueError(
            Both(
                en=f"{kind} ids: row {row} has {known[broken][0]}; ids must be whole numbers or text.",
                zh=f"{_ZH[kind]} id：第 {row} 行是 {known[broken][0]}；id 必须是整数或文本。",
            )
        )
    return known.astype(np.int64)


def _refuse_other_kind(known: np.ndarray, codes: np.ndarray, kind: str) -> NoReturn:
    """Which row, and what it has, where not all ids are numbers or all text."""
    names = np.array([_kind_of(value) for value in known])
    allowed = np.isin(names, ("number", "text"))
    odd = ~allowed if not allowed.all() else names != names[0]
    row, shown, kind_of = _row_of(odd, codes), _shown(known[odd], 0), names[odd][0]
    before = "" if not allowed.all() else f" where row 0 has a {names[0]}"
    raise ValueError(
        Both(
            en=f"{kind} ids: row {row} has {shown}, a {kind_of}{before}; ids must all be whole numbers or all text.",
            zh=f"{_ZH[kind]} id：第 {row} 行是 {shown}（{_ZH.get(kind_of, kind_of)}）；id 必须全是整数，或全是文本。",
        )
    )


def _kind_of(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, (int, float, np.integer, np.floating)) else type(value).__name__


def _row_of(bad: np.ndarray, codes: np.ndarray) -> int:
    """The first row whose id is among the ``bad`` of the unique ids."""
    return int(np.argmax(bad[codes]))


def _ascending(known: np.ndarray) -> np.ndarray:
    """The order that sorts ids; text by code points, which is the order of its UTF-8 bytes."""
    if known.dtype == object:
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            return pc.array_sort_indices(pa.array(known, pa.large_string())).to_numpy()
        except (pa.ArrowException, UnicodeError):  # half of a surrogate pair has no bytes
            pass
    return np.argsort(known, kind="stable")


def _first_unhashable(series: pd.Series) -> str:
    for row, value in enumerate(series):
        try:
            hash(value)
        except TypeError:
            return f"row {row} has a {type(value).__name__}."
    return "some rows have neither."


# ---- Times


def seconds(times: Any, name: str = "time", unit: str = "s", layout: str | None = None) -> np.ndarray:
    """Whole seconds since 1970, int64 ``(n,)``, parts of a second cut off.

    Takes datetime64 of any unit, dates, pandas Timestamps, ISO 8601 texts (or texts in the ``layout`` of strptime),
    and numbers counted in ``unit`` ("s", "ms", "us", "ns") since 1970. A time with a zone is turned into UTC; one
    without is taken as UTC. ValueError for a missing time, one that cannot be read, or one outside 1970…2200.
    """
    import pandas as pd

    if unit not in UNITS:
        units = _listed(UNITS)
        raise ValueError(
            Both(
                en=f"time_unit must be one of {units}; got {unit!r}.",
                zh=f"time_unit 只能是 {units} 之一；收到 {unit!r}。",
            )
        )
    series = _plain(times)
    _refuse_missing(series, name)
    kind = pd.api.types.infer_dtype(series, skipna=False)
    if kind in ("integer", "floating", "mixed-integer-float", "decimal"):
        found = _from_numbers(series, name, unit)
    elif kind in ("string", "datetime", "datetime64", "date", "empty"):
        found = _from_moments(series, name, kind, layout)
    else:
        raise ValueError(
            Both(
                en=f"{name}: times must all be dates, all ISO texts or all numbers; got a column of {kind}.",
                zh=f"{name}：时间必须全是日期、全是 ISO 文本，或全是数；这一列是 {kind}。",
            )
        )
    return _in_range(found, series, name)


def _from_numbers(series: pd.Series, name: str, unit: str) -> np.ndarray:
    numbers = series.to_numpy()
    if numbers.dtype == object:
        numbers = np.asarray(series.astype(float) if not _all_int(numbers) else numbers.astype(np.int64))
    if numbers.dtype.kind == "f":
        _refuse_unfit_floats(numbers, name)
        return np.floor(numbers.astype(float) / UNITS[unit]).clip(-(2**62), 2**62).astype(np.int64)
    if len(numbers) and numbers.max() >= 2**63:
        row = int(numbers.argmax())
        raise ValueError(
            Both(
                en=f"{name}: row {row} has {numbers.max()}, beyond any time.",
                zh=f"{name}：第 {row} 行是 {numbers.max()}，不可能是时间。",
            )
        )
    found = numbers.astype(np.int64) // UNITS[unit]
    if unit == "s" and len(found) and _looks_like_dates(found):
        raise ValueError(
            Both(
                en=f"{name}: {found[0]} looks like a date (YYYYMMDD), not seconds; give the column as text.",
                zh=f"{name}：{found[0]} 像日期（YYYYMMDD），不像秒数；请把这一列换成文本。",
            )
        )
    return found


def _all_int(numbers: np.ndarray) -> bool:
    return all(isinstance(number, (int, np.integer)) for number in numbers)


def _refuse_unfit_floats(numbers: np.ndarray, name: str) -> None:
    """Neither infinite nor of 32 bits, which hold today's seconds only in steps of 128."""
    if not np.isfinite(numbers).all():
        row = int(np.argmax(~np.isfinite(numbers)))
        raise ValueError(Both(en=f"{name}: row {row} is no finite number.", zh=f"{name}：第 {row} 行是 NaN 或无穷大。"))
    if numbers.dtype.itemsize < 8 and len(numbers) and numbers.max() > 2**24:
        kind = f"float{8 * numbers.dtype.itemsize}"
        raise ValueError(
            Both(
                en=f"{name}: {kind} cannot hold seconds; read it as int64 or float64.",
                zh=f"{name}：{kind} 存不下秒数；请读成 int64 或 float64。",
            )
        )


def _looks_like_dates(numbers: np.ndarray) -> bool:
    """20170131 is a date to whoever wrote it. As seconds all of them would lie in 1970."""
    month, day = numbers // 100 % 100, numbers % 100
    return bool(((19_700_101 <= numbers) & (numbers <= 22_001_231) & (1 <= month) & (month <= 12) & (1 <= day)
                 & (day <= 31)).all())  # fmt: skip


def _from_moments(series: pd.Series, name: str, kind: str, layout: str | None) -> np.ndarray:
    import pandas as pd

    how = {"format": layout or "ISO8601"} if kind == "string" else {}
    moments = pd.to_datetime(series, utc=True, errors="coerce", **how)
    if moments.isna().any():
        row = int(np.argmax(moments.isna().to_numpy()))
        shown, text = _shown(series, row), kind == "string"
        raise ValueError(
            Both(
                en=f"{name}: row {row} has {shown}, which is no time of the form "
                f"{layout or '2017-03-31 or 2017-03-31T21:05:00Z (ISO 8601)'}"
                + ("; time_format= names another form, as in strptime." if text else "."),
                zh=f"{name}：第 {row} 行是 {shown}，不合时间格式 "
                f"{layout or '2017-03-31 或 2017-03-31T21:05:00Z（ISO 8601）'}"
                + ("；别的格式用 time_format= 指定，写法同 strptime。" if text else "。"),
            )
        )
    return moments.dt.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)


def _refuse_missing(series: pd.Series, name: str) -> None:
    missing = series.isna().to_numpy()
    if missing.any():
        row = int(np.argmax(missing))
        shown = _shown(series, row)
        raise ValueError(
            Both(
                en=f"{name}: row {row} has no time ({shown}). Fill it or drop the row.",
                zh=f"{name}：第 {row} 行没有时间（{shown}）。请补上，或去掉这一行。",
            )
        )


def _in_range(found: np.ndarray, series: pd.Series, name: str) -> np.ndarray:
    outside = (found < EARLIEST) | (found >= LATEST)
    if outside.any():
        row = int(np.argmax(outside))
        shown, large = _shown(series, row), series.dtype.kind in "iuf" and found[row] > 0
        raise ValueError(
            Both(
                en=f"{name}: row {row} has {shown}, which lies outside 1970 to 2200."
                + (' Milliseconds are read with time_unit="ms".' if large else ""),
                zh=f"{name}：第 {row} 行是 {shown}，不在 1970 到 2200 年之间。"
                + ('毫秒用 time_unit="ms" 来读。' if large else ""),
            )
        )
    return found


# ---- Ratings


def ratings(values: Any, name: str = "rating") -> np.ndarray:
    """float32 ``(n,)``. ValueError names a row without a rating, or with one that is no finite number."""
    import pandas as pd

    series = _plain(values)
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row = int(np.argmax(bad))
        shown = _shown(series, row)
        raise ValueError(
            Both(
                en=f"{name}: row {row} has {shown}, which is no number. Fill it, drop the row, or leave rating out.",
                zh=f"{name}：第 {row} 行是 {shown}，不是数。请补上，或去掉这一行，或不写 rating。",
            )
        )
    return numbers.astype(np.float32)


# ---- The tables of users and items


def table(frame: Any, key: Any, default: Sequence[Any], standard: str, title: Any, duplicates: str) -> pd.DataFrame:
    """A copy of a user or item table, one row an id, with its columns under the package's names.

    ``key`` names its column of ids (else the first of ``default`` that it has); it becomes ``standard`` ("item_id"),
    and the column ``title`` becomes "title". Ids that come twice are refused, or the first is kept.
    """
    import pandas as pd

    kind = standard.removesuffix("_id")
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"The {kind} table must be a pandas DataFrame; got {type(frame).__name__}.")
    if key is None:
        key = next((name for name in default if name in frame.columns), None)
        if key is None:
            usual, known = _listed(dict.fromkeys(default)), _listed(frame.columns)
            raise KeyError(
                Both(
                    en=f"The {kind} table has none of the columns {usual}; it has {known}. {standard}= names the one "
                    "that holds the ids.",
                    zh=f"{_ZH[kind]}表里没有 {usual} 中的任何一列；它有 {known}。id 所在的列用 {standard}= 指定。",
                )
            )
    column(frame, key, f"{kind} ids")
    if title is not None:
        column(frame, title, "titles")
    renamed = _renamed(frame, {key: standard} | ({} if title is None else {title: "title"}), kind)
    return _each_once(renamed, standard, kind, duplicates)


def _renamed(frame: pd.DataFrame, names: dict, kind: str) -> pd.DataFrame:
    for old, new in names.items():
        if old != new and new in frame.columns:
            raise ValueError(
                Both(
                    en=f"The {kind} table has both {old!r} and {new!r}; drop the one that is not meant.",
                    zh=f"{_ZH[kind]}表里同时有 {old!r} 和 {new!r}；请去掉不用的那一列。",
                )
            )
    return frame.rename(columns=names)


def _each_once(frame: pd.DataFrame, key: str, kind: str, duplicates: str) -> pd.DataFrame:
    if duplicates not in ("refuse", "first"):
        raise ValueError(
            Both(
                en=f'duplicates must be "refuse" or "first"; got {duplicates!r}.',
                zh=f'duplicates 只能是 "refuse" 或 "first"；收到 {duplicates!r}。',
            )
        )
    again = frame[key].duplicated()
    if again.any() and duplicates == "refuse":
        ids = list(dict.fromkeys(frame.loc[again, key]))
        said = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
        raise ValueError(
            Both(
                en=f"The {kind} table has {len(ids):,} id(s) in more than one row: {said}. Keep one row of each, "
                'or let from_frame keep the first with duplicates="first".',
                zh=f"{_ZH[kind]}表里有 {len(ids):,} 个 id 不止一行：{said}。请每个只留一行，"
                '或让 from_frame 用 duplicates="first" 取第一行。',
            )
        )
    return frame.loc[~again]


def _plain(values: Any) -> pd.Series:
    """A Series counted from 0; categories become their values."""
    import pandas as pd

    if isinstance(values, np.ndarray) and values.dtype.kind in "UO":
        values = pd.Series(values.astype(object), dtype=object)  # not looked through for a dtype: that costs seconds
    series = pd.Series(values).reset_index(drop=True)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    return series


def _shown(values: Any, row: int) -> str:
    """A value as Python writes it: 3, not np.int64(3)."""
    value = values.iloc[row] if hasattr(values, "iloc") else values[row]
    return repr(value.item() if isinstance(value, np.generic) and value.dtype.kind in "iufb" else value)


def _listed(names: Any) -> str:
    names = [repr(name) for name in names]
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
