"""Set the course up: .venv, PyTorch, requirements.lock, the package. `make lab` begins so.

With --dev also requirements-dev.lock, which builds, grades and tests: `make test` begins so. Only the standard
library, in words that Python 3.6 can read, so that an old Python gets a sentence rather than a syntax error.
A second run finds the stamp of the first and does nothing.
On Windows: py -3.12 tools\\setup.py
"""

import argparse
import ast
import hashlib
import locale
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
COURSE, DEV = "requirements.lock", "requirements-dev.lock"
SUPPORTED = ((3, 11), (3, 12), (3, 13))
# What of the course's lock has no wheel for a newer Python. The weekly run on the host looks whether it still is so.
BLOCKING = ("gensim", "h5py", "tensorflow")
GIGABYTE = 10**9

# Pip's own settings (without --, PIP_ and its file's section) that would send the course elsewhere than to .venv.
ASIDE = ("user", "target", "prefix", "root", "python", "dry-run")
# What sends a Python elsewhere for its modules: another numpy there would count as installed already.
ELSEWHERE = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")

# What pip says on stderr, and what it means, in English and in Chinese; the first that fits is told. A failed look-up
# also makes pip say that there is no such release, so the network comes first.
PIP_TROUBLES = (
    (
        ("No space left", "Errno 28"),
        "the disk is full. Free some space and run the same command again",
        "磁盘已满。请腾出空间，再运行同一条命令",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "pip does not trust the certificate of its package index. Set PIP_CERT to your network's certificate",
        "pip 不信任软件包索引的证书。请把 PIP_CERT 设为你的网络的证书",
    ),
    (
        ("onnection", "timed out", "resolve", "unreachable", "ProxyError", "from versions: none"),
        "pip could not reach its package index. Check the network, or name a mirror that you can reach "
        "(PIP_INDEX_URL=...), and run the same command again: what is there already is kept",
        "pip 连不上软件包索引。请检查网络，或指定一个连得上的镜像（PIP_INDEX_URL=...），再运行同一条命令："
        "已经装好的会保留",
    ),
    (
        ("No matching distribution", "Could not find a version"),
        "the package index that pip uses lacks that release. Name one that has it (PIP_INDEX_URL=...)",
        "pip 所用的软件包索引里没有这个版本。请指定一个有它的索引（PIP_INDEX_URL=...）",
    ),
)


ARGPARSE = {
    "usage: ": "用法：",
    "options": "选项",
    "optional arguments": "选项",  # until Python 3.9
    "show this help message and exit": "显示这份说明，然后退出",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "expected one argument": "后面要有一个值",
}
STOPPED = "已停止。再运行同一条命令，就会接着做。"


class SetupError(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def chinese() -> bool:
    """Whether to speak Chinese: COURSE_LANG says so, or else the system, and the terminal can show it.

    The course itself knows more names (`recbook.session`), but nothing of it can be imported yet.
    """
    named = [os.environ.get(name) for name in ("COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    asked = next(filter(None, named), None) or locale.getlocale()[0] or ""
    return asked.lower().startswith(("zh", "chinese", "中")) and printable("中") == "中"


def phrase(en: str, zh: str) -> str:
    """The one of two texts that the reader reads."""
    return zh if chinese() else en


def main() -> None:
    if chinese():
        argparse._ = lambda text: ARGPARSE.get(text, text)  # what it else asks gettext for, which has no Chinese of it
    said = phrase("Set the course up in .venv, if that is not done yet.", "把课程安装到 .venv；已经装好的不再重装。")
    parser = argparse.ArgumentParser(description=said)
    parser.add_argument(
        "--torch-index",
        default=os.environ.get("TORCH_INDEX", ""),
        metavar="URL",
        help=phrase(
            "take PyTorch from this package index, such as PyTorch's own one for CPU builds",
            "从这个软件包索引安装 PyTorch，例如 PyTorch 官方的 CPU 版索引",
        ),
    )
    parser.add_argument(
        "--dev",
        action="store_true",
        help=phrase("add what builds, grades and tests the course", "加装构建、评分和测试课程所需的库"),
    )
    asked = parser.parse_args()
    try:
        check_machine(sys.version_info[:2], platform.system(), platform.machine(), sys.maxsize > 2**32)
        set_up(asked.torch_index, asked.dev)
    except SetupError as error:
        sys.exit(f"recbook: {error}" + phrase(".", "。"))
    except KeyboardInterrupt:
        sys.exit("\nrecbook: " + phrase("stopped. Run the same command again; it goes on from here.", STOPPED))


def check_machine(version: tuple, system: str, machine: str, is_64bit: bool) -> None:
    """Refuse what PyTorch and TensorFlow have no wheels for."""
    if version not in SUPPORTED:
        raise SetupError(wrong_python(version, system))
    if not is_64bit:
        raise SetupError(
            phrase(
                "this Python is a 32-bit one; PyTorch and TensorFlow need a 64-bit Python",
                "这是 32 位的 Python；PyTorch 和 TensorFlow 需要 64 位的 Python",
            )
        )
    if (system, machine) == ("Darwin", "x86_64"):
        raise SetupError(
            phrase(
                "this is a Python for Intel Macs, for which PyTorch and TensorFlow no longer publish wheels. "
                "On Apple silicon install a native Python; an Intel Mac can run the course in a Linux container",
                "这是给 Intel 芯片 Mac 用的 Python，PyTorch 和 TensorFlow 已不再为它发布安装包。"
                "Apple 芯片的 Mac 请安装原生的 Python；Intel 芯片的 Mac 可以在 Linux 容器里运行课程",
            )
        )


def wrong_python(version: tuple, system: str) -> str:
    """The sentence for a Python that is too old or too new, naming a fitting one where there is one."""
    names = ["python{}.{}".format(*good) for good in reversed(SUPPORTED)]
    found = [name for name in names if shutil.which(name)]
    if system == "Windows":
        advice = phrase(
            "Install Python 3.12 from python.org and run: py -3.12 tools\\setup.py",
            "请从 python.org 安装 Python 3.12，再运行 py -3.12 tools\\setup.py",
        )
    elif found:
        advice = phrase(
            f"You have {found[0]}; run: make lab PYTHON={found[0]}",
            f"这台机器有 {found[0]}，请运行 make lab PYTHON={found[0]}",
        )
    else:
        advice = phrase(
            "Install Python 3.12, from python.org for instance, and run: make lab PYTHON=python3.12",
            "请安装 Python 3.12（例如从 python.org），再运行 make lab PYTHON=python3.12",
        )
    newer = version > SUPPORTED[-1]
    because = phrase(
        f", since {blocking()} have no wheels for a newer one", f"（{blocking()} 还没有为更新的版本发布安装包）"
    )
    here = f"{version[0]}.{version[1]}"
    return phrase(
        f"this is Python {here}, and the course needs 3.11, 3.12 or 3.13{because if newer else ''}. {advice}",
        f"这是 Python {here}，课程需要 3.11、3.12 或 3.13{because if newer else ''}。{advice}",
    )


def blocking() -> str:
    """The releases in the course's lock that keep it from a newer Python, as "gensim 4.4.0, h5py 3.14.0 and ..."."""
    pins = [line.split(" ;")[0].split("==") for line in (ROOT / COURSE).read_text(encoding="utf-8").splitlines()]
    *first, last = [" ".join(pin) for pin in pins if pin[0] in BLOCKING] or BLOCKING
    return phrase(", ".join(first) + " and " + last, "、".join([*first, last]))


def set_up(torch_index: str, dev: bool = False) -> None:
    """Bring .venv to what the locks say. A stamp is written last, so that a broken run is done again."""
    locks = (COURSE, DEV) if dev else (COURSE,)
    if all(is_current(lock) for lock in locks):
        return
    check_disk(shutil.disk_usage(str(ROOT)).free, platform.system(), torch_index)
    python = make_venv()
    for lock in locks:
        if not is_current(lock):
            install(python, lock, torch_index)
    say(phrase(f"set up in {VENV}.", f"已安装到 {VENV}。"))


def install(python: Path, lock: str, torch_index: str) -> None:
    """Install one lock, and with the course's the package."""
    if stamp(lock).exists():
        stamp(lock).unlink()
    if lock == COURSE:
        say(
            phrase(
                f"installing PyTorch, then everything in {lock}. The first time this takes some minutes.",
                f"正在安装 PyTorch，然后安装 {lock} 里的全部内容。第一次需要几分钟。",
            )
        )
        pip_install(python, torch_pin(), *(["--index-url", torch_index] if torch_index else []))
    else:
        say(
            phrase(
                f"adding what builds, grades and tests the course: {lock}.",
                f"正在加装构建、评分和测试课程所需的库：{lock}。",
            )
        )
    pip_install(python, "-r", str(ROOT / lock))
    if lock == COURSE:
        pip_install(python, "--no-deps", "-e", str(ROOT))
    stamp(lock).write_text(fingerprint(lock), encoding="utf-8")


def stamp(lock: str) -> Path:
    """The file that says from which state of a lock .venv was set up."""
    return VENV / ("recbook-setup" if lock == COURSE else "recbook-setup-dev")


def fingerprint(lock: str = COURSE) -> str:
    """Changes with the locks that are installed, the package's metadata and the clone's place."""
    names = (COURSE, "pyproject.toml") if lock == COURSE else (COURSE, "pyproject.toml", lock)
    files = [(ROOT / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*files, os.fsencode(str(ROOT))])).hexdigest()


def is_current(lock: str) -> bool:
    """Whether the last set-up of this lock ended well and nothing that it depends on has changed."""
    if not (venv_python().exists() and stamp(lock).exists()):
        return False
    return stamp(lock).read_text(encoding="utf-8") == fingerprint(lock)


def check_disk(free: int, system: str, torch_index: str) -> None:
    """Refuse to begin what cannot end. On Linux pip's own index adds CUDA libraries: 3 GB, unpacked 6."""
    needed = (10 if system == "Linux" and not torch_index else 5) * GIGABYTE
    if free < needed and not VENV.exists():
        has, needs = f"{free / GIGABYTE:.1f} GB", f"{needed / GIGABYTE:.0f} GB"
        raise SetupError(
            phrase(
                f"{ROOT} has {has} free, and the first set-up needs about {needs}. Free some space, or move the clone "
                "to a larger disk",
                f"{ROOT} 还有 {has} 空间，第一次安装约需 {needs}。请腾出空间，或把克隆下来的文件夹移到更大的磁盘上",
            )
        )


def venv_python(folder: "Path | None" = None) -> Path:
    """The Python of a virtual environment (.venv unless told), there or not."""
    return (folder or VENV) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv(folder: "Path | None" = None) -> Path:
    """Create a virtual environment (.venv unless told), unless its Python runs and is a supported one; return it."""
    folder = folder or VENV
    if not runs(venv_python(folder)):
        version = platform.python_version()
        say(phrase(f"creating {folder} with Python {version}.", f"正在用 Python {version} 建立 {folder}。"))
        if subprocess.call([sys.executable, "-P", "-m", "venv", "--clear", str(folder)], env=own_environment()) != 0:
            raise SetupError(no_venv(folder))
    return venv_python(folder)


def no_venv(folder: Path) -> str:
    """Why this Python could not create a virtual environment, and what to do."""
    try:
        str(folder).encode("utf-8")
    except UnicodeEncodeError:
        name = printable(str(folder.parent))
        return phrase(
            f"Python cannot create a virtual environment in a folder whose name is not UTF-8: rename {name}",
            f"文件夹的名字不是 UTF-8，Python 无法在里面建立虚拟环境：请给 {name} 改名",
        )
    return phrase(
        "this Python could not create a virtual environment. On Debian and Ubuntu, "
        "sudo apt install python3-venv adds what is missing",
        "这个 Python 无法建立虚拟环境。在 Debian 和 Ubuntu 上，sudo apt install python3-venv 会补上缺少的部分",
    )


def own_environment() -> dict:
    """The environment without what makes a Python look elsewhere for its modules."""
    return {name: value for name, value in os.environ.items() if name not in ELSEWHERE}


def runs(python: Path) -> bool:
    """Whether there is a working, supported Python with pip at this path."""
    if not python.exists():
        return False
    code = f"import sys, pip; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    return subprocess.call([str(python), "-P", "-c", code], stderr=subprocess.DEVNULL, env=own_environment()) == 0


def torch_pin(lock: str = "requirements.lock") -> str:
    """PyTorch's line in a lock: installed first and alone, since it may come from an index of its own."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def pip_install(python: Path, *arguments: str) -> None:
    """Run pip with its own output shown; where it fails, add one sentence on what to do."""
    settings = pip_settings(python)
    command = [str(python), "-P", "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    pip = subprocess.Popen(command, stderr=subprocess.PIPE, universal_newlines=True, env=pip_environment(settings))
    errors = []
    for line in pip.stderr:
        sys.stderr.write(line)
        errors.append(line)
    if pip.wait() != 0:
        raise SetupError(phrase("pip stopped: ", "pip 停下了：") + pip_trouble("".join(errors), settings))


def pip_settings(python: Path) -> "dict | None":
    """The reader's settings for `pip install`, from files and variables; None where pip cannot read them."""
    command = [str(python), "-P", "-m", "pip", "--disable-pip-version-check", "config", "list"]
    listed = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", env=own_environment()
    )
    if listed.returncode != 0:
        return None
    found = dict(line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
    settings = {}
    for section in ("global.", "install.", ":env:."):  # a later one goes before an earlier one
        named = {name[len(section) :]: value for name, value in found.items() if name.startswith(section)}
        settings.update({name: ast.literal_eval(value) for name, value in named.items()})
    return settings


def pip_environment(settings: "dict | None") -> dict:
    """The environment of pip and of every pip that it starts: these settings without those in `ASIDE`.

    Pip reads no file of its own then, since no option on its command line reaches the pips that it starts.
    """
    environment = own_environment()
    if settings is None:
        return environment
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    for name, value in settings.items():
        if name not in ASIDE:
            kept["PIP_" + name.upper().replace("-", "_")] = value
    return dict(kept, PIP_CONFIG_FILE=os.devnull)


def pip_trouble(errors: str, settings: "dict | None" = None) -> str:
    """What pip's messages mean under these settings, and what to do."""
    settings = settings or {}
    if is_on(settings.get("no-index")) and "No matching distribution" in errors:
        return phrase(
            "its setting no-index (PIP_NO_INDEX=1, or no-index in its configuration; `pip config debug` names the "
            "file) keeps it from every package index. Take that setting away, or name a folder that has all wheels "
            "(PIP_FIND_LINKS=...)",
            "设置 no-index（PIP_NO_INDEX=1，或配置文件里的 no-index；`pip config debug` 会指出是哪个文件）不许它访问"
            "任何软件包索引。请去掉这个设置，或指定一个存有全部 wheel 的文件夹（PIP_FIND_LINKS=...）",
        )
    if settings.get("constraint") and "(constraint)" in errors:
        return phrase(
            f"its setting constraint ({settings['constraint']}) forbids a release that the course is tested with. "
            "Take that setting away (PIP_CONSTRAINT, or constraint in its configuration)",
            f"设置 constraint（{settings['constraint']}）不允许课程测试时所用的版本。"
            "请去掉这个设置（PIP_CONSTRAINT，或配置文件里的 constraint）",
        )
    for signs, *meaning in PIP_TROUBLES:
        if any(sign in errors for sign in signs):
            return phrase(*meaning)
    return phrase(
        "its messages above say why. Put that right and run the same command again",
        "原因见上面 pip 的输出。解决之后，再运行同一条命令",
    )


def is_on(setting: "str | None") -> bool:
    """Whether pip takes the value of a setting for true."""
    return str(setting).lower() in ("1", "y", "yes", "t", "true", "on")


def say(message: str) -> None:
    print(f"recbook: {printable(message)}", flush=True)


def printable(message: str) -> str:
    """A message that any terminal can show, also with the name of a folder that is not UTF-8."""
    return message.encode(sys.stdout.encoding or "utf-8", "backslashreplace").decode(sys.stdout.encoding or "utf-8")


if __name__ == "__main__":
    main()
