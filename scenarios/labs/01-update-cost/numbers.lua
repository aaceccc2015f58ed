-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

-- The smallest model is to be nearly all latency: 400 bytes take at most 1.4 % of it.
return {
  { "latency", of = "platform.latency", draw = lab.between(2, 20, "ms") },
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(60, 900, "Mbps") },
  { "parameters", of = 25000000, draw = lab.between(5e6, 60e6) },
}
