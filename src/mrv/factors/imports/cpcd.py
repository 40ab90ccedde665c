"""CPCD, the China Products Carbon Footprint Factors Database: the export of its web site.

The layout is known from a description of the columns only, not from a file of the publisher.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.factors.imports.cells import plain
from mrv.factors.imports.collector import Publisher
from mrv.factors.row import NOT_PERMITTED
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

_REQUIRED = ("产品ID", "产品名称", "核算边界", "碳足迹")
COLUMNS = (_REQUIRED,)
PUBLISHER = Publisher(
    dataset="cpcd",
    document="中国产品全生命周期温室气体排放系数库（CPCD）网站导出",
    publisher="CPCD",
    licence=NOT_PERMITTED,
    data_type="statistic",
)
_BOUNDARIES = {
    "摇篮到大门": "cradle-to-gate",
    "摇篮到坟墓": "cradle-to-grave",
    "大门到大门": "gate-to-gate",
    "大门到坟墓": "gate-to-grave",
}
_VALUE = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*(.*)")
_CO2E = re.compile(
    r"^(t|kg|g|mg|吨|千克|公斤|克|公吨)\s*(?:CO2e(?:q)?|CO₂e(?:q)?|CO2当量)?\s*/\s*(.+)$"
)
_ID = re.compile(r"[0-9A-Z]{14}")


def read_rows(table: Table, found: Collector) -> None:
    """Take each product; 碳足迹 holds the number and its unit in one cell.

    No licence of the content was seen, so rows are recorded as not permitted for use until the
    user states one. No GWP set is named.
    """
    optional = ("企业名称", "数据年份", "数据类型", "是否低碳")
    at = {name: table.at(name) for name in (*_REQUIRED, *optional)}
    if found.options.licence is None:
        found.note(
            "未见 CPCD 内容的使用许可：各行只作记录，查找时不采用；若已获许可，请写明 licence",
            "no licence for CPCD's content was seen: rows are recorded and not used by look-ups; "
            "state licence if you hold one",
        )
    for line, row in table:
        found.read += 1
        cells = {name: plain(row[column]) if column >= 0 else "" for name, column in at.items()}
        number = cells["产品ID"]
        if not _ID.fullmatch(number) or not cells["产品名称"]:
            what = text(
                f"产品ID“{number}”不合规或缺少名称", f'bad product id "{number}" or no name'
            )
            found.refuse("incomplete", what, line, "产品ID")
            continue
        boundary = _BOUNDARIES.get(cells["核算边界"])
        if boundary is None:
            what = text(
                f"未知的核算边界“{cells['核算边界']}”", f'unknown boundary "{cells["核算边界"]}"'
            )
            found.refuse("boundary", what, line, "核算边界")
            continue
        _take(found, line, cells, boundary)


def _take(found: Collector, line: int, cells: dict[str, str], boundary: str) -> None:
    hit = _VALUE.fullmatch(cells["碳足迹"])
    value = found.number(hit[1] if hit else cells["碳足迹"], line, "碳足迹")
    if value is None or hit is None:
        return
    below = _CO2E.fullmatch(hit[2].strip())
    if not below:
        what = text(f"未知单位“{hit[2]}”", f'unknown unit "{hit[2]}"')
        found.refuse("unit", what, line, "碳足迹")
        return
    gwp = found.gwp(line, "碳足迹")
    unit = found.unit(f"{below[1]} CO2e[{gwp}]/({below[2]})", line, "碳足迹") if gwp else None
    if unit is None:
        return
    year = cells["数据年份"]
    found.take(
        line,
        "product-footprint",
        cells["产品ID"],
        value,
        unit,
        source_id=cells["产品ID"],
        name_zh=cells["产品名称"],
        boundary=boundary,
        region="CN",
        reference_from=year,
        reference_to=year,
        classification=f"CPC {cells['产品ID'][:5]}",
        quality=cells["数据类型"],
        note="；".join(p for p in (cells["企业名称"], cells["是否低碳"]) if p),
    )
