"""What is made of fetched files once: a language model in GGUF becomes 16-bit safetensors, in a process of its own.

Reading a GGUF needs two packages that nothing else in the course does. They are downloaded with pinned hashes, laid
into a folder beside the fetched files, used by that one process (`recbook/data/gguf_to_safetensors.py`) and removed.
What comes out lies in ``converted`` beside the members; ``converted.json`` lists each file with its size and SHA-256,
and is written last. All of it happens in the staging folder, so the cache has the whole or nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tqdm import tqdm

from recbook.data.cards import Card, Member, WheelSource
from recbook.data.hashes import sha256_of
from recbook.files import write_atomically
from recbook.memory import check_memory

FOLDER, LIST = "converted", "converted.json"

TOOLS = (
    WheelSource("gguf", "0.19.0", "70bcd10edfe697fb2dad6e40af2234b9d8ece9a41a99761405121ebda1c3c1cd", 118_475),
    WheelSource("accelerate", "1.15.0", "97eacca0b73e45cb867dbf8c5d5d4dc32219544300e0c8992c7334dc2ef33cec", 394_295),
)
"""What Transformers asks for to read a GGUF; what these need in turn comes with the course."""

MEMORY = 1.8e9
"""Bytes that the conversion takes at most."""

_PROGRAM = Path(__file__).with_name("gguf_to_safetensors.py")


def run(card: Card, files: Path, staging: Path) -> None:
    """Convert the GGUF among ``files``, whose hashes are verified, into ``files/converted`` and list what was made.

    ``staging`` holds the tools meanwhile. Raises as `recbook.data.wheel.download_wheel` where a tool does not come,
    MemoryError where too little is free, ValueError where the conversion fails.
    """
    check_memory(MEMORY, f"Converting {card.name}", f"Close other programs, then `recbook data fetch {card.name}`.")
    (source,) = (files / name for name in card.members if name.endswith(".gguf"))
    target, tools = files / FOLDER, staging / "tools"
    target.mkdir()
    _lay_tools(tools, staging)
    try:
        _convert(card.name, source, target, tools)
    finally:
        shutil.rmtree(tools)
    found = {file.name: {"sha256": sha256_of(file), "bytes": file.stat().st_size} for file in sorted(target.iterdir())}
    write_atomically(files / LIST, json.dumps(found, indent=1) + "\n")


def made(folder: Path) -> dict[str, Member]:
    """The files that a conversion made in a card's folder, by their path in it. OSError where the list is not whole."""
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
        return {f"{FOLDER}/{name}": Member("", one["sha256"], one["bytes"]) for name, one in listed.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OSError(f"{folder / LIST} is damaged ({error}).") from error


def _lay_tools(tools: Path, staging: Path) -> None:
    """The tools' packages in a folder, from wheels whose hashes are those above."""
    from recbook.data.wheel import download_wheel

    for source in TOOLS:
        place = staging / f"wheel-{source.package}"
        place.mkdir()
        with tqdm(total=source.bytes, disable=True) as bar:
            wheel = download_wheel(source, place, bar)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tools)


def _convert(name: str, source: Path, target: Path, tools: Path) -> None:
    print(f"{name}: converting, once, about half a minute.\n{name}：转换（仅此一次），约半分钟。", file=sys.stderr)
    command = [sys.executable, "-P", str(_PROGRAM), str(source), str(target), str(tools)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit status {done.returncode}"]
        raise ValueError(f"{source.name} could not be converted ({said[-1].strip()}). Nothing of {name} is kept.")
