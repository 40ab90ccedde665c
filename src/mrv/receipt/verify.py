"""Verify a receipt: open it, run it again, and judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.factors import open_store
from mrv.language.loading import load
from mrv.messages import Refused, text
from mrv.receipt.causes import effects, factor_causes, own_causes, rule_causes
from mrv.receipt.compare import compare_outputs, compare_tables, reported
from mrv.receipt.evidence import compare_evidence
from mrv.receipt.opened import open_receipt
from mrv.receipt.rerun import Basis, run_again, sealed_basis, stores_at_hand
from mrv.receipt.signing import check_signature
from mrv.receipt.verdict import Comparison, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity import Settings
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.messages import Text
    from mrv.receipt.evidence import Evidence
    from mrv.receipt.manifest import Reported
    from mrv.receipt.opened import Opened
    from mrv.receipt.verdict import Cause


@dataclass(frozen=True)
class Means:
    """What a verifier brings.

    Attributes:
        keys: public keys that are trusted.
        folders: own folders of methodologies, where published editions are looked for first.
        factors: own folders of factor releases.
        evidence: the verifier's own tables and the threshold of materiality.
        settings: threads and memory.
    """

    keys: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    factors: tuple[Path, ...] = ()
    evidence: Evidence | None = None
    settings: Settings | None = None


def verify(path: Path | str, means: Means | None = None) -> Verdict:
    """Judge a receipt.

    Args:
        path: the receipt.
        means: what the verifier brings; nothing if left out.

    Returns:
        The verdict. Whatever is wrong with the receipt is in it and is not raised.

    Raises:
        Refused: where the call itself is wrong: no such file, a key that cannot be read.
    """
    file = Path(path)
    try:
        with open_receipt(file) as opened:
            return _judge(opened, means or Means())
    except Refused as refused:
        own = ("receipt.",)
        if not all(one.rule.startswith(own) for one in refused.diagnostics):
            raise
        return Verdict(file.name, problems=tuple(refused.diagnostics))


def _judge(opened: Opened, means: Means) -> Verdict:
    receipt = opened.receipt
    signature = check_signature(opened.signature, opened.sealed, means.keys)
    notes: list[Text] = []
    stores = stores_at_hand(opened, means.factors)
    try:
        basis = sealed_basis(opened, stores)
        again = _again(opened, basis, means.settings)
    except Refused as refused:
        again = Comparison("sealed", (), None, (), tuple(refused.diagnostics))
        return Verdict(opened.path.name, (), receipt, opened.sealed, signature, again)
    published = _published(opened, basis, again, means, notes)
    against = None
    if means.evidence is not None:
        against = compare_evidence(opened, basis, means.evidence, means.settings)
    return Verdict(
        opened.path.name, (), receipt, opened.sealed, signature, again, published,
        against.inputs if against else (), against.comparison if against else None,
        against.material if against else (), tuple(notes),
    )  # fmt: skip


def _again(opened: Opened, basis: Basis, settings: Settings | None) -> Comparison:
    """Run with what the receipt holds and compare every value."""
    with run_again(opened, basis, settings=settings) as run:
        outputs = compare_outputs(outputs_of(opened), reported(run)) if _listed(opened) else []
        tables = compare_tables(opened, run)
        causes = own_causes(opened, run, outputs, tables)
        return Comparison("sealed", tuple(outputs), tables, causes)


def _listed(opened: Opened) -> bool:
    """Whether the receipt lists its results; those of a whole city stand in its tables only."""
    return bool(opened.receipt.outputs)


def outputs_of(opened: Opened) -> Sequence[Reported]:
    """Return the results of the report as sealed."""
    return opened.receipt.outputs


def _published(
    opened: Opened, basis: Basis, again: Comparison, means: Means, notes: list[Text]
) -> Comparison | None:
    """Run with rules and factors as published, where they are at hand, and say what differs."""
    rules = _published_rules(opened, basis, means.folders, notes)
    stores = _published_stores(opened, means.factors, notes)
    if rules is None or stores is None:
        return None
    if _same(opened, basis.methodology, rules, stores):
        # the same texts over the same factors and data: there is nothing left to run
        return replace(again, basis="published") if again.equal else None
    basis_now = Basis(rules, stores)
    causes: list[Cause] = rule_causes(basis.methodology, rules)
    try:
        with run_again(opened, basis_now, settings=means.settings) as run:
            causes += factor_causes(opened.receipt, run)
            outputs = compare_outputs(outputs_of(opened), reported(run)) if _listed(opened) else []
            tables = compare_tables(opened, run)
            shown = _with_effects(opened, basis, basis_now, causes, means.settings)
            return Comparison("published", tuple(outputs), tables, tuple(shown))
    except Refused as refused:
        return Comparison("published", (), None, tuple(causes), tuple(refused.diagnostics))


def _same(opened: Opened, sealed: Methodology, published: Methodology, store: Store) -> bool:
    """Tell whether published rules and factors are those that were sealed, word for word."""
    texts = [[d.text for d in (one.document, *one.modules)] for one in (sealed, published)]
    contents = [release.content for release in opened.receipt.releases]
    rows = {answer.row: answer.row_sha256 for answer in opened.receipt.answers}
    return (
        texts[0] == texts[1]
        and contents == [str(layer.facts["content_sha256"]) for layer in store.layers]
        and all(store.has(row) and store.get(row).row_hash == own for row, own in rows.items())
    )


def _with_effects(
    opened: Opened, sealed: Basis, published: Basis, causes: list[Cause], settings: Settings | None
) -> list[Cause]:
    """Tell the effect of factors apart from that of rules, by changing one at a time."""
    kinds = {cause.kind for cause in causes}
    found = list(causes)
    for kind, basis in (
        ("factor", Basis(sealed.methodology, published.store)),
        ("rule", Basis(published.methodology, sealed.store)),
    ):
        if kind not in kinds:
            continue
        try:
            with run_again(opened, basis, settings=settings) as run:
                did = effects(outputs_of(opened), run)
        except Refused:
            continue
        first = next(i for i, cause in enumerate(found) if cause.kind == kind)
        found[first] = replace(found[first], effects=did)
    return found


def _published_rules(
    opened: Opened, basis: Basis, folders: Sequence[Path], notes: list[Text]
) -> Methodology | None:
    """Load the edition as this library has it; None, with a note, where it has not."""
    from mrv.api import words

    rules = opened.receipt.methodology
    stated = {choice.name: choice.value for choice in opened.receipt.choices if choice.stated}
    try:
        return load(
            rules.name, edition=rules.edition, choices=stated, vocabularies=words(basis.store),
            folders=folders, every_choice=False,
        )  # fmt: skip
    except Refused as refused:
        reason = refused.diagnostics[0].what
        notes.append(
            text(
                f"未与发布的规则对照：{reason.zh}",
                f"not compared with published rules: {reason.en}",
            )
        )
        return None


def _published_stores(opened: Opened, factors: Sequence[Path], notes: list[Text]) -> Store | None:
    """Open the releases that the receipt names; None, with a note, where one is not at hand."""
    from mrv.factors.layers import layered

    found = []
    for release in opened.receipt.releases:
        try:
            store = open_store(release.name, factors)
        except Refused as refused:
            reason = refused.diagnostics[0].what
            notes.append(
                text(
                    f"未与发布的因子库对照：{reason.zh}",
                    f"not compared with published factors: {reason.en}",
                )
            )
            return None
        if str(store.facts["content_sha256"]) != release.content:
            notes.append(
                text(
                    f"本机的因子库版本 {release.name} 与封存时的同名版本内容不同",
                    f"the release {release.name} at hand is not the one of that name that was used",
                )
            )
        found.append(store)
    return found[0] if len(found) == 1 else layered(found)
