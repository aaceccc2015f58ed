"""One word for one thing, and the field's word where there is one: README.md's glossary says which.  Words that this program
once used for its own machinery are retired; they stay away from names, comments, help, messages and documents."""
import fnmatch
import re

import pytest

from conftest import ROOT

LIBRARIES = ["analysis/page/vendor/*"]
RETIRED = {     # word: (the word to use instead, places where it means something else)
    "board": ("monitor", []),
    "cast": ("workers, or layout of a tree", ["*.cpp"]),
    "crossing": ("transfer", []),
    "door": ("bridge to SimGrid", []),
    "fate": ("failure, recovery or fault", []),
    "guest": ("client", []),
    "hall": ("layout", []),
    "lane": ("route, or row of a figure", ["sim/aggregate/*", "sim/compress/*", "sim/layer/*", "sim/optimiser/*",    # of a vector unit
                                           "analysis/*", "platforms/gpus.lua"]),                    # of a timeline; of PCIe
    "lottery": ("draws", []),
    "mend": ("repair, reset or fix", []),
    "parked": ("pending", []),
    "pile": ("pending evaluation", []),
    "player": ("user of a profile, worker or host", []),
    "seat": ("placement, host", []),
    "spread": ("consensus distance", ["sim/data/*", "sim/model/*", "analysis/*", "platforms/*", "lua/dt/*",
                                      "scenarios/*", "sim/run/*"]),      # of numbers around their mean; of workers over sites
    "stage": ("training", ["sim/model/profiles/*", "sim/queue/*", "sim/collective/driver.c", "sim/compress/dgc.c",
                           "lua/dt/*"]),                                # of ResNet; of an exchange; of a job of Spark
    "unborn": ("from the future, or not begun", []),
    "unheard": ("undelivered, or last seen at", []),
}
WRITTEN = ["sim/**/*", "lua/**/*.lua", "platforms/*.lua", "scenarios/**/*", "analysis/**/*", "README.md", "tests/*.md"]
TEXTS = {".c", ".h", ".cpp", ".lua", ".py", ".js", ".css", ".html", ".md"}


def texts():
    """Every file that people read or write."""
    found = {path for pattern in WRITTEN for path in ROOT.glob(pattern) if path.suffix in TEXTS}
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def uses(word, text):
    """The numbers of the lines that use the word: alone, as part of a name with underscores, or in another form of it."""
    found = re.compile(rf"(?<![a-z]){word}(?:s|d|ed|ing)?(?![a-z])", re.I)
    return [number for number, line in enumerate(text.splitlines(), 1) if found.search(line)]


def refusals(files):
    """One sentence for each use of a retired word in { path: text }."""
    for path, text in files.items():
        if any(fnmatch.fnmatch(path, pattern) for pattern in LIBRARIES):
            continue
        for word, (instead, allowed) in RETIRED.items():
            if not any(fnmatch.fnmatch(path, pattern) for pattern in allowed):
                for number in uses(word, text):
                    yield f'{path}:{number}: "{word}" is retired: expected {instead}'


def test_no_retired_word_is_used():
    files = {path: (ROOT / path).read_text() for path in texts()}
    assert len(files) > 300
    found = list(refusals(files))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("line, refused", [("/* The board decides. */", True), ("static void find_board(void) {", True),
                                           ("BOARDS = 3", True), ("a dashboard", False), ("int boarding_pass;", True),
                                           ("mended", True), ("recommend", False), ("amendment", False)])
def test_a_retired_word_is_found_in_names_and_sentences_alone(line, refused):
    assert bool(list(refusals({"sim/x.c": line}))) == refused


def test_an_allowed_place_is_one_that_uses_the_word():
    files = {path: (ROOT / path).read_text() for path in texts()}
    for word, (_, allowed) in RETIRED.items():
        for pattern in allowed:
            inside = [path for path in files if fnmatch.fnmatch(path, pattern)]
            assert not inside or any(uses(word, files[path]) for path in inside), f'"{word}" may be retired in {pattern}, too'


def test_no_retired_word_is_a_word_of_the_glossary(folder):
    glossary = folder.run("help", "glossary").stdout
    assert not [word for word in RETIRED if uses(word, glossary)]
