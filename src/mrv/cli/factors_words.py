"""How a factor row is put into words: never without its confidence and its GWP set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Collection

    from mrv.factors import FactorRow
    from mrv.messages import Lang

CONFIDENCE = {
    "seen": text("见过原文", "seen"),
    "transcribed": text("据转录", "transcribed"),
    "secondary": text("据二手资料", "secondary"),
    "recalled": text("凭记忆", "recalled"),
    "unverified": text("未经核实", "unverified"),
    "derived": text("由计算得出", "derived"),
}
LABELS = {
    "id": text("编号", "id"),
    "property": text("参数", "property"),
    "dataset": text("数据表", "dataset"),
    "key": text("品种", "key"),
    "key_kind": text("品种词表", "kind of key"),
    "classification": text("分类代码", "classification"),
    "name_zh": text("中文名", "Chinese name"),
    "name_en": text("英文名", "English name"),
    "value": text("数值", "value"),
    "unit": text("单位", "unit"),
    "substance": text("物质", "substance"),
    "gwp_set": text("GWP 版本", "GWP set"),
    "boundary": text("边界", "boundary"),
    "condition": text("条件", "condition"),
    "region": text("地区", "region"),
    "reference_from": text("数据年份自", "describes from"),
    "reference_to": text("数据年份至", "describes to"),
    "valid_from": text("可用自", "valid from"),
    "valid_to": text("可用至", "valid to"),
    "price_year": text("价格年份", "price year"),
    "published": text("发布日期", "published"),
    "document": text("文件", "document"),
    "clause": text("条款", "clause"),
    "source": text("出处", "source"),
    "publisher": text("发布者", "publisher"),
    "licence": text("许可", "licence"),
    "confidence": text("把握程度", "confidence"),
    "data_type": text("数据类型", "data type"),
    "quality": text("质量", "quality"),
    "uncertainty": text("不确定度", "uncertainty"),
    "status": text("状态", "status"),
    "supersedes": text("取代", "supersedes"),
    "part_of": text("所属合计", "part of"),
    "retrieved": text("查阅日期", "retrieved"),
    "conflict": text("矛盾之处", "conflict"),
    "note": text("说明", "note"),
    "row_hash": text("行哈希", "row hash"),
}
_NO_SET = text("不涉及", "none applies")
_UNSTATED = text("来源未注明", "not stated by the source")


def sure(row: FactorRow, lang: Lang) -> str:
    """Say how sure a value is."""
    return CONFIDENCE[row.confidence].in_(lang) if row.confidence in CONFIDENCE else row.confidence


def gwp(row: FactorRow, lang: Lang) -> str:
    """Say which GWP set a value depends on."""
    if row.gwp_set == "unstated":
        return _UNSTATED.in_(lang)
    return row.gwp_set or _NO_SET.in_(lang)


def name(row: FactorRow, lang: Lang) -> str:
    """Name what a row is about."""
    names = (row.name_zh, row.name_en) if lang == "zh" else (row.name_en, row.name_zh)
    return next((said for said in names if said), row.key)


def attributes(row: FactorRow, lang: Lang, columns: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return each filled attribute with its label; confidence and GWP set in any case.

    Args:
        row: the row.
        lang: the language.
        columns: the attributes wanted; all if empty.
    """
    found: list[tuple[str, str]] = []
    for column, label in LABELS.items():
        if columns and column not in columns:
            continue
        said = str(getattr(row, column))
        if column == "confidence":
            said = sure(row, lang)
        elif column == "gwp_set":
            said = gwp(row, lang)
        if said:
            found.append((label.in_(lang), said))
    return found


def plain(row: FactorRow) -> dict[str, Any]:
    """Return a row as plain data, with every column of the release."""
    from mrv.factors.row import COLUMNS

    return {column: getattr(row, column) for column in COLUMNS}
