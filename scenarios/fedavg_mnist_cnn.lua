-- How many rounds does FedAvg need to reach 99 % on MNIST with a convolutional network?
-- Table 2 of McMahan et al. 2017: 100 devices, C = 0.1, E = 5, B = 10, even shards (paper: 18 to 20 rounds).
-- MNIST is read from the folder $DTSIM_DATA/mnist.  A round is 3 000 gradients of 1 663 370 parameters: minutes in all.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 100, speed = "50Gf", bandwidth = "20Mbps", latency = "20ms" },
  workers    = 100,
  data       = { "idx", path = "mnist" },
  split      = "iid",
  model      = "cnn",
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.1, local_epochs = 5 },
  stop       = { rounds = 40, accuracy = 0.99 },
  evaluate   = { rounds = 1, rows = 2000 },

  claims = {
    ["99 % within 30 rounds (paper: 18 to 20)"] = function(results)
      return results[1]:round_to { accuracy = 0.99 } <= 30
    end,
  },
}
