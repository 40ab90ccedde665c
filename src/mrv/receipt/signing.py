"""Sign a receipt and check a signature: Ed25519, a DSSE envelope, an in-toto statement.

What is signed is the hash of ``receipt.json``, which stands for every member.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, NoReturn

from mrv.messages import Place, refuse, text
from mrv.receipt.canonical import canonical
from mrv.receipt.manifest import RECEIPT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

    from mrv.messages import Text

PAYLOAD_TYPE = "application/vnd.in-toto+json"
PREDICATE_TYPE = "urn:mrv:receipt:1"
_STATEMENT = "https://in-toto.io/Statement/v1"


@dataclass(frozen=True)
class SignatureFound:
    """What became of the signature of a receipt.

    Attributes:
        state: ``none``; ``good``, by a key that was named; ``unchecked``, where no key was named;
            ``unknown-key``, by another key than those named; ``bad``: it does not fit.
        key: identifier of the key: SHA-256 of its public bytes.
        file: the public key's file, where it was named.
        said: the same in words.
    """

    state: Literal["none", "good", "unchecked", "unknown-key", "bad"]
    key: str | None
    file: str | None
    said: Text


def new_key(private: Path, password: str | None = None) -> Path:
    """Make a key pair: the private key in a file that only its owner may read.

    Args:
        private: file of the private key (PKCS #8, PEM); the public key lies beside it as
            ``.pub``.
        password: encrypts the private key; None leaves it readable to whoever has the file.

    Returns:
        The file of the public key.

    Raises:
        Refused: ``key.exists`` if either file is there: a key is never overwritten.
    """
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = private.with_name(private.name + ".pub")
    for path in (private, public):
        if path.exists():
            refuse(
                "key.exists",
                text(f"文件“{path}”已存在，密钥不会被覆盖", f'"{path}" exists; keys are kept'),
                hint=text("请另起文件名。", "Choose another name."),
            )
    key = Ed25519PrivateKey.generate()
    lock: forms.KeySerializationEncryption = forms.NoEncryption()
    if password:
        lock = forms.BestAvailableEncryption(password.encode())
    body = key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, lock)
    _write_private(private, body)
    public.write_bytes(
        key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    )
    return public


def _write_private(path: Path, body: bytes) -> None:
    import os

    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        refuse(
            "call.key",
            text(f"无法把密钥写到“{path}”", f'the key cannot be written to "{path}"'),
            hint=text("请给出已有文件夹中的文件名。", "Name a file in a folder that exists."),
        )
    with os.fdopen(handle, "wb") as stream:
        stream.write(body)


def sign(sealed: str, private: Path, password: str | None = None) -> bytes:
    """Sign a receipt.

    Args:
        sealed: hash of ``receipt.json``.
        private: file of the private key.
        password: of the private key.

    Returns:
        The envelope, as canonical JSON.

    Raises:
        Refused: ``key.unreadable``, ``key.password``.
    """
    key = _private(private, password)
    statement = {
        "_type": _STATEMENT,
        "subject": [{"name": RECEIPT, "digest": {"sha256": sealed}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {},
    }
    payload = canonical(statement)
    signature = key.sign(_to_be_signed(payload))
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": key_id(key.public_key()), "sig": base64.b64encode(signature).decode()}
            ],
        }
    )


def check_signature(
    envelope: bytes | None, sealed: str, keys: Iterable[Path] = ()
) -> SignatureFound:
    """Check the signature of a receipt.

    Args:
        envelope: the signature member; None if there is none.
        sealed: hash of ``receipt.json`` as found.
        keys: files of public keys that are trusted.

    Raises:
        Refused: ``key.unreadable`` for a key file that holds no Ed25519 public key.
    """
    known = {key_id(key): (key, path) for path in keys for key in (_public(path),)}
    if envelope is None:
        return SignatureFound("none", None, None, text("没有签名", "it is not signed"))
    try:
        tree = json.loads(envelope)
        payload = base64.b64decode(tree["payload"], validate=True)
        (one,) = tree["signatures"]
        own, signature = str(one["keyid"]), base64.b64decode(one["sig"], validate=True)
        statement = json.loads(payload)
        (subject,) = statement["subject"]
        about = subject["digest"]["sha256"]
        sound = tree["payloadType"] == PAYLOAD_TYPE and statement["_type"] == _STATEMENT
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError):
        return _bad(None, text("签名格式无法读取", "the signature cannot be read"))
    if not sound or about != sealed or canonical(tree) != envelope:
        return _bad(own, text("签名不是对这份凭证作的", "the signature is not for this receipt"))
    if own not in known:
        return SignatureFound("unknown-key" if known else "unchecked", own, None, _unknown(own))
    key, path = known[own]
    if not _verifies(key, signature, payload):
        return _bad(own, text("签名与内容不符", "the signature does not fit the content"))
    return SignatureFound(
        "good", own, path.name,
        text(f"签名有效，密钥 {path.name}（{own[:16]}…）",
             f"signature good, key {path.name} ({own[:16]}...)"),
    )  # fmt: skip


def key_id(key: Ed25519PublicKey) -> str:
    """Return the identifier of a public key: SHA-256 of its 32 bytes."""
    return sha256(key.public_bytes_raw()).hexdigest()


def key_id_of(path: Path) -> str:
    """Return the identifier of the public key in a file."""
    return key_id(_public(path))


def _unknown(key: str) -> Text:
    return text(
        f"由密钥 {key[:16]}… 签名，未核对：请向签名人索取公钥，并以 --key 给出",
        f"signed by the key {key[:16]}..., not checked: get the public key from its holder and "
        "name it with --key",
    )


def _bad(key: str | None, said: Text) -> SignatureFound:
    return SignatureFound("bad", key, None, said)


def _verifies(key: Ed25519PublicKey, signature: bytes, payload: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, _to_be_signed(payload))
    except InvalidSignature:
        return False
    return True


def _to_be_signed(payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding (protocol.md of the DSSE specification, v1)."""
    kind = PAYLOAD_TYPE.encode()
    return b" ".join(
        (b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload)
    )


def _private(path: Path, password: str | None) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = forms.load_pem_private_key(path.read_bytes(), password.encode() if password else None)
    except TypeError:
        refuse(
            "key.password",
            text(
                f"密钥“{path.name}”有密码而未给出，或没有密码而给了密码",
                f'the key "{path.name}" needs a password, or has none and was given one',
            ),
            hint=text("用环境变量 MRV_KEY_PASSWORD 给出。", "Give it in MRV_KEY_PASSWORD."),
        )
    except (OSError, ValueError, UnsupportedAlgorithm):
        _unreadable(path)
    if not isinstance(key, Ed25519PrivateKey):
        _unreadable(path)
    return key


def _public(path: Path) -> Ed25519PublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = forms.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm):
        _unreadable(path)
    if not isinstance(key, Ed25519PublicKey):
        _unreadable(path)
    return key


def _unreadable(path: Path) -> NoReturn:
    if not path.exists():
        refuse("call.no-file", text(f"找不到密钥文件“{path}”", f'there is no key file "{path}"'))
    refuse(
        "key.unreadable",
        text(
            f"“{path.name}”不是可用的 Ed25519 密钥文件，或密码不对",
            f'"{path.name}" holds no Ed25519 key that can be read, or the password is wrong',
        ),
        Place(file=path.name),
        hint=text("密钥由 mrv key new 生成。", "Keys are made by mrv key new."),
    )
