"""Usage, help and refusals of the command line say the same of commands and options: all come from one table of each."""
import re

import pytest

COMMANDS = ["run", "merge", "plan", "list", "help", "info", "diff", "platform", "values", "docs"]
MODULES = ["plot", "report", "explain", "trace", "lab"]


def options(folder, command):
    """The options that the help of a command lists: name, and the name of its value or ""."""
    found = re.findall(r"^  (--?\w+) ?(\S*)  ", folder.run(command, "--help").stdout, re.M)
    assert ("--help", "") in found
    return found


def test_usage_shows_every_command(folder):
    usage = folder.run("--help")
    assert usage.returncode == 0 and usage.stdout == folder.run("help").stdout
    assert re.findall(r"^  dtsim (\w+)", usage.stdout, re.M) == ["run", "merge", "plan", "list", "help", "info", "diff",
                                                                 "platform", *MODULES, "values", "docs"]
    bare = folder.run()
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", usage.stdout)
    for option in options(folder, "run"):
        assert re.search(rf"^  {' '.join(option).strip()}  ", usage.stdout, re.M), option


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_its_row_and_its_options(folder, command):
    page = folder.run(command, "--help")
    assert (page.returncode, page.stderr) == (0, "") and page.stdout.startswith(f"  dtsim {command} ")
    assert folder.run("help", command).stdout.startswith(page.stdout)
    assert page.stdout.splitlines()[0] in folder.run("--help").stdout.splitlines()


@pytest.mark.parametrize("command", MODULES)
def test_the_row_of_a_module_says_where_its_options_are(folder, command):
    page = folder.run("help", command)
    assert page.returncode == 0 and page.stdout.startswith(f"  dtsim {command} ")
    assert f'"dtsim {command} --help"' in page.stdout
    assert folder.run(command, "--help").stdout.startswith("usage: ")


def test_a_name_that_is_also_something_to_choose_shows_both(folder):
    assert re.search(r"^  dtsim platform .*^platform: .*^  lan ", folder.run("help", "platform").stdout, re.M | re.S)
    assert "Measured values" in folder.run("help", "trace").stdout


VALUES = {"": [], "JOBS": ["2"], "N": ["2"], "TIME": ["1s"], "SIZE": ["1GB"], "I/N": ["1/2"], "KEY=VALUE": ["a=b"], "FILE": ["a"]}


@pytest.mark.parametrize("command", ["run", "merge", "platform", "info"])
def test_a_command_takes_the_options_that_it_lists_and_no_other(folder, command):
    every, own = options(folder, "run"), options(folder, command)
    done = folder.run(command, *[word for name, value in own for word in (name, *VALUES[value])])
    assert (done.returncode, done.stderr) == (0, "") and f"dtsim {command}" in done.stdout
    for name, value in set(every) - set(own):
        done = folder.run(command, name, *VALUES[value])
        assert (done.returncode, done.stdout) == (2, ""), name
        assert done.stderr == f'dtsim: {command} takes no option {name} ("dtsim help {command}" lists those that it takes)\n'


def test_the_nearest_option_or_command_is_named(folder):
    assert folder.run("run", "x.lua", "--thread").stderr == "dtsim: there is no option --thread; did you mean \"--threads\"?\n"
    assert "there is no option --thread\n" in folder.run("merge", "x.h5", "--thread").stderr
    assert 'no command "rum"; did you mean "run"? ' in folder.run("rum").stderr
    assert 'key "merg"; did you mean "merge"? ' in folder.run("help", "merg").stderr
