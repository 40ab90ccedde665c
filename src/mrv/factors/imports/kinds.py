"""The kinds of files that can be imported, and how a file is told to be one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.factors.imports import (
    agribalyse,
    base_carbone,
    cpcd,
    defra,
    electricity,
    epa_hub,
    epa_supply_chain,
    fuels,
    openlca,
    own,
    pact,
)
from mrv.factors.imports.cells import fold_header, plain
from mrv.factors.imports.files import with_header
from mrv.messages import Place, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from mrv.factors.imports.collector import Collector, Publisher
    from mrv.factors.imports.files import Grid, Table
    from mrv.messages import Text


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        name: how it is called in a command.
        title: what it is.
        publisher: who issues it and on what terms.
        form: table, or json.
        columns: for tables, the sets of columns of which one must be there.
        reader: turns the content into rows.
    """

    name: str
    title: Text
    publisher: Publisher
    form: str
    reader: Callable[[Any, Collector], None]
    columns: tuple[tuple[str, ...], ...] = ()


_KINDS = (
    Kind("defra", text("英国政府换算因子平面文件", "UK government conversion factors, flat file"),
         defra.PUBLISHER, "table", defra.read_rows, defra.COLUMNS),
    Kind("base-carbone", text("法国 ADEME Base Carbone", "Base Carbone of ADEME, France"),
         base_carbone.PUBLISHER, "table", base_carbone.read_rows, base_carbone.COLUMNS),
    Kind("agribalyse", text("AGRIBALYSE 食品汇总表", "AGRIBALYSE, summary of foods"),
         agribalyse.PUBLISHER, "table", agribalyse.read_rows, agribalyse.COLUMNS),
    Kind("epa-supply-chain", text("美国 EPA 供应链因子", "US EPA supply chain factors"),
         epa_supply_chain.PUBLISHER, "table", epa_supply_chain.read_rows,
         epa_supply_chain.COLUMNS),
    Kind("epa-hub", text("美国 EPA 因子集 JSON", "US EPA emission factor hub, JSON"),
         epa_hub.PUBLISHER, "json", epa_hub.read_rows),
    Kind("ember", text("Ember 各国电力强度", "Ember, electricity by country"),
         electricity.EMBER, "table", electricity.read_ember, electricity.EMBER_COLUMNS),
    Kind("owid", text("OWID 各国电力强度", "Our World in Data, electricity by country"),
         electricity.OWID, "table", electricity.read_owid, electricity.OWID_COLUMNS),
    Kind("ifi-grid", text("IFI 默认电网边际因子", "IFI default grid factors"),
         electricity.IFI, "table", electricity.read_ifi, electricity.IFI_COLUMNS),
    Kind("ghg-protocol", text("GHG Protocol 燃料因子", "GHG Protocol fuel factors per kWh"),
         fuels.GHG_PROTOCOL, "table", fuels.read_ghg_protocol, fuels.GHG_PROTOCOL_COLUMNS),
    Kind("ipcc", text("IPCC 默认热值与含碳量", "IPCC default calorific values and carbon contents"),
         fuels.IPCC, "table", fuels.read_ipcc, fuels.IPCC_COLUMNS),
    Kind("cpcd", text("CPCD 网站导出", "CPCD web export"),
         cpcd.PUBLISHER, "table", cpcd.read_rows, cpcd.COLUMNS),
    Kind("openlca", text("openLCA JSON-LD", "openLCA JSON-LD"),
         openlca.PUBLISHER, "json", openlca.read_rows),
    Kind("own", text("本库各列的表", "a table in the columns of this store"),
         own.PUBLISHER, "table", own.read_rows, own.COLUMNS),
    Kind("pact", text("PACT 产品碳足迹（v2、v3）", "PACT product footprints (v2, v3)"),
         pact.PUBLISHER, "json", pact.read_rows),
)  # fmt: skip


def kinds() -> dict[str, Kind]:
    """Return every kind by its name.

    Example:
        >>> kinds()["defra"].publisher.licence
        'OGL-UK-3.0'
    """
    return {kind.name: kind for kind in _KINDS}


def kind_named(name: str) -> Kind:
    """Return a kind.

    Raises:
        Refused: ``call.unknown-kind`` with the nearest names.
    """
    found = kinds().get(name)
    if found is not None:
        return found
    what = text(f"没有“{name}”这种导入", f'there is no kind of import "{name}"')
    return refuse("call.unknown-kind", what, hint=did_you_mean(name, kinds()))


def detect_table(grid: Grid, wanted: str | None) -> tuple[Kind, Table, Text]:
    """Tell what a table is by its columns.

    Args:
        grid: the cells.
        wanted: the kind that the user names; None tries all.

    Raises:
        Refused: ``import.kind-unknown``, ``import.kind-ambiguous`` or ``import.schema``.
    """
    if wanted is not None:
        kind = kind_named(wanted)
        table = _fitting(kind, grid)
        if table is None:
            return _misses(kind, grid)
        return kind, table, text(f"按指定的 {wanted} 读取", f"read as {wanted}, as asked for")
    tables = {kind.name: _fitting(kind, grid) for kind in _KINDS if kind.form == "table"}
    hits = {name: table for name, table in tables.items() if table is not None}
    if len(hits) == 1:
        name, table = next(iter(hits.items()))
        kind = kinds()[name]
        shown = ", ".join(_matched(kind, table)[:4])
        reason = text(
            f"识别为 {name}（{kind.title.zh}）：有列 {shown}",
            f"taken for {name} ({kind.title.en}): it has the columns {shown}",
        )
        return kind, table, reason
    place = Place(file=grid.file, line=1)
    hint = text("可导入：" + "、".join(kinds()), "Known kinds: " + ", ".join(kinds()))
    if hits:
        names = ", ".join(hits)
        what = text(f"符合不止一种：{names}", f"it fits more than one kind: {names}")
        refuse("import.kind-ambiguous", what, place, hint=hint)
    heads = ", ".join(plain(cell) for cell in grid.rows[0] if plain(cell))[:300]
    what = text(f"认不出这是哪种表；首行：{heads}", f"no kind of table fits; first row: {heads}")
    return refuse("import.kind-unknown", what, place, hint=hint)


def _matched(kind: Kind, table: Table) -> tuple[str, ...]:
    for columns in kind.columns:
        if all(fold_header(name) in table.columns for name in columns):
            return columns
    return ()


def _fitting(kind: Kind, grid: Grid) -> Table | None:
    for columns in kind.columns:
        table = with_header(grid, columns)
        if table is not None:
            return table
    return None


def _misses(kind: Kind, grid: Grid) -> NoReturn:
    """Refuse a table that lacks columns of the kind that the user named."""
    if kind.form != "table":
        what = text(f"{kind.name} 不是表格", f"{kind.name} is no table")
        refuse("import.schema", what, Place(file=grid.file))
    best = max(grid.rows[:15], key=lambda row: len(_common(kind.columns[0], row)), default=())
    lost = [name for name in kind.columns[0] if name not in _common(kind.columns[0], best)]
    what = text(
        f"不是 {kind.name} 的表：缺少列 {'、'.join(lost)}",
        f"this is no {kind.name} table: columns missing: {', '.join(lost)}",
    )
    refuse("import.schema", what, Place(file=grid.file, line=1))


def _common(columns: tuple[str, ...], row: Any) -> list[str]:
    there = {fold_header(plain(cell)) for cell in row}
    return [name for name in columns if fold_header(name) in there]
