-- How many rounds does FedAvg need on MNIST, with even and with pathological shards?
-- Tables 1 and 2 of McMahan et al. 2017: 100 devices, C = 0.1; the 2NN with E = 1, B = 10 to 97 % (paper: 87 rounds
-- on even shards, 664 where every device holds two shards of one digit each).
-- MNIST is read from the folder $DTSIM_DATA/mnist.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 100, speed = "5Gf", bandwidth = "20Mbps", latency = "20ms" },
  workers    = 100,
  data       = { "idx", path = "mnist" },
  split      = dt.sweep { "iid", { "shards", per_worker = 2 } },
  model      = { "mlp", widths = { 200, 200 } },
  optimiser  = { "sgd", lr = 0.04 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.1, local_epochs = 1 },
  stop       = { rounds = 1000, accuracy = 0.97 },
  evaluate   = { rounds = 1, rows = 2000 },

  claims = {
    ["97 % in 50 to 150 rounds on even shards (paper: 87)"] = function(results)
      local rounds = results:where { split = "iid" }[1]:round_to { accuracy = 0.97 }
      return rounds >= 50 and rounds <= 150
    end,
    ["pathological shards need at least three times as many (paper: 664)"] = function(results)
      local even = results:where { split = "iid" }[1]:round_to { accuracy = 0.97 }
      local odd = results:where { split = "shards" }[1]:round_to { accuracy = 0.97 }
      return odd == nil or odd >= 3 * even
    end,
  },
}
