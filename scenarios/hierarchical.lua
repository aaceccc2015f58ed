-- When should data centres in five regions of the world average through one leader each?
-- Synchronous SGD on a model of 25 million parameters, time and bytes alone, with five ways of forming the mean.  Workers are
-- numbered region after region, so that the ring and the tree cross few long links, too.
local dt = require "dt"

local regions, rounds = 5, 3
local model           = 4 * 25557032            -- B: resnet50

-- Does every run with this collective send between regions what models(workers of a region) says, in models a round?
local function sends(results, collective, models)
  for _, run in ipairs(results:where { collective = collective }) do
    local law = rounds * models(run.config.platform.hosts) * model
    if math.abs(run:value "bytes_between" / law - 1) > 1e-6 then return false end
  end
  return true
end

local function time(results, collective, hosts, scale)
  return results:where { collective = collective, ["platform.hosts"] = hosts, ["platform.scale"] = scale }:median "time_s"
end

return dt.scenario {
  collective = dt.sweep { "hierarchical", "ring", "halving", "tree", "star" },
  platform   = { "wan", regions = regions, hosts = dt.sweep { 2, 8 }, scale = dt.sweep { 1, 10 }, speed = "1Tf" },
  sites      = "region",
  network    = "CM02",                          -- connections stay open
  data       = { "blank", rows = 4096 },
  model      = { "profile", path = "resnet50" },
  strategy   = "sgd",
  batch_size = 8,
  stop       = { rounds = rounds },

  claims = {
    ["between regions travel 2 (5 - 1) models a round, however many workers a region has"] = function(results)
      for _, run in ipairs(results:where { collective = "hierarchical" }) do
        if run:value "bytes_between" ~= rounds * 2 * (regions - 1) * model then return false end
      end
      return true
    end,
    ["a ring of all workers sends 2 (p - 1) / p over each of five edges, a star all of every worker that is not in its region"] =
      function(results)
        return sends(results, "ring", function(hosts) return 2 * regions * (1 - 1 / (regions * hosts)) end)
           and sends(results, "star", function(hosts) return 2 * (regions - 1) * hosts end)
      end,
    ["over links as they were measured it is the fastest"] = function(results)
      for _, other in ipairs { "ring", "halving", "tree", "star" } do
        for _, hosts in ipairs { 2, 8 } do
          if time(results, "hierarchical", hosts, 1) >= time(results, other, hosts, 1) then return false end
        end
      end
      return true
    end,
    ["over links ten times as wide start-ups decide: halving is faster with few workers, the tree with many"] = function(results)
      return time(results, "halving", 2, 10) < time(results, "hierarchical", 2, 10)
         and time(results, "tree", 8, 10) < time(results, "hierarchical", 8, 10)
    end,
    ["four times the workers take it at most a quarter longer, and the ring more than twice as long"] = function(results)
      for _, scale in ipairs { 1, 10 } do
        if time(results, "hierarchical", 8, scale) > 1.25 * time(results, "hierarchical", 2, scale)
          or time(results, "ring", 8, scale) < 2 * time(results, "ring", 2, scale) then return false end
      end
      return true
    end,
  },
}
