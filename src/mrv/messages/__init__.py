"""What the program says to people: bilingual texts, places in files, diagnostics.

The lowest room of the house: every other room reports through it.
"""

from mrv.messages.diagnostic import Diagnostic, Place, Refused, refuse
from mrv.messages.near import did_you_mean
from mrv.messages.text import Lang, Text, text

__all__ = ["Diagnostic", "Lang", "Place", "Refused", "Text", "did_you_mean", "refuse", "text"]
