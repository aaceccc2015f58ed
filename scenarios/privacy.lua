-- What does it cost that nobody learns what a client's samples are?  Federated averaging of which the server sees only sums (secure
-- aggregation), and whose clients clip their updates and add noise to them (differential privacy).
-- The more noise, the smaller epsilon and the worse the model; with more clients in a round the same noise does less harm, though
-- each is drawn more often.  A round takes four exchanges in place of one, and a client's keys and shares grow with the number of
-- clients.  Clients that drop out take their part of the noise along, which the accountant counts; a server that adds the noise by
-- itself must be trusted with the sum.  Too high a threshold makes rounds fail, and those change nothing.
-- What this cannot show: whether the bound epsilon is near to what an attacker learns; keys are of 61 bits, though those of 256 bits are
-- charged; noise is rounded with the update, which is not accounted for; nobody sends wrong shares.
-- Epsilon is that of clients that are each drawn by chance, as usual.  For rounds of a fixed number, as these are, it is a heuristic;
-- privacy.sampling = "fixed" has a bound that is larger.
local dt = require "dt"

local CLIENTS, COLUMNS, CLASSES, ROUNDS = 100, 20, 5, 40
local SIZE = COLUMNS * CLASSES + CLASSES        -- entries of the model

local function case(noise, fraction, t)
  t = t or {}
  return {
    privacy = { t.by or "distributed", clip_norm = 0.5, noise_multiplier = noise, delta = 1e-3 },
    strategy = { "fedavg", fraction = fraction, local_epochs = 5 },
    secure = { threshold = t.threshold or 0.6, range = 32 },
    faults = { crash = { "exponential", mean = t.crash or 1e9 }, recover = { "exponential", mean = 2 }, deadline = "500ms" },
  }
end

local FAIL = 40     -- mean seconds between two failures of a client
local cases = {
  case(0, 0.2), case(1, 0.2), case(2, 0.2), case(8, 0.2), case(32, 0.2), case(8, 0.05), case(8, 0.5),
  case(2, 0.2, { crash = FAIL }), case(2, 0.2, { crash = FAIL, by = "central" }), case(2, 0.2, { crash = FAIL, threshold = 1 }),
}

local function column(name)
  local values = {}
  for i, c in ipairs(cases) do values[i] = c[name] end
  return dt.zip(values)
end

-- The runs of case number i.
local function of(results, i)
  local c = cases[i]
  return results:where(function(run)
    local config = run.config
    return config.privacy[1] == c.privacy[1] and config.privacy.noise_multiplier == c.privacy.noise_multiplier
      and config.strategy.fraction == c.strategy.fraction and config.secure_aggregation.threshold == c.secure.threshold
      and config.faults.crash.mean == c.faults.crash.mean
  end)
end

local function last(run, name) return run.evaluations[name][#run.evaluations[name]] end

local function median(runs, name)
  local list = {}
  for _, run in ipairs(runs) do list[#list + 1] = last(run, name) end
  table.sort(list)
  return list[(#list + 1) // 2]
end

return dt.scenario {
  privacy            = column "privacy",
  strategy           = column "strategy",
  secure_aggregation = column "secure",
  faults             = column "faults",

  platform   = { "lan", hosts = CLIENTS + 1, bandwidth = "20Mbps", latency = "20ms", speed = "100Mf" },
  workers    = CLIENTS,
  data       = { "gaussian", rows = 5000, test = 2000, columns = COLUMNS, classes = CLASSES, spread = 1 },
  split      = "iid",
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.1 },
  aggregate  = "mean",
  batch_size = 10,
  evaluate   = { rounds = 10 },
  stop       = { rounds = ROUNDS },

  claims = {
    ["more noise: a smaller epsilon, and a worse model"] = function(results)
      local epsilon, accuracy = math.huge, median(of(results, 1), "accuracy")
      for i = 2, 5 do
        local less, worse = median(of(results, i), "epsilon"), median(of(results, i), "accuracy")
        if not (less < epsilon and worse < accuracy + 0.01) then return false, ("case %d: %g, %g"):format(i, less, worse) end
        epsilon, accuracy = less, worse
      end
      return accuracy < median(of(results, 1), "accuracy") - 0.1
    end,
    ["with more clients in a round the same noise costs less accuracy, and epsilon is larger"] = function(results)
      local few, some, many = of(results, 6), of(results, 4), of(results, 7)
      return median(few, "accuracy") < median(some, "accuracy") and median(some, "accuracy") < median(many, "accuracy")
        and median(few, "epsilon") < median(some, "epsilon") and median(some, "epsilon") < median(many, "epsilon")
    end,
    ["a client of n sends and receives 2 n keys and 5 n - 4 shares of 32 bytes, beside the model and its masked update"] = function(results)
      for _, i in ipairs { 6, 4, 7 } do
        for _, run in ipairs(of(results, i)) do
          local n = math.floor(run.config.strategy.fraction * CLIENTS + 0.5)
          local client = 32 * (2 * n + 5 * n - 4) + 8 * SIZE + 4 + math.ceil(n / 8)
          if run.bytes ~= ROUNDS * n * client then return false, ("%d clients: %g bytes"):format(n, run.bytes) end
        end
      end
      return true
    end,
    ["who drops out takes its noise along: epsilon grows where clients add it, and does not where the server does"] = function(results)
      for _, run in ipairs(of(results, 8)) do
        local calm = of(results, 3):where { seed = run.seed }[1]
        local central = of(results, 9):where { seed = run.seed }[1]
        if last(run, "dropouts") == 0 or last(run, "epsilon") < 1.02 * last(central, "epsilon") then
          return false, ("seed %d: %g beside %g and %g"):format(run.seed, last(run, "epsilon"), last(central, "epsilon"), last(calm, "epsilon"))
        end
      end
      return true
    end,
    ["a threshold below the clients that stay loses no round, one of all of them most"] = function(results)
      for _, run in ipairs(of(results, 8)) do
        if last(run, "failed_rounds") > 0 then return false, ("threshold 0.6, seed %d"):format(run.seed) end
      end
      for _, run in ipairs(of(results, 10)) do
        if last(run, "failed_rounds") < ROUNDS / 2 then return false, ("threshold 1, seed %d: %d"):format(run.seed, last(run, "failed_rounds")) end
      end
      return true
    end,
  },
}
