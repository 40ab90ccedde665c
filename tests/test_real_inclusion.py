"""Public bike and e-bike trips against figures counted independently of us; the examples."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mrv
from mrv.engine.second import disagreements
from mrv.resources import folder

if TYPE_CHECKING:
    import pandas as pd

INCLUSION = Path(__file__).parents[2] / "shared" / "data" / "inclusion"
CITIBIKE = INCLUSION / "citibike_2017"
DUBLIN = INCLUSION / "dublin_ebike" / "ebike_trips_index.csv"
EXAMPLES = folder("examples") / "carbon-inclusion"
NAME = "carbon-inclusion/low-carbon-travel"
SALT = "7d9f0c41b2a6385e" * 4
EARTH = 6371.0088
"""km, mean radius of the earth (IUGG)."""
DAY = 86_400
SHORTEST = 0.5
FASTEST = 30.0
BASELINE, CYCLING = 0.104, 0.0087
GRID = 0.6796
"""kg/kWh, Tianjin 2023."""

there = pytest.mark.skipif(
    not CITIBIKE.is_dir(), reason="the public bike trips are not in ../shared/data/inclusion"
)
STATED = [
    ("low-carbon-travel", {}, 0.274661),
    ("low-carbon-travel", {"overlap": "keep_first"}, 0.286392),
    ("low-carbon-travel", {"self_declared": "half"}, 0.280072),
    ("low-carbon-travel", {"pooling": "counted"}, 0.27518),
    ("low-carbon-travel", {"daily_cap": "off"}, 0.275204),
    ("distributed-pv", {}, 221.153),
    ("distributed-pv", {"method": "shanghai_fixed"}, 136.6749),
    ("distributed-pv", {"grid": "national"}, 172.6659),
    ("distributed-pv", {"size_limit": "wuhan"}, 885.5286),
    ("ev-charging", {}, 3.004353),
    ("ev-charging", {"baseline_car": "beijing"}, 4.351764),
    ("ev-charging", {"green_power": "zero"}, 3.282731),
    ("ev-charging", {"hybrids": "counted"}, 3.071079),
    ("events", {}, 0.112091),
    ("events", {"self_declared": "half"}, 0.115151),
    ("events", {"repeats": "counted"}, 0.113351),
]
"""What examples/carbon-inclusion/README.md says is credited, in t CO2."""


@pytest.fixture(autouse=True, scope="module")
def salt():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRV_SALT", SALT)
        yield


def straight_line(trips: pd.DataFrame, stations: pd.DataFrame) -> pd.Series:
    """Kilometres between the stations of each trip, to the metre; missing where one is unknown."""
    import numpy as np

    at = np.radians(stations.set_index("station_id")[["latitude", "longitude"]])
    one = at.reindex(trips["start_station"]).to_numpy()
    two = at.reindex(trips["end_station"]).to_numpy()
    half = np.sin((two - one) / 2) ** 2
    share = half[:, 0] + np.cos(one[:, 0]) * np.cos(two[:, 0]) * half[:, 1]
    metres = np.floor(2 * EARTH * np.arcsin(np.sqrt(share)) * 1000 + 0.5)
    return trips["duration"] * 0.0 + metres / 1000


def verdict(seconds: float, km: float) -> str:
    """Say what becomes of a trip, by the rules of the methodology in their order."""
    if seconds > DAY:
        return "too-long"
    if math.isnan(km):
        return "no-distance"
    if km == 0:
        return "round-trip"
    if km < SHORTEST:
        return "too-short"
    return "too-fast" if km > FASTEST * seconds / 3600 else "accepted"


@pytest.fixture(scope="module")
def trips() -> pd.DataFrame:
    import pandas as pd

    frame = pd.read_parquet(CITIBIKE / "citibike_trips.parquet")
    frame["km"] = straight_line(frame, pd.read_csv(CITIBIKE / "stations.csv"))
    frame["verdict"] = list(map(verdict, frame["duration"], frame["km"]))
    return frame


@pytest.fixture(scope="module")
def ridden(tmp_path_factory: pytest.TempPathFactory):
    """The rule is in force from 2024; a copy of it is taken back to the year of the data."""
    rule = (folder("methodologies") / f"{NAME}.yaml").read_text(encoding="utf-8")
    copy = tmp_path_factory.mktemp("rules") / "low-carbon-travel.yaml"
    copy.write_text(rule.replace("from: 2024-10-01", "from: 2017-01-01"), encoding="utf-8")
    choices = {"unmeasured": "straight_line", "users": "none", "daily_cap": "off"}
    loaded = mrv.load(str(copy), choices=choices)

    def run(data: object):
        return loaded.run(data, mapping=EXAMPLES / "citibike-2017.mapping.yaml", period=2017)

    return run


@pytest.fixture(scope="module")
def bikes(ridden):
    with ridden(CITIBIKE) as run:  # the files as they are published
        yield run


def found(run) -> dict[str, float]:
    return dict(zip(run.outputs["result"], run.outputs["value"], strict=True))


@pytest.mark.data
@there
def test_trips_refused_by_reason(bikes, trips):
    ours = bikes.row_table("trip").to_pandas()["verdict"].value_counts().to_dict()
    assert ours == trips["verdict"].value_counts().to_dict()
    assert found(bikes)["trips"] == 48_476
    assert ours["too-long"] == 22
    assert (trips["start_station"] == trips["end_station"]).sum() == 872


@pytest.mark.data
@there
def test_stations_that_the_list_does_not_have_are_counted_and_said(bikes, trips):
    import pandas as pd

    listed = pd.read_csv(CITIBIKE / "stations.csv")["station_id"]
    said = [mark.message.en for mark in bikes.outcome.marks if "read as missing" in mark.message.en]
    for end, column in (("start_station", "origin"), ("end_station", "destination")):
        count = (~trips[end].isin(listed)).sum()
        assert any(f'{count:,} rows of "{column}"' in one for one in said), said
    assert len(said) == 2
    assert trips["km"].isna().sum() == 1_545


@pytest.mark.data
@there
def test_distances_and_reduction(bikes, trips):
    known = trips["km"].dropna()
    assert len(known) == 46_931
    assert known.sum() == pytest.approx(77_907.4, abs=0.5)  # as the source of the data says
    counted = trips.loc[trips["verdict"] == "accepted", "km"].sum()
    values = found(bikes)
    assert values["distance"] == pytest.approx(counted, abs=1e-6)
    assert values["baseline_emission"] == pytest.approx(counted * BASELINE / 1000, abs=1e-9)
    assert values["credited"] == pytest.approx(counted * (BASELINE - CYCLING) / 1000, abs=1e-9)


@pytest.mark.data
@there
def test_both_engines_agree(ridden):
    import pandas as pd

    some = pd.read_parquet(CITIBIKE / "citibike_trips.parquet")[:3_000]
    with ridden({"trip": some, "place": CITIBIKE / "stations.csv"}) as run:
        assert disagreements(run) == ()


@pytest.mark.data
@there
def test_measured_electric_bikes():
    import pandas as pd

    table = pd.read_csv(DUBLIN)
    choices = {"e_bike": "metered", "users": "none", "daily_cap": "off"}
    with mrv.load(NAME, choices=choices).run(
        DUBLIN, mapping=EXAMPLES / "dublin-ebike.mapping.yaml", period=2025
    ) as run:
        rows = run.row_table("trip").to_pandas().sort_values("_row")
        values = found(run)
        assert disagreements(run) == ()
    ours = (rows["electricity"] * 1000 / rows["far"]).to_numpy()
    assert ours == pytest.approx(table["Wh/km"].to_numpy(), abs=0.02)  # as published
    counted = table[(table["Distance(Km)"] >= SHORTEST)]
    assert len(counted) == values["counted"] == 35
    saved = counted["Distance(Km)"] * BASELINE - counted["Energy(%)"] / 100 * 0.45 * GRID
    assert values["credited"] == pytest.approx(saved.sum() / 1000, abs=1e-12)
    assert (saved > 0).all()


@pytest.mark.parametrize(("name", "choices", "stated"), STATED)
def test_the_examples_give_what_their_page_says(name, choices, stated):
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    loaded = mrv.load(f"carbon-inclusion/{name}", choices=choices)
    with loaded.run(EXAMPLES / name, period=2025) as run:
        assert found(run)["credited"] == pytest.approx(stated, rel=4e-6)  # as printed
    assert f"{stated} t" in page
