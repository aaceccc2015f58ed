-- What lab 04 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"
local TARGET = 1.0

local function runs(results, alpha, epochs)
  return results:where { ["split.alpha"] = alpha, ["strategy.local_epochs"] = epochs }
end

local function rounds(results, alpha, epochs) return lab.first(runs(results, alpha, epochs), "round", TARGET) end

return {
  { "a", "bytes of one round", tolerance = 0.001,
    truth = function(results) return results[1].bytes / results[1].rounds end,
    hint = "ten devices take part; the model of (784 + 1) * 10 floats travels to each and back" },
  { "b", "rounds to a loss of 1.0: even data, one epoch", tolerance = 0.001,
    truth = function(results) return rounds(results, 100, 1) end,
    hint = "the first evaluation with a loss of at most 1.0 where alpha = 100 and local_epochs = 1" },
  { "c", "rounds to a loss of 1.0: even data, five epochs", tolerance = 0.001,
    truth = function(results) return rounds(results, 100, 5) end,
    hint = "the first evaluation with a loss of at most 1.0 where alpha = 100 and local_epochs = 5" },
  { "d", "how many times as many rounds uneven data need", tolerance = 0.01,
    truth = function(results) return rounds(results, 0.1, 5) / rounds(results, 100, 5) end,
    hint = "rounds to a loss of 1.0 with alpha = 0.1, divided by those with alpha = 100, local_epochs = 5 in both" },
  { "e", "accuracy that uneven data cost", tolerance = 0.02,
    truth = function(results)
      return 100 * (runs(results, 100, 5):median "accuracy" - runs(results, 0.1, 5):median "accuracy")
    end,
    hint = "the difference of the two accuracies in the table, in percentage points" },
}
