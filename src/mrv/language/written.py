"""A text of a file with the place where its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrv.messages import Place


@dataclass(frozen=True)
class Written:
    """A text as the author wrote it, with its place in the file."""

    text: str
    place: Place
