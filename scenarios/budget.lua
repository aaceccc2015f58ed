-- How many local steps should five devices take between two rounds, if time is all they have?  A server that chooses them anew in every
-- round, against every fixed number of steps, in four cases of who holds which samples: alike, by label, all the same, and half of the
-- devices alike.  A round costs about five times as much as a step, and the budget pays for some fifty rounds of one step.
-- Nobody knows the best number before; the server comes near to it in all four cases, and ends within its budget.  With a larger
-- budget every number of steps reaches the minimum, and the choice does not matter.
-- What this does not show: that no fixed number does as well.  In this problem ten steps are within a few per cent of the best in
-- every case; nor that the server is best in each: it pays for its estimates by one more gradient, and one more vector, a round.
-- Source: Wang et al. 2019, "Adaptive Federated Learning in Resource Constrained Edge Computing Systems", section VII, with other data.
local dt = require "dt"

local budget = 4        -- seconds
local fixed = { 1, 2, 5, 10, 20, 50, 100 }

local strategies = { { "budget" } }
for i, period in ipairs(fixed) do strategies[i + 1] = { "budget", period = period } end

local cases = { "iid", "by_label", "all", "halves" }

-- test(adaptive, fixed runs, seed) for every case and seed.
local function each(results, test)
  for _, case in ipairs(cases) do
    for _, run in ipairs(results:where { split = case, ["strategy.period"] = 0 }) do
      local others = results:where(function(r) return r.set.split == case and r.seed == run.seed and r.config.strategy.period > 0 end)
      local good, why = test(run, others)
      if not good then return false, ("%s, seed %d: %s"):format(case, run.seed, why) end
    end
  end
  return true
end

return dt.scenario {
  strategy = dt.sweep(strategies),
  split    = dt.sweep(cases),

  platform   = { "lan", hosts = 5, servers = 1, bandwidth = "1Gbps", latency = "16ms" },
  network    = "CM02",
  workers    = 5,
  data       = { "gaussian", rows = 1000, test = 500, columns = 50, classes = 2, spread = 0.3 },
  model      = { "svm", lambda = 0.1 },
  optimiser  = { "sgd", lr = 0.01 },
  batch_size = 0,
  compute    = { seconds = 0.013 },
  evaluate   = { rounds = 1 },
  stop       = { seconds = budget },

  claims = {
    ["no run takes more than its budget, and none leaves a round unspent"] = function(results)
      for _, run in ipairs(results) do
        local e = run.evaluations
        local longest = 0
        for i = 2, #e.time_s do longest = math.max(longest, e.time_s[i] - e.time_s[i - 1]) end
        if run.time_s > budget or e.overrun[#e.overrun] > 0 then return false, ("run %d: %g s"):format(run.id, run.time_s) end
        if run.time_s + longest < budget then return false, ("run %d: only %g s"):format(run.id, run.time_s) end
      end
      return true
    end,
    ["the chosen steps come within a tenth of the best fixed number's loss in every case"] = function(results)
      return each(results, function(run, others)
        return run.loss <= 1.1 * others:least "loss", ("%g, and %g"):format(run.loss, others:least "loss")
      end)
    end,
    ["one step is more than a tenth worse than the chosen ones somewhere, and a hundred more than a twentieth"] = function(results)
      for period, least in pairs { [1] = 1.1, [100] = 1.05 } do
        local worst = 0
        each(results, function(run, others)
          worst = math.max(worst, others:where { ["strategy.period"] = period }[1].loss / run.loss)
          return true
        end)
        if worst < least then return false, ("%d steps: %g times the loss"):format(period, worst) end
      end
      return true
    end,
    ["devices that hold the same samples take as many steps as they may at once: 1, 1, 10, 100"] = function(results)
      local steps = results:where { split = "all", ["strategy.period"] = 0 }[1].evaluations.local_steps
      return steps[2] == 1 and steps[3] == 1 and steps[4] == 10 and steps[5] == 100
    end,
    -- Samples that are alike and the same ones are a tie where both reach the largest number of steps.
    ["devices that hold one class each take at most four fifths of the steps a round that others take"] = function(results)
      local function mean(case)
        local run = results:where { split = case, ["strategy.period"] = 0 }[1]
        return run.steps / run.rounds
      end
      return mean "by_label" < 0.8 * mean "iid" and mean "iid" <= mean "all", ("%g, %g, %g"):format(mean "by_label", mean "iid", mean "all")
    end,
  },
}
