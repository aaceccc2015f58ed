-- What need a worker not send to a parameter server?  Sparse logistic regression: an l1 penalty holds most weights at 0, by
-- proximal steps at the server.  The KKT filter leaves out gradients that could not move a weight away from 0, key caching sends
-- positions again only when they have changed, and the random skip filter drops entries by lot.
-- With shards that are alike the KKT filter costs nothing: the same weights are 0, and the others differ by rounding alone.  Each
-- worker judges by its own gradient, so that with shards of one class each it saves less, and some weights at the edge of the
-- threshold come out otherwise (compare the models of split = "by_label").  Random skips are unbiased, but their noise is no
-- smaller at the end than at the beginning, and noise above the threshold makes weights that should be 0 others.
-- What this cannot show: answers of the server travel whole, 4 bytes an entry, though most are 0; so only pushes are compared.  With
-- the billions of features of the paper, of which a worker's samples have few, both directions are sparse.
local dt = require "dt"

local kkt = { "kkt", lam = 0.05, delta = 0.01 }
local cached = { "kkt", lam = 0.05, delta = 0.01, cache_keys = true }

-- Bytes that the workers have pushed.
local function pushed(run)
  local workers, sum = run:table "workers", 0
  for i, role in ipairs(workers.role) do
    if role == "worker" then sum = sum + workers.bytes_out[i] end
  end
  return sum
end

local function is(wanted)
  return function(run)
    return run.config.compress[1] == wanted[1] and run.config.compress.cache_keys == (wanted.cache_keys or false)
  end
end

-- test(filtered, plain) for every run with that filter and the run without one of the same seed and split.
local function each(results, split, filter, test)
  local count = 0
  for _, run in ipairs(results:where { split = split }:where(is(filter))) do
    local good, why = test(run, results:where { split = split, seed = run.seed }:where(is { "none" })[1])
    if not good then return false, ("%s, seed %d: %s"):format(split, run.seed, why) end
    count = count + 1
  end
  return count > 0
end

-- How many weights are 0 in one of the models alone.
local function differ(a, b)
  local count = 0
  for i, x in ipairs(a.model) do
    if (x == 0) ~= (b.model[i] == 0) then count = count + 1 end
  end
  return count
end

return dt.scenario {
  compress = dt.sweep { "none", kkt, cached, { "randomskip", keep = 0.25 } },
  split    = dt.sweep { "iid", "by_label" },
  seeds    = 2,

  platform   = { "lan", hosts = 8, servers = 1, bandwidth = "100Mbps", latency = "50us" },
  workers    = 8,
  data       = { "gaussian", rows = 4000, test = 500, columns = 200, classes = 2, spread = 0.15 },
  model      = { "logistic", bias = false },
  project    = { "l1", lam = 0.05 },
  optimiser  = { "sgd", lr = 0.5 },
  batch_size = 0,
  strategy   = "ps",
  keep       = "model",
  evaluate   = { rounds = 20 },
  stop       = { rounds = 120 },

  claims = {
    ["with shards that are alike the KKT filter leaves the same weights at 0, and the same loss"] = function(results)
      return each(results, "iid", kkt, function(run, plain)
        return differ(run, plain) == 0 and math.abs(run.loss - plain.loss) < 1e-5,
               ("%d weights, loss %g and %g"):format(differ(run, plain), run.loss, plain.loss)
      end)
    end,
    ["the KKT filter saves at least a fifth of the pushed bytes, with cached keys more than half"] = function(results)
      local good, why = each(results, "iid", kkt, function(run, plain)
        return pushed(run) < 0.8 * pushed(plain), pushed(run) / pushed(plain)
      end)
      if not good then return good, why end
      return each(results, "iid", cached, function(run, plain)
        return pushed(run) < 0.5 * pushed(plain), pushed(run) / pushed(plain)
      end)
    end,
    ["cached keys leave equal models"] = function(results)
      for _, run in ipairs(results:where(is(cached))) do
        local other = results:where { split = run.set.split, seed = run.seed }:where(is(kkt))[1]
        for i, x in ipairs(run.model) do
          if x ~= other.model[i] then return false, ("run %d, weight %d"):format(run.id, i) end
        end
        if pushed(run) >= pushed(other) and run.set.split == "iid" then return false, ("run %d"):format(run.id) end
      end
      return true
    end,
    ["with shards of one class each the KKT filter saves less"] = function(results)
      return each(results, "by_label", kkt, function(run, plain)
        local alike = results:where { split = "iid", seed = run.seed }:where(is(kkt))[1]
        return pushed(run) > 1.1 * pushed(alike) and pushed(run) <= pushed(plain), pushed(run) / pushed(alike)
      end)
    end,
    ["random skips save bytes, and leave more weights other than 0"] = function(results)
      return each(results, "iid", { "randomskip" }, function(run, plain)
        local more = 0
        for i, x in ipairs(run.model) do
          if x ~= 0 then more = more + 1 end
          if plain.model[i] ~= 0 then more = more - 1 end
        end
        return pushed(run) < 0.6 * pushed(plain) and more > 0 and run.loss > plain.loss, ("%d more"):format(more)
      end)
    end,
  },
}
