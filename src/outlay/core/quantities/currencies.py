"""Currency codes and the ways people write them: symbols, words, Chinese.

`¥` and a bare `元` mean CNY, and `$` means USD, as in the documents that this field reads; write
JPY, HKD or SGD by code. Codes: ISO 4217.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODES", "SYMBOLS", "match_currency"]

_CODES = (
    "AED ARS AUD BDT BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES "
    "KRW KWD KZT MAD MOP MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY "
    "TWD UAH USD UZS VND ZAR"
)
CODES = frozenset(_CODES.split())

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩", "THB": "฿"}
)
"""Symbol that people read, and that `match_currency` reads back."""

_WRITTEN: dict[str, str] = {
    **{symbol: code for code, symbol in SYMBOLS.items()},
    "CN¥": "CNY",
    "RMB": "CNY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "US$": "USD",
    "dollars": "USD",
    "dollar": "USD",
    "US dollars": "USD",
    "美元": "USD",
    "HK$": "HKD",
    "港元": "HKD",
    "港币": "HKD",
    "S$": "SGD",
    "A$": "AUD",
    "C$": "CAD",
    "NT$": "TWD",
    "R$": "BRL",
    "JP¥": "JPY",
    "yen": "JPY",
    "日元": "JPY",
    "円": "JPY",
    "euros": "EUR",
    "euro": "EUR",
    "欧元": "EUR",
    "pounds": "GBP",
    "sterling": "GBP",
    "RM": "MYR",
    "ringgit": "MYR",
    "林吉特": "MYR",
    "baht": "THB",
    "泰铢": "THB",
}
_FOLDED = {w.casefold(): c for w, c in _WRITTEN.items()} | {c.casefold(): c for c in CODES}
_PATTERN = re.compile(
    "|".join(
        # a word must end where the letters end; a symbol or Chinese word need not
        re.escape(w) + (r"(?![A-Za-z])" if w[-1].isascii() and w[-1].isalpha() else "")
        for w in sorted(_FOLDED, key=len, reverse=True)
    ),
    re.IGNORECASE,
)


def match_currency(text: str, start: int = 0) -> tuple[str, int] | None:
    """ISO code of the currency that `text` names at `start`, and where its name ends."""
    found = _PATTERN.match(text, start)
    return (_FOLDED[found.group().casefold()], found.end()) if found else None
