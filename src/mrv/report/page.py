"""One-file HTML pages: templates that escape everything, styles inside, nothing fetched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mrv.messages import Text

if TYPE_CHECKING:
    from jinja2 import Environment

    from mrv.messages import Lang


def page(template: str, lang: Lang, **content: object) -> str:
    """Fill a template.

    Args:
        template: its file name in ``templates/``.
        lang: the language; ``said`` in templates turns a :class:`Text` into it.
        content: what the template shows. Every text in it is escaped.
    """
    environment = _environment()
    filled = environment.get_template(template).render(
        lang=lang,
        say=lambda zh, en: zh if lang == "zh" else en,
        said=lambda words: words.in_(lang) if isinstance(words, Text) else words,
        **content,
    )
    return filled.rstrip("\n")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mrv.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["exact"] = exact
    environment.filters["signed"] = signed
    return environment


def exact(value: object) -> str:
    """Write a value so that it reads back as itself; what is missing is a dash.

    Example:
        >>> exact(0.1), exact(None), exact(True)
        ('0.1', '–', 'true')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def signed(value: float | None) -> str:
    """Write a change with its sign.

    Example:
        >>> signed(0.25), signed(-3.0), signed(None)
        ('+0.25', '-3', '–')
    """
    return "–" if value is None else f"{value:+.10g}"
