"""The multilingual encoder: known vectors, translations nearer than strangers, and what it does not know is said."""

from __future__ import annotations

import numpy as np
import pytest

from recbook.data.fetch import ensure
from recbook.text import TextEncoder
from recbook.text.multilingual import CARD, MultilingualEncoder
from recbook.text.sentencepiece import read_tokenizer

PAIRS = [
    ("a ship hits an iceberg", "一艘船撞上冰山"),
    ("where is the railway station?", "火车站在哪里？"),
    ("fresh fruit", "新鲜水果"),
    ("the dog sleeps under the table", "狗在桌子底下睡觉"),
    ("I would like a cup of coffee", "我想要一杯咖啡"),
    ("it will rain tomorrow", "明天会下雨"),
]


@pytest.fixture(scope="module")
def encoder() -> MultilingualEncoder:
    return MultilingualEncoder()


def test_a_translation_is_nearer_than_any_other_sentence(encoder):
    english, chinese = (encoder.encode([pair[side] for pair in PAIRS]) for side in (0, 1))
    cosine = english @ chinese.T
    assert (cosine.argmax(axis=1) == np.arange(len(PAIRS))).all()
    assert (cosine.argmax(axis=0) == np.arange(len(PAIRS))).all()
    assert np.diag(cosine).min() > 0.5


def test_the_vectors_are_those_that_were_measured(encoder):
    got = encoder.encode(["the cat", "那只猫"])
    np.testing.assert_allclose(got[0, :3], [0.0973310, -0.0007746, 0.0103077], atol=2e-5)
    np.testing.assert_allclose(got[1, :3], [0.0760812, -0.0400177, 0.0461109], atol=2e-5)


def test_a_vector_does_not_depend_on_who_is_in_the_batch(encoder):
    texts = [pair[0] for pair in PAIRS] + ["yes", "a long sentence " * 30]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)


def test_the_order_of_words_counts(encoder):
    one, other = encoder.encode(["man bites dog", "dog bites man"])
    assert one @ other < 0.999


def test_pieces_are_those_of_sentencepiece(encoder):
    # The ids that the package sentencepiece 0.2.3 gives; the course does not need it.
    assert encoder._tokenizer.encode("今天天气很好").ids == [6, 6851, 405, 2849, 319, 156]
    assert encoder.tokens("  two  spaces ") == encoder.tokens("two spaces")
    assert encoder.tokens("ＡＢＣ ½") == encoder.tokens("ABC 1⁄2"), "forms of one character are read alike"
    assert "".join(encoder.tokens("naïve café")).replace("▁", " ").strip() == "naïve café"


@pytest.mark.parametrize("text", ["", "   ", "ꙮ𓀀"])
def test_a_text_without_a_known_character_is_refused_by_name(encoder, text):
    with pytest.raises(ValueError, match="knows no character"):
        encoder.encode(["a good text", text])


def test_what_is_no_list_of_texts_is_refused(encoder):
    with pytest.raises(TypeError, match="list of texts"):
        encoder.encode("one text")
    with pytest.raises(TypeError, match="takes texts"):
        encoder.encode([3])
    with pytest.raises(ValueError, match="no texts"):
        encoder.encode([])


def test_a_file_that_is_no_vocabulary_is_named(tmp_path):
    whole = (ensure(CARD) / "sp.model").read_bytes()
    for name, content in {"cut": whole[:100_001], "text": b"not a model", "empty": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match=f"{name}.* SentencePiece"):
            read_tokenizer(tmp_path / name)


def test_the_other_encoder_names_the_one_that_runs_it():
    with pytest.raises(ValueError, match="MultilingualEncoder"):
        TextEncoder(CARD)
