-- Liars and medians: what do workers that lie cost a mean, and what does a rule cost that bears them?
-- In every round three of twelve workers, drawn anew, send 1.8 times their gradient in the opposite direction; or nobody does.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", bandwidth = "100Mbps", latency = "1ms", speed = "1Gf" },     -- as many hosts as workers
  network    = "CM02",
  workers    = 12,
  data       = { "gaussian", rows = 2400, test = 400, columns = 20, classes = 10, spread = 0.6 },
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.2 },
  batch_size = 20,
  strategy   = "sgd",
  collective = "star",
  aggregate  = dt.sweep { "mean", "median", { "krum", byzantine = 3 } },
  attack     = { "reverse", factor = 1.8, count = dt.sweep { 0, 3 } },
  stop       = { rounds = 100 },
  evaluate   = { rounds = 1 },

  claims = require "dt.lab".claims(),
}
