-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

--- Every worker has two hundred samples, however many workers there are.
local function workers(n) return { ("workers=%d"):format(n), ("data.rows=%d"):format(200 * n) } end

local function liars(f)
  return { ("attack.count=dt.sweep{0,%d}"):format(f), ([[aggregate=dt.sweep{"mean","median",{"krum",byzantine=%d}}]]):format(f) }
end

--- So that the mean of liars and others still goes the right way: between two and three tenths as far as the
--- others', which costs the mean more rounds than the median needs with so many workers, and more time.
local function factor(random, drawn)
  local n, f = drawn.workers, drawn.liars
  return tonumber(("%.3g"):format(n / f * (1 - 0.2 * 1.5 ^ random()) - 1))
end

return {
  { "workers", of = "workers", draw = lab.whole(19, 27), set = workers },
  { "liars", draw = lab.whole(2, 6), set = liars,
    of = function(values) return math.max(table.unpack(values "attack.count")) end },
  { "factor", of = "attack.factor", draw = factor },
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(20, 200, "Mbps") },
  { "latency", of = "platform.latency", draw = lab.between(0.5, 5, "ms") },
  { "speed", of = "platform.speed", draw = lab.between(0.2, 2, "Gf") },
  { "rounds", of = "stop.rounds", draw = lab.whole(150, 200) },
  { "loss", of = 1.0, draw = lab.between(1.1, 1.3) },
}
