-- How rarely should workers on a slow network average their models, and should that change as they learn?
-- The error-runtime trade-off of Wang and Joshi 2019: a step takes 0.7 s + Exp(0.3 s), an average takes 4 s, so
-- tau = 1 spends four fifths of its time talking, tau = 20 learns fast at first and then drifts apart (a larger rate
-- shows it best: --set optimiser.lr=1), and AdaComm starts like the one and ends like the other.
local dt = require "dt"

return dt.scenario {
  -- Four workers on a switch; an average by the tree is four messages one after the other, over two links each: 4 s.
  platform   = { "lan", hosts = 4, bandwidth = "1Tbps", latency = "500ms" },
  network    = "CM02",
  workers    = 4,
  data       = { "gaussian", rows = 4096, test = 1024, columns = 20, classes = 10, spread = 0.6, noise = 1 },
  data_seed  = 1,                            -- one data set; the seeds vary the order of samples and the delays
  split      = "iid",
  model      = { "mlp", widths = { 32 }, activation = "tanh" },
  optimiser  = { "sgd", lr = 0.5 },
  batch_size = 4,
  compute    = { seconds = dt.shifted_exponential { shift = 0.7, mean = 0.3 } },
  strategy   = dt.sweep {
    { "sgd" },
    { "localsgd", period = 5 },
    { "localsgd", period = 20 },
    { "adacomm", period = 20, interval = "60s", gamma = 0.5 },
  },
  collective = "tree",
  stop       = { seconds = 600 },
  evaluate   = { seconds = 5 },
  trace      = "messages",                   -- for dtsim explain and dtsim trace
  seeds      = 5,

  claims = {
    ["AdaComm reaches a loss of 0.70 in at most half of synchronous SGD's time"] = function(results)
      local sync, ada = results:where { strategy = "sgd" }, results:where { strategy = "adacomm" }
      return ada:time_to { loss = 0.70 } <= 0.5 * sync:time_to { loss = 0.70 }
    end,
    ["its period falls to 1"] = function(results)
      for _, run in ipairs(results:where { strategy = "adacomm" }) do
        local tau = run.evaluations.local_steps
        if tau[#tau] ~= 1 then return false end
      end
      return true
    end,
    ["its final loss is within 5 % of synchronous SGD's"] = function(results)
      local sync, ada = results:where { strategy = "sgd" }, results:where { strategy = "adacomm" }
      return ada:median "loss" <= 1.05 * sync:median "loss"
    end,
  },
}
