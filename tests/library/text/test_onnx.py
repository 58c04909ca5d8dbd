"""The encoder as an ONNX file: equal to PyTorch, made once, checked before it is opened, and its kinds kept apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from tiny_encoder import by_hand, saved

from recbook.text import TextEncoder, onnx
from recbook.text.backends import backend
from recbook.text.retrieval import static_vectors

TEXTS = ["toy story", "ship iceberg ship", "", "a ship", "toy " * 40]


@pytest.fixture
def source(folder, empty_cache):
    return backend(folder)


# ---- The numbers


@pytest.mark.filterwarnings("ignore:.*have more than")
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_equals_pytorch_whatever_the_batch(folder, empty_cache, pooling):
    if pooling == "cls":
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    torch, graph = TextEncoder(folder), TextEncoder(folder, backend="onnx")
    vectors = graph.encode(TEXTS)
    assert vectors.shape == (5, 8) and vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, torch.encode(TEXTS), atol=1e-6)
    for text, vector in zip(TEXTS[:3], vectors, strict=False):
        np.testing.assert_allclose(graph.encode([text])[0], vector, atol=1e-6)
        np.testing.assert_allclose(vector, by_hand(folder, text, pooling), atol=1e-6)


def test_the_newer_exporter_gives_the_same(source):
    graph = onnx.Graph(onnx.export(source, dynamo=True))
    vectors, n_cut = graph.encode(TEXTS[:4])
    np.testing.assert_allclose(vectors, TextEncoder(source.folder).encode(TEXTS[:4]), atol=1e-6)
    assert n_cut == 0


def test_reads_and_counts_as_pytorch_does(folder, empty_cache):
    for max_tokens in (None, 4):
        torch, graph = (TextEncoder(folder, max_tokens=max_tokens, backend=kind) for kind in ("torch", "onnx"))
        for text in TEXTS:
            assert graph.tokens(text) == torch.tokens(text)
        with pytest.warns(UserWarning, match=r"[12] of 5 texts have more than"):
            found = graph.encode(TEXTS)
        with pytest.warns(UserWarning):
            np.testing.assert_allclose(found, torch.encode(TEXTS), atol=1e-6)


@pytest.fixture(scope="module")
def minilm(movielens):
    """Titles and Chinese by each way to run MiniLM, 150 texts in batches of 64."""
    texts = [*movielens.items["display_title"][:147], "太空漫游", "", "a ship hits an iceberg in the night " * 8]
    return {kind: TextEncoder(backend=kind).encode(texts) for kind in ("torch", *onnx.KINDS)}


def test_minilm_equals_pytorch_to_1e_6(minilm):
    assert np.abs(minilm["onnx"] - minilm["torch"]).max() < 1e-6


def test_minilm_in_int8_is_near_and_nearer_with_one_scale_a_column(minilm):
    cosine = {kind: (minilm[kind] * minilm["torch"]).sum(axis=1).mean() for kind in onnx.KINDS}
    assert cosine["onnx-int8"] > 0.98
    assert 0.9 < cosine["onnx-int8-tensor"] < cosine["onnx-int8"] - 0.01


def test_minilm_in_int8_takes_a_quarter():
    size = {kind: len(onnx.made(backend("all-MiniLM-L6-v2"), kind)) for kind in onnx.KINDS}
    assert 3.8 < size["onnx"] / size["onnx-int8"] < 4
    assert size["onnx-int8-tensor"] < size["onnx-int8"]


def test_threads_share_one_encoder_and_mix_nothing_up():
    encoder = TextEncoder(backend="onnx")
    texts = [f"film number {number} about {'ships ' * number}" for number in range(12)]
    alone = encoder.encode(texts, keep=False)
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: encoder.encode([texts[n]], keep=False)[0]}))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([found[n] for n in range(12)], alone, atol=1e-6)


# ---- The file


def test_a_file_that_is_there_is_run_without_pytorch(folder, tmp_path):
    code = (
        "import sys; from recbook.text import TextEncoder; "
        f"TextEncoder({str(folder)!r}, backend='onnx-int8').encode([sys.argv[1]]); "
        "print(sorted({'torch', 'transformers', 'onnx'} & set(sys.modules)))"
    )

    def run(text: str) -> str:
        command = [sys.executable, "-c", code, text]
        environment = os.environ | {"RECBOOK_CACHE": str(tmp_path / "cache")}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    assert "torch" in run("toy")
    assert run("story").strip() == "[]"


def test_two_at_once_make_it_once(source, monkeypatch):
    made = []

    def slow(source, kind):
        made.append(kind)
        time.sleep(0.3)
        return b"a file"

    monkeypatch.setattr(onnx, "_make", slow)
    found = []
    threads = [threading.Thread(target=lambda: found.append(onnx.made(source))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [b"a file"] * 4 and made == ["onnx"]


def other_bytes(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "damage",
    [
        other_bytes,
        lambda file: file.write_bytes(file.read_bytes()[:100]),
        lambda file: file.unlink(),
        lambda file: file.with_suffix(".sha256").unlink(),
        lambda file: file.with_suffix(".sha256").write_bytes(b"\xff\xfe"),
    ],
)
def test_another_file_than_was_written_is_not_opened_but_made_again(source, damage):
    first = onnx.made(source)
    assert onnx.made(source) == first
    damage(file := onnx.file_of(source))
    again = onnx.made(source)
    np.testing.assert_array_equal(onnx.Graph(again).encode(["toy"])[0], onnx.Graph(first).encode(["toy"])[0])
    assert onnx._verified(file) == again


def test_a_cache_that_cannot_be_written_costs_only_time(source, tmp_path):
    (tmp_path / "onnx").write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="not kept"):
        content = onnx.made(source)
    np.testing.assert_allclose(onnx.Graph(content).encode(["toy"])[0][0], by_hand(source.folder, "toy"), atol=1e-6)


def test_other_weights_and_other_kinds_are_other_files(folder, empty_cache):
    files = {onnx.file_of(backend(folder), kind) for kind in onnx.KINDS}
    saved(folder, seed=1)
    files |= {onnx.file_of(backend(folder), kind) for kind in onnx.KINDS}
    assert len(files) == 6


def test_exporting_leaves_the_model_as_it_was(source, monkeypatch):
    """PyTorch's exporter puts a module back into training, dropout and all, where its outermost part was so."""
    tokenizer, model = source.load()
    monkeypatch.setattr(type(source), "load", lambda _: (tokenizer, model))
    onnx.export(source)
    assert not any(module.training for module in model.modules())


# ---- The vectors' cache


def test_no_backend_reads_the_vectors_of_another(folder, empty_cache):
    found = {kind: TextEncoder(folder, backend=kind).encode(TEXTS[:4]) for kind in ("torch", *onnx.KINDS)}
    assert len(list(empty_cache.glob("*.npz"))) == 4
    for kind, vectors in found.items():
        np.testing.assert_array_equal(TextEncoder(folder, backend=kind).encode(TEXTS[:4]), vectors)
    assert not np.array_equal(found["onnx-int8"], found["torch"])


def test_vectors_that_pytorch_made_before_are_found_still():
    assert TextEncoder()._key(["Toy Story"]) == "4dfb34c3b27f3b57300c45002aa25441"


# ---- What it refuses


def test_unknown_kinds(folder, empty_cache):
    with pytest.raises(ValueError, match=r"backend must be one of 'torch', 'onnx', 'onnx-int8', .*; got 'int8'"):
        TextEncoder(folder, backend="int8")
    with pytest.raises(ValueError, match="kind must be one of"):
        onnx.made(backend(folder), "torch")


@pytest.mark.parametrize("missing", ["onnxruntime", "onnx"])
def test_without_the_libraries_it_says_what_to_install(folder, empty_cache, monkeypatch, missing):
    from importlib import util

    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == missing else found(name))
    with pytest.raises(ModuleNotFoundError, match=rf"needs {missing}: pip install {missing}, or pip install 'recbook"):
        TextEncoder(folder, backend="onnx").encode(["toy"])


def test_who_needs_the_model_itself_is_told(folder, empty_cache):
    with pytest.raises(ValueError, match="make a TextEncoder with backend='torch', not 'onnx'"):
        static_vectors(["toy"], TextEncoder(folder, backend="onnx"))


def test_the_folder_that_changed_is_noticed(folder, empty_cache):
    encoder = TextEncoder(folder, backend="onnx")
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"layer_norm_eps": 0.1}))
    with pytest.raises(ValueError, match="changed since this TextEncoder was made"):
        encoder.encode(["toy"])
