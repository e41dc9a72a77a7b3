"""The numbers that the rules compare with, each with its reason; amounts in 分, spans in days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

YUAN = 100
WAN = 10_000 * YUAN

# Tiers of subsidies, rankings, tenders and examination, in 分.
TIERS = tuple(tier * WAN for tier in (100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 100_000))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One setting of all rules.

    Shares are of one amount in another, likenesses between 0 (nothing in common) and 1 (equal).
    """

    duplicate_days: int = 75
    """A second registration follows within the time that one takes with its correction: 30
    working days for large contracts, counted again from a corrected application. A renewal comes
    after a year or half a year."""

    duplicate_amount: Decimal = Decimal("0.05")
    """Two who write down one contract may differ by a fee or rounding."""

    same_end_days: int = 200
    """Both sides may register half a year apart; the end of the term is then still the same."""

    vat_rates: tuple[Decimal, ...] = (Decimal("0.06"), Decimal("0.09"), Decimal("0.13"))
    """One side writes the price with value-added tax and the other without: 6 % for technical
    services, 9 % and 13 % for work and goods. Small taxpayers' 3 % is within the share above."""

    vat_rounding: Decimal = Decimal("0.001")
    """Prices without tax are rounded."""

    alike_title: float = 0.6
    """From here on two titles name one subject in other words (平台 for 系统, 研发 for 开发)…"""

    same_price_title: float = 0.45
    """…and from here on where the price is the same to the 分."""

    reworded_title: float = 0.25
    """Where all figures agree, a title that shares a quarter of its words is enough; two jobs of
    one day for one price share less."""

    standing_orders: int = 50
    """What was ordered more often by the same party, or sold more often at one price, is a
    standing service; that two of its contracts are alike tells nothing."""

    split_days: int = 60
    """The parts of a contract that was divided are signed within weeks; phases of a project
    follow each other after half a year and more."""

    split_tiers: tuple[int, ...] = TIERS
    """Tiers below which a price is kept; from 500万元 on a contract is examined as a large one."""

    split_floor: Decimal = Decimal("0.8")
    """A part lies just below a tier from this share of it on."""

    split_order_floor: Decimal = Decimal("0.9")
    """Orders of a framework are jobs of their own; only those nearer below a tier are asked
    about…"""

    split_order_from: int = 500 * WAN
    """…and only tiers from here on, where a contract is examined as a large one."""

    slip_share: int = 50
    """No technology contract has a technical part of under a fiftieth, and none above its whole:
    a unit was mistaken in one of the two amounts."""

    slip_factors: tuple[int, ...] = (100, 1_000, 10_000, 100_000_000)
    """元 and 分, 元 and 千元, 元 and 万元, 元 and 亿元."""

    slip_tolerance: Decimal = Decimal("0.3")
    """A later contract of a series costs up to this share more or less than the factor says."""

    outlier_largest: int = 5
    """An amount of this multiple of all else the seller ever sold asks for a look…"""

    outlier_usual: int = 30
    """…when it is also this multiple of what the seller's contracts usually are, and no goods were
    separated: who separated them has looked at the amounts."""

    outlier_certain: int = 100
    """From this multiple of the seller's largest on, also where goods were separated."""

    outlier_contracts: int = 2
    """One other contract of a seller says nothing about what is usual."""

    outlier_from: int = 200 * WAN
    """Below that a jump is the growth of a small seller."""

    huge: int = 100_000 * WAN
    """10亿元, the highest tier that is spoken of: a single contract above it is looked at."""

    tiny: int = 500 * YUAN
    """The smallest paid tests cost several hundred 元; 万元 written as 元 gives such amounts."""

    tiny_share: int = 50
    """…when the seller's contracts are usually this many times as large."""

    tiny_certain: int = 100 * YUAN
    """Below that no contract is registered at all."""

    outlier_share: Decimal = Decimal("0.5")
    """A contract that is out of proportion because of its goods is mostly goods; a slip multiplies
    both amounts alike, and most contracts are mostly technology."""

    goods_share: Decimal = Decimal("0.95")
    """Where goods are supplied, their cost is out of the technical amount; a token deduction of a
    twentieth counts as none."""

    tier_steps: tuple[int, ...] = TIERS
    """Tiers at which subsidies and rankings begin."""

    tier_margin: Decimal = Decimal("0.03")
    """Just above a tier: not more than this share above it."""

    tier_days: int = 31
    """A month, wherever it begins."""

    tier_contracts: int = 3
    """Two may happen by chance."""

    tier_share: Decimal = Decimal("0.1")
    """With a seller of hundreds of contracts a month three may, too: they are this share of all."""

    tier_exact_from: int = 500 * WAN
    """100万元 is a price like any other; from here on a price of exactly the tier counts, too."""

    invention_years: int = 20
    """专利法 article 42: from the day of filing."""

    model_years: int = 10
    """专利法 article 42: utility models, and designs filed before June 2021."""

    design_years: int = 15
    """专利法 of 2020, article 42: designs filed from 2021-06-01 on."""

    design_change_year: int = 2021
    """A number tells the year only: all designs of 2021 are taken as of the new law."""
