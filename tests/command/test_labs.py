"""The labs: model answers hold, and wrong ones get a hint."""
import h5py
import pytest

from conftest import ROOT

LABS = ["01", "02", "03", "04"]


def folder_of(number):
    return next((ROOT / "scenarios/labs").glob(f"{number}-*"))


@pytest.mark.parametrize("number", LABS)
def test_model_answers_hold(folder, number):
    done = folder.run("lab", number, "--answers", ROOT / f"scenarios/labs/keys/{number}.lua", "-o", "lab.h5")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every answer holds" in done.stdout
    with h5py.File(folder.path / "lab.h5") as f:
        assert len(f["claims/held"]) == 5


@pytest.mark.parametrize("number", LABS)
def test_a_wrong_answer_gets_a_hint_and_a_missing_one_is_named(folder, number):
    (folder.path / "mine.lua").write_text("return { a = -1 }")
    done = folder.run("lab", number, "--answers", "mine.lua", "-o", "lab.h5")
    assert done.returncode == 1
    assert "question a" in done.stdout and "-1 is too small; " in done.stdout
    assert done.stdout.count("not answered yet") == 4


@pytest.mark.parametrize("number", LABS)
def test_the_folders_own_answers_are_still_to_be_given(number):
    text = (folder_of(number) / "answers.lua").read_text()
    assert text.count("= nil,") == 5


@pytest.mark.parametrize("number", LABS)
def test_a_hand_out_asks_what_is_judged(folder, number):
    done = folder.run("lab", number)
    assert done.returncode == 0
    assert all(f"- **{name}.**" in done.stdout for name in "abcde") and "**Open question.**" in done.stdout


def test_the_list_names_every_lab(folder):
    done = folder.run("lab")
    assert [line[:2] for line in done.stdout.splitlines()[:-1]] == LABS


@pytest.mark.parametrize("words, sentence", [
    (["09"], "dtsim: there is no lab 09; there are 01, 02, 03, 04"),
    (["--answers", "mine.lua"], "dtsim: which lab are the answers of?"),
    (["01", "--answers", "nowhere.lua"], "dtsim: nowhere.lua: there is no such file, or it cannot be read"),
])
def test_bad_input_gets_one_sentence(folder, words, sentence):
    done = folder.run("lab", *words)
    assert done.returncode == 2 and done.stderr.startswith(sentence) and done.stderr.count("\n") == 1


@pytest.mark.parametrize("answers, sentence", [
    ("return { a = ", "mine.lua:1: unexpected symbol near <eof>"),
    ("return 5", "answers.lua: expected return { a = 0.25, b = nil }, a table, got a number"),
    ("return { z = 1 }", 'answers.lua: expected answers to a, b, c, d, e, got one to "z"'),
])
def test_bad_answers_get_one_sentence(folder, answers, sentence):
    (folder.path / "mine.lua").write_text(answers)
    done = folder.run("lab", "02", "--answers", "mine.lua")
    assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1
    assert "/tmp/tmp" not in done.stderr


def test_what_is_no_number_or_in_another_unit_is_said_so(folder):
    (folder.path / "mine.lua").write_text('return { a = "3,4", b = 3380.7, c = 70.7, d = 0 / 0, e = 11 }')
    done = folder.run("lab", "02", "--answers", "mine.lua", "-o", "lab.h5")
    said = {line.split("question ")[1][0]: line for line in done.stdout.splitlines() if "question" in line}
    assert done.returncode == 1 and "expected a number, such as 0.25, without quotes, got a string" in said["a"]
    assert "look at its unit (milli or kilo?)" in said["b"] and "look at its unit (per cent?)" in said["c"]
    assert "divided by zero" in said["d"] and done.stdout.endswith("1 of 5 answers hold: e\n")
