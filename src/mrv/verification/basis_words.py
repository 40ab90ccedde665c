"""What a calculation rests on, as people write it on the command line.

``sealed`` is what a receipt holds; ``water-freight/enterprise@2026.1`` or a file are other rules;
``release:2026-11.2`` another factor release; ``choice:gwp=AR6`` another choice. Several are
joined with ``+``: ``my-rule.yaml+choice:gwp=AR6``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping

SEALED = "sealed"


@dataclass(frozen=True)
class BasisWords:
    """What differs from the sealed basis; nothing where all is as sealed.

    Attributes:
        rules: name of a methodology with its edition, or a file.
        release: name of a factor release.
        choices: choices made otherwise.
    """

    rules: str | None = None
    release: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def sealed(self) -> bool:
        """Whether nothing differs from what is sealed."""
        return self.rules is None and self.release is None and not self.choices


def read_basis(written: str) -> BasisWords:
    """Read what a calculation rests on.

    Raises:
        Refused: ``call.basis``.

    Example:
        >>> read_basis("sealed").sealed
        True
        >>> read_basis("toy/x@2026.1+choice:gwp=AR6+release:2026-11.2")
        BasisWords(rules='toy/x@2026.1', release='2026-11.2', choices={'gwp': 'AR6'})
    """
    rules = release = None
    choices: dict[str, str] = {}
    for part in written.split("+"):
        kind, colon, rest = part.partition(":")
        name, sign, value = rest.partition("=")
        if part == SEALED:
            continue
        if colon and kind == "release" and rest and release is None:
            release = rest
        elif colon and kind == "choice" and name and sign and value and name not in choices:
            choices[name] = value
        elif part and kind not in {"release", "choice"} and rules is None:
            rules = part
        else:
            refuse(
                "call.basis",
                text(f"不明白“{part}”指什么依据", f'it is not clear what "{part}" means'),
                hint=text(
                    "写 sealed、方法学名@版本或文件、release:版本、choice:选项=值，以 + 相连。",
                    "Write sealed, NAME@EDITION or a file, release:NAME, choice:NAME=VALUE, "
                    "joined with +.",
                ),
            )
    return BasisWords(rules, release, choices)
