"""Names as people write them find the right chip or model, or the nearest one is offered."""

from __future__ import annotations

import pytest

from outlay.catalogue import chips, find_chip, find_model, models
from outlay.core.errors import UnknownNameError


@pytest.mark.parametrize(
    ("written", "ident"),
    [
        ("H100-SXM-80GB", "h100-sxm"),
        ("H100", "h100-sxm"),
        ("nvidia h100", "h100-sxm"),
        ("8x H100 SXM5", "h100-sxm"),
        ("H200 141GB", "h200-sxm"),
        ("H200-NVL-141GB", "h200-nvl"),
        ("H20", "h20-96g"),
        ("H20 141GB", "h20-141g"),
        ("B200-180GB", "b200-hgx"),
        ("GB200-192GB", "gb200-nvl72"),
        ("RTX-PRO-6000-BSE", "rtx-pro-6000-server"),
        ("MI325X-256GB", "mi325x"),
        ("GH200-144GB", "gh200-144g"),
        ("Ascend-910C", "ascend-910c"),
        ("昇腾910C", "ascend-910c"),
        ("寒武纪590", "mlu590"),
        ("L20", "l20"),
        ("Ironwood", "tpu-v7"),
    ],
)
def test_chips(written: str, ident: str) -> None:
    assert find_chip(written).id == ident


@pytest.mark.parametrize(
    ("written", "ident"),
    [
        ("DeepSeek-R1/V3-671B", "deepseek-v3"),
        ("deepseek-ai/DeepSeek-R1-0528", "deepseek-r1"),
        ("nvidia/DeepSeek-R1-FP4", "deepseek-r1"),
        ("Llama-3.x-70B", "llama-3.1-70b"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.1-70b"),
        ("Llama-2-70B-chat", "llama-2-70b"),
        ("Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "qwen3-235b-a22b"),
        ("GLM-4.6", "glm-4.5"),
        ("gpt-oss-120b", "gpt-oss-120b"),
        ("openai/gpt-oss-20b", "gpt-oss-20b"),
        ("MiniMax-M2.5", "minimax-m2.5"),
        ("豆包1.6", "doubao-seed-1.6"),
        ("Mistral-7B", "mistral-7b"),
    ],
)
def test_models(written: str, ident: str) -> None:
    assert find_model(written).id == ident


@pytest.mark.parametrize("find", [find_chip, find_model])
@pytest.mark.parametrize("bad", ["", " ", "nothing of the kind", "/", "…", None, 7])
def test_unknown_names_are_refused(find: object, bad: object) -> None:
    with pytest.raises(UnknownNameError, match="unknown"):
        find(bad)  # type: ignore[operator]


@pytest.mark.parametrize("two", ["hygon-k100ai / kunlun-p800", "H100/H200", "H100 94GB"])
def test_two_names_or_a_wrong_size_are_not_guessed(two: str) -> None:
    with pytest.raises(UnknownNameError):
        find_chip(two)


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'ascend-910c'"):
        find_chip("ascnd-910c")
    with pytest.raises(UnknownNameError, match="did you mean 'deepseek-v3"):
        find_model("deepsek-v3")


def test_every_id_name_and_alias_finds_its_own_entry() -> None:
    for chip in chips().values():
        for written in (chip.id, chip.name, *chip.aliases):
            assert find_chip(written).id == chip.id, written
            assert find_chip(written.upper()).id == chip.id, written
    for model in models().values():
        for written in (model.id, model.name, model.hf_repo or model.id, *model.aliases):
            assert find_model(written).id == model.id, written
