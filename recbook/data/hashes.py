"""SHA-256 of a file, and the error for one that differs."""

from __future__ import annotations

import hashlib
from pathlib import Path

from recbook.bilingual import Both


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, as 64 lower-case hex digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def wrong_hash(what: str, wanted: str, got: str) -> ValueError:
    """The error (to be raised) for a file that is not the one the course was made with."""
    return ValueError(
        Both(
            en=f"{what} is not the file that the course was made with: its SHA-256 should be {wanted}, but what "
            f"came has {got}. It was deleted. A mirror may be out of date, or a login page came instead.",
            zh=f"{what} 不是本课程所用的文件：它的 SHA-256 应为 {wanted}，下载到的却是 {got}，已经删除。"
            "可能是镜像过期，也可能下载到的是登录页面。",
        )
    )
