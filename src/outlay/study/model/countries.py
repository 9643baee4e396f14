"""Countries by their codes (ISO 3166-1), and what people write in place of one."""

from __future__ import annotations

from difflib import get_close_matches

from outlay.core.errors import InputError

__all__ = ["country_meant", "country_of"]

_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
CODES = frozenset(_CODES.split())
USUAL = {
    "uk": "GB", "great britain": "GB", "united kingdom": "GB", "england": "GB", "britain": "GB",
    "usa": "US", "united states": "US", "america": "US", "china": "CN", "prc": "CN",
    "deutschland": "DE", "germany": "DE", "france": "FR", "japan": "JP", "korea": "KR",
    "south korea": "KR", "rok": "KR", "uae": "AE", "united arab emirates": "AE", "emirates": "AE",
    "ksa": "SA", "saudi arabia": "SA", "norway": "NO", "finland": "FI", "sweden": "SE",
    "denmark": "DK", "iceland": "IS", "ireland": "IE", "netherlands": "NL", "holland": "NL",
    "spain": "ES", "portugal": "PT", "italy": "IT", "switzerland": "CH", "austria": "AT",
    "poland": "PL", "india": "IN", "malaysia": "MY", "singapore": "SG", "thailand": "TH",
    "indonesia": "ID", "vietnam": "VN", "philippines": "PH", "taiwan": "TW", "hong kong": "HK",
    "australia": "AU", "canada": "CA", "mexico": "MX", "brazil": "BR", "chile": "CL",
    "argentina": "AR", "israel": "IL", "turkey": "TR", "qatar": "QA", "kazakhstan": "KZ",
    "kenya": "KE", "south africa": "ZA",
}  # fmt: skip
"""Names and other letters → code."""


SHORT = 3
"""Letters of which others, nearly the same, are another country's."""


def country_of(text: str) -> str:
    """The code of a country. Raises InputError for another, with the one that is meant."""
    meant = country_meant(text)
    if meant == text.strip().upper():
        return meant
    raise InputError(
        "not a country code", value=repr(text)[:80], allowed="two letters of ISO 3166, such as US",
        hint=f"did you mean '{meant}'?" if meant else "",
    )  # fmt: skip


def country_meant(text: str) -> str:
    """The code that is written, in whatever letters, or the one that is meant; '' for neither."""
    said = text.strip()
    if said.upper() in CODES:
        return said.upper()
    plain = said.casefold().replace(".", "")
    near = get_close_matches(plain, USUAL, n=1, cutoff=0.7) if len(plain) > SHORT else []
    return USUAL.get(plain) or (USUAL[near[0]] if near else "")
