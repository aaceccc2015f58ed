"""figures - the figures there are: one file each, named in FIGURES.  A figure is a module with

    BRIEF       what it shows, in a phrase
    NEEDS       what a file must hold for it, in a phrase
    OPTIONS     the fields of a Choice that it listens to; what is asked of the page (sheet.Page) holds for every figure
    USUAL       whether a plain `dtsim plot FILE` draws it
    dull(scene)                 optional: it could be drawn, but would show nothing that one does not know
    missing(scene, choice)      a sentence that says what the file lacks and how to get it, or ""
    data(scene, choice)         the numbers shown: a DataFrame
    draw(scene, frame, choice)  the picture of that frame: a matplotlib Figure
"""
from dataclasses import dataclass, fields
from importlib import import_module

FIGURES = ("overview", "curve", "progress", "target", "differences", "schedule", "breakdown", "sweep", "iteration", "tradeoff", "heatmap", "scaling",
           "staleness", "ages", "consensus", "gantt", "step", "efficiency", "platform", "table")


@dataclass(frozen=True)
class Choice:
    """What the user asks of a figure; None: the figure's own choice."""
    x: str = None           # a column of the evaluations, or a swept key
    y: str = None
    value: str = None       # of a run, in the language of language.py: loss, time_to(accuracy >= 0.9), ...
    facet: str = None       # swept keys with commas between them: a panel for each of their values
    target: float = None    # a loss or an accuracy to reach
    against: str = None     # the configuration that others are compared with
    run: int = None
    worker: int = None
    step: int = None        # of the worker, from 1
    start: float = None     # seconds
    end: float = None

    @property
    def given(self) -> list:
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]


UNSIZED = ("platform",)     # it is laid out for one size


def figure(name: str):
    """The module of a figure."""
    return import_module(f".{name}", __name__)


def usual(scene) -> list:
    """The names of the figures that serve this record without being asked for."""
    def serves(module) -> bool:
        dull = getattr(module, "dull", lambda _: False)
        return module.USUAL and not module.missing(scene, Choice()) and not dull(scene)
    return [name for name in FIGURES if serves(figure(name))]
