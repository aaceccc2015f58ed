-- How long does FedAvg take when the links of its clients follow a measured trace?
-- Sixteen clients whose downlinks play a 3G trace of a bus ride in Oslo, each from another place in it.  The file
-- (Riiser et al. 2013; columns trace, t_s, kbps) is sought under the folder DTSIM_DATA.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 16, speed = "100Mf", bandwidth = "4Mbps", latency = "30ms" },
  workers    = 16,
  data       = { "gaussian", rows = 4000, test = 1000, columns = 64, classes = 10 },
  model      = { "mlp", widths = { 200 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.25 },
  faults     = {
    links = {
      { "host-*-down", bandwidth = { "trace", path = "net-traces/norway_hsdpa.csv", where = "trace=norway_bus_1",
                                     column = "kbps", unit = "kbps", begin = "random" } },
    },
  },
  stop       = { rounds = 40 },
  seeds      = 3,

  claims = {
    ["it learns over links that change"] = function(results) return results:median "accuracy" > 0.5 end,
  },
}
