"""How far a long run is: on stderr, and only once it takes more than a second."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang

PATIENCE = 1.0
_STEPS = {
    "load": text("读取并核对方法学", "reading and checking the methodology"),
    "plan": text("编排计算", "planning"),
    "factors": text("查找因子", "looking up factors"),
    "data": text("读取并核对数据", "reading and checking the data"),
    "compute": text("计算", "computing"),
    "write": text("写出结果", "writing results"),
}


class Progress:
    """Tell the step that is under way: a live line on a terminal, plain lines elsewhere."""

    def __init__(self, lang: Lang, patience: float = PATIENCE) -> None:
        """Keep the language; ``patience`` is how many seconds pass in silence."""
        self._lang = lang
        self._patience = patience
        self._began = time.monotonic()
        self._step = ""
        self._told = ""
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience, self._tell)
        self._timer.daemon = True
        self._status: Any = None

    def __enter__(self) -> Self:
        """Start the clock."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop talking; nothing is left on a terminal."""
        self._timer.cancel()
        with self._lock:
            self._told = self._step
            if self._status is not None:
                self._status.stop()
                self._status = None

    def step(self, name: str) -> None:
        """Begin a step."""
        with self._lock:
            self._step = name
        if time.monotonic() - self._began >= self._patience:
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            if self._step == self._told or not self._step:
                return
            self._told = self._step
            known = _STEPS.get(self._step)
            words = known.in_(self._lang) if known else self._step
            if not sys.stderr.isatty():
                seconds = time.monotonic() - self._began
                sys.stderr.write(f"… {words} ({seconds:.0f} s)\n")
                sys.stderr.flush()
                return
            if self._status is None:
                from rich.console import Console

                self._status = Console(stderr=True).status(words)
                self._status.start()
            self._status.update(words)
