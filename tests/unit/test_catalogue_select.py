"""Words, conditions and order of the catalogue's rows: each asked value from a data sheet."""

from __future__ import annotations

import datetime as dt

import pytest

from outlay.api.catalogue import catalogue
from outlay.catalogue.columns import ROWS, columns
from outlay.catalogue.document import TABLES
from outlay.core.errors import InputError, QuantityError, UnknownNameError
from outlay.results.catalogue import Price, Table


def ids(table: str, *where: str, **more: str) -> list[str]:
    found = catalogue(table, where=where, **more)
    assert found.n == len(found.rows)
    return [str(getattr(row, "id")) for row in found.rows]  # noqa: B009


def test_a_quantity_is_compared_in_its_unit() -> None:
    """An H200 is sold with 141 GB and holds 141 GiB, an H100 80: 141 GiB divide them."""
    roomy = ids("chips", "memory>=141 GiB")
    assert "h200-sxm" in roomy
    assert "h100-sxm" not in roomy
    assert "h200-sxm" not in ids("chips", "memory > 141GiB")
    assert "h200-sxm" in ids("chips", "memory<=0.2 TB")
    asked = ("memory=141 GiB", "vendor=nvidia", "bandwidth=4.8 TB/s", "bf16>500 TFLOP/s")
    assert set(ids("chips", *asked)) == {"h200-sxm", "h200-nvl"}
    assert "h20-141g" in ids("chips", "memory=141 GiB", "bf16<500 TFLOP/s")


def test_what_is_not_published_meets_no_condition_but_unequal() -> None:
    silent = "metax-c600"  # its maker has published no rate and no power
    assert silent not in ids("chips", "bf16<1 EFLOP/s") + ids("chips", "tdp>=0 W")
    assert silent in ids("chips", "tdp!=700 W")
    assert ids("chips", sort="bf16")[-1] == ids("chips", sort="-bf16")[-1] == silent


def test_a_range_fits_where_any_of_it_does() -> None:
    """An H200 costs from 20,000 to 40,000 dollars and rents for 2.5 to 7 an hour."""
    for fits in ("price<=20_000 USD", "price>=40_000 USD", "price=30_000 USD", "price=20_000 USD",
                 "rent>6 USD/chip-hour"):  # fmt: skip
        assert "h200-sxm" in ids("chips", fits), fits
    for fails in ("price<20_000 USD", "price>40_000 USD", "price=41_000 USD", "price!=30_000 USD"):
        assert "h200-sxm" not in ids("chips", fails), fails


def test_dates_are_the_days_that_they_may_mean() -> None:
    """The H100 came in October 2022, the A800 in November, the A100 in 2021."""
    early = ids("chips", "available<=2022-10", "vendor=NVIDIA")
    assert {"a100-80g-sxm", "h100-sxm"} <= set(early)
    assert "a800-80g-sxm" not in early
    assert "h100-sxm" in ids("chips", "available=2022")
    assert "a100-80g-sxm" not in ids("chips", "available=2021-06")  # in 2021: perhaps, not surely
    assert "a100-80g-sxm" not in ids("chips", "available<=2021-06")
    assert "h100-sxm" not in ids("chips", "available>2022")
    first = catalogue("events", where=["date<2023"]).rows
    assert [getattr(e, "date") for e in first] == [dt.date(2022, 10, 7)]  # noqa: B009
    assert catalogue("events", where=["date>=2025-12-08", "chips=h200-sxm"]).n == 2


def test_words_are_found_anywhere_and_conditions_on_text_ignore_case() -> None:
    assert "h200-sxm" in ids("chips", search="hgx H200")
    assert ids("chips", "vendor=huawei", search="910c") == ["ascend-910c"]
    assert "ascend-910c" in ids("chips", "domestic=yes")
    assert "h200-sxm" not in ids("chips", "domestic=yes")
    assert all("910" in i for i in ids("chips", "id~910"))
    assert "h20-96g" not in ids("chips", "vendor!=NVIDIA")


def test_rows_are_ordered_by_each_key_in_turn() -> None:
    rows = [r for r in catalogue("prices", where=["currency=USD"], sort="region,-low").rows
            if isinstance(r, Price)]  # fmt: skip
    assert [(r.region.casefold(), -r.low) for r in rows] == sorted(
        (r.region.casefold(), -r.low) for r in rows
    )
    quarters = ids("chips", sort="available")
    assert quarters.index("h20-96g") < quarters.index("h200-sxm")  # 2024-Q1 before 2024-Q2
    largest = ids("models", "parameters>=1T", sort="-parameters")
    assert largest[-1] in ("kimi-k2", "kimi-k2.5")  # of 1.04 trillion, the least of these
    assert "deepseek-v3" not in largest  # 671bn
    assert "deepseek-v3" in ids("models", "parameters>=671bn", "active<=37bn")


REFUSED = {
    "memry>=80 GB": "did you mean 'memory'",
    "memory>=80": "without its unit",
    "memory>=80 W": "80 GiB",
    "memory": "not a condition",
    "vendor=nvida": "did you mean 'NVIDIA'",
    "vendor<AMD": "words have no order",
    "price<=20_000 CNY": "in dollars",
    "domestic=maybe": "yes or no",
    "domestic>yes": "yes or no",
    "available>=soon": "2025-12-31",
    "tpp>=many": "a number",
}


@pytest.mark.parametrize("condition", REFUSED)
def test_what_cannot_be_asked_is_refused_with_what_can(condition: str) -> None:
    with pytest.raises(InputError, match=REFUSED[condition]) as err:
        catalogue("chips", where=[condition])
    assert all(p.where.startswith("--where") and p.allowed for p in err.value.problems())


def test_an_unknown_order_or_word_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'bandwidth'"):
        catalogue("chips", sort="-bandwith")
    with pytest.raises(UnknownNameError, match="no row of traces mentions"):
        catalogue("traces", search="unobtanium")
    with pytest.raises(QuantityError):
        catalogue("chips", where=["memory>=much"])


@pytest.mark.parametrize("table", ROWS)
def test_every_field_of_a_table_can_be_asked_for(table: Table) -> None:
    rows = catalogue(table).rows
    assert {type(r) for r in rows} == {ROWS[table]}
    known = columns(table)
    fields = {c.field.partition(".")[0] for c in known.values()}
    assert fields == set(ROWS[table].__dataclass_fields__) - {"extra"}
    for column in known.values():
        for row in rows[:40]:
            column.read(row)


def test_tables_and_their_rows_agree() -> None:
    assert list(ROWS) == list(TABLES)


def test_traces_and_shapes_are_those_that_a_study_may_name() -> None:
    """Figures of the data card: 19,366 requests in 58.4 minutes, 1,155 tokens in and 211 out."""
    trace = catalogue("traces", "azure2023_conv").to_polars("rows").to_dicts()[0]
    assert (trace["requests"], trace["span_s"]) == (19_366, 58.4 * 60)
    assert (trace["input_tokens"], trace["output_tokens"]) == (1155, 211)
    assert ids("traces", "requests>=100m", sort="-requests") == [
        "servegen_m_small", "servegen_m_large"
    ]  # fmt: skip
    assert ids("shapes", "basis=measured", sort="-busiest_hour")[0] == "reasoning"
    assert ids("shapes", "busiest_hour>2.5") == ["coding"]
