"""staleness.py - how old the model was that a merged update had been computed on."""
import pandas
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from .. import look
from ..sheet import Sheet

BRIEF = "histogram of the age of merged updates, in changes of the model"
NEEDS = "tables of staleness, which strategies that merge updates leave"
OPTIONS = ()
USUAL = True
BARS = 8            # configurations that have bars side by side


def dull(scene) -> bool:
    """All updates were computed on the newest model."""
    return not (data(scene, None)["age"] > 0).any()


def missing(scene, choice) -> str:
    if len(data(scene, choice)):
        return ""
    return "its runs hold no table of staleness; a strategy that merges updates of different age leaves one"


def data(scene, choice):
    """Configuration, age in changes of the model since it was read, updates: how many over all seeds, share: of those of the configuration."""
    rows = []
    for c in scene.shown:
        tables = [run.staleness for run in c.shown if len(run.staleness)]
        if tables:
            counted = pandas.concat(tables).groupby("age", as_index=False)["updates"].sum()
            rows.append(counted.assign(configuration=c.label, share=counted["updates"] / counted["updates"].sum()))
    names = ["configuration", "age", "updates", "share"]
    return pandas.concat(rows, ignore_index=True)[names] if rows else pandas.DataFrame(columns=names)


def draw(scene, frame, choice):
    names = list(dict.fromkeys(frame["configuration"]))
    legend = bars_legend(scene, names) if len(names) <= BARS else scene.look.legend
    sheet = Sheet(scene, 1, 1, (5.2, 3.0), legend=legend, words="shares of all updates of all seeds")
    axes = sheet.cell(0, 0)
    for place, name in enumerate(names):
        rows, style = frame[frame["configuration"] == name], scene.look.of(name)
        if len(names) <= BARS:
            wide = 0.85 / len(names)
            axes.bar(rows["age"] + (place - (len(names) - 1) / 2) * wide, 100 * rows["share"], wide,
                     color=style.colour)
        else:
            axes.plot(rows["age"], 100 * rows["share"], color=style.colour, linestyle=look.DASHES[style.dash],
                      linewidth=style.width, drawstyle="steps-mid")
    axes.set_xlim(-0.5, frame["age"].max() + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.set(xlabel="staleness (changes of the model since it was read)", ylabel="share of updates (%)")
    axes.set_title("Age of the model that updates were computed on")
    return sheet.figure


def bars_legend(scene, names: list) -> list:
    """Of the configurations that have bars."""
    return [(Patch(facecolor=scene.look.of(name).colour), scene.title_of(name)) for name in names]
