-- How many liars does which aggregation rule bear, and what does it cost when there are none?
-- Fifteen workers train by synchronous SGD.  In every round three others of them send five times their gradient in the opposite
-- direction, -100 in every entry, or noise, or train on wrong labels.  The rules are told that there are three liars.
-- The price of a robust rule is that it drops what is far from the rest, whoever sent it: where each worker holds classes of its
-- own, the honest ones are far from each other.  (The geometric median leaves nobody out; how much it costs hangs on the
-- seed, so that of it is claimed only that it costs something.)
-- What the model cannot show: how long a rule takes in a real program.  It is charged with the flops of the plain algorithm at
-- the speed of the server's host, while a median in Python or Weiszfeld's passes on a GPU may take many times that or a
-- fraction.  Nor do these liars know what the others send; those that do come nearer to the truth and are harder to find.
-- (Of a model without hidden layers -100 in every entry is no attack: it moves the logits of all classes alike.)
local dt = require "dt"

local workers, liars, rounds, speed = 15, 3, 100, 1e9
local columns, hidden, classes = 32, 16, 10
local parameters = (columns + 1) * hidden + (hidden + 1) * classes
local rules = { "mean", "median", { "trimmed", beta = 0.2 }, "geometric", { "krum", byzantine = liars, multi = 1 },
                { "krum", byzantine = liars, multi = workers - liars - 2 }, { "bulyan", byzantine = liars } }
local robust = { { aggregate = "median" }, { aggregate = "trimmed" }, { aggregate = "geometric" },
                 { aggregate = "krum", ["aggregate.multi"] = 1 }, { aggregate = "krum", ["aggregate.multi"] = 10 },
                 { aggregate = "bulyan" } }

local attack, aggregate, split, strategy = {}, {}, {}, {}
local function case(lie, rule, how, who)
  table.insert(attack, lie)
  table.insert(aggregate, rule)
  table.insert(split, how or "iid")
  table.insert(strategy, who or "sgd")
end
local lies = { { "reverse", count = liars, factor = 5 }, { "constant", count = liars }, { "noise", count = liars },
               { "label_flip", count = liars } }
for _, rule in ipairs(rules) do
  for _, lie in ipairs(lies) do case(lie, rule) end
  case("none", rule)
  case("none", rule, "by_label")
  case({ "constant", count = 8 }, rule)
end
for _, who in ipairs { { "localsgd", period = 2 }, { "fedavg", fraction = 1 }, "ps" } do
  case(lies[1], "mean", "iid", who)
  case(lies[1], "median", "iid", who)
end

-- The run with these values, of sgd on shards that are alike unless they say otherwise.
local function run(results, lie, rule, values)
  local wanted = { attack = lie, split = "iid", strategy = "sgd" }
  if lie ~= "none" then wanted["attack.count"] = liars end
  for key, value in pairs(rule) do wanted[key] = value end
  for key, value in pairs(values or {}) do wanted[key] = value end
  return results:where(wanted)[1]
end

local function named(rule) return rule.aggregate .. (rule["aggregate.multi"] and " " .. rule["aggregate.multi"] or "") end

-- Flops for an entry, as the help of the rules says.
local function flops(rule)
  local n, pairs = workers, workers * (workers - 1) / 2
  local left = n - 2 * liars
  local of = { median = 2 * (1 + math.log(2)) * n, trimmed = n * (1 + math.log(n, 2)), geometric = 8 * 5 * n,
               krum = 3 * pairs + 2 * (rule["aggregate.multi"] or 1), bulyan = 3 * pairs + left * (1 + math.log(left, 2)) }
  return of[rule.aggregate]
end

return dt.scenario {
  attack     = dt.zip(attack),
  aggregate  = dt.zip(aggregate),
  split      = dt.zip(split),
  strategy   = dt.zip(strategy),
  collective = "star",

  platform   = { "lan", hosts = workers, bandwidth = "1Gbps", latency = "50us", speed = speed },
  network    = "CM02",
  workers    = workers,
  data       = { "gaussian", rows = 3000, test = 1000, columns = columns, classes = classes, spread = 0.6 },
  model      = { "mlp", widths = { hidden } },
  optimiser  = { "sgd", lr = 0.2 },
  batch_size = 16,
  evaluate   = { rounds = rounds },
  stop       = { rounds = rounds },

  claims = {
    ["three liars of fifteen, but for wrong labels, leave the mean at a loss above that of guessing"] = function(results)
      for _, lie in ipairs { "reverse", "constant", "noise" } do
        local loss = run(results, lie, { aggregate = "mean" }).loss
        if not (loss > math.log(10)) then return false, ("%s: %g"):format(lie, loss) end
      end
      return true
    end,
    ["and no liars, those with wrong labels among them, cost a robust rule a tenth of the accuracy"] = function(results)
      local honest = run(results, "none", { aggregate = "mean" }).accuracy
      for _, rule in ipairs(robust) do
        for _, lie in ipairs { "reverse", "constant", "noise", "label_flip" } do
          local found = run(results, lie, rule).accuracy
          if not (found > honest - 0.1) then return false, ("%s, %s: %g of %g"):format(named(rule), lie, found, honest) end
        end
      end
      return true
    end,
    ["eight of fifteen who agree ruin every rule"] = function(results)
      for _, rule in ipairs(robust) do
        local found = run(results, "constant", rule, { ["attack.count"] = 8 }).accuracy
        if not (found < 0.4) then return false, ("%s: %g"):format(named(rule), found) end
      end
      return true
    end,
    ["where every worker has classes of its own, rules cost accuracy without any liar: Krum with multi = 1 half, all but the geometric median a tenth"] = function(results)
      local mean = run(results, "none", { aggregate = "mean" }, { split = "by_label" }).accuracy
      for _, rule in ipairs(robust) do
        local cost = mean - run(results, "none", rule, { split = "by_label" }).accuracy
        local least = ({ geometric = 0, krum = rule["aggregate.multi"] == 1 and 0.5 or 0.1 })[rule.aggregate] or 0.1
        if not (cost > least) then return false, ("%s: %g of %g"):format(named(rule), cost, mean) end
      end
      return true
    end,
    ["what holds for gradients holds for models and parameter servers: reversed, the mean has a loss above guessing, the median learns"] = function(results)
      for _, who in ipairs { "localsgd", "fedavg", "ps" } do
        local mean = run(results, "reverse", { aggregate = "mean" }, { strategy = who })
        local median = run(results, "reverse", { aggregate = "median" }, { strategy = who })
        if not (mean.loss > math.log(10) and median.accuracy > 0.7) then
          return false, ("%s: loss %g, accuracy %g"):format(who, mean.loss, median.accuracy)
        end
      end
      return true
    end,
    ["a round takes longer by the flops of its rule, and no longer because of lies"] = function(results)
      local mean = run(results, "none", { aggregate = "mean" }).time_s
      for _, rule in ipairs(robust) do
        local honest, lied = run(results, "none", rule).time_s, run(results, "reverse", rule).time_s
        local formula = rounds * flops(rule) * parameters / speed
        if math.abs((honest - mean) / formula - 1) > 1e-6 or lied ~= honest then
          return false, ("%s: %g s, by formula %g"):format(named(rule), honest - mean, formula)
        end
      end
      return true
    end,
    ["the record says who lied, and how often"] = function(results)
      for _, one in ipairs(results:where { ["attack.count"] = liars, strategy = "sgd" }) do
        local sum = 0
        for _, lies in ipairs(one:table "workers".lies) do sum = sum + lies end
        if sum ~= liars * rounds then return false, ("run %d: %d"):format(one.id, sum) end
      end
      return true
    end,
  },
}
