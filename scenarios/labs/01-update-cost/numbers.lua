-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

return {
  { "latency", of = "platform.latency", draw = lab.between(1, 20, "ms") },
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(20, 500, "Mbps") },
  { "parameters", of = 25000000, draw = lab.between(5e6, 60e6) },
}
