"""The folders that people edit are found in a checkout and in an installed package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mrv import resources
from mrv.messages import Refused

if TYPE_CHECKING:
    from pathlib import Path


def test_a_checkout_has_its_own_folders() -> None:
    here = resources.folder("factors")
    assert (here / "sources").is_dir()
    assert (here.parent / "pyproject.toml").is_file()


def test_an_installed_package_carries_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "mrv"
    (package / "_data" / "factors").mkdir(parents=True)
    (tmp_path / "factors").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.folder("factors") == package / "_data" / "factors"


def test_a_stranger_s_folder_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "factors").mkdir()
    package = tmp_path / "site-packages" / "mrv"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    with pytest.raises(Refused, match=r"install\.folder-missing"):
        resources.folder("factors")


def test_an_unknown_folder_is_refused() -> None:
    with pytest.raises(Refused, match='"factors"') as caught:
        resources.folder("factor")
    assert caught.value.exit_code == 2
