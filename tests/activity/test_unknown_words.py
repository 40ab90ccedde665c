"""References that may point nowhere: counted, said and missing, whichever validator judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_tables import YEAR, invalid, quantity, values

from mrv.activity import InvalidData, open_dataset
from mrv.activity.prepared import Prepared
from mrv.language.inputs import Column, Input
from mrv.language.period import parse_period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mrv.activity import Dataset

PLACE = Input("place", ("place",), (Column("place", "text"),), optional=True)
TRIP = Input(
    "trip",
    (),
    (
        Column("origin", "text", refers_to="place", optional=True, unknown_missing=True),
        Column("target", "text", refers_to="place", optional=True, unknown_missing=True),
        quantity("km", "km", optional=True),
    ),
    at_least_one=((("origin",), ("km",)),),
)
PLACES = [{"place": "a"}, {"place": "b"}]
ROWS = [
    {"origin": "a", "target": "b", "km": None},
    {"origin": "x", "target": "y", "km": "3 km"},
    {"origin": None, "target": "z", "km": "4 km"},
]


@pytest.fixture(params=[True, False], ids=["kept", "read-again"], autouse=True)
def small(request: pytest.FixtureRequest) -> Iterator[None]:
    """Judge tables of any size as both small and large ones are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Prepared, "small", property(lambda _: request.param))
        yield


def opened(trips: object, places: object = PLACES, **more: object) -> Dataset:
    more.setdefault("periods", YEAR)
    data = {"trip": trips, "place": places}
    return open_dataset(  # type: ignore[arg-type]
        [PLACE, TRIP], {name: rows for name, rows in data.items() if rows is not None}, **more
    )


def said(data: Dataset) -> list[str]:
    return [note.en for note in data.tables["trip"].notes if "read as missing" in note.en]


def as_file(rows: list[dict[str, object]], folder: Path) -> Path:
    path = folder / "trip.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    "made", [lambda rows, _: rows, lambda rows, _: pd.DataFrame(rows), as_file]
)
def test_unknown_words_are_missing_and_counted(made: Callable[..., object], tmp_path: Path) -> None:
    data = opened(made(ROWS, tmp_path))
    assert values(data, "origin", "trip") == ["a", None, None]
    assert values(data, "target", "trip") == ["b", None, None]
    assert values(data, "km", "trip") == [None, 3, 4]
    assert [note.split(" of ")[0] for note in said(data)] == ["1 row", "2 rows"]
    data.close()


def test_nothing_is_said_where_every_word_is_known() -> None:
    data = opened(ROWS[:1])
    assert values(data, "origin", "trip") == ["a"]
    assert said(data) == []
    data.close()


@pytest.mark.parametrize("places", [None, []])
def test_a_list_that_was_not_given_knows_no_word(places: object) -> None:
    data = opened(ROWS[1:], places)
    assert values(data, "target", "trip") == [None, None]
    assert len(said(data)) == 2
    data.close()


def test_words_are_known_within_their_organisation_and_period() -> None:
    places = [{"place": "a", "organisation": "p", "period": 2024}]
    places.append({"place": "b", "organisation": "q", "period": 2025})
    trips = [
        {"origin": word, "km": "1 km", "organisation": who, "period": year}
        for word, who, year in [
            ("a", "p", 2024),
            ("a", "q", 2024),
            ("b", "q", 2024),
            ("b", "q", 2025),
        ]
    ]
    data = opened(trips, places, periods=[parse_period("2024"), parse_period("2025")])
    assert values(data, "origin", "trip") == ["a", None, None, "b"]
    data.close()


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_an_unknown_word_does_not_count_as_given(made: Callable[..., object]) -> None:
    (group,) = invalid(opened, made([ROWS[0], {**ROWS[1], "km": None}])).findings.groups
    assert (group.rule, [row for row, _ in group.rows]) == ("row.none-given", [2])


def test_without_the_word_the_data_are_refused() -> None:
    strict = Input("trip", (), (Column("origin", "text", refers_to="place", optional=True),))
    data = {"trip": [{"origin": "x"}], "place": PLACES}
    (group,) = invalid(open_dataset, [PLACE, strict], data, periods=YEAR).findings.groups
    assert group.rule == "reference.absent"


cells = st.sampled_from(["a", "b", "x", "y", None])


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"origin": cells, "target": cells, "km": st.sampled_from(["1 km", None, "x", "2 kg"])}
        ),
        min_size=1,
        max_size=6,
    )
)
def test_both_validators_agree(rows: list[dict[str, object]]) -> None:
    def outcome(trips: object) -> object:
        try:
            data = opened(trips)
        except InvalidData as refused:
            found = [(g.rule, g.column, g.count, g.rows) for g in refused.findings.groups]
            if refused.findings.workspace is not None:
                refused.findings.workspace.close()
            return found
        read = [values(data, name, "trip") for name in ("origin", "target")], said(data)
        data.close()
        assert read[0] == [
            [r[n] if r[n] in ("a", "b") else None for r in rows] for n in ("origin", "target")
        ]
        return read

    assert outcome(rows) == outcome(pd.DataFrame(rows))
