"""Every exercise accepts right answers of several kinds and refuses each listed mistake with its own hint."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from all_answers import all_answers, wrong_answers

from recbook import session
from recbook.learning import bank, messages
from recbook.learning.exercises import agree, judge, trials_of
from recbook.learning.quiz import shuffled

EXERCISES = list(bank.exercises().values())
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


@pytest.fixture(autouse=True, params=["en", "zh"])
def lang(request, monkeypatch):
    monkeypatch.setattr(session, "_language", request.param)
    return request.param


def named(value):
    return getattr(value, "id", None) or getattr(value, "name", None)


def as_answer(exercise, wrong):
    return wrong if exercise.asks_for_function else wrong()


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_accepts_three_right_answers(exercise):
    answers = all_answers().get(exercise.id, [])
    assert len(answers) >= 3, f"{exercise.id!r} needs three right answers in tests/chapters/<slug>/answers.py."
    for answer in [as_answer(exercise, exercise.reference), *answers]:
        verdict = judge(exercise, answer)
        assert verdict.outcome == "right", f"{getattr(answer, '__name__', answer)}: {verdict.message}"


def test_every_answer_has_its_exercise():
    assert set(all_answers()) == set(bank.exercises())


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_an_exercise_lists_mistakes(exercise):
    assert exercise.mistakes, f"{exercise.id!r} lists no mistake: add the one that readers make."


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=named)
def test_refuses_each_mistake_with_its_own_hint(exercise, mistake, lang):
    verdict = judge(exercise, as_answer(exercise, mistake.wrong))
    assert (verdict.outcome, verdict.mistake) == ("mistake", mistake.name)
    assert getattr(mistake.hint, lang) in verdict.message


WRONG = [(exercise, answer) for exercise in EXERCISES for answer in wrong_answers().get(exercise.id, [])]


@pytest.mark.parametrize("lang", ["en"], indirect=True)  # what is refused does not depend on the language
@pytest.mark.parametrize(("exercise", "answer"), WRONG, ids=lambda value: getattr(value, "__name__", named(value)))
def test_refuses_answers_that_are_nearly_right(exercise, answer):
    assert judge(exercise, answer).outcome in {"mistake", "wrong"}


NAMED = [
    ("bert-attention", 0, "scaled_by_two"),
    ("bert-attention", 1, "scaled_by_values"),
    ("toolbox-fits", 0, "newest_first"),
    ("pipeline-minute", 0, "equal_times_once"),
    ("cold_start-ucb", 0, "two_forgotten"),
    ("cold_start-ucb", 1, "logarithm_to_base_ten"),
    ("cold_start-shrink", 0, "slices_of_sorted"),
    ("features-mean", 0, "first_tokens"),
    ("bert-masking", 0, "masked_at_the_border"),
    ("bert-masking", 1, "replaced_at_the_border"),
    ("pytorch-export", 0, "alike_in_front"),
]


@pytest.mark.parametrize(("id", "number", "mistake"), NAMED)
def test_names_what_is_nearly_right(id, number, mistake):
    assert judge(bank.exercise(id), wrong_answers()[id][number]).mistake == mistake


def test_two_hidden_faults_are_told_in_one_sentence(lang):
    message = judge(bank.exercise("evaluation-report"), {3, 5, 7, 8}).message
    assert message.count("hidden" if lang == "en" else "还有") == 1


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_functions_of_an_exercise_differ(exercise):
    functions = [exercise.reference, *(mistake.wrong for mistake in exercise.mistakes)]
    tried = [(function.__name__, trials_of(exercise, function)) for function in functions]
    for (one, trials), (other, others) in combinations(tried, 2):
        assert not agree(exercise, trials, others), f"No case tells {one} from {other}: add one that does."


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
def test_the_solution_runs_on_every_case(exercise):
    for trial in trials_of(exercise, exercise.reference):
        assert trial.error is None, f"{messages.as_call(exercise, trial.case)}: {trial.error!r}"
        assert trial.value is not None


@pytest.mark.parametrize("exercise", EXERCISES, ids=named)
@pytest.mark.parametrize("answer", [..., None], ids=str)
def test_an_untouched_exercise_goes_on(exercise, answer):
    assert judge(exercise, answer).outcome == "unattempted"


def test_every_text_is_in_both_languages():
    for where, text in bank.texts():
        is_name = where.startswith("chapter ") and text.en == text.zh  # "BERT" is called so in both
        assert text.en.strip() and (is_name or re.search(r"[\u4e00-\u9fff]", text.zh)), where
        assert not re.search(r"[\u4e00-\u9fff]", text.en), f"{where}: Chinese in the English text"


@pytest.mark.parametrize("quiz", bank.quizzes().values(), ids=named)
def test_every_question_has_a_right_and_a_wrong_choice(quiz):
    for question in quiz.questions:
        assert {choice.right for choice in question.choices} == {True, False}, question.ask.en


def test_each_place_is_right_about_equally_often():
    shown = [shuffled(id, quiz.questions) for id, quiz in bank.quizzes().items()]
    right = [[choice.right for choice in question.choices].index(True) for quiz in shown for question in quiz]
    shares = np.bincount(right) / len(right)
    assert len(shares) == 3 and 0.28 < shares.min() and shares.max() < 0.39, shares


def test_every_chapter_has_a_quiz():
    slugs = set(bank.chapters())
    assert set(bank.quizzes()) == slugs
