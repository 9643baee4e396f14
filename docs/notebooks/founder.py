# ruff: noqa
# A founder's plan, what-if and picture. Open it: marimo edit docs/notebooks/founder.py

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo

    import outlay

    mo.md(
        """
        # Own eight chips, or rent them?

        A founder sells an open model by the token. She has $2.6m for 2026 and three ways to the same
        chip: buy it for her cage, reserve it for a year, rent it by the month. Whether her second
        large customer signs is known in July.
        """
    )
    return mo, outlay


@app.cell
def _(mo, outlay):
    study = outlay.load(mo.notebook_dir().parents[1] / "examples/gpu-cloud-founder/study.yaml")
    plan = outlay.plan(study, worlds=0)
    plan
    return plan, study


@app.cell
def _(mo, plan):
    mo.md(
        f"""
        **{plan.headline.sentence}**

        The fleet by period, expected over the branches and at its least and most:
        """
    )
    return


@app.cell
def _(plan):
    fleet = plan.to_polars("fleet")
    fleet
    return (fleet,)


@app.cell
def _(mo):
    rent = mo.ui.slider(1.4, 3.0, 0.1, value=1.7, label="rent of a year's reservation, $/chip-hour")
    rent
    return (rent,)


@app.cell
def _(outlay, plan, rent, study):
    field = f"supply.rent-h200-year.rent={rent.value:.1f} USD/chip-hour"
    changed = outlay.plan(study, overrides=[field], quick=True)
    step = outlay.compare(plan, changed)
    step.to_polars("orders")
    return changed, step


@app.cell
def _(mo, step):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        step.draw(Path(folder) / "step.svg")
        picture = (Path(folder) / "step.svg").read_text(encoding="utf-8")
    mo.Html(picture)
    return (picture,)


@app.cell
def _(mo, rent, step):
    mo.md(
        f"""
        At ${rent.value:.1f} an hour the plan costs {step.cash:+,.0f} dollars of cash (expected,
        discounted, less what is left), and the table above says which of today's orders change. Move
        the slider: where does buying end?
        """
    )
    return


if __name__ == "__main__":
    app.run()
