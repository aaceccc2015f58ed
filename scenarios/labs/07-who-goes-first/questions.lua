-- What lab 07 asks, and how the truth follows from the student's own run.
local BYTES = 4 * 138357544             -- of VGG16's gradient

-- Seconds of a step of the run with that queue, in pieces or not.
local function step(results, queue, pieces)
  for _, run in ipairs(results) do
    local own = run.config.queue
    if (own[1] or own) == queue and ((own.piece or 0) ~= 0) == pieces then return run.time_s / run.steps end
  end
  error("there is no run with the queue " .. queue, 0)
end

-- Without any overlap a step is computing, then a push of all bytes, then a pull.
local function computing(results, numbers) return step(results, "whole", false) - 2 * BYTES / numbers.bandwidth end

return {
  { "a", "seconds of computing in a step", tolerance = 0.005, truth = computing,
    hint = "with whole nothing overlaps: of its step take away a push and a pull of all bytes, on a link of the worker's own" },
  { "b", "least seconds of a step, whatever goes when", tolerance = 0.005,
    truth = function(results, numbers) return math.max(computing(results, numbers), BYTES / numbers.bandwidth) end,
    hint = "pushes and pulls have links of their own, and may overlap with computing: the busiest of the three is what remains" },
  { "c", "how many times as fast pieces are as whole layers, first in, first out", tolerance = 0.001,
    truth = function(results) return step(results, "fifo", false) / step(results, "fifo", true) end,
    hint = "time over steps of the two rows with fifo" },
  { "d", "how many times as fast priority is as first in, first out, in pieces", tolerance = 0.001,
    truth = function(results) return step(results, "fifo", true) / step(results, "priority", true) end,
    hint = "time over steps of the two rows with pieces" },
  { "e", "a step by priority over the least that it could take", tolerance = 0.001,
    truth = function(results, numbers)
      return step(results, "priority", true) / math.max(computing(results, numbers), BYTES / numbers.bandwidth)
    end,
    hint = "time over steps of the row with priority, over your answer to b" },
}
