-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

return {
  { "bandwidth", of = "platform.bandwidth", draw = lab.between(6, 16, "Gbps") },
  { "batch", of = "batch_size", draw = lab.whole(20, 48) },
}
