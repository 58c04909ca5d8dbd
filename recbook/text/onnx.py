"""A sentence encoder as one file that onnxruntime runs, tokenizer and pooling inside; also in int8.

The file is made once from the weights of a `recbook.text.backends` (about five seconds, for which PyTorch is loaded)
and kept beside the encoded texts. From then on neither PyTorch nor Transformers is loaded, so a service starts in a
moment, and the process may hold faiss, which brings an OpenMP library of its own as PyTorch does (on macOS one process
should not hold both).
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from recbook.files import write_atomically
from recbook.paths import cache_dir

if TYPE_CHECKING:
    from recbook.text.backends import Backend

KINDS = ("onnx", "onnx-int8", "onnx-int8-tensor")
"""float32; int8 with one scale for each column of a matrix; int8 with one for the whole matrix, to compare with."""

RECIPE = 2
"""Another one makes other files, and other vectors."""

OPSET = 17
_TOKENIZER = "tokenizer"  # where the file keeps it


class Graph:
    """A file of `made` opened: texts in, unit vectors out. No torch; threads may share one.

    Of each text the first ``max_tokens`` tokens are read. It runs on as many threads as OMP_NUM_THREADS says, by
    default on all cores. In int8 the numbers between two layers get their scale from all texts of a batch, so that a
    text's vector depends a little on the texts beside it.
    """

    def __init__(self, content: bytes, max_tokens: int = 256) -> None:
        from tokenizers import Tokenizer

        self._session = _session(content)
        self._names = [each.name for each in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_str(self._session.get_modelmeta().custom_metadata_map[_TOKENIZER])
        self._tokenizer.enable_truncation(max_tokens)

    def encode(self, texts: Sequence[str]) -> tuple[np.ndarray, int]:
        """float32 ``(len(texts), d)``, each row of unit length, and how many texts were longer than what was read."""
        read = self._tokenizer.encode_batch(list(texts))
        parts = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        inputs = {name: np.array([getattr(one, parts[name]) for one in read], np.int64) for name in self._names}
        return self._session.run(None, inputs)[0], sum(bool(one.overflowing) for one in read)

    def tokens(self, text: str) -> list[str]:
        """The pieces of a text that are read, without the special tokens around them."""
        read = self._tokenizer.encode(text)
        return [token for token, special in zip(read.tokens, read.special_tokens_mask, strict=True) if not special]


def made(source: Backend, kind: str = "onnx") -> bytes:
    """The file of ``kind``, one of `KINDS`: from the cache if its hash is the recorded one, else made and kept.

    Two processes make it once. A cache that cannot be written costs time only. Raises ValueError for another kind,
    ModuleNotFoundError, with what to install, without onnxruntime or onnx.
    """
    _check_kind(kind)
    file = file_of(source, kind)
    found = _verified(file)
    if found is not None:
        return found
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):
            return _verified(file) or _kept(file, _make(source, kind))
    except OSError as error:
        warnings.warn(f"The ONNX file is not kept ({error}); it will be made again next time.", stacklevel=2)
        return _make(source, kind)


def file_of(source: Backend, kind: str = "onnx") -> Path:
    """Where `made` keeps a file; beside it, ending in ``.sha256``, the hash that it must have."""
    _check_kind(kind)
    depends_on = f"{source.digest} {source.pooling} {kind} {RECIPE}"
    return cache_dir() / "onnx" / f"{hashlib.sha256(depends_on.encode()).hexdigest()[:32]}.onnx"


def export(source: Backend, dynamo: bool = False) -> bytes:
    """The graph in float32: whatever the tokenizer gives ``(n, length)`` to ``vectors`` ``(n, d)`` at unit length.

    Pooling and unit length are part of the graph; it equals PyTorch to 1e-6. ``dynamo`` takes PyTorch's newer exporter,
    which gives the same numbers and takes several times as long.
    """
    import torch

    _needed("onnx", "onnxruntime", *(["onnxscript"] if dynamo else []))
    tokenizer, model = source.load()
    read = tokenizer(["a ship that hits an iceberg", "night"], padding=True, return_tensors="pt")
    sizes = {name: {0: "batch", 1: "length"} for name in read}
    settings: dict[str, Any] = {"input_names": list(read), "output_names": ["vectors"], "dynamo": dynamo}
    settings |= {"external_data": False, "dynamic_shapes": _dynamic(sizes)} if dynamo else {"opset_version": OPSET}
    settings |= {} if dynamo else {"dynamic_axes": {**sizes, "vectors": {0: "batch"}}}
    with _quiet(), torch.inference_mode():
        whole = _sentence(model, source.pooling, list(read))
        return _with_tokenizer(_exported(whole, tuple(read.values()), settings), _text_of(tokenizer))


def to_int8(graph: bytes, per_channel: bool = True, reduced: bool | None = None) -> bytes:
    """The same graph with its matrices in int8, each with one scale a column, or one in all: a quarter of the size.

    ``reduced`` takes -64…64 of the 256 whole numbers for the matrices, by default where there is a scale a column:
    processors without instructions of their own for int8 (VNNI) add two products in 16 bits, which then cannot
    overflow. One scale for all has no steps to spare, and few of its numbers are large.
    Dynamic quantisation: what flows between two matrices is rounded too, to 8 bits with a scale found at each run.
    Tables of embeddings have one scale in either case.
    """
    _needed("onnx", "onnxruntime")
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = onnx.load_from_string(graph)
    tokenizer = next(each.value for each in whole.metadata_props if each.key == _TOKENIZER)
    with _quiet(), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "int8.onnx"
        reduced = per_channel if reduced is None else reduced
        quantize_dynamic(whole, file, per_channel=per_channel, reduce_range=reduced, weight_type=QuantType.QInt8)
        return _with_tokenizer(file.read_bytes(), tokenizer)


def _make(source: Backend, kind: str) -> bytes:
    return export(source) if kind == "onnx" else to_int8(made(source), per_channel=kind == "onnx-int8")


def _verified(file: Path) -> bytes | None:
    """What the file holds, or None where there is none, or another than was written."""
    try:
        content, wanted = file.read_bytes(), file.with_suffix(".sha256").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):  # what hinders writing too is said there
        return None
    return content if hashlib.sha256(content).hexdigest() == wanted else None


def _kept(file: Path, content: bytes) -> bytes:
    write_atomically(file, content)
    write_atomically(file.with_suffix(".sha256"), hashlib.sha256(content).hexdigest() + "\n")
    return content


def _session(content: bytes) -> Any:
    _needed("onnxruntime")
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # on Windows it would report to its maker
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)  # 0: as many as cores
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _sentence(model: Any, pooling: str, names: Sequence[str]) -> Any:
    """The encoder with what `TextEncoder` does after it, as one module."""
    import torch

    from recbook.text.backends import sentence_vectors

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            read = dict(zip(names, inputs, strict=True))
            tokens = self.model(**read).last_hidden_state
            return sentence_vectors(tokens, read["attention_mask"], pooling)

    return Sentence().eval()  # the exporter puts it back into the mode that it was in, and what it holds too


def _exported(whole: Any, inputs: tuple[Any, ...], settings: dict[str, Any]) -> bytes:
    import torch

    with tempfile.TemporaryDirectory() as folder:
        torch.onnx.export(whole, inputs, file := Path(folder) / "graph.onnx", **settings)
        return file.read_bytes()


def _dynamic(sizes: dict[str, dict[int, str]]) -> dict[str, Any]:
    """The sizes that vary, as the newer exporter names them; `forward` takes all inputs as one tuple."""
    import torch

    free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    return {"inputs": tuple(free for _ in sizes)}


def _text_of(tokenizer: Any) -> str:
    """A tokenizer of Transformers, told to pad, as text that the library tokenizers reads."""
    from tokenizers import Tokenizer

    inner = getattr(tokenizer, "backend_tokenizer", None)
    if inner is None:
        raise ValueError(f"A {type(tokenizer).__name__} cannot be kept in an ONNX file; take backend='torch'.")
    copy = Tokenizer.from_str(inner.to_str())
    copy.no_truncation()
    copy.enable_padding(
        pad_id=tokenizer.pad_token_id, pad_type_id=tokenizer.pad_token_type_id, pad_token=tokenizer.pad_token
    )
    return copy.to_str()


def _with_tokenizer(graph: bytes, tokenizer: str) -> bytes:
    import onnx

    whole = onnx.load_from_string(graph)
    onnx.helper.set_model_props(whole, {_TOKENIZER: tokenizer})
    return whole.SerializeToString()


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}.")


def _needed(*modules: str) -> None:
    from importlib.util import find_spec

    if missing := [name for name in modules if find_spec(name) is None]:
        raise ModuleNotFoundError(
            f"An encoder in ONNX needs {' and '.join(missing)}: pip install {' '.join(missing)}, or "
            "pip install 'recbook[serve]' for all that serving needs.",
            name=missing[0],
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings of tracing, which say that another model might not do, and the advice of the quantiser."""
    root = logging.getLogger()
    root.addFilter(_is_no_advice)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(_is_no_advice)


def _is_no_advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
