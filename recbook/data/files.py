"""CSV and Parquet files read as `Interactions.from_csv` and `from_parquet` need them: no id changes on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recbook.data.columns import all_whole_numbers, column

if TYPE_CHECKING:
    import pandas as pd


def read_log(path: str | Path, names: Sequence[Any], ids: Sequence[Any], options: Mapping[str, Any]) -> pd.DataFrame:
    """The named columns of a CSV file, ids as text; KeyError names the columns that exist.

    All columns are read unless the options say otherwise: with some of them, pandas accepts a line that has a field too
    many, and the fields behind it have moved.
    """
    import pandas as pd

    header = pd.read_csv(path, **_without(options, "usecols", "nrows"), nrows=0)
    for name in names:
        column(header, name, "log")
    wanted = list(dict.fromkeys(names))
    # Only an empty field is missing: "NA", "null" and "None" may be somebody's ids.
    reading = {"na_values": {name: [""] for name in wanted}, "keep_default_na": False}
    types = dict.fromkeys(ids, str) | dict(options.get("dtype", {}))
    return pd.read_csv(path, **(reading | _without(options, "dtype") | {"dtype": types}))[wanted]


def read_table(
    source: str | Path | pd.DataFrame | None, key: Any, default: Sequence[Any], options: Mapping[str, Any]
) -> pd.DataFrame | None:
    """A user or item table from a CSV file, its ids as text; what is no path comes back as it is."""
    import pandas as pd

    if not isinstance(source, (str, Path)):
        return source
    options = _without(options, "usecols", "nrows", "names", "dtype")
    held = [name for name in ([key] if key is not None else default) if name is not None]
    return pd.read_csv(source, **({"dtype": dict.fromkeys(held, str), "keep_default_na": False} | options))


def numbers_if_all(
    log: pd.DataFrame, name: Any, table: pd.DataFrame | None, key: Any, default: Sequence[Any]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Log and table with ids as int64 if those of both are whole numbers, as text otherwise."""
    import pandas as pd

    found = next((k for k in ([key] if key is not None else default) if table is not None and k in table.columns), None)
    held = None if found is None or table is None else table[found]
    as_text = held is None or not pd.api.types.is_numeric_dtype(held)
    if not all_whole_numbers(log[name]) or (held is not None and as_text and not all_whole_numbers(held)):
        return log, table
    if log[name].notna().all():
        log = log.assign(**{str(name): log[name].astype("int64")})
    if table is not None and held is not None and as_text and held.notna().all():
        table = table.assign(**{str(found): held.astype("int64")})
    return log, table


def read_parquet(path: str | Path, names: Sequence[Any]) -> pd.DataFrame:
    """The named columns of a Parquet file or folder; KeyError names the columns that exist."""
    import pandas as pd
    import pyarrow.dataset as dataset

    header = pd.DataFrame(columns=dataset.dataset(path, format="parquet").schema.names)
    for name in names:
        column(header, name, "log")
    return pd.read_parquet(path, columns=list(dict.fromkeys(names)))


def parquet_table(source: str | Path | pd.DataFrame | None) -> pd.DataFrame | None:
    """A user or item table from a Parquet file; what is no path comes back as it is."""
    import pandas as pd

    return pd.read_parquet(source) if isinstance(source, (str, Path)) else source


def _without(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in names}
