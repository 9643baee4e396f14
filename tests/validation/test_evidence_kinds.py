"""Short labelled inputs by kind: the labels are whole, and the reader keeps what it reached."""

from __future__ import annotations

from support.evidence_kinds import by_kind, inputs, judge, whole

MOST_AT_FIRST = {"false_hard": 2, "live": 5}
LEAST_AT_FIRST = {"recall": 0.92, "precision": 0.93, "subject": 0.78, "period": 0.93}


def test_every_input_is_labelled_whole():
    rows = inputs()
    assert len(rows) == len({r["id"] for r in rows}) == len({r["text"] for r in rows}) == 169
    for row in rows:
        told = [*row["claims"], *row["optional_claims"]]
        assert told or row["must_not_be_live"], row["id"]
        for c in told:
            ends = [v for v in (c["low"], c["high"]) if v is not None]
            assert ends, row["id"]
            assert ends == sorted(ends), row["id"]
        for planted in row["contradictions"]:
            assert set(planted["values"]) & {v for c in told for v in (c["low"], c["high"])}
        for v in row["must_not_be_live"]:
            assert not any(
                v["unit"] == c["unit"] and v["value"] in (c["low"], c["high"])
                for c in row["claims"]
            ), row["id"]


def test_planted_contradictions_stand_beside_as_many_tempting_inputs():
    assert len(inputs("planted")) == sum(len(r["contradictions"]) for r in inputs()) == 25
    assert len(inputs("tempting")) == 25


def test_a_wrong_label_is_missed_and_the_figure_counts_as_made_up(tmp_path):
    row = inputs("filing02")[0]
    right, _ = judge(row, tmp_path)
    wrong = [{**row["claims"][0], "unit": "EUR"}, *row["claims"][1:]]
    s, notes = judge({**row, "claims": wrong}, tmp_path)
    assert (right.matched, s.matched, s.found) == (3, 2, 3)
    assert [n.split(" ")[0] for n in notes if n[:6] in ("MISSED", "EXTRA ")] == ["MISSED", "EXTRA"]


def test_the_kinds_are_read_as_well_as_at_first_contact():
    total = whole(by_kind(inputs())[0])
    reached = {
        "recall": total.recall,
        "precision": total.precision,
        "subject": total.share("subject"),
        "period": total.share("period"),
    }
    assert {k: v for k, v in reached.items() if v < LEAST_AT_FIRST[k]} == {}
    assert total.caught >= 13
    assert {k: n for k, n in MOST_AT_FIRST.items() if getattr(total, k) > n} == {}
