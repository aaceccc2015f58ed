/* curves.js - a column of the evaluations over another: the median of each configuration's seeds, and their band. */
"use strict";

function curveTraces(bands, x, y) {
  const kept = new Set(shownRuns().map(run => run.configuration)), traces = [];
  for (const band of bands) {
    if (!kept.has(band.configuration)) continue;
    const configuration = data.configurations[band.configuration], colour = colourOf(band.configuration);
    const scaled = (column, unit) => column.map(value => value === null ? null : value / unit.factor);
    const single = new Set(band.x).size === 1;         /* no line has one point */
    const common = { x: scaled(band.x, x), mode: single ? "markers" : "lines",
      legendgroup: String(band.configuration) };
    if (band.low && configuration.band && !single) {
      const edge = { ...common, line: { width: 0, shape: "hv" }, hoverinfo: "skip", showlegend: false };
      traces.push({ ...edge, y: scaled(band.low, y) },
        { ...edge, y: scaled(band.high, y), fill: "tonexty", fillcolor: colour + "2b" });
    }
    traces.push({ ...common, y: scaled(band.median, y), name: plain(configuration.title),
      marker: { color: colour, size: 9 }, line: { color: colour, dash: configuration.dash, width: 2.2, shape: "hv" } });
  }
  return traces;
}

/* The range of the axis up, where a diverged configuration would squeeze the others; else Plotly's own. */
function curveRange(bands, y, log) {
  const kept = new Set(shownRuns().map(run => run.configuration));
  const shown = bands.filter(band => kept.has(band.configuration));
  const sound = shown.filter(band => !data.configurations[band.configuration].diverged);
  if (!sound.length || sound.length === shown.length) return {};
  const values = sound.flatMap(band => [...band.median, ...(band.low || []), ...(band.high || [])])
    .filter(value => value !== null && (value > 0 || !log)).map(value => value / y.factor)
    .map(value => log ? Math.log10(value) : value);
  const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
  const pad = 0.05 * (high - low) || 1;
  return { range: [low - pad, high + pad] };
}

/* The axes that have curves with the other one. */
function curveChoices() {
  const has = (x, y) => Boolean(data.bands[x + " " + y]);
  const ups = data.verticals.filter(up => has(at("curve-x").value, up.name));
  const before = at("curve-y").value;
  options(at("curve-y"), ups.map(up => ({ name: up.name, title: heading(up) })), before);
}

/* Logarithmic where that serves. */
function curveScales() {
  curveChoices();
  for (const side of ["x", "y"]) at("curve-log-" + side).checked = data.logarithmic.includes(at("curve-" + side).value);
}

function showCurves() {
  const x = data.horizontals.find(one => one.name === at("curve-x").value);
  const y = data.verticals.find(one => one.name === at("curve-y").value);
  const bands = data.bands[x.name + " " + y.name], traces = curveTraces(bands, x, y);
  const log = id => at(id).checked ? "log" : "linear";
  plot("curve-plot", traces, layout({
    xaxis: axis(heading(x), { type: log("curve-log-x") }),
    yaxis: axis(heading(y), { type: log("curve-log-y"), ...curveRange(bands, y, at("curve-log-y").checked) }),
    showlegend: data.configurations.length > 1, uirevision: x.name + y.name + log("curve-log-x") + log("curve-log-y"),
  }), y.title + " against " + x.title);
  at("curve-note").textContent = data.statistic;
}

function startCurves() {
  if (!data.horizontals.length) return hide("curves");
  options(at("curve-x"), data.horizontals.map(one => ({ name: one.name, title: heading(one) })), "time_s");
  curveScales();
  for (const id of ["curve-x", "curve-y"]) at(id).addEventListener("change", () => { curveScales(); showCurves(); });
  for (const id of ["curve-log-x", "curve-log-y"]) at(id).addEventListener("change", showCurves);
  section("curves", showCurves);
}
