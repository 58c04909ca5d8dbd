"""How a notebook begins: language, seeds, fonts, plot style, quiet libraries."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import recbook
from recbook import bilingual, surroundings

SEED = 0
LANGUAGES = {"en": "English", "zh": "中文"}
# The usual names of the two, as systems, browsers and people write them, without what says where and how written.
_NAMES = {
    **dict.fromkeys(("en", "eng", "english"), "en"),
    **dict.fromkeys(("zh", "zho", "chi", "cmn", "chinese", "中文"), "zh"),
}

# The hues of Okabe and Ito's palette, which people with any common colour blindness can tell apart. Their orange and
# sky blue are too pale for a line, 2.3 to 1 against white: here every colour has 3 to 1, and blue and red are darker
# too, to stay apart from those two. Yellow cannot have it without turning olive, and is left out.
BLUE, ORANGE, GREEN, PINK, SKY, RED, BLACK = COLOURS = (
    "#0069A6", "#D08000", "#009E73", "#CC79A7", "#4897E8", "#B04000", "#000000",
)  # fmt: skip
GREY = "#8C8C8C"

CJK_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip

# Chapters read only what is pinned and cached: no library may ask a model hub, or fill a cell with notices.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # it announces itself at import, and sums in another order on each processor
    "TOKENIZERS_PARALLELISM": "false",
}

_language = "en"


def setup(lang: str) -> None:
    """Prepare a notebook in ``lang`` ("en" or "zh"), and print one line that says so.

    Seeds ``random``, NumPy, PyTorch and TensorFlow with 0; the last two when they are imported, whether
    before or after this call. Sets the plot style and a font that has the language's characters. The number
    of threads stays as the machine has it: set ``OMP_NUM_THREADS`` before starting JupyterLab to change it.

    Raises ValueError for any other language, ImportError where a file beside the notebook hides a module, and says
    so where a folder in PYTHONPATH does.
    """
    global _language
    if lang not in LANGUAGES:
        raise ValueError(f'There is no course in {lang!r}. Use recbook.setup("en") or recbook.setup("zh").')
    _language = lang
    _look_around()
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    _seed()
    _limit_threads()
    _style_numbers()
    _style_plots()
    print(f"recbook {recbook.__version__} · {LANGUAGES[lang]} · {phrase(en='seed', zh='随机种子')} {SEED}")
    _say_older(lang)


def language() -> str:
    """The reader's language, "en" or "zh": what ``setup`` was last given, English before."""
    return _language


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Texts in this language for a while, without the rest of `setup`."""
    global _language
    before, _language = _language, lang
    try:
        yield
    finally:
        _language = before


def speak(lang: str) -> None:
    """Texts in this language from now on, without the rest of `setup`: what a command does that a reader starts."""
    global _language
    _language = lang


def language_named(asked: str) -> str:
    """The course's language, "en" or "zh", of a usual name: "zh_CN.UTF-8", "zh-Hans", "ZH", "Chinese", "EN", "en_GB".

    Raises ValueError, with the names to use, for a language in which there is no course.
    """
    if found := _NAMES.get(re.split(r"[-_.@\s]", asked.strip().lower())[0]):
        return found
    raise ValueError(
        phrase(
            en=f"There is no course in {asked!r}. Set COURSE_LANG (or --lang) to en or zh; zh_CN, zh-Hans, EN and the "
            "like are understood as well.",
            zh=f"没有 {asked!r} 这种语言的课程。请把 COURSE_LANG（或 --lang）设为 en 或 zh；"
            "zh_CN、zh-Hans、EN 这类写法也能识别。",
        )
    )


def system_language() -> str:
    """The course's language that the reader's system speaks, else English."""
    named = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    try:  # Windows says "Chinese (Simplified)_China"
        return language_named(next(filter(None, named), locale.getlocale()[0] or ""))
    except ValueError:
        return "en"


def language_of_command(arguments: Sequence[str]) -> str:
    """The language in which a command answers: its --lang, else COURSE_LANG, else the system's.

    A name that is not understood is passed over here: the command itself refuses it.
    """
    given = re.search(r"(?:^|\n)--lang[=\n]([^\n]*)", "\n".join(arguments))
    for asked in (given[1] if given else "", os.environ.get("COURSE_LANG", "")):
        try:
            return language_named(asked)
        except ValueError:
            continue
    return system_language()


def phrase(*, en: str, zh: str) -> str:
    """The one of two texts that is in the reader's language."""
    return zh if _language == "zh" else en


def told(error: BaseException) -> str:
    """What an error says, in the reader's language where it can be told in both."""
    return bilingual.chinese(error) if _language == "zh" else bilingual.english(error)


def cjk_font() -> str | None:
    """The first Chinese font on this machine that Matplotlib can use, by name; None if there is none."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CJK_FONTS if name in installed), None)


def _look_around() -> None:
    """Name what hides a module of Python or of the course, before it makes an error that speaks of something else."""
    if found := surroundings.beside("."):
        files, names = ", ".join(str(hidden.by) for hidden in found), ", ".join(hidden.name for hidden in found)
        raise ImportError(
            phrase(
                en=f"{files} lies beside this notebook and hides {names}. Rename it, and restart the kernel.",
                zh=f"与笔记本同目录的 {files} 遮住了同名模块 {names}。请给它改名，再重启内核。",
            )
        )
    if found := surroundings.on_pythonpath():
        folders, names = (", ".join(dict.fromkeys(each)) for each in zip(*_places(found), strict=True))
        print(
            phrase(
                en=f"The variable PYTHONPATH names {folders}, which hides the course's own {names}. If something "
                "fails, start JupyterLab without that variable.",
                zh=f"环境变量 PYTHONPATH 里的 {folders} 遮住了课程自己的 {names}。"
                "如果运行出错，请去掉这个变量，再启动 JupyterLab。",
            ),
            file=sys.stderr,
        )


def _say_older(lang: str) -> None:
    """Say so where the reader runs a copy that is older than its chapter, as after ``git pull``."""
    from recbook import copies  # not before `_look_around`: a reader's random.py would hide what it imports

    if older := copies.older_than_course(lang):
        reset = f"recbook reset {older.name[:2]} --beside"
        print(
            phrase(
                en=f"The course has a newer version of this chapter than your copy. In a terminal, `{reset}` puts it "
                "beside yours.",
                zh=f"课程里的这一章比你的副本新。在终端里运行 `{reset}`，就会把新的一份放在旁边，你的副本不变。",
            )
        )


def _places(found: list[surroundings.Hidden]) -> list[tuple[str, str]]:
    return [(str(hidden.by.parent), hidden.name) for hidden in found]


def _seed() -> None:
    import random

    import numpy

    random.seed(SEED)
    numpy.random.seed(SEED)
    # Importing these two takes seconds, so only a chapter that has done so already pays for them.
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(SEED)
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(SEED)


def _limit_threads() -> None:
    """At most four: matrices of this size gain little from more, and a class shares one server.

    ``OMP_NUM_THREADS``, where the reader has set it, goes before.
    """
    import threadpoolctl

    threads = os.environ.setdefault("OMP_NUM_THREADS", str(min(4, os.cpu_count() or 1)))
    threadpoolctl.threadpool_limits(int(threads))  # for what is loaded; the variable is for what comes later
    for kind in ("INTRAOP", "INTEROP"):  # TensorFlow has pools of its own, made when it first computes
        os.environ.setdefault(f"TF_NUM_{kind}_THREADS", threads)


def _style_numbers() -> None:
    """Tables and arrays read the same on every machine, whatever the width of its terminal."""
    import numpy
    import pandas

    numpy.set_printoptions(precision=4, suppress=True, linewidth=100)
    pandas.set_option("display.width", 100, "display.max_columns", 20, "display.precision", 4)
    # A film is called "$1,000,000 Duck": in a table a dollar sign is no formula.
    pandas.set_option("display.html.use_mathjax", False)


def _style_plots() -> None:
    import matplotlib
    from cycler import cycler

    matplotlib.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.axisbelow": True,
            "grid.color": "#DDDDDD",
            "figure.figsize": (7.0, 4.0),
            "figure.dpi": 100,
            "legend.frameon": False,
            # A list of families, not of sans-serif fonts: only then is a missing glyph sought in the next.
            "font.family": [*_chinese_family(), "DejaVu Sans"] if _language == "zh" else ["DejaVu Sans"],
        }
    )


def _chinese_family() -> list[str]:
    """The reader's Chinese font, else the course's own, else nothing and a line that says what to do."""
    from matplotlib import font_manager

    from recbook.data import fetch

    if found := cjk_font():
        return [found]
    try:
        path = fetch.ensure("noto-sans-sc") / "NotoSansSC-Regular.otf"
    except (OSError, ValueError, ImportError):  # the command below says which it is
        print("没有找到中文字体，图里的汉字会显示成方框。联网后请在终端运行：recbook data fetch noto-sans-sc")
        return []
    font_manager.fontManager.addfont(path)
    return [font_manager.FontProperties(fname=path).get_name()]
