"""Which edition governs a sector, a region and a date: five answers, never a blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.language.period import Period
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from mrv.language.library import Header
    from mrv.language.model import Governs
    from mrv.messages import Place, Text

Verdict = Literal["governs", "not-yet-in-force", "awaited", "expired", "out-of-scope"]


@dataclass(frozen=True)
class Answer:
    """The answer to "what governs?".

    Attributes:
        verdict: one of the five answers.
        header: the edition that governs, comes, is awaited or has expired; None out of scope.
        on: for ``not-yet-in-force`` the first day; for ``expired`` the last day.
        successor: what follows an expired edition: an edition, or None where nothing is known.
        successor_from: first day of the successor, where it is known.
    """

    verdict: Verdict
    header: Header | None = None
    on: date | None = None
    successor: str | None = None
    successor_from: date | None = None

    def text(self) -> Text:
        """Say the answer in a sentence."""
        name = f"{self.header.name} {self.header.edition}" if self.header else ""
        if self.verdict == "governs":
            return text(f"适用 {name}", f"{name} governs")
        if self.verdict == "not-yet-in-force":
            return text(
                f"{name} 尚未生效，自 {self.on} 起施行",
                f"{name} is not yet in force; it will be from {self.on}",
            )
        if self.verdict == "awaited":
            return text(
                f"{name} 已预告，生效日期未定", f"{name} is awaited; its first day is not known yet"
            )
        if self.verdict == "expired":
            zh = en = ""
            if self.successor:
                zh, en = f"，由 {self.successor} 接替", f"; {self.successor} follows"
            if self.successor_from:
                zh, en = f"{zh}（自 {self.successor_from} 起）", f"{en} from {self.successor_from}"
            return text(f"{name} 已于 {self.on} 失效{zh}", f"{name} expired on {self.on}{en}")
        return text("没有方法学涵盖该行业和地区", "no methodology covers this sector and region")


def covers(declared: str, region: str) -> bool:
    """Say whether what governs a region also governs another one, which may be a part of it.

    Example:
        >>> covers("CN", "CN-TJ"), covers("CN-TJ", "CN"), covers("CN", "CNX")
        (True, False, False)
    """
    return region == declared or region.startswith(declared + "-")


def governing(headers: Iterable[Header], sector: str, region: str, on: date | Period) -> Answer:
    """Find the edition that governs.

    The most specific region counts, within it an edition that is not a draft before a draft, and
    the one in force latest. A period is governed by an edition that is in force on every day of
    it.

    Args:
        headers: the editions there are.
        sector: sector, such as ``water-freight``.
        region: region, such as ``CN-TJ``; an edition for ``CN`` governs its parts too.
        on: a day or an accounting period.
    """
    scope = [
        (header, header.governs)
        for header in headers
        if header.governs
        and header.governs.sector == sector
        and covers(header.governs.region, region)
    ]
    first, last = (on.start, on.end) if isinstance(on, Period) else (on, on)
    holding = [(h, g) for h, g in scope if _in_force(g, first, last)]
    if holding:
        best = max(
            holding,
            key=lambda pair: (
                len(pair[1].region),
                pair[0].status != "draft",
                pair[1].start or first,
            ),
        )
        return Answer("governs", best[0])
    return _otherwise(scope, first, last)


def _in_force(governs: Governs, first: date, last: date) -> bool:
    if governs.start is None or governs.start > first:
        return False
    return governs.until is None or governs.until >= last


def _otherwise(scope: list[tuple[Header, Governs]], first: date, last: date) -> Answer:
    """Give one of the four answers that are left when no edition governs."""
    expired = [(g.until, h, g) for h, g in scope if g.until and g.until < last and _began(g, last)]
    coming = [(g.start, h) for h, g in scope if g.start and g.start > first]
    awaited = [h for h, g in scope if g.start is None]
    following = min(coming, key=lambda pair: pair[0]) if coming else None
    if expired:
        until, header, governs = max(expired, key=lambda triple: triple[0])
        named = governs.successor
        since = following[0] if following else None
        if named is None and following:
            named = following[1].edition
        elif named is None and awaited:
            named = awaited[0].edition
        return Answer("expired", header, until, named, since)
    if following:
        return Answer("not-yet-in-force", following[1], following[0])
    if awaited:
        return Answer("awaited", awaited[0])
    return Answer("out-of-scope")


def _began(governs: Governs, day: date) -> bool:
    return governs.start is not None and governs.start <= day


def governs_period(
    governs: Governs | None,
    period: Period,
    others: Iterable[Header] = (),
    place: Place | None = None,
) -> Diagnostic | None:
    """Check that an edition governs a period; a run of a period that it does not is refused.

    Args:
        governs: what the edition governs; None (a module) is never refused.
        period: the accounting period.
        others: the other editions, of which the nearest are named.
        place: where the edition says what it governs.

    Returns:
        A finding ``edition.not-governing``, or None.
    """
    if governs is None or _in_force(governs, period.start, period.end):
        return None
    if governs.start is None:
        zh, en = "生效日期未定", "has no first day yet"
    else:
        until = governs.until
        zh = f"自 {governs.start} 起施行" + (f"，至 {until} 止" if until else "")
        en = f"is in force from {governs.start}" + (f" to {until}" if until else "")
    answer = governing(others, governs.sector, governs.region, period)
    hint = None
    if answer.header is not None:
        said = answer.text()
        hint = text(f"{said.zh}。", f"{said.en}.")
    return Diagnostic(
        "edition.not-governing",
        text(
            f"这一版{zh}，不适用于核算期 {period.label}",
            f"this edition {en}; it does not govern the period {period.label}",
        ),
        place,
        why=text(
            "用不适用的规则算出的结果不能报告。",
            "A result under rules that do not apply cannot be reported.",
        ),
        hint=hint,
    )
