-- Which graph should gossip use, on a LAN and across the world?
-- Decentralised SGD on five graphs: sparse ones send less, dense ones agree sooner (a larger spectral gap).
local dt = require "dt"

return dt.scenario {
  topology   = dt.sweep { "ring", "torus", "exponential", "star", "complete" },
  platform   = dt.sweep {
    { "lan", hosts = 16, speed = "10Gf", bandwidth = "1Gbps", latency = "50us" },
    { "wan", regions = 8, hosts = 2, speed = "10Gf" },
  },
  workers    = 16,
  data       = { "gaussian", rows = 4096, test = 1024, columns = 40, classes = 8, spread = 0.6 },
  split      = { "dirichlet", alpha = 0.3 },
  model      = { "mlp", widths = { 64 } },
  optimiser  = { "sgd", lr = 0.2 },
  batch_size = 16,
  strategy   = "gossip",
  stop       = { steps = 300 },
  seeds      = 2,

  claims = {
    ["on a complete graph workers stay closer together than on a ring"] = function(results)
      local function spread(graph)
        local sum, count = 0, 0
        for _, run in ipairs(results:where { topology = graph }) do
          local s = run.evaluations.consensus_distance
          sum, count = sum + s[#s], count + 1
        end
        return sum / count
      end
      return spread "complete" < spread "ring"
    end,
    ["a ring sends less than a complete graph"] = function(results)
      return results:where { topology = "ring" }:median "bytes" < 0.2 * results:where { topology = "complete" }:median "bytes"
    end,
    ["the same steps take longer across the world than on a LAN"] = function(results)
      return results:where { platform = "wan" }:median "time_s" > results:where { platform = "lan" }:median "time_s"
    end,
  },
}
