"""Every rule of the reader finds its examples and none of its counter-examples."""

import re

import pytest

from outlay.evidence.rules import Rule, pattern, rules, words


@pytest.mark.parametrize("rule", rules(), ids=lambda r: f"{r.language}:{r.name}")
def test_a_rule_finds_its_examples_and_no_counter_example(rule: Rule) -> None:
    assert rule.examples
    assert rule.counters, "a rule that finds everything says nothing"
    found = re.compile(rule.pattern, rule.flags)
    for text in rule.examples:
        assert found.search(text), text
    for text in rule.counters:
        assert not found.search(text), text


def test_a_pattern_of_all_languages_keeps_the_flags_of_each() -> None:
    both = pattern("quantities.up_to")
    assert both.search("NO MORE THAN ")
    assert both.search("不超过")
    assert not pattern("quantities.up_to", "zh").search("no more than ")
    with pytest.raises(KeyError):
        pattern("quantities.nothing")


def test_words_of_no_rule_are_none() -> None:
    assert words("names.nothing") == ()
