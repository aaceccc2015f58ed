-- What lab 08 asks, and how the truth follows from the student's own run.
local lab = require "dt.lab"

local function round(results, name)
  local run = results:where { compress = name }[1]
  return run.time_s / run.rounds, run.bytes / run.rounds
end

local function parameters(n) return 10 * (n.columns + 1) end

-- What half floats cost a worker in a round: 2 flops an entry for both conversions; and, of what it adds, for converting and adding.
local function seconds(n) return parameters(n) * (2 + 2 * (n.workers - 1) / n.workers) / n.speed end

return {
  { "a", "bytes that one worker sends in a round, without compression", tolerance = 0.001,
    truth = function(_, n) return 2 * (n.workers - 1) / n.workers * 4 * parameters(n) end,
    hint = "a ring sends 2 (p - 1) messages of a p-th of the gradient, 4 bytes an entry" },
  { "b", "milliseconds of a round with float16", tolerance = 0.002,
    truth = function(results) return 1000 * round(results, "float16") end,
    hint = "the time of the row over its rounds" },
  { "c", "milliseconds of that for encoding, decoding and adding", tolerance = 0.002,
    truth = function(_, n) return 1000 * seconds(n) end,
    hint = "2 flops for each of all entries, and 2 more for each of the (p - 1) / p of them that a worker adds; over the speed" },
  { "d", "Gb/s above which float16 is slower than no compression", tolerance = 0.005,
    truth = function(_, n) return 8e-9 * (n.workers - 1) / n.workers * 4 * parameters(n) / seconds(n) end,
    hint = "at that bandwidth the bytes that a worker saves take as long to send as your answer to c" },
  { "e", "megabytes that all workers send in a round with topk", tolerance = 0.002,
    truth = function(results)
      local _, bytes = round(results, "topk")
      return bytes / 1e6
    end,
    hint = "the bytes of the row with topk over its rounds" },
}
