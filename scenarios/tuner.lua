-- How large should pieces be, and how many bytes on their way at once?  VGG16 over two parameter servers, with latency and an overhead
-- for each piece: a grid of 10 x 10 choices, and ByteScheduler's tuner, which tries 15 while it trains.
-- Small pieces pay overhead for each, large ones delay what is urgent; a small credit leaves the links idle for a latency, a large one
-- leaves nothing to overtake.  So both curves have a bottom, and where it lies depends on the network: that is why the paper tunes.
-- What this cannot show: the measured steps of a real cluster vary, here they are equal to the bit, and three steps say what a hundred
-- do there.  The steps that a bad choice costs while it is tried are counted in the tuner's time.
local dt = require "dt"

local POINTS = 10
local ranges = { piece = { 1e6, 128e6 }, credit = { 1e6, 256e6 } }

local function at(range, i) return math.floor(range[1] * (range[2] / range[1]) ^ ((i - 1) / (POINTS - 1)) + 0.5) end

local queues, rounds = {}, {}
for i = 1, POINTS do
  for j = 1, POINTS do
    queues[#queues + 1] = { "priority", piece = at(ranges.piece, i), credit = at(ranges.credit, j), overhead = "1ms" }
    rounds[#rounds + 1] = 4
  end
end
queues[#queues + 1] = { "tuned", piece_least = ranges.piece[1], piece_most = ranges.piece[2], credit_least = ranges.credit[1],
                        credit_most = ranges.credit[2], trials = 15, steps = 3, overhead = "1ms" }
rounds[#rounds + 1] = 15 * 3 + 4

-- Seconds between the ends of two late iterations: the first waits for nobody, and nobody waits for the last.
local function iteration(run)
  local time = run.evaluations.time_s
  return time[#time - 1] - time[#time - 2]
end

-- seconds[i][j] of piece number i and credit number j; the least of all, and where.
local function grid(results)
  local seconds, best = {}, { math.huge }
  for i = 1, POINTS do
    seconds[i] = {}
    for j = 1, POINTS do
      local run = results:where { queue = "priority", ["queue.piece"] = at(ranges.piece, i), ["queue.credit"] = at(ranges.credit, j) }[1]
      seconds[i][j] = iteration(run)
      if seconds[i][j] < best[1] then best = { seconds[i][j], i, j } end
    end
  end
  return seconds, best
end

return dt.scenario {
  model      = { "profile", path = "vgg16" },
  batch_size = 32,
  workers    = 2,
  servers    = { count = 2 },
  collective = "shards",
  queue      = dt.zip(queues),
  platform   = { "lan", hosts = 2, servers = 2, speed = "8Tf", bandwidth = "10Gbps", latency = "500us" },
  strategy   = "overlap",
  network    = "CM02",          -- connections stay open: a piece pays its latency once
  data       = { "blank", rows = 4096 },
  evaluate   = { rounds = 1 },
  stop       = { rounds = dt.zip(rounds) },

  claims = {
    ["with the best credit, the smallest and the largest pieces take 10 % longer than the best ones"] = function(results)
      local seconds, best = grid(results)
      local small, large = seconds[1][best[3]], seconds[POINTS][best[3]]
      return small > 1.1 * best[1] and large > 1.1 * best[1] and best[2] > 1 and best[2] < POINTS,
        ("%.3f, %.3f and %.3f s"):format(small, best[1], large)
    end,
    ["with the best pieces, the smallest and the largest credit take 10 % longer than the best one"] = function(results)
      local seconds, best = grid(results)
      local small, large = seconds[best[2]][1], seconds[best[2]][POINTS]
      return small > 1.1 * best[1] and large > 1.1 * best[1] and best[3] > 1 and best[3] < POINTS,
        ("%.3f, %.3f and %.3f s"):format(small, best[1], large)
    end,
    ["the tuner's choice after 15 trials is within 5 % of the best of 100"] = function(results)
      local _, best = grid(results)
      local found = iteration(results:where { queue = "tuned" }[1])
      return found < 1.05 * best[1], ("%.4f and %.4f s"):format(found, best[1])
    end,
  },
}
