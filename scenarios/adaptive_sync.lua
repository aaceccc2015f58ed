-- Others use two of eight hosts for a while: how far ahead may the free ones run?  From 100 s to 250 s nine tenths of two
-- hosts are taken, so that a step there takes ten times as long, and these two alone hold their classes.  Bulk synchronous
-- training waits for them; asynchronous training goes on, and forgets their classes until they are back; a bounded staleness
-- is in between.  "adaptive" gives every worker a threshold from 1 to 8 by how its host performs, its steps by second of
-- computing; in gradients let through and in time waited it comes between fixed thresholds of 1 and 8.
-- What the model cannot show: that adaptive thresholds are better than the best fixed one, as Zhang et al. report.  Here 8 for
-- all does as well, since a slow worker never uses a threshold, and the formula is this program's own: only the order is
-- claimed.
local dt = require "dt"

local busy, free = 100, 250         -- s: from when to when two hosts are taken
local rules = { "bsp", "ssp staleness=1", "adaptive", "ssp staleness=8", "async" }

-- How far the loss of a run rises while the hosts are taken above what it was before.
local function rise(run)
  local before, most = math.huge, 0
  for i, time in ipairs(run.evaluations.time_s) do
    if time <= busy then before = run.evaluations.loss[i] end
    if time > busy and time <= free then most = math.max(most, run.evaluations.loss[i]) end
  end
  return most - before
end

-- Seconds that the workers of a rule's runs have waited, on average.
local function waited(results, rule)
  local sum = 0
  for _, run in ipairs(results:where { sync = rule }) do
    local workers = run:table "workers"
    for i, seconds in ipairs(workers.wait_s) do
      if workers.role[i] == "worker" then sum = sum + seconds end
    end
  end
  return sum
end

return dt.scenario {
  sync  = dt.sweep { "bsp", { "ssp", staleness = 1 }, { "adaptive", window = 20, from = 1, to = 8 }, { "ssp", staleness = 8 }, "async" },
  load  = { { "*-[12]", share = { "steps", times = { 0, busy, free }, values = { 0, 0.9, 0 } } } },
  seeds = 3,

  platform   = { "lan", hosts = 8, bandwidth = "1Gbps", latency = "50us" },
  workers    = 8,
  data       = { "gaussian", rows = 1600, test = 400, columns = 20, classes = 8, spread = 0.6 },
  split      = "by_label",
  model      = "softmax",
  optimiser  = { "sgd", lr = 1 },
  batch_size = 0,
  compute    = { seconds = { "exponential", mean = 1 } },
  strategy   = "ps",
  evaluate   = { rounds = 1 },
  stop       = { seconds = 400 },

  claims = {
    ["adaptive thresholds let through more gradients than the tightest fixed one, and fewer than the loosest"] = function(results)
      local before = 0
      for _, rule in ipairs(rules) do
        local rounds = results:where { sync = rule }:median "rounds"
        if rounds <= before then return false, ("%s: %d rounds, after %d"):format(rule, rounds, before) end
        before = rounds
      end
      return true
    end,
    ["workers wait less than with the tightest fixed one, and longer than with the loosest"] = function(results)
      local before = math.huge
      for _, rule in ipairs(rules) do
        if waited(results, rule) >= before then return false, ("%s: %g s, after %g s"):format(rule, waited(results, rule), before) end
        before = waited(results, rule)
      end
      return true
    end,
    ["asynchronous training forgets the classes of hosts that others use, and adaptive thresholds keep them"] = function(results)
      for _, run in ipairs(results:where { sync = "async" }) do
        local adaptive = rise(results:where { sync = "adaptive", seed = run.seed }[1])
        if rise(run) < adaptive + 0.03 then return false, ("seed %d: %g and %g"):format(run.seed, rise(run), adaptive) end
      end
      return true
    end,
  },
}
