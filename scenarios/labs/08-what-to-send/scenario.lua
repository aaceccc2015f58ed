-- What to send?  Gradients as they are, in half of the bytes, the largest entries, or some that all workers draw alike.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", bandwidth = "10Gbps", latency = "20us", speed = "2Gf" },     -- as many hosts as workers
  network    = "CM02",
  workers    = 8,
  data       = { "blank", rows = 1000, classes = 10, columns = 99999 },
  model      = "softmax",
  learn      = false,                     -- only time and bytes are simulated
  batch_size = 10,
  compute    = { seconds = "10ms" },      -- a gradient takes that long, whatever travels
  strategy   = "sgd",
  collective = "ring",
  compress   = dt.sweep { "none", "float16", { "topk", ratio = 0.05 }, { "randomk", ratio = 0.05 } },
  stop       = { rounds = 20 },

  claims = require "dt.lab".claims(),
}
