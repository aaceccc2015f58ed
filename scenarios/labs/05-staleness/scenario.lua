-- How far ahead may the fast run?
-- A parameter server whose workers wait for all (bsp), are held back by a bound (ssp), or wait for nobody (async).  First the last
-- worker is slow for good, and every other step takes 1 s; then all are equally fast, and each step takes a random time of 1 s
-- in the mean.  The network takes next to nothing.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", bandwidth = "100Gbps", latency = "1us" },     -- as many hosts as workers, and one for the server
  network    = "CM02",
  workers    = 8,
  slowness   = dt.zip { { 1, 1, 1, 1, 1, 1, 1, 4 }, 1 },
  compute    = { seconds = dt.zip { 1, dt.exponential { mean = 1 } } },
  strategy   = "ps",
  sync       = dt.sweep { "bsp", { "ssp", staleness = 5 }, "async" },
  data       = { "gaussian", rows = 800, columns = 12, classes = 8, spread = 0.6 },
  split      = "by_label",                -- every worker has classes of its own
  model      = "softmax",
  optimiser  = { "sgd", lr = 1 },
  batch_size = 0,                         -- a step sees all samples of its worker
  evaluate   = { rounds = 1 },
  stop       = { seconds = 300 },
  seeds      = 3,

  claims = require "dt.lab".claims(),
}
