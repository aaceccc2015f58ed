"""Published systems: help says what each stands for, and a scenario that names one is resolved to that."""
import re

import pytest

from conftest import ROOT

NAMES = re.findall(r'^    name = "(\w+)"', (ROOT / "lua/dt/systems.lua").read_text(), re.M)


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_a_system_stands_for(folder, name):
    text = folder.run("help", name).stdout
    assert re.search(rf'^system {{ "{name}" }}: .*\.$', text, re.M) and "  source: " in text and "  leaves out: " in text
    assert re.search(r'^    strategy   = "overlap",$', text, re.M) and re.search(r"^    queue      = ", text, re.M)


def test_help_finds_a_system_in_any_case_and_lists_all(folder):
    for word in ("ByteScheduler", "BYTESCHEDULER", "P3", "DDP"):
        assert f'system {{ "{word.lower()}" }}: ' in folder.run("help", word).stdout
    for words in (("list",), ("list", "system"), ("list", "systems"), ("help", "system"), ("help", "systems")):
        text = folder.run(*words).stdout
        assert all(f"\n  {name} " in text for name in NAMES), words
    assert 'did you mean "byteps"?' in folder.run("help", "bytesp").stderr


def test_who_searches_for_a_system_by_its_words_finds_it(folder):
    text = folder.run("list").stdout
    for word in ("PyTorch", "DistributedDataParallel", "Horovod", "BytePS", "ByteScheduler", "TicTac", "parameter server",
                 "ring all-reduce", "communication scheduling", "bucket"):
        assert word in text, word
