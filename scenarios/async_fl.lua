-- Must a server of federated learning wait for its clients, and what helps where their data differ?
-- Fifty clients with few classes each, most of their samples in a few hands, ten of which train at a time.  They are equally
-- fast, or a few are many times slower (Pareto).  A synchronous round waits for the slowest of its ten clients, also for the one
-- with most samples; with over-selection it takes the first ten of fifteen.  FedBuff steps whenever five changes have come,
-- FedAsync at each, whichever version of the model they began with.  Beside them are synchronous rounds that differ in what is
-- made of the updates: a server that steps by Adam (FedAdam), control variates (SCAFFOLD), and changes divided by the steps of
-- their client (FedNova).  A better step of the server may save as much time as not waiting does.
-- What this cannot show: a client is slow by chance, whatever its data.  Where slow clients have classes of their own, asynchronous
-- systems learn these less, as quick clients count more often.  Clients are up all the time, so that nobody is lost with its work.
local dt = require "dt"

local TARGET, PLAIN = 0.6, { "sgd", lr = 1 }        -- a loss; the mean takes the model's place
local AT_A_TIME, BUFFER = 10, 5

local function rounds(name, more)
  local choice = { name, fraction = AT_A_TIME / 50, local_epochs = 1 }
  for key, value in pairs(more or {}) do choice[key] = value end
  return choice
end

-- The run of a strategy among clients of such speeds; of fedavg the one with such spares and such a server.
local function run(results, slowness, strategy, spares, server)
  return results:where(function(one)
    local config = one.config
    return config.slowness[1] == slowness and config.strategy[1] == strategy
      and (strategy ~= "fedavg" or config.strategy.overselect == (spares or 1) and config.server_optimiser[1] == (server or "sgd"))
  end)[1]
end

local SPEEDS = { "constant", "pareto" }

local function mean_age(run)
  local ages, sum, count = run:table "staleness", 0, 0
  for i, updates in ipairs(ages.updates) do sum, count = sum + ages.age[i] * updates, count + updates end
  return sum / count
end

return dt.scenario {
  strategy         = dt.zip { rounds "fedavg", rounds("fedavg", { overselect = 1.5 }), rounds("fedbuff", { buffer = BUFFER }),
                              rounds "fedasync", rounds "fedavg", rounds "scaffold", rounds "fednova" },
  server_optimiser = dt.zip { PLAIN, PLAIN, PLAIN, PLAIN,
                              { "adam", lr = 0.1, beta2 = 0.99, eps = 1e-3, bias_correction = false }, PLAIN, PLAIN },
  slowness         = dt.sweep { dt.constant { value = 1 }, dt.pareto { scale = 0.5, shape = 1.5 } },

  platform   = { "lan", hosts = 51, speed = "20Mf", bandwidth = "100Mbps", latency = "10ms" },
  workers    = 50,
  data       = { "gaussian", rows = 5000, test = 1000, columns = 20, classes = 10, spread = 0.7 },
  split      = { "dirichlet", alpha = 0.2 },
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 10,
  compute    = { seconds = { "exponential", mean = 1 } },
  evaluate   = { seconds = 10 },
  stop       = { seconds = 2000 },

  claims = {
    ["with stragglers, a buffer reaches the target in two thirds of the time of synchronous rounds, or less"] = function(results)
      local buffer, synchronous = run(results, "pareto", "fedbuff"), run(results, "pareto", "fedavg")
      return buffer:time_to { loss = TARGET } < synchronous:time_to { loss = TARGET } / 1.5
    end,
    ["after equal time it is at a lower loss than rounds that take the first ten of fifteen clients"] = function(results)
      for _, slowness in ipairs(SPEEDS) do
        if not (run(results, slowness, "fedbuff").loss < run(results, slowness, "fedavg", 1.5).loss) then return false end
      end
      return true
    end,
    ["a step at every update needs more time to the target than a step at every fifth"] = function(results)
      for _, slowness in ipairs(SPEEDS) do
        local each, fifth = run(results, slowness, "fedasync"), run(results, slowness, "fedbuff")
        if not (each:time_to { loss = TARGET } > 1.1 * fifth:time_to { loss = TARGET }) then return false end
      end
      return true
    end,
    ["an update is as old as there are other clients at work, divided by the buffer, and never older"] = function(results)
      local others = AT_A_TIME - 1
      for _, slowness in ipairs(SPEEDS) do
        local each, fifth = mean_age(run(results, slowness, "fedasync")), mean_age(run(results, slowness, "fedbuff"))
        local least = slowness == "constant" and 0.95 or 0       -- a client that hardly ever sends makes nobody's update older
        if not (each > least * others and each < 1.05 * others) then return false end
        if not (fifth * BUFFER > least * others and fifth * BUFFER < 1.05 * others) then return false end
      end
      return true
    end,
    ["a server that steps by Adam needs at most three quarters of the rounds to the target"] = function(results)
      local adam, mean = run(results, "constant", "fedavg", 1, "adam"), run(results, "constant", "fedavg")
      return adam:round_to { loss = TARGET } <= 0.75 * mean:round_to { loss = TARGET }
    end,
    ["control variates are at a lower loss than means after as many rounds, for twice the bytes"] = function(results)
      local variates, mean = run(results, "constant", "scaffold"), run(results, "constant", "fedavg")
      return variates.rounds == mean.rounds and variates.loss < mean.loss and math.abs(variates.bytes / mean.bytes - 2) < 0.02
    end,
    ["changes divided by the steps of their client are no worse after as many rounds"] = function(results)
      return run(results, "constant", "fednova").loss <= run(results, "constant", "fedavg").loss
    end,
  },
}
