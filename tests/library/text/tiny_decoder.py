"""A tiny language model in a folder: random weights, words for tokens."""

from __future__ import annotations

from pathlib import Path

WORDS = ["<unk>", "<end>", "i", "liked", "toy", "story", "ice", "berg", "then", ";"]


def saved(path: Path, seed: int = 0, context: int = 32, chat: bool = False) -> Path:
    """A Llama as ``save_pretrained`` writes it: 3 layers, 16 numbers, a context of ``context`` tokens."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=context, eos_token_id=1, bos_token_id=1,
        tie_word_embeddings=True, initializer_range=0.5,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(path)
    words = Tokenizer(models.WordLevel({word: row for row, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>", eos_token="<end>", pad_token="<end>")
    if chat:
        tokenizer.chat_template = "{% for one in messages %}liked {{ one.content }} then{% endfor %}"
    tokenizer.save_pretrained(path)
    return path
