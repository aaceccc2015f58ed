/* platform.js - the map of the hosts and links that a run used: dark and wide is busy. */
"use strict";

function showPlatform() {
  const run = data.runs.find(one => String(one.id) === at("platform-run").value);
  const { rows, limits, top, note } = data.maps[run.id];
  const of = kind => rows.filter(row => row.kind === kind), most = Math.max(1, ...of("link").map(row => row.bytes));
  const links = of("link").sort((a, b) => a.use - b.use), hosts = of("host");     /* the busiest on top */
  const named = hosts.length <= (of("region").length ? 13 : 40);      /* the names of regions need their room */
  const traces = [...of("stub"), ...links].map(row => ({ type: "scatter", mode: "lines", hoverinfo: "skip",
    x: [row.x, row.x1], y: [row.y, row.y1], line: { color: row.kind === "stub" ? shade("line") : linkColour(row),
      width: row.kind === "stub" ? 1 : 1.5 + 7 * Math.sqrt(row.bytes / most) } }));
  traces.push({ type: "scatter", mode: "markers", x: links.map(row => (row.x + row.x1) / 2),
    y: links.map(row => (row.y + row.y1) / 2),
    marker: { size: 14, opacity: 0, color: links.map(linkColour) },
    text: links.map(row => plain(row.name) + "<br>" + plain(row.words)), hovertemplate: "%{text}<extra></extra>" });
  const told = hosts.filter(row => row.serves);
  traces.push({ type: "scatter", mode: "markers+text", x: hosts.map(row => row.x), y: hosts.map(row => row.y),
    text: hosts.map(row => told.includes(row) ? called(row) : named ? plain(row.name) : ""),
    customdata: hosts.map(row => called(row) + "<br>" + plain(row.words)),
    hovertemplate: "%{customdata}<extra></extra>", textposition: hosts.map(place),
    marker: { symbol: "square", size: hosts.length <= 40 ? 14 : 9, color: colourOf(run.configuration),
      line: { width: 1, color: shade("ground") } } });
  showScale(top);
  showPairs(data.maps[run.id].pairs);
  const scale = scaleOf(limits), regions = of("region").map(regionName);
  const taken = [...regions.map(name => boxOf(name, scale)),
    ...told.map(row => boxOf({ x: row.x, y: row.y, text: called(row), xanchor: sideOf(row) }, scale))];
  const bare = { visible: false, showgrid: false, zeroline: false };
  plot("platform-plot", traces, layout({ showlegend: false,
    xaxis: { ...bare, constrain: "domain", range: limits[0] },
    yaxis: { ...bare, scaleanchor: "x", range: limits[1] }, margin: { l: 20, r: 20, t: 20, b: 20 },
    annotations: [...linkNames(busiest(links), taken, scale), ...regions], uirevision: run.id }),
    "map of the platform of run " + run.id);
  at("platform-note").textContent = ["Run " + run.id + ", " + data.configurations[run.configuration].title, note,
    "Width: bytes; colour: use of the busier direction, from 0 (" + (dark() ? "dim" : "pale") + ") to " +
    top + " % of the run's time (" + (dark() ? "bright" : "dark") + ")", data.mapsNote].filter(Boolean).join(". ") + ".";
}

/* The scale of use, below the map. */
function showScale(top) {
  const shades = data.scales[dark() ? "night" : "day"], bar = make("span", null, { class: "bar" });
  bar.style.background = "linear-gradient(to right, " + shades.join(", ") + ")";
  at("platform-scale").replaceChildren(make("span", "use of the busier direction: 0"), bar, make("span", top + " %"));
}

/* Bytes from site to site, a row for each sender. */
function showPairs(pairs) {
  at("platform-pairs").hidden = !pairs;
  if (!pairs) return;
  const most = Math.max(...pairs.bytes.flat()), head = make("tr"), body = make("tbody"), top = make("thead");
  const unit = [1e12, 1e9, 1e6, 1e3, 1].find(factor => most >= factor) || 1, name = { 1e12: "TB", 1e9: "GB", 1e6: "MB", 1e3: "kB", 1: "B" }[unit];
  head.append(make("th", "from", { class: "text", scope: "col" }), ...pairs.names.map(site => make("th", "to " + site, { scope: "col" })));
  pairs.bytes.forEach((row, i) => {
    const line = make("tr");
    line.append(make("th", pairs.names[i], { class: "text", scope: "row" }),
      ...row.map((bytes, j) => make("td", bytes ? digits(bytes / unit, 3) : "–", i === j ? { class: "inside" } : {})));
    body.append(line);
  });
  top.append(head);
  at("platform-pairs").replaceChildren(make("caption", "Bytes that were sent from site to site (" + name + "); inside of one in pale",
    { class: "note" }), top, body);
}

/* The links that are named: the busiest four, unless many more are as busy. */
function busiest(links) {
  const used = links.filter(row => row.use > 0), few = used.slice(innerWidth < 500 ? -2 : -4);
  return few.length && used.filter(row => row.use >= 0.99 * few[0].use).length <= 4 ? few : [];
}

/* The name of a link at a share of its length. */
const linkName = (row, share) => ({ x: row.x + share * (row.x1 - row.x), y: row.y + share * (row.y1 - row.y), showarrow: false,
  text: plain(row.name) + "<br>" + digits(row.use, 2) + " %", name: "link", bgcolor: shade("ground"), opacity: 0.9, borderpad: 1 });

/* Names along their links, the busiest first, each where it covers none before; one that has no such place is left to the pointer. */
function linkNames(links, before, scale) {
  const taken = [...before], names = [];
  for (const row of [...links].reverse())
    for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
      const name = linkName(row, share), box = boxOf(name, scale);
      if (taken.some(other => meet(box, other))) continue;
      taken.push(box);
      names.push(name);
      break;
    }
  return names;
}

/* Pixels of a unit of the map. */
function scaleOf([across, up]) {
  const div = at("platform-plot");
  return Math.min((div.clientWidth - 40) / (across[1] - across[0]), (div.clientHeight - 40) / (up[1] - up[0]));
}

/* About the pixels that a text covers: [left, right, low, high]. */
function boxOf({ x, y, text, xanchor }, scale) {
  const size = 0.82 * parseFloat(getComputedStyle(document.documentElement).fontSize), lines = text.replace(/<\/?b>/g, "").split("<br>");
  const wide = 0.62 * size * Math.max(...lines.map(line => line.length)) + 4, high = 1.3 * size * lines.length + 4;
  const left = x * scale - ({ left: 0, right: 1 }[xanchor] ?? 0.5) * wide;
  return [left, left + wide, y * scale - high / 2, y * scale + high / 2];
}

const meet = (a, b) => a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3];
const called = row => plain(row.name) + (row.serves && row.name !== "server" ? " (server)" : "");

const regionName = row => ({ x: row.x, y: row.y, showarrow: false, text: "<b>" + plain(row.name) + "</b>", name: "region",
  xanchor: row.x > 0.6 ? "left" : row.x < -0.6 ? "right" : "center" });

/* What stands out from the ground is busy: dark by day, bright by night. */
const dark = () => luminance(shade("ground")) < 0.2;
const linkColour = row => dark() ? row.night : row.day;

/* The name of a host stands on the side away from the middle. */
function place(row) {
  const up = row.y > 0.35 ? "top " : row.y < -0.35 ? "bottom " : "middle ";
  return up + { left: "right", right: "left", center: "center" }[sideOf(row)];
}

/* The side of it that is at the host. */
const sideOf = row => row.x > 0.05 ? "left" : row.x < -0.05 ? "right" : Math.abs(row.y) > 0.35 ? "center" : "left";

function startPlatform() {
  const runs = data.runs.filter(run => data.maps[run.id]);
  if (!runs.length) return hide("platform");
  options(at("platform-run"), runs.map(runEntry), String(runs[0].id));
  at("platform-run").addEventListener("change", showPlatform);
  listeners.push(id => selectRun("platform", id));
  section("platform", showPlatform);
}
