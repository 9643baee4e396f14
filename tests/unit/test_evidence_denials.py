"""What a text takes back does not hold, and what only looks so does; one text a kind."""

from __future__ import annotations

import pytest

from outlay.evidence import read_text

GONE = [  # each text, the figures that it takes back, and those that it leaves
    ("The offer of 48 MW at Brenn was void from 1 March.", [48e6], []),
    ("Guidance of $31 billion for 2026 stands withdrawn.", [31e9], []),
    ("Haldor's bid of $5.5 billion, since withdrawn, was for all of it.", [5.5e9], []),
    ("This note supersedes our estimate of $7.2 billion; capex will be $5.9 billion.", [7.2e9],
     [5.9e9]),
    ("Licence 12 allowed 30,000 chips. It has since been revoked.", [3e4], []),
    ("该通知中的8万张卡的配额已被新通知取代。", [8e4], []),
    ("原5亿元的预算不再有效，新的预算为3亿元。", [5e8], [3e8]),
    ("Correction: we gave the load as 410 MW; it was 140 MW.", [410e6], [140e6]),
    ("The price is $1.90 per GPU-hour. We had given it as $9.10 per GPU-hour.", [9.1], [1.9]),
    ("Capex was $3.4 billion, and not, as we wrote, $34 billion.", [34e9], [3.4e9]),
    ("For \"900 MW\" read \"90 MW\".", [900e6], [90e6]),
    ("Due to a conversion error, we reported 950 MW rather than 95 MW.", [950e6], [95e6]),
    ("资本开支为34亿元，此前误报为340亿元。", [34e9], [3.4e9]),
    ("本文初稿将投资额写成80亿元，应以18亿元为准。", [8e9], [1.8e9]),
    ("In a note, Orrel Research said Sable would spend $44 billion. It also wrote that it owned "
     "210,000 GPUs. The note was retracted on Friday.", [44e9, 210e3], []),
    ("奥瑞研究称黑貂云将投入440亿元。奥瑞研究其后撤回了这份报告。", [44e9], []),
    ("Q: The press has you buying 70,000 GPUs. Is that so?\nA: It is not. We bought 17,000 GPUs.",
     [7e4], [17e3]),
    ("记者：外界说你们租了640兆瓦。\n李：没有的事，我们租了460兆瓦。", [640e6], [460e6]),
    ("There is talk that Quill will buy 80,000 GPUs. \"There is no truth in it,\" it said.", [8e4],
     []),
    ("Traders spoke of an order of 40,000 chips. Quill said no such order exists.", [4e4], []),
    ("有自媒体称澜峰云订购6万张卡。对此，公司予以否认。", [6e4], []),
    ("关于澜峰云将投资300亿元的报道，公司发言人称“毫无根据”。", [30e9], []),
    ("$60 billion is not a number we have given.", [60e9], []),
    ("Nobody at Fenn has spoken of 25,000 GPUs.", [25e3], []),
    ("The 60 billion dollars for the year after next that some models hold for us is not a number "
     "we have ever given.", [60e9], []),
    ("Fenn told us that training takes 60% of its GPUs; we printed 6%.", [0.06], [0.6]),
    ("Orso never leased the 210 MW that we attributed to it. It leases 21 MW.", [210e6], [21e6]),
    ("Q. It was reported that you would hire 4,000 engineers.\nA. No, we will not. We hire 400 "
     "engineers.", [4000], [400]),
    ("Q. You are quoted as wanting 900 MW.\nA. I said nothing of the kind. We hold 90 MW.", [900e6],
     [90e6]),
    ("The draft had a load of 75 MW and a term of 9 years. Both have been superseded.", [75e6], []),
    ("Quill AI is said to be raising $7 billion. \"There is no round,\" it says.", [7e9], []),
    ("Quill AI will let 800 employees go, a newsletter wrote. \"False,\" answers its chief.", [800],
     []),
    ("Orso supposedly cuts its price to $11,000 per chip. Orso denies it: it stays at $13,000 per "
     "chip.", [11e3], [13e3]),
    ("所谓向客户出租3万张加速卡，公司从未签过这样的合同。", [3e4], []),
    ("We withdraw our forecast of 2.4 GW of active power for 2028 and now use 1.7 GW.", [2.4e9],
     [1.7e9]),
    ("600亿元不是我们给出的数字。", [60e9], []),
    ("The load is 12 MW, not 120 MW.\n\n> From: Bo\n> We need 120 MW by June.\n", [120e6],
     [12e6]),
    ("Sorry, my mistake: it is 640 GPUs.\n\n> Ana wrote: we will order 6,400 GPUs.\n", [6400],
     [640]),
    ("Pell disputes the $70 billion: capex was $21 billion.", [70e9], [21e9]),
    ("派尔否认将投资700亿元，称实际投资为210亿元。", [70e9], [21e9]),
]  # fmt: skip
KEPT = [
    ("Pell Cloud said it spent $4 billion. No, it will not slow down.", 4e9),
    ("A newsletter wrote that Pell Cloud owns 5,000 GPUs. Wrong-footed rivals followed.", 5e3),
    ("Pell Cloud spent $6 billion on sites that we attributed to three regions.", 6e9),
    ("People say rent is $2 per GPU-hour. False starts are common.", 2),
    ("客户称签约3万张卡，公司没有这样的库存压力。", 3e4),
    ("Talus withdrew $400 million from the facility.", 4e8),
    ("Outlook of $22 billion was not withdrawn.", 22e9),
    ("Haldor bought 5,000 GPUs, and its first order was cancelled.", 5e3),
    ("The licence allows 30,000 chips a quarter and may be revoked at any time.", 3e4),
    ("We reported revenue of $3 billion for the first quarter. Revenue was $4 billion in the "
     "second quarter.", 3e9),
    ("Sable spent $4 billion in 2025. Orrel Research has retracted its note on Umber.", 4e9),
    ("Q: You lease 64 MW. Will that grow?\nA: No. We have what we need.", 64e6),
    ("Q: Did capex reach $41 billion?\nA: It did.", 41e9),
    ("Reports put capex at $9 billion. Quill confirmed them.", 9e9),
    ("Quill will buy 8,000 GPUs. \"There is no truth in the claim that we are short,\" it said.",
     8e3),
    ("We have never been above $60 billion of debt, and hold $12 billion of cash.", 12e9),
    ("Pell was said to be cutting. It denies it: capex stays at $21 billion for 2026.", 21e9),
    ("Pell denied plans to cut capex from $21 billion.", 21e9),
    ("Pell rejected the claim and reaffirmed capex of $21 billion.", 21e9),
    ("澜峰云否认下调指引，维持2026年资本开支300亿元不变。", 30e9),
    ("The load is 12 MW.\n\n> We need 12 MW by June.\n", 12e6),
]  # fmt: skip


def held(text: str) -> tuple[list[float], list[float]]:
    """All values of a text, and those that hold."""
    claims = read_text(text, date="2026-06-10").claims
    live = [c.value for c in claims if c.status == "current" and not c.negated]
    return [c.value for c in claims], live


@pytest.mark.parametrize(("text", "gone", "left"), GONE)
def test_a_figure_that_a_text_takes_back_does_not_hold(text, gone, left):
    said, live = held(text)
    assert [v for v in gone if v not in map(pytest.approx, said)] == []
    assert live == [pytest.approx(v) for v in left]


@pytest.mark.parametrize(("text", "value"), KEPT)
def test_a_figure_beside_a_denial_of_something_else_holds(text, value):
    assert pytest.approx(value) in held(text)[1]


def test_a_figure_that_was_printed_by_mistake_names_the_right_one_before_it():
    right, wrong = read_text(
        "Clarification: Tarn has 61,000 GPUs. An earlier post put it at 16,000 GPUs."
    ).claims
    assert (wrong.negated, wrong.replaced_by, right.negated) == (True, right.id, False)
