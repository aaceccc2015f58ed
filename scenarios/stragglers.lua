-- What does it cost to wait for the slowest worker, and how far do local steps help?
-- Sixteen equal hosts whose steps take a random factor longer: by an exponential tail, by a heavy Pareto tail, or by
-- five times in one step of ten.  A mean over tau steps waits for the slowest sum of tau draws, not the sum of slowest.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 16, speed = "20Mf", bandwidth = "10Gbps", latency = "25us" },
  workers    = 16,
  data       = { "gaussian", rows = 8192, test = 2048, columns = 64, classes = 10, spread = 0.6 },
  model      = { "mlp", widths = { 64 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 32,
  jitter     = dt.sweep {
    dt.constant { value = 1 },
    dt.shifted_exponential { shift = 0.5, mean = 0.5 },
    dt.pareto { scale = 0.5, shape = 2 },
    dt.bimodal { slow = 5, share = 0.1 },
  },
  strategy   = { "localsgd", period = dt.sweep { 1, 10 } },
  collective = "halving",
  stop       = { steps = 400 },
  seeds      = 3,

  claims = {
    ["with random delays, ten local steps wait less than a mean at every step"] = function(results)
      for _, jitter in ipairs { "shifted_exponential", "pareto", "bimodal" } do
        local every = results:where { jitter = jitter, ["strategy.period"] = 1 }
        local tenth = results:where { jitter = jitter, ["strategy.period"] = 10 }
        if not (tenth:median "time_s" < 0.8 * every:median "time_s") then return false end
      end
      return true
    end,
    ["without delays the period changes the time only by what is sent"] = function(results)
      local every = results:where { jitter = "constant", ["strategy.period"] = 1 }
      local tenth = results:where { jitter = "constant", ["strategy.period"] = 10 }
      return tenth:median "time_s" <= every:median "time_s"
    end,
  },
}
