"""scene.py - what every figure of a record starts from: its complete configurations, their look, their bands."""
from functools import cached_property, lru_cache

import pandas

from . import facet, look, prepare
from .sheet import Page


class Scene:
    """A record and the look of its configurations; bands are worked out once.  runs: how many the file has, where the record
    is of some of them."""

    def __init__(self, record, page: Page = Page(), runs: int = 0):
        self.record, self.page = record, page
        self.runs = runs or len(record.runs)
        self.look = look.choose(record)
        self.bands = lru_cache(maxsize=None)(self._bands)
        self.arranged = lru_cache(maxsize=None)(self._arranged)

    @property
    def path(self) -> str:
        return self.record.path

    @cached_property
    def shown(self) -> list:
        return [c for c in self.record.configurations if c.shown]

    def configuration_of(self, run):
        return next(c for c in self.record.configurations if any(other is run for other in c.runs))

    def title_of(self, label: str) -> str:
        """The configuration of that label as figures call it: with its diverged seeds."""
        return next(look.label_of(c) for c in self.record.configurations if c.label == label)

    def _arranged(self, keys: str = None) -> facet.Arrangement:
        """The configurations in panels by the keys of --facet, or by what leaves no panel too many lines."""
        return facet.arrange(self.record, self.shown, self.look, facet.keys_of(self.record, keys))

    def together(self, keys: str = None) -> facet.Arrangement:
        """As arranged, for figures of several panels: without --facet up to two lines of each colour stand in one panel."""
        crowd = keys is None and self.look.told and len(self.shown) <= 2 * facet.LINES
        return facet.Arrangement([], [facet.Panel("", (), self.shown)], self.look) if crowd else self.arranged(keys)

    def _bands(self, x: str, y: str, points: int = prepare.POINTS) -> pandas.DataFrame:
        """prepare.band of every configuration that has both columns, one below the other."""
        tables = [(c.label, prepare.band(c, x, y, points)) for c in self.shown]
        rows = [band.assign(configuration=label) for label, band in tables if band is not None]
        return pandas.concat(rows, ignore_index=True) if rows else prepare.no_band()

    @cached_property
    def horizon(self) -> float:
        """The longest time of any panel, in seconds: one unit of time serves all of them."""
        ends = list(self.bands("time_s", "loss")["x"])
        return max(ends + [prepare.breakdown(c).get("horizon", 0.0) for c in self.shown], default=0.0)
