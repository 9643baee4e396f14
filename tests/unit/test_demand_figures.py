"""Charts of demand are valid, drawn offline, and say their numbers."""

from __future__ import annotations

from typing import Any

from outlay.demand.document import forecast_document
from outlay.demand.figures import fan_chart, record_chart, shape_chart
from outlay.demand.forecast import forecast
from outlay.demand.public import public_series
from outlay.demand.scoring import rolling_origin
from outlay.demand.shape import shape


def drawn(spec: dict[str, Any]) -> str:
    import vl_convert

    svg = str(vl_convert.vegalite_to_svg(spec))
    assert svg.startswith("<svg")
    return svg


def test_forecast_charts_are_drawn_with_sources_and_limits() -> None:
    made = forecast(public_series("bytedance-tokens"), months=36, n_paths=300)
    body = forecast_document(made, rolling_origin(made.series, n_paths=100), seed=0)
    assert "hao.cnyes.com" in str(fan_chart(body))
    drawn(fan_chart(body))
    drawn(record_chart(body))
    assert "office" in drawn(shape_chart([shape("office"), shape("pooled")]))
    blind = {**body, "informative_until": None}
    assert "almost nothing" in fan_chart(blind)["title"]["subtitle"]
    drawn(fan_chart(blind))
