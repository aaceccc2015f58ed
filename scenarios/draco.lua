-- What does it take to train as if nobody lied, and what if one only takes robust means?
-- Fifteen workers of which s lie in every iteration, drawn anew: they send -100 times the truth, or -100 in every entry.  DRACO
-- has every worker compute 2 s + 1 parts, so that a vote among equal words, or a code over the complex numbers, takes the
-- lies out; the geometric median and Krum take one part of each worker and a gradient that lies among those of the others.
-- The last runs have two liars in a group of three that can bear one, and who agree: nobody can tell their word from a true one, and
-- only the simulator knows the column gradient_error.  Liars who do not agree end the run as undecodable.
-- What this cannot show: that a real server knows s.  The losses of robust means hang on how much the workers' gradients differ,
-- here by small batches of equal data.
-- Chen et al. 2018, "DRACO: Byzantine-resilient Distributed Training via Redundant Gradients"; its attacks.
local dt = require "dt"

local attack, code, aggregate, rounds = {}, {}, {}, {}
local function case(a, c, rule, many)
  table.insert(attack, a)
  table.insert(code, c)
  table.insert(aggregate, rule or "weighted")
  table.insert(rounds, many or 100)
end
for s = 1, 2 do
  for _, a in ipairs { { "none" }, { "reverse", count = s }, { "constant", count = s } } do
    case(a, { "vote", byzantine = s })
    case(a, { "fourier", byzantine = s })
    case(a, "none", { "geometric" })
    case(a, "none", { "krum", byzantine = s })
    if s == 1 then case(a, "none", "weighted", a[1] == "reverse" and 20) end    -- before it reaches infinity
  end
end
case({ "constant", ranks = { 3, 4 } }, { "vote", byzantine = 1 }, nil, 20)

-- Every run: how many lie, the name of the code or, without a code, of the rule, and for how many it is made (nil: any).
local function each(results)
  local list = {}
  for _, run in ipairs(results:where {}) do
    local c = run.config
    local lies = c.attack[1] ~= "none"
    table.insert(list, { run = run, attack = c.attack[1], drawn = #(c.attack.ranks or {}) == 0, lies = lies and c.attack.count or 0,
                         name = c.code[1] == "none" and c.aggregate[1] or c.code[1], s = c.code.byzantine or c.aggregate.byzantine,
                         round_s = run.time_s / run.rounds })
  end
  return list
end
-- The run of that name for s liars without an attack.
local function honest(results, name, s)
  for _, r in ipairs(each(results)) do
    if r.name == name and r.attack == "none" and (r.s == nil or r.s == s) then return r end
  end
end
-- Does that hold of the drawn attacks on the system of that name?
local function attacked(results, name, holds)
  local seen = 0
  for _, r in ipairs(each(results)) do
    if r.name == name and r.lies > 0 and r.drawn then
      seen = seen + 1
      if not holds(r, honest(results, name, r.s)) then
        return false, ("%s, %d times %s: loss %g"):format(name, r.lies, r.attack, r.run.loss)
      end
    end
  end
  return seen >= 2
end

return dt.scenario {
  attack    = dt.zip(attack),
  code      = dt.zip(code),
  aggregate = dt.zip(aggregate),
  stop      = { rounds = dt.zip(rounds) },

  platform   = { "lan", hosts = 16, bandwidth = "1Gbps", latency = "50us", speed = "1Gf" },
  network    = "CM02",
  workers    = 15,
  data       = { "gaussian", rows = 3000, test = 600, columns = 64, classes = 10, spread = 0.6 },
  model      = { "mlp", widths = { 32 } },
  optimiser  = { "sgd", lr = 0.1 },
  batch_size = 16,
  strategy   = "coded",
  evaluate   = { rounds = 10 },

  claims = {
    ["a vote learns, to the last digit and in the same time, as if nobody lied"] = function(results)
      return attacked(results, "vote", function(r, other)
        for i, loss in ipairs(r.run.evaluations.loss) do
          if loss ~= other.run.evaluations.loss[i] then return false end
        end
        return r.run.time_s == other.run.time_s
      end)
    end,
    ["the code over complex numbers finds exactly the liars, and its gradient is right to 1e-6"] = function(results)
      return attacked(results, "fourier", function(r)
        for i = 2, #r.run.evaluations.round do
          local found, wrong = r.run.evaluations.liars_found[i], r.run.evaluations.gradient_error[i]
          if found ~= r.lies or wrong > 1e-6 then return false end
        end
        return true
      end)
    end,
    ["one liar is enough to ruin a mean"] = function(results)
      return attacked(results, "weighted", function(r) return r.run.accuracy < 0.4 end)
    end,
    ["robust means bear the liars; with gradients turned round, at a higher loss than a vote"] = function(results)
      local function bears(r)
        local worse = r.run.loss > honest(results, "vote", 1).run.loss
        return r.run.accuracy > 0.7 and (worse or r.attack == "constant")
      end
      local good, why = attacked(results, "geometric", bears)
      if not good then return good, why end
      return attacked(results, "krum", bears)
    end,
    ["an iteration with a vote takes less time than one with the other code or with a geometric median"] = function(results)
      for s = 1, 2 do
        local vote = honest(results, "vote", s).round_s
        for _, name in ipairs { "fourier", "geometric" } do
          if vote >= honest(results, name, s).round_s then return false, ("s = %d, %s"):format(s, name) end
        end
      end
      return true
    end,
    ["complex words have twice the bytes, whatever s"] = function(results)
      for s = 1, 2 do     -- models go down in both: 1 + 2 against 1 + 1
        local ratio = honest(results, "fourier", s).run.bytes / honest(results, "vote", s).run.bytes
        if math.abs(ratio - 1.5) > 0.01 then return false, ("%g times"):format(ratio) end
      end
      return true
    end,
    ["two of three who agree win the vote, which takes the honest one for the liar"] = function(results)
      for _, r in ipairs(each(results)) do
        local e = r.run.evaluations
        if not r.drawn then return e.gradient_error[2] > 1e-3 and e.liars_found[2] == 1 and r.run.accuracy < 0.4 end
      end
    end,
  },
}
