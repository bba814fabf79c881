"""Pages made PDFs, where the machine has what WeasyPrint needs: Pango, from the system's packages.

It is loaded by the first PDF that is asked for, and works in one thread of its own, one paper after the other: so no
answer waits for another's paper longer than Python itself makes it.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from api.problems import unavailable

log = logging.getLogger(__name__)

MOST_WAITING = 8
"""So many papers wait for their turn; whoever asks then is asked to come again."""


class CannotPrint(Exception):
    """This machine can't make PDFs."""


class Printer:
    """One process's."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="papers")
        self._waiting = 0

    async def pdf(self, html: str) -> bytes:
        """The page as a PDF. Raises CannotPrint; Problem `unavailable` where too many wait."""
        if self._waiting >= MOST_WAITING:
            raise unavailable("Many papers are being made: ask again.", retry_after=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, _made, html)
        finally:
            self._waiting -= 1

    async def require(self) -> None:
        """Raises CannotPrint where no PDF can be made here."""
        await asyncio.get_running_loop().run_in_executor(self._thread, _require)

    def stop(self) -> None:
        """End the thread, once the paper that it makes is done."""
        self._thread.shutdown(wait=False, cancel_futures=True)


_QUIET = ("weasyprint", "fontTools")
"""What tells of each style that it doesn't know, and each font that it opens."""


@cache
def _library() -> Any:
    """WeasyPrint, or the sentence that says why there is none. Called in the one thread that uses it."""
    try:
        import weasyprint  # noqa: PLC0415 - takes half a second, and Pango
    except OSError as error:  # what dlopen says
        log.warning("no PDFs are made here: %s", error)
        return CannotPrint(str(error))
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    return weasyprint


def _require() -> Any:
    library = _library()
    if isinstance(library, CannotPrint):
        raise CannotPrint(*library.args)
    return library


def _made(html: str) -> bytes:
    library = _require()
    alone = library.urls.URLFetcher(
        allowed_protocols=("data",)
    )  # a paper is whole in itself: nothing is fetched
    content: bytes = library.HTML(string=html, url_fetcher=alone).write_pdf()
    return content
