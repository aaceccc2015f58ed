/* sweep.js - any swept key or result against any other: runs as points, or medians as a heat map. */
"use strict";
const quantities = () => [...data.keys, ...data.results];
const quantity = name => quantities().find(one => one.name === name);
const valueOf = (run, column) => typeof run[column.name] === "number" ? run[column.name] / (column.factor || 1)
  : run[column.name] === null || run[column.name] === undefined ? null : plain(run[column.name]);

const SYMBOLS = { solid: "circle", dash: "square", dot: "triangle-up", dashdot: "diamond" };

function sweepPoints(runs, x, y) {
  const groups = new Map();
  for (const run of runs)
    if (valueOf(run, x) !== null && valueOf(run, y) !== null)
      groups.set(run.configuration, [...(groups.get(run.configuration) || []), run]);
  const traces = [...groups].map(([index, members]) => ({ type: "scatter", mode: "markers",
    name: plain(data.configurations[index].title),
    x: members.map(run => valueOf(run, x)), y: members.map(run => valueOf(run, y)),
    text: members.map(run => "run " + run.id), hovertemplate: "%{text}<br>%{x}, %{y}",
    marker: { color: colourOf(index), size: 10, opacity: 0.8, symbol: SYMBOLS[data.configurations[index].dash] } }));
  return { traces, legend: groups.size > 1 && groups.size <= 40, annotations: [] };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function sweepCells(runs, x, y, value) {
  const order = column => [...new Set(runs.map(run => valueOf(run, column)).filter(one => one !== null))]
    .sort((a, b) => typeof a === "number" && typeof b === "number" ? a - b : 0);
  const [xs, ys] = [order(x), order(y)];
  const z = ys.map(row => xs.map(place => {
    const found = runs.filter(run => valueOf(run, x) === place && valueOf(run, y) === row)
      .map(run => valueOf(run, value)).filter(one => typeof one === "number");
    return found.length ? median(found) : null;
  }));
  const words = (list, column) => list.map(one => typeof one === "number" ? cell({ said: column.said?.map(([number, text]) =>
    [number / (column.factor || 1), text]) }, one) : one);
  const traces = [{ type: "heatmap", x: words(xs, x), y: words(ys, y), z, colorscale: "Viridis", xgap: 2, ygap: 2,
    colorbar: { title: { text: plain(heading(value)), side: "right" } },
    hovertemplate: "%{x}, %{y}: %{z}<extra></extra>" }];
  return { traces, legend: false, annotations: xs.length * ys.length <= 200 ? cellNumbers(z) : [] };
}

/* Plotly before 2.8 writes no numbers into heat maps: they are annotations. */
function cellNumbers(z) {
  const all = z.flat().filter(one => one !== null), middle = (Math.min(...all) + Math.max(...all)) / 2;
  return z.flatMap((row, i) => row.map((one, j) => ({ text: digits(one, 3), x: j, y: i, showarrow: false,
    font: { color: one > middle ? "#1d2127" : "#ffffff" } })).filter((_, j) => row[j] !== null));
}

/* A swept key whose values span more than a decade stands on a logarithmic axis. */
function decades(column, runs) {
  const values = runs.map(run => run[column.name]).filter(one => typeof one === "number");
  return column.values > 2 && Math.min(...values) > 0 && Math.max(...values) > 10 * Math.min(...values);
}

function showSweep() {
  const [x, y, value] = ["sweep-x", "sweep-y", "sweep-value"].map(id => quantity(at(id).value));
  const map = at("sweep-view").value === "map", runs = shownRuns().filter(run => run.complete);
  const drawn = map ? sweepCells(runs, x, y, value) : sweepPoints(runs, x, y);
  const type = column => map || runs.some(run => typeof run[column.name] === "string") ? "category"
    : decades(column, runs) ? "log" : "linear";
  at("sweep-value-label").hidden = !map;
  plot("sweep-plot", drawn.traces, layout({ showlegend: drawn.legend, annotations: drawn.annotations,
    xaxis: axis(heading(x), { type: type(x) }), yaxis: axis(heading(y), { type: type(y) }),
    uirevision: [x.name, y.name, map].join() }), heading(y) + " against " + heading(x));
  at("sweep-note").textContent = map ? "A cell is the median of all complete runs there that the filter keeps."
    : "A point is a complete run that the filter keeps.";
}

function startSweep() {
  const entries = quantities().map(one => ({ name: one.name, title: one.title }));
  if (entries.length < 2) return hide("sweep");
  const swept = data.keys.filter(key => key.values > 1 && key.name !== "seed");
  const results = data.results.map(one => one.name);
  const best = results.includes("loss") ? "loss" : results[0];
  const views = [{ name: "points", title: "runs as points" }, { name: "map", title: "heat map" }];
  options(at("sweep-view"), views, "points");
  options(at("sweep-x"), entries, (swept[0] || quantity("time_s") || entries[0]).name);
  options(at("sweep-y"), entries, best);
  options(at("sweep-value"), data.results.map(one => ({ name: one.name, title: one.title })), best);
  at("sweep-view").addEventListener("change", () => {
    at("sweep-y").value = at("sweep-view").value === "points" ? best : (swept[1] || data.keys[data.keys.length - 1] ||
      { name: best }).name;
    showSweep();
  });
  for (const id of ["sweep-x", "sweep-y", "sweep-value"]) at(id).addEventListener("change", showSweep);
  section("sweep", showSweep);
}
