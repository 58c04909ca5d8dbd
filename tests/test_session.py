"""Every notebook begins in the same state: language, seeds, fonts, quiet."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

import recbook
from recbook import session
from recbook.data import fetch


@pytest.fixture(autouse=True)
def restore(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")
    for name in session.QUIET:
        monkeypatch.delenv(name, raising=False)
    with matplotlib.rc_context():
        yield
    pd.reset_option("display")


def test_says_in_one_line_what_it_did(capsys, monkeypatch):
    monkeypatch.setattr(session, "cjk_font", lambda: "SimHei")
    recbook.setup("en")
    recbook.setup("zh")
    version = recbook.__version__
    assert capsys.readouterr().out == f"recbook {version} · English · seed 0\nrecbook {version} · 中文 · 随机种子 0\n"


def test_says_where_the_course_is_newer_than_the_copy(capsys, monkeypatch):
    recbook.setup("en")
    assert "reset" not in capsys.readouterr().out
    monkeypatch.setattr("recbook.copies.older_than_course", lambda lang: Path(f"my/{lang}/07_pytorch.ipynb"))
    monkeypatch.setattr(session, "cjk_font", lambda: "SimHei")
    for lang in ("en", "zh"):
        recbook.setup(lang)
        assert "`recbook reset 07 --beside`" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["fr", "EN", "zh-CN", None, ""])
def test_refuses_another_language(lang):
    with pytest.raises(ValueError, match=r'Use recbook\.setup\("en"\) or recbook\.setup\("zh"\)'):
        recbook.setup(lang)
    assert session.language() == "en"


def test_text_follows_the_language(monkeypatch):
    assert session.phrase(en="film", zh="电影") == "film"
    monkeypatch.setattr(session, "_language", "zh")
    assert (session.language(), session.phrase(en="film", zh="电影")) == ("zh", "电影")


def test_running_it_again_repeats_the_numbers():
    recbook.setup("en")
    first = random.random(), np.random.random()
    recbook.setup("en")
    assert (random.random(), np.random.random()) == first


def last_line(code, environment=None):
    """What a fresh Python prints last."""
    command = [sys.executable, "-X", "utf8", "-c", code]
    run = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=environment)
    return run.stdout.splitlines()[-1]


def test_torch_is_seeded_if_it_is_imported():
    import torch

    recbook.setup("en")
    expected = torch.rand(1, generator=torch.Generator().manual_seed(session.SEED)).item()
    assert torch.rand(1).item() == expected


@pytest.mark.parametrize(("asked", "given"), [(None, min(4, os.cpu_count())), ("1", 1)])
def test_threads_are_few_or_what_the_reader_says(asked, given):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if asked:
        environment["OMP_NUM_THREADS"] = asked
    code = (
        "import numpy, recbook, threadpoolctl; recbook.setup('en'); import torch; "
        "print({pool['num_threads'] for pool in threadpoolctl.threadpool_info()} | {torch.get_num_threads()})"
    )
    assert last_line(code, environment) == f"{{{given}}}"


def test_does_not_import_what_a_chapter_may_not_need():
    heavy = "{'torch', 'tensorflow', 'transformers'}"
    assert last_line(f"import recbook, sys; recbook.setup('en'); print({heavy} & {{*sys.modules}})") == "set()"


def test_asks_no_model_hub_and_respects_the_readers_settings(monkeypatch):
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    recbook.setup("en")
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


def test_tables_show_dollar_signs_as_they_are():
    recbook.setup("en")
    assert "mathjax" in pd.DataFrame({"title": ["$1 and $2"]}).to_html()


def test_uses_the_readers_chinese_font_first(monkeypatch):
    monkeypatch.setattr(session, "cjk_font", lambda: "SimHei")
    recbook.setup("zh")
    assert matplotlib.rcParams["font.family"] == ["SimHei", "DejaVu Sans"]
    recbook.setup("en")
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]


def test_falls_to_the_courses_own_font(monkeypatch, tmp_path):
    dejavu = matplotlib.font_manager.findfont("DejaVu Sans Mono")
    shutil.copy(dejavu, tmp_path / "NotoSansSC-Regular.otf")
    monkeypatch.setattr(session, "cjk_font", lambda: None)
    monkeypatch.setattr(fetch, "ensure", lambda name: tmp_path)
    recbook.setup("zh")
    assert matplotlib.rcParams["font.family"] == ["DejaVu Sans Mono", "DejaVu Sans"]


def test_without_any_chinese_font_says_what_to_do(monkeypatch, capsys):
    def unreachable(name):
        raise FileNotFoundError(name)

    monkeypatch.setattr(session, "cjk_font", lambda: None)
    monkeypatch.setattr(fetch, "ensure", unreachable)
    recbook.setup("zh")
    assert "recbook data fetch noto-sans-sc" in capsys.readouterr().out


def test_finds_a_chinese_font_by_the_name_that_matplotlib_gives_it(monkeypatch):
    entry = matplotlib.font_manager.FontEntry(name="SimHei")
    monkeypatch.setattr(matplotlib.font_manager.fontManager, "ttflist", [entry])
    assert session.cjk_font() == "SimHei"
    monkeypatch.setattr(matplotlib.font_manager.fontManager, "ttflist", [])
    assert session.cjk_font() is None
