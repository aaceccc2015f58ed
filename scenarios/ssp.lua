-- How far may workers run ahead of each other?  A parameter server with all the ways to wait, and workers whose speeds
-- differ, whose steps take times that vary, and who hold different classes.
-- A tight bound wastes time, and without one the samples of the fast count more: the best is in between.  (Where shards are
-- alike there is no such price, and asynchronous workers win.)
local dt = require "dt"

local margin = 0.01     -- above the least loss that any way reaches with that seed

-- Simulated seconds until the loss is that near to the least: the median over the seeds.
local function time(results, sync)
  local list = {}
  for _, run in ipairs(results:where(sync)) do
    local least = math.huge
    for _, other in ipairs(results:where { seed = run.seed }) do
      least = math.min(least, table.unpack(other.evaluations.loss))
    end
    list[#list + 1] = run:time_to { loss = least + margin }
  end
  table.sort(list)
  return list[(#list + 1) // 2]
end

return dt.scenario {
  sync = dt.sweep { "bsp", { "ssp", staleness = 1 }, { "ssp", staleness = 4 }, { "ssp", staleness = 16 }, "async" },
  seeds = 5,

  platform   = { "lan", hosts = 8, bandwidth = "1Gbps", latency = "50us" },
  workers    = 8,
  data       = { "gaussian", rows = 1600, test = 400, columns = 20, classes = 8, spread = 0.6 },
  split      = "by_label",
  model      = "softmax",
  optimiser  = { "sgd", lr = 1 },
  batch_size = 0,
  slowness   = { 1, 1.4, 1.9, 2.3, 2.7, 3.1, 3.6, 4 },
  compute    = { seconds = { "exponential", mean = 1 } },
  strategy   = "ps",
  evaluate   = { rounds = 1 },
  stop       = { seconds = 800 },

  claims = {
    ["the looser the bound, the more gradients in the same time"] = function(results)
      local before = 0
      for _, sync in ipairs { { sync = "bsp" }, { ["sync.staleness"] = 1 }, { ["sync.staleness"] = 4 },
                              { ["sync.staleness"] = 16 }, { sync = "async" } } do
        local rounds = results:where(sync):median "rounds"
        if rounds <= before then return false end
        before = rounds
      end
      return true
    end,
    ["a bound that is neither tight nor absent comes near the least loss first"] = function(results)
      local bounded = time(results, { ["sync.staleness"] = 16 })
      return bounded < time(results, { sync = "bsp" }) and bounded < time(results, { sync = "async" })
    end,
    ["an asynchronous gradient is as old as there are other workers"] = function(results)
      for _, run in ipairs(results:where { sync = "async" }) do
        local ages, sum, count = run:table "staleness", 0, 0
        for i, updates in ipairs(ages.updates) do
          sum, count = sum + ages.age[i] * updates, count + updates
        end
        if math.abs(sum / count - 7) > 0.05 * 7 then return false, ("run %d: %g"):format(run.id, sum / count) end
      end
      return true
    end,
  },
}
