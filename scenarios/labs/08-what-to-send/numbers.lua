-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

local function share(ratio)
  return ([[compress=dt.sweep{"none","float16",{"topk",ratio=%g},{"randomk",ratio=%g}}]]):format(ratio, ratio)
end

return {
  { "workers", of = "workers", draw = lab.whole(5, 12) },
  { "columns", of = "data.columns", draw = lab.whole(50000, 150000) },
  { "share", set = share, draw = lab.between(0.01, 0.08),
    of = function(values) return math.max(table.unpack(values "compress.ratio")) end },
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(2, 20, "Gbps") },
  { "latency", of = "platform.latency", draw = lab.between(5, 100, "us") },
  { "speed", of = "platform.speed", draw = lab.between(1, 5, "Gf") },
}
