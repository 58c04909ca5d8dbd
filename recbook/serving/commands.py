"""``recbook serve``: a stored model as a service on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recbook import surroundings
from recbook.serving.limits import Limits
from recbook.serving.supervisor import ServeError, Supervisor, listen, stop_on_signals, stop_when_closed
from recbook.serving.worker import Task

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    folder: Annotated[Path, typer.Argument(help="What model.save wrote, or a folder whose file `current` names one.")],
    port: Annotated[int, typer.Option(help="0 takes any free one.")] = 8000,
    warm: Annotated[bool, typer.Option("--warm", help="Prepare the search before anything is answered.")] = False,
    encoder: Annotated[str | None, typer.Option(help="A card or folder, in place of what the model names.")] = None,
    backend: Annotated[str | None, typer.Option(help="The encoder's, such as onnx-int8.")] = None,
    limit: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="Such as timeout=2.")] = None,
    host: Annotated[str, typer.Option(help="Other than this machine alone: only in a container.")] = "127.0.0.1",
    until_stdin_closes: Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)] = False,
) -> None:
    """Answer /recommend, /search, /similar, /health and /metrics on 127.0.0.1 until Ctrl-C."""
    try:
        task = Task(str(folder), Limits().changed(limit or []), encoder, backend, warm, _is_loopback(host))
        if not folder.is_dir():
            raise ServeError(f"There is no folder {folder}.")
        with listen(host, port) as listening:
            supervisor = Supervisor(task, listening, lambda address, version: _announce(folder, address, version))
            stop_on_signals(supervisor.stop)
            if until_stdin_closes:
                stop_when_closed(supervisor.stop)
            supervisor.run()
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {error}", err=True)
        raise typer.Exit(1) from None


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    if not surroundings.in_container():
        raise ServeError(
            f"--host {host} would let other machines ask, and the service knows no passwords. Outside a container it "
            "listens on 127.0.0.1 alone; a proxy that checks who asks can stand before it."
        )
    typer.echo("recbook: whoever reaches this port can ask: the service knows no passwords.", err=True)
    return False


def _announce(folder: Path, address: str, version: str) -> None:
    typer.echo(f"recbook: serving {folder} (model {version}) at {address}. Ctrl-C stops it.")
