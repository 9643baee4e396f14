"""Files of tagged facts that are not as they should be: what is wrong is said, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outlay.core.errors import DocumentError
from outlay.evidence import read
from outlay.evidence.ledger import from_reading

GOOD = {"start": "2024-04-01", "end": "2025-03-31", "val": 77_000_000, "filed": "2025-05-02"}


def _file(folder: Path, entries: object, **more: object) -> Path:
    path = folder / "facts.json"
    said = {
        "cik": 41,
        "entityName": "Rowan Switch Ltd",
        "facts": {"us-gaap": {"Assets": {"units": {"USD": entries}}}},
        **more,
    }
    path.write_text(json.dumps(said, indent=1))
    return path


def _notes(path: Path) -> list[str]:
    return [n.what for n in read(path).documents[0].notes]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({**GOOD, "end": "2025-02-30"}, 'us-gaap:Assets: end "2025-02-30" is no date YYYY-MM-DD'),
        ({**GOOD, "start": "1 May 2024"}, 'us-gaap:Assets: start "1 May 2024" is no date'),
        ({**GOOD, "start": "2026-01-01"}, "it ends 2025-03-31, before it starts, 2026-01-01"),
        ({**GOOD, "end": None}, "end null is no date"),
        (12.5, "us-gaap:Assets: 12.5 in place of a fact"),
    ],
)
def test_a_fact_that_is_none_is_named_and_the_others_are_read(
    tmp_path: Path, entry: object, said: str
) -> None:
    path = _file(tmp_path, [entry, GOOD])
    assert [(c.value, c.unit) for c in read(path).claims] == [(7.7e7, "USD")]
    assert any(said in n and n.startswith("1 left out") for n in _notes(path))


def test_concepts_without_facts_are_named(tmp_path: Path) -> None:
    facts = {
        "us-gaap": {
            "Assets": {"units": {"USD": [GOOD], "": [GOOD], "EUR": {}}},
            "Land": {"units": None},
            "Goodwill": 3,
        },
        "dei": [],
    }
    notes = _notes(_file(tmp_path, [], facts=facts))
    assert {n for n in notes if "left out" in n} == {
        "1 left out: us-gaap:Assets: facts without a unit",
        "1 left out: us-gaap:Assets: {} in place of the facts in EUR",
        "1 left out: us-gaap:Land: null in place of units",
        "1 left out: us-gaap:Goodwill: null in place of units",
        "1 left out: dei: [] in place of concepts",
    }


def test_of_many_kinds_of_faults_ten_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    bad = [{**GOOD, "end": f"day {n}"} for n in range(25)]
    notes = _notes(_file(tmp_path, [*bad, GOOD]))
    assert sum("is no date" in n for n in notes) == 10
    assert "15 more left out, of 15 other kinds" in notes


def test_a_company_without_a_name_in_words_is_nobody(tmp_path: Path) -> None:
    path = _file(tmp_path, [GOOD], entityName=["Rowan"])
    assert {c.subject for c in read(path).claims} == {""}
    assert 'entityName: ["Rowan"] is no name' in _notes(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n"facts": {},\n"facts": {}}', "line 3: a key twice: 'facts' (allowed: each key once)"),
        ('{"facts":\n{"a": NaN}}', "line 2: not a finite number: NaN"),
        ('{"a": 1' + "0" * 5000 + "}", "line 1: a number out of range"),
        ("[" * 999, "nested too deeply (allowed: 64 levels)"),
        ('{"facts": {"us-gaap": {"Assets": ', "the text ends early: is the file whole?"),
        ('{"facts": []}', '"facts" (taxonomy, concept, "units")'),
        ("[]", '"facts" (taxonomy, concept, "units")'),
        ('{"facts": {"us-gaap": {"Land": {}}}}', "us-gaap:Land: null in place of units"),
    ],
)
def test_a_file_without_facts_says_what_it_has_in_their_place(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "facts.json").write_text(text)
    with pytest.raises(DocumentError) as caught:
        read(tmp_path / "facts.json")
    assert "facts.json" in str(caught.value)
    assert said in str(caught.value)
    assert "sys." not in str(caught.value)


_PAGE = """<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" xmlns:i="http://www.xbrl.org/2003/instance"
xmlns:us-gaap="http://fasb.org/us-gaap/2025" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"><body>
<ix:header><ix:resources><i:context id="c"><i:entity/><i:period><i:instant>2025-12-31</i:instant>
</i:period></i:context><i:unit id="usd"><i:measure>iso4217:USD</i:measure></i:unit><i:unit id="bare"/>
</ix:resources></ix:header><p>Debt of <ix:nonFraction name="us-gaap:Debt" contextRef="c" {}>73
</ix:nonFraction> and <ix:nonFraction name="us-gaap:Land" contextRef="c" unitRef="usd">8
</ix:nonFraction> of land.</p></body></html>"""  # noqa: E501


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('unitRef="bare"', "in a unit that the file does not hold"),
        ("", "in a unit that the file does not hold"),
        ('unitRef="usd" scale="six"', "with the scale 'six', which is none"),
        ('unitRef="usd" scale="400"', "with the scale '400', which is none"),
    ],
)
def test_a_tag_without_a_unit_or_of_no_scale_is_no_number(
    tmp_path: Path, said: str, why: str
) -> None:
    (tmp_path / "p.html").write_text(_PAGE.format(said))
    assert f"tagged facts {why}, 1: us-gaap:Debt" in _notes(tmp_path / "p.html")
    tagged = [c for c in read(tmp_path / "p.html").claims if c.reader == "tagged"]
    assert [(c.value, c.unit, c.period) for c in tagged] == [(8.0, "USD", "2025-12")]


def test_a_figure_that_a_later_filing_replaces_is_no_accepted_fact(tmp_path: Path) -> None:
    later = {**GOOD, "val": 79_000_000, "filed": "2025-08-01"}
    reading = read(_file(tmp_path, [GOOD, later]))
    facts = {f.claim.value: (f.verdict, f.reason) for f in from_reading(reading, "a").facts}
    assert facts[7.9e7][0] == "accepted"
    assert facts[7.7e7] == ("rejected", "facts.t1 replaces it")
