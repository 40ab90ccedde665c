"""CO2e whose source names no GWP set is a quantity of its own."""

import pytest

from mrv.messages import Refused
from mrv.units import explain_misfit, parse_unit


@pytest.mark.parametrize("stated", ["SAR", "AR4", "AR5", "AR6"])
def test_an_unstated_set_never_fits_a_stated_one(stated: str) -> None:
    silent, named = parse_unit("kg CO2e[unstated]/kWh"), parse_unit(f"kg CO2e[{stated}]/kWh")
    assert not silent.fits(named)
    assert not named.fits(silent)


def test_an_unstated_set_converts_like_any_other_amount() -> None:
    ratio = parse_unit("t CO2e[unstated]/MWh").ratio_to(parse_unit("g CO2e[unstated]/kWh"))
    assert ratio == 1000


@pytest.mark.parametrize("turned", [False, True])
def test_the_misfit_says_that_the_source_names_no_set(*, turned: bool) -> None:
    pair = [parse_unit("t CO2e[unstated]"), parse_unit("t CO2e[AR5]")]
    said = explain_misfit(*reversed(pair)) if turned else explain_misfit(*pair)
    assert "CO2e[unstated] names no GWP set, so it is not CO2e[AR5]" in said.en
    assert "CO2e[unstated] 的来源未注明 GWP 版本，不能当作 CO2e[AR5]" in said.zh


def test_co2e_without_any_set_stays_refused() -> None:
    with pytest.raises(Refused) as refused:
        parse_unit("t CO2e")
    assert [d.rule for d in refused.value.diagnostics] == ["unit.gwp_set"]
