-- What does one update of a model cost: latency or bandwidth?
-- Two workers exchange models of 400 bytes to 4 MB at every step and compute nothing, so all the time is the network's.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 2, latency = "5ms", bandwidth = "100Mbps" },
  network    = "CM02",                    -- a message takes latency + size / bandwidth
  workers    = 2,
  data       = { "blank", rows = 100, classes = 10, columns = dt.sweep { 9, 99, 999, 9999, 99999 } },
  model      = "softmax",                 -- (columns + 1) * classes parameters of 4 bytes
  learn      = false,                     -- only time and bytes are simulated
  batch_size = 10,
  compute    = { seconds = 0 },
  strategy   = "sgd",
  collective = "tree",                    -- of two workers: one sends its gradient, the other sends the mean back
  stop       = { steps = 10 },
  trace      = "spans",

  claims = require "dt.lab".claims(),
}
