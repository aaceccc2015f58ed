-- How much local work pays off when the devices' data differ?
-- FedAvg on label-skewed shards: the smaller alpha, the fewer classes a device has seen, and the more its local
-- epochs pull its model away from the common one.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 50, speed = "5Gf", bandwidth = "100Mbps", latency = "5ms" },
  workers    = 50,
  data       = { "glyphs", rows = 5000, test = 1000 },
  split      = { "dirichlet", alpha = dt.sweep { 0.1, 1, 100 } },
  model      = { "mlp", widths = { 50 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.2, local_epochs = dt.sweep { 1, 5 } },
  stop       = { rounds = 40 },
  evaluate   = { rounds = 1 },
  seeds      = 2,

  claims = {
    ["more local epochs need fewer rounds on even data"] = function(results)
      local one = results:where { ["split.alpha"] = 100, ["strategy.local_epochs"] = 1 }
      local five = results:where { ["split.alpha"] = 100, ["strategy.local_epochs"] = 5 }
      return five:median "loss" < one:median "loss"
    end,
    ["skewed data learn more slowly than even data"] = function(results)
      local skewed = results:where { ["split.alpha"] = 0.1 }
      local even = results:where { ["split.alpha"] = 100 }
      return skewed:median "accuracy" < even:median "accuracy"
    end,
  },
}
