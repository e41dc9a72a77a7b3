"""The technical amount: not above turnover, and without goods."""

from __future__ import annotations

import pytest

from tests.unit.contracts.checks.drafts import WAN, contract, found


def test_a_technical_amount_above_turnover_is_found() -> None:
    assert found(contract(turnover=50 * WAN, tech_amount=51 * WAN)) == [("tech_amount", (1,))]
    assert found(contract(turnover=50 * WAN, tech_amount=50 * WAN)) == []


@pytest.mark.parametrize(
    "title",
    [
        "金相显微镜仪器购置与技术服务",
        "视觉检测成套设备供货与技术服务",
        "锻压线控制系统建设（含硬件设备）",
        "熔炼炉设备采购及安装调试",
        "产线搭建总承包",
        "光伏组件销售安装",
        "车间服务器集成与技术服务",
        "试剂耗材供应及技术指导",
        "检测设备租赁与技术支持",
        "设备买卖及技术服务",
        "装置销售与培训",
        "除尘机组安装调试及技术指导",
        "光缆敷设安装工程",
        "质谱仪采购及方法开发",
        "工艺优化咨询及设备采购",
        "智能仓储平台开发(含硬件系统)",
    ],
)
def test_goods_in_the_title_and_nothing_taken_out_is_found(title: str) -> None:
    whole = contract(title=title, turnover=50 * WAN, tech_amount=50 * WAN)
    token = contract(title=title, turnover=50 * WAN, tech_amount=49 * WAN)
    separated = contract(title=title, turnover=50 * WAN, tech_amount=30 * WAN)
    assert found(whole) == found(token) == [("tech_amount", (1,))]
    assert found(separated) == []


@pytest.mark.parametrize(
    "title",
    [
        "熔炼炉关键设备技术研发",
        "试验装备设计开发",
        "检测设备样机研制",
        "供应链协同平台开发",
        "设备采购管理系统开发",
        "产品销售预测软件开发",
        "硬件在环仿真技术研究",
        "风机安装工艺研究",
        "新材料产品销售渠道策划",
        "装备销售服务模式研究",
        "工程总承包风险评估咨询服务",
        "光伏支架安装角度优化",
        "实验仪器购置论证报告",
        "机器人集成应用培训",
        "备件采购成本分析方法（二期）",
        "一种快速安装支架专利实施许可",
        "含盐废水处理装置专利转让",
        "绿色产品购买意愿调查",
        "天然气供应量核算",
    ],
)
def test_developing_equipment_or_software_for_buying_supplies_no_goods(title: str) -> None:
    assert found(contract(title=title, turnover=50 * WAN, tech_amount=50 * WAN)) == []
