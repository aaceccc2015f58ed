-- How long does ResNet-50 take in five data centres, and what should change first?
-- Time and bytes alone: forty hosts in five regions average every step or every fourth, around a ring or in each region first.
-- "dtsim report" of its results says in words what each way takes and waits for, names the regions on the map, and has a table of
-- the bytes from region to region.  The ring is not claimed to be slow: its 78 messages a step wait for each other's arrival here,
-- which a ring that sends on at once does not (sim/engine/VALIDITY.md).
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
  queue      = { "bucket", credit = "1GB" },    -- overlap: fused as in DistributedDataParallel, and all may be on their way at a time
  collective = dt.sweep { "ring", "hierarchical" },
  batch_size = 64,
  trace      = "messages",
  stop       = { steps = steps },

  claims = {
    ["averaging every fourth step, in each region first, takes less than two fifths of the time of every step"] = function(results)
      return time(results, "hierarchical", "localsgd") < 0.4 * time(results, "hierarchical", "sgd")
    end,
    ["overlap, whose buckets travel at the same time, is faster than sgd by a tenth, in each region first"] = function(results)
      return time(results, "hierarchical", "overlap") < 0.9 * time(results, "hierarchical", "sgd")
    end,
    ["between regions travel 2 (5 - 1) models a round"] = function(results)
      for _, run in ipairs(results:where { collective = "hierarchical" }) do
        if run:value "bytes_between" ~= run.rounds * 2 * (regions - 1) * model then return false end
      end
      return true
    end,
  },
}
