"""The claims of a document's running text, sentence by sentence, in order of appearance."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from outlay.evidence.blocks.types import Blocks
from outlay.evidence.names.mentions import Mentions
from outlay.evidence.names.subjects import Scene, topic_of
from outlay.evidence.names.voices import attribution, condition
from outlay.evidence.quantities.numbers import find_numbers
from outlay.evidence.rules import words
from outlay.evidence.sentences.context import (
    State,
    anchor_of,
    conventions_of,
    issuer_of,
    main_actor,
    silenced_span,
)
from outlay.evidence.sentences.denials import righted
from outlay.evidence.sentences.replies import answered, asks_if, denied_elsewhere, retracted
from outlay.evidence.sentences.retold import amended, gainsaid
from outlay.evidence.sentences.sentence import SentenceReader
from outlay.evidence.text.clean import Cleaned
from outlay.evidence.text.simplified import simplified
from outlay.evidence.text.triggers import within
from outlay.evidence.types import Claim, Document

__all__ = ["claims_of"]

_FIRST_LINES, _SECTION = 250, 4_000
_LABEL = 40
"""Characters that the label of an item has at most: "Initial term." """


def claims_of(
    document: Document, cleaned: Cleaned, mentions: Mentions, prefix: str, blocks: Blocks
) -> list[Claim]:
    """All claims of the running text (tables are read elsewhere), in order of appearance.

    blocks: of the whole document; `blocks.at(place)` is the scope of a number.
    """
    text = simplified(cleaned.text)
    numbers = find_numbers(text, lambda place: blocks.at(place).decimal)
    starts = [n.start for n in numbers]
    whole, topic = blocks.scope, ""
    conventions = conventions_of(text, document, whole)
    state = State(default_period=whole.period)
    known = {m.name for m in mentions.all}
    state.scene = Scene(topic=_opening(mentions) or whole.entity)
    state.issuer = issuer_of(cleaned, mentions)
    if whole.period and whole.entity in known:  # a report, and whose
        state.issuer = state.issuer or whole.entity
    home = state.issuer or (whole.entity if whole.entity in known else "")
    state.scene = replace(state.scene, issuer=state.issuer, home=home)
    state.calendar = state.issuer or state.scene.topic or whole.entity
    anchor = anchor_of(document, whole, state.issuer or state.scene.topic)
    out: list[Claim] = []
    low = text.lower()
    state.corrects = any(w in low for w in words("sentences.corrects"))
    before = first = 0  # where the claims of the sentence before begin, and of its paragraph
    asked = False
    for s in cleaned.sentences:
        here = mentions.within(s.start, s.end)
        inside = numbers[bisect_left(starts, s.start) : bisect_left(starts, s.end)]
        body = text[s.start : s.end]
        if s.paragraph != state.paragraph:
            first = first if asked else len(out)
            _begin(state, s.paragraph)
        voice = attribution(text, s.start, s.end, s.chinese, state.voice)
        silenced = silenced_span(s, voice.start, voice.end, here, body)
        if voice.who:
            state.voice = voice.who
            names = [m for m in here if silenced[0] <= m.start < silenced[1]]
            if names or not voice.carried:
                state.voice_kind = names[0].kind if names else ""
        last, before = before, len(out)
        if last < len(out):
            out[last:] = answered(text, s, out[last:], asked)
        asked = asks_if(body)
        out[last:] = gainsaid(body, out[last:])
        scope = blocks.at(s.start)
        if scope.topic != topic:  # a section of its own
            topic = scope.topic
            own = topic if topic in known and topic != whole.entity else ""
            state.scene = _of_section(state.scene, own, home, _heads_alone(text, topic, s.end))
        if not s.repeated and (inside or within("sentences.ranks", text, s.start, s.end)):
            reader = SentenceReader(
                document, text, s, here, anchor, state, silenced, conventions, scope
            )
            found = reader.read(inside, voice.who, prefix, before)
            then, found = righted(text, out[last:], found, state.corrects, s.start)
            out[last:] = [*amended(text, then, found), *found]
        if asked and before == len(out):
            before = min(first, before)  # "The papers have 2 GW. Is that so?"
        state.label = s.start if not inside and len(body) <= _LABEL else -1
        if not (s.heading and not here):
            state.scene = topic_of(text, s.start, here, silenced, state.scene)
        if state.issuer and state.scene.topic != state.issuer:
            state.scene = replace(state.scene, topic=state.issuer)
        if under := condition(text, s.start, s.end, s.chinese):
            state.condition = under
    out = retracted(text, cleaned.sentences, out)
    return denied_elsewhere(document.text, out, state.corrects)


def _begin(state: State, paragraph: int) -> None:
    """What a paragraph said ends with it."""
    state.paragraph = paragraph
    state.condition = ""
    state.periods = {}
    state.price = ""
    state.label = -1
    state.scene = replace(state.scene, lead="") if state.scene.lead else state.scene


def _of_section(scene: Scene, topic: str, home: str, alone: bool) -> Scene:
    """Whom a section speaks of: its heading's name, or whoever the document is about."""
    if topic:
        return replace(scene, topic=topic, home=topic if alone else scene.home)
    return scene if scene.home == home else replace(scene, home=home, topic=home or scene.topic)


def _heads_alone(text: str, name: str, end: int) -> bool:
    """Whether a line of its own holds a name and no more: a section is about it."""
    before = text[max(0, end - _SECTION) : end]
    return re.search(rf"(?m)^[#*=\s]*{re.escape(name)}[*:：\s]*$", before) is not None


def _opening(mentions: Mentions) -> str:
    """Whom the text is most about, if its first lines name them."""
    actor = main_actor(mentions)
    first = next((m.start for m in mentions.all if m.name == actor), 0)
    return actor if first < _FIRST_LINES else ""
