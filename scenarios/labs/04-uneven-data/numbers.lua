-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

--- Every device has a hundred images, however many devices there are.
local function devices(n)
  return { ("workers=%d"):format(n), ("platform.hosts=%d"):format(n), ("data.rows=%d"):format(100 * n) }
end

local function most(key)
  return function(values) return math.max(table.unpack(values(key))) end
end

return {
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(4, 40, "Mbps") },
  { "latency", of = "platform.latency", draw = lab.between(10, 90, "ms") },
  { "devices", of = "workers", draw = lab.whole(7, 13), set = function(n) return devices(2 * n) end },
  { "rounds", of = "stop.rounds", draw = lab.whole(40, 60) },
  { "epochs", of = most "strategy.local_epochs", draw = lab.whole(4, 8),
    set = function(n) return ("strategy.local_epochs=dt.sweep{1,%d}"):format(n) end },
  { "alpha", of = function(values) return math.min(table.unpack(values "split.alpha")) end, draw = lab.between(0.08, 0.25),
    set = function(alpha) return ("split.alpha=dt.sweep{%g,100}"):format(alpha) end },
  { "loss", of = 1.0, draw = lab.between(1.0, 1.2) },
}
