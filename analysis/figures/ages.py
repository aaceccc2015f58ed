"""ages.py - how old the model was that merged updates had been computed on, over time."""
import numpy as np
import pandas
from matplotlib.ticker import MaxNLocator

from .. import axes as axis_of
from .. import facet, prepare
from ..measure import wrap_pairs
from ..sheet import Sheet
from . import curve

BRIEF = "age of merged updates over time: their mean, and the oldest"
NEEDS = "tables of ages, which runs leave where updates were not computed on the newest model"
OPTIONS = ("facet",)
USUAL = True
STRETCHES = 40      # of a line, at most: in shorter ones the mean is of few updates
SHOWN = {"mean_age": "Mean age of updates over time", "most_age": "Oldest update over time"}


def width_of(runs: list) -> float:
    """Seconds of a stretch that suits all runs: a power of two times those of each, which are powers of two themselves."""
    width = max((float(run.ages["end_s"].iloc[0] - run.ages["start_s"].iloc[0]) for run in runs if len(run.ages)), default=1.0)
    while max((run.final["time_s"] for run in runs), default=0.0) > STRETCHES * width:
        width *= 2
    return width


def stretches(run, width: float):
    """start_s, mean_age, most_age of a run in stretches of so many seconds; where all its updates were computed on the newest model
    they are 0 from its begin on.  Less than half a stretch at the end belongs to the one before."""
    if len(run.ages):
        last = max(0.0, np.floor(run.final["time_s"] / width - 0.5))
        place = np.minimum(np.floor(run.ages["start_s"] / width), last)
        ages = run.ages.assign(start_s=place * width, sum=run.ages["mean_age"] * run.ages["updates"])
        joint = ages.groupby("start_s", as_index=False).agg(sum=("sum", "sum"), updates=("updates", "sum"), most_age=("most_age", "max"))
        return joint.assign(mean_age=joint["sum"] / joint["updates"])[["start_s", "mean_age", "most_age"]]
    fresh = len(run.staleness) and run.staleness["age"].max() == 0
    return pandas.DataFrame({name: [0.0] if fresh else [] for name in ("start_s", "mean_age", "most_age")})


def missing(scene, choice) -> str:
    facet.keys_of(scene.record, choice.facet)
    if any(len(run.ages) for c in scene.shown for run in c.shown):
        oldest = data(scene, choice)["median"].max()
        return "" if oldest > 0 else "its updates were computed on the newest model, so that all ages are 0 in the median of seeds"
    return "its runs hold no table of ages; asynchronous training, such as sync = \"async\" with strategy = \"ps\", leaves one"


def band(configuration, column: str):
    """prepare.band of a column of the ages; None if no run of the configuration has merged anything."""
    width = width_of(configuration.shown)
    runs = [(run, stretches(run, width)) for run in configuration.shown]
    curves = [(rows["start_s"].to_numpy(float), rows[column].to_numpy(float)) for _, rows in runs if len(rows)]
    ends = [float(run.final["time_s"]) for run, rows in runs if len(rows)]
    if not curves:
        return None
    found = prepare.band_of(curves, ends)
    end = found["end"].iloc[0]
    inside = found[found["x"] < max(end, np.nextafter(found["x"].iloc[0], np.inf))]         # the first even of a run without time
    return pandas.concat([inside, inside.iloc[[-1]].assign(x=end)], ignore_index=True)      # it holds until the run ends


def data(scene, choice):
    """The columns of a band over x = simulated time, and quantity: mean_age or most_age, of the updates merged in a stretch of time."""
    bands = [(c.label, name, band(c, name)) for name in SHOWN for c in scene.shown]
    rows = [frame.assign(configuration=label, quantity=name) for label, name, frame in bands if frame is not None]
    return pandas.concat(rows, ignore_index=True) if rows else prepare.no_band().assign(quantity="")


def draw(scene, frame, choice):
    """Both quantities side by side, or below each other, a column for each panel of the facets."""
    shown = scene.together(choice.facet)
    alone = len(shown.panels) == 1
    titles = [[] if alone else wrap_pairs(part.title, 2.3, 9, True) for part in shown.panels]
    sheet = Sheet(scene, len(SHOWN) if alone else len(titles), 1 if alone else len(SHOWN), (3.9, 2.7) if alone else (2.3, 1.8),
                  legend=shown.look.legend, heading=1 + max(map(len, titles)), words=statistic(scene, shown.look),
                  gap=Sheet.GAP if alone else (0.62, 0.72 + 0.15 * (1 + max(map(len, titles)))))
    for i, (name, title) in enumerate(SHOWN.items()):
        rows = frame[frame["quantity"] == name]
        for place, part in enumerate(shown.panels):
            axes = sheet.cell(*((i, 0) if alone else (place, i)))
            panel(axes, rows[rows["configuration"].isin([c.label for c in part.configurations])], rows, shown.look, name)
            axes.set_title("\n".join([title, *titles[place]]))
            if not alone and place:
                axes.set_ylabel("")
            if not alone and i == 0:
                axes.set_xlabel("")
    return sheet.figure


def statistic(scene, look) -> str:
    """What lines, bands and ages are, for the footer."""
    banded = all(look.of(c.label).band for c in scene.shown)
    return "; ".join([prepare.band_words(scene.shown, "band" if banded else ""), "age: changes of the model since the update's values were read",
                      *([look.note] if look.note else [])])


def panel(axes, frame, all_of, looks, name: str) -> None:
    """One quantity of some configurations, to the scale of all of them."""
    ends = list(all_of.groupby("configuration")["end"].first())
    factor, words = axis_of.horizontal_scaled("simulated time", "time_s", ends, max(ends))
    banded = all_of["configuration"].map(lambda one: looks.of(one).band).to_numpy(bool)
    top = float(np.nanmax([all_of["median"].max(), all_of["high"][banded].max()])) or 1.0     # of what is drawn
    for label, band in frame.groupby("configuration", sort=False):
        curve.line(axes, looks.of(label), band, factor, 1.0, top)
    axis_of.horizontal_limits(axes, [end / factor for end in ends], max(ends) / factor)
    axes.set_ylim(-0.02 * top, 1.06 * top)
    if name == "most_age":
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=(1, 2, 5, 10)))
    axes.set(xlabel=words, ylabel="age (changes of the model)")
