"""The words of a quality plan: what may be written where, and what is wanted in each field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Text
    from mrv.verification.plan_model import EntryKind

TO_FILL = "待填"
"""What stands where something is still to be filled in."""

OBTAINED = {
    "measured": text("仪表实测", "measured with an instrument"),
    "document": text("票据、台账、合同", "taken from invoices, logs or contracts"),
    "calculated": text("计算", "calculated"),
    "default": text("缺省值或公布值", "a default or published value"),
    "supplier": text("供方提供", "given by the supplier"),
    "not-used": text("不用（须写明 why）", "not used (say why)"),
}
RECORDED = {
    "continuous": text("连续", "continuous"),
    "each-time": text("每次", "each time"),
    "hourly": text("每小时", "hourly"),
    "daily": text("每日", "daily"),
    "weekly": text("每周", "weekly"),
    "monthly": text("每月", "monthly"),
    "quarterly": text("每季", "quarterly"),
    "yearly": text("每年", "yearly"),
}
RULES = {
    "none-allowed": text("不得缺失", "nothing may be missing"),
    "methodology": text(
        "留空，按方法学的下一层级或缺省值", "left empty: next tier or default of the methodology"
    ),
    "highest": text("取核算期最高值", "filled with the highest value of the period"),
    "lowest": text("取核算期最低值", "filled with the lowest value of the period"),
    "mean": text("取核算期平均值", "filled with the mean of the period"),
    "estimate": text("按写明的办法保守估算", "estimated conservatively as described"),
    "zero": text("按零计", "counted as zero"),
}
CAUSES = {
    "first-issue": text("首次制定", "first issue"),
    "new-source": text("新增排放源或燃料", "new sources or fuels"),
    "better-metering": text("仪表或方法改进", "better meters or methods"),
    "method-wrong": text("原方法有误", "the old method was found wrong"),
    "better-data": text("可获得更准确的数据", "more accurate data can be had"),
    "not-in-line": text("与核算指南不符", "not in line with the guideline"),
    "other": text("其他", "another reason"),
}

FIELDS = {
    "unit": text("单位", "unit"),
    "planned": text("计划采用的层级", "planned tier"),
    "obtained": text("获取方式", "how it is obtained"),
    "method": text("计算方法、公式或测量方法", "method or formula"),
    "source": text("数据来源文件", "document it comes from"),
    "instrument": text("所用仪表（instruments 中的名称）", "instruments (names under instruments)"),
    "recorded": text("记录频次", "how often it is recorded"),
    "missing": text("缺失数据的处理（须保守）", "treatment of missing data (conservative)"),
    "rule": text("缺失数据的处理规则", "rule for missing data"),
    "how": text("具体做法及为何保守", "what is done, and why that is conservative"),
    "department": text("负责部门", "responsible department"),
    "why": text("不用的理由", "why it is not used"),
    "name": text("名称", "name"),
    "products": text("主要产品或服务", "main products or services"),
    "organisation_chart": text("组织机构图（文字或文件名）", "organisation chart (text or file)"),
    "site_plan": text("厂区或船队分布图（文字或文件名）", "site plan (text or file)"),
    "process_flow": text("工艺或业务流程（文字或文件名）", "process flow (text or file)"),
    "description": text("核算边界说明", "description of the boundary"),
    "facilities": text("主要排放设施", "main emission facilities"),
    "responsibilities": text("职责分工", "responsibilities"),
    "training": text("人员培训", "training"),
    "internal_review": text("内部审核", "internal review"),
    "cross_checks": text("交叉核对", "cross-checks"),
    "archive": text("记录存档", "archive of records"),
    "archive_years": text("存档年数（至少 5）", "years that records are kept (5 at least)"),
    "version": text("版本号", "version"),
    "period": text("核算期", "accounting period"),
    "methodology": text("方法学", "methodology"),
    "edition": text("方法学版本", "edition of the methodology"),
    "revisions": text("修订记录", "revisions"),
    "date": text("日期", "date"),
    "cause": text("修订类别", "kind of revision"),
    "reason": text("修订理由", "reason for the revision"),
    "model": text("型号", "model"),
    "number": text("编号", "number"),
    "position": text("安装位置", "position"),
    "accuracy": text("精度", "accuracy"),
    "calibrate_every": text("校准频次，如 12 months", "how often calibrated, such as 12 months"),
    "calibrations": text("各次校准的日期与有效期", "calibrations with dates of validity"),
    "what": text("是什么", "what it is"),
}

ENTRY_FIELDS: dict[EntryKind, tuple[str, ...]] = {
    "input": ("unit", "obtained", "method", "instrument", "recorded", "missing", "department"),
    "parameter": ("unit", "planned", "method", "missing", "department"),
    "factor": ("unit", "obtained", "source", "recorded", "missing", "department"),
    "result": ("unit", "obtained", "method", "recorded", "missing", "department"),
}
"""What every entry of a kind must say; ``instrument`` only where it is measured."""

KINDS: dict[EntryKind, Text] = {
    "input": text("活动数据", "activity datum"),
    "parameter": text("分层级取得的参数", "parameter with tiers"),
    "factor": text("因子", "factor"),
    "result": text("结果", "result"),
}

NOT_CONSERVATIVE = ("lowest", "mean", "zero")
"""Rules that can make emissions too small where a larger value makes them larger."""

_SPAN = re.compile(r"([1-9][0-9]{0,3})\s*(days?|months?|years?|天|日|个月|月|年)", re.ASCII)
_DAYS = {"d": 1, "天": 1, "日": 1, "m": 31, "个": 31, "月": 31, "y": 366, "年": 366}


def is_blank(word: str | None) -> bool:
    """Whether a field is still to be filled in.

    Example:
        >>> is_blank(None), is_blank("  "), is_blank("待填：部门"), is_blank("机务部")
        (True, True, True, False)
    """
    return word is None or not word.strip() or word.strip().startswith(TO_FILL)


def span_days(word: str) -> int | None:
    """Read how often an instrument is calibrated as the most days between two calibrations.

    Returns:
        Days, months counted as 31 and years as 366; None for any other text.

    Example:
        >>> span_days("12 months"), span_days("1 年"), span_days("now and then")
        (372, 366, None)
    """
    match = _SPAN.fullmatch(word.strip())
    return int(match[1]) * _DAYS[match[2][0]] if match else None
