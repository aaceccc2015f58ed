-- How many parameter servers, what do failures of servers cost, and is it worth computing the slowest gradients twice?
-- First the law of a barrier: with S servers of their own a round takes 2 a + 2 max(1, N / S) 4 n / B and the computing; a is the
-- latency of a route, B the bandwidth of a link, n the parameters.  Then servers that fail every ten minutes each: checkpoints
-- that take a few seconds, more or less often (Young 1974: best is about the square root of 2 * seconds of a checkpoint * seconds
-- between failures), and a copy at the next server, which takes over.  That one then serves two ranges to the end, so that rounds
-- take longer: what a copy saves in lost work it costs in longer rounds.  Then steps of which one in twenty takes ten times as long.
-- Only time and bytes are simulated: what it does to a model that a part of it is minutes older than the rest, it does not show.
local dt = require "dt"

local latency, bandwidth = 100e-6, 1.25e9
local route = 2 * latency       -- of two links
local rows = {}
local preset = { part = "law", strategy = "ps", workers = 16, servers = { count = 1 }, seconds = 0.5, stop = { rounds = 5 } }
local function add(row) rows[#rows + 1] = setmetatable(row, { __index = preset }) end

for _, count in ipairs { 1, 2, 4, 8, 16 } do add { servers = { count = count } } end
add { servers = { count = 16, on = "workers" } }
add { strategy = "sgd" }

local function fails(servers)
  servers.count = 4
  add { part = "failures", workers = 4, servers = servers, seconds = 1.5, stop = { seconds = 1800 },
        faults = { servers = { crash = { "exponential", mean = 600 }, recover = 20, notice = 1 } } }
end
fails { checkpoint = { seconds = 20, bandwidth = "10MBps" } }
fails { checkpoint = { seconds = 80, bandwidth = "10MBps" } }
fails { checkpoint = { seconds = 320, bandwidth = "10MBps" } }
fails { replicas = 1, checkpoint = { seconds = 320, bandwidth = "10MBps" } }

for _, strategy in ipairs { "ps", { "speculative", share = 0.75 } } do
  add { part = "stragglers", strategy = strategy, seconds = { "bimodal", fast = 60, slow = 600, share = 0.05 }, stop = { rounds = 50 } }
end

local function column(read)
  local values = {}
  for i, row in ipairs(rows) do values[i] = read(row) end
  return dt.zip(values)
end

-- Seconds of a round, without the first and the last one.
local function round_s(run)
  local time = run.evaluations.time_s
  return (time[#time - 1] - time[2]) / (#time - 3)
end

-- Bytes of the model: each worker sends and gets it once a round.
local function size(run) return run.bytes / run.rounds / 16 / 2 end

local function median(list)
  table.sort(list)
  return list[(#list + 1) // 2]
end

-- Rounds of work that were lost with failed servers: pushes of 4 workers to 4 ranges each; done: those that are left instead.
local function lost(results, seconds, replicas, done)
  local list = {}
  for _, run in ipairs(results:where { ["servers.checkpoint.seconds"] = seconds, ["servers.replicas"] = replicas }) do
    local rounds = 0
    for _, pushes in ipairs(run:table "durability".pushes) do rounds = rounds + pushes / 16 end
    list[#list + 1] = done and run.rounds - rounds or rounds
  end
  return median(list)
end

local function progress(results, seconds) return lost(results, seconds, 0, true) end

return dt.scenario {
  workers   = column(function(row) return row.workers end),
  strategy  = column(function(row) return row.strategy end),
  servers   = column(function(row) return row.servers end),
  compute   = { seconds = column(function(row) return row.seconds end) },
  faults    = column(function(row) return row.faults or {} end),
  stop      = column(function(row) return row.stop end),
  seeds     = 3,

  platform   = { "lan", hosts = 16, servers = 16, bandwidth = "10Gbps", latency = latency },
  network    = "CM02",
  window     = 0,
  model      = { "profile", path = "alexnet" },
  data       = { "blank", rows = 51200 },
  collective = "ring",
  evaluate   = { rounds = 1 },

  claims = {
    ["a round with servers of their own takes what the law says, to 1 %"] = function(results)
      for _, count in ipairs { 1, 2, 4, 8, 16 } do
        local run = results:where { strategy = "ps", ["stop.rounds"] = 5, ["servers.on"] = "own", ["servers.count"] = count }[1]
        local wanted = 2 * route + 2 * math.max(1, 16 / count) * size(run) / bandwidth + 0.5
        if math.abs(round_s(run) / wanted - 1) > 0.01 then
          return false, ("%d servers: %.4f s, by the law %.4f s"):format(count, round_s(run), wanted)
        end
      end
      return true
    end,
    ["a server on every worker's host takes as long as a ring, to 5 %"] = function(results)
      local servers, ring = results:where { ["servers.on"] = "workers" }[1], results:where { strategy = "sgd" }[1]
      return math.abs(round_s(servers) / round_s(ring) - 1) < 0.05, ("%g s and %g s"):format(round_s(servers), round_s(ring))
    end,
    ["most work is left with checkpoints as often as Young says"] = function(results)
      local often, young, seldom = progress(results, 20), progress(results, 80), progress(results, 320)
      return young > often and young > seldom, ("%g, %g and %g rounds"):format(often, young, seldom)
    end,
    ["with a copy besides, checkpoints as rare lose a third at most of what they lose alone"] = function(results)
      local alone, copied = lost(results, 320, 0), lost(results, 320, 1)
      return copied <= alone / 3, ("%g of %g rounds"):format(copied, alone)
    end,
    ["copies of the slowest steps save a third of the time at least"] = function(results)
      local ps = results:where { ["stop.rounds"] = 50, strategy = "ps" }:median "time_s"
      local copies = results:where { strategy = "speculative" }:median "time_s"
      return copies < 2 / 3 * ps, ("%g s of %g s"):format(copies, ps)
    end,
  },
}
