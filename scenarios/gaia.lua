-- What does it cost to stretch a parameter server over the world, and what is left of that if only significant changes travel?
-- One data centre, the same workers in Virginia and Oregon with their server in one of them, and Gaia with servers in both.
-- The long link has 1 / 16 or 1 / 120 of a LAN link, shared by two of the four workers where all share a LAN's: communicating
-- takes R = 8 or 60 times as long.  x is what communicating takes in one data centre, against computing: 8.37 as with Gaia's
-- GoogLeNet, or 0.63 as with its matrix factorisation.  Links are slow because the model is small.
-- Of seven changes in eight at v = 1 nothing is sent; with Gaia's preset of 1 % most changes are significant as long as the
-- learning rate does not fall.
local dt = require "dt"

local lan, rate, payload = "10Mbps", 1.25e6, 4 * 19210     -- B/s; bytes of the model
local slow = { 8, 60 }
local x = { 8.37, 0.63 }
local communicating = 2 * 4 * payload / rate                -- s in one data centre: four workers up and down one link

-- R times as slow: of its own link a worker has all, of the long one half.
local function wan(R, each)
  return { "wan", regions = 2, among = "Virginia,Oregon", hosts = 2, bandwidth = lan, scale = 10 / 790 / (2 * R), each = each }
end

local platform, strategy, servers, compress = {}, {}, {}, {}
local function case(p, s, c)
  table.insert(platform, p)
  table.insert(strategy, s)
  table.insert(compress, c or "none")
  table.insert(servers, { on = s == "gaia" and "sites" or "own" })
end
case({ "wan", regions = 1, hosts = 4, bandwidth = lan }, "ps")
for _, R in ipairs(slow) do
  case(wan(R, false), "ps")
  for _, v in ipairs(R == 8 and { 1 } or { 0.2, 1, 4 }) do case(wan(R, true), "gaia", { "significant", threshold = v }) end
end

-- Runs of a case: R nil, in one data centre; v nil, without Gaia.
local function runs(results, R, v, seconds)
  local wanted = { strategy = v and "gaia" or "ps", ["compute.seconds"] = seconds, ["platform.regions"] = R and 2 or 1 }
  if R then wanted["platform.scale"] = 10 / 790 / (2 * R) end
  if v then wanted["compress.threshold"] = v end
  return results:where(wanted)
end

return dt.scenario {
  platform   = dt.zip(platform),
  strategy   = dt.zip(strategy),
  servers    = dt.zip(servers),
  compress   = dt.zip(compress),
  sites      = "region",
  network    = "CM02",
  workers    = 4,
  data       = { "gaussian", rows = 4096, test = 1024, columns = 64, classes = 10, spread = 0.6 },
  model      = { "mlp", widths = { 256 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 32,
  compute    = { seconds = dt.sweep { communicating / x[1], communicating / x[2] } },
  evaluate   = { rounds = 400 },
  stop       = { rounds = 400 },

  claims = {
    ["over the WAN it takes (1 + R x) / (1 + x) times as long"] = function(results)
      for _, R in ipairs(slow) do
        for _, x in ipairs(x) do
          local seconds = communicating / x
          local ratio = runs(results, R, nil, seconds):median "time_s" / runs(results, nil, nil, seconds):median "time_s"
          local formula = (1 + R * x) / (1 + x)
          if math.abs(ratio / formula - 1) > 0.1 then return false, ("%g, by formula %g"):format(ratio, formula) end
        end
      end
      return true
    end,
    ["Gaia takes at most half as long again as one data centre"] = function(results)
      for _, R in ipairs(slow) do
        for _, x in ipairs(x) do
          local seconds = communicating / x
          local ratio = runs(results, R, 1, seconds):median "time_s" / runs(results, nil, nil, seconds):median "time_s"
          if ratio > 1.5 then return false, ("%g times at R = %g"):format(ratio, R) end
        end
      end
      return true
    end,
    ["and learns what that learns"] = function(results)
      for _, run in ipairs(results:where { strategy = "gaia", ["compress.threshold"] = 1 }) do
        local loss = results:where { ["platform.regions"] = 1 }[1].loss
        if math.abs(run.loss / loss - 1) > 0.03 then return false, ("%g, in one data centre %g"):format(run.loss, loss) end
      end
      return true
    end,
    ["the higher the threshold, the less travels between the sites"] = function(results)
      local seconds = communicating / x[1]
      local before = runs(results, 60, nil, seconds):median "bytes_between"
      for _, v in ipairs { 0.2, 1, 4 } do
        local bytes = runs(results, 60, v, seconds):median "bytes_between"
        if bytes >= before then return false end
        before = bytes
      end
      return true
    end,
  },
}
