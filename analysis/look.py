"""look.py - colours, dashes and the legend: one configuration looks the same in every figure and in the report.
Colours: Okabe and Ito, "Color Universal Design", 2008 (yellow, too pale for lines, gives way to grey)."""
from dataclasses import dataclass, field

import matplotlib
import numpy as np
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D

from .label import short_keys
from .prepare import is_number

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F7F7F"]
DASHES = {"solid": "-", "dash": (0, (5, 1.5)), "dot": (0, (1, 1.2)), "dashdot": (0, (5, 1.2, 1, 1.2))}
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*"]
SHADES = {"compute": 1.0, "communication": 0.55, "exposed": 0.4, "wait": 0.18, "off": 0.0}   # of a configuration's colour
INK, PALE = "#222222", "#666666"

SETTINGS = {
    "font.family": "DejaVu Sans", "font.size": 8.5, "axes.titlesize": 9, "axes.labelsize": 8.5,
    "xtick.labelsize": 8, "ytick.labelsize": 8, "legend.fontsize": 8.5,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": PALE,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.7,
    "axes.grid": True, "grid.color": "#E4E4E4", "grid.linewidth": 0.6, "axes.axisbelow": True,
    "xtick.major.width": 0.7, "ytick.major.width": 0.7, "xtick.minor.width": 0.5, "ytick.minor.width": 0.5,
    "axes.titlelocation": "left", "axes.titleweight": "bold", "lines.solid_capstyle": "round",
    "svg.hashsalt": "dtsim", "pdf.fonttype": 42, "text.parse_math": False,
}


@dataclass
class Style:
    colour: str             # "#rrggbb"
    dash: str = "solid"     # a key of DASHES
    width: float = 1.6
    band: bool = True


@dataclass
class Look:
    """A Style for each configuration (by its label), the entries of the legend, and what the styles leave out."""
    styles: dict
    legend: list = field(default_factory=list)      # (handle, text)
    note: str = ""

    def of(self, label: str) -> Style:
        """Thin and grey where there is no other: see told."""
        return self.styles.get(label, Style(PALE, width=0.7, band=False))

    @property
    def told(self) -> bool:
        """False where no legend could tell the configurations apart: the overview is then a table."""
        return bool(self.styles)


def handle(colour, dash="solid", width=2.0) -> Line2D:
    return Line2D([], [], color=colour, linestyle=DASHES[dash], linewidth=width, label=dash)


def distinct(configurations: list, key: str) -> list:
    """The values of a key in the order of the sweep, numbers ascending."""
    values = list(dict.fromkeys(c.swept[key] for c in configurations))
    return sorted(values) if all(is_number(v) for v in values) else values


def colours_for(values: list) -> list:
    """Ordered colours for numbers, the discrete set for names; [] if names outnumber it."""
    if all(is_number(v) for v in values) and len(values) > 2:
        ramp = matplotlib.colormaps["viridis"]
        return [to_hex(ramp(at)) for at in np.linspace(0.0, 0.8, len(values))]
    return COLOURS[:len(values)] if len(values) <= len(COLOURS) else []


def entries(values: list, limit: int = 6) -> list:
    """Which values the legend names: all, or some at equal distances."""
    if len(values) <= 8:
        return list(range(len(values)))
    return sorted({round(at) for at in np.linspace(0, len(values) - 1, limit)})


def choose(record) -> Look:
    """Up to eight configurations get a colour each; more are coloured by one swept key and dashed by another, or,
    where no two keys suit, get a pair of colour and dash each as far as these go."""
    configurations = [c for c in record.configurations if c.shown]
    if len(configurations) <= len(COLOURS):
        return look_each(configurations)
    keys = [key for key in record.keys if len(distinct(configurations, key)) > 1]
    first = next((key for key in keys if colours_for(distinct(configurations, key))), None)
    if first is not None:
        second = next((key for key in keys if key != first and adds(configurations, first, key)
                       and 2 <= len(distinct(configurations, key)) <= len(DASHES)), None)
        return look_keys(record, configurations, first, second)
    if len(configurations) <= len(COLOURS) * len(DASHES):
        return look_each(configurations)
    return Look({}, note=f"{len(configurations)} configurations, not told apart")


def adds(configurations: list, first: str, key: str) -> bool:
    """The second key tells configurations apart that the first does not."""
    pairs = {(c.swept[first], c.swept[key]) for c in configurations}
    return len(pairs) > len({value for value, _ in pairs})


def look_each(configurations: list) -> Look:
    """All colours solid, then all colours dashed, and so on."""
    pairs = [(colour, dash) for dash in DASHES for colour in COLOURS]
    many = len(configurations) > len(COLOURS)
    styles = {c.label: Style(*pair, 1.2 if many else 1.6, not many) for c, pair in zip(configurations, pairs)}
    legend = [(handle(styles[c.label].colour, styles[c.label].dash), label_of(c)) for c in configurations]
    return Look(styles, legend)


def label_of(configuration) -> str:
    """The label, marked where seeds diverged."""
    runs, broken = len(configuration.shown), configuration.diverged
    if not broken:
        return configuration.label
    return f"{configuration.label} (diverged)" if runs == 1 else \
        f"{configuration.label} ({broken} of {runs} diverged)"


def look_keys(record, configurations: list, first: str, second) -> Look:
    """Colour by the first key, dash by the second (or None), thin lines without bands."""
    short = short_keys(record.keys)

    def word(key, value):
        return f"no {short[key]}" if value is None else record.words.pair(short[key], key, value)

    values = distinct(configurations, first)
    colours = colours_for(values)
    legend = [(handle(colours[i]), word(first, values[i])) for i in entries(values)]
    colour, dash = dict(zip(values, colours)), {}
    if second is not None:
        dash = dict(zip(distinct(configurations, second), DASHES))
        legend += [(handle(PALE, style, 1.4), word(second, value)) for value, style in dash.items()]
    styles = {c.label: Style(colour[c.swept[first]], dash.get(c.swept.get(second), "solid"), 1.0, False)
              for c in configurations}
    seen = len({(s.colour, s.dash) for s in styles.values()})
    hidden = [short[key] for key in record.keys if key not in (first, second)
              and len(distinct(configurations, key)) > 1]
    note = f"lines of one style differ in {' and '.join(hidden)}" if hidden and seen < len(configurations) else ""
    return Look(styles, legend, note)


def tint(colour, share: float) -> str:
    """The colour mixed with white: share 1 is the colour itself."""
    return to_hex([share * part + 1 - share for part in to_rgb(colour)])


def ink_on(colour) -> str:
    """Dark or white, whichever can be read on the colour."""
    red, green, blue = to_rgb(colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
