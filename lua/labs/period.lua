-- What lab 03 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"
local TARGET = 0.70
local ALPHA = 4         -- seconds of an average over seconds of a step

local function fixed(results, period)
  return results:where { strategy = "localsgd", ["strategy.period"] = period }
end

local function per_step(results, period)
  local runs = fixed(results, period)
  return runs:median "time_s" / runs:median "steps"
end

return {
  { "a", "seconds per step with period 1", tolerance = 0.01,
    truth = function(results) return per_step(results, 1) end,
    hint = "time over steps of the rows with period = 1" },
  { "b", "seconds per step with period 20", tolerance = 0.01,
    truth = function(results) return per_step(results, 20) end,
    hint = "time over steps of the rows with period = 20" },
  { "c", "speed-up of period 20 by the formula", tolerance = 0.002,
    truth = function() return (1 + ALPHA) / (1 + ALPHA / 20) end,
    hint = "with period tau a step costs 1 + alpha / tau mean steps; alpha is 4 s over 1 s" },
  { "d", "AdaComm's time to 0.70 over period 1's", tolerance = 0.01,
    truth = function(results)
      local adacomm = results:where { strategy = "adacomm" }
      return lab.first(adacomm, "time_s", TARGET) / lab.first(fixed(results, 1), "time_s", TARGET)
    end,
    hint = "the time of the first evaluation whose loss is at most 0.70, of each run; medians over seeds; then divide" },
  { "e", "AdaComm's last period", tolerance = 0.001,
    truth = function(results)
      local last = results:where { strategy = "adacomm" }[1].evaluations.local_steps
      return last[#last]
    end,
    hint = "the column local_steps of /runs/*/evaluations, its last row" },
}
