"""Currency codes and the ways people write them: symbols, words, Chinese.

`¥` and a bare `元` mean CNY, and `$` means USD, as in the documents that this field reads. Where
numbers are kept in a currency of their own (a study), its signs are read with that in mind: see
`readings`. Codes: ISO 4217.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODES", "SYMBOLS", "match_currency", "nearest_currency", "readings", "shared_sign"]

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


_SHARED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "¥": ("CNY", "JPY"),
        "元": ("CNY", "TWD", "HKD"),
        "$": ("USD", "AUD", "CAD", "HKD", "NZD", "SGD", "TWD", "ARS", "CLP", "COP", "MXN"),
        "£": ("GBP", "EGP"),
    }
)
"""Sign → the currencies whose own it is, that of our documents first."""
_WORDS = {"dollars": "$", "dollar": "$", "yuan": "元", "pounds": "£"}
_COMMON = ("USD", "CNY", "EUR", "JPY", "GBP", "HKD", "SGD", "TWD", "KRW", "INR", "AUD", "CAD")
"""Currencies that are meant where a code is misspelt, the likeliest first."""


def readings(written: str, code: str, home: str) -> tuple[str, ...]:
    """The codes that `written` may mean in a study of `home`: one, or two where nobody can say.

    `code` is what it means in documents. A sign that the study's own currency has is never taken
    for another's without a word, nor one without a first meaning for a currency that is not there.

    >>> readings("¥", "CNY", "JPY"), readings("¥", "CNY", "USD"), readings("$", "USD", "CAD")
    (('JPY',), ('CNY', 'JPY'), ('USD', 'CAD'))
    """
    sign = "¥" if written == "￥" else written.casefold()
    shared = _SHARED.get(_WORDS.get(sign, sign), ())
    if not shared or home in ("", shared[0]):
        return (code,)
    if shared == _SHARED["¥"]:
        return (home,) if home in shared else shared
    return (code, home) if home in shared else (code,)


def shared_sign(text: str) -> str:
    """`¥` where a text names its currency by that sign alone; the other signs have one reading."""
    at = max(text.find("¥"), text.find("￥"))
    before = text[:at].rstrip()[-2:].casefold() if at > 0 else ""
    return "" if at < 0 or before in ("cn", "jp") else "¥"


def nearest_currency(word: str) -> str:
    """A hint with the code that was meant: of those that are near, the most used."""
    near = difflib.get_close_matches(word.upper(), sorted(CODES), n=len(CODES), cutoff=0.6)
    likely = [c for c in _COMMON if c in near] or near
    return f"did you mean '{likely[0]}'?" if likely else ""
