-- Which published system of data-parallel training takes least time on the same machines, and what does it owe that to?
-- VGG16 on four workers; "dtsim help systems" lists them, "dtsim help bytescheduler" says what one stands for.
-- Times are those of an ideal network with 50 us for each piece and direction: what systems lose to CPUs, copies and kernels that
-- slow each other down is not modelled, and their own tuners are not run (tuner.lua runs one).
local dt = require "dt"

-- Seconds of an iteration, the mean of the middle ones: the first waits for nobody, and nobody waits for the last.
local function seconds(results, system, bandwidth)
  local time = results:where { system = system, ["platform.bandwidth"] = bandwidth }[1].evaluations.time_s
  return (time[#time - 1] - time[2]) / (#time - 3)      -- time[1] is that of the initial model
end

return dt.scenario {
  system = dt.sweep { "ddp", "horovod", "horovod_fp16", "byteps", "bytescheduler", "bytescheduler_ring", "p3", "tictac_baseline", "tictac_tac" },

  platform   = { "lan", hosts = 4, servers = 4, bandwidth = dt.sweep { "10Gbps", "100Gbps" }, latency = "10us", speed = "8Tf" },
  workers    = 4,
  queue      = { overhead = "50us" },       -- of every system; pieces, credit and order are its own
  model      = { "profile", path = "vgg16" },
  batch_size = 32,
  data       = { "blank", rows = 4096 },
  network    = "CM02",                      -- connections stay open: a piece pays its latency once
  evaluate   = { rounds = 1 },
  stop       = { rounds = 10 },

  claims = {
    ["at 10 Gb/s more links (BytePS) and fewer bytes (Horovod in half precision) save most"] = function(results)
      local saved = math.max(seconds(results, "byteps", "10Gbps"), seconds(results, "horovod_fp16", "10Gbps"))
      for _, other in ipairs { "ddp", "horovod", "bytescheduler", "bytescheduler_ring", "p3", "tictac_baseline", "tictac_tac" } do
        local time = seconds(results, other, "10Gbps")
        if saved > 0.8 * time then return false, ("%s: %.3f of %.3f s"):format(other, time, saved) end
      end
      return true
    end,
    ["on the same ring ByteScheduler takes at least 10 % less than DDP and Horovod, which wait at a barrier"] = function(results)
      local time = seconds(results, "bytescheduler_ring", "10Gbps")
      return time < 0.9 * seconds(results, "ddp", "10Gbps") and time < 0.9 * seconds(results, "horovod", "10Gbps")
    end,
    ["with the same servers its order is at least 5 % better than a random one"] = function(results)
      return seconds(results, "bytescheduler", "10Gbps") < 0.95 * seconds(results, "tictac_baseline", "10Gbps")
    end,
    ["TicTac's order of whole layers is at least 2 % better than a random one"] = function(results)
      return seconds(results, "tictac_tac", "10Gbps") < 0.98 * seconds(results, "tictac_baseline", "10Gbps")
    end,
    ["P3's small slices, one at a time, pay more overhead than its order brings"] = function(results)
      return seconds(results, "p3", "10Gbps") > 1.15 * seconds(results, "bytescheduler", "10Gbps")
    end,
    ["at 100 Gb/s all are within 4 %: computing hides communicating"] = function(results)
      local least, most = math.huge, 0
      for _, run in ipairs(results:where { ["platform.bandwidth"] = "100Gbps" }) do
        local time = seconds(results, run.set.system, "100Gbps")
        least, most = math.min(least, time), math.max(most, time)
      end
      return most < 1.04 * least, ("%.4f to %.4f s"):format(least, most)
    end,
    ["a ring and servers on workers' hosts send 2 (p - 1) N bytes, servers of their own 2 p N, fp16 half"] = function(results)
      local n, rounds = 4 * 138357544, 10
      for _, run in ipairs(results) do
        local wanted = run.set.system == "byteps" and 2 * 4 * n or run.set.system == "horovod_fp16" and 3 * n or 2 * 3 * n
        if run.bytes ~= rounds * wanted then return false, ("%s: %.0f"):format(run.set.system, run.bytes) end
      end
      return true
    end,
  },
}
