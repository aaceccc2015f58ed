/* base.js - the data of the page, and what its sections share: elements, numbers, colours, plots that keys can zoom. */
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const at = id => document.getElementById(id);
const sections = [];        /* {id, title, redraw, drawn}: redraw when the theme or the filter changes */

/* An element with text and attributes; nothing that comes from the file is ever read as HTML. */
function make(tag, text, attributes) {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  for (const name in attributes || {}) element.setAttribute(name, attributes[name]);
  return element;
}

/* A text for Plotly, which reads some tags. */
function plain(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(entry => make("option", entry.title, { value: entry.name })));
  if (entries.some(entry => entry.name === chosen)) select.value = chosen;
  select.disabled = entries.length < 2;
}

/* ---- numbers ------------------------------------------------------------------------------- */

function digits(value, count) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(count - 1).replace("e+", "e");
  return String(Number(value.toPrecision(count)));
}

/* How the scenario wrote a swept number; undefined where four digits in the unit of the column do. */
const saidOf = (column, value) => (column.said || []).find(one => one[0] === value)?.[1];

/* A cell of a column {name, unit, factor, text, said}. */
function cell(column, value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  return saidOf(column, value) ?? digits(value / (column.factor || 1), 4);
}

const heading = column => column.title + (column.unit ? " (" + column.unit + ")" : "");

/* ---- colours ------------------------------------------------------------------------------- */

const shade = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const parts = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
const hex = numbers => "#" + numbers.map(n => Math.round(n).toString(16).padStart(2, "0")).join("");
const mix = (colour, other, share) => {
  const [a, b] = [parts(colour), parts(other)];
  return hex(a.map((n, i) => share * n + (1 - share) * b[i]));
};

function luminance(colour) {
  const linear = parts(colour).map(n => n / 255).map(n => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

/* The colour itself where it stands out from the ground, else as much nearer to the ink as it must be. */
function seen(colour) {
  const ground = luminance(shade("ground"));
  for (let share = 1; share > 0; share -= 0.1) {
    const tried = mix(colour, shade("ink"), share), light = luminance(tried);
    if ((Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05) >= (share === 1 ? 1.8 : 3)) return tried;
  }
  return shade("ink");
}

const colourOf = index => seen(data.configurations[index].colour);

/* ---- plots --------------------------------------------------------------------------------- */

function axis(title, more) {
  return Object.assign({ title: { text: plain(title), standoff: 8 }, gridcolor: shade("grid"), linecolor: shade("line"),
    zerolinecolor: shade("line"), automargin: true, exponentformat: "power" }, more);
}

/* The window of a phone: no plot has room for a legend beside it. */
const narrow = () => innerWidth < 600;
const BELOW = { orientation: "h", x: 0, xanchor: "left", y: -0.24, yanchor: "top" };

function layout(more) {
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Object.assign({ paper_bgcolor: shade("ground"), plot_bgcolor: shade("ground"), autosize: true,
    font: { color: shade("ink"), size: 0.82 * size, family: "system-ui, 'DejaVu Sans', sans-serif" },
    margin: { l: 4 * size, r: size, t: narrow() ? 36 : size, b: 3 * size }, hovermode: "closest",    /* 36: Plotly's buttons */
    hoverlabel: { namelength: -1, font: { size: 0.82 * size } },
    legend: { font: { size: 0.82 * size }, ...(narrow() ? BELOW : {}) } }, more);
}

/* What a key does to the two ends of the axis across, in shares of its length. */
const KEYS = { "+": [0.25, -0.25], "=": [0.25, -0.25], "-": [-0.5, 0.5],
  ArrowLeft: [-0.2, -0.2], ArrowRight: [0.2, 0.2] };

/* Draw, and let the keys zoom: + - arrows 0 act on the axis across. */
function plot(id, traces, drawn, description) {
  const div = at(id);
  Plotly.react(div, traces, drawn, { responsive: true, displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"] });
  div.setAttribute("aria-label", description + "; + and - zoom, arrow keys move, 0 shows all");
  if (div.tabIndex === 0) return;
  div.tabIndex = 0;
  div.setAttribute("role", "figure");
  div.addEventListener("keydown", event => {
    if (event.key === "0") showAll(id);
    else if (KEYS[event.key]) move(id, ...KEYS[event.key]);
    else return;
    event.preventDefault();
  });
}

/* Move both ends of the axis across by shares of its length. */
function move(id, left, right) {
  const [low, high] = at(id)._fullLayout.xaxis.range.map(Number), wide = high - low;
  return Plotly.relayout(at(id), { "xaxis.range": [low + left * wide, high + right * wide] });
}

function showAll(id) {
  const change = { "xaxis.autorange": true };
  if (!at(id)._fullLayout.yaxis.fixedrange) change["yaxis.autorange"] = true;
  return Plotly.relayout(at(id), change);
}

/* ---- sections ------------------------------------------------------------------------------ */

/* A section is drawn when it first comes near the window, and again when what it depends on changes. */
function section(id, redraw) {
  sections.push({ id, redraw, drawn: false });
}

function hide(id) {
  at(id).hidden = true;
}

function redraw(id) {
  for (const one of sections) if (one.drawn && (id === undefined || one.id === id)) one.redraw();
}

const watcher = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const found = sections.find(one => one.id === entry.target.id);
    if (!entry.isIntersecting || found.drawn) continue;
    found.drawn = true;
    found.redraw();
  }
}, { rootMargin: "300px" });
