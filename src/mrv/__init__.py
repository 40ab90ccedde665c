"""Greenhouse-gas accounting and MRV with rules as data."""

__version__ = "0.1.0"
