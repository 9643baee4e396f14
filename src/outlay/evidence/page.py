"""The document page: contradictions first, each with its arithmetic, then the text underlined.

Pure strings, escaped, without script: the report puts the fragment into its own page.
"""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from outlay.evidence.checks.compare import show
from outlay.evidence.types import Claim, Contradiction, Document, Identity, Reading

__all__ = ["document_html"]

_MOST_TEXT = 200_000  # characters of one document on the page
_SEVERITY = {"hard": "contradiction", "soft": "to look at", "note": "note"}


def _value(c: Claim) -> str:
    low, high = c.value_low, c.value_high
    if low is None and high is None:
        return "?"
    if low is None or high is None:
        return f"{'at least' if high is None else 'at most'} {show(low if low is not None else high or 0.0, c.unit)}"
    return show(low, c.unit) if low == high else f"{show(low, c.unit)} to {show(high, c.unit)}"


def _title(c: Claim) -> str:
    parts = [f"{c.subject}: {c.metric}" if c.subject else c.metric, _value(c)]
    parts += [x for x in (c.period, c.hedge if c.hedge != "exact" else "", c.kind) if x]
    if c.negated:
        parts.append("denied")
    if c.attribution:
        parts.append(f"says {c.attribution}")
    if c.condition:
        parts.append(c.condition)
    return "; ".join(parts)


def _anchor(c: Claim) -> str:
    return "claim-" + "".join(ch if ch.isalnum() else "-" for ch in c.id)


def _links(ids: Iterable[str], by_id: dict[str, Claim]) -> str:
    return ", ".join(f'<a href="#{_anchor(by_id[i])}">{escape(i)}</a>' for i in ids if i in by_id)


def _contradiction(c: Contradiction, by_id: dict[str, Claim]) -> str:
    factor = f" <b>× {c.factor:.3g}</b>" if c.factor and c.factor != 1 else ""
    keep = f" Keep: {_links([c.keep], by_id)}." if c.keep in by_id else ""
    return (
        f'<li class="evidence-{c.severity}"><span class="evidence-kind">{_SEVERITY[c.severity]}: '
        f"{escape(c.relation)}{factor}</span> {escape(c.text)}{keep} "
        f'<span class="evidence-claims">({_links(c.claims, by_id)})</span></li>'
    )


def _identity(i: Identity, by_id: dict[str, Claim]) -> str:
    return (
        f'<li class="evidence-{i.verdict}"><span class="evidence-kind">{escape(i.name)}, {i.verdict}</span> '
        f"{escape(i.statement)} ({_links(i.claims, by_id)})</li>"
    )


def _text(document: Document, claims: list[Claim], disputed: set[str]) -> str:
    """The document's words with each claim's number underlined and its reading as a title."""
    out: list[str] = []
    at = 0
    for c in sorted(claims, key=lambda c: c.value_span):
        start, end = c.value_span
        if start < at or end > _MOST_TEXT:
            continue
        out.append(escape(document.text[at:start]))
        mark = "evidence-claim evidence-disputed" if c.id in disputed else "evidence-claim"
        out.append(
            f'<u class="{mark}" id="{_anchor(c)}" tabindex="0" title="{escape(_title(c))}">'
            f"{escape(document.text[start:end])}</u>"
        )
        at = end
    out.append(escape(document.text[at:_MOST_TEXT]))
    if len(document.text) > _MOST_TEXT:
        out.append("…")
    paragraphs = "".join(out).split("\n")
    return "\n".join(f"<p>{p}</p>" for p in paragraphs if p.strip())


def document_html(reading: Reading) -> str:
    """An HTML fragment (one `section`) for all documents of a reading."""
    by_id = {c.id: c for c in reading.claims}
    disputed = {i for c in reading.contradictions if c.severity != "note" for i in c.claims}
    parts = ['<section class="evidence">']
    if reading.contradictions:
        parts += [
            "<h3>Where the documents contradict themselves</h3>",
            '<ol class="evidence-list">',
        ]
        parts += [_contradiction(c, by_id) for c in reading.contradictions]
        parts.append("</ol>")
    else:
        parts.append("<p>No contradiction was found.</p>")
    if reading.identities:
        parts += ["<h3>Arithmetic on stated numbers</h3>", '<ul class="evidence-list">']
        parts += [_identity(i, by_id) for i in reading.identities]
        parts.append("</ul>")
    for d in reading.documents:
        dated = f", {escape(d.date)} ({d.date_basis})" if d.date else ""
        parts.append(f'<article class="evidence-document"><h3>{escape(d.name)}{dated}</h3>')
        parts += [
            f'<p class="evidence-note">{escape(n.what)}</p>' for n in d.notes if n.span is None
        ]
        parts.append(_text(d, [c for c in reading.claims if c.document == d.name], disputed))
        parts.append("</article>")
    parts.append("</section>")
    return "\n".join(parts)
