-- Which momentum should decentralised SGD have when the workers' data are uneven?
-- Sixteen workers on a ring mix their models with their neighbours'.  Local momentum adds up a worker's own gradients: it is
-- fast, and pulls the models apart as a rate ten times as large would.  Quasi-global momentum follows the mixed model, and is
-- as fast with the error of about one step.  Gradient tracking and D2 have no such error.
-- First on least squares with whole batches, where that error is all that is left at the end; then on a network whose rows are
-- split by class (alpha 10: nearly even, 0.1: very uneven), each with the best of three learning rates, by the accuracy of the
-- workers' own models.
-- What this cannot show: the gaps of the paper's tables, which are those of deep networks, and the harm that batch
-- normalisation does here.  It holds at a constant rate: the error is proportional to the rate, so that after the rate has
-- fallen tenfold all momenta end alike.
-- Lin et al. 2021, "Quasi-Global Momentum: Accelerating Decentralized Deep Learning on Heterogeneous Data", arXiv:2102.04761.
local dt = require "dt"

local data, model, split, batch, strategy, lr, rounds, every = {}, {}, {}, {}, {}, {}, {}, {}
local function case(is, loop, rate)
  table.insert(data, is.data)
  table.insert(model, is.model)
  table.insert(split, is.split)
  table.insert(batch, is.batch)
  table.insert(rounds, is.rounds)
  table.insert(every, is.every)
  table.insert(strategy, loop)
  table.insert(lr, rate)
end

-- The condition number of the curvature is 50, and noisy targets give each worker an optimum of its own.
local squares = { data = { "linear", rows = 640, test = 0, columns = 10, noise = 3, condition = 50 },
                  model = { "linear", bias = false }, split = "iid", batch = 0, rounds = 1500, every = 5 }
for _, loop in ipairs { { "qgm", momentum = "none" }, { "qgm", momentum = "local" }, { "qgm", nesterov = false }, "qgm",
                        "tracking", "d2" } do
  case(squares, loop, 0.02)
end

for _, alpha in ipairs { 10, 0.1 } do
  local classes = { data = { "gaussian", rows = 2048, test = 1000, columns = 20, classes = 10, spread = 0.6 },
                    model = { "mlp", widths = { 32 } }, split = { "dirichlet", alpha = alpha }, batch = 32, rounds = 300,
                    every = 100 }
  for _, momentum in ipairs { "local", "global" } do
    for _, rate in ipairs { 0.01, 0.02, 0.05 } do case(classes, { "qgm", momentum = momentum }, rate) end
  end
end

-- Runs of least squares, and of the network with that alpha (nil: least squares) and momentum.
local function runs(results, alpha, loop)
  local list = {}
  for _, run in ipairs(results:where {}) do
    local c = run.config
    local name = c.strategy[1] or c.strategy
    if name == "qgm" then name = c.strategy.momentum .. (c.strategy.nesterov and "" or " plain") end
    local asked = alpha == nil and c.data[1] == "linear" or alpha ~= nil and c.split.alpha == alpha
    if name == loop and asked then table.insert(list, run) end
  end
  assert(#list > 0, loop)
  return list
end

-- Rounds until the loss of the mean model has come 95 % of the way to the least that any run of that seed has found, over all
-- seeds; a run that does not get there counts with all of its rounds.
local function needed(results, loop)
  local sum = 0
  for _, run in ipairs(runs(results, nil, loop)) do
    local best = math.huge
    for _, other in ipairs(results:where {}) do
      if other.config.data[1] == "linear" and other.seed == run.seed then
        for _, loss in ipairs(other.evaluations.loss) do best = math.min(best, loss) end
      end
    end
    local e, at = run.evaluations, nil
    for i, loss in ipairs(e.loss) do
      if at == nil and loss - best <= 0.05 * (e.loss[1] - best) then at = e.round[i] end
    end
    sum = sum + (at or run.rounds)
  end
  return sum
end
local function apart(results, loop)
  local sum = 0
  for _, run in ipairs(runs(results, nil, loop)) do
    local distance = run.evaluations.consensus_distance
    sum = sum + distance[#distance]
  end
  return sum
end
-- Mean accuracy of the workers' own models at the end, of the best rate, over all seeds.
local function accuracy(results, alpha, loop)
  local sum, count, best = {}, {}, 0
  for _, run in ipairs(runs(results, alpha, loop)) do
    local rate, a = run.config.optimiser.lr, run.evaluations.accuracy_each
    sum[rate], count[rate] = (sum[rate] or 0) + a[#a], (count[rate] or 0) + 1
  end
  for rate, all in pairs(sum) do best = math.max(best, all / count[rate]) end
  return best
end
local function gain(results, alpha) return accuracy(results, alpha, "global") - accuracy(results, alpha, "local") end

return dt.scenario {
  data       = dt.zip(data),
  model      = dt.zip(model),
  split      = dt.zip(split),
  batch_size = dt.zip(batch),
  strategy   = dt.zip(strategy),
  optimiser  = { "sgd", lr = dt.zip(lr) },
  stop       = { rounds = dt.zip(rounds) },
  evaluate   = { rounds = dt.zip(every), each = true },

  platform   = { "lan", hosts = 16, bandwidth = "1Gbps", latency = "50us", speed = "10Gf" },
  network    = "CM02",
  workers    = 16,
  topology   = "ring",
  seeds      = 2,

  claims = {
    ["least squares: quasi-global momentum is near the optimum in half of the rounds without momentum"] = function(results)
      local qg, plain = needed(results, "global"), needed(results, "none")
      return qg <= 0.5 * plain, ("%d and %d"):format(qg, plain)
    end,
    ["least squares: local momentum leaves the models at least twice as far apart as quasi-global momentum"] = function(results)
      return apart(results, "local") >= 2 * apart(results, "global")
    end,
    ["least squares: without Nesterov's form it leaves them as far apart as no momentum does, within 5 %"] = function(results)
      return math.abs(apart(results, "global plain") / apart(results, "none") - 1) < 0.05
    end,
    ["least squares: gradient tracking and D2 leave them at most a hundredth as far apart"] = function(results)
      local plain = apart(results, "none")
      return apart(results, "tracking") < 0.01 * plain and apart(results, "d2") < 0.01 * plain
    end,
    ["very uneven classes: models are at least 1.5 points better with it than with local momentum"] = function(results)
      local points = 100 * gain(results, 0.1)
      return points >= 1.5, ("%.1f points"):format(points)
    end,
    ["nearly even classes: they differ by at most 1.2 points"] = function(results)
      local points = 100 * gain(results, 10)
      return math.abs(points) <= 1.2, ("%.1f points"):format(points)
    end,
    ["quasi-global momentum sends what local momentum does, and gradient tracking twice that"] = function(results)
      local qg, own, gt = runs(results, nil, "global")[1], runs(results, nil, "local")[1], runs(results, nil, "tracking")[1]
      return qg.bytes == own.bytes and gt.bytes == 2 * qg.bytes
    end,
  },
}
