-- How much faster is DRACO than a geometric median, if nothing counts but flops?
-- The paper's network for MNIST (784-800-500-10) on 45 workers with 16 samples a part; a vote needs groups of 2 s + 1, so that s = 3
-- takes 49 workers and s = 5 takes 55.  Hosts are equal, messages take no time, Weiszfeld's method five passes.
-- The speed-ups of the paper are, by a vote / by the code over complex numbers, at 80, 85, 88 and 90 % accuracy:
--                 -100 in every entry                  -100 times the gradient
--   s = 1     3.4/2.7 3.5/2.8 4.8/3.9 4.1/3.1      2.2/1.9 2.4/2.2 4.1/3.7 3.2/2.9
--   s = 3     2.7/2.0 4.1/3.1 6.0/4.6 5.6/4.1      3.1/2.5 3.3/3.1 5.5/4.8 4.5/3.7
--   s = 5     2.9/2.2 4.8/3.7 6.1/4.7 5.3/3.8      2.7/2.3 3.0/2.6 3.1/2.7 3.1/2.6
-- By flops an iteration has one speed-up for each s, whatever the attack and the accuracy: about 3.2/1.8, 1.7/1.15 and 1.2/0.8.
-- What this shows: the order of the two codes, as in all 24 cells; that decoding is cheap; the size of the speed-up at s = 1.
-- What it cannot show: why the paper's speed-ups do not fall with s, although each worker computes 2 s + 1 parts.  There the
-- median runs in Python on one machine, which is slower than its flops, and needs more iterations under attack.
-- Chen et al. 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients", section 5.
local dt = require "dt"

local code, aggregate, workers = {}, {}, {}
local function case(P, c, rule)
  table.insert(workers, P)
  table.insert(code, c)
  table.insert(aggregate, rule or "weighted")
end
local group = { [1] = 45, [3] = 49, [5] = 55 }
for _, s in ipairs { 1, 3, 5 } do
  case(group[s], { "vote", byzantine = s })
  case(45, { "fourier", byzantine = s })
  case(group[s], "none", { "geometric", passes = 5 })
end

-- Seconds of an iteration, and of what the server computes in it.
local function seconds(results, name, s)
  for _, run in ipairs(results:where {}) do
    local c = run.config
    local mine = c.code[1] == name and c.code.byzantine == s
    if name == "geometric" then mine = c.aggregate[1] == name and c.workers == group[s] end
    if name == "geometric of 45" then mine = c.aggregate[1] == "geometric" and c.workers == 45 end
    if mine then
      local row, server = run:table "workers", 0
      for i, role in ipairs(row.role) do
        if role == "server" then server = server + row.compute_s[i] end
      end
      return run.time_s / run.rounds, server / run.rounds
    end
  end
end
-- Of a geometric median with as many workers.
local function speedup(results, name, s)
  return seconds(results, name == "vote" and "geometric" or "geometric of 45", s) / seconds(results, name, s)
end
local function between(low, value, high) return low < value and value < high, ("%.2f"):format(value) end

return dt.scenario {
  workers   = dt.zip(workers),
  code      = dt.zip(code),
  aggregate = dt.zip(aggregate),

  platform   = { "lan", hosts = 56, speed = "10Gf" },
  network    = "CM02",
  ideal      = { latency = true, bandwidth = true },
  learn      = false,
  data       = { "gaussian", rows = 60000, columns = 784, classes = 10 },
  model      = { "mlp", widths = { 800, 500 } },
  optimiser  = { "sgd", lr = 0.01 },
  batch_size = 16,
  strategy   = "coded",
  evaluate   = { rounds = 5 },
  stop       = { rounds = 5 },

  claims = {
    ["a vote is faster than the code over complex numbers, as in all 24 cells"] = function(results)
      for _, s in ipairs { 1, 3, 5 } do
        if speedup(results, "vote", s) <= speedup(results, "fourier", s) then return false, ("s = %d"):format(s) end
      end
      return true
    end,
    ["at s = 1 a vote is 2.2 to 4.8 times as fast as a geometric median, as in its 8 cells"] = function(results)
      return between(2.2, speedup(results, "vote", 1), 4.8)
    end,
    ["decoding takes less than the median: a vote least, then the code over complex numbers"] = function(results)
      for _, s in ipairs { 1, 3, 5 } do
        local _, vote = seconds(results, "vote", s)
        local _, fourier = seconds(results, "fourier", s)
        local _, geometric = seconds(results, "geometric of 45", s)
        if not (0 < vote and vote < fourier and fourier < geometric) then return false, ("s = %d"):format(s) end
      end
      return true
    end,
    ["by flops the advantage falls with s, which the paper's does not: the complex code is slower than the median at s = 5"] = function(results)
      local before = math.huge
      for _, s in ipairs { 1, 3, 5 } do
        local now = speedup(results, "vote", s)
        if now >= before then return false, ("%.2f at s = %d"):format(now, s) end
        before = now
      end
      return before < 1.5 and speedup(results, "fourier", 5) < 1, ("%.2f and %.2f"):format(before, speedup(results, "fourier", 5))
    end,
  },
}
