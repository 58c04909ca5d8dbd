"""The folder format of a saved model: arrays in safetensors, the rest in JSON, both hashed; no pickle.

Two files in one folder. The arrays are a safetensors file, named after its own SHA-256; the manifest, ``model.json``,
names that file and holds everything else, the format's version and a hash of itself. The manifest is written last and
put in place in one step, so a reader meets the old model or the new one, whole, never a mixture.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from recbook.files import write_atomically

VERSION = 1
MANIFEST = "model.json"


class ArtifactError(ValueError):
    """A stored model that is cut, damaged, of another version, or does not fit together."""


def save(folder: str | Path, kind: str, content: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Path:
    """Write a model of ``kind`` into ``folder`` (made where missing) and return the manifest's path.

    ``content`` is what JSON can hold; ``arrays`` are arrays of numbers by name. A model that was there before stays
    readable until the manifest is replaced; its arrays are removed afterwards.
    """
    from safetensors.numpy import save as to_bytes

    folder = Path(folder)
    vectors = to_bytes({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    digest = sha256(vectors).hexdigest()
    name = f"vectors-{digest[:16]}.safetensors"
    whole = {"format": kind, "version": VERSION, "vectors": {"file": name, "sha256": digest}, **content}
    write_atomically(folder / name, vectors)
    manifest = json.dumps(whole | {"sha256": _hash_of(whole)}, ensure_ascii=False, indent=1)
    write_atomically(folder / MANIFEST, manifest)
    for old in set(folder.glob("vectors-*.safetensors")) - {folder / name}:
        old.unlink(missing_ok=True)
    return folder / MANIFEST


def load(folder: str | Path, kind: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The content and the arrays that `save` wrote for a model of ``kind``.

    Raises FileNotFoundError where a file is missing, and ArtifactError where one is cut, damaged or of another kind or
    version. Nothing is loaded in part.
    """
    content = _manifest(Path(folder) / MANIFEST, kind)
    return content, _vectors(Path(folder) / content["vectors"]["file"], content["vectors"]["sha256"])


def identity(folder: str | Path) -> tuple[str, str]:
    """The kind of the model in ``folder``, and the SHA-256 that its manifest states of itself: `load` verifies it.

    The hash covers that of the arrays, so two models share it only where they are the same. Errors as in `load`.
    """
    path = Path(folder) / MANIFEST
    try:
        content = json.loads(_read(path))
        return str(content["format"]), str(content["sha256"])
    except (ValueError, TypeError, KeyError) as error:
        raise ArtifactError(f"{path} is cut or is no manifest of a recommender ({error}). Save it again.") from error


def _manifest(path: Path, kind: str) -> dict[str, Any]:
    try:
        content = json.loads(_read(path))
        stated = content.pop("sha256", None)
        known_format, version = content["format"] == kind, content["version"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArtifactError(f"{path} is cut or is no manifest of a recommender ({error}). Save it again.") from error
    # The version first: another version may hash, and hold, something else.
    if not known_format or version != VERSION:
        raise ArtifactError(
            f"{path} is {content['format']!r}, version {version}; this program reads {kind!r}, version {VERSION}. "
            "Save the model again with this program, or load it with the one that wrote it."
        )
    if stated != _hash_of(content):
        raise ArtifactError(f"{path} was changed after it was written: its SHA-256 does not fit. Save it again.")
    return content


def _vectors(path: Path, wanted: str) -> dict[str, np.ndarray]:
    from safetensors.numpy import load as from_bytes

    data = _read(path)
    if (got := sha256(data).hexdigest()) != wanted:
        raise ArtifactError(
            f"{path} is cut or damaged: {len(data):,} bytes with SHA-256 {got[:16]}…, where the manifest names "
            f"{wanted[:16]}…. Save it again."
        )
    return from_bytes(data)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no {path}: no recommender was saved there, or only a part of it.") from None


def _hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the manifest's content, whatever its spaces and the order of its keys."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
