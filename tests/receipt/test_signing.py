"""Signatures: good by the right key, and named for what they are otherwise."""

from __future__ import annotations

import base64
import json
import stat
from typing import TYPE_CHECKING

import pytest
from sealed_runs import bake, members, put_together

from mrv.messages import Refused
from mrv.receipt import Means, Signing, check_signature, key_id_of, new_key, seal, sign, verify
from mrv.receipt.canonical import canonical
from mrv.receipt.manifest import SIGNATURE

if TYPE_CHECKING:
    from pathlib import Path

HASH = "ab" * 32


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("firm", "other"):
        new_key(folder / name)
    return folder


@pytest.fixture(scope="module")
def signed(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("signed") / "x.mrv"
    with bake() as run:
        seal(run, path, signed=Signing(keys / "firm"))
    return path


def test_a_private_key_is_for_its_owner_only(keys: Path) -> None:
    assert stat.S_IMODE((keys / "firm").stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_a_key_is_never_overwritten(keys: Path) -> None:
    before = (keys / "firm").read_bytes()
    with pytest.raises(Refused) as refused:
        new_key(keys / "firm")
    assert refused.value.diagnostics[0].rule == "key.exists"
    assert (keys / "firm").read_bytes() == before


def test_a_good_signature(signed: Path, keys: Path) -> None:
    verdict = verify(signed, Means(keys=(keys / "other.pub", keys / "firm.pub")))
    assert verdict.upheld
    assert verdict.signature is not None
    assert (verdict.signature.state, verdict.signature.file) == ("good", "firm.pub")
    assert verdict.signature.key == key_id_of(keys / "firm.pub")


def test_without_a_key_it_is_not_checked_and_says_so(signed: Path) -> None:
    verdict = verify(signed)
    assert verdict.upheld
    assert verdict.signature is not None
    assert verdict.signature.state == "unchecked"


def test_a_signature_by_another_key(signed: Path, keys: Path) -> None:
    verdict = verify(signed, Means(keys=(keys / "other.pub",)))
    assert not verdict.upheld
    assert verdict.signature is not None
    assert verdict.signature.state == "unknown-key"


def test_a_receipt_altered_after_signing(signed: Path, keys: Path, tmp_path: Path) -> None:
    path = put_together(signed, tmp_path / "y.mrv", say=lambda tree: tree["notes"].clear() or
                        tree["software"].update(mrv="9"))  # fmt: skip
    verdict = verify(path, Means(keys=(keys / "firm.pub",)))
    assert verdict.signature is not None
    assert verdict.signature.state == "bad"
    assert not verdict.upheld


def test_a_signature_moved_from_another_receipt(signed: Path, keys: Path, tmp_path: Path) -> None:
    with bake(gases="all") as run:
        seal(run, tmp_path / "other.mrv", signed=Signing(keys / "firm"))
    stolen = members(tmp_path / "other.mrv")[SIGNATURE]
    path = put_together(signed, tmp_path / "y.mrv", swap={SIGNATURE: stolen})
    verdict = verify(path, Means(keys=(keys / "firm.pub",)))
    assert verdict.signature is not None
    assert verdict.signature.state == "bad"


def test_a_forged_key_identifier(keys: Path) -> None:
    envelope = json.loads(sign(HASH, keys / "other"))
    envelope["signatures"][0]["keyid"] = key_id_of(keys / "firm.pub")
    found = check_signature(canonical(envelope), HASH, [keys / "firm.pub"])
    assert found.state == "bad"


def test_any_other_byte_in_the_envelope(keys: Path) -> None:
    envelope = sign(HASH, keys / "firm")
    for place in range(0, len(envelope), 5):
        altered = bytearray(envelope)
        altered[place] ^= 1
        state = check_signature(bytes(altered), HASH, [keys / "firm.pub"]).state
        assert state in {"bad", "unknown-key"}


def test_the_statement_is_one_of_in_toto(keys: Path) -> None:
    envelope = json.loads(sign(HASH, keys / "firm"))
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert statement["subject"] == [{"name": "receipt.json", "digest": {"sha256": HASH}}]


def test_a_password(tmp_path: Path) -> None:
    new_key(tmp_path / "k", "secret")
    assert b"ENCRYPTED" in (tmp_path / "k").read_bytes()
    assert (
        check_signature(sign(HASH, tmp_path / "k", "secret"), HASH, [tmp_path / "k.pub"]).state
        == "good"
    )
    for password, rule in ((None, "key.password"), ("wrong", "key.unreadable")):
        with pytest.raises(Refused) as refused:
            sign(HASH, tmp_path / "k", password)
        assert refused.value.diagnostics[0].rule == rule


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"]
)
def test_a_file_that_is_no_key(signed: Path, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "k.pub").write_bytes(body)
    with pytest.raises(Refused) as refused:
        verify(signed, Means(keys=(tmp_path / "k.pub",)))
    assert refused.value.diagnostics[0].rule == "key.unreadable"
