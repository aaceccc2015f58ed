"""command.py - a parser of options that answers a mistake as all of dtsim does: in one sentence, with the nearest option, status 2."""
import argparse
import re

from .label import nearest


class Parser(argparse.ArgumentParser):
    def __init__(self, *words, instead=None, **more):
        """instead: an option that there is not -> what to write in its place."""
        super().__init__(*words, **more)
        self.instead = instead or {}

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {self.sentence(message)}\n")

    def sentence(self, message: str) -> str:
        """argparse's message in dtsim's words."""
        if unknown := re.fullmatch(r"unrecognized arguments: (.*)", message, re.S):
            word = unknown[1].split(" ")[0]
            if not word.startswith("-"):
                return f"expected nothing more, got \"{unknown[1]}\""
            word = word.split("=")[0]
            options = [option for action in self._actions for option in action.option_strings]
            near = self.instead.get(word) or nearest(word, options)
            return f"there is no option {word}" + (f"; did you mean \"{near}\"?" if near else "")
        if number := re.fullmatch(r"argument ([^:]*): invalid (?:float|int) value: '(.*)'", message, re.S):
            return f"{number[1]}: expected a number, got \"{number[2]}\""
        return message.removeprefix("argument ")
