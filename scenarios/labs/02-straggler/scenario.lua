-- What does it cost to wait for the slowest worker at every step?
-- A step takes a random time of 1 s in the mean, exponentially distributed; the network takes next to nothing.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", bandwidth = "100Gbps", latency = "1us" },     -- as many hosts as workers
  network    = "CM02",
  workers    = dt.sweep { 1, 2, 4, 8, 16, 32 },
  data       = { "blank", rows = 1000 },
  model      = "softmax",
  learn      = false,                     -- only time is simulated
  batch_size = 10,
  compute    = { seconds = dt.exponential { mean = 1 } },
  strategy   = { "localsgd", period = dt.sweep { 1, 8 } },            -- 1: synchronous
  collective = "halving",
  stop       = { steps = 400 },
  seeds      = 3,

  claims = require "dt.lab".claims(),
}
