"""What a cell of a table is: a value, a date, a code; and what a header makes of its column."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass

from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.tables.units import TableUnit

__all__ = ["ROLE_PATTERNS", "Label", "is_value", "times"]

_ROLES = {
    "subject": r"company|entity|subject|firm|operator|customer|buyer|issuer|vendor|supplier|bidder|name|provider|公司|企业|主体|实体|单位名称|厂商|供应商|投标人|名称|客户|运营商",
    "metric": r"metric|item|indicator|line item|measure|parameter|description|category|指标|项目|科目|名目|类别|内容|事项",
    "period": r"period|year|quarter|month|date|as[ _]of|fiscal year|期间|年份|年度|季度|月份|日期|时间|报告期",
    "unit": r"unit|units|uom|单位|计量单位",
    "currency": r"currency|ccy|币种|货币",
    "low": r"value[ _]low|low|min|minimum|from|下限|最低",
    "high": r"value[ _]high|high|max|maximum|to|上限|最高",
    "value": r"value|amount|figure|number|quantity|数值|值|数量|金额|数额",
    "status": r"status|kind|type|basis|状态|类型|口径",
    "skip": r"no\.?|#|id|row|rank|code|ticker|序号|编号|代码|排名|source|note|notes|remark|remarks|备注|来源|说明|confidence|page|.*_id",
}
ROLE_PATTERNS = {k: re.compile(rf"(?:{v})", re.IGNORECASE) for k, v in _ROLES.items()}


@dataclass(frozen=True, slots=True)
class Label:
    """What a header, a row label or a caption says: any of the four may be missing."""

    text: str = ""
    subject: str = ""
    period: str = ""
    metric: str = ""
    family: str = ""
    implied: str = ""
    unit: TableUnit | None = None
    planned: bool = False


def times(value: float | None, factor: float) -> float | None:
    return None if value is None else float(f"{value * factor:.12g}")


_DATED = re.compile(
    r"(?:Q[1-4]|[1-4]Q|H[12]|[12]H)[ ’']?(?:FY|CY)?(?:20)?\d\d(?:[EA]|\(E\))?|(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?|Q[1-4]|第?[一二三四]季度|[上下]半年|H[12]|末|底)?"
    r"|(?:[A-Z][a-z]{2,8}\.? )(?:\d{1,2},? )?(?:19|20)\d\d|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|FY[ ’']?\d\d(?:\d\d)?[EA]?"
)
_CODE = re.compile(r"[A-Za-z\u3400-\u9fff][A-Za-z\u3400-\u9fff -]*\d+[A-Za-z]{0,2}")


def is_value(text: str) -> bool:
    """Whether a cell holds a quantity and little else."""
    if not re.search(r"\d", text) or len(text) > 60 or not find_numbers(text):
        return False
    if _DATED.fullmatch(text.strip()) or _CODE.fullmatch(text.strip()):
        return False
    if re.fullmatch(
        r"(?:FY)?(?:19|20)\d{2}(?:年|E|F)?(?:[-/ ]?(?:Q[1-4]|H[12]|\d{1,2}(?:[-/]\d{1,2})?))?|[1-4]Q\d{2}|第?[一二三四]季度|\d{1,2}月",
        text.strip(),
    ):
        return False
    letters = re.sub(
        r"(?i)\b(?:rmb|cny|usd|us|hk|hkd|eur|bn|billion|million|trillion|m|mw|gw|kw|kwh|mwh|per|tokens?|chips?|gpus?|users?|over|about|around|up|to|nearly|approx|more|than|less|yuan|dollars?|percent|day|month|year|years|months|hour|servers?|racks?|units?|x)\b",
        "",
        text,
    )
    return (
        len(re.findall(r"[A-Za-z]", letters)) <= 3
        and len(re.findall(r"[\u3400-\u9fff]", text)) <= 14
    )
