-- What lab 05 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"

-- The runs of one way to wait; steady: those with a worker that is slow for good.
local function runs(results, sync, steady)
  local list = {}
  for _, run in ipairs(results:where { sync = sync }) do
    if (run.config.compute.seconds[1] == "constant") == steady then list[#list + 1] = run end
  end
  return list
end

-- Gradients that the server merged, and their mean age.
local function merged(run)
  local ages, sum, count = run:table "staleness", 0, 0
  for i, updates in ipairs(ages.updates) do
    sum, count = sum + ages.age[i] * updates, count + updates
  end
  return count, sum / count
end

-- The middle one of a number of each run.
local function middle(list, number)
  local numbers = {}
  for i, run in ipairs(list) do numbers[i] = number(run) end
  return lab.median(numbers)
end

-- How much a gradient has lowered the loss in the mean.
local function worth(run) return (run:table "evaluations".loss[1] - run.loss) / (merged(run)) end

return {
  { "a", "more gradients with the bound, beside a slow worker", tolerance = 0.005,
    truth = function(results)
      return middle(runs(results, "ssp", true), merged) - middle(runs(results, "bsp", true), merged)
    end,
    hint = "the sum of updates in the table staleness of a run with ssp, less that of one with bsp, where one worker is slow for good" },
  { "b", "gradients without a bound by the formula", tolerance = 0.002,
    truth = function(_, numbers) return numbers.seconds * (numbers.workers - 1 + 1 / numbers.slow) end,
    hint = "nobody waits: a worker pushes as many gradients as its steps fit into the time" },
  { "c", "gradients with the bound over those with bsp, with random times", tolerance = 0.005,
    truth = function(results)
      return middle(runs(results, "ssp", false), merged) / middle(runs(results, "bsp", false), merged)
    end,
    hint = "the sums of updates again, of the runs whose steps take random times; take the middle one of the seeds" },
  { "d", "mean age of a gradient without a bound, with random times", tolerance = 0.003,
    truth = function(results)
      return middle(runs(results, "async", false), function(run) return (select(2, merged(run))) end)
    end,
    hint = "the mean of age, weighed by updates, in the table staleness of the runs with async and random times" },
  { "e", "what a gradient is worth with a bound, beside a slow worker, over one without", tolerance = 0.005,
    truth = function(results) return middle(runs(results, "ssp", true), worth) / middle(runs(results, "async", true), worth) end,
    hint = "the first loss of the evaluations less the last, over the sum of updates, where one worker is slow for good; "
      .. "take the middle one of the seeds each time" },
}
