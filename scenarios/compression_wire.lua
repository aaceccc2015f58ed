-- Where does it pay to compress gradients, if encoding, decoding and adding packets take time?  Eight workers take the mean of
-- their gradients by a ring; the hosts handle 10^10 entries a second, as fast as a processor's memory of 40 GB/s lets it.
-- On a slow WAN every compressor beats dense gradients; on a LAN of 400 Gb/s none does, and between them they change places one
-- after the other.  What is sent makes hardly any difference to the loss: error feedback sends later what is left out.
-- Where latency rules, more bytes less are worth nothing, and the two trips of PowerSGD lose to one of everything.
-- What this cannot show: counts of operations are not code.  Selecting the largest entries on a GPU takes several times as long
-- as its comparisons suggest (Agarwal et al. 2022, "On the Utility of Gradient Compression in Distributed Training Systems");
-- compress.flops adds what a measurement says.  All is charged one after another, as if no layer could travel meanwhile.
local dt = require "dt"

local speed, workers = 1e10, 8
local compressors = { "none", "float16", "minmax", "quantize", "sign", "topk", "dgc", "randomk", "powersgd" }
local how = {
  none = { "none" }, float16 = { "float16" }, minmax = { "minmax", by = "layer" }, quantize = { "quantize" },
  sign = { "sign", by = "layer" }, topk = { "topk", ratio = 0.02 }, dgc = { "dgc", ratio = 0.02, warmup = 10 },
  randomk = { "randomk", ratio = 0.05 }, powersgd = { "powersgd", rank = 4, by = "layer" },
}
local wan, lan, fast = { "100Mbps", "30ms" }, { "10Gbps", "10us" }, { "400Gbps", "2us" }
local far = { "1Gbps", "30ms" }
local large, small = { 2048, 2048 }, { 256, 256 }

-- A row is a run: one that learns, for the loss; the others for the time alone.
local rows = {}
local function time(name, network, widths)
  rows[#rows + 1] = { compress = how[name], network = network, learn = false, widths = widths or large, rounds = 2 }
end
for _, name in ipairs(compressors) do
  rows[#rows + 1] = { compress = how[name], network = lan, learn = true, widths = { 32 }, rounds = 400 }
  for _, network in ipairs { wan, lan, fast } do time(name, network) end
end
-- By the formula below, float16 and dense gradients change places at 74.7 Gb/s.
for _, bandwidth in ipairs { "70Gbps", "80Gbps" } do
  for _, name in ipairs { "none", "float16" } do time(name, { bandwidth, "10us" }) end
end
for _, name in ipairs { "none", "randomk", "powersgd" } do time(name, far, small) end

local function column(read)
  local values = {}
  for i, row in ipairs(rows) do values[i] = read(row) end
  return dt.zip(values)
end

local function of(results, name, network)
  local found = results:where { compress = name, learn = false, ["platform.bandwidth"] = network[1], ["platform.latency"] = network[2] }
  if #found ~= 1 then error(("%d runs are of this kind"):format(#found)) end
  return found[1]
end

local function beats(results, name, network) return of(results, name, network).time_s < of(results, "none", network).time_s end

-- Those that are faster than dense gradients.
local function faster(results, network)
  local list = {}
  for i = 2, #compressors do
    if beats(results, compressors[i], network) then list[#list + 1] = compressors[i] end
  end
  return list
end

return dt.scenario {
  compress   = column(function(row) return row.compress end),
  learn      = column(function(row) return row.learn end),
  model      = { "mlp", widths = column(function(row) return row.widths end) },
  platform   = { "lan", hosts = workers, speed = speed,
                 bandwidth = column(function(row) return row.network[1] end),
                 latency = column(function(row) return row.network[2] end) },
  -- Deep gradient compression has momentum of 0.9, so that each gradient counts ten times.
  optimiser  = { "sgd", lr = column(function(row) return row.compress[1] == "dgc" and 0.02 or 0.2 end) },
  stop       = { rounds = column(function(row) return row.rounds end) },
  evaluate   = { rounds = 400 },
  workers    = workers,
  network    = "CM02",
  data       = { "gaussian", rows = 4000, test = 500, columns = 20, classes = 10, spread = 0.6 },
  batch_size = 16,
  compute    = { seconds = "10ms" },        -- a gradient takes that long on every host: only what travels differs
  strategy   = "sgd",
  collective = "ring",

  claims = {
    ["no compressor's loss is more than 6 % above that of dense gradients, or 15 % with momentum in the memory"] = function(results)
      local dense = results:where { compress = "none", learn = true }[1].loss
      for i = 2, #compressors do
        local loss = results:where { compress = compressors[i], learn = true }[1].loss
        local most = compressors[i] == "dgc" and 1.15 or 1.06
        if not (loss < most * dense) then return false, ("%s: %.4f, dense: %.4f"):format(compressors[i], loss, dense) end
      end
      return true
    end,
    ["on a WAN of 100 Mb/s each of them is faster than dense gradients"] = function(results)
      local list = faster(results, wan)
      return #list == #compressors - 1, table.concat(list, ", ")
    end,
    ["on a LAN of 400 Gb/s none of them is"] = function(results)
      local list = faster(results, fast)
      return #list == 0, table.concat(list, ", ")
    end,
    ["half of the bytes stop paying where encoding and adding take as long as the bytes saved: at 75 Gb/s"] = function(results)
      -- (p-1)/p 4 n bytes are saved; 2 n flops encode and decode, and (p-1)/p 2 n add.
      local part = (workers - 1) / workers
      local bandwidth = 8 * part * 4 * speed / (2 + part * 2)
      local before, after = beats(results, "float16", { "70Gbps", "10us" }), beats(results, "float16", { "80Gbps", "10us" })
      return bandwidth > 70e9 and bandwidth < 80e9 and before and not after, ("%.1f Gb/s"):format(bandwidth / 1e9)
    end,
    ["where latency rules, PowerSGD's second trip costs more than its bytes save, and a sparse packet's one does not"] = function(results)
      local dense, two = of(results, "none", far).time_s, of(results, "powersgd", far).time_s
      local one = of(results, "randomk", far).time_s
      return one < dense and dense < two, ("%.3f, %.3f and %.3f s"):format(one, dense, two)
    end,
  },
}
