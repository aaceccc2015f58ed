"""Whoever searches for a word of the field finds it, and every word has one meaning, the same in README.md and in help."""
import re

import pytest

from conftest import ROOT


def terms(folder):
    """{ word: (other words, meaning, names of help) }, as the program prints them."""
    text = folder.run("help", "glossary").stdout
    found = re.findall(r"^(\S.*?)(?: \((.*?)\))?: (.*)\n  here: dtsim help (.*)$", text, re.M)
    assert len(found) * 2 == len(text.splitlines())
    return {word: (also, meaning, here.split(", ")) for word, also, meaning, here in found}


def test_the_glossary_of_the_readme_is_some_of_that_of_help(folder):
    section = (ROOT / "README.md").read_text().partition("\n## Glossary\n")[2].partition("\n## ")[0]
    items = [" ".join(item.split()) for item in re.split(r"^- ", section, flags=re.M)[1:]]
    help_has = [f"**{word}**{f' ({also})' if also else ''}: {meaning} ({', '.join(f'`{name}`' for name in here)})"
                for word, (also, meaning, here) in terms(folder).items()]
    assert len(items) > 10 and [item for item in help_has if item in items] == items


def test_words_stand_in_the_order_of_the_alphabet_and_once(folder):
    words = [word.lower().replace("-", " ") for word in terms(folder)]
    assert words == sorted(words)
    also = [name for other, _, _ in terms(folder).values() for name in other.split(", ") if name]
    assert len(set(also)) == len(also) and not set(also) & set(terms(folder))


def test_help_knows_every_name_that_the_glossary_refers_to(folder):
    for name in sorted({name for _, _, here in terms(folder).values() for name in here}):
        done = folder.run("help", name)
        assert done.returncode == 0 and done.stdout, name


@pytest.mark.parametrize("word", ["all-reduce", "allreduce", "barrier", "straggler", "stragglers", "staleness", "data partition",
                                  "learning-rate schedule", "learning rate schedule", "checkpoint", "heterogeneity", "non-IID",
                                  "NON-iid", "momentum", "parameter server", "backup worker", "federated learning", "tensor fusion",
                                  "error feedback", "warm-up", "Byzantine", "consensus distance", "data-parallel", "communication scheduling",
                                  "gradient code", "secure aggregation", "differential privacy", "client drift", "backup task"])
def test_a_word_of_the_field_is_explained_by_help_and_by_list(folder, word):
    done = folder.run("help", word)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "here: dtsim help " in done.stdout
    assert folder.run("list", word).stdout == done.stdout


def test_help_lists_what_is_described_with_a_word(folder):
    page = folder.run("help", "momentum").stdout
    for name in ["sgd.momentum (optimiser)", "lars (optimiser)", "adacomm.block_momentum (strategy)"]:
        assert re.search(rf"^  {re.escape(name)}  ", page, re.M), page
    assert "staleness.age (tables)" in folder.run("help", "staleness").stdout
    assert "merge (command)" in folder.run("help", "shards of a sweep").stdout


@pytest.mark.parametrize("path, lines", [("strategy.period", 4), ("localsgd.period", 1), ("stop.loss", 1), ("compress.twice", 1)])
def test_the_path_of_a_key_is_found_as_messages_write_it(folder, path, lines):
    page = folder.run("help", path)
    assert page.returncode == 0 and len(page.stdout.splitlines()) == 1 + lines, page.stdout


def test_only_whole_words_are_found(folder):
    done = folder.run("help", "checkpoi")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'word or key "checkpoi"; did you mean "checkpoint"? ' in done.stderr
    for nothing in ["", "-", "zebra"]:
        done = folder.run("list", nothing)
        assert (done.returncode, done.stdout) == (2, ""), nothing


def test_a_name_that_is_nearly_one_is_told_beside_what_is_found(folder):
    page = folder.run("help", "sits").stderr + folder.run("help", "label").stdout
    assert 'did you mean "sites"?' in page and '"label" stands in:' in page


@pytest.mark.parametrize("word", ["all-reduce", "barrier", "straggler", "staleness", "data partition", "learning-rate schedule"])
def test_the_list_of_algorithms_has_the_words_that_one_searches_it_for(folder, word):
    assert word in folder.run("list").stdout
