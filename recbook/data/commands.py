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

app = typer.Typer(help="The datasets, models and fonts of the course.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="As `recbook data list` shows.")]
All = Annotated[bool, typer.Option("--all", help="Every dataset, model and font.")]
AllNeeded = Annotated[bool, typer.Option("--all", help="All but the optional ones, which are fetched by name.")]


@app.command("list")
def list_() -> None:
    """Show every dataset, model and font, and which of them are in the cache."""
    table = Table("name", "kind", "size", "cached", "licence")
    with _plain_errors():
        for card in cards.all_cards():
            kind = f"{card.kind} (optional)" if card.optional else card.kind
            cached = "yes" if fetch.is_cached(card.name) else "no"
            table.add_row(card.name, kind, _megabytes(card.bytes), cached, card.licence)
    _show(table)


@app.command()
def info(name: str) -> None:
    """Show where one of them comes from, its terms, its files, and how to cite it."""
    with _plain_errors():
        card = cards.card(name)
        cached = fetch.is_cached(name)
    table = Table(title=card.title, show_header=False, show_lines=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for field in ("kind", "origin", "licence", "terms", "citation"):
        table.add_row(field, getattr(card, field))
    table.add_row("source", f"{card.source}\n{_size_and_hash(card.source)}")
    for member, details in card.members.items():
        columns = ", ".join(f"{column} ({kind})" for column, kind in card.columns.get(member, {}).items())
        table.add_row(member, "\n".join(filter(None, [_size_and_hash(details), columns])))
    if card.conversion:
        table.add_row(
            "converted", f"about {_megabytes(card.conversion.bytes)} as safetensors, made once from the above"
        )
    table.add_row("cached", str(fetch.folder(name)) if cached else f"no; `recbook data fetch {name}`")
    _show(table)


@app.command("fetch")
def fetch_(names: Names = None, all_: AllNeeded = False) -> None:
    """Download what the cache lacks. After `fetch --all` the course needs no network, but for what is optional."""
    with _plain_errors():
        chosen = _chosen(names, all_)
    if all_:
        left_out = [card.name for card in chosen if card.optional]
        chosen = [card for card in chosen if not card.optional]
        _say_sizes(chosen, left_out)
    _each(chosen, lambda name: f"{name} is in {fetch.fetch(name)}")


@app.command()
def where() -> None:
    """Print the cache folder. It may be deleted; RECBOOK_CACHE moves it."""
    typer.echo(paths.cache_dir())


@app.command()
def verify() -> None:
    """Hash every fetched file again; exit 1 if one is damaged."""
    with _plain_errors():
        fetched = [card.name for card in cards.all_cards() if fetch.folder(card.name).is_dir()]
        problems = [problem for name in fetched for problem in fetch.verify(name)]
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"All files are as they should be: {', '.join(fetched) or 'nothing is fetched yet'}.")


@app.command()
def clear(names: Names = None, all_: All = False) -> None:
    """Delete fetched files; they can be fetched again."""
    with _plain_errors():
        chosen = _chosen(names, all_)
    _each(chosen, lambda name: f"{name}: {_megabytes(fetch.clear(name))} freed")


def _chosen(names: list[str] | None, all_: bool) -> list[cards.Card]:
    """The cards called ``names``, or all of them. ValueError for both, for neither, and for an unknown name."""
    if bool(names) == all_:
        raise ValueError("Give one or more names, or --all. `recbook data list` shows the names.")
    return cards.all_cards() if all_ else [cards.card(name) for name in names or []]


def _say_sizes(chosen: list[cards.Card], left_out: list[str]) -> None:
    """What is still to come, the largest first, before it comes; and what has to be asked for by name."""
    missing = sorted((card for card in chosen if not fetch.is_cached(card.name)), key=lambda card: -card.source.bytes)
    if missing:
        each = ", ".join(f"{card.name} {_megabytes(card.source.bytes)}" for card in missing)
        total = _megabytes(sum(card.source.bytes for card in missing))
        kept = _megabytes(sum(card.bytes for card in missing))
        typer.echo(f"To download: {each}; {total} in all, {kept} in the cache.")
    if left_out:
        typer.echo(f"Optional, fetched by name only: {', '.join(left_out)}.")


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
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _show(table: Table) -> None:
    Console(markup=False, highlight=False).print(table)  # a card's text may hold [brackets]


def _size_and_hash(item: cards.Member | cards.WheelSource | cards.UrlSource) -> str:
    return f"{item.bytes:,} bytes, SHA-256 {item.sha256}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
