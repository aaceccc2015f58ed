"""consensus.py - the distance between workers' models against the spectral gap of the graph they mix by."""
import numpy as np
import pandas
from matplotlib.lines import Line2D

from .. import axes as axis_of
from .. import look, prepare
from ..sheet import Sheet

BRIEF = "consensus distance against the spectral gap of the mixing graph"
NEEDS = "runs that mix by graphs of different spectral gaps (gossip)"
OPTIONS = ()
USUAL = True


def missing(scene, choice) -> str:
    found = data(scene, choice)
    if found["spectral_gap"].nunique() > 1:
        return ""
    if len(found):
        return "all its runs have one spectral gap; topology = dt.sweep { \"ring\", \"torus\", \"complete\" } varies it"
    return "its runs mix by no graph, so have no spectral gap; strategy = \"gossip\" has one"


def data(scene, choice):
    """A row a run: configuration, run, spectral_gap, distance: the mean over the second half of its evaluations."""
    rows = []
    for c in scene.shown:
        for run in c.shown:
            spread = run.evaluations["consensus_distance"].dropna() if "consensus_distance" in run.evaluations else []
            if np.isfinite(run.spectral_gap) and len(spread):
                rows.append((c.label, run.id, run.spectral_gap, float(spread.iloc[len(spread) // 2:].mean())))
    return pandas.DataFrame(rows, columns=["configuration", "run", "spectral_gap", "distance"])


def sign(colour: str, dash: str) -> dict:
    """A marker for each dash: a dot, then larger hollow ones, so that equal points are all seen."""
    place = list(look.DASHES).index(dash)
    return {"marker": look.MARKERS[place], "color": colour, "markersize": 5 + 3 * place, "markeredgewidth": 1.4,
            "markerfacecolor": "none" if place else colour}


def signs(legend: list) -> list:
    """The entries of the legend, with the markers instead of the dashes."""
    return [(Line2D([], [], linestyle="", **sign(line.get_color(), line.get_label())), text) for line, text in legend]


def draw(scene, frame, choice):
    sheet = Sheet(scene, 1, 1, (5.2, 3.2), legend=signs(scene.look.legend),
                  words="a point a run; distance: mean over the second half of its evaluations")
    axes = sheet.cell(0, 0)
    for name, rows in frame.groupby("configuration", sort=False):
        style = scene.look.of(name)
        axes.plot(rows["spectral_gap"], rows["distance"], linestyle="", **sign(style.colour, style.dash))
    for axis, column in ((axes.xaxis, "spectral_gap"), (axes.yaxis, "distance")):
        if prepare.wants_log(prepare.finite([frame[column]])):
            axis_of.logarithmic(axis, frame[column].to_numpy())
    axes.set(xlabel="spectral gap of the mixing matrix", ylabel="distance between workers' models")
    axes.set_title("Consensus distance against spectral gap")
    return sheet.figure
