-- How long does ResNet-50 take in five data centres, and what should change first?
-- Time and bytes alone: forty hosts in five regions average every step or every fourth, around a ring or in each region first.
-- "dtsim report" of its results says in words what each way takes and waits for, names the regions on the map, and has a table of
-- the bytes from region to region.
local dt = require "dt"

local regions, steps, period = 5, 12, 4
local model = 4 * 25557032            -- B: resnet50

local function time(results, collective, strategy)
  return results:where { collective = collective, strategy = strategy }:median "time_s"
end

return dt.scenario {
  platform   = { "wan", regions = regions, hosts = 8, speed = "20Tf", scale = 5, idle_watts = 300, busy_watts = 1500 },
  sites      = "region",
  network    = "CM02",                  -- connections stay open
  data       = { "blank", rows = 1000000 },
  model      = { "profile", path = "resnet50" },
  strategy   = dt.sweep { "sgd", "overlap", { "localsgd", period = period } },
  collective = dt.sweep { "ring", "hierarchical" },
  batch_size = 64,
  trace      = "messages",
  stop       = { steps = steps },

  claims = {
    ["averaging in each region first is at least three times as fast as around a ring, however often"] = function(results)
      for _, strategy in ipairs { "sgd", "overlap", "localsgd" } do
        if time(results, "hierarchical", strategy) > time(results, "ring", strategy) / 3 then return false, strategy end
      end
      return true
    end,
    ["and averaging every fourth step then takes less than two fifths of the time"] = function(results)
      return time(results, "hierarchical", "localsgd") < 0.4 * time(results, "hierarchical", "sgd")
    end,
    ["overlap hides no more than what a step computes"] = function(results)
      local run = results:where { collective = "hierarchical", strategy = "overlap" }[1]
      local computed = run:table "workers".compute_s[1]
      return time(results, "hierarchical", "sgd") - run.time_s <= 1.01 * computed
    end,
    ["between regions travel 2 (5 - 1) models a round"] = function(results)
      for _, run in ipairs(results:where { collective = "hierarchical" }) do
        if run:value "bytes_between" ~= run.rounds * 2 * (regions - 1) * model then return false end
      end
      return true
    end,
  },
}
