-- Which all-reduce is fastest for which vector on how many machines, and what do tasks that a driver launches cost?
-- One exchange on a switch without contention inside (CM02, 50 us and 10 Gb/s), whose times are formulas: with N bytes, alpha for a
-- start-up and beta for a byte a ring takes 2 (p-1) alpha + 2 ((p-1)/p) N beta.  The model cannot show what a switch does that cannot
-- carry p (p - 1) flows at once (scatter_reduce, shuffle), the time of kernels and of Spark's schedulers beyond launch, or noise.
local dt = require "dt"

local alpha, beta = 50e-6, 8 / 10e9
local KB, MB      = 250, 250000                 -- entries of a vector

-- One run each: name, workers, entries, seconds of computing, rounds.
local runs = {}
local function add(collective, workers, entries, compute, rounds)
  table.insert(runs, { collective = collective, workers = workers, entries = entries, compute = compute or 1e-9, rounds = rounds or 1 })
end
for _, name in ipairs { "ring", "halving", "doubling", "tree", "torus2d", "scatter_reduce", "star" } do
  add(name, 64, KB)
  if name ~= "doubling" and name ~= "tree" then add(name, 64, 40 * MB) end
end
for _, name in ipairs { "ring", "tree", "torus2d" } do add(name, 64, MB) end
add({ "double_tree", piece = "50kB" }, 64, MB)
for _, entries in ipairs { 60 * KB, 250 * KB } do       -- the crossover on 16 machines is at 118 kB
  add("doubling", 16, entries)
  add("halving", 16, entries)
end
local work, launch = 25, 0.005                  -- s of computing that n tasks share, and s for launching one
for _, n in ipairs { 25, 50, 100 } do add({ "shuffle", launch = launch }, n, KB, work / n) end
add({ "shuffle", launch = launch, group = 3 }, 100, KB, work / 100, 3)
for _, depth in ipairs { 1, 2 } do add({ "driver", depth = depth, broadcast = "direct", launch = 0 }, 64, 40 * MB) end
add({ "driver", depth = 2, broadcast = "torrent", launch = 0 }, 64, 40 * MB)

local function column(key)
  local values = {}
  for i, run in ipairs(runs) do values[i] = run[key] end
  return dt.zip(values)
end

-- Seconds of a round of the first run of that collective, workers and entries of which more, a text, is true.
local function seconds(results, name, workers, entries, option, value)
  for i, run in ipairs(runs) do
    local own = type(run.collective) == "table" and run.collective or { run.collective }
    if own[1] == name and run.workers == workers and run.entries == entries and (option == nil or own[option] == value) then
      return results[i].time_s / run.rounds
    end
  end
  error("no such run: " .. name)
end

local function near(is, should, within) return math.abs(is / should - 1) <= within end

return dt.scenario {
  collective = column "collective",
  workers    = column "workers",
  data       = { "blank", rows = 6400, columns = column "entries", classes = 0 },
  compute    = { seconds = column "compute" },
  stop       = { rounds = column "rounds" },
  platform   = { "lan", bandwidth = "10Gbps", latency = "25us" },
  network    = "CM02",
  model      = { "linear", bias = false },
  learn      = false,
  strategy   = "sgd",
  batch_size = 1,

  claims = {
    ["of 1 kB on 64 machines a ring takes (p - 1) / log2(p) = 10.5 times as long as halving, of 40 MB at most 1.1 times"] =
      function(results)
        return near(seconds(results, "ring", 64, KB) / seconds(results, "halving", 64, KB), 10.5, 0.02)
           and seconds(results, "ring", 64, 40 * MB) < 1.1 * seconds(results, "halving", 64, 40 * MB)
      end,
    ["large vectors take 2 ((p-1)/p) N beta by ring, halving, torus or scatter-reduce, and p times 2 N beta by one server"] =
      function(results)
        local bytes = 4 * 40 * MB
        for _, name in ipairs { "halving", "torus2d", "scatter_reduce" } do
          if not near(seconds(results, name, 64, 40 * MB), 2 * 63 / 64 * bytes * beta, 0.03) then return false, name end
        end
        return near(seconds(results, "ring", 64, 40 * MB), 126 * alpha + 2 * 63 / 64 * bytes * beta, 1e-6)
           and near(seconds(results, "star", 64, 40 * MB), 2 * alpha + 2 * 64 * bytes * beta, 1e-6)
      end,
    ["of 1 kB scatter-reduce, doubling and halving are the fastest without a server, in this order, and the ring is the slowest"] =
      function(results)
        local order = { "scatter_reduce", "doubling", "halving", "torus2d", "ring" }
        for i = 2, #order do
          if seconds(results, order[i - 1], 64, KB) >= seconds(results, order[i], 64, KB) then return false, order[i] end
        end
        return true
      end,
    ["doubling and halving change places at alpha log2(p) / (beta (log2(p) - 2 + 2/p)), 118 kB on 16 machines"] = function(results)
      return seconds(results, "doubling", 16, 60 * KB) < seconds(results, "halving", 16, 60 * KB)
         and seconds(results, "doubling", 16, 250 * KB) > seconds(results, "halving", 16, 250 * KB)
    end,
    ["of 1 MB on 64 machines a double tree in pieces takes less than 0.6 of a ring and of a tree; the torus takes less yet"] =
      function(results)
        local double = seconds(results, "double_tree", 64, MB)
        return double < 0.6 * seconds(results, "ring", 64, MB) and double < 0.6 * seconds(results, "tree", 64, MB)
           and seconds(results, "torus2d", 64, MB) < double
      end,
    ["work that n tasks share takes least with sqrt(work / (2 launch)) = 50 of them, and a quarter more with half or twice as many"] =
      function(results)
        local best = seconds(results, "shuffle", 50, KB)
        return near(best, 1, 0.01) and near(seconds(results, "shuffle", 25, KB), 1.25, 0.01)
           and near(seconds(results, "shuffle", 100, KB, "group", nil), 1.25, 0.01)
      end,
    ["three exchanges whose tasks are launched together spend a third of the time on launching"] = function(results)
      local each, group = seconds(results, "shuffle", 100, KB, "group", nil), seconds(results, "shuffle", 100, KB, "group", 3)
      return near((group - work / 100) / (each - work / 100), 1 / 3, 0.02)
    end,
    ["a tree of depth 2 takes 15 vectors in instead of 64, and a torrent 1 + 63/64 out"] = function(results)
      local whole = 4 * 40 * MB * beta
      local function driver(depth, broadcast)
        for i, run in ipairs(runs) do
          if run.collective.depth == depth and run.collective.broadcast == broadcast then return results[i].time_s end
        end
      end
      return near(driver(1, "direct"), (64 + 64) * whole, 1e-3) and near(driver(2, "direct"), (15 + 64) * whole, 1e-3)
         and near(driver(2, "torrent"), (15 + 1 + 63 / 64) * whole, 2e-3)
    end,
  },
}
