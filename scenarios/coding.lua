-- What do stragglers cost, and what does it cost not to wait for them?
-- Twelve workers and a server that needs the gradient of all samples in every iteration.  In each, s of them are late by a delay, or
-- never come.  The naive master waits; gradient coding has every worker compute s + 1 parts in place of one, so that any s
-- words may be missing; ignoring stragglers goes on with the others.  A part takes 1 s, and messages next to nothing.
-- With a delay of 0 nobody is late, and ignoring costs most: of equal workers the same one comes last in every iteration, so that
-- its samples never count, while delays that are drawn anew strike another worker each time.
-- Late workers break off when the others go on.  If they finish first, they are late for the next iteration as well, and
-- a code that bears s stragglers finds more of them.
-- What this cannot show: that stragglers are of a fixed number and known beforehand is the premise of the codes; real ones are
-- of any number, and a code pays for s of them in every iteration, whether they come or not.  The naive master with workers
-- that never come is left out: that run has no end.
-- Tandon et al. 2017, "Gradient Coding: Avoiding Stragglers in Distributed Learning", whose workers
-- are late by a delay or fail.  Its partial stragglers, which are slower by a factor, are left out; here delays end with 8 s.
local dt = require "dt"

local code, late, stragglers = {}, {}, {}
local function case(c, s, delay, every, finish)
  table.insert(code, c)
  table.insert(late, { "coded", late = finish and "finish" or "leave" })
  table.insert(stragglers, { count = s, every = every or 1, delay = delay ~= "never" and delay or nil })
end
local delays = { 0, 1, 2, 8, "never" }
for s = 1, 2 do
  for _, delay in ipairs(delays) do
    if delay ~= "never" then case({ "none", stragglers = 0 }, s, delay) end
    for _, name in ipairs { "none", "fractional", "cyclic" } do case({ name, stragglers = s }, s, delay) end
  end
end
case({ "cyclic", stragglers = 1 }, 1, 2, 1, true)               -- late workers finish
for _, name in ipairs { "none", "cyclic" } do case({ name, stragglers = 2 }, 2, 2, 0) end       -- the same two are late throughout

local ROUNDS = 50

-- Every run with what was swept of it, a list.
local function each(results, wanted)
  local list = {}
  for _, run in ipairs(results:where(wanted)) do
    local late = run.config.faults.stragglers
    table.insert(list, { run = run, code = run.config.code[1], bears = run.config.code.stragglers, s = late.count, every = late.every,
                         delay = late.delay and (late.delay.value or late.delay) or math.huge,
                         seconds = run.time_s / ROUNDS, loss = run.loss, finish = run.config.strategy.late == "finish" })
  end
  return list
end
local function near(a, b) return math.abs(a / b - 1) < 0.02 end

-- Does that hold of the seconds of every run of these codes whose stragglers change and leave?
local function all(results, names, holds)
  local seen = 0
  for _, r in ipairs(each(results, {})) do
    for _, name in ipairs(names) do
      local one = r.code == name and not r.finish and r.every == 1
      if one then seen = seen + 1 end
      if one and not holds(r) then return false, ("%s, s = %d, delay %g: %g s"):format(r.code, r.s, r.delay, r.seconds) end
    end
  end
  return seen >= 10
end

return dt.scenario {
  code     = dt.zip(code),
  strategy = dt.zip(late),
  faults   = { stragglers = dt.zip(stragglers) },

  platform   = { "lan", hosts = 13, bandwidth = "1Gbps", latency = "1ms" },
  network    = "CM02",
  workers    = 12,
  data       = { "gaussian", rows = 1200, columns = 20, classes = 12, spread = 0.6 },
  split      = "by_label",
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.5 },
  batch_size = 0,
  compute    = { seconds = 1 },
  evaluate   = { rounds = 10 },
  stop       = { rounds = ROUNDS },

  claims = {
    ["the naive master takes 1 + the delay, and whoever ignores stragglers 1"] = function(results)
      return all(results, { "none" }, function(r) return near(r.seconds, r.bears == 0 and 1 + r.delay or 1) end)
    end,
    ["coded gradients take s + 1, for every delay and without those who never come"] = function(results)
      return all(results, { "fractional", "cyclic" }, function(r) return near(r.seconds, r.s + 1) end)
    end,
    ["so that they win where the delay is above s, and lose where it is below"] = function(results)
      local naive = {}
      all(results, { "none" }, function(r)
        if r.bears == 0 then naive[r.s .. "/" .. r.delay] = r.seconds end
        return true
      end)
      return all(results, { "fractional", "cyclic" }, function(r)
        local other = naive[r.s .. "/" .. r.delay] or math.huge
        return r.delay == r.s or (r.seconds < other) == (r.delay > r.s)
      end)
    end,
    ["they learn what the naive master learns, to the fifth digit"] = function(results)
      local naive = {}
      all(results, { "none" }, function(r)
        if r.bears == 0 then naive[r.run.seed] = r.loss end
        return true
      end)
      return all(results, { "fractional", "cyclic" }, function(r) return math.abs(r.loss / naive[r.run.seed] - 1) < 1e-5 end)
    end,
    ["and no decoded gradient is farther from the whole one than 1e-6 of it"] = function(results)
      return all(results, { "fractional", "cyclic" }, function(r)
        return math.max(table.unpack(r.run.evaluations.gradient_error, 2)) < 1e-6
      end)
    end,
    ["workers that finish although they are late make the code nearly as slow as the naive master"] = function(results)
      for _, r in ipairs(each(results, { ["strategy.late"] = "finish" })) do
        if r.seconds < 2.8 or r.seconds > 3.05 then return false, ("%g s"):format(r.seconds) end
      end
      return true
    end,
    ["without any delay, ignoring leaves out the same workers in every iteration, which costs their classes"] = function(results)
      local naive
      for _, r in ipairs(each(results, {})) do
        if r.code == "none" and r.bears == 0 then naive = r.loss end
      end
      return all(results, { "none" }, function(r) return r.bears == 0 or r.delay > 0 or r.loss > 1.2 * naive end)
    end,
    ["if the same workers are late again and again, ignoring them costs their classes"] = function(results)
      local loss = {}
      for _, r in ipairs(each(results, { ["faults.stragglers.every"] = 0 })) do loss[r.code] = r.loss end
      return loss.none > 1.2 * loss.cyclic, ("a loss of %.3f, not %.3f"):format(loss.none, loss.cyclic)
    end,
  },
}
