-- What is it worth that the gradients of the first layers overtake the others?  ByteScheduler's pieces by priority against first
-- in, first out, of three models, over parameter servers and rings; and TicTac's orders of whole layers against random ones, of two
-- networks with branches.
-- Peng et al. 2019 measure up to 196 % more samples a second, against baselines that stay far below what their network could
-- carry (server CPUs, copies).  That part of the gain is not modelled: here the baseline uses its links as well as they can be
-- used, an order that all ranks of a ring need is agreed on at no cost, and communicating does not slow computing down.
-- TicTac's branches are computed one at a time on a host, by the order of the table, where TensorFlow runs what is ready.
-- To see why, run it again with messages and draw a step of runs 4 (first in, first out) and 5 (by priority):
--   build/dtsim run scenarios/bytescheduler.lua -o results/why.h5 --set trace=messages
--   build/dtsim plot results/why.h5 --figure step --run 5 -o step.png
local dt = require "dt"

local models = { { "vgg16", batch = 32 }, { "resnet50", batch = 32 }, { "transformer_base", batch = 16 } }
local bandwidths = { "1Gbps", "10Gbps", "100Gbps" }
local fifo, pieces = { "fifo" }, { "priority", piece = "4MB" }

-- A row is a run; what it does not say is that of VGG16 on four workers with as many servers at 10 Gb/s.
local preset = { model = models[1], workers = 4, bandwidth = "10Gbps", latency = 0, collective = "shards" }
local rows = {}
local function add(row) rows[#rows + 1] = setmetatable(row, { __index = preset }) end

for _, model in ipairs(models) do
  for _, bandwidth in ipairs(bandwidths) do
    for _, collective in ipairs { "shards", "ring" } do
      add { model = model, bandwidth = bandwidth, collective = collective, queue = fifo }
      add { model = model, bandwidth = bandwidth, collective = collective, queue = pieces }
    end
  end
end
add { model = models[3], bandwidth = "100Gbps", queue = { "priority", piece = "200kB" } }
for _, queue in ipairs { { "fifo" }, { "fifo", barrier = true }, { "priority", barrier = true } } do
  add { queue = { queue[1], piece = "4MB", barrier = queue.barrier } }
end
for _, credit in ipairs { 0, "16MB", "600MB" } do
  add { workers = 2, latency = "500us", queue = { "priority", piece = "2MB", credit = credit } }
end
for _, row in ipairs { { "inception_v3", "4Gbps" }, { "resnet50", "8Gbps" } } do
  for _, queue in ipairs { "random", "priority", "tic", "tac" } do
    add { model = { row[1], batch = 32 }, bandwidth = row[2], queue = { queue, piece = 0 } }
  end
end

-- One key of all rows: they advance together.
local function column(read)
  local values = {}
  for i, row in ipairs(rows) do values[i] = read(row) end
  return dt.zip(values)
end

-- Seconds between the ends of two late iterations: the first waits for nobody, and nobody waits for the last.
local function iteration(run)
  local time = run.evaluations.time_s
  return time[#time - 1] - time[#time - 2]
end

-- The iteration of the one run with these values; those of the preset where nothing else is wanted.
local function seconds(results, wanted)
  local all = { ["model.path"] = "vgg16", ["platform.bandwidth"] = "10Gbps", ["platform.latency"] = 0, collective = "shards",
                ["queue.piece"] = 0, ["queue.barrier"] = false }
  for key, value in pairs(wanted) do all[key] = value end
  local found = results:where(all)
  if #found ~= 1 then error(("%d runs are of this kind"):format(#found)) end
  return iteration(found[1])
end

-- The mean iteration but for the first and the last, of whole layers: random orders differ.
local function middle(results, model, bandwidth, queue)
  local time = results:where { ["model.path"] = model, ["platform.bandwidth"] = bandwidth, queue = queue, ["queue.piece"] = 0 }[1].evaluations.time_s
  return (time[#time - 1] - time[2]) / (#time - 3)
end

-- By how much the rate of iterations is higher with pieces by priority than with whole layers first in, first out.
local function gain(results, model, bandwidth, collective)
  local where = { ["model.path"] = model, ["platform.bandwidth"] = bandwidth, collective = collective, queue = "fifo" }
  local before = seconds(results, where)
  where.queue, where["queue.piece"] = "priority", "4MB"
  return before / seconds(results, where) - 1
end

return dt.scenario {
  model      = { "profile", path = column(function(row) return row.model[1] end) },
  batch_size = column(function(row) return row.model.batch end),
  collective = column(function(row) return row.collective end),
  workers    = column(function(row) return row.workers end),
  servers    = { count = column(function(row) return row.collective == "shards" and row.workers or 1 end) },
  queue      = column(function(row)
    local queue = { overhead = "50us" }
    for key, value in pairs(row.queue) do queue[key] = value end
    return queue
  end),
  platform   = { "lan", hosts = 4, servers = 4, speed = "8Tf",
                 bandwidth = column(function(row) return row.bandwidth end),
                 latency = column(function(row) return row.latency end) },
  strategy   = "overlap",
  network    = "CM02",          -- connections stay open: a piece pays its latency once
  data       = { "blank", rows = 4096 },
  evaluate   = { rounds = 1 },
  stop       = { rounds = 5 },

  claims = {
    ["at 10 Gb/s VGG16 gains over 80 % with servers, and less than half of that over a ring"] = function(results)
      local servers, ring = gain(results, "vgg16", "10Gbps", "shards"), gain(results, "vgg16", "10Gbps", "ring")
      return servers > 0.8 and ring < servers / 2, ("%.0f %% and %.0f %%"):format(100 * servers, 100 * ring)
    end,
    ["most of that gain is the cut into pieces, and their order adds a fifth to the speed"] = function(results)
      local times = { whole = seconds(results, {}) }
      for _, run in ipairs(results:where { ["model.path"] = "vgg16", ["platform.bandwidth"] = "10Gbps", collective = "shards",
                                           ["queue.piece"] = "4MB", ["queue.barrier"] = false }) do
        times[run.config.queue[1]] = iteration(run)
      end
      local cut, order = times.whole / times.fifo, times.fifo / times.priority
      return cut > 1.4 and order > 1.15 and cut > order, ("%.2f and %.2f times as fast"):format(cut, order)
    end,
    ["the gain is largest where communicating takes as long as computing, and below 2 % where it is hidden"] = function(results)
      for _, collective in ipairs { "shards", "ring" } do
        local slow, near = gain(results, "vgg16", "1Gbps", collective), gain(results, "vgg16", "10Gbps", collective)
        local fast = gain(results, "vgg16", "100Gbps", collective)
        if not (near > 1.2 * slow and slow > fast and fast < 0.02) then
          return false, ("%s: %.3f, %.3f, %.3f"):format(collective, slow, near, fast)
        end
      end
      return true
    end,
    ["ResNet50, which computes more with each parameter, never gains more than VGG16 with servers"] = function(results)
      for _, bandwidth in ipairs(bandwidths) do
        local less, more = gain(results, "resnet50", bandwidth, "shards"), gain(results, "vgg16", bandwidth, "shards")
        if less > more + 1e-6 then return false, bandwidth end
      end
      return gain(results, "resnet50", "10Gbps", "shards") < gain(results, "vgg16", "10Gbps", "shards") / 2
    end,
    ["at 100 Gb/s pieces of 4 MB speed the Transformer up, and pieces of 200 kB cost it more than they bring"] = function(results)
      local where = { ["model.path"] = "transformer_base", ["platform.bandwidth"] = "100Gbps" }
      local whole = seconds(results, where)
      where["queue.piece"] = "4MB"
      local good = seconds(results, where)
      where["queue.piece"] = "200kB"
      local small = seconds(results, where)
      return good < 0.9 * whole and small > 1.5 * whole, ("%.4f, %.4f and %.4f s"):format(whole, good, small)
    end,
    ["a credit of several pieces hides latency, and one of the whole model leaves nothing to overtake"] = function(results)
      local function time(credit)
        return seconds(results, { ["platform.latency"] = "500us", ["queue.piece"] = "2MB", ["queue.credit"] = credit })
      end
      local one, some, all = time(0), time "16MB", time "600MB"
      return some < one / 1.4 and some < all / 1.4, ("%.3f, %.3f and %.3f s"):format(one, some, all)
    end,
    ["with a barrier the order is worth nothing, and first in, first out loses nothing by one"] = function(results)
      local times = {}
      for _, run in ipairs(results:where { ["model.path"] = "vgg16", ["platform.bandwidth"] = "10Gbps", collective = "shards",
                                           ["queue.piece"] = "4MB" }) do
        local queue = run.config.queue
        if queue[1] == "fifo" or queue.barrier then times[#times + 1] = iteration(run) end
      end
      for _, time in ipairs(times) do
        if math.abs(time / times[1] - 1) > 1e-9 then return false, ("%.9f and %.9f s"):format(times[1], time) end
      end
      return #times == 3
    end,
    ["TIC and TAC save at least 8 % of an iteration in a random order, where communicating takes as long as computing"] = function(results)
      local words = {}
      for model, bandwidth in pairs { inception_v3 = "4Gbps", resnet50 = "8Gbps" } do
        local random = middle(results, model, bandwidth, "random")
        for _, queue in ipairs { "tic", "tac" } do
          local saved = 1 - middle(results, model, bandwidth, queue) / random
          words[#words + 1] = ("%.1f %%"):format(100 * saved)
          if saved < 0.08 then return false, model .. ": " .. words[#words] end
        end
      end
      table.sort(words)
      return true, table.concat(words, ", ")
    end,
    ["what TAC knows of times is worth less than 3 % on these graphs, beside TIC and the order of the table"] = function(results)
      for model, bandwidth in pairs { inception_v3 = "4Gbps", resnet50 = "8Gbps" } do
        local table_order = middle(results, model, bandwidth, "priority")
        for _, queue in ipairs { "tic", "tac" } do
          local ratio = middle(results, model, bandwidth, queue) / table_order
          if math.abs(ratio - 1) > 0.03 then return false, ("%s, %s: %.3f"):format(model, queue, ratio) end
        end
      end
      return true
    end,
    ["a queue moves bytes in time alone: equal models send equal bytes"] = function(results)
      for _, run in ipairs(results) do
        local alike = { ["model.path"] = run.config.model.path, collective = run.config.collective, workers = run.config.workers }
        for _, other in ipairs(results:where(alike)) do if other.bytes ~= run.bytes then return false end end
      end
      return true
    end,
  },
}
