"""Properties of imported rows that the built-in vocabulary may lack: Chinese, English, note."""

from __future__ import annotations

NAMES = {
    "emission-factor": ("活动排放因子", "emission factor of an activity", ""),
    "co2e-of-co2": ("其中二氧化碳", "the part of CO2", "合计的分项，不单独使用"),
    "co2e-of-ch4": ("其中甲烷", "the part of CH4", "合计的分项，不单独使用"),
    "co2e-of-ch4-fossil": ("其中化石来源甲烷", "the part of fossil CH4", "合计的分项"),
    "co2e-of-ch4-biogenic": ("其中生物来源甲烷", "the part of biogenic CH4", "合计的分项"),
    "co2e-of-n2o": ("其中氧化亚氮", "the part of N2O", "合计的分项，不单独使用"),
    "co2e-of-other-ghg": ("其中其他温室气体", "the part of other gases", "合计的分项"),
    "co2e-of-stage": ("其中某一阶段", "the part of one stage", "合计的分项，阶段见 boundary"),
    "biogenic-co2": ("生物成因二氧化碳", "biogenic CO2", "单独报告，不计入总量"),
    "upstream-emission-factor": ("上游排放因子", "upstream emission factor", "油井到油箱"),
    "energy-per-activity": ("单位活动能耗", "energy use of an activity", ""),
    "co2-per-activity": ("单位活动二氧化碳质量", "mass of CO2 per activity", ""),
    "ch4-per-activity": ("单位活动甲烷质量", "mass of CH4 per activity", ""),
    "n2o-per-activity": ("单位活动氧化亚氮质量", "mass of N2O per activity", ""),
    "product-footprint": ("产品碳足迹", "carbon footprint of a product", ""),
    "product-footprint-including-biogenic-uptake": (
        *("产品碳足迹（含生物成因吸收）", "product carbon footprint including biogenic uptake"),
        "可为负值",
    ),
    "spend-footprint": ("单位支出碳足迹", "footprint per unit of money", "价格年见 price_year"),
    "spend-footprint-part": ("单位支出碳足迹分项", "part of a footprint per money", "合计的分项"),
    "grid-life-cycle": ("电力生命周期排放强度", "life-cycle intensity of electricity", ""),
    "grid-operating-margin": ("电网电量边际排放因子", "operating margin of the grid", ""),
    "grid-combined-margin": ("电网组合边际排放因子", "combined margin of the grid", ""),
    "co2-per-energy": ("单位热值二氧化碳排放因子", "CO2 per unit of energy", ""),
    "biogenic-co2-per-energy": (
        *("单位热值生物成因二氧化碳排放因子", "biogenic CO2 per unit of energy"),
        "单独报告，不计入总量",
    ),
    "net-calorific-value": ("低位发热量", "net calorific value", ""),
    "carbon-content-per-energy": ("单位热值含碳量", "carbon content per unit of energy", ""),
    "carbon-content-per-mass": ("单位质量含碳量", "carbon content per unit of mass", ""),
    "gwp-100": ("百年全球变暖潜势", "global warming potential over 100 years", ""),
}
