"""Import the factors that users have: a report first, a release of their own second.

`read` tells what could be taken from a file and what not, row by row; `to_release` writes the
taken rows as a release that look-ups can put before or behind the built-in one.
"""

from mrv.factors.imports.kinds import Kind, kinds
from mrv.factors.imports.options import Options
from mrv.factors.imports.reading import read
from mrv.factors.imports.release import to_release
from mrv.factors.imports.report import ImportReport

__all__ = ["ImportReport", "Kind", "Options", "kinds", "read", "to_release"]
