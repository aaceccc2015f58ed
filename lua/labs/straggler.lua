-- What lab 02 asks, and how the truth follows from the student's own run.
local MEAN_S = 1

local function per_step(results, workers, period)
  local runs = results:where { workers = workers, ["strategy.period"] = period }
  return runs:median "time_s" / runs:median "steps"
end

-- The slowest of n exponential delays: the mean times 1 + 1/2 + ... + 1/n.
local function slowest(n)
  local sum = 0
  for k = 1, n do sum = sum + 1 / k end
  return MEAN_S * sum
end

return {
  { "a", "seconds per step of 16 synchronous workers", tolerance = 0.01,
    truth = function(results) return per_step(results, 16, 1) end,
    hint = "time over steps of the rows with workers = 16 and period = 1; take the one in the middle" },
  { "b", "the same by the formula", tolerance = 0.001,
    truth = function() return slowest(16) end,
    hint = "the mean of the largest of n exponential delays of mean 1 is 1 + 1/2 + ... + 1/n" },
  { "c", "share of waiting", tolerance = 0.03,
    truth = function(results) return 1 - MEAN_S / per_step(results, 16, 1) end,
    hint = "a worker computes 1 s of each step in the mean, however long the step is" },
  { "d", "seconds per step of 16 workers with period 8", tolerance = 0.01,
    truth = function(results) return per_step(results, 16, 8) end,
    hint = "the rows with workers = 16 and period = 8" },
  { "e", "workers at which a step takes over three mean steps", tolerance = 0.001,
    truth = function()
      local n = 1
      while slowest(n) <= 3 * MEAN_S do n = n + 1 end
      return n
    end,
    hint = "add up 1 + 1/2 + 1/3 + ... until it exceeds 3" },
}
