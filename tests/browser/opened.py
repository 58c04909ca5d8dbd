"""The book for the browser: served from this machine, and asked what a reader would see."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Page

MATH = ".math.notranslate"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which this folder can be read, on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Watch:
    """What a page did while it was open: errors in its console, requests that failed, hosts that it asked."""

    def __init__(self, page: Page, address: str) -> None:
        self.faults: list[str] = []
        self._address = address
        page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._asked)
        page.on("response", lambda answer: answer.status >= 400 and self.faults.append(answer.url))

    def _asked(self, request: object) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self.faults.append(f"asked {request.url}")


def typeset(page: Page) -> None:
    """Wait until MathJax has set every formula; a page without one has no MathJax."""
    if page.locator(MATH).count():
        page.wait_for_function("window.MathJax?.startup?.promise")
        page.evaluate("() => MathJax.startup.promise")


def pictures_not_shown(page: Page) -> list[str]:
    """Pictures without content or without words for who cannot see them."""
    return page.evaluate(
        """async () => {
            const images = [...document.querySelectorAll('article img')];
            await Promise.all(images.map(image => image.decode().catch(() => 0)));
            return images.filter(image => !image.naturalWidth || !image.alt.trim()).map(image => image.src);
        }"""
    )


def formulas_not_set(page: Page) -> list[str]:
    """Formulas that are still TeX, or that MathJax could not read."""
    return page.evaluate(
        f"""() => [...document.querySelectorAll('{MATH}')]
                .filter(math => !math.querySelector('mjx-container') || math.querySelector('mjx-merror'))
                .map(math => math.textContent.slice(0, 80))"""
    )


def markup_left_over(page: Page) -> list[str]:
    """Pieces of Markdown or TeX that the page shows as they were typed, outside code."""
    return page.evaluate(
        r"""() => {
            const walker = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) {
                const node = walker.currentNode;
                if (node.parentElement.closest('pre, code, mjx-container, script, .cell_output, .math')) continue;
                if (/\*\*|\$[^$\s]|\]\(|^#{1,6} |```|<\/?[a-z]+>/.test(node.data)) found.push(node.data.slice(0, 80));
            }
            return found;
        }"""
    )
