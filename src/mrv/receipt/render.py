"""A verdict as text, for the screen and for the file of the verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.receipt.verdict import CAUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.messages import Lang, Text
    from mrv.receipt.compare import ColumnDifference, OutputPair
    from mrv.receipt.verdict import Comparison, Verdict

MOST = 20

BASES = {
    "sealed": text("用凭证内的规则和因子重算", "Run again with the sealed rules and factors"),
    "published": text("用已发布的规则和因子重算", "Run again with rules and factors as published"),
    "evidence": text("用核查方的数据重算", "Run again with the verifier's data"),
}


def render_verdict(verdict: Verdict, lang: Lang) -> str:
    """Write a verdict for reading.

    Args:
        verdict: what :func:`mrv.receipt.verify` found.
        lang: the language.
    """
    return "\n".join(_lines(verdict, lang)) + "\n"


def conclusion(verdict: Verdict) -> Text:
    """Say the verdict in one sentence."""
    if verdict.problems:
        return text("凭证不可信：文件本身有问题", "not upheld: the file is not what it should be")
    if verdict.upheld:
        return text("成立：数值由所封存的数据和规则得出", "upheld: the numbers follow")
    return text("不成立：有下列不符之处", "not upheld: see what differs below")


def _lines(verdict: Verdict, lang: Lang) -> Iterator[str]:
    yield f"{verdict.file}: {conclusion(verdict).in_(lang)}"
    for problem in verdict.problems:
        yield problem.render(lang)
    receipt = verdict.receipt
    if receipt is None:
        return
    rules = receipt.methodology
    yield text(
        f"方法学 {rules.name}  版本 {rules.edition}  核算期 {', '.join(receipt.periods)}  "
        f"单位 {receipt.organisations} 家",
        f"methodology {rules.name}  edition {rules.edition}  period {', '.join(receipt.periods)}  "
        f"organisations {receipt.organisations}",
    ).in_(lang)
    if rules.status not in {None, "in-force"}:
        yield text(
            f"*** 方法学状态为 {rules.status}：结果不能作为正式数据 ***",
            f"*** the methodology is {rules.status}: its results are not official ***",
        ).in_(lang)
    yield text(f"凭证散列 {verdict.sealed}", f"receipt hash {verdict.sealed}").in_(lang)
    if verdict.signature is not None:
        label = text("签名：", "signature: ").in_(lang)
        yield label + verdict.signature.said.in_(lang)
    yield from _failed_checks(verdict, lang)
    for comparison in (verdict.again, verdict.published):
        if comparison is not None:
            yield ""
            yield from _comparison(comparison, lang)
    yield from _evidence(verdict, lang)
    if verdict.notes:
        yield ""
        yield from (note.in_(lang) for note in verdict.notes)


def _failed_checks(verdict: Verdict, lang: Lang) -> Iterator[str]:
    receipt = verdict.receipt
    failed = [c for c in receipt.checks if c.severity == "error"] if receipt else []
    if failed:
        names = ", ".join(dict.fromkeys(check.name for check in failed))
        yield text(
            f"封存时有错误级检查未通过：{names}",
            f"checks of severity error had failed when it was sealed: {names}",
        ).in_(lang)


def _comparison(comparison: Comparison, lang: Lang) -> Iterator[str]:
    title = BASES[comparison.basis].in_(lang)
    if comparison.refused:
        yield f"{title}: " + text("无法重算", "it cannot be run").in_(lang)
        yield from (finding.render(lang) for finding in comparison.refused)
        return
    compared = ""
    if comparison.tables is not None:
        t = comparison.tables
        compared = text(
            f"（逐位对照 {t.rows} 行、{t.values} 个值）",
            f" ({t.rows} rows and {t.values} values compared to the bit)",
        ).in_(lang)
    same = text("全部相同", "all equal") if comparison.equal else text("有不同", "differences")
    yield f"{title}: {same.in_(lang)}{compared}"
    yield from _outputs(comparison, lang)
    for cause in comparison.causes:
        yield f"  {CAUSES[cause.kind].in_(lang)}: {cause.what.in_(lang)}"
        for effect in cause.effects[:MOST]:
            yield f"      {_whose(effect.output, effect.organisation, effect.period)}: " + _signed(
                effect.change, effect.unit
            )
    if comparison.tables is not None:
        for column in comparison.tables.columns[:MOST]:
            yield from _column(column, lang)
        if len(comparison.tables.columns) > MOST:
            more = len(comparison.tables.columns) - MOST
            yield text(f"  … 另有 {more} 列不同", f"  ... {more} more columns differ").in_(lang)


def _outputs(comparison: Comparison, lang: Lang) -> Iterator[str]:
    unlike = [pair for pair in comparison.outputs if not pair.equal]
    for pair in unlike[:MOST]:
        yield f"  {_whose(pair.name, pair.organisation, pair.period)}: {_change(pair, lang)}"
    if len(unlike) > MOST:
        more = len(unlike) - MOST
        yield text(f"  … 另有 {more} 个结果不同", f"  ... {more} more results differ").in_(lang)


def _change(pair: OutputPair, lang: Lang) -> str:
    missing = text("无", "none").in_(lang)
    old = missing if pair.old is None else repr(pair.old)
    new = missing if pair.new is None else repr(pair.new)
    unit = f" {pair.unit}" if pair.unit else ""
    if pair.same_value:
        old, new = f"{pair.old_rounded}", f"{pair.new_rounded}"
    change = f" ({_signed(pair.change, pair.unit)})" if pair.change else ""
    return f"{old} -> {new}{unit}{change}"


def _signed(change: float, unit: str | None) -> str:
    return f"{change:+.10g}" + (f" {unit}" if unit else "")


def _whose(name: str, organisation: str, period: str) -> str:
    return f"{name} [{', '.join(word for word in (organisation, period) if word)}]"


def _column(column: ColumnDifference, lang: Lang) -> Iterator[str]:
    yield "  " + text(
        f"{column.table} / {column.column}：{column.rows} 行不同",
        f"{column.table} / {column.column}: {column.rows} rows differ",
    ).in_(lang)
    for row in column.first:
        keys = ", ".join(f"{key}={value}" for key, value in row.keys)
        yield f"      {keys}: {row.old!r} -> {row.new!r}"


def _evidence(verdict: Verdict, lang: Lang) -> Iterator[str]:
    if verdict.evidence is None:
        return
    yield ""
    for one in verdict.inputs:
        yield text(
            f"表 {one.table}：{one.same} 行一致，{one.changed} 行数值不同，"
            f"{one.only_sealed} 行只在凭证中，{one.only_evidence} 行只在证据中",
            f"table {one.table}: {one.same} rows agree, {one.changed} have other values, "
            f"{one.only_sealed} only in the receipt, {one.only_evidence} only in the evidence",
        ).in_(lang)
        for keys, column, old, new in one.first:
            yield f"      {keys}: {column} {old} -> {new}"
    yield from _comparison(verdict.evidence, lang)
    for total in verdict.material:
        share = "-" if total.relative is None else f"{total.relative:.4%}"
        judged = text("超过", "above") if total.crossed else text("未超过", "within")
        yield text(
            f"{_whose(total.output, total.organisation, total.period)}：差异 {share}，"
            f"{judged.zh}重要性阈值 {total.threshold:.2%}",
            f"{_whose(total.output, total.organisation, total.period)}: off by {share}, "
            f"{judged.en} the materiality threshold of {total.threshold:.2%}",
        ).in_(lang)
