-- Federated averaging: how much local work, when every device has seen other classes?
-- Twenty devices share 2 000 images of ten glyphs; the smaller alpha, the fewer classes a device holds.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 20, speed = "5Gf", bandwidth = "10Mbps", latency = "20ms" },
  workers    = 20,
  data       = { "glyphs", rows = 2000, test = 500 },
  split      = { "dirichlet", alpha = dt.sweep { 0.1, 100 } },
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.05 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.5, local_epochs = dt.sweep { 1, 5 } },
  stop       = { rounds = 40 },
  evaluate   = { rounds = 1 },

  claims = require "dt.lab".claims(),
}
