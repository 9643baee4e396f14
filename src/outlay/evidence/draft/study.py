"""A runnable study from a reading: facts with their source, the rest named as defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from outlay.evidence.draft.defaults import DEFAULT, Defaults, Tree, under
from outlay.evidence.draft.inputs import Entry, Inputs, slug
from outlay.evidence.draft.text import as_yaml
from outlay.evidence.draft.uncertain import factors
from outlay.evidence.draft.uses import written
from outlay.evidence.draft.whose import UNDATED, Drafted
from outlay.evidence.ledger import grade_of
from outlay.evidence.types import Claim, Reading

__all__ = ["Draft", "draft_study"]

_NO_DAY = f"# No document states its day: {UNDATED} stands in, and the horizon follows it."


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a study, and what became of the claims that it could be made of."""

    text: str
    used: tuple[str, ...]
    """Claims that are inputs of it, or states of what is uncertain."""
    beside: tuple[str, ...]
    """Claims that it keeps as peers and as figures to compare with."""
    unused: Mapping[str, str]
    """The others that are of a kind that a study takes, and why they are not in it."""

    def said(self) -> str:
        """How many were used, and why the others were not, a reason a line."""
        total = len(self.used) + len(self.beside) + len(self.unused)
        why: dict[str, list[str]] = {}
        for claim, reason in self.unused.items():
            why.setdefault(reason, []).append(claim)
        return "\n".join([
            f"used {len(self.used)} of {total} usable claims, "
            f"kept {len(self.beside)} to compare with",
            *(f"not used: {', '.join(claims)}: {reason}" for reason, claims in why.items()),
        ])  # fmt: skip


def draft_study(
    reading: Reading, paths: Mapping[str, str] = MappingProxyType({}), company: str = ""
) -> Draft:
    """The study that the documents give: facts cited, defaults noted, what is disputed uncertain.

    paths: how the study names each document, where not by its own name. company: whose study it
    is; else the one that most claims are of. Raises UnknownNameError where none is of it.
    """
    return _Writer(Drafted(reading, company), paths).draft()


class _Writer:
    def __init__(self, d: Drafted, paths: Mapping[str, str]) -> None:
        self.d, self.paths = d, paths
        self.region = "DE" if d.currency == "EUR" else d.currency[:2]
        self.inputs = Inputs(d, self.region)
        self.stems: dict[str, str] = {}
        for doc in d.reading.documents:
            self.stems[doc.name] = slug(Path(doc.name).stem, self.stems.values(), "document")
        self.cited: dict[str, Claim] = {}
        self.defaults = 0

    def draft(self) -> Draft:
        at = self.inputs.at
        entries = [e for found in at.values() for e in found]
        uncertain = factors(self.inputs)
        stated = {path: found[0] for path, found in at.items() if found}
        study, why = self._study(stated), self.d.why
        used = self._used(entries, {e.claim.id for e in stated.values()}, repr(uncertain))
        beside = {"uncertainty": uncertain, "peers": self._peers(), "cross_checks": self._checks()}
        head = self._head(len(stated), len(stated) + self.defaults)
        body = {**head, "sources": self._sources(), **_ordered(study)}
        out = Draft(
            as_yaml(body | {k: v for k, v in beside.items() if v}),
            tuple(i for i in self.cited if i in used),
            tuple(i for i in self.cited if i not in used),
            {i: why.get(i, "no input takes it") for i in self.d.uses if i not in self.cited},
        )
        return replace(out, text=self._comments(out) + out.text)

    def _used(self, entries: list[Entry], base: set[str], states: str) -> set[str]:
        """Claims that are an input or what a state makes of one, each cited."""
        for e in entries:
            if e.claim.id in base or (e.claim.id not in self.d.why and e.text() in states):
                self._cite(e.claim)
        return set(self.cited)

    def _study(self, stated: Mapping[tuple[str, ...], Entry]) -> Tree:
        """The sections of the study that hold inputs, stated or not."""
        study: Tree = {}
        for path, entry in stated.items():
            self._put(study, path, entry)
        self.defaults = Defaults(study, self.inputs, self.region).put
        sites, supply = under(study, "sites"), under(study, "supply")
        for name, key in self.inputs.places.items():
            if slug(name) != key and key in sites:
                under(sites, key)["note"] = name
        for key, factor in self.inputs.needs.items():
            offer = under(supply, key)
            offer["needs"] = factor
            offer.setdefault("cap", {"value": "1m chips", "note": DEFAULT})
        return study

    def _cite(self, c: Claim) -> str:
        self.cited[c.id] = c
        return f"{self.stems[c.document]}-{c.id.rsplit('.', 1)[-1]}"

    def _put(self, study: Tree, path: tuple[str, ...], e: Entry) -> None:
        at = study
        for key in path[:-1]:
            at = under(at, key)
        if e.unit == "months":
            at[path[-1]], at["source"] = e.text(), self._cite(e.claim)
            return
        number: Tree = {"value": e.text()}
        if (ends := e.spread()) is not None:
            number |= {"low": e.text(ends[0]), "high": e.text(ends[1])}
        at[path[-1]] = (
            number | {"source": self._cite(e.claim)} | ({"note": e.note} if e.note else {})
        )

    def _head(self, stated: int, inputs: int) -> Tree:
        d = self.d
        name = d.company or "A buyer"
        out: Tree = {
            "outlay": 1,
            "title": f"{name}, draft: {stated} of {inputs} inputs from documents",
            "as_of": str(d.as_of),
            "currency": d.currency,
            "horizon": {"start": str(d.start), "periods": d.periods},
        }
        if d.fiscal and d.fiscal_end < 12:
            out["fiscal_year_start"] = d.fiscal_end + 1
        return out | {"discount_rate": {"value": "9 %/year", "note": DEFAULT}}

    def _sources(self) -> Tree:
        dates = {
            x.name: x.date for x in self.d.reading.documents if len(x.date) == len("2025-12-31")
        }
        out: Tree = {}
        for x in self.d.reading.documents:
            if x.form != "unread":
                out[self.stems[x.name]] = self._origin(x.name, dates) | {"grade": "reported"}
        for c in self.cited.values():
            out[self._cite(c)] = self._origin(c.document, dates) | {
                "grade": grade_of(c), "claim": c.id, "quote": c.quote,
            }  # fmt: skip
        return out

    def _origin(self, name: str, dates: Mapping[str, str]) -> Tree:
        day = {"date": dates[name]} if name in dates else {}
        return {"document": self.paths.get(name, Path(name).name), **day}

    def _peers(self) -> Tree:
        out: Tree = {}
        names: dict[str, str] = {}
        for c, use in self.d.others():
            when = self.d.when(c)
            name = names.setdefault(c.subject, slug(c.subject, names.values(), "peer"))
            peer: Tree = out.setdefault(name, {"note": c.subject})  # type: ignore[assignment]
            if use.kind == "tokens":
                number = {"value": written(c.value * use.factor, use.unit), "source": self._cite(c)}
                peer.setdefault("tokens_per_day", number)
            elif when and when[0] == when[1] and when[0].months == 12:
                years: Tree = peer.setdefault("capex", {})  # type: ignore[assignment]
                number = {"value": written(c.value, use.unit), "source": self._cite(c)}
                years.setdefault(str(when[0].year), number)
        return {k: v for k, v in out.items() if len(v) > 1}  # type: ignore[arg-type]

    def _checks(self) -> list[Tree]:
        """The company's claims that no input takes, for the reader of the study."""
        out: list[Tree] = []
        for c, use in self.d.uses.values():
            why = self.d.why.get(c.id, "")
            if c.id in self.cited or c.id in self.d.lost or not self.d.own(c):
                continue
            what = " ".join(filter(None, (c.metric, "in" if c.period else "", c.period)))
            out.append({
                "what": what, "value": written(c.value, c.unit if use.unit != "W" else "W"),
                "source": self._cite(c), "why": why or "no input takes it",
            })  # fmt: skip
        return out

    def _comments(self, draft: Draft) -> str:
        docs = self.d.reading.documents
        lines = [
            "# Drafted from: " + ", ".join(Path(x.name).name for x in docs if x.form != "unread"),
            *(f"# Not read: {x.name}" for x in docs if x.form == "unread"),
            *([] if any(x.date for x in docs) else [_NO_DAY]),
            "# Numbers with a `source` are stated in a document; those with the note `default` are",
            "# assumptions to look at. `outlay check` lists them all.",
            *(f"# {line}" for line in draft.said().splitlines()),
        ]
        clean = (re.sub(r"[^\x20-\x7e\u00a1-\ud7ff\ue000-\ufdcf]", "?", line) for line in lines)
        return "\n".join(clean) + "\n\n"


def _ordered(study: Tree) -> Tree:
    """Sections in the order of the format, schedules in the order of time."""
    for site in study["sites"].values():  # type: ignore[attr-defined]
        site["power"] = dict(sorted(site["power"].items()))
    order = ("services", "fleet", "supply", "sites", "budget", "finance")
    return {k: study[k] for k in order if k in study}
