"""What people call the things of a study: a title where there is one, else made from the id."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from outlay.report.words.language import Words, words
from outlay.results.study import Thing

__all__ = ["names_of"]

UPPER = frozenset(
    ("ai", "amd", "api", "br", "cn", "dcu", "eu", "gpu", "hbm", "hgx", "jp", "kr", "mlu", "nvl",
     "oem", "ppu", "rtx", "sg", "sxm", "tpu", "tw", "uae", "uk", "us", "usa", "xpu")
)  # fmt: skip
"""Words of ids that people write in capitals."""
FORMS = frozenset(["SXM", "SXM2", "SXM4", "SXM5", "HGX", "NVL72", "PCIe", "NVL", "OAM", "Instinct"])
"""Forms of a chip, left out where no other form of it is in the study."""
TOKENS = re.compile(r"[-_:. ]+")
HAN = re.compile("[⺀-鿿]")
UNSPACED = re.compile(r"(?<=[⺀-鿿]) (?=\S)|(?<=\S) (?=[⺀-鿿])")
"""Spaces that Chinese does not write."""


def names_of(things: Sequence[Thing], say: Words | None = None) -> dict[str, str]:
    """Id → name, for ids that people would not say; no two things of a kind share a name.

    say: the language, which may have words for usual parts of ids; English where none is given.
    """
    say = say or words()
    out = _chips([t for t in things if t.kind == "chip"])
    out |= {t.id: own for t in things if t.kind == "chip" and (own := _whole(t, say))}
    out |= _all_held(things, out, say)
    for kind, made in MADE.items():
        out |= {t.id: _named(t, made, say) for t in things if _is(t, kind, out)}
    return out


def _is(thing: Thing, kind: str, known: dict[str, str]) -> bool:
    """Whether to name a thing as one of `kind`: not where only an id of others is known."""
    return thing.kind == kind and (thing.title != "" or thing.id not in known)


def _named(thing: Thing, made: Callable[[str, Words], str], say: Words) -> str:
    """Its title; else the language's word for its id; else what is made of the id."""
    return _title(thing, say) or _whole(thing, say) or made(thing.id, say)


def _whole(thing: Thing, say: Words) -> str:
    """The language's word for a whole id; empty where it has none."""
    return say.word(thing.id) if say.knows(thing.id) else ""


def _title(thing: Thing, say: Words) -> str:
    """Its title; none where that is English and another language has words for all of its id."""
    if say.language == "en" or HAN.search(thing.title):
        return thing.title
    left = [p for p in TOKENS.split(thing.id) if p.lower() not in TOKENS.split(thing.chip)]
    worded = say.knows(thing.id) or all(say.knows(p) or any(map(str.isdigit, p)) for p in left)
    return "" if worded else thing.title


def _all_held(things: Sequence[Thing], chips: dict[str, str], say: Words) -> dict[str, str]:
    """Pools and offers by their chip and what of their id says more."""
    halls = {w for t in things if t.kind == "site" for w in TOKENS.split(t.id)}
    out = dict[str, str]()
    for kind in ("pool", "offer"):
        alike = [t for t in things if t.kind == kind]
        out |= _apart([(t.id, _offered(t, chips, halls, say)) for t in alike])
    return out


def _offered(thing: Thing, chips: dict[str, str], halls: set[str], say: Words) -> str:
    return _title(thing, say) or _whole(thing, say) or _held(thing, chips, halls, say)


def _chips(things: Iterable[Thing]) -> dict[str, str]:
    """Chips as briefly as the study allows: `H200` where its only H200 is the SXM form."""
    short = dict[str, str]()
    left = {t.id: re.sub(r"\([^)]*\)", "", t.title).split() or [t.id] for t in things}
    for cut in (FORMS | {"GB"}, FORMS, {"GB"}, set[str]()):
        tried = {k: " ".join(w for w in v if not _cut(w, cut)) or k for k, v in left.items()}
        often = Counter(tried.values())
        short |= {k: v for k, v in tried.items() if often[v] == 1 and k not in short}
    rest = [(k, " ".join(v)) for k, v in left.items() if k not in short]
    return {k: _first_up(v) for k, v in (short | _apart(rest)).items()}


def _cut(word: str, words: set[str] | frozenset[str]) -> bool:
    """Whether a word of a maker's name is left out: a form, or how much memory it has."""
    return word in words or ("GB" in words and re.fullmatch(r"\d+GB", word) is not None)


def _held(thing: Thing, chips: dict[str, str], halls: set[str], say: Words) -> str:
    """`H200 (import)`: the chip, and what of the id says more than the chip does."""
    chip = chips.get(thing.chip, thing.chip)
    known = {w.lower() for w in (*TOKENS.split(thing.chip), *TOKENS.split(chip)) if w}
    more = [
        w for w in TOKENS.split(thing.id) if w and w.lower() not in known and say.word(w)
    ]  # fmt: skip
    told = [w.capitalize() if w in halls else w for w in more]
    return say("thing.held", chip=chip, more=_phrase(told, say)) if more else chip


def _factor(name: str, say: Words) -> str:
    """`H200 licence` of `licence.h200`; `demand` of `demand`."""
    what, _, of = name.partition(".")
    parts = [w for w in (*TOKENS.split(of), *TOKENS.split(what)) if w]
    return _phrase(parts, say)


def _site(name: str, say: Words) -> str:
    """`Ulanqab Old` of `ulanqab-old`; a language may need the hall named that is old."""
    parts = TOKENS.split(name)
    said = _phrase(parts, say, _first_up)
    return say("thing.hall", name=said) if parts[-1].lower() in AGES else said


def _work(name: str, say: Words) -> str:
    """A service by its id, which its users know; in the language's words where it has them."""
    parts = TOKENS.split(name)
    return _phrase(parts, say) if any(map(say.knows, parts)) else name.replace("_", " ")


AGES = ("old", "new")
"""Words of ids that tell halls of one place apart."""
MADE = {"site": _site, "factor": _factor, "service": _work, "work": _work, "training": _work}
"""Kind → how its names are made from ids."""


def _phrase(
    parts: Iterable[str], say: Words, shown: Callable[[str], str] = lambda word: word
) -> str:
    """Words of an id in a row, in the language's own where it has one."""
    said = (say.word(p) if say.knows(p) else shown(_word(p)) for p in parts)
    return UNSPACED.sub("", " ".join(said))


def _word(part: str) -> str:
    """A word of an id as people write it: `h200` in capitals, `import` as it stands."""
    low = part.lower()
    if low in UPPER or (any(c.isdigit() for c in part) and any(c.isalpha() for c in part)):
        return part.upper()
    return part


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _apart(named: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Names that two things would share get their id beside them."""
    often = Counter(name for _, name in named)
    return {k: name if often[name] == 1 else f"{name} [{k}]" for k, name in named}
