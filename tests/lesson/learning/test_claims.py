"""A claim prints its sentence with the numbers, or fails."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from recbook import session
from recbook.learning.claims import ClaimFailed, claim


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(session, "_language", "en")


def test_prints_the_sentence_of_the_readers_language(monkeypatch, capsys):
    sentences = {"en": "{n:,} ratings fill {share:.1%}.", "zh": "{n:,} 条评分占 {share:.1%}。"}
    claim(True, **sentences, n=100_000, share=np.float32(0.063))
    monkeypatch.setattr(session, "_language", "zh")
    claim(np.bool_(True), **sentences, n=100_000, share=torch.tensor(0.063))
    assert capsys.readouterr().out == "100,000 ratings fill 6.3%.\n100,000 条评分占 6.3%。\n"


def test_one_language_is_enough(capsys):
    claim(True, zh="成立。")
    assert capsys.readouterr().out == "成立。\n"


def test_a_false_claim_fails_with_sentence_and_numbers(capsys):
    with pytest.raises(ClaimFailed, match=r"This does not hold: Only 12\.0%\. \(share = 0\.12\)") as failure:
        claim(False, en="Only {share:.1%}.", share=0.12)
    assert isinstance(failure.value, AssertionError)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("condition", [np.array([True, True]), torch.tensor(True), 1, None, "yes", [True]])
def test_only_true_and_false_are_conditions(condition):
    with pytest.raises(TypeError, match=r"True or False, not a .*write \(\.\.\.\)\.all\(\)"):
        claim(condition, en="So it is.")


def test_a_sentence_is_needed():
    with pytest.raises(ValueError, match="A claim needs its sentence"):
        claim(True, n=3)


@pytest.mark.parametrize("sentence", ["{n} and {m}", "{n} and {}"])
def test_a_number_that_is_missing_is_named(sentence):
    with pytest.raises(ValueError, match=r"was not given; it has \['n'\]"):
        claim(True, en=sentence, n=3)


def test_a_takeaway_is_filled_with_the_numbers_of_its_claim(monkeypatch, page):
    takeaway = {"en": "Only {share:.0%}.", "zh": "只有 {share:.0%}。"}
    claim(True, en="{n} of them.", takeaway=takeaway, n=3, share=0.12)
    monkeypatch.setattr(session, "_language", "zh")
    claim(True, zh="有 {n} 个。", takeaway=takeaway, n=3, share=0.12)
    told = [metadata["recbook"]["takeaway"] for _, metadata in page]
    assert told == ["Only 12%.", "只有 12%。"]


@pytest.mark.parametrize(("takeaway", "message"), [({"en": "{m}"}, "names 'm', which"), ({}, "needs its sentence")])
def test_a_takeaway_that_cannot_be_said_is_refused(takeaway, message):
    with pytest.raises(ValueError, match=message):
        claim(True, en="{n} of them.", takeaway=takeaway, n=3)


def test_a_notebook_can_find_its_claims():
    InteractiveShell.instance()
    try:
        with capture_output() as shown:
            claim(True, en="{n} < `five`", n=3)
    finally:
        InteractiveShell.clear_instance()
    output = shown.outputs[0]
    assert output.metadata == {"recbook": {"claim": True, "takeaway": True, "text": "3 < `five`"}}
    assert output.data["text/plain"] == "3 < `five`"
    assert "3 &lt; <code>five</code>" in output.data["text/html"]
