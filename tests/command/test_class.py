"""A class is graded: every file gets its row, whatever is in it, and no run is done twice."""
import csv
import os

import h5py
import pytest

import classroom
from conftest import ROOT

LAB = ROOT / "scenarios/labs/01-update-cost"


def grades(folder, name="grades.csv"):
    """File -> row of the table."""
    with open(folder.path / name, newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def seconds(folder):
    """The real seconds of every run that is kept, which a run that is done again would change."""
    found = {}
    for path in sorted((folder.path / "results/lab-01").glob("*.h5")):
        with h5py.File(path) as f:
            found[path.name] = [dict(run["host"].attrs) for run in f["runs"].values()]
    return found


def test_a_class_of_twenty_is_graded(folder):
    expected = classroom.hand_in(LAB, folder.path / "class")
    assert len(expected) == 20
    done = folder.run("lab", "01", "--grade", "class", "-o", "grades.csv", "-j", "2")
    assert done.returncode == 1, done.stderr                 # some could not be read
    rows = grades(folder)
    assert len(rows) == 20 and not (folder.path / "broken-out").exists()
    for file, states in expected.items():
        row = rows[f"class/{file}"]
        assert {name: row[name] for name in "abcde"} == states, (file, row["note"])
        assert row["points"] == str(list(states.values()).count("right")) and row["total"] == "5"
    for name, (_, reason) in classroom.BROKEN.items():
        assert reason in rows[f"class/{classroom.stem(name)}.lua"]["note"]
    assert rows["class/jan_žižka.lua"]["note"] == "5 wrong answers are equal to those of Ada Lovelace"
    assert rows["class/someone.lua"]["student"] == "Fatima al-Fihri"
    assert 'the file\'s name says "someone"; graded as "Fatima al-Fihri"' in rows["class/someone.lua"]["note"]
    assert rows["class/emile/answers.lua"]["note"] == "" and rows["class/grace_hopper.lua"]["student"] == "grace hopper"
    assert "a  6 of 20 right (5 wrong, 1 not yet, 8 not readable): latency of the way" in done.stdout
    assert "left out, as they do not end in .lua: class/readme.txt" in done.stderr
    kept, table = seconds(folder), (folder.path / "grades.csv").read_text()
    assert len(kept) == 13                                  # of those whose files could be read
    again = folder.run("lab", "01", "--grade", "class", "-o", "grades.csv")
    assert again.stdout == done.stdout and (folder.path / "grades.csv").read_text() == table and seconds(folder) == kept


def test_a_class_with_common_numbers_runs_the_lab_once(folder):
    model = (LAB.parent / "keys/01.lua").read_text()
    for name in ("ada", "bao", "chidi"):
        folder.write(model if name != "bao" else "return { a = 0.01 }", f"{name}.lua")
    done = folder.run("lab", "01", "--grade", ".", "--common", "-o", "grades.csv")
    assert done.returncode == 0, done.stderr
    assert [row["points"] for row in grades(folder).values()] == ["5", "1", "5"]
    assert list(seconds(folder)) == ["everybody.h5"]


def test_two_files_of_one_student_are_both_graded_and_a_warning_says_so(folder):
    folder.write('return { student = "Ada Lovelace", a = 1 }', "ada.lua")
    folder.write('return { student = "ada  lovelace" }', "again.lua")
    done = folder.run("lab", "01", "--grade", "ada.lua", "again.lua", "-o", "grades.csv")
    assert done.returncode == 0
    notes = {file: row["note"] for file, row in grades(folder).items()}
    assert notes["ada.lua"] == "Ada Lovelace has handed in 2 files" and "ada lovelace has handed in 2 files" in notes["again.lua"]
    assert "again.lua: the file's name says" in done.stderr and list(seconds(folder)) == ["ada-lovelace.h5"]


def test_a_name_that_is_set_outside_of_the_table_is_told(folder):
    folder.write('student = "Ada Lovelace"\nreturn { a = 1 }', "bob.lua")
    assert folder.run("lab", "01", "--grade", "bob.lua", "-o", "grades.csv").returncode == 1
    row = grades(folder)["bob.lua"]
    assert row["a"] == "not readable" and "bob.lua:1: student = ... stands outside of the table" in row["note"]


def test_a_file_whose_name_is_no_utf_8_has_its_row(folder):
    (folder.path / os.fsdecode(b"M\xfcller.lua")).write_text("return { a = 1 }")
    done = folder.run("lab", "01", "--grade", ".", "-o", "grades.csv")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert grades(folder)["M\\udcfcller.lua"]["note"].startswith("expected a student's name")


def test_a_lab_that_cannot_run_is_not_judged_and_says_why(folder):
    folder.write('return { student = "Ada", a = 1 }', "ada.lua")
    (folder.path / "results").mkdir()
    (folder.path / "results/lab-01").write_text("a file where a folder should be")
    done = folder.run("lab", "01", "--grade", "ada.lua", "-o", "grades.csv")
    row = grades(folder)["ada.lua"]
    assert done.returncode == 1 and row["a"] == row["b"] == "not judged" and "results/lab-01" in row["note"]


@pytest.mark.parametrize("name", ["=1+1", "+a", "@a", "-a"])
def test_no_cell_is_taken_for_a_formula(folder, name):
    folder.write(f'return {{ student = "{name} b" }}', "b.lua")
    assert folder.run("lab", "01", "--grade", "b.lua", "-o", "grades.csv").returncode == 0
    assert grades(folder)["b.lua"]["student"] == f"'{name} b"


def test_a_question_counts_once_however_many_files_the_neighbour_has_handed_in(folder):
    wrong = " ".join(f"{name} = {value}," for name, value in zip("abcd", (1e9, 2e9, 3e9, 4e9)))
    folder.write(f'return {{ student = "Ada Lovelace", {wrong} }}', "ada.lua")
    folder.write(f'return {{ student = "ada lovelace", {wrong} }}', "again.lua")
    folder.write(f'return {{ student = "Jan", {wrong} e = 0 }}', "jan.lua")
    assert folder.run("lab", "01", "--grade", "ada.lua", "again.lua", "jan.lua", "-o", "grades.csv").returncode == 0
    notes = {file: row["note"] for file, row in grades(folder).items()}
    assert notes["jan.lua"] == "4 wrong answers are equal to those of Ada Lovelace"
    assert notes["ada.lua"] == "Ada Lovelace has handed in 2 files; 4 wrong answers are equal to those of Jan"


def test_files_in_deeper_folders_are_named(folder):
    (folder.path / "class/sub/deeper/still").mkdir(parents=True)
    (folder.path / "class/sub/ada.lua").write_text("return {}")
    for name in ("sub/deeper/bao.lua", "sub/deeper/still/chidi.lua"):
        (folder.path / "class" / name).write_text("return {}")
    done = folder.run("lab", "01", "--grade", "class", "-o", "grades.csv")
    assert list(grades(folder)) == ["class/sub/ada.lua"]
    assert ("left out, as they are more than one folder below class: "
            "class/sub/deeper/bao.lua, class/sub/deeper/still/chidi.lua\n") in done.stderr
    (folder.path / "class/sub/ada.lua").unlink()
    done = folder.run("lab", "01", "--grade", "class", "-o", "grades.csv")
    assert done.returncode == 2 and "class/sub/deeper/bao.lua" in done.stderr and done.stderr.count("\n") == 1


def test_a_decimal_comma_is_not_readable_and_the_rest_counts(folder):
    model = {**classroom.truths_of(LAB, "Ada"), "a": "3,13", "c": "-0,7 --[[ in s, e = 3,5 ]]", "b": '"3.13"', "d": "0 / 0"}
    folder.write(classroom.lua("Ada", model), "ada.lua")
    done = folder.run("lab", "01", "--grade", "ada.lua", "-o", "grades.csv")
    row = grades(folder)["ada.lua"]
    assert done.returncode == 1 and [row[name] for name in "abcde"] == ["not readable"] * 4 + ["right"] and row["points"] == "1"
    assert row["note"].split("; ") == [
        "a = 3,13 has a decimal comma, which Lua reads as two numbers: write 3.13",
        'question b: expected a number, such as 0.25, without quotes, got a string "3.13"',
        "c = -0,7 has a decimal comma, which Lua reads as two numbers: write -0.7",
        "question d: expected a number, got NaN: something was divided by zero"]
    done = folder.run("lab", "01", "--answers", "ada.lua")
    assert done.returncode == 2 and done.stderr.startswith("dtsim: ada.lua: a = 3,13 has a decimal comma")


def test_what_lua_reads_as_one_number_is_no_decimal_comma(folder):
    folder.write("local a, b = 0, 5 return { a = math.max(0, 5), b = 0, c = 0, --[[ d = 0,5 ]] d = 0, e = b }", "ada.lua")
    done = folder.run("lab", "01", "--grade", "ada.lua", "-o", "grades.csv")
    assert done.returncode == 0 and grades(folder)["ada.lua"]["note"] == ""


def test_an_answer_to_no_question_is_noted_and_the_others_count(folder):
    truth = classroom.truths_of(LAB, "Ada")
    folder.write(classroom.lua("Ada", {**truth, "A": 3, "note": '"hi"'}), "ada.lua")
    done = folder.run("lab", "01", "--grade", "ada.lua", "-o", "grades.csv")
    row = grades(folder)["ada.lua"]
    assert done.returncode == 0 and row["points"] == "5"
    assert row["note"] == ('expected answers to a, b, c, d, e, got one to "A"; did you mean "a"?; '
                           'expected answers to a, b, c, d, e, got one to "note"')
