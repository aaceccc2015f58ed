-- Talk less or drift apart: how many steps should workers take on their own between two averages?
-- A step takes 0.7 s + Exp(0.3 s), an average 4 s: tau = 1 spends four fifths of its time talking.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 4, bandwidth = "1Tbps", latency = "500ms" },
  network    = "CM02",
  workers    = 4,
  data       = { "gaussian", rows = 4096, test = 1024, columns = 20, classes = 10, spread = 0.6, noise = 1 },
  data_seed  = 1,
  model      = { "mlp", widths = { 32 }, activation = "tanh" },
  optimiser  = { "sgd", lr = 0.5 },
  batch_size = 4,
  compute    = { seconds = dt.shifted_exponential { shift = 0.7, mean = 0.3 } },
  strategy   = dt.sweep {
    { "localsgd", period = 1 },
    { "localsgd", period = 20 },
    { "adacomm", period = 20, interval = "60s" },
  },
  collective = "tree",
  stop       = { seconds = 600 },
  evaluate   = { seconds = 5 },
  seeds      = 3,

  claims = require "dt.lab".claims(),
}
