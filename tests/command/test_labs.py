"""The labs: model answers hold, wrong ones get a hint, students have numbers of their own, and a lab is written as its page says."""
import functools
import json
import re
import shlex

import h5py
import pytest

import classroom        # before analysis: it says which program that calls
import names
from analysis.exercise import NUMBER, Exercise, normal, seed_of, slug
from conftest import ROOT

LABS = ["01", "02", "03", "04", "05", "06", "07", "08"]


def folder_of(number):
    return next((ROOT / "scenarios/labs").glob(f"{number}-*"))


@functools.cache
def truths_of(number, name=None):
    """The right answers of a student; None: of today's hand-out."""
    return Exercise(folder_of(number), f"dtsim lab {number}", name).truths()


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
    (["09"], "dtsim: there is no lab 09; there are 01, 02, 03, 04, 05, 06, 07, 08"),
    (["--answers", "mine.lua"], "dtsim: which lab are the answers of?"),
    (["01", "--answers", "nowhere.lua"], "dtsim: nowhere.lua: there is no such file, or it cannot be read"),
])
def test_bad_input_gets_one_sentence(folder, words, sentence):
    done = folder.run("lab", *words)
    assert done.returncode == 2 and done.stderr.startswith(sentence) and done.stderr.count("\n") == 1


@pytest.mark.parametrize("answers, sentence", [
    ("return { a = ", "mine.lua:1: unexpected symbol near <eof>"),
    ("return 5", "mine.lua: expected return { a = 0.25, b = nil }, a table, got a number"),
    ("return { z = 1 }", 'mine.lua: expected answers to a, b, c, d, e, got one to "z"'),
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


# ---- what a lab shows, every student sees ------------------------------------------------------------------

@pytest.mark.parametrize("name", ["Edsger Dijkstra", "Emmy Noether"])
def test_a_gradient_is_worth_more_with_the_bound(name):
    """There are 2.6 times as many without it at least, and they lower the loss about as far."""
    assert truths_of("05", name)["e"] > 2


@pytest.mark.parametrize("name", ["Edsger Dijkstra", "Ada Lovelace"])
def test_the_median_bears_liars_better_than_the_mean(name):
    truths = truths_of("06", name)
    assert truths["d"] < 0.95 * truths["c"]


# ---- what every lab is ---------------------------------------------------------------------------------

@pytest.mark.parametrize("number", LABS)
def test_a_lab_is_one_as_its_page_says(number):
    home = folder_of(number)
    lab = Exercise(home, f"dtsim lab {number}")
    page, answers = (home / "README.md").read_text(), (home / "answers.lua").read_text()
    assert page.startswith(f"# Lab {number}: ") and f"dtsim run scenarios/labs/{home.name}/scenario.lua -o results/lab-{number}.h5" in page
    assert f"`dtsim lab {number} --answers mine.lua`" in page
    for question in lab.questions:
        assert f"- **{question.name}.**" in page and re.search(rf"^  {question.name} = nil, +-- \S+", answers, re.M)
        assert 0 < question.tolerance <= 0.05 and question.points > 0
    assert '-- student = "Your Name"' in answers
    told = NUMBER.findall(page)
    assert told and {name for name, _ in told} <= set(lab.numbers)
    for name, text in told:
        assert text == lab.numbers[name], f"README.md says {text} for {name}, in effect is {lab.numbers[name]}"
    for picture in re.findall(r"\]\((.*?\.png)\)", page):
        assert (home / picture).is_file()
    blocks = "".join(re.findall(r"```.*?```|`[^`]+`", page, re.S))
    assert not NUMBER.search(blocks)            # there they would be seen


@pytest.mark.parametrize("number", LABS)
def test_a_hint_never_gives_the_answer_away(number):
    lab = Exercise(folder_of(number), f"dtsim lab {number}")
    hints = re.findall(r'hint = "(.*)"', (folder_of(number) / "questions.lua").read_text())
    truths = truths_of(number)
    assert len(hints) == len(truths) == len(lab.questions)
    for question, hint in zip(lab.questions, hints):
        for said in re.findall(r"\d+(?:\.\d+)?", hint):
            assert not names.passes(float(said), truths[question.name], question.tolerance), (question.name, hint)


# ---- numbers of a student ------------------------------------------------------------------------------

def test_the_seed_of_a_name_is_the_same_for_ever_and_however_it_is_typed():
    assert seed_of("Ada Lovelace") == 394233311 and seed_of("\u00c9mile Borel") == 1980072717
    for spelt in ("ada lovelace", "ADA  LOVELACE ", "Ada_Lovelace", "ada-lovelace", "Ada.Lovelace"):
        assert normal(spelt) == "ada lovelace" and seed_of(spelt) == seed_of("Ada Lovelace")
    assert seed_of("E\u0301mile Borel") == seed_of("\u00c9mile Borel") != seed_of("Emile Borel")
    assert slug("Ada Lovelace") == "ada-lovelace" and slug("a/../b") != slug("a b") and "/" not in slug("a/../b")


@pytest.mark.parametrize("number", LABS)
def test_fifty_names_draw_fifty_different_labs(folder, number):
    people = names.names(50)
    seeds = ", ".join(str(seed_of(name)) for name in people)
    for path in folder_of(number).glob("*.lua"):
        folder.write(path.read_text(), path.name)
    folder.write(f"local all = {{}} for i, seed in ipairs {{ {seeds} }} do all[i] = require 'dt.lab'.describe(seed, {{}}) end return all",
                 "fifty.lua")
    done = folder.run("values", "fifty.lua")
    assert done.returncode == 0, done.stderr
    every = json.loads(done.stdout)
    assert len({seed_of(name) for name in people}) == len({json.dumps(one["sets"]) for one in every}) == 50
    for name in every[0]["numbers"]:
        assert len({one["numbers"][name] for one in every}) >= 5, name


@pytest.mark.parametrize("number", LABS)
def test_students_have_other_right_answers_and_a_copy_fails(number):
    questions = Exercise(folder_of(number), f"dtsim lab {number}").questions
    truths = [truths_of(number, name) for name in (None, *names.names(2))]
    for question in questions:
        assert len({truth[question.name] for truth in truths}) == len(truths), question.name
    _, pairs, hits = names.neighbours(questions, truths)
    assert hits[0] + hits[1] == pairs           # at most one answer could be copied


def test_the_hand_out_has_the_students_numbers_and_her_own_answers_hold(folder):
    page = folder.run("lab", "01", "--student", "Ada Lovelace").stdout
    lab = Exercise(folder_of("01"), "dtsim lab 01", "Ada Lovelace")
    assert lab.numbers["latency"] != "5ms" and f"a latency of {lab.numbers['latency']} and" in page and "<!--" not in page
    assert "`dtsim lab 01 --student \"Ada Lovelace\" --run`" in page and "results/lab-01-ada-lovelace.h5" in page
    assert 'student = "Ada Lovelace"' in page and f"platform.latency={lab.numbers['latency']}" in page
    key = folder.run("lab", "01", "--student", "ada  LOVELACE", "--key")
    assert key.returncode == 0 and not list(folder.path.iterdir())          # the key is left nowhere
    answers = dict(re.findall(r"^(\w) = (\S+)", key.stdout, re.M))
    folder.write(classroom.lua("Ada Lovelace", answers), "mine.lua")
    done = folder.run("lab", "01", "--answers", "mine.lua")
    assert done.returncode == 0 and "every answer holds" in done.stdout and (folder.path / "results/lab-01-ada-lovelace.h5").is_file()
    folder.write(classroom.lua(None, answers), "mine.lua")
    assert folder.run("lab", "01", "--answers", "mine.lua", "-o", "a.h5").stdout.endswith("0 of 5 answers hold\n")
    assert folder.run("lab", "01", "--student", "Ada Lovelace", "--answers", "mine.lua").returncode == 0


def test_the_hand_out_and_the_key_follow_what_is_set(folder):
    page = folder.run("lab", "01", "--set", "platform.latency=7ms").stdout
    assert "a latency of 7ms and" in page and "`dtsim lab 01 --set 'platform.latency=7ms' --run`" in page
    assert folder.run("lab", "01", "--set", "platform.latency=7ms", "--key").stdout.startswith("a = 0.014 ")
    ran = folder.run("lab", "01", "--set", "platform.latency=7ms", "--run")
    assert ran.returncode == 0 and ran.stdout.startswith("columns ") and ran.stdout.count("not yet: question") == 5


@pytest.mark.parametrize("words, sentence", [
    (["01", "--set", "platform.latancy=7ms"], '--set platform.latancy=7ms: platform.latancy: there is no such key; did you mean "latency"?'),
    (["01", "--student", " - "], "expected a student's name"),
    (["01", "--key", "--run"], "expected one of --run, --answers, --key and --grade, got --run and --key"),
    (["01", "-o", "a.h5"], "-o: expected --run, --answers, --key or --grade with it"),
    (["--student", "Ada"], "which lab? dtsim lab NUMBER"),
    (["nowhere"], "there is no lab nowhere"),
    (["01", "--grade", "nowhere"], "nowhere: there is no such file or folder"),
    (["01", "--grade", ".", "-o", "ada.lua"], "-o ada.lua: expected a name for the table of grades that ends in .csv"),
    (["01", "--common"], "--common: expected --grade with it"),
    (["01", "--grade", ".", "-j", "0"], "-j: expected a whole number of at least 1, got 0"),
    (["02", "--set", "stop.steps=1", "--set", "seeds=0"], "--set seeds=0: seeds: expected a whole number of at least 1"),
])
def test_options_that_do_not_go_together_get_one_sentence(folder, words, sentence):
    folder.write("return {}", "ada.lua")
    done = folder.run("lab", *words)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith(f"dtsim: {sentence}"), done.stderr
    assert done.stderr.count("\n") == 1 and (folder.path / "ada.lua").read_text() == "return {}"


def test_the_wrong_student_is_refused_and_a_file_with_a_name_is_no_common_lab(folder):
    folder.write('return { student = "Grace Hopper", a = 1 }', "mine.lua")
    done = folder.run("lab", "01", "--student", "Ada Lovelace", "--answers", "mine.lua")
    assert done.returncode == 2 and 'mine.lua is the file of "Grace Hopper": expected --student "Grace Hopper" or none' in done.stderr
    for path in folder_of("01").glob("*.lua"):
        folder.write(path.read_text(), path.name)
    folder.write('return { student = "Grace Hopper", a = 1 }', "answers.lua")
    done = folder.run("run", "scenario.lua")
    assert done.returncode == 2 and "it names a student" in done.stderr and "dtsim lab NUMBER --answers FILE" in done.stderr


def test_a_run_of_a_lab_says_not_yet_and_nothing_is_broken(folder):
    done = folder.run("run", folder_of("01") / "scenario.lua", "-o", "a.h5")
    assert done.returncode == 1 and "BROKEN" not in done.stdout
    assert done.stdout.count("not yet: question ") == done.stdout.count("(not answered yet)") == 5
    with h5py.File(folder.path / "a.h5") as f:
        assert not any(f["claims/held"]) and all(reason == b"not yet: not answered yet" for reason in f["claims/reason"][:])


def test_answers_reach_nothing_but_math(folder):
    for text in ("return { a = require('questions')[1].truth() }", "return { a = os.time() }", "print(1) return {}",
                 "return { a = #_G }", "return { a = load('return 1')() }", "return { a = getmetatable('') }"):
        folder.write(text, "mine.lua")
        done = folder.run("lab", "01", "--answers", "mine.lua")
        assert done.returncode == 2 and done.stderr.startswith("dtsim: mine.lua:1: attempt to "), done.stderr
    folder.write("return { c = 5 / 1000 * 2 * 12.5e6, d = math.huge }", "mine.lua")
    assert "1 of 5 answers hold: c" in folder.run("lab", "01", "--answers", "mine.lua").stdout


# ---- the page ------------------------------------------------------------------------------------------

def test_a_lab_is_written_and_graded_as_the_page_says(folder):
    page = (ROOT / "scenarios/labs/README.md").read_text().partition("## How to write a lab")[2]
    (folder.path / "my-lab").mkdir()
    for name, text in re.findall(r"^\*\*`(my-lab/\S+)`\*\*.*?\n```\w*\n(.*?)^```", page, re.M | re.S):
        (folder.path / name).write_text(text)
    assert sorted(path.name for path in (folder.path / "my-lab").iterdir()) == \
        ["README.md", "answers.lua", "numbers.lua", "questions.lua", "scenario.lua"]
    said = [folder.run(*shlex.split(words)) for words in re.findall(r"^\$ dtsim (.*)$", page, re.M)]
    hand_out, key, one, graded = said
    assert [done.returncode for done in said] == [0, 0, 1, 0], [done.stderr for done in said]
    assert "dtsim lab my-lab --student \"Ada Lovelace\" --run" in hand_out.stdout
    assert re.match(r"a = \d+ +bytes of the gradient\nb = \S+ +seconds of a step", key.stdout)
    assert one.stdout.count("not yet: question") == 2
    assert (folder.path / "grades.csv").read_text() == \
        "student,file,a,b,points,total,note\nmy lab,my-lab/answers.lua,not yet,not yet,0,3,\n".replace("my lab", "my-lab")
    plain = Exercise(folder.path / "my-lab", "dtsim lab my-lab")
    assert dict(NUMBER.findall((folder.path / "my-lab/README.md").read_text())) == plain.numbers
    assert plain.truths() == {"a": 400000, "b": pytest.approx(2 * 7 * (2 * 1e-3 + 50000 / 12.5e6), rel=0.01)}


def test_a_folder_that_is_no_lab_says_which_file_it_lacks(folder):
    (folder.path / "mine").mkdir()
    done = folder.run("lab", "mine")
    assert done.returncode == 2 and done.stderr.startswith("dtsim: mine: a lab's folder has a file README.md, and this one does not")
