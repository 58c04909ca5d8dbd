"""A language model in GGUF, rewritten once as the folder that Transformers opens: 16-bit safetensors, no pickle.

A program of its own, not imported by the package: ``python gguf_to_safetensors.py FILE.gguf FOLDER TOOLS``. ``TOOLS``
is a folder with the packages ``gguf`` and ``accelerate``, which reading a GGUF needs and nothing else in the course
does: `recbook.data.convert` lays them there for this one run. The weights are unpacked from their 4 bits to the numbers
that they stand for, so 16 bits lose next to nothing, and what comes out loads in seconds without either package.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(source: Path, folder: Path) -> None:
    """Write ``model.safetensors`` (float16), ``config.json`` and the tokenizer's files into ``folder``."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    where: dict[str, Any] = {
        "pretrained_model_name_or_path": source.parent,
        "gguf_file": source.name,
        "local_files_only": True,
    }
    model = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.float32)
    # `save_pretrained` refuses a model out of a GGUF. The head is the table of tokens itself, so it is left out.
    tied = model.config.tie_word_embeddings
    kept = {name: one for name, one in model.state_dict().items() if not (tied and name.startswith("lm_head."))}
    save_file(
        {name: one.half().contiguous() for name, one in kept.items()}, folder / "model.safetensors", {"format": "pt"}
    )
    (folder / "model.safetensors").chmod(
        (folder.stat().st_mode & 0o666) | 0o400
    )  # safetensors makes it its owner's alone
    config = {
        key: value
        for key, value in model.config.to_dict().items()
        if key not in ("quantization_config", "_name_or_path")
    }
    (folder / "config.json").write_text(json.dumps(config | {"dtype": "float16"}, indent=1) + "\n", encoding="utf-8")
    AutoTokenizer.from_pretrained(**where).save_pretrained(folder)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[3])
    main(Path(sys.argv[1]), Path(sys.argv[2]))
