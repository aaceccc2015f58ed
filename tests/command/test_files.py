"""Files that a scenario names are found alike by every reader and every command: beside the scenario first."""
import io

import h5py
import numpy
import pytest

from conftest import SMALL

LAYERS = "layer,params,fwd_flops,bwd_flops,act_bytes\nfc,{},2e6,4e6,4\n"
ROWS = "a,b,class\n" + "".join(f"{i % 7},{i % 5},{i % 2}\n" for i in range(60))

def arrays(shift):
    """An HDF5 file, as bytes."""
    whole, row = io.BytesIO(), numpy.arange(60.0)
    with h5py.File(whole, "w") as file:
        file["x"] = numpy.stack([row % 7 + shift, row % 5], axis=1)
        file["y"] = row.astype(int) % 2
    return whole.getvalue()


# what is replaced in SMALL, the file it names, its content, and that of another file of the same name
READERS = {
    "data": ('{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }', '{ "csv", path = "in/x" }',
             ROWS, ROWS.replace("1,1,1\n", "1,1,0\n")),
    "test": ('{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }',
             '{ "csv", path = "same.csv", test = "in/x" }', ROWS, ROWS.replace("1,1,1\n", "1,1,0\n")),
    "test_path": ('{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }',
                  '{ "hdf5", path = "same.h5", test_path = "in/x", x = "x", y = "y", test_x = "x", test_y = "y" }',
                  arrays(0), arrays(3)),
    "model": ('"softmax"', '{ "profile", path = "in/x" }', LAYERS.format(4000), LAYERS.format(9000)),
    "jitter": ("workers = 4", 'workers = 4, jitter = dt.trace { path = "in/x", normalise = false }', "s\n1\n", "s\n3\n"),
    "topology": ('{ "localsgd", period = 4 }', '"gossip", topology = { "file", path = "in/x" }',
                 "0 1\n1 2\n2 3\n3 0\n", "0 1\n1 2\n2 3\n"),
    "bandwidth": ("workers = 4", 'workers = 4, faults = { links = { { "*", bandwidth = { "trace", path = "in/x", '
                  'unit = "kbps" } } } }', "t_s,kbps\n0,5000\n9,5000\n", "t_s,kbps\n0,500\n9,500\n"),
    "platform": ('{ "lan", hosts = 4 }', '"in/x.xml"', "1Gf", "2Gf"),
}


def place(folder, where, reader, content):
    """The reader's file in that folder; a platform is generated with that speed."""
    (where / "in").mkdir(parents=True, exist_ok=True)
    if reader == "platform":
        words = ("platform", "lan", "--set", "hosts=4", "--set", f"speed={content}")
        content = folder.run(*words).stdout
    content = content if isinstance(content, bytes) else content.encode()
    (where / "in" / ("x.xml" if reader == "platform" else "x")).write_bytes(content)


def place_same(where):
    """The files that all scenarios have beside them, whichever reader is tried."""
    (where / "same.csv").write_text(ROWS)
    (where / "same.h5").write_bytes(arrays(0))


def scene(folder, reader):
    """A scenario in here/, with its file beside it; another file of that name in there/."""
    old, new, content, other = READERS[reader]
    assert old in SMALL
    here, there = folder.path / "here", folder.path / "there"
    place(folder, here, reader, content)
    place(folder, there, reader, other)
    place_same(here)
    folder.write(SMALL.replace(old, new), "here/s.lua")
    return here, there


def run(folder, where, *words, env=None):
    folder.path, was = where, folder.path
    done = folder.run(*words, env=env)
    folder.path = was
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("reader", READERS)
def test_what_lies_beside_the_scenario_is_found_from_any_folder(folder, reader):
    here, there = scene(folder, reader)
    prints = set()
    for where, scenario in ((here, "s.lua"), (folder.path, "here/s.lua"), (there, "../here/s.lua"), (there, here / "s.lua")):
        run(folder, where, "plan", scenario)
        run(folder, where, "run", scenario, "-o", folder.path / "a.h5", "--quiet", "--fresh", env={"DTSIM_DATA": str(there)})
        prints.add(folder.fingerprint("a.h5"))
    assert len(prints) == 1
    (there / "s.lua").write_text((here / "s.lua").read_text())
    place_same(there)
    run(folder, there, "run", "s.lua", "-o", folder.path / "b.h5", "--quiet")
    assert folder.fingerprint("b.h5") not in prints     # the other file does make another run


@pytest.mark.parametrize("reader", READERS)
def test_what_is_not_beside_it_is_found_in_the_working_folder_and_under_dtsim_data(folder, reader):
    here, there = scene(folder, reader)
    (folder.path / "alone").mkdir()
    scenario = folder.path / "alone" / "s.lua"
    scenario.write_text((here / "s.lua").read_text())
    place_same(folder.path / "alone")
    prints = []
    for where, data in ((here, there), (folder.path, here), (here, here)):
        run(folder, where, "run", scenario, "-o", folder.path / "a.h5", "--quiet", "--fresh", env={"DTSIM_DATA": str(data)})
        prints.append(folder.fingerprint("a.h5"))
    assert len(set(prints)) == 1


@pytest.mark.parametrize("reader", READERS)
def test_a_run_is_done_again_when_the_file_beside_the_scenario_has_changed(folder, reader):
    here, there = scene(folder, reader)
    old, new, content, other = READERS[reader]
    run(folder, there, "run", "../here/s.lua", "-o", folder.path / "a.h5", "--quiet")
    first = folder.fingerprint("a.h5")
    place(folder, here, reader, other)
    run(folder, there, "run", "../here/s.lua", "-o", folder.path / "b.h5", "--quiet")
    run(folder, there, "run", "../here/s.lua", "-o", folder.path / "a.h5", "--quiet")
    assert folder.fingerprint("a.h5") == folder.fingerprint("b.h5") != first


@pytest.mark.parametrize("reader", READERS)
def test_what_if_reads_the_file_beside_the_scenario(folder, reader):
    here, there = scene(folder, reader)
    said = {run(folder, where, "explain", here / "s.lua", "--what-if") for where in (here, there, folder.path)}
    assert len(said) == 1


def test_a_missing_file_is_looked_for_in_three_places(folder):
    here, there = scene(folder, "data")
    (here / "in/x").unlink()
    for command in ("plan", "run"):
        done = folder.run(command, "here/s.lua", env={"DTSIM_DATA": str(there / "in")})
        assert done.returncode == 2
        assert f"data.path: neither here/in/x nor in/x nor {there}/in/in/x is there" in done.stderr


@pytest.mark.parametrize("old, new, key", [
    ("workers = 4", 'workers = 4, jitter = dt.trace { file = "x" }', "jitter.file"),
    ("workers = 4", 'workers = 4, compute = { seconds = dt.trace { file = "x" } }', "compute.seconds.file"),
    ("workers = 4", 'workers = 4, faults = { availability = { "trace", file = "x" } }', "faults.availability.file"),
    ('"softmax"', '{ "profile", file = "x.csv" }', "model.file"),
    ('{ "gaussian", rows = 200, test = 100, columns = 5, classes = 3 }', '{ "csv", file = "x" }', "data.file"),
    ('{ "localsgd", period = 4 }', '"gossip", topology = { "file", file = "x" }', "topology.file")])
def test_file_is_no_key_and_the_message_names_path(folder, old, new, key):
    for command in ("plan", "run"):
        done = folder.run(command, folder.write(SMALL.replace(old, new)))
        assert done.returncode == 2 and f": {key}: there is no such key" in done.stderr, done.stderr
        assert "path" in done.stderr.partition(": there is")[2] and "did you mean \"time\"" not in done.stderr


@pytest.mark.parametrize("reader", READERS)
def test_a_run_is_made_anew_if_and_only_if_what_its_files_hold_has_changed(folder, reader):
    """The result, and folders called like a value of the scenario, are no file of it."""
    here, there = scene(folder, reader)
    (here / "iid").mkdir()
    run(folder, here, "run", "s.lua", "-o", "a.h5")
    (here / "iid/new").write_text("1")
    whole = (here / "a.h5").read_bytes()
    for _ in range(2):
        assert "1 of 1 runs are finished already" in run(folder, here, "plan", "s.lua", "-o", "a.h5")
        run(folder, here, "run", "s.lua", "-o", "a.h5")
    name = "x.xml" if reader == "platform" else "x"
    (here / "in" / name).write_bytes((there / "in" / name).read_bytes())
    assert "1 finished run is made anew" in run(folder, here, "plan", "s.lua", "-o", "a.h5")
    run(folder, here, "run", "s.lua", "-o", "a.h5")
    assert (here / "a.h5").read_bytes() != whole
