-- Which relaxation of data-parallel training is worth it on which network: fewer bits, fewer partners, or not to wait?
-- BAGUA's six algorithms train VGG16 on 16 machines over a grid of bandwidths and latencies, where nothing is learnt, and a
-- small network on 8, where it is.  "dtsim help systems" has them by name (bagua_allreduce, ...); here what is sent and what
-- is hidden behind the backward pass are looked at one by one.
-- What it cannot show: BAGUA's 1.94 times over the best competitor, which contains that competitor's own losses; that 8 bits
-- or 1-bit Adam harm some large models and not others.  Encoding takes no time here.
-- With messages of 4 MB and 5 ms of latency a decentralised step is five times as fast as a ring, but not even twice as
-- fast as the scatter-reduce that BAGUA itself uses.  Fusing buckets brings little here, as VGG16 has few layers.
local dt = require "dt"

local vgg, small = { "profile", path = "vgg16" }, { "mlp", widths = { 970 } }     -- 553 and 4 MB
local signs = { "sign", twice = true }

-- Strategy, compressor, collective and graph of the algorithms, without anything hidden behind backward.
local algorithms = {
  allreduce = { strategy = { "sgd" }, collective = "shards" },
  ring      = { strategy = { "sgd" }, collective = "ring" },
  qsgd      = { strategy = { "sgd" }, compress = { "quantize", bits = 8, twice = true }, collective = "shards" },
  onebit    = { strategy = { "onebit_adam", warmup = 1 }, compress = signs, collective = "shards" },
  decen32   = { strategy = { "gossip", form = "adapt" }, topology = "pairs" },
  decen8    = { strategy = { "gossip", form = "difference" }, compress = { "quantize", bits = 8 }, topology = "ring" },
}
local sent = { "allreduce", "ring", "qsgd", "onebit", "decen32", "decen8" }

-- A row is a run; what it does not say is that of VGG16 on 16 machines.
local preset = { strategy = { "sgd" }, compress = { "none" }, collective = "ring", topology = "ring",
                 queue = { "whole" }, model = vgg, hosts = 16, bandwidth = "10Gbps", latency = "25us", learn = false, slow = 1,
                 optimiser = { "sgd", lr = 0.05 },
                 stop = { rounds = 4 }, every = { rounds = 1 }, compute = 0.1, rows = 16 * 32 * 4, features = 1000 }
local rows = {}
local function add(what, row, more)
  local whole = {}
  for key, value in pairs(row) do whole[key] = value end
  for key, value in pairs(more or {}) do whole[key] = value end
  whole.what = what
  rows[#rows + 1] = setmetatable(whole, { __index = preset })
end

for _, bandwidth in ipairs { "1Gbps", "10Gbps" } do             -- a way has two links
  for _, name in ipairs(sent) do add(name .. " 50us " .. bandwidth, algorithms[name], { bandwidth = bandwidth }) end
end
for _, name in ipairs(sent) do
  add(name .. " 5ms 1Gbps", algorithms[name], { bandwidth = "1Gbps", latency = "2.5ms", model = small })
end

-- Overlap and fusion, with 2 ms for every part and direction: both; all at once after backward; every layer by itself.
local overlapped = { strategy = { "overlap" }, collective = "shards", compute = 0.5 }
add("all", overlapped, { queue = { "bucket", size = "10MiB", barrier = true, overhead = "2ms" } })
add("no overlap", overlapped, { queue = { "whole", overhead = "2ms" } })
add("no fusion", overlapped, { queue = { "fifo", barrier = true, overhead = "2ms" } })

-- What is learnt: 8 workers; where one is slow, by time.
local learns = { hosts = 8, model = { "mlp", widths = { 64 } }, learn = true, compute = 0.01, rows = 16384, features = 32,
                 stop = { rounds = 400 }, every = { rounds = 200 } }
local function learn(what, row, more)
  local whole = {}
  for _, table in ipairs { learns, row, more or {} } do for key, value in pairs(table) do whole[key] = value end end
  add(what, whole)
end
local adam = { optimiser = { "adam", lr = 0.001 } }
learn("Adam", algorithms.allreduce, adam)
learn("1-bit Adam", { strategy = { "onebit_adam", warmup = 80 }, compress = signs, collective = "shards" }, adam)
learn("1-bit Adam without memories", { strategy = { "onebit_adam", warmup = 80 }, collective = "shards",
                                       compress = { "sign", twice = true, error_feedback = false } }, adam)
for _, name in ipairs { "allreduce", "qsgd", "decen32", "decen8" } do learn("learns by " .. name, algorithms[name]) end
local late = { slow = 5, stop = { seconds = 3 }, every = { seconds = 0.5 } }
learn("slow allreduce", algorithms.allreduce, late)
learn("slow async", { strategy = { "async_average" }, collective = "ring" }, late)

-- One key of all rows: they advance together.
local function column(read)
  local values = {}
  for i, row in ipairs(rows) do values[i] = read(row) end
  return dt.zip(values)
end

local function run(results, what)
  for i, row in ipairs(rows) do if row.what == what then return results[i] end end
  error("there is no row " .. what)
end

-- Seconds of the last whole iteration but one: nobody waits for the last, and 1-bit Adam's first is in full precision.
local function seconds(results, what)
  local time = run(results, what).evaluations.time_s
  return time[#time - 1] - time[#time - 2]
end

-- What of it is communication.
local function sending(results, what) return seconds(results, what) - preset.compute end

-- Bytes of a late iteration, of all workers.
local function bytes(results, what)
  local sum = run(results, what).evaluations.bytes
  return sum[#sum - 1] - sum[#sum - 2]
end

return dt.scenario {
  platform   = { "lan", speed = "8Tf", hosts = column(function(row) return row.hosts end),
                 bandwidth = column(function(row) return row.bandwidth end),
                 latency = column(function(row) return row.latency end) },
  workers    = column(function(row) return row.hosts end),
  servers    = { count = column(function(row) return row.collective == "shards" and row.hosts or 1 end), on = "workers" },
  strategy   = column(function(row) return row.strategy end),
  compress   = column(function(row) return row.compress end),
  collective = column(function(row) return row.collective end),
  topology   = column(function(row) return row.topology end),
  queue      = column(function(row) return row.queue end),
  model      = column(function(row) return row.model end),
  data       = { "gaussian", rows = column(function(row) return row.rows end),
                 columns = column(function(row) return row.features end),
                 classes = 10, spread = 0.3 },
  learn      = column(function(row) return row.learn end),
  optimiser  = column(function(row) return row.optimiser end),
  compute    = { seconds = column(function(row) return row.compute end) },
  slowness   = { "each", values = column(function(row)
    local values = {}
    for worker = 1, row.hosts do values[worker] = worker == row.hosts and row.slow or 1 end
    return values
  end) },
  batch_size = 32,
  network    = "CM02",          -- connections stay open: a message pays its latency once
  evaluate   = column(function(row) return row.every end),
  stop       = column(function(row) return row.stop end),

  claims = {
    ["at 1 and 10 Gb/s a step of VGG16 sends in the order 1-bit Adam, QSGD, Decen-8, Decen-32, all-reduce"] = function(results)
      for _, bandwidth in ipairs { "1Gbps", "10Gbps" } do
        local time = {}
        for _, name in ipairs(sent) do time[name] = sending(results, name .. " 50us " .. bandwidth) end
        if not (4 * time.onebit < time.qsgd and time.qsgd < time.decen8 and 1.5 * time.decen8 < time.decen32 and
                1.5 * time.decen32 < time.allreduce) then return false, bandwidth end
      end
      return true
    end,
    ["these times are 2 (p - 1) / p N / B of what is left of N, N / B for a pair and N / 2 B on the ring, to 2 %"] = function(results)
      local n = 4 * 138357544 / 125e6
      local wanted = { ring = 15 / 8, allreduce = 15 / 8, qsgd = 15 / 32, onebit = 15 / 256, decen32 = 1, decen8 = 1 / 2 }
      for name, share in pairs(wanted) do
        local time = sending(results, name .. " 50us 1Gbps")
        if math.abs(time / (share * n) - 1) > 0.02 then return false, ("%s: %.4f of %.4f s"):format(name, time, share * n) end
      end
      return true
    end,
    ["QSGD sends a quarter of all-reduce's bytes, 1-bit Adam a 32nd, to 1 %"] = function(results)
      local all = bytes(results, "allreduce 50us 1Gbps")
      local quarter, bit = bytes(results, "qsgd 50us 1Gbps") / all, bytes(results, "onebit 50us 1Gbps") / all
      return math.abs(4 * quarter - 1) < 0.01 and math.abs(32 * bit - 1) < 0.01, ("%.5f and %.5f"):format(quarter, bit)
    end,
    ["4 MB at 5 ms: a step of pairs is 5 times as fast as that of a ring, not twice as that of a scatter-reduce"] = function(results)
      local ring, scatter = sending(results, "ring 5ms 1Gbps"), sending(results, "allreduce 5ms 1Gbps")
      local pair = sending(results, "decen32 5ms 1Gbps")
      return ring > 5 * pair and scatter < 2 * pair and scatter > 1.7 * pair, ("%.2f and %.2f times"):format(ring / pair, scatter / pair)
    end,
    ["overlap saves no more than the backward pass takes, and more than half of it; fusion what parts cost"] = function(results)
      local all, late, apart = seconds(results, "all"), seconds(results, "no overlap"), seconds(results, "no fusion")
      local backward = 0.5 * 2 / 3
      return late - all < backward and late - all > backward / 2 and apart > all and apart - all < 16 * 2 * 0.002,
        ("%.3f, %.3f and %.3f s"):format(all, late, apart)
    end,
    ["1-bit Adam ends within 3 % of Adam's loss; without error memories at least 5 % above"] = function(results)
      local adam, bit = run(results, "Adam").loss, run(results, "1-bit Adam").loss
      local forgets = run(results, "1-bit Adam without memories").loss
      return math.abs(bit / adam - 1) < 0.03 and forgets > 1.05 * adam, ("%.4f, %.4f and %.4f"):format(adam, bit, forgets)
    end,
    ["QSGD, Decen-32 and Decen-8 learn as all-reduce does, to 2 % of its loss"] = function(results)
      local loss = run(results, "learns by allreduce").loss
      for _, name in ipairs { "qsgd", "decen32", "decen8" } do
        local other = run(results, "learns by " .. name).loss
        if math.abs(other / loss - 1) > 0.02 then return false, ("%s: %.4f of %.4f"):format(name, other, loss) end
      end
      return true
    end,
    ["one worker five times slower: asynchronous workers keep their step time, and all-reduce's take five times as long"] = function(results)
      local steps = 3 / 0.01
      local async, all = run(results, "slow async"), run(results, "slow allreduce")
      return math.abs(async.rounds - (7 * steps + steps / 5) / 8) <= 1 and math.abs(all.rounds - steps / 5) <= 1 and async.loss < all.loss,
        ("%.0f and %.0f rounds of %.0f"):format(async.rounds, all.rounds, steps)
    end,
  },
}
