"""Runs of the made-up bakery with a few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.engine.run import run
from mrv.language import load, parse_period

if TYPE_CHECKING:
    from mrv.engine.finished import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology

BAKERY = "tests/toy/bakery.yaml"
DAY = "2024-01-02"
DATA: dict[str, list[dict[str, str]]] = {
    "shop": [
        {"shop": "A", "kind": "corner", "floor": "50 m2"},
        {"shop": "B", "kind": "factory", "floor": "500 m2", "rival": "A"},
    ],
    "oven": [
        {"oven": "o1", "home": "A", "rated": "12 kW"},
        {"oven": "o2", "home": "B", "rated": "500 kW"},
    ],
    "firing": [
        {
            "oven": "o1", "month": "2024-01", "fuel": "diesel",
            "burned": "10 t", "ncv_measured": "42.0 GJ/t",
        },
        {"oven": "o2", "month": "2024-01", "fuel": "柴油", "burned": "500 kg"},
    ],
    "sales": [{"shop": "A", "month": "2024-01", "bread": "3 t"}],
    "delivery": [
        {
            "ride": ride, "shop": "A", "user": user, "start": f"{DAY} {hour}:00:00",
            "end": f"{DAY} {hour + 1}:00:00", "distance": distance, "tested": tested,
        }
        for ride, user, hour, distance, tested in (
            ("1", "u", 10, "25 km", "yes"),
            ("2", "u", 12, "25 km", "yes"),
            ("3", "v", 12, "9 km", "no"),
        )
    ],
    "history": [{"year": "2023", "emission": "5 t"}],
}  # fmt: skip


def checked(store: Store, **choices: str) -> Methodology:
    words = {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
    return load(BAKERY, vocabularies=words, choices=choices)


def execute(methodology: Methodology, data: Any, store: Store, *labels: str) -> Run:
    periods = [parse_period(label) for label in labels or ("2024",)]
    return run(methodology, data, periods=periods, store=store)
