/* curves.js - a column of the marks over another: the median of each configuration's seeds, and their band. */
"use strict";

function curveTraces(bands, x, y) {
  const kept = new Set(shownRuns().map(run => run.configuration)), traces = [];
  for (const band of bands) {
    if (!kept.has(band.configuration)) continue;
    const configuration = data.configurations[band.configuration], colour = colourOf(band.configuration);
    const scaled = (column, unit) => column.map(value => value === null ? null : value / unit.factor);
    const common = { x: scaled(band.x, x), mode: "lines", legendgroup: String(band.configuration) };
    if (band.low && configuration.band) {
      const edge = { ...common, line: { width: 0, shape: "hv" }, hoverinfo: "skip", showlegend: false };
      traces.push({ ...edge, y: scaled(band.low, y) },
        { ...edge, y: scaled(band.high, y), fill: "tonexty", fillcolor: colour + "2b" });
    }
    traces.push({ ...common, y: scaled(band.median, y), name: plain(configuration.title),
      line: { color: colour, dash: configuration.dash, width: 2.2, shape: "hv" } });
  }
  return traces;
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
  const traces = curveTraces(data.bands[x.name + " " + y.name], x, y);
  const log = id => at(id).checked ? "log" : "linear";
  plot("curve-plot", traces, layout({
    xaxis: axis(heading(x), { type: log("curve-log-x") }), yaxis: axis(heading(y), { type: log("curve-log-y") }),
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
