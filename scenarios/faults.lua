-- What do failing hosts cost, and whom: those who wait for a mean, or those who take who is there?
-- Ten hosts that each stay up for a minute on average and are down for ten seconds.  A mean over all waits for the
-- deadline whenever a member is gone; a server that invites more devices than it needs does not.
local dt = require "dt"

return dt.scenario {
  platform  = { "lan", hosts = 10, speed = "5Mf", bandwidth = "10Mbps", latency = "5ms",
                idle_watts = 20, busy_watts = 60 },
  workers   = 10,
  data      = { "gaussian", rows = 4000, test = 1000, columns = 32, classes = 5 },
  model     = "softmax",
  optimiser = { "sgd", lr = 0.1 },
  strategy  = dt.sweep { { "localsgd", period = 20 }, { "fedavg", fraction = 0.6, overselect = 1.5 }, "gossip" },
  faults    = { crash = dt.exponential { mean = dt.sweep { 60, 1e9 } }, recover = dt.exponential { mean = 10 },
                deadline = "5s" },
  stop      = { seconds = 600 },
  seeds     = 2,

  claims = {
    ["waiting for a mean loses more rounds to crashes than taking who is there"] = function(results)
      local function kept(strategy)
        local failing = results:where { strategy = strategy, ["faults.crash.mean"] = 60 }
        local sound = results:where { strategy = strategy, ["faults.crash.mean"] = 1e9 }
        return failing:median "rounds" / sound:median "rounds"
      end
      return kept "localsgd" < kept "fedavg"
    end,
    ["all learn all the same"] = function(results)
      local failing, sound = results:where { ["faults.crash.mean"] = 60 }, results:where { ["faults.crash.mean"] = 1e9 }
      return failing:median "accuracy" > 0.8 * sound:median "accuracy"
    end,
  },
}
