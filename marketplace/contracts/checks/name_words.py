"""Words that many unrelated names of units begin with.

A name is made of a place, a trade name, a branch and a legal form (企业名称登记管理规定, article
6). Schools, hospitals and institutes mostly have no trade name: their names go on with a region or
a branch, which tell no group.
"""

from __future__ import annotations

_STARTS = """
理工 工业 科技 农业 医学 师范 交通 人民 第一 第二 第三 中医 中心 国家 中国 工程
技术 信息 智能 数据 网络 软件 电力 职业 新能源 新材料 材料 环境 建筑 建设 机械 生物
医药 医疗 电子 轨道 大学 学院 研究 科学 省 市 公共 城市 财经 政法 航空 水利
中原
"""
_REGIONS = """
华北 华东 华中 华南 华西 东北 西北 西南 东南 中南 中部 西部 东部 东方 北方 南方
长江 黄河 渤海 首都 中央 中华 华夏 全国 国际 国内 国有 国土 国防 陆军 海军 空军
武警
"""

_BRANCHES = """
安全 半导体 包装 表面 兵器 冰雪 财贸 财政 餐饮 测绘 测试 茶叶 产业 超硬 车辆 城建
传媒 船舶 创新 大数据 低碳 地矿 地理 地质 电工 电机 电器 电气 电网 电信 电影 动力
动物 对外 儿童 阀门 法律 防灾 纺织 肥料 服装 妇幼 干部 钢铁 高等 高端 高分子 高新
工贸 工商 工学 工艺 公安 公路 公用 管理 光电 光学 广播 规划 海关 海事 海洋 海运
航海 航天 核工业 护理 互联 化工 化纤 化学 环保 会计 机电 机器人 激光 集成 计量 计算机
家具 检测 检验 健康 建材 教育 节能 金融 金属 精密 经济 经贸 警察 警官 酒店 勘测
勘察 康复 科研 空间 口腔 矿山 矿业 劳动 粮食 粮油 林产 林业 旅游 煤矿 煤炭 美术
棉花 民办 民航 民用 民族 磨料 能源 农机 农科 农垦 农林 农牧 农药 女子 气象 汽车
汽轮 青年 轻工 热带 热力 热能 人工 人文 商贸 商务 商学 商业 涉外 设备 设计 审计
生态 石化 石油 食品 实验 市政 兽医 蔬菜 数控 数字 水产 水稻 水电 水泥 水务 司法
塑料 陶瓷 特殊 体育 铁道 铁路 通信 通用 土木 外国 外贸 外语 微电子 微生物 卫生 文化
文理 无线 物联 物流 戏剧 现代 小麦 畜牧 烟草 药科 冶金 冶炼 医科 医用 仪表 仪器
艺术 音乐 印刷 婴幼儿 应用 营养 邮电 油田 有色 幼儿 渔业 语言 玉米 园林 园艺 造纸
招标 照明 真空 知识产权 职工 植物 制药 制造 质量 中药 种业 种子 肿瘤 轴承 株式会 铸造
装备 资源 自动 综合
"""

COMMON_STARTS = tuple(_STARTS.split())
"""What follows a place in names that are told apart by their place alone."""
NO_TRADE_NAMES = (*COMMON_STARTS, *_REGIONS.split(), *_BRANCHES.split())
"""What is no trade name, and so no sign of a group."""
