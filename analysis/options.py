"""The options of the commands that are written in Python, a line for each, as their own parsers know them.

"make docs" keeps what this prints as options.gen.tsv, from which "dtsim help" takes them: command, option, value, help;
each figure is a line, too.
"""
import argparse
import importlib
import sys

from . import figures

COMMANDS = ["plot", "report", "explain", "trace", "lab"]


class Asked(Exception):
    """Raised by a parser in place of parsing."""


def parser_of(command) -> argparse.ArgumentParser:
    """The parser that the command makes when it is called."""
    def caught(parser, *_, **__):
        raise Asked(parser)
    kept, words = argparse.ArgumentParser.parse_args, sys.argv
    argparse.ArgumentParser.parse_args, sys.argv = caught, [f"dtsim {command}"]
    try:
        importlib.import_module(f"analysis.{command}").main()
    except Asked as asked:
        return asked.args[0]
    finally:
        argparse.ArgumentParser.parse_args, sys.argv = kept, words
    raise AssertionError(f"analysis/{command}.py parses nothing")


def value(action) -> str:
    """What follows an option: FILE, a|b, or nothing."""
    if action.nargs == 0 or not action.option_strings:
        return ""
    return action.metavar or "|".join(map(str, action.choices or [])) or action.dest.upper()


def lines(command):
    for action in parser_of(command)._actions:
        name = action.option_strings[-1] if action.option_strings else action.metavar or action.dest.upper()
        text = (action.help or "") % {**vars(action), "prog": f"dtsim {command}"}
        yield "\t".join([command, name, value(action), " ".join(text.split())])
        if (command, name) == ("plot", "--figure"):
            for figure in figures.FIGURES:
                module = figures.figure(figure)
                yield "\t".join([command, f"--figure {figure}", "", f"{module.BRIEF}; needs {module.NEEDS}"])


def main() -> int:
    for command in COMMANDS:
        print("\n".join(lines(command)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
