-- What lab 06 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"

local function runs(results, rule, liars) return results:where { aggregate = rule, ["attack.count"] = liars } end

local function seconds(results, numbers, rule) return lab.first(runs(results, rule, numbers.liars), "time_s", numbers.loss) end

return {
  { "a", "how many times the others' gradient the mean is", tolerance = 0.005,
    truth = function(_, n) return (n.workers - n.liars - n.liars * n.factor) / n.workers end,
    hint = "add up what all workers send, each an honest gradient times 1 or times minus the factor, and divide by how many they are" },
  { "b", "factor at which the mean stands still", tolerance = 0.005,
    truth = function(_, n) return (n.workers - n.liars) / n.liars end,
    hint = "the liars together send as much in one direction as the others in the other" },
  { "c", "seconds of the mean to the loss, with liars", tolerance = 0.002,
    truth = function(results, numbers) return seconds(results, numbers, "mean") end,
    hint = "the first evaluation with at most that loss of the run with the mean and liars" },
  { "d", "seconds of the median to the loss, with liars", tolerance = 0.002,
    truth = function(results, numbers) return seconds(results, numbers, "median") end,
    hint = "the first evaluation with at most that loss of the run with the median and liars" },
  { "e", "milliseconds that Krum takes in a round", tolerance = 0.005,
    truth = function(results)
      local krum, mean = runs(results, "krum", 0)[1], runs(results, "mean", 0)[1]
      return 1000 * (krum.time_s - mean.time_s) / krum.rounds
    end,
    hint = "the time of a round with krum less that of a round with the mean; whether anybody lies makes no difference" },
}
