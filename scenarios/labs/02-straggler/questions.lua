-- What lab 02 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"

local function per_step(results, workers, period)
  local runs = results:where { workers = workers, ["strategy.period"] = period }
  local list = {}
  for i, run in ipairs(runs) do list[i] = run.time_s / run.steps end
  return lab.median(list)
end

-- The slowest of n exponential delays: the mean times 1 + 1/2 + ... + 1/n.
local function slowest(n, mean)
  local sum = 0
  for k = 1, n do sum = sum + 1 / k end
  return mean * sum
end

return {
  { "a", "seconds per step of synchronous workers", tolerance = 0.01,
    truth = function(results, numbers) return per_step(results, numbers.workers, 1) end,
    hint = "time over steps of the rows with that many workers and period = 1; take the one in the middle" },
  { "b", "the same by the formula", tolerance = 0.001,
    truth = function(_, numbers) return slowest(numbers.workers, numbers.mean) end,
    hint = "the mean of the largest of n exponential delays of mean y is y (1 + 1/2 + ... + 1/n)" },
  { "c", "share of waiting", tolerance = 0.005,
    truth = function(results, numbers) return 1 - numbers.mean / per_step(results, numbers.workers, 1) end,
    hint = "a worker computes y seconds of each step in the mean, however long the step is" },
  { "d", "seconds per step with the longer period", tolerance = 0.01,
    truth = function(results, numbers) return per_step(results, numbers.workers, numbers.period) end,
    hint = "the rows with as many workers and the longer period" },
  { "e", "workers at which a step takes that many mean steps", tolerance = 0.001,
    truth = function(_, numbers)
      local n = 1
      while slowest(n, 1) <= numbers.limit do n = n + 1 end
      return n
    end,
    hint = "add up 1 + 1/2 + 1/3 + ... until it exceeds the limit" },
}
