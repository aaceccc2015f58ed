-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

local function compared(n)
  return ([[strategy=dt.sweep{{"localsgd",period=1},{"localsgd",period=%d},{"adacomm",period=%d,interval="60s"}}]]):format(n, n)
end

--- Long enough for 120 synchronous steps, each of an average and a step, and for AdaComm's period to come to 1.
local function long_enough(_, drawn)
  return math.max(600, math.ceil(120 * (8 * lab.amount(drawn.latency) / 1000 + drawn.shift + drawn.mean) / 10) * 10)
end

return {
  { "latency", of = "platform.latency", draw = lab.between(250, 800, "ms") },
  { "shift", of = "compute.seconds.shift", draw = lab.between(0.4, 1.2) },
  { "mean", of = "compute.seconds.mean", draw = lab.between(0.2, 0.5) },
  { "seconds", of = "stop.seconds", draw = long_enough },
  { "period", draw = lab.whole(12, 30), set = compared,
    of = function(values) return math.max(table.unpack(values "strategy.period")) end },
  -- Data of other seeds are harder: of a hundred runs, all come to 0.85 within 71 synchronous steps, and some never to 0.75.
  { "loss", of = 0.70, draw = lab.between(0.85, 1.1) },
}
