"""Tables as pandas, R, Excel and LIBSVM's users write them: what is doubtful in them is said, by plan and by run."""
import subprocess

import pytest

from conftest import DTSIM, SMALL

DATA = '"gaussian", rows = 200, test = 100, columns = 5, classes = 3'
ROWS = [(i % 7 - 3, i * 5 % 11, i % 3) for i in range(60)]


def table(names="a,b,y", front=lambda i: "", label=str, rows=ROWS):
    return "\n".join([names] + [f"{front(i)}{a},{b},{label(y)}" for i, (a, b, y) in enumerate(rows)]) + "\n"


def scenario(folder, data, **files):
    """The small scenario over this data; files by their name without .txt."""
    for name, text in files.items():
        (folder.path / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    folder.write(SMALL.replace(DATA, data))


def warnings(done):
    return [line for line in done.stderr.splitlines() if line.startswith("dtsim: warning: ")]


def both(folder):
    """What plan warns of, which is what run warns of."""
    told = folder.run("plan", "scenario.lua", "--fresh")
    assert told.returncode == 0, told.stderr
    done = folder.run("run", "scenario.lua", "--fresh")
    assert done.returncode == 0, done.stderr
    assert warnings(told) == warnings(done)
    return warnings(told)


def test_a_table_that_is_what_it_seems_is_not_warned_of(folder):
    scenario(folder, '"csv", path = "set.txt"', set=table())
    assert both(folder) == []


@pytest.mark.parametrize("names, front, number, name", [
    (",a,b,y", lambda i: f"{i},", 1, "Unnamed: 0"),
    ("id,a,b,y", lambda i: f"{i + 1},", 1, "id"),
    (",a,b,y", lambda i: f"{i * 37 % 60},", 1, "Unnamed: 0"),
], ids=["pandas", "a name of its own", "shuffled"])
def test_an_index_column_is_warned_of_and_can_be_left_out(folder, names, front, number, name):
    scenario(folder, '"csv", path = "set.txt"', set=table(names, front))
    [warning] = both(folder)
    assert f"data.drop: column {number} of set.txt" in warning and f'drop = "{name}" leaves it out' in warning
    scenario(folder, f'"csv", path = "set.txt", drop = "{name}"')
    assert both(folder) == []


def test_a_sweep_says_each_warning_once(folder):
    scenario(folder, '"csv", path = "set.txt"', set=table(",a,b,y", lambda i: f"{i},"))
    (folder.path / "scenario.lua").write_text((folder.path / "scenario.lua").read_text().replace("workers = 4,", "workers = 4, seeds = 6,"))
    done = folder.run("run", "scenario.lua", "-j", "2")
    assert done.returncode == 0 and len(warnings(done)) == 1, done.stderr


DOUBTS = [  # data, its table, and what the one warning says
    ('missing = "drop"', table(rows=ROWS + [("NA", 1, 2), ("inf", 1, 2)]), ['data.missing: "drop" leaves out 2 of the 62 rows of set.txt']),
    ('missing = "mean"', table(rows=ROWS + [("NA", 1, 2), ("inf", 1, 2)]), ['"mean" replaces infinite values of set.txt, too: 1 of them']),
    ("", table(label=lambda y: ["1", "1.0", "x"][y]), ['"1" (20 rows) and "1.0" (20 rows) are the same number in two spellings']),
    ("", table("a,a,y"), ['more than one column "a"; column 2 is called "a.1" here']),
    ("", table("5,6,7"), ['("5", "6", ...) counts up', "set header = false if it is a sample"]),
    ("", table(rows=[(a, b, i / 8) for i, (a, b, _) in enumerate(ROWS)]), ["60 rows have 60 different labels", 'target = "real"']),
    ('holdout = 0.9', table(label=lambda y: ["u", "v", "w"][y], rows=ROWS[:59] + [(0, 0, 1)]) + "9,9,rare\n" * 2, ["data.holdout: ", "of 4 labels have no training row, because all their rows are held out"]),
]


@pytest.mark.parametrize("data, text, parts", DOUBTS, ids=[parts[0][:30] for _, _, parts in DOUBTS])
def test_what_is_guessed_or_changed_is_said(folder, data, text, parts):
    scenario(folder, f'"csv", path = "set.txt", {data}', set=text)
    found = both(folder)
    assert any(all(part in warning for part in parts) for warning in found), found


def svm(rows, first, front=""):
    return "".join(f"{y} {front}{first}:{a} {first + 1}:{b}\n" for a, b, y in rows)


def test_libsvm_indices_from_zero_are_the_same_columns_and_said(folder):
    scenario(folder, '"libsvm", path = "set.txt"', set=svm(ROWS, 1))
    assert both(folder) == []
    want = folder.run("run", "scenario.lua", "--fresh").stdout.splitlines()[1]
    scenario(folder, '"libsvm", path = "set.txt"', set=svm(ROWS, 0, "qid:3 "))
    assert both(folder) == ["dtsim: warning: data.path: set.txt: there is an index 0, so indices begin at 0, not at 1",
                            "dtsim: warning: data.path: set.txt: the query ids (qid:) are left out"]
    assert folder.run("run", "scenario.lua", "--fresh").stdout.splitlines()[1] == want


REFUSED = [  # data, its table, its test table, and what run says
    ("", table().replace("\n2,3,", "\nInfinity,3,", 1), None, ["scenario.lua:6: data.missing: set.txt line 7 (row 6): ", 'column "a" has no finite number ("Infinity")']),
    ('test = "test.txt"', table(label=lambda y: ["<=50K", ">50K", "?x"][y]), table(label=lambda y: ["<=50K.", ">50K.", "?x"][y]),
     ["data.test", 'the label "<=50K." (in 20 of the test file\'s rows, first in row 1) is in no training row', 'nearest there is "<=50K"']),
    ("", table("1.5,-2,0"), None, ["scenario.lua:6: data.header", "set header = false"]),
    ("", table(label=lambda y: "same"), None, ['data: every row has the same label, "same"', "expected data of at least 2 classes, got the same label for every sample"]),
    ("", table().replace(",", ";"), None, ["data.separator", '"a;b;y", is a single field; did you mean separator = ";"?']),
    ("", "# of 2024\n" + table(), None, ["data.path", "remove it if it is a comment"]),
    ("", table().encode("utf-16"), None, ["data.path: set.txt is not a text", "save a text in UTF-16 as UTF-8"]),
    ('test = "test.txt"', table(), table("a,c,y"), ["data.test", 'column 2 of test.txt is "c", that of set.txt is "b"']),
]


@pytest.mark.parametrize("data, text, test, parts", REFUSED, ids=[parts[0][:30] for *_, parts in REFUSED])
def test_a_file_that_is_not_what_it_seems_is_refused_in_a_sentence(folder, data, text, test, parts):
    scenario(folder, f'"csv", path = "set.txt", {data}', set=text, test=test or "")
    for command in ("plan", "run"):
        done = folder.run(command, "scenario.lua")
        assert done.returncode == 2, done.stderr
        for part in parts:
            assert part in done.stderr
    assert not (folder.path / "results" / "scenario.h5").exists()


def test_a_byte_order_mark_changes_nothing(folder):
    mark = b"\xef\xbb\xbf"
    scenario(folder, '"csv", path = "set.txt", column = "a"', set=table())
    want = folder.run("run", "scenario.lua", "--fresh").stdout.splitlines()[1]
    (folder.path / "set.txt").write_bytes(mark + table().encode())
    (folder.path / "scenario.lua").write_bytes(mark + (folder.path / "scenario.lua").read_bytes())
    done = folder.run("run", "scenario.lua", "--fresh")
    assert done.returncode == 0 and done.stdout.splitlines()[1] == want, done.stderr


@pytest.mark.parametrize("owners", [
    [str(1234567890123456780 + i) for i in range(4)],
    ["12e40001", "a1b2c3d4", "56e60003", "00e30005"],
    ["nan", "1", "01", "inf"],
    ["7", "007", "7.0", "+7"],
], ids=["19 digits", "hexadecimal", "no numbers", "one number"])
def test_every_device_keeps_its_rows(folder, owners):
    import h5py
    rows = [(owners[i % 4], b, y) for i, (_, b, y) in enumerate(ROWS)]
    scenario(folder, '"csv", path = "set.txt", owner = "who", holdout = 0', set=table("who,b,y", rows=rows))
    text = (folder.path / "scenario.lua").read_text().replace("steps = 40", "steps = 1")
    folder.write(text.replace('model =', 'split = "natural", batch_size = 0, model ='))
    done = folder.run("run", "scenario.lua", "-o", "out.h5")
    assert done.returncode == 0, done.stderr
    with h5py.File(folder.path / "out.h5") as f:
        assert list(f["runs/0000/workers/samples"]) == [15, 15, 15, 15]


def test_warnings_stand_before_the_sentence_of_a_run_that_dies(folder):
    """Of a process that dies, the first line of its standard error is the reason: no warning may take its place."""
    scenario(folder, '"csv", path = "set.txt"', set=table(",a,b,y", lambda i: f"{i},"))
    text = (folder.path / "scenario.lua").read_text().replace('"softmax"', '{ "mlp", widths = { 20000, 20000 } }')
    folder.write(text)
    done = subprocess.run(f"ulimit -v 2000000; exec {DTSIM} run scenario.lua", shell=True, cwd=folder.path, capture_output=True,
                          text=True)
    assert done.returncode in (1, 2) and len(warnings(done)) == 1, done.stderr
    assert "memory" in done.stderr
