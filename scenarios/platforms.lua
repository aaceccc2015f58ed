-- How long does the same federated training take on a LAN, across data centres, and on a fleet of phones?
local dt = require "dt"

return dt.scenario {
  platform   = dt.sweep {
    { "lan", hosts = 40 },
    { "wan", regions = 5, hosts = 8 },
    { "mobile", phones = 40 },
  },
  workers    = 40,
  data       = { "glyphs", rows = 4000, test = 1000 },
  split      = "iid",
  model      = { "mlp", widths = { 100 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 10,
  strategy   = { "fedavg", fraction = 0.25, local_epochs = 2 },
  compress   = dt.sweep { "none", { "quantize", bits = 4 } },
  stop       = { rounds = 30 },
  evaluate   = { rounds = 1 },

  claims = {
    ["phones take longest"] = function(results)
      local mobile = results:where { platform = "mobile" }:median "time_s"
      return mobile > results:where { platform = "wan" }:median "time_s"
         and mobile > results:where { platform = "lan" }:median "time_s"
    end,
    ["the platform does not change what is learnt"] = function(results)
      local lan, mobile = results:where { platform = "lan", compress = "none" }, results:where { platform = "mobile", compress = "none" }
      return lan[1].loss == mobile[1].loss
    end,
  },
}
