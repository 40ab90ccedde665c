"""Which GWP set a source used: by the GWPs it carries itself, or by what its publisher says."""

from __future__ import annotations

CH4 = {
    "21": "SAR",
    "25": "AR4",
    "28": "AR5",
    "30": "AR5",
    "27": "AR6",
    "27.9": "AR6",
    "29.8": "AR6",
}
N2O = {"310": "SAR", "298": "AR4", "265": "AR5", "273": "AR6"}
"""100-year values of the IPCC reports; AR4 and later as in the store's GWP table."""


def set_shown(ch4: float | None, n2o: float | None) -> str | None:
    """Return the set to which a source's own methane and nitrous oxide values belong.

    Both must be there and agree.

    Example:
        >>> set_shown(25.0, 298.0), set_shown(28.0, 298.0), set_shown(28.0, None)
        ('AR4', None, None)
    """
    if ch4 is None or n2o is None:
        return None
    one, other = CH4.get(f"{ch4:g}"), N2O.get(f"{n2o:g}")
    return one if one == other else None


_REPORTS = {
    "SAR": ("sar", "ipcc1995", "ipcc1996", "secondassessment"),
    "AR4": ("ar4", "ipcc2007", "fourthassessment"),
    "AR5": ("ar5", "ipcc2013", "ipcc2014", "fifthassessment"),
    "AR6": ("ar6", "ipcc2021", "sixthassessment"),
}


def set_named(written: str) -> str | None:
    """Return the set that a text names, None if it names none or several.

    Example:
        >>> set_named("IPCC 2021 GWP100"), set_named("AR6"), set_named("EF 3.1")
        ('AR6', 'AR6', None)
    """
    flat = "".join(char for char in written.casefold() if char.isalnum())
    hits = {name for name, marks in _REPORTS.items() if any(mark in flat for mark in marks)}
    return hits.pop() if len(hits) == 1 else None
