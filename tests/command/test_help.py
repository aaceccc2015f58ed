"""Help knows everything that a scenario, a claim and a command line may contain, and what newcomers write instead.

tests/command/help_test.c asks for every name of the tables in C; here are the names that stand elsewhere: in Lua, in Python, in the
environment, and in what users of other programs write."""
import json
import re
import subprocess
import sys

import pytest

from conftest import ROOT

COMMANDS = ["run", "merge", "plan", "list", "help", "info", "diff", "docs"]
MODULES = ["plot", "report", "explain", "trace", "lab"]


def asked(folder, *words):
    """The page of an entry: what help prints before it goes on to names that only hold the word."""
    done = folder.run("help", *words)
    assert (done.returncode, done.stderr) == (0, ""), (words, done.stderr)
    page = re.split(r'^".*" (?:stands in:|is the name of no )', done.stdout, flags=re.M)[0]
    assert page, f"help {words} knows names that hold the word, and no entry"
    return page


# ---- Lua ---------------------------------------------------------------------------------------------

def exports(module, table):
    """What a plain Lua finds in a table of a module: { name: kind }."""
    script = (f'local t = {table}(require "{module}") for k, v in pairs(t) do print(k, type(v)) end')
    done = subprocess.run(["lua5.4", "-e", f'package.path = "lua/?.lua;lua/?/init.lua;" .. package.path {script}'], cwd=ROOT, text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    return dict(line.split("\t") for line in done.stdout.splitlines())


def test_every_function_of_the_module_has_its_entry_with_an_example(folder):
    names = exports("dt", "")
    assert {"scenario", "sweep", "zip", "constant", "pareto"} <= set(names)
    for name in names:
        page = asked(folder, f"dt.{name}")
        assert page.startswith("a function of scenarios:\n") and f"dt.{name}" in page
    whole = asked(folder, "dt")
    for name in names:
        assert re.search(rf"^  dt\.{name}[ (]", whole, re.M), name
    for name in ["sweep", "zip"]:
        assert "for example: " in asked(folder, f"dt.{name}") and f"dt.{name}" in asked(folder, name)


def test_every_function_for_labs_has_its_entry(folder):
    names = set(exports("dt.lab", "")) - {"describe", "check"}
    assert {"claims", "between", "first"} <= names
    whole = asked(folder, "dt")
    for name in sorted(names):
        page = asked(folder, f"lab.{name}")
        assert page.startswith("a function of labs") and "for example: " in page and page.splitlines()[1] in whole


def test_every_method_of_results_and_of_a_run_has_its_entry_with_an_example(folder):
    results = {name for name, kind in exports("dt.results", "").items() if kind == "function"} - {"new", "__index"}
    run = {name for name, kind in exports("dt.results", "(function (r) return getmetatable(r.new({ {} })[1]) end)").items()
           if kind == "function"} - {"__index"}
    assert {"where", "time_to", "median"} <= results and {"time_to", "table", "value"} <= run
    whole = asked(folder, "results")
    for owner, names in [("results", results), ("run", run)]:
        for name in sorted(names):
            page = asked(folder, f"{owner}:{name}")
            assert f":{name}" in page and "for example: " in page
            assert page.splitlines()[1].split("  ")[1] in whole, name
    assert whole.count("for example: ") == len(whole.splitlines()) // 2


def test_a_function_without_a_row_is_refused(tmp_path):
    script = 'local manual = require "dt.manual" manual.of("x", { known = print, new = print }, { { name = "known", call = "", brief = "", ' \
             'example = "", type = "" } })'
    done = subprocess.run(["lua5.4", "-e", f'package.path = "lua/?.lua;" .. package.path {script}'], cwd=ROOT, text=True, capture_output=True)
    assert done.returncode != 0 and "manual: x.new has no row" in done.stderr


def test_an_example_of_help_is_lua(folder):
    found = re.findall(r"for example: (.*)", asked(folder, "results"))
    assert len(found) > 20
    for example in found:
        text = example if example.startswith(("for ", "claims")) else f"return {example}"
        text = f"return {{ {text}\n}}" if example.startswith("claims") else text
        done = subprocess.run(["lua5.4", "-e", f"local function f(results) {text}\nend"], text=True, capture_output=True)
        assert done.returncode == 0, (example, done.stderr)


# ---- commands ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_is_what_its_option_help_prints(folder, command):
    assert asked(folder, command) == folder.run(command, "--help").stdout


def test_the_options_of_the_commands_in_python_are_those_of_their_parsers(folder):
    done = subprocess.run([sys.executable, "-m", "analysis.options"], cwd=ROOT, text=True, capture_output=True)
    assert done.stdout == (ROOT / "analysis/options.gen.tsv").read_text(), "analysis/options.gen.tsv is stale: make docs"
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert {row[0] for row in rows} == set(MODULES)
    pages = {command: folder.run("help", command).stdout for command in MODULES}
    for command, name, value, sentence in rows:
        assert re.search(rf"^  {re.escape(f'{name} {value}'.strip())}  .*", pages[command], re.M), (command, name)
        assert sentence in pages[command]
    for name in {row[1] for row in rows if row[1].startswith("--")} - {"--help"}:
        assert asked(folder, name).startswith(name)


def test_an_option_has_an_entry_that_says_which_commands_take_it(folder):
    page = asked(folder, "--shard")
    assert page.startswith("--shard I/N, an option of dtsim run, dtsim plan:\n") and page.count("\n") == 2
    assert asked(folder, "shard").startswith(page)
    assert "-j JOBS, an option of" in asked(folder, "-j")
    assert "dtsim plot" in asked(folder, "--figure") and "dtsim plot" in asked(folder, "figure")


# ---- around ------------------------------------------------------------------------------------------

def test_every_variable_of_the_environment_that_is_read_has_its_entry(folder):
    read = set()
    for path in [*(ROOT / "sim").rglob("*.[ch]"), *(ROOT / "sim").rglob("*.cpp"), *(ROOT / "analysis").rglob("*.py")]:
        read |= set(re.findall(r'(?:getenv\(|environ(?:\.get)?[\[(]|^setenv\()"(\w+)"', path.read_text()))
        read |= set(re.findall(r'"(\w+)" in os\.environ', path.read_text()))
    assert {"DTSIM_DATA", "PYTHON"} <= read
    for name in read:
        assert f"  {name}  " in asked(folder, name), name
        assert f"  {name}  " in asked(folder, "environment")


def test_every_exit_status_has_its_entry(folder):
    page = asked(folder, "exit", "status")
    for status in [0, 1, 2, 3, 130]:
        line = re.search(rf"^  exit status {status}  .*\n", page, re.M).group()
        assert line in asked(folder, f"exit status {status}")


def test_every_file_that_a_scenario_names_has_its_format(folder):
    page = asked(folder, "files")
    reference = (ROOT / "lua/dt/reference.gen.lua").read_text()
    members = re.findall(r'^---@field \[1\] "(\w+)"\n((?:---@field .*\n)*)', reference, re.M)
    reading = [name for name, fields in members if "---@field path? " in fields]
    assert {"idx", "libsvm", "csv", "hdf5", "profile", "trace", "file"} <= set(reading)
    for name in reading:
        assert f'"{name}", path =' in page or f"dt.{name} {{ path =" in page, name
    for column in (ROOT / "sim/model/profiles/vgg16.csv").read_text().splitlines()[0].split(","):
        assert re.search(rf"^    {column}  ", page, re.M) and re.search(rf"^  {column} ", asked(folder, column), re.M)
    for name in ["SimGrid XML", "Vivaldi", "speed profile", "idx", "libsvm", "layer table", "GraphML"]:
        assert f"  {name}  " in asked(folder, name), name


def test_help_of_a_figure_shows_what_it_draws_and_needs(folder):
    assert "a number of every run over two keys, such as the time to reach a loss" in folder.run("help", "heatmap").stdout


# ---- rooms and the scenario --------------------------------------------------------------------------

def test_help_of_a_room_shows_the_keys_of_each_member_and_common_ones_once(folder):
    page = asked(folder, "queue")
    assert re.search(r"^  bucket .*\n      size +25000000 B ", page, re.M) and re.search(r"^  fifo .*\n      piece +0 B ", page, re.M)
    credit = re.findall(r"^ +credit ", page, re.M)
    assert len(credit) == 1 and page.index("and each of them takes:") < page.index(credit[0])
    assert asked(folder, "strategy").count("local_epochs ") == 5        # of those whose clients go over their samples


def test_help_of_the_scenario_shows_every_key_with_its_default_and_unit(folder):
    page = asked(folder, "scenario")
    for line in ["workers 0 (", "batch_size 32 (", "window 4194304 B (", "split iid (dtsim help split)", 'sites "" (', "split.own 0 (",
                 "stop.seconds 0 s (", "queue.overhead 0 s (", "faults.timeout 0.2 s (", "seeds repeat", "evaluate.each false (",
                 "faults.links.bandwidth - (a profile, in B/s)", "compute.seconds - (a distribution, in s)"]:
        assert f"\n {line}" in re.sub(" +", " ", page), line
    reference = (ROOT / "lua/dt/reference.gen.lua").read_text().partition("---@class dt.scenario\n")[2].partition("\n\n")[0]
    for key in re.findall(r"^---@field (\w+)\?", reference, re.M):
        assert re.search(rf"^  {key} ", page, re.M), key


def test_a_path_shows_every_key_that_may_stand_there(folder):
    page = asked(folder, "strategy.period")
    assert re.findall(r"^  (\w+)\.period \(strategy\) (\d+) \(1 to", page, re.M) == [
        ("adacomm", "20"), ("diloco", "10"), ("localsgd", "10")]
    for path, wanted in [("faults.links", "faults.links.latency - (a profile, in s)"), ("queue.credit", "queue.credit   0 B"),
                         ("data.path", "idx.path (data) mnist"), ("platform.hosts", "wan.hosts (platform) 0"),
                         ("jitter.mean", "exponential.mean (distribution)"), ("faults.links.1.bandwidth.path", "trace.path (profile)"),
                         ("optimiser.lr", "optimiser.lr   0.1"), ("stop.local_steps", 'with strategy = "')]:
        assert wanted in asked(folder, path), path


# ---- what newcomers write ----------------------------------------------------------------------------

BASE = {"platform": "lan", "workers": 2, "model": "softmax", "strategy": "sgd", "stop": {"steps": 5}}
WRITTEN = [     # --set, what the sentence ends with
    ('strategy=ddp', 'strategy: there is no "ddp"; write system = "ddp" instead'),
    ('strategy=DDP', 'strategy: there is no "DDP"; write system = "ddp" instead'),
    ('strategy=horovod', 'strategy: there is no "horovod"; write system = "horovod" instead'),
    ('strategy=FedAdam', 'strategy: there is no "FedAdam"; write strategy = "fedavg" with server_optimiser = { "adam", lr = 0.1, '
     'eps = 0.001, bias_correction = false } instead'),
    ('strategy=fedprox', 'write strategy = { "fedavg", proximal_mu = 0.1 } instead'),
    ('strategy=parameter_server', 'write strategy = "ps" instead'),
    ('strategy=d-psgd', 'write strategy = "gossip" instead'),
    ('collective=nccl', 'collective: there is no "nccl"; write collective = "ring" instead'),
    ('collective=mpi', 'write collective = "halving" instead'),
    ('servers=4', 'servers: expected a table { key = value }, got 4; write servers = { count = 4 } instead'),
    ('trace=true', 'trace: expected a text, got true; write trace = "spans" instead'),
    ('keep=true', 'write keep = "model" instead'),
    ('bandwidth="1Gbps"', 'bandwidth: there is no such key of a scenario; write platform = { "lan", bandwidth = "1Gbps" } instead'),
    ('latency="1ms"', 'write platform = { "lan", latency = "1ms" } instead'),
    ('epochs=5', 'epochs: there is no such key of a scenario; write stop = { epochs = 5 } instead'),
    ('rounds=10', 'write stop = { rounds = 10 } instead'),
    ('strategy.rounds=10', 'strategy.rounds: there is no such key; write stop = { rounds = 10 } instead'),
    ('lr=0.1', 'write optimiser = { "sgd", lr = 0.1 } instead'),
    ('learning_rate=0.1', 'write optimiser = { "sgd", lr = 0.1 } instead'),
    ('strategy.lr=0.1', 'strategy.lr: there is no such key; write optimiser = { "sgd", lr = 0.1 } instead'),
    ('momentum=0.9', 'write optimiser = { "sgd", momentum = 0.9 } instead'),
    ('model=resnet50', 'write model = { "profile", path = "resnet50" } with learn = false instead'),
    ('dataset="mnist"', 'write data = "mnist" instead'),
    ('data=mnist', 'write data = { "idx", path = "mnist" } instead'),
    ('data.split="iid"', 'write split = "iid" beside data instead'),
    ('clients=100', 'write workers = 100 instead'),
    ('num_workers=4', 'write workers = 4 instead'),
    ('world_size=4', 'write workers = 4 instead'),
    ('fraction=0.1', 'write strategy = { "fedavg", fraction = 0.1 } instead'),
    ('local_epochs=5', 'write strategy = { "fedavg", local_epochs = 5 } instead'),
    ('batch=32', 'write batch_size = 32 instead'),
    ('compress=fp16', 'write compress = "float16" instead'),
    ('stop=100', 'write stop = { steps = 100 } instead'),
    ('network="10Gbps"', 'write platform = { "lan", bandwidth = "10Gbps" } instead'),
    ('strategy={ "localsgd", tau = 4 }', 'strategy.tau: there is no such key; write period = 4 instead'),
    ('optimiser={ "adam", learning_rate = 0.1 }', 'optimiser.learning_rate: there is no such key; write lr = 0.1 instead'),
    ('stop.time="10s"', 'and no such column of the evaluations; write seconds = "10s" instead'),
    ('clients_per_round=10', 'write strategy = { "fedavg", fraction = 0.1 } for a tenth of the clients instead'),
    ('model=resnet18', 'write model = { "profile", path = "mine.csv" } with a table of its layers (dtsim help layer table) instead'),
    ('stragglers=3', 'write faults = { stragglers = { count = 3, delay = "4s" } } for exactly so many in a round, or jitter = '
                     'dt.shifted_exponential { shift = 0.5, mean = 0.5 } for random delays instead'),
    ('strategy=draco', 'write strategy = "coded" with code = { "fourier", byzantine = 1 } instead'),
    ('code=draco', 'write strategy = "coded" with code = { "fourier", byzantine = 1 } instead'),
    ('aggregate=multikrum', 'workers = 5 for one liar (2 f + 3 workers bear f) instead'),
    ('aggregate=coordinate_median', 'write aggregate = "median" instead'),
    ('attack=sign_flip', 'write attack = { "reverse", factor = 1 } instead'),
    ('privacy={ "dpsgd" }', 'privacy = "central" for the privacy of clients (that of single samples is not offered) instead'),
    ('privacy={ max_grad_norm = 1 }', 'write privacy = { clip_norm = 1 } instead'),
    ('strategy=asp', 'write strategy = "ps" with sync = "async" instead'),
    ('topology=full', 'write topology = "complete" instead'),
    ('widths={ 64, 64 }', 'widths: there is no such key of a scenario ("dtsim help scenario" lists them)'),
]


@pytest.mark.parametrize("set_to, sentence", WRITTEN)
def test_what_newcomers_write_is_refused_with_what_to_write_instead(folder, set_to, sentence):
    (folder.path / "mine.lua").write_text('local dt = require "dt"\nreturn dt.scenario { platform = "lan", workers = 2, model = "softmax", '
                                          'strategy = "sgd", stop = { steps = 5 } }\n')
    done = folder.run("plan", "mine.lua", "--set", set_to)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.endswith(sentence + "\n"), done.stderr


OPTIONS = [(["--jobs", "4"], "--jobs; write -j 4 instead"), (["--seed", "7"], "--seed; write --set seed=7 instead"),
           (["--output", "a.h5"], "--output; write -o a.h5 instead"), (["--workers", "8"], "--workers; write --set workers=8 instead"),
           (["--epochs"], "--epochs; write --set stop.epochs=... instead"), (["--dry-run"], "--dry-run; write dtsim plan instead"),
           (["--thread", "2"], '--thread; did you mean "--threads"?')]


@pytest.mark.parametrize("words, sentence", OPTIONS)
def test_an_option_of_another_program_is_refused_with_its_name_here(folder, words, sentence):
    done = folder.run("run", "mine.lua", *words)
    assert (done.returncode, done.stderr) == (2, f"dtsim: there is no option {sentence}\n")


def test_what_to_write_instead_can_be_planned(folder):
    """Of the table's replacements, each that has no value to be filled in."""
    source = (ROOT / "sim/base/foreign.c").read_text()
    macros = dict(re.findall(r'^#define (\w+) +(".*")$', source, re.M))
    sentences = set()
    for theirs, ours in re.findall(r'\{ "([^"]*)", ((?:[A-Z0-9]+(?:\("\w+"\))?|"(?:[^"\\]|\\.)*")(?: "[^"]*")?) \}', source):
        text = macros.get(ours, ours)
        if text.startswith('"') and "." not in theirs and "$" not in text and "command line" not in text and "..." not in text:
            sentences.add(json.loads(text))
    assert len(sentences) > 20
    for sentence in sorted(sentences):
        if re.match(r"-|dtsim|dt\.|on_", sentence) or '"idx"' in sentence or '"hdf5"' in sentence:
            continue        # an option, a command, or a file that is not there
        if "mine.csv" in sentence or not re.match(r"[a-z_]+ = .*", sentence):
            continue        # likewise; or a key of a table that is there
        keys = ", ".join(sentence.partition(" for ")[0].split(" with "))
        layered = '"bucket"' in keys or "queue" in keys
        own = {key: value for key, value in [("platform", '{ "lan", servers = 4 }'), ("workers", "4"), ("model", '"softmax"'),
                                             ("strategy", '"overlap"' if layered else '"sgd"'), ("stop", "{ steps = 2 }")]
               if not re.search(rf"(^|, ){key} = ", keys) and not (key == "strategy" and "system" in keys)}
        if keys == 'model = "linear"':
            own["data"] = '"linear"'
        if "aggregate" in keys:
            own["collective"] = '"star"'
        if 'sync' in keys and 'strategy' not in keys:
            own["strategy"] = '"ps"'
        (folder.path / "ours.lua").write_text('local dt = require "dt"\nreturn dt.scenario { ' +
                                              ", ".join(f"{key} = {value}" for key, value in own.items()) + ", " + keys + " }\n")
        done = folder.run("plan", "ours.lua")
        assert done.returncode == 0, (sentence, done.stderr)
