-- How many backup workers?  Of 24 workers the first 24 - b gradients end a step of synchronous SGD, and nobody waits for the
-- other b.  A step then takes as long as the (24 - b)th of 24 times: if every time is .5 s and an exponential part of .5 s on
-- average, .5 + .5 (H_24 - H_b), with H_n = 1 + 1/2 + ... + 1/n.  Fewer gradients in less time: the gradients a second have
-- their most where about a third is spare.  Were all of the time exponential, they would rise up to the last spare worker.
-- These numbers are those of late = "leave": the late break off and begin the next step with all others.  Where they finish
-- first what is then dropped, fewer than 24 take part in the race for the next step, which takes longer.  Where their
-- gradients count later, nothing is dropped, and steps are shorter still, since many gradients were begun before their step.
-- What the model cannot show: whether fewer gradients a step learn as much, since nothing is learnt here; and stragglers that
-- are always the same, whose samples backup workers never learn from.
local dt = require "dt"

local workers, spares = 24, { 0, 4, 8, 12, 16, 20 }
local shifted, plain = { "shifted_exponential", shift = 0.5, mean = 0.5 }, { "exponential", mean = 1 }

local function H(n)
  local sum = 0
  for i = 1, n do sum = sum + 1 / i end
  return sum
end

local sync, seconds = {}, {}
local function case(spare, late, time)
  table.insert(sync, { "backup", spare = spare, late = late })
  table.insert(seconds, time)
end
for _, time in ipairs { shifted, plain } do
  for _, spare in ipairs(spares) do case(spare, "leave", time) end
end
case(8, "finish", shifted)
case(8, "wait", shifted)

-- Seconds of a step.
local function step(results, spare, late, time)
  local run = results:where { ["sync.spare"] = spare, ["sync.late"] = late, ["compute.seconds"] = time }
  return run:median "time_s" / run:median "rounds"
end

-- Gradients a second that count.
local function rate(results, spare, time) return (workers - spare) / step(results, spare, "leave", time) end

return dt.scenario {
  sync    = dt.zip(sync),
  compute = { seconds = dt.zip(seconds) },

  platform   = { "lan", hosts = workers, bandwidth = "10Gbps", latency = "1us" },
  workers    = workers,
  data       = { "blank", rows = 24 * 32, columns = 10 },
  model      = "softmax",
  optimiser  = "sgd",
  strategy   = "ps",
  learn      = false,
  evaluate   = { rounds = 700 },
  stop       = { rounds = 700 },

  claims = {
    ["a step takes .5 + .5 (H_24 - H_b) s, or H_24 - H_b s, within 5 %"] = function(results)
      for _, spare in ipairs(spares) do
        for time, formula in pairs { [shifted] = 0.5 + 0.5 * (H(workers) - H(spare)), [plain] = H(workers) - H(spare) } do
          local ratio = step(results, spare, "leave", time) / formula
          if math.abs(ratio - 1) > 0.05 then return false, ("b = %d: %g of the formula"):format(spare, ratio) end
        end
      end
      return true
    end,
    ["the gradients a second have their most where a sixth to a half of the workers is spare"] = function(results)
      local best = 0
      for _, spare in ipairs(spares) do
        if rate(results, spare, shifted) > rate(results, best, shifted) then best = spare end
      end
      return best >= 4 and best <= 12, ("most at b = %d"):format(best)
    end,
    ["without a part that all times have they rise up to the last spare worker"] = function(results)
      for i = 2, #spares do
        if rate(results, spares[i], plain) <= rate(results, spares[i - 1], plain) then return false, ("b = %d"):format(spares[i]) end
      end
      return true
    end,
    ["late workers that finish make steps longer than those that leave, and those whose gradients count later shorter"] = function(results)
      local finish, leave, wait = step(results, 8, "finish", shifted), step(results, 8, "leave", shifted), step(results, 8, "wait", shifted)
      return wait < leave and leave < finish, ("%g, %g and %g s"):format(finish, leave, wait)
    end,
    ["as many are late in a step as are spare if they leave, and fewer if they finish"] = function(results)
      local function late(what)
        local run = results:where { ["sync.spare"] = 8, ["sync.late"] = what, ["compute.seconds"] = shifted }
        return run:median "late_updates" / run:median "rounds"
      end
      return late "leave" == 8 and late "finish" < 8, ("%g and %g"):format(late "leave", late "finish")
    end,
    ["no gradient is old that counts, unless the late count later"] = function(results)
      for _, late in ipairs { "leave", "finish", "wait" } do
        for _, run in ipairs(results:where { ["sync.late"] = late }) do
          local ages, oldest = run:table "staleness", 0
          for i, updates in ipairs(ages.updates) do
            if updates > 0 then oldest = math.max(oldest, ages.age[i]) end
          end
          if (oldest > 0) ~= (late == "wait") then return false, ("run %d: %d steps old"):format(run.id, oldest) end
        end
      end
      return true
    end,
  },
}
