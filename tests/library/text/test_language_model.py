"""The language model: likelihoods against Transformers' own loss, drawing, vectors, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tiny_decoder import WORDS, saved

from recbook.data import fetch
from recbook.text import language_model
from recbook.text.language_model import LanguageModel, draw, probabilities
from recbook.text.prompts import WORDINGS

PROMPT = "i liked toy story"
WAYS = ["then ice berg", "ice", "then", "toy story ; ice berg", "berg berg"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("decoder"), chat=True)


@pytest.fixture
def model(folder: Path) -> LanguageModel:
    return LanguageModel(folder)


def loss_of(folder: Path, prompt: str, way: str) -> float:
    """The sum that Transformers' own loss is the mean of."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, own = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    given, said = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (prompt, way))
    tokens = torch.tensor([given + said])
    labels = torch.tensor([[-100] * len(given) + said])
    with torch.inference_mode():
        return float(own(tokens, labels=labels).loss) * len(said)


@pytest.mark.parametrize("batch", [1, 2, 16])
def test_likelihoods_are_those_of_transformers(model: LanguageModel, folder: Path, batch: int, monkeypatch) -> None:
    monkeypatch.setattr(language_model, "BATCH", batch)
    found = model.log_likelihoods(PROMPT, WAYS)
    assert found == pytest.approx([-loss_of(folder, PROMPT, way) for way in WAYS], abs=1e-4)
    assert found.dtype == np.float64 and (found < 0).all()


def test_all_next_tokens_add_up_to_one(model: LanguageModel) -> None:
    assert np.exp(model.log_likelihoods(PROMPT, WORDS)).sum() == pytest.approx(1, abs=1e-5)
    listed = model.next_tokens(PROMPT, len(WORDS))
    assert sum(share for _, share in listed) == pytest.approx(1)
    by_word = dict(zip(WORDS, np.exp(model.log_likelihoods(PROMPT, WORDS)), strict=True))
    assert [share for _, share in listed] == sorted((share for _, share in listed), reverse=True)
    assert all(share == pytest.approx(by_word[word], abs=1e-5) for word, share in listed)


def test_a_temperature_sharpens_and_flattens() -> None:
    logits = np.log([0.6, 0.3, 0.1])
    assert probabilities(logits) == pytest.approx([0.6, 0.3, 0.1])
    assert probabilities(logits, 0.5) == pytest.approx([0.36 / 0.46, 0.09 / 0.46, 0.01 / 0.46])
    assert probabilities(logits, top_k=2) == pytest.approx([2 / 3, 1 / 3, 0])
    assert probabilities(np.zeros(3), top_k=2) == pytest.approx([0.5, 0.5, 0]), "of equal ones the first stay"
    assert draw(logits, np.random.default_rng(0), 0) == 0
    for wrong in ({"temperature": 0}, {"temperature": -1.0}, {"top_k": 0}):
        with pytest.raises(ValueError, match="temperature must be above 0 and top_k at least 1"):
            probabilities(logits, **wrong)


def test_tokens_are_drawn_by_their_probability() -> None:
    rng, logits = np.random.default_rng(0), np.log([0.6, 0.3, 0.1])
    drawn = np.bincount([draw(logits, rng, 1.0) for _ in range(3000)]) / 3000
    assert drawn == pytest.approx([0.6, 0.3, 0.1], abs=0.04)


def test_greedy_takes_the_most_probable_each_time(model: LanguageModel) -> None:
    said = model.generate(PROMPT, 4, temperature=0).split()
    text = PROMPT
    for word in said:
        assert word == model.next_tokens(text, 1)[0][0]
        text += f" {word}"
    assert len(said) <= 4


def test_a_seed_says_the_same_again(model: LanguageModel) -> None:
    once = [model.generate(PROMPT, 8, 2.0, seed=seed) for seed in range(6)]
    assert once == [model.generate(PROMPT, 8, 2.0, seed=seed) for seed in range(6)]
    assert len(set(once)) > 1
    assert {model.generate(PROMPT, 8, 2.0, top_k=1, seed=seed) for seed in range(6)} == {
        model.generate(PROMPT, 8, temperature=0)
    }


def test_it_ends_at_the_end_mark_and_before_the_stop(model: LanguageModel, monkeypatch) -> None:
    def says(words: list[str]) -> None:
        tokens = iter(WORDS.index(word) for word in words)
        monkeypatch.setattr(language_model, "draw", lambda *_: next(tokens))

    says(["ice", "berg", "<end>", "toy"])
    assert model.generate(PROMPT, 8).split() == ["ice", "berg"]
    says(["ice", ";", "toy"])
    assert model.generate(PROMPT, 8, stop=";").split() == ["ice"]


def test_vectors_are_those_of_transformers(model: LanguageModel, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    texts = ["toy story then", "ice", "i liked ice berg ;"]
    tokenizer, own = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder).eval()
    pools = {
        "mean": lambda t: t.mean(0), "first": lambda t: t[0], "last": lambda t: t[-1],
        "rest": lambda t: t[1:].mean(0) if len(t) > 1 else t[0],
    }  # fmt: skip
    for pooling, pool in pools.items():
        found = model.hidden_states(texts, [0, 2, -1], pooling)
        assert found.shape == (3, 3, 16) and found.dtype == np.float32
        for row, text in enumerate(texts):
            with torch.inference_mode():
                states = own(**tokenizer(text, return_tensors="pt"), output_hidden_states=True).hidden_states
            for at, layer in enumerate((0, 2, 3)):
                assert found[at, row] == pytest.approx(pool(states[layer][0]).numpy(), rel=1e-5, abs=1e-5)


def test_counts_pieces_and_the_form_of_a_question(model: LanguageModel, tmp_path: Path) -> None:
    assert list(model.token_counts(WAYS)) == [3, 1, 1, 5, 2]
    assert model.tokens("toy story ;") == ["toy", "story", ";"]
    assert model.chat("toy") == "liked toy then"
    assert model.context == 32 and model.n_layers == 3
    with pytest.raises(ValueError, match="no chat template"):
        LanguageModel(saved(tmp_path)).chat("toy")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.log_likelihoods("", ["ice"]), "The prompt is empty"),
        (lambda m: m.log_likelihoods("toy", ["ice", ""]), "The continuation is empty"),
        (lambda m: m.log_likelihoods("toy", []), "at least one continuation"),
        (
            lambda m: m.log_likelihoods("toy " * 20, ["ice", "berg " * 13]),
            r"continuation 'berg .*…' has 13 tokens and the prompt 20; this model reads 32 at once.*Shorten",
        ),
        (lambda m: m.generate("toy " * 30, 5), "has 30 tokens and 5 are to follow; this model reads 32"),
        (lambda m: m.next_tokens("toy " * 33), "has 33 tokens; this model reads 32"),
        (lambda m: m.hidden_states(["toy", " "], [1]), "The text is empty"),
        (lambda m: m.hidden_states(["toy"], [4]), "the layers 0 to 3.*got 4"),
        (lambda m: m.hidden_states(["toy"], [1], "max"), "a pooling of mean, rest, first, last; got 'max'"),
        (lambda m: m.hidden_states([], [1]), "at least one text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(model: LanguageModel, call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call(model)


def test_a_text_is_a_text(model: LanguageModel) -> None:
    with pytest.raises(TypeError, match="A continuation is a text; got a int: 5"):
        model.log_likelihoods("toy", [5])


def test_a_prompt_that_just_fits_is_read(model: LanguageModel) -> None:
    assert model.log_likelihoods("toy " * 20, ["berg " * 12]).shape == (1,)


def test_the_model_missing_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "is_cached", lambda name: False)
    with pytest.raises(FileNotFoundError, match=r"is optional. Run `recbook data fetch smollm2` \(93 MB"):
        LanguageModel()


def test_another_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="all-MiniLM-L6-v2 is no language model"):
        LanguageModel("all-MiniLM-L6-v2")
    with pytest.raises(FileNotFoundError, match=r"no language model in .*config\.json"):
        LanguageModel(tmp_path)


def test_too_little_memory_is_said_before_anything_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    monkeypatch.setattr("recbook.memory.available", lambda: 1e8)
    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", lambda *_, **__: pytest.fail("loaded"))
    with pytest.raises(
        MemoryError, match=r"needs about 0\.\d GiB of memory, and 0\.1 GiB are free. Close other programs"
    ):
        LanguageModel(folder).next_tokens("toy")


def test_weights_that_lack_a_part_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 4}))
    with pytest.raises(ValueError, match=r"lack \d+ part\(s\) of the model"):
        LanguageModel(path).next_tokens("toy")


def test_files_that_are_no_model_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    (path / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(ValueError, match="cannot be loaded as a language model"):
        LanguageModel(path).next_tokens("toy")


def test_a_wording_puts_the_liked_titles_in_and_keeps_its_question_without_them(model: LanguageModel) -> None:
    for name, wording in WORDINGS.items():
        asked, alone = wording.prompt(model, ["Alien", "Fargo"]), wording.prompt(model, [])
        assert asked.index("Alien") < asked.index("Fargo"), name
        assert "Alien" not in alone and alone, name
        assert wording.answer("Brazil").strip(" \n;.").startswith("Brazil")
    assert WORDINGS["list"].prompt(model, ["Alien"]) == "Films I liked:\n- Alien\n-"
    assert WORDINGS["list"].answer("Brazil") == " Brazil\n"
