# ruff: noqa
# An analyst's look at a plan: what is known, what scenarios change, what moves the answer.
# Open it: marimo edit docs/notebooks/analyst.py
# Another study: marimo edit docs/notebooks/analyst.py -- --study my/study.yaml

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    import outlay

    examples = mo.notebook_dir().parents[1] / "examples"
    mo.md(
        """
        # How sure is a plan made from public figures?

        First what a newspaper says, and where it contradicts itself. Then a study: its assumptions,
        its scenarios, and which of its numbers would change the decision.
        """
    )
    return examples, mo, outlay, pl


@app.cell
def _(examples, outlay):
    article = outlay.read([examples / "bytedance-2026/article.md"])
    contradictions = article.to_polars("contradictions")
    contradictions
    return article, contradictions


@app.cell
def _(examples, outlay):
    reference = outlay.check(examples / "bytedance-2026/study.yaml")
    assumed = len(reference.assumptions) / (len(reference.assumptions) + len(reference.facts))
    return assumed, reference


@app.cell
def _(assumed, mo):
    mo.md(
        f"""
        Of the numbers of the reference study {assumed:.0%} have no source: they are assumptions, and
        its report lists each. The study below is smaller, so that this page answers at once; name the
        reference with `--study` to ask it the same.
        """
    )
    return


@app.cell
def _(examples, mo, outlay):
    file = mo.cli_args().get("study") or str(examples / "lab-training/study.yaml")
    study = outlay.load(file)
    plan = outlay.plan(study, quick=True)
    plan
    return file, plan, study


@app.cell
def _(outlay, pl, plan, study):
    scenarios = pl.DataFrame(
        [
            {
                "scenario": name,
                "cost": (other := outlay.plan(study, scenario=name, quick=True)).expected_cost,
                "change": other.expected_cost - plan.expected_cost,
                "first order": ", ".join(f"{o.quantity:,.0f} {o.chip}" for o in other.orders_now),
            }
            for name in study.study.scenarios
        ]
    )
    scenarios
    return (scenarios,)


@app.cell
def _(outlay, pl, study):
    # Prices, rents and tariffs with a stated range: each at its ends, all else as it is.
    asked = outlay.session(study)
    checked = outlay.check(study)
    ranged = [
        number
        for number in (*checked.assumptions, *checked.facts)
        if number.low is not None and number.path.startswith(("supply.", "sites."))
    ]

    def change(path, value, unit):
        """What the plan costs more with one number changed."""
        *_, exact = asked.ask({path: f"{value!r} {unit}"})
        return exact.difference

    swing = pl.DataFrame(
        [
            {
                "input": number.path,
                "at its low end": change(number.path, number.low, number.unit),
                "at its high end": change(number.path, number.high, number.unit),
            }
            for number in ranged
        ]
    ).sort(pl.max_horizontal(pl.nth(1).abs(), pl.nth(2).abs()), descending=True)
    swing
    return (swing,)


@app.cell
def _(mo, plan, swing):
    import vl_convert

    bars = swing.unpivot(index="input", variable_name="where", value_name="cost")
    picture = vl_convert.vegalite_to_svg(
        {
            "title": f"What a stated range moves, {plan.currency} of expected cost",
            "data": {"values": bars.to_dicts()},
            "mark": "bar",
            "width": 480,
            "encoding": {
                "y": {"field": "input", "sort": swing["input"].to_list(), "title": None},
                "x": {"field": "cost", "type": "quantitative", "title": None, "stack": False},
                "color": {
                    "field": "where",
                    "title": None,
                    "scale": {"range": ["#D55E00", "#0072B2"]},
                },
            },
        }
    )
    mo.Html(picture)
    return (picture,)


if __name__ == "__main__":
    app.run()
