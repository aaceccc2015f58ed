/* platform.js - the map of the hosts and links that a run used: dark and wide is busy. */
"use strict";

function showPlatform() {
  const run = data.runs.find(one => String(one.id) === at("platform-run").value);
  const { rows, limits, most: use } = data.maps[run.id];
  const of = kind => rows.filter(row => row.kind === kind), most = Math.max(1, ...of("link").map(row => row.bytes));
  const traces = [...of("stub"), ...of("link")].map(row => ({ type: "scatter", mode: "lines", hoverinfo: "skip",
    x: [row.x, row.x1], y: [row.y, row.y1], line: { color: row.kind === "stub" ? shade("line") : linkColour(row),
      width: row.kind === "stub" ? 1 : 1.5 + 7 * Math.sqrt(row.bytes / most) } }));
  const links = of("link"), hosts = of("host");
  traces.push({ type: "scatter", mode: "markers", x: links.map(row => (row.x + row.x1) / 2),
    y: links.map(row => (row.y + row.y1) / 2),
    marker: { size: 14, opacity: 0, color: links.map(linkColour) },
    text: links.map(row => plain(row.name) + "<br>" + plain(row.words)), hovertemplate: "%{text}<extra></extra>" });
  traces.push({ type: "scatter", mode: hosts.length <= 40 ? "markers+text" : "markers", x: hosts.map(row => row.x),
    y: hosts.map(row => row.y), text: hosts.map(row => plain(row.name)), customdata: hosts.map(row => plain(row.words)),
    hovertemplate: "%{text}<br>%{customdata}<extra></extra>", textposition: hosts.map(place),
    marker: { symbol: "square", size: 14, color: colourOf(run.configuration),
      line: { width: 1, color: shade("ground") } } });
  const bare = { visible: false, showgrid: false, zeroline: false };
  plot("platform-plot", traces, layout({ showlegend: false,
    xaxis: { ...bare, constrain: "domain", range: limits[0] },
    yaxis: { ...bare, scaleanchor: "x", range: limits[1] }, margin: { l: 20, r: 20, t: 20, b: 20 },
    uirevision: run.id }),
    "map of the platform of run " + run.id);
  at("platform-note").textContent = "Run " + run.id + ", " + data.configurations[run.configuration].title +
    ". Width: bytes; colour: use of the busier direction, from none (" + (dark() ? "dim" : "pale") + ") to " +
    use + (dark() ? " (bright). " : " (dark). ") + data.mapsNote;
}

/* What stands out from the ground is busy: dark by day, bright by night. */
const dark = () => luminance(shade("ground")) < 0.2;
const linkColour = row => dark() ? row.night : row.day;

/* The name of a host stands on the side away from the middle. */
function place(row) {
  const up = row.y > 0.35 ? "top " : row.y < -0.35 ? "bottom " : "middle ";
  return up + (row.x > 0.05 ? "right" : row.x < -0.05 ? "left" : Math.abs(row.y) > 0.35 ? "center" : "right");
}

function startPlatform() {
  const runs = data.runs.filter(run => data.maps[run.id]);
  if (!runs.length) return hide("platform");
  options(at("platform-run"), runs.map(runEntry), String(runs[0].id));
  at("platform-run").addEventListener("change", showPlatform);
  listeners.push(id => selectRun("platform", id));
  section("platform", showPlatform);
}
