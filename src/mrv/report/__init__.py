"""Pages for people: one HTML file each, that opens offline, prints, and fits a phone."""

from mrv.report.explanation_page import explanation_page
from mrv.report.verdict_page import verdict_page

__all__ = ["explanation_page", "verdict_page"]
