/* differences.js - paired differences from the first configuration, with their intervals. */
"use strict";

function showDifferences() {
  const column = data.results.find(one => one.name === at("difference-result").value);
  const rows = data.differences.rows.filter(row => row.result === column.name);
  const traces = rows.filter(row => row.mean !== null).map(row => {
    const told = row.verdict === "lower" || row.verdict === "higher", colour = colourOf(row.configuration);
    const [mean, low, high] = [row.mean, row.low, row.high].map(value => value === null ? null : value / column.factor);
    return { x: [mean], y: [plain(data.configurations[row.configuration].label)], mode: "markers", type: "scatter",
      error_x: { type: "data", symmetric: false, array: [high - mean], arrayminus: [mean - low], color: colour,
        thickness: 2 },
      marker: { size: 11, color: told ? colour : shade("ground"), line: { color: colour, width: 2 } },
      hovertemplate: plain(row.verdict) + ", " + digits(mean, 4) + " [" + digits(low, 4) + ", " + digits(high, 4) +
        "]<extra>" + row.seeds + " pairs</extra>" };
  });
  at("difference-plot").style.height = Math.max(12, 5 + 1.9 * rows.length) + "rem";
  plot("difference-plot", traces, layout({ showlegend: false,
    xaxis: axis("difference of " + heading(column), { rangemode: "tozero", zeroline: true, zerolinewidth: 1.5,
      zerolinecolor: shade("ink") }),
    yaxis: axis("", { range: [traces.length - 0.4, -0.6], type: "category" }) }), "differences of " + column.title);
  const lost = rows.filter(row => row.mean === null)
    .map(row => data.configurations[row.configuration].label + ": " + row.verdict + ".");
  at("difference-note").textContent = [data.differences.note, ...lost].join(" ");
}

function startDifferences() {
  const names = new Set(data.differences.rows.map(row => row.result));
  const results = data.results.filter(column => names.has(column.name));
  if (!results.length) return hide("differences");
  options(at("difference-result"), results.map(one => ({ name: one.name, title: one.title })), results[0].name);
  at("difference-result").addEventListener("change", showDifferences);
  section("differences", showDifferences);
}
