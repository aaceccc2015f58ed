"""language.py - the small language of --value, --where and the report's filter: from a text to a tree.  Nothing is evaluated here.

    value  = name | function "(" column ")" | counter "(" column sign number ")"       time_s    max(accuracy)    time_to(loss <= 0.5)
    where  = terms joined by "and", "or", "not" and brackets; terms side by side mean "and"
    term   = value sign constant | word                seed <= 5    platform.bandwidth >= 10Mbps    strategy = "localsgd period=5"

A word by itself is looked for in what a run is called.  Signs: = == != ~= < <= > >=.  Words that hold blanks or signs stand in
quotes.  The words of functions and counters are those of results in a claim."""
import difflib
import re
from dataclasses import dataclass

from . import RecordError
from .quantity import Quantity, read, spelled

COUNTERS = {"time_to": "time_s", "step_to": "step", "steps_to": "step", "round_to": "round", "rounds_to": "round", "epoch_to": "epoch",
            "bytes_to": "bytes", "joules_to": "joules"}        # -> the column of the evaluations that is read there
FUNCTIONS = ("max", "min", "first", "last", "mean", "median")  # of a column of the evaluations of a run
SIGNS = {"=": "=", "==": "=", "!=": "!=", "~=": "!=", "<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">="}
JOINING = ("and", "or", "not")
TOKEN = re.compile(r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:[ ]?%|[A-Za-zµμ][\wµμ/]*)?)
    | (?P<word>[^\W\d][\w.:+*/-]*)
    | (?P<sign><=|>=|==|!=|~=|[=<>≤≥])
    | (?P<bracket>[()]))""", re.VERBOSE)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int         # the place of its first character, from 1


@dataclass(frozen=True)
class Name:
    """A swept key, any other key of a configuration, a result, or a column of the evaluations at the end."""
    text: str
    at: int = 1


@dataclass(frozen=True)
class Call:
    """function(column), or counter(column sign goal)."""
    function: str
    column: str
    sign: str = ""
    goal: Quantity = None
    at: int = 1             # of the function
    column_at: int = 1

    @property
    def counts(self) -> bool:
        return self.function in COUNTERS


@dataclass(frozen=True)
class Comparison:
    left: object            # Name or Call
    sign: str
    right: object           # Quantity or str
    at: int = 1             # of what stands right


@dataclass(frozen=True)
class Word:
    """A word that is looked for in what a run is called."""
    text: str


@dataclass(frozen=True)
class Joined:
    word: str               # "and", "or", "not"
    parts: tuple


def tokens(text: str, option: str) -> list:
    """The tokens of a text, the last of which is its end."""
    found, at = [], 0
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise RecordError(f"{option}: at character {at + 1}: expected a key, a number, a sign such as <= or a bracket, got \"{text[at]}\"")
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1))
        at = match.end()
    return [*found, Token("end", "the end", len(text) + 1)]


DEEPEST = 100       # brackets and "not" inside each other: more would be no condition that a person wrote


class Parser:
    """Recursive descent over the tokens of one text; option is the place that messages name."""

    def __init__(self, text: str, option: str):
        self.option, self.tokens, self.place, self.depth = option, tokens(text, option), 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def has(self, kind: str, *texts) -> bool:
        return self.now.kind == kind and (not texts or self.now.text in texts)

    def fail(self, expected: str, token=None, near=()):
        token = token or self.now
        got = token.text if token.kind in ("end", "quoted") else f"\"{token.text}\""
        close = difflib.get_close_matches(token.text, list(near), 1, 0.5)
        raise RecordError(f"{self.option}: at character {token.at}: expected {expected}, got {got}" +
                          (f"; did you mean \"{close[0]}\"?" if close else ""))

    def expect(self, kind: str, text: str, expected: str) -> Token:
        return self.take() if self.has(kind, text) else self.fail(expected)

    def end(self, expected: str) -> None:
        if self.now.kind != "end":
            self.fail(expected)

    def value(self):
        """name | function "(" ... ")" """
        if self.now.kind not in ("word", "quoted") or self.now.text in JOINING:
            self.fail("a key, a result or a function such as time_to(loss <= 0.5)")
        head = self.take()
        if not self.has("bracket", "("):
            return Name(bare(head), head.at)
        if head.text not in (*COUNTERS, *FUNCTIONS):
            self.fail(f"a function ({', '.join((*COUNTERS, *FUNCTIONS))})", head, (*COUNTERS, *FUNCTIONS))
        self.take()
        if self.now.kind not in ("word", "quoted"):
            self.fail("a column of the evaluations, such as loss")
        column = self.take()
        sign, goal = self.goal(head, bare(column)) if head.text in COUNTERS else ("", None)
        self.expect("bracket", ")", "a closing bracket")
        return Call(head.text, bare(column), sign, goal, head.at, column.at)

    def goal(self, head: Token, column: str) -> tuple:
        """sign number"""
        if not self.has("sign") or SIGNS[self.now.text] in ("=", "!="):
            self.fail(f"<= or >= and a number, as in {head.text}({column} >= 0.9)")
        sign = SIGNS[self.take().text]
        if self.now.kind != "number":
            self.fail("a number")
        return sign, self.number()

    def number(self) -> Quantity:
        """A number, with its unit, which a blank may part from it."""
        token, unit = self.take(), self.now
        if unit.kind == "word" and token.text[-1:].isdigit() and spelled(unit.text):
            token = Token("number", f"{token.text} {self.take().text}", token.at)
        return read(token.text) or self.fail("a number with one of the units of a scenario (ms, s, min, kB, Mbps, %, ...)", token)

    def any_of(self):
        return self.joined("or", self.all_of, lambda: self.has("word", "or"))

    def all_of(self):
        return self.joined("and", self.negated, lambda: not (self.now.kind == "end" or self.has("word", "or") or self.has("bracket", ")")))

    def joined(self, word: str, part, more):
        """part { word part }: one part stays as it is; "and" need not be written."""
        parts = [part()]
        while more():
            if self.has("word", word):
                self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def negated(self):
        if not (self.has("word", "not") or self.has("bracket", "(")):
            return self.term()
        if self.depth == DEEPEST:
            self.fail(f"no more than {DEEPEST} brackets and \"not\" inside each other")
        self.depth += 1
        if self.take().text == "not":
            inside = Joined("not", (self.negated(),))
        else:
            inside = self.any_of()
            self.expect("bracket", ")", "a closing bracket")
        self.depth -= 1
        return inside

    def term(self):
        if self.now.kind == "number" and self.tokens[self.place + 1].kind != "sign":
            return Word(self.take().text)
        left = self.value()
        if not self.has("sign"):
            return Word(left.text) if isinstance(left, Name) else self.fail("a sign such as <= and a number")
        sign, right = SIGNS[self.take().text], self.now
        if right.kind == "number":
            return Comparison(left, sign, self.number(), right.at)
        if right.kind not in ("word", "quoted") or right.text in JOINING:
            self.fail("a number or a word")
        if sign not in ("=", "!="):
            self.fail("a number")
        return Comparison(left, sign, bare(self.take()), right.at)


def bare(token: Token) -> str:
    return token.text[1:-1] if token.kind == "quoted" else token.text


def parse_value(text: str, option: str = "--value"):
    """The tree of a value.  Errors: RecordError, one sentence."""
    parser = Parser(text, option)
    tree = parser.value()
    parser.end("nothing more")
    return tree


def parse_where(text: str, option: str = "--where"):
    """The tree of a condition.  Errors: RecordError, one sentence."""
    parser = Parser(text, option)
    tree = parser.any_of()
    parser.end("\"and\", \"or\" or nothing more")
    return tree
