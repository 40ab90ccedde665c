"""Secret keys appear as keyed hashes only: whatever the format, in findings, files and memory."""

from __future__ import annotations

import hmac
import subprocess
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_tables import YEAR, only, quantity, refusal

from mrv.activity import open_dataset
from mrv.activity.salt import TEST, Salt, new_salt, salt_of
from mrv.activity.sealed import SealedTable
from mrv.activity.sources import Source
from mrv.language.inputs import Column, Input
from mrv.messages import Refused

if TYPE_CHECKING:
    from pathlib import Path

SALT = Salt(bytes(range(32)))
OTHER = Salt(bytes(range(1, 33)))
USER = Input("user", ("user",), (Column("user", "text", secret=True),))
TRIP = only(
    Column("trip", "text"),
    Column("user", "text", secret=True),
    quantity("km", "km"),
    key=("trip",),
)
KEYS = ["13800000001", " 13800000002 ", "张三", "Zoe\u0308", "13800000001"]


def users(data: object, salt: Salt = SALT, **more: Any) -> list[str | None]:
    """The user column as every later step sees it, in the order of the rows."""
    dataset = open_dataset([TRIP], {"t": data}, periods=YEAR, salt=salt, units="declared", **more)
    values, missing = dataset.columns("t")["user"]
    dataset.close()
    return [None if gone else str(value) for value, gone in zip(values, missing, strict=True)]


def rows(keys: list[str]) -> list[dict[str, object]]:
    return [{"trip": str(n), "user": key, "km": 1.0} for n, key in enumerate(keys)]


def hashed(key: str) -> str:
    return hmac.digest(SALT.key, key.encode(), "sha256").hex()[:32]


def test_a_hash_is_hmac_sha256_of_the_tidied_text() -> None:
    assert users(rows(KEYS)) == [
        hashed("13800000001"), hashed("13800000002"), hashed("张三"), hashed("Zo\u00eb"),
        hashed("13800000001"),
    ]  # fmt: skip


def test_openssl_makes_the_same_hash() -> None:
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{SALT.key.hex()}"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, input=b"13800000001", capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no openssl here that makes an HMAC")
    assert done.stdout.decode().split()[-1][:32] == SALT.hashed("13800000001")


def written(folder: Path, kind: str, keys: list[str]) -> object:
    frame = pd.DataFrame(rows(keys))
    if kind == "pandas":
        return frame
    if kind == "categories":
        return frame.astype({"user": "category"})
    if kind == "arrow":
        return pa.Table.from_pandas(frame, preserve_index=False)
    path = folder / {"parquet": "t.parquet", "xlsx": "t.xlsx"}.get(kind, "t.csv")
    if kind == "parquet":
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, row_group_size=2)
    elif kind == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding="gb18030" if kind == "gb18030" else "utf-8")
    return path


@pytest.mark.parametrize(
    "kind", ["pandas", "categories", "arrow", "parquet", "csv", "gb18030", "xlsx"]
)
def test_hashes_do_not_depend_on_the_format(kind: str, tmp_path: Path) -> None:
    mapping = {"tables": {"t": {"encoding": "gb18030"}}} if kind == "gb18030" else None
    assert users(written(tmp_path, kind, KEYS), mapping=mapping) == users(rows(KEYS))


@pytest.mark.parametrize("numbers", [[7, 12], [7.0, 12.0]])
def test_a_number_is_hashed_as_the_text_that_a_person_would_type(numbers: list[object]) -> None:
    frame = pd.DataFrame({"trip": ["a", "b"], "user": numbers, "km": [1.0, 1.0]})
    assert users(frame) == [hashed("7"), hashed("12")]


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), st.randoms())
def test_hashes_do_not_depend_on_the_order(keys: list[str], dice: Any) -> None:
    keys = [f"u{key}" for key in keys]
    found = dict(zip(keys, users(rows(keys)), strict=True))
    shuffled = list(keys)
    dice.shuffle(shuffled)
    assert dict(zip(shuffled, users(rows(shuffled)), strict=True)) == found
    again = users(rows(keys), OTHER)
    assert not set(again) & set(found.values())
    assert len(set(again)) == len(set(found.values()))


def test_references_meet_the_key_they_name() -> None:
    trip = only(Column("rider", "text", refers_to="user", secret=True))
    inside = {"user": [{"user": "u1"}], "t": [{"rider": " u1"}]}
    open_dataset([USER, trip], inside, periods=YEAR, salt=SALT).close()
    refused = refusal(
        open_dataset, [USER, trip], {**inside, "t": [{"rider": "u1x"}]}, periods=YEAR, salt=SALT
    )
    (found,) = refused.diagnostics
    assert found.rule == "reference.absent"
    assert "u1" not in refused.findings.render("en")  # type: ignore[attr-defined]
    assert SALT.hashed("u1x") in refused.findings.render("zh")  # type: ignore[attr-defined]


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_findings_name_the_row_and_the_hash(made: Any, tmp_path: Path) -> None:
    table = only(Column("user", "text", secret=True), quantity("km", "km"), key=("user",))
    data = made([{"user": "13812345678", "km": 1}, {"user": "13812345678", "km": 2}])
    refused = refusal(open_dataset, [table], {"t": data}, periods=YEAR, salt=SALT, units="declared")
    findings = refused.findings  # type: ignore[attr-defined]
    (group,) = findings.groups
    assert group.rule == "key.duplicate"
    assert group.rows == ((1, hashed("13812345678")), (2, hashed("13812345678")))
    findings.write_parquet(tmp_path / "all.parquet")
    assert b"13812345678" not in (tmp_path / "all.parquet").read_bytes()


def test_missing_keys_are_missing_and_not_hashes() -> None:
    table = only(Column("user", "text", secret=True, optional=True), quantity("km", "km"))
    mapping = {"tables": {"t": {"columns": {"user": {"missing": ["n/a"]}}}}}
    data = [{"user": None, "km": 1}, {"user": "n/a", "km": 1}, {"user": " ", "km": 1}]
    dataset = open_dataset(
        [table], {"t": data}, periods=YEAR, salt=SALT, units="declared", mapping=mapping
    )
    assert dataset.columns("t")["user"][1].tolist() == [True, True, True]
    dataset.close()


@pytest.mark.parametrize("kind", ["csv", "gb18030", "parquet"])
def test_no_raw_key_lies_in_the_temporary_folder(kind: str, tmp_path: Path) -> None:
    keys = ["13812345678", "13887654321"]
    mapping = {"tables": {"t": {"encoding": "gb18030"}}} if kind == "gb18030" else None
    dataset = open_dataset(
        [TRIP], {"t": written(tmp_path, kind, keys)}, periods=YEAR, salt=SALT, units="declared",
        mapping=mapping,
    )  # fmt: skip
    staged = [path for path in dataset.workspace.folder.rglob("*") if path.is_file()]
    assert staged
    for path in staged:
        for batch in pq.ParquetFile(path).iter_batches():
            assert not any(key in str(batch.to_pylist()) for key in keys)
    dataset.close()


def test_without_a_salt_nothing_is_read() -> None:
    refused = refusal(open_dataset, [TRIP], {"t": rows(["u1"])}, periods=YEAR)
    (found,) = refused.diagnostics
    assert found.rule == "salt.missing"
    assert "mrv salt" in found.render("zh")
    assert "--salt-file" in found.render("en")


def test_a_table_of_hashes_needs_no_salt(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table({"_row": [4], "trip": ["a"], "user": [hashed("u1")], "km": [1.0]})
    pq.write_table(table, path)
    sealed = {"t": SealedTable(path, "t.csv")}
    assert Source(sealed["t"]).value is sealed["t"]
    dataset = open_dataset([TRIP], sealed, periods=YEAR, units="declared")
    assert dataset.columns("t")["user"][0].tolist() == [hashed("u1")]
    dataset.close()


@pytest.mark.parametrize(
    "asked",
    [
        {"columns": {"user": {"constant": "u1"}}},
        {"columns": {"user": {"values": {"a": "b"}}}},
        {"where": {"column": "user", "is": ["u1"]}},
        {"where": {"column": "user", "above": 3}},
    ],
)
def test_a_mapping_cannot_work_on_secret_keys(asked: dict[str, object]) -> None:
    refused = refusal(
        open_dataset, [TRIP], {"t": rows(["u1"])}, periods=YEAR, salt=SALT, units="declared",
        mapping={"tables": {"t": asked}},
    )  # fmt: skip
    assert {found.rule for found in refused.diagnostics} == {"mapping.secret"}


def test_rows_without_a_user_can_be_left_out() -> None:
    mapping = {"tables": {"t": {"where": {"column": "user", "missing": False}}}}
    assert len(users(rows(["u1", "", "u2"]), mapping=mapping)) == 2


def test_keys_of_no_readable_kind_are_refused() -> None:
    table = pa.table({"trip": ["a"], "user": [[1, 2]], "km": [1.0]})
    refused = refusal(open_dataset, [TRIP], {"t": table}, periods=YEAR, salt=SALT)
    assert [found.rule for found in refused.diagnostics] == ["column.kind"]


def test_a_new_salt_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "users.salt"
    new_salt(path)
    assert path.stat().st_mode & 0o777 == 0o600
    first = salt_of(path)
    assert first is not None
    assert len(first.key) == 32
    with pytest.raises(Refused) as refused:
        new_salt(path)
    assert refused.value.diagnostics[0].rule == "salt.exists"
    assert salt_of(path) == first
    assert salt_of(None, {"MRV_SALT": path.read_text()}) == first
    assert salt_of(None, {}) is None


@pytest.mark.parametrize(
    ("given_salt", "rule"),
    [
        ("not hexadecimal at all, a word of 40 letters", "salt.digits"),
        ("abcdef", "salt.digits"),
        ("00" * 32, "salt.public"),
        (TEST.key.hex(), "salt.public"),
    ],
)
def test_what_is_no_salt_is_refused_and_not_repeated(given_salt: str, rule: str) -> None:
    with pytest.raises(Refused) as refused:
        salt_of(given_salt)
    (found,) = refused.value.diagnostics
    assert found.rule == rule
    assert given_salt not in found.render("en") + found.render("zh")


def test_a_salt_does_not_show_itself() -> None:
    assert SALT.key.hex() not in repr(SALT)
    assert SALT.fingerprint != OTHER.fingerprint
