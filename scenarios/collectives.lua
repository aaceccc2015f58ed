-- Which way of forming a mean is fastest, on a LAN and across the world?
-- The same training with four collectives: the numbers are equal, the time is not.
local dt = require "dt"

return dt.scenario {
  collective = dt.sweep { "ring", "halving", "tree", "star" },
  platform   = dt.sweep {
    { "lan", hosts = 16, speed = "10Gf", bandwidth = "1Gbps", latency = "50us" },
    { "wan", regions = 8, hosts = 2, speed = "10Gf" },
  },
  workers    = 16,
  data       = { "gaussian", rows = 4096, test = 1024, columns = 40, classes = 8, spread = 0.6 },
  model      = { "mlp", widths = { 256 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 16,
  strategy   = "sgd",
  stop       = { steps = 40 },

  claims = {
    ["every collective leads to the same model"] = function(results)
      for _, run in ipairs(results) do
        if run.loss ~= results[1].loss then return false end
      end
      return true
    end,
    ["halving beats the ring where latency counts"] = function(results)
      local wan = results:where { platform = "wan" }
      return wan:where { collective = "halving" }:median "time_s" < wan:where { collective = "ring" }:median "time_s"
    end,
  },
}
