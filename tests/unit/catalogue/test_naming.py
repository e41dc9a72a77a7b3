"""The kind of an organisation, read from its name."""

from __future__ import annotations

import pytest

from marketplace.catalogue.naming import kind_of_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("云岫理工大学", "university"),
        ("云岫石油大学(临溪)", "university"),
        ("松浦工程学院", "university"),
        ("云岫大学附属第二医院", "hospital"),
        ("云岫科学院沈泽自动化研究所", "institute"),
        ("云岫科学院", "institute"),
        ("恒砺精密工具有限公司", "enterprise"),
        ("云岫大学科技园有限公司", "enterprise"),
        ("松浦轴承厂", "enterprise"),
        ("Yunxiu Tools Co., Ltd.", "enterprise"),
        ("University of Yunxiu", "university"),
        ("临溪区人民政府", "government"),
        ("何嘉树", "other"),
    ],
)
def test_the_name_of_an_organisation_suggests_its_kind(name, kind):
    assert kind_of_name(name) == kind
