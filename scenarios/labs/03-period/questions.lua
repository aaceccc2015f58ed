-- What lab 03 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"

local function fixed(results, period)
  return results:where { strategy = "localsgd", ["strategy.period"] = period }
end

local function per_step(results, period)
  local runs = fixed(results, period)
  local list = {}
  for i, run in ipairs(runs) do list[i] = run.time_s / run.steps end
  return lab.median(list)
end

-- Seconds of an average over seconds of a step: four messages of two links each, of a small model.
local function alpha(numbers) return 8 * numbers.latency / (numbers.shift + numbers.mean) end

-- The step of the first evaluation with a period of 1.
local function settled(run)
  local evaluations = run.evaluations
  for i, period in ipairs(evaluations.local_steps) do
    if period == 1 then return evaluations.step[i] end
  end
  error(("the period of run %d never comes to 1"):format(run.id), 0)
end

return {
  { "a", "seconds per step with period 1", tolerance = 0.01,
    truth = function(results) return per_step(results, 1) end,
    hint = "time over steps of the rows with period = 1" },
  { "b", "seconds per step with the longer period", tolerance = 0.01,
    truth = function(results, numbers) return per_step(results, numbers.period) end,
    hint = "time over steps of the localsgd rows with the longer period" },
  { "c", "speed-up of the longer period by the formula", tolerance = 0.002,
    truth = function(_, numbers) return (1 + alpha(numbers)) / (1 + alpha(numbers) / numbers.period) end,
    hint = "y is shift + mean, and d eight latencies: four messages, each over two links" },
  { "d", "AdaComm's time to the loss over period 1's", tolerance = 0.01,
    truth = function(results, numbers)
      local adacomm = results:where { strategy = "adacomm" }
      return lab.first(adacomm, "time_s", numbers.loss) / lab.first(fixed(results, 1), "time_s", numbers.loss)
    end,
    hint = "the time of the first evaluation whose loss is at most the target, of each run; medians over seeds; then divide" },
  { "e", "the step at which AdaComm's period is 1", tolerance = 0.001,
    truth = function(results)
      local list = {}
      for _, run in ipairs(results:where { strategy = "adacomm" }) do list[#list + 1] = settled(run) end
      return lab.median(list)
    end,
    hint = "the columns step and local_steps of /runs/*/evaluations: the first row with local_steps = 1; the median over seeds" },
}
