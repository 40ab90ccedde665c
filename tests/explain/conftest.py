"""A run of the made-up bakery, shared by the tests of explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bakery_runs import DATA, checked, execute

from mrv.factors import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.engine.finished import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology


@pytest.fixture(scope="session")
def store() -> Store:
    return open_store()


@pytest.fixture(scope="session")
def bakery(store: Store) -> Methodology:
    return checked(store)


@pytest.fixture(scope="session")
def baked(bakery: Methodology, store: Store) -> Iterator[Run]:
    with execute(bakery, DATA, store) as made:
        yield made
