-- What lab 04 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"
local EVEN = 100        -- alpha of even data

local function runs(results, alpha, epochs)
  return results:where { ["split.alpha"] = alpha, ["strategy.local_epochs"] = epochs }
end

local function seconds(results, numbers, alpha, epochs)
  return lab.first(runs(results, alpha, epochs), "time_s", numbers.loss)
end

return {
  { "a", "bytes of a whole run", tolerance = 0.001,
    truth = function(results) return results[1].bytes end,
    hint = "half of the devices take part in a round; the model of (784 + 1) * 10 floats travels to each and back" },
  { "b", "seconds to the loss: even data, one epoch", tolerance = 0.002,
    truth = function(results, numbers) return seconds(results, numbers, EVEN, 1) end,
    hint = "the first evaluation with at most that loss where alpha = 100 and local_epochs = 1" },
  { "c", "seconds to the loss: even data, several epochs", tolerance = 0.002,
    truth = function(results, numbers) return seconds(results, numbers, EVEN, numbers.epochs) end,
    hint = "the first evaluation with at most that loss where alpha = 100 and local_epochs is the larger number" },
  { "d", "how many seconds longer uneven data need", tolerance = 0.01,
    truth = function(results, numbers)
      return seconds(results, numbers, numbers.alpha, numbers.epochs) - seconds(results, numbers, EVEN, numbers.epochs)
    end,
    hint = "the seconds to that loss with the small alpha less those with alpha = 100, with several epochs in both" },
  { "e", "accuracy that uneven data cost", tolerance = 0.02,
    truth = function(results, numbers)
      return 100 * (runs(results, EVEN, numbers.epochs):median "accuracy"
                    - runs(results, numbers.alpha, numbers.epochs):median "accuracy")
    end,
    hint = "the difference of the two accuracies in the table, in percentage points" },
}
