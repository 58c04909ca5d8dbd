"""``recbook data``: list, info, fetch, where, verify and clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from recbook import paths
from recbook.data import cards, fetch
from recbook.session import phrase, told

app = typer.Typer(
    help=phrase(en="The datasets, models and fonts of the course.", zh="课程的数据集、模型和字体。"),
    no_args_is_help=True,
)

_NAMES = phrase(en="As `recbook data list` shows.", zh="名称见 `recbook data list`。")
_ALL = phrase(en="Every dataset, model and font.", zh="全部数据集、模型和字体。")
_NEEDED = phrase(
    en="All but the optional ones, which are fetched by name.", zh="除可选项以外的全部；可选项要写出名称才下载。"
)
Name = Annotated[str, typer.Argument(metavar="NAME", help=_NAMES)]
Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help=_NAMES)]
All = Annotated[bool, typer.Option("--all", help=_ALL)]
AllNeeded = Annotated[bool, typer.Option("--all", help=_NEEDED)]
_KINDS = {"dataset": "数据集", "model": "模型", "font": "字体"}


@app.command(
    "list",
    help=phrase(
        en="Show every dataset, model and font, and which of them are in the cache.",
        zh="列出全部数据集、模型和字体，以及哪些已在缓存里。",
    ),
)
def list_() -> None:
    """Show every card."""
    table = Table(*phrase(en="name kind size cached licence", zh="名称 种类 大小 已缓存 许可").split())
    with _plain_errors():
        for card in cards.all_cards():
            optional = phrase(en=" (optional)", zh="（可选）") if card.optional else ""
            cached = phrase(en="yes", zh="是") if fetch.is_cached(card.name) else phrase(en="no", zh="否")
            table.add_row(card.name, _kind(card) + optional, _megabytes(card.bytes), cached, _licence(card))
    table.columns[-1].overflow = "fold"  # Chinese has no spaces to be broken at
    _show(table)


def _licence(card: cards.Card) -> str:
    """The licence in short; in Chinese what its line says behind the name."""
    return phrase(en=card.licence, zh=card.licence_line["zh"].partition("：")[2])


def _kind(card: cards.Card) -> str:
    return phrase(en=card.kind, zh=_KINDS.get(card.kind, card.kind))


_FIELDS = {"kind": "种类", "origin": "出处", "licence": "许可", "terms": "使用条款", "citation": "引用"}


@app.command(
    help=phrase(
        en="Show where one of them comes from, its terms, its files, and how to cite it.",
        zh="显示其中一项的出处、使用条款、文件和引用格式。",
    )
)
def info(name: Name) -> None:
    """Show a card."""
    with _plain_errors():
        card = cards.card(name)
        cached = fetch.is_cached(name)
    table = Table(title=card.title, show_header=False, show_lines=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for field, chinese in _FIELDS.items():
        own = {"kind": _kind(card), "licence": _licence(card)}
        shown = own.get(field) or phrase(en=getattr(card, field), zh=card.zh.get(field, getattr(card, field)))
        table.add_row(phrase(en=field, zh=chinese), shown)
    table.add_row(phrase(en="source", zh="来源"), f"{card.source}\n{_size_and_hash(card.source)}")
    for member, details in card.members.items():
        columns = ", ".join(f"{column} ({kind})" for column, kind in card.columns.get(member, {}).items())
        table.add_row(member, "\n".join(filter(None, [_size_and_hash(details), columns])))
    if card.conversion:
        size = _megabytes(card.conversion.bytes)
        made = phrase(
            en=f"about {size} as safetensors, made once from the above",
            zh=f"由上面的文件转换一次，得到约 {size} 的 safetensors",
        )
        table.add_row(phrase(en="converted", zh="转换后"), made)
    lacking = phrase(en=f"no; `recbook data fetch {name}`", zh=f"否；`recbook data fetch {name}`")
    table.add_row(phrase(en="cached", zh="已缓存"), str(fetch.folder(name)) if cached else lacking)
    _show(table)


@app.command(
    "fetch",
    help=phrase(
        en="Download what the cache lacks. After `fetch --all` the course needs no network, but for what is optional.",
        zh="下载缓存里没有的。运行 `fetch --all` 之后，除可选项外，课程不再需要网络。",
    ),
)
def fetch_(names: Names = None, all_: AllNeeded = False) -> None:
    """Download what the cache lacks."""
    with _plain_errors():
        chosen = _chosen(names, all_)
    if all_:
        left_out = [card.name for card in chosen if card.optional]
        chosen = [card for card in chosen if not card.optional]
        _say_sizes(chosen, left_out)
    _each(chosen, _fetched)


def _fetched(name: str) -> str:
    place = fetch.fetch(name)
    return phrase(en=f"{name} is in {place}", zh=f"{name} 在 {place}")


@app.command(
    help=phrase(
        en="Print the cache folder. It may be deleted; RECBOOK_CACHE moves it.",
        zh="显示缓存文件夹。它可以删除；RECBOOK_CACHE 能换一个位置。",
    )
)
def where() -> None:
    """Print the cache folder."""
    typer.echo(paths.cache_dir())


@app.command(
    help=phrase(
        en="Hash every fetched file again; exit 1 if one is damaged.",
        zh="重新计算每个已下载文件的哈希值；有损坏的，以 1 退出。",
    )
)
def verify() -> None:
    """Hash every fetched file again."""
    with _plain_errors():
        fetched = [card.name for card in cards.all_cards() if fetch.folder(card.name).is_dir()]
        problems = [problem for name in fetched for problem in fetch.verify(name)]
    for problem in problems:
        typer.echo(told(ValueError(problem)), err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(
        phrase(
            en=f"All files are as they should be: {', '.join(fetched) or 'nothing is fetched yet'}.",
            zh=f"所有文件完好：{'、'.join(fetched) or '还没有下载任何文件'}。",
        )
    )


@app.command(
    help=phrase(en="Delete fetched files; they can be fetched again.", zh="删除已下载的文件；以后可以重新下载。")
)
def clear(names: Names = None, all_: All = False) -> None:
    """Delete fetched files."""
    with _plain_errors():
        chosen = _chosen(names, all_)
    _each(chosen, _cleared)


def _cleared(name: str) -> str:
    freed = _megabytes(fetch.clear(name))
    return phrase(en=f"{name}: {freed} freed", zh=f"{name}：腾出 {freed}")


def _chosen(names: list[str] | None, all_: bool) -> list[cards.Card]:
    """The cards called ``names``, or all of them. ValueError for both, for neither, and for an unknown name."""
    if bool(names) == all_:
        raise ValueError(
            phrase(
                en="Give one or more names, or --all. `recbook data list` shows the names.",
                zh="请写出一个或几个名称，或者写 --all。名称见 `recbook data list`。",
            )
        )
    return cards.all_cards() if all_ else [cards.card(name) for name in names or []]


def _say_sizes(chosen: list[cards.Card], left_out: list[str]) -> None:
    """What is still to come, the largest first, before it comes; and what has to be asked for by name."""
    missing = sorted((card for card in chosen if not fetch.is_cached(card.name)), key=lambda card: -card.source.bytes)
    if missing:
        each = ", ".join(f"{card.name} {_megabytes(card.source.bytes)}" for card in missing)
        total = _megabytes(sum(card.source.bytes for card in missing))
        kept = _megabytes(sum(card.bytes for card in missing))
        typer.echo(
            phrase(
                en=f"To download: {each}; {total} in all, {kept} in the cache.",
                zh=f"需要下载：{each}；共 {total}，缓存中占 {kept}。",
            )
        )
    if left_out:
        typer.echo(
            phrase(
                en=f"Optional, fetched by name only: {', '.join(left_out)}.",
                zh=f"可选项，要写出名称才下载：{'、'.join(left_out)}。",
            )
        )


def _each(chosen: list[cards.Card], act: Callable[[str], str]) -> None:
    """Act on each card's name and print the outcome; a failure does not keep the others back, but exits 1."""
    failures = 0
    for card in chosen:
        try:
            with _plain_errors():
                typer.echo(act(card.name))
        except typer.Exit:
            failures += 1
    if failures:
        raise typer.Exit(1)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Print an error as its sentence on stderr and exit with 1, without a traceback."""
    try:
        yield
    except (OSError, ValueError, ModuleNotFoundError, MemoryError) as error:
        typer.echo(told(error), err=True)
        raise typer.Exit(1) from error


def _show(table: Table) -> None:
    Console(markup=False, highlight=False).print(table)  # a card's text may hold [brackets]


def _size_and_hash(item: cards.Member | cards.WheelSource | cards.UrlSource) -> str:
    return phrase(en=f"{item.bytes:,} bytes, SHA-256 {item.sha256}", zh=f"{item.bytes:,} 字节，SHA-256 {item.sha256}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
