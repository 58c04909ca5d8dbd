"""``recbook serve``: a stored model as a service on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recbook import surroundings
from recbook.serving.limits import Limits
from recbook.serving.supervisor import ServeError, Supervisor, listen, stop_on_signals, stop_when_closed
from recbook.serving.worker import Task
from recbook.session import phrase, told

LOOPBACK = ("127.0.0.1", "::1", "localhost")


HELP = phrase(
    en="Answer /recommend, /search, /similar, /health and /metrics on 127.0.0.1 until Ctrl-C.",
    zh="在 127.0.0.1 上应答 /recommend、/search、/similar、/health 和 /metrics，直到按下 Ctrl-C。",
)
_FOLDER = phrase(
    en="What model.save wrote, or a folder whose file `current` names one.",
    zh="model.save 写出的文件夹，或者一个用文件 `current` 指向它的文件夹。",
)
_PORT = phrase(en="0 takes any free one.", zh="0 表示任选一个空闲的。")
_WARM = phrase(en="Prepare the search before anything is answered.", zh="应答之前先准备好搜索。")
_ENCODER = phrase(en="A card or folder, in place of what the model names.", zh="换用的编码器：名称或文件夹。")
_BACKEND = phrase(en="The encoder's, such as onnx-int8.", zh="编码器的后端，如 onnx-int8。")
_LIMIT = phrase(en="Such as timeout=2.", zh="例如 timeout=2。")
_HOST = phrase(en="Other than this machine alone: only in a container.", zh="不限于本机：只能在容器里用。")


def serve(
    folder: Annotated[Path, typer.Argument(help=_FOLDER)],
    port: Annotated[int, typer.Option(help=_PORT)] = 8000,
    warm: Annotated[bool, typer.Option("--warm", help=_WARM)] = False,
    encoder: Annotated[str | None, typer.Option(help=_ENCODER)] = None,
    backend: Annotated[str | None, typer.Option(help=_BACKEND)] = None,
    limit: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help=_LIMIT)] = None,
    host: Annotated[str, typer.Option(help=_HOST)] = "127.0.0.1",
    until_stdin_closes: Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)] = False,
) -> None:
    """Serve a stored model until Ctrl-C."""
    try:
        task = Task(str(folder), Limits().changed(limit or []), encoder, backend, warm, _is_loopback(host))
        if not folder.is_dir():
            raise ServeError(phrase(en=f"There is no folder {folder}.", zh=f"没有 {folder} 这个文件夹。"))
        with listen(host, port) as listening:
            supervisor = Supervisor(task, listening, lambda address, version: _announce(folder, address, version))
            stop_on_signals(supervisor.stop)
            if until_stdin_closes:
                stop_when_closed(supervisor.stop)
            supervisor.run()
    except (OSError, ValueError) as error:
        typer.echo(f"recbook: {told(error)}", err=True)
        raise typer.Exit(1) from None


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    if not surroundings.in_container():
        raise ServeError(
            phrase(
                en=f"--host {host} would let other machines ask, and the service knows no passwords. Outside a "
                "container it listens on 127.0.0.1 alone; a proxy that checks who asks can stand before it.",
                zh=f"--host {host} 会让其他机器也能提问，而这个服务不验证密码。在容器之外它只监听 127.0.0.1；"
                "可以在它前面放一个检查来者身份的代理。",
            )
        )
    said = phrase(
        en="whoever reaches this port can ask: the service knows no passwords.",
        zh="连得上这个端口的人都能提问：这个服务不验证密码。",
    )
    typer.echo(f"recbook: {said}", err=True)
    return False


def _announce(folder: Path, address: str, version: str) -> None:
    said = phrase(
        en=f"serving {folder} (model {version}) at {address}. Ctrl-C stops it.",
        zh=f"正在 {address} 提供 {folder}（模型 {version}）的服务。按 Ctrl-C 停止。",
    )
    typer.echo(f"recbook: {said}")
