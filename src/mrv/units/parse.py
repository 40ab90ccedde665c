"""Read a unit as people write it: ``t CO2/GJ``, ``g/(kW*h)``, ``万吨公里``, ``kgCO2e[AR5]/L``.

Strict where two readings are possible: after ``/`` stands one unit, or parentheses.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text
from mrv.units.tags import substance_with_tags, unit_with_tags
from mrv.units.unit import ONE, Unit
from mrv.units.words import clean, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.messages import Place, Text
    from mrv.units.words import Token

_LONGEST = 200
_DEEPEST = 6
_LARGEST_EXPONENT = 30
_STARTS = ("unit", "numeral", "number", "(", "substance")


def _syntax(plain: str, why: Text) -> NoReturn:
    """Refuse a text that has no unit's form."""
    refuse(
        "unit.syntax",
        text(f"无法读懂单位“{plain}”：{why.zh}", f'cannot read unit "{plain}": {why.en}'),
        hint=text("写法如 t CO2/GJ、g/(kW*h)、万m3。", "Write it as t CO2/GJ, g/(kW*h), 10^4 m3."),
    )


def parse_unit(text: str, place: Place | None = None) -> Unit:
    """Read a unit text.

    Args:
        text: the unit as written by an author or found in a table head.
        place: where it stands, for the message.

    Raises:
        Refused: with all unknown words (``unit.unknown``, ``unit.ambiguous``, ``unit.calendar``,
            ``unit.temperature``), or the first fault of form (``unit.syntax``,
            ``unit.ambiguous``), or of tags (``unit.tag``, ``unit.gwp_set``).

    Example:
        >>> parse_unit("kgCO2/千瓦时").spelling
        'kg CO2/kWh'
        >>> parse_unit("万吨公里").scale == parse_unit("10^4 t*km").scale
        True
    """
    try:
        return _parsed(text)
    except Refused as refused:
        if place is None:
            raise
        raise Refused(
            [Diagnostic(d.rule, d.what, place, d.why, d.hint) for d in refused.diagnostics]
        ) from None


@lru_cache(maxsize=4096)
def _parsed(written: str) -> Unit:
    plain = clean(written[: _LONGEST + 1])
    if len(written) > _LONGEST:
        _syntax(plain[:30] + "…", text("单位文字过长", "the unit text is too long"))
    read, findings = tokens(plain, None)
    if findings:
        raise Refused(findings)
    if not read:
        _syntax(plain, text("没有写单位；无量纲写 1", "there is no unit; a pure number is 1"))
    reader = _Reader(read, plain)
    unit = reader.product(depth=0)
    if reader.peek() != "end":
        shown = reader.take().text
        _syntax(plain, text(f"“{shown}”不应在此", f'"{shown}" does not belong here'))
    return unit


class _Reader:
    """Walks the tokens from left to right."""

    def __init__(self, read: list[Token], plain: str) -> None:
        """Start before the first token; `plain` is the text for messages."""
        self.tokens = read
        self.plain = plain
        self.at = 0

    def peek(self) -> str:
        """Return the kind of the next token, or ``end``."""
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def take(self) -> Token:
        """Return the next token and go on."""
        self.at += 1
        return self.tokens[self.at - 1]

    def product(self, depth: int) -> Unit:
        """Read factors up to a closing parenthesis or the end."""
        if depth > _DEEPEST:
            _syntax(self.plain, text("括号层数过多", "parentheses are nested too deep"))
        unit, numbers, divided = ONE, 0, False
        wanted = True
        while wanted or self.peek() in ("/", "*", "·", *_STARTS):
            if self.peek() == "/" and not wanted:
                self.take()
                unit, divided = unit / self.divisor(depth), True
                wanted = False
                continue
            if self.peek() in ("*", "·") and not wanted:
                self.take()
            if divided:
                self.ambiguous_divisor()
            numbers += self.peek() == "number"
            if numbers > 1:
                self.two_numbers()
            unit = unit * self.factor(depth)
            wanted = False
        return unit

    def divisor(self, depth: int) -> Unit:
        """Read what stands after ``/``: one factor, perhaps with a number before it."""
        if self.peek() != "number":
            return self.factor(depth)
        number = self.factor(depth)
        return number * self.factor(depth) if self.peek() in ("unit", "numeral") else number

    def factor(self, depth: int) -> Unit:
        """Read a number, a unit with its substance and tags, or parentheses."""
        kind = self.peek()
        if kind == "number":
            return self.number()
        if kind == "(":
            self.take()
            inner = self.product(depth + 1)
            if self.peek() != ")":
                _syntax(self.plain, text("括号没有闭合", "a parenthesis is not closed"))
            self.take()
            return inner ** self.exponent()
        if kind in ("unit", "numeral"):
            return self.measured()
        if kind == "substance":
            name = self.take().text
            zh, en = f"{name} 前面要有单位，如“t {name}”", f'{name} needs a unit: "t {name}"'
            _syntax(self.plain, text(zh, en))
        shown = self.take().text if kind != "end" else ""
        zh = f"“{shown}”前缺少单位" if shown else "末尾缺少单位"
        en = f'a unit is missing before "{shown}"' if shown else "a unit is missing at the end"
        _syntax(self.plain, text(zh, en))

    def number(self) -> Unit:
        """Read ``1000``, ``10^4`` or ``1e4``."""
        size = self.take().number
        power = self.exponent()
        if size == 0:
            _syntax(self.plain, text("倍数不能为 0", "a factor of 0 is no unit"))
        value = size**power
        if not Fraction(1, 10**_LARGEST_EXPONENT) <= value <= 10**_LARGEST_EXPONENT:
            _syntax(self.plain, text("倍数超出范围", "the number is out of range"))
        top, below = value.numerator, value.denominator
        return Unit(value, (), str(top) if below == 1 else f"{top}/{below}")

    def exponent(self) -> int:
        """Read an exponent, 1 if there is none."""
        if self.peek() != "raised":
            return 1
        power = int(self.take().number)
        if self.peek() == "raised" or power == 0 or abs(power) > _LARGEST_EXPONENT:
            _syntax(self.plain, text("指数不成立", "the exponent makes no sense"))
        return power

    def measured(self) -> Unit:
        """Read a unit with exponent, substance and tags."""
        numeral = self.take() if self.peek() == "numeral" else None
        token = self.take()
        unit, power = token.unit, self.exponent()
        if (token.text, power) in (("m", 2), ("m", 3)):
            unit, power = Unit(unit.scale, ((unit.powers[0][0], power),), f"m{power}"), 1
        if self.peek() == "tag" and power == 1:
            unit = unit_with_tags(unit, self.take().text, self.plain)
            power = self.exponent()
        if numeral and power == 1:
            unit = Unit(unit.scale * numeral.number, unit.powers, numeral.text + unit.spelling)
        elif numeral:
            return Unit(numeral.number, (), str(numeral.number)) * unit**power
        if self.peek() != "substance":
            return unit**power
        if power != 1:
            zh, en = "带物质的单位要乘方时请加括号", "put a unit with a substance in parentheses"
            _syntax(self.plain, text(zh, en))
        name = self.take().text
        tag = self.take().text if self.peek() == "tag" else ""
        if self.peek() in ("raised", "tag"):
            _syntax(
                self.plain, text(f"{name} 后不能写指数或再写标签", f"nothing may follow {name}")
            )
        return substance_with_tags(unit, name, tag, self.plain)

    def ambiguous_divisor(self) -> NoReturn:
        """Refuse ``t CO2/t*nmi``: the product may or may not be below the line."""
        refuse(
            "unit.ambiguous",
            text(
                f"单位“{self.plain}”有歧义：“/”之后又有乘积",
                f'unit "{self.plain}" is ambiguous: a product follows "/"',
            ),
            hint=text("请加括号，如 g CO2/(t*nmi)。", "Write parentheses: g CO2/(t*nmi)."),
        )

    def two_numbers(self) -> NoReturn:
        """Refuse ``10*12 t``: twelve tens, or ten to the twelfth."""
        refuse(
            "unit.ambiguous",
            text(f"单位“{self.plain}”中有两个数", f'unit "{self.plain}" holds two numbers'),
            hint=text("请写成一个数，如 10^12。", "Write one number, such as 10^12."),
        )


def unit_text_with_choice(text: str, choices: Mapping[str, str]) -> str:
    """Put chosen values into a unit text.

    Args:
        text: a unit text with names in braces.
        choices: value of each choice.

    Raises:
        Refused: a name is not a choice (``unit.choice``).

    Example:
        >>> unit_text_with_choice("t CO2e[{gwp}]", {"gwp": "AR5"})
        't CO2e[AR5]'
    """
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", text) if name not in choices]
    if unknown:
        raise Refused([_no_choice(name, text, choices) for name in dict.fromkeys(unknown)])
    return re.sub(r"\{([^{}]*)\}", lambda hit: choices[hit.group(1)], text)


def _no_choice(name: str, written: str, choices: Mapping[str, str]) -> Diagnostic:
    zh = f"单位“{written}”中的 {{{name}}} 不是已声明的选项"
    en = f'{{{name}}} in unit "{written}" is not a declared choice'
    return Diagnostic("unit.choice", text(zh, en), hint=did_you_mean(name, choices))
