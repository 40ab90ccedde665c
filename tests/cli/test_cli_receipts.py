"""Receipts as a user meets them: seal, verify, sample, impact, forensics, explain, keys."""

from __future__ import annotations

import csv
import json

import pytest

LANGS = ("en", "zh")


@pytest.fixture
def sealed(mrv, rule, data, tmp_path):
    path = tmp_path / "a.mrv"
    said = mrv("seal", rule, "--data", data, "--period", "2025", "--out", path)
    assert said.code == 0, said
    return path


@pytest.fixture
def key(mrv, tmp_path):
    path = tmp_path / "company.key"
    assert mrv("key", "new", path).code == 0
    return path


def test_seal_and_run_with_seal_write_the_same_file(run, sealed, tmp_path):
    said = run("--seal", tmp_path / "b.mrv")
    assert said.code == 0
    assert "sealed as" in said.err
    assert "Boats" in said.out
    assert (tmp_path / "b.mrv").read_bytes() == sealed.read_bytes()


def test_a_run_that_is_refused_leaves_no_receipt(mrv, rule, data, tmp_path):
    (data / "fuel_use.csv").write_text("ship,month,fuel,burned [t]\nA,2025-01,diesel,much\n")
    said = mrv("seal", rule, "--data", data, "--period", "2025", "--out", tmp_path / "x.mrv")
    assert said.code == 1
    assert not list(tmp_path.glob("*.mrv*"))


def test_a_failed_check_is_sealed_and_said(mrv, rule, data, tmp_path):
    (data / "fuel_use.csv").write_text("ship,month,fuel,burned [t]\nA,2025-01,diesel,1000\n")
    path = tmp_path / "x.mrv"
    said = mrv("seal", rule, "--data", data, "--period", "2025", "--out", path)
    assert said.code == 1
    assert "do not use the results" in said.err
    assert path.is_file()


@pytest.fixture
def never_run(monkeypatch):
    """Fail where anything would be computed."""
    monkeypatch.setattr("mrv.cli.cmd_seal.do_run", pytest.fail)
    monkeypatch.setattr("mrv.cli.cmd_run.do_run", pytest.fail)


@pytest.mark.usefixtures("never_run")
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("out", ["no/such/x.mrv", "data"])
def test_a_receipt_that_cannot_be_written_is_said_before_anything_is_computed(
    mrv, rule, data, lang, out
):
    folder = rule.parent
    before = sorted(folder.rglob("*"))
    for words in (("seal", "--out"), ("run", "--seal")):
        said = mrv(
            words[0], rule, "--data", data, "--period", "2025", words[1], folder / out,
            "--lang", lang,
        )  # fmt: skip
        assert said.code == 2
        assert "call.seal" in said.err
    assert sorted(folder.rglob("*")) == before


@pytest.mark.usefixtures("never_run")
def test_a_key_that_cannot_sign_is_said_before_anything_is_computed(mrv, rule, data, tmp_path):
    words = ("seal", rule, "--data", data, "--period", "2025", "--out", tmp_path / "x.mrv")
    missing = mrv(*words, "--key", tmp_path / "none.key")
    assert (missing.code, "there is no key file" in missing.err) == (2, True)
    wrong = mrv(*words, "--key", rule)
    assert (wrong.code, "key.unreadable" in wrong.err) == (1, True)
    assert not (tmp_path / "x.mrv").exists()


def test_a_key_without_a_seal_is_a_wrong_call(run, key):
    said = run("--key", key)
    assert said.code == 2
    assert "--seal" in said.err


def test_signed_checked_and_verified(mrv, rule, data, key, sealed):
    signed = key.parent / "s.mrv"
    words = ("--data", data, "--period", "2025", "--out", signed, "--key", key)
    said = mrv("seal", rule, *words)
    assert "signed" in said.err
    public = f"{key}.pub"
    good = mrv("key", "check", signed, public)
    assert (good.code, "signature good" in good.out) == (0, True)
    assert mrv("key", "check", sealed, public).code == 1
    assert mrv("verify", signed, "--key", public).code == 0
    mrv("key", "new", key.parent / "other.key")
    assert mrv("key", "check", signed, key.parent / "other.key.pub").code == 1
    assert mrv("key", "show", public).out == mrv("key", "show", public).out != ""


def test_a_key_is_never_overwritten(mrv, key):
    before = key.read_bytes()
    said = mrv("key", "new", key)
    assert said.code == 1
    assert "key.exists" in said.err
    assert key.read_bytes() == before


def test_a_key_with_a_password_needs_it(mrv, rule, data, tmp_path, monkeypatch):
    key = tmp_path / "locked.key"
    monkeypatch.setenv("MRV_KEY_PASSWORD", "swordfish")
    assert "no password" not in mrv("key", "new", key).err
    words = ("seal", rule, "--data", data, "--period", "2025", "--out", tmp_path / "x.mrv")
    assert mrv(*words, "--key", key).code == 0
    monkeypatch.delenv("MRV_KEY_PASSWORD")
    said = mrv(*words, "--key", key)
    assert said.code == 1
    assert "MRV_KEY_PASSWORD" in said.err
    assert "swordfish" not in said.err


@pytest.mark.parametrize(("lang", "words"), [("en", "upheld: the numbers follow"), ("zh", "成立")])
def test_a_verdict_in_text_json_and_html(mrv, sealed, tmp_path, lang, words):
    said = mrv("verify", sealed, "--lang", lang)
    assert (said.code, words in said.out) == (0, True)
    plain = mrv("verify", sealed, "--format", "json", "--lang", lang)
    assert json.loads(plain.out)["upheld"] is True
    page = tmp_path / "v.html"
    done = mrv("verify", sealed, "--format", "html", "--out", page, "--lang", lang)
    assert (done.code, done.out) == (0, "")
    assert words in page.read_text("utf-8")


def test_a_receipt_that_was_changed_is_not_upheld(mrv, sealed, tmp_path):
    body = bytearray(sealed.read_bytes())
    body[len(body) // 2] ^= 1
    path = tmp_path / "bad.mrv"
    path.write_bytes(body)
    said = mrv("verify", path)
    assert said.code == 1
    assert "not upheld" in said.out


def test_evidence_of_the_verifier(mrv, sealed, data):
    words = ("verify", sealed, "--against", data, "--materiality", "5%")
    assert mrv(*words).code == 0
    text = (data / "fuel_use.csv").read_text("utf-8")
    (data / "fuel_use.csv").write_text(text.replace("fuel-oil,30", "fuel-oil,60"))
    said = mrv(*words)
    assert said.code == 1
    assert "burned" in said.out
    for word in ("500%", "zero", "-1%"):
        bad = mrv("verify", sealed, "--against", data, f"--materiality={word}")
        assert (bad.code, "call.share" in bad.err) == (2, True)
    alone = mrv("verify", sealed, "--materiality", "5%")
    assert (alone.code, "--against" in alone.err) == (2, True)


COMMANDS = [
    ("verify",), ("sample", "--seed", "s"), ("forensics",), ("explain", "--of", "total"),
    ("impact", "sealed", "choice:scope=large", "--on"), ("key", "check"),
]  # fmt: skip


def with_file(command, path):
    """Put a receipt where the command wants it."""
    if command[0] == "impact":
        return (*command, path)
    if command[0] == "key":
        return (*command, path, path)
    return (command[0], path, *command[1:])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_such_file(mrv, tmp_path, command, lang):
    said = mrv(*with_file(command, tmp_path / "none.mrv"), "--lang", lang)
    assert said.code == 2
    assert "call.no-file" in said.err
    assert ("没有" in said.err or "找不到" in said.err) == (lang == "zh")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"methodology: x\n" * 100])
def test_what_is_no_receipt(mrv, tmp_path, command, body):
    path = tmp_path / "x.mrv"
    path.write_bytes(body)
    said = mrv(*with_file(command, path))
    assert said.code == 1
    assert "receipt." in said.out + said.err
    assert "x.mrv" in said.out + said.err


@pytest.mark.parametrize("command", COMMANDS[:2], ids=lambda command: command[0])
def test_a_folder_is_no_receipt(mrv, data, command):
    said = mrv(*with_file(command, data))
    assert said.code == 2
    assert "is a folder" in said.err


@pytest.mark.parametrize("lang", LANGS)
def test_a_sample_is_planned_filled_in_and_judged(mrv, sealed, tmp_path, lang):
    words = ("sample", sealed, "--seed", "2026-天津-07", "--lang", lang)
    shown = mrv(*words)
    assert shown.code == 0
    assert "2026-天津-07" in shown.out
    assert mrv(*words).out == shown.out
    plan = tmp_path / "plan.csv"
    assert mrv(*words, "--format", "csv", "--out", plan).code == 0
    rows = list(csv.DictReader(plan.read_text("utf-8").splitlines()))
    assert {row["table"] for row in rows} == {"fuel_use"}
    empty = mrv(*words, "--findings", plan)
    assert empty.code == 1  # nothing was checked yet
    for right, code in (("ok", 0), ("0.5", 1)):
        with plan.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0])
            writer.writeheader()
            writer.writerows(row | {"right": right} for row in rows)
        said = mrv(*words, "--findings", plan)
        assert said.code == code, said
    plain = json.loads(mrv(*words, "--findings", plan, "--format", "json").out)
    assert plain["evaluation"]["wrong"] == len(rows)
    assert plain["evaluation"]["acceptable"] is False


@pytest.mark.parametrize(
    ("more", "wanted", "code"),
    [
        (("--materiality", "zero"), "call.share", 2),
        (("--confidence", "100%"), "call.sample", 2),
        (("--materiality", "0"), "call.sample", 2),
        (("--of", "totl"), "call.unknown-formula", 2),
        (("--of", "by_ship"), "call.unknown-formula", 2),
        (("--findings", "none.csv"), "call.no-file", 2),
        (("--format", "xml"), "", 2),
    ],
)
def test_wrong_words_for_a_sample(mrv, sealed, more, wanted, code):
    said = mrv("sample", sealed, "--seed", "s", *more)
    assert said.code == code
    assert wanted in said.err
    assert not said.out


def test_a_sample_needs_a_seed(mrv, sealed):
    said = mrv("sample", sealed)
    assert said.code == 2
    assert "--seed" in said.err


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "results that change: 1"), ("zh", "1 个结果有变")]
)
def test_the_impact_of_a_choice(mrv, sealed, tmp_path, lang, words):
    call = ("impact", "sealed", "choice:scope=large", "--on", sealed, "--lang", lang)
    said = mrv(*call)
    assert said.code == 0
    assert words in said.out
    table = tmp_path / "impact.csv"
    assert mrv(*call, "--format", "csv", "--out", table).code == 0
    (row,) = csv.DictReader(table.read_text("utf-8").splitlines())
    assert (row["result"], row["unit"]) == ("total", "t CO2")
    assert float(row["change"]) == pytest.approx(float(row["new"]) - float(row["old"]))
    assert json.loads(mrv(*call, "--format", "json").out)["receipts"] == 1


def test_an_empty_folder_and_a_folder_with_a_broken_receipt(mrv, sealed, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    call = ("impact", "sealed", "choice:scope=large", "--on")
    said = mrv(*call, empty)
    assert (said.code, "no receipt in the folder" in said.err) == (2, True)
    (empty / "good.mrv").write_bytes(sealed.read_bytes())
    (empty / "half.mrv").write_bytes(sealed.read_bytes()[:5000])
    said = mrv(*call, empty)
    assert said.code == 1
    assert "cannot be run: half.mrv" in said.out
    assert "good.mrv" in said.out


@pytest.mark.parametrize("word", ["colour:", "choice:x", "no.yaml"])
def test_a_basis_that_is_none(mrv, sealed, word):
    assert mrv("impact", "sealed", word, "--on", sealed).code == 2


@pytest.mark.parametrize("lang", LANGS)
def test_forensics_on_data_and_on_a_receipt(mrv, rule, data, tmp_path, lang):
    lines = ["ship,month,fuel,burned [t]"]
    lines += [f"A,2025-{m:02},diesel,{100 + m * m * 1.37:.2f}" for m in range(1, 13)]
    lines += [f"B,2025-{m:02},diesel,{9000 if m == 6 else 90 + m % 5:.1f}" for m in range(1, 13)]
    (data / "fuel_use.csv").write_text("\n".join(lines) + "\n")
    words = (rule, "--data", data, "--period", "2025")
    said = mrv("forensics", *words, "--look", "jumps", "--lang", lang)
    assert said.code == 0
    assert "jumps" in said.out
    receipt = tmp_path / "x.mrv"
    mrv("seal", *words, "--out", receipt)
    again = mrv("forensics", receipt, "--look", "jumps", "--lang", lang)
    assert again.out == said.out
    (one,) = json.loads(mrv("forensics", receipt, "--look", "jumps", "--format", "json").out)
    assert (one["kind"], one["table"]) == ("jumps", "fuel_use")


@pytest.mark.parametrize(
    ("more", "wanted"),
    [(("--look", "jump"), "call.unknown-pattern"), (("--table", "fuel"), "call.unknown-table")],
)
def test_forensics_that_do_not_exist(mrv, sealed, more, wanted):
    said = mrv("forensics", sealed, *more)
    assert said.code == 2
    assert wanted in said.err
    assert "Did you mean" in said.err


def test_nothing_found_is_said_and_no_proof(mrv, sealed):
    said = mrv("forensics", sealed)
    assert (said.code, said.out) == (0, "")
    assert "does not prove" in said.err


@pytest.mark.parametrize("lang", LANGS)
def test_an_explanation_from_a_receipt_alone(mrv, sealed, rule, data, lang):
    rule.unlink()
    for path in data.iterdir():
        path.unlink()
    said = mrv("explain", sealed, "--of", "total", "--lang", lang)
    assert said.code == 0
    assert "fuel_use" in said.out
    page = sealed.parent / "why.html"
    assert mrv("explain", sealed, "--of", "total", "--format", "html", "--out", page).code == 0
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert mrv("explain", sealed, "--of", "total", "--format", "sql").out.startswith("WITH")
    assert mrv("explain", sealed, "--of", "totl").code == 2


@pytest.mark.parametrize("command", ["verify", "sample", "impact", "explain"])
def test_a_file_that_cannot_be_written_leaves_nothing_behind(mrv, sealed, tmp_path, command):
    words = {
        "verify": ("verify", sealed),
        "sample": ("sample", sealed, "--seed", "s"),
        "impact": ("impact", "sealed", "choice:scope=large", "--on", sealed),
        "explain": ("explain", sealed, "--of", "total"),
    }[command]
    before = sorted(tmp_path.rglob("*"))
    for out in (tmp_path / "no" / "x.txt", tmp_path):
        said = mrv(*words, "--out", out)
        assert (said.code, "call.out" in said.err) == (2, True), said
    assert sorted(tmp_path.rglob("*")) == before
