/* start.js - light and dark, the list of sections, and the first drawing. */
"use strict";

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  at("theme").textContent = name === "dark" ? "Light" : "Dark";
  at("theme").setAttribute("aria-pressed", String(name === "dark"));
}

function start() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  setTheme(system.matches ? "dark" : "light");
  const change = name => { setTheme(name); showConfigurations(); redraw(); };
  const other = () => document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  at("theme").addEventListener("click", () => change(other()));
  system.addEventListener("change", () => change(system.matches ? "dark" : "light"));
  let was = narrow();
  addEventListener("resize", () => { if (was !== narrow()) { was = narrow(); redraw(); } });
  showSummary();
  startTable();
  startCurves();
  startDifferences();
  startSweep();
  startTimeline();
  startPlatform();
  for (const one of document.querySelectorAll("main > section")) {
    if (one.hidden) continue;
    document.querySelector("nav").append(make("a", one.querySelector("h2").textContent, { href: "#" + one.id }));
    if (sections.some(other => other.id === one.id)) watcher.observe(one);
  }
  document.body.dataset.ready = "yes";
}

start();
