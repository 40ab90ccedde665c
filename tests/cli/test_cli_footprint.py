"""A footprint that is computed, handed on as PACT, read again, and used in the next calculation."""

from __future__ import annotations

import json

import pytest

GATE = "product-footprint/cradle-to-gate"
STATED = {
    "*": {
        "companyName": "Example Packaging",
        "companyIds": ["urn:company:example:1"],
        "productIds": ["urn:gtin:0000000000017"],
        "productDescription": "resin",
        "pcf": {
            "geographyCountrySubdivision": "CN-TJ",
            "crossSectoralStandards": ["ISO14067"],
            "fossilCarbonContent": "0.6",
        },
    }
}
RESIN = "own/product-footprint/resin/cradle-to-gate/CN-TJ/20240101-20241231"


@pytest.fixture
def product(tmp_path):
    """Write the data of a product made of ten kilograms of one material for eight of it."""

    def write(name, material, **cells):
        folder = tmp_path / f"data-{name}"
        folder.mkdir()
        heads = "product,declared_as,units,unit_mass [kg]"
        (folder / "product.csv").write_text(f"{heads}\n{name},kilogram,8,1\n", encoding="utf-8")
        names = ",".join(["product", "item", "amount [kg]", "primary", *cells])
        row = ",".join([name, material, "16", "no", *cells.values()])
        (folder / "material.csv").write_text(f"{names}\n{row}\n", encoding="utf-8")
        return folder

    return write


@pytest.fixture
def resin(product):
    return product("resin", "oil", **{"footprint [kg CO2e[AR6]/kg]": "3"})


@pytest.fixture
def footprint(mrv):
    def call(data, period, *words):
        return mrv("factors", "footprint", GATE, "--data", data, "--period", period, *words)

    return call


def test_a_footprint_goes_out_and_is_the_material_of_the_next_product(
    footprint, resin, product, mrv, tmp_path
):
    stated, out, mine = (tmp_path / name for name in ("company.json", "resin.json", "mine"))
    stated.write_text(json.dumps(STATED), encoding="utf-8")
    into = ("--into", mine, "--owner", "Li", "--named")
    said = footprint(
        resin, "2024", "--out", out, "--details", stated, *into, "2024.1", "--place", "天津"
    )
    assert said.code == 0, said.err
    assert f"resin: 6 kg CO2e[AR6]/kg  {RESIN}" in said.out

    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["specVersion"].startswith("3.")
    assert document["pcf"]["pcfExcludingBiogenicUptake"] == "6"
    back = json.loads(mrv("factors", "import", out, "--format", "json").out)
    assert (back["kind"], back["refused"]) == ("pact", [])
    assert {(row["value"], row["unit"], row["region"]) for row in back["taken"]} == {
        ("6", "kg CO2e[AR6]/kg", "CN-TJ")
    }

    cup = product("cup", "resin", factor=RESIN)
    lost = mrv("run", GATE, "--data", cup, "--period", "2025")
    assert lost.code == 1
    assert RESIN in lost.err
    said = footprint(cup, "2025", "--factors", mine, *into, "2025.1")
    assert said.code == 0, said.err
    assert "cup: 12 kg CO2e[AR6]/kg" in said.out
    newest = json.loads(mrv("factors", "releases", "--folder", mine, "--format", "json").out)[0]
    assert (newest["release"], newest["rows"], newest["previous"]) == ("2025.1", 2, "2024.1")
    assert (len(newest["added"]), newest["withdrawn"]) == (1, [])

    table = tmp_path / "own.csv"
    words = ("--property", "product-footprint", "--source", "mrv run", "--folder", mine)
    assert mrv("factors", "export", *words, "--as", "csv", "--out", table).code == 0
    said = mrv("factors", "import", table)
    assert "taken for own" in said.out
    assert "2 rows read, 2 factors taken, 0 refusals" in said.out


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ((), "call.missing-option"),
        (("--into", "x"), "call.missing-option"),
        (("--named", "x"), "call.missing-option"),
        (("--as", "csv", "--out", "x.csv"), "call.missing-option"),
        (("--out", "x.json", "--details", "nowhere.json"), "call.no-file"),
        (("--into", "x", "--named", "a", "--owner", "Li", "--place", "XX"), "factor.unknown-key"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_wrong_calls_are_refused_before_anything_runs(footprint, tmp_path, words, rule, lang):
    said = footprint(tmp_path / "no-data", "2024", *words, "--lang", lang)
    assert rule in said.err
    assert said.code in {1, 2}


def test_what_cannot_be_handed_on_leaves_no_file(footprint, resin, tmp_path):
    out = tmp_path / "x.json"
    said = footprint(resin, "2024", "--out", out, "--lang", "zh")
    assert said.code == 1
    assert "错误[export.pact-missing]" in said.err
    assert not out.exists()
