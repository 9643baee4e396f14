"""Whatever chip, model, volume, day and currency are asked for, the first study plans."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import outlay
from outlay.catalogue import chips, models
from outlay.study.templates.asked import DOORS

CHIPS = sorted(c.id for c in chips().values() if c.peak_flop_s and c.memory_byte_s)
MODELS = sorted(models())
FIRST, DAYS = date(2025, 12, 31), 333

asked = st.fixed_dictionaries(
    {
        "chip": st.sampled_from(CHIPS),
        "model": st.sampled_from(MODELS),
        "tokens": st.floats(6, 13).map(lambda e: f"{10**e:.4g}/day"),
        "currency": st.sampled_from(["", "USD", "CNY", "EUR", "JPY", "INR"]),
        "budget": st.sampled_from(["", "2m USD", "100 USD", "9bn CNY"]),
        "as_of": st.integers(0, DAYS).map(lambda n: str(FIRST + timedelta(n))),
    }
)


@pytest.mark.parametrize("door", DOORS)
@settings(max_examples=5, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(options=asked)
def test_any_first_study_is_clean_and_plans(
    door: str, tmp_path_factory: pytest.TempPathFactory, options: dict[str, str]
) -> None:
    path: Path = tmp_path_factory.mktemp("first") / "study.yaml"
    begun = outlay.init(door, path, **options)
    checked = outlay.check(path)
    # a millionth of a share and a hall of gigawatts are doubted, and rightly so
    doubted = ("tokens_per_day", "power", "expand")
    assert [w for w in checked.warnings if not any(d in w.where for d in doubted)] == []
    by_nature = ("peers", "rivals")
    assert not [
        i for i in checked.idle if not i.path.startswith(by_nature) and not i.path.endswith("needs")
    ]
    plan = outlay.plan(path, quick=True)
    assert (plan.verdict, plan.status) == ("valid", "optimal")
    asked_for = float(options["tokens"].removesuffix("/day"))
    assert begun.tokens_per_day == pytest.approx(asked_for)
    # the need is worked out from the same rates as the plan's own
    need = max(plan.need.total)
    if door in ("founder", "lab"):
        assert need == pytest.approx(begun.chips_needed, rel=0.02)
