-- Does running ahead have a price where all workers hold samples of every class?  scenarios/ssp.lua asks it of workers that
-- hold different classes: there the best bound is neither tight nor absent.  Here no bound at all is best, however unequal the
-- workers are: an old gradient, or one of a worker that counts more often, still points where those of the others do.
-- A gradient of an asynchronous worker is as old as there are other workers, at any speeds: between two pushes of its own
-- worker come more pushes of the fast and fewer of the slow, and the mean over all gradients is N - 1.
-- "bounded_delay" begins its iterations when "ssp" does and makes one step of each.  Its gradients are as many; they are old
-- by whole steps, not by steps of one worker's share, which acts as momentum: it helps at first, and overshoots where a
-- worker is slow.
-- What the model cannot show: what a step costs at a server, which takes no time here, and networks that asynchronous workers
-- fill more evenly than those that send all at once.
local dt = require "dt"

local workers, lead = 8, 8
local rules = { { sync = "bsp" }, { ["sync.staleness"] = 2 }, { ["sync.staleness"] = lead }, { sync = "async" } }

-- How many times slower each worker is: all alike, one much slower, all different.
local speeds = { { 1, 1, 1, 1, 1, 1, 1, 1 }, { 1, 1, 1, 1, 1, 1, 1, 4 }, { 1, 1.3, 1.6, 2, 2.5, 3, 4, 5 } }

-- The runs of a rule at these speeds.
local function runs(results, rule, slowness)
  local wanted = { slowness = slowness }
  for key, value in pairs(rule) do wanted[key] = value end
  return results:where(wanted)
end

-- Simulated seconds until the loss with which "bsp" ends there: the median over the seeds.
local function time(results, rule, slowness)
  local list = {}
  for _, run in ipairs(runs(results, rule, slowness)) do
    local bsp = runs(results, { sync = "bsp", seed = run.seed }, slowness)
    list[#list + 1] = run:time_to { loss = bsp[1].loss }
  end
  table.sort(list)
  return list[(#list + 1) // 2]
end

-- The mean age of a run's updates.
local function age(run)
  local ages, sum, count = run:table "staleness", 0, 0
  for i, updates in ipairs(ages.updates) do
    sum, count = sum + ages.age[i] * updates, count + updates
  end
  return sum / count
end

return dt.scenario {
  sync = dt.sweep { "bsp", { "ssp", staleness = 2 }, { "ssp", staleness = lead }, "async", { "bounded_delay", delay = lead } },
  slowness = dt.sweep(speeds),
  seeds = 3,

  platform   = { "lan", hosts = workers, bandwidth = "1Gbps", latency = "50us" },
  workers    = workers,
  data       = { "gaussian", rows = 1600, test = 400, columns = 20, classes = 8, spread = 0.6 },
  split      = "iid",
  model      = "softmax",
  optimiser  = { "sgd", lr = 1 },
  batch_size = 0,
  compute    = { seconds = { "exponential", mean = 1 } },
  strategy   = "ps",
  evaluate   = { rounds = 1 },
  stop       = { seconds = 250 },

  claims = {
    ["the looser the bound, the sooner the loss, at any speeds"] = function(results)
      for number, slowness in ipairs(speeds) do
        local before = math.huge
        for _, rule in ipairs(rules) do
          local now = time(results, rule, slowness)
          if now >= before then return false, ("speeds %d: %g s after %g s"):format(number, now, before) end
          before = now
        end
      end
      return true
    end,
    ["without a bound that loss takes at most half of bulk synchronous training's time"] = function(results)
      for number, slowness in ipairs(speeds) do
        local ratio = time(results, { sync = "async" }, slowness) / time(results, { sync = "bsp" }, slowness)
        if ratio > 0.5 then return false, ("speeds %d: %g"):format(number, ratio) end
      end
      return true
    end,
    ["an asynchronous gradient is as old as there are other workers, at any speeds"] = function(results)
      for _, run in ipairs(results:where { sync = "async" }) do
        if math.abs(age(run) / (workers - 1) - 1) > 0.05 then return false, ("run %d: %g"):format(run.id, age(run)) end
      end
      return true
    end,
    ["a bounded delay lets begin as many iterations as bounded staleness does"] = function(results)
      for number, slowness in ipairs(speeds) do
        local function gradients(rule)
          local found = runs(results, rule, slowness)
          return found:median "bytes" / found:median "time_s"
        end
        local ratio = gradients { sync = "bounded_delay" } / gradients(rules[3])
        if math.abs(ratio - 1) > 0.1 then return false, ("speeds %d: %g of ssp's gradients a second"):format(number, ratio) end
      end
      return true
    end,
  },
}
