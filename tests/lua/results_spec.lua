-- results_spec.lua: what claims ask of the runs of a sweep.
local results = require "dt.results"

local evaluations = {
  [0] = { time_s = { 0, 1, 2, 3 }, round = { 0, 10, 20, 30 }, loss = { 2, 1, 1.5, 0.5 },
    accuracy = { 0, 0.5, 0.9, 0.8 } },
  [1] = { time_s = { 0, 4 }, round = { 0, 10 }, loss = { 2, 1.9 }, accuracy = { 0, 0.1 } },
  [2] = { time_s = { 0, 8 }, round = { 0, 10 }, loss = { 0 / 0, 0.25 }, accuracy = { 0, 1 } },
}

--- The first name that begins alike, in place of the simulator's own.
local function nearest(word, names)
  for _, name in ipairs(names) do
    if name:sub(1, 4) == word:sub(1, 4) then return name end
  end
end

local function given()
  local rows = {}
  for id = 0, 2 do
    rows[id + 1] = { id = id, status = "ok", time_s = id + 1, loss = evaluations[id].loss[#evaluations[id].loss], seed = id,
      set = { ["strategy.period"] = id == 0 and 1 or 4, fast = id == 0, compress = "topk ratio=0.1" } }
  end
  return results.new(rows, function(id, what)
    if what == "workers" then return { compute_s = { 1, 2 * id } } end
    if what == "evaluations" then return evaluations[id], { loss = { better = "low" }, accuracy = { better = "high", share = true } } end
    return { workers = 8, model = { "mlp", widths = { 64 } }, learn = false,
      faults = { list = { "a", "b" } }, sizes = { 5, 6 }, slowness = { "each", values = { 1, 2 } },
      strategy = { "localsgd", period = id == 0 and 1 or 4 }, compress = { "topk", ratio = 0.1 } }
  end, function(_, _, text) return tonumber(text:match "^(.*)s$") end, nearest)
end

describe("a run", function()
  it("reaches a target at the first evaluation that has it, not on a line between two", function()
    local r = given()[1]
    assert.are.equal(1, r:time_to { loss = 1.5 })
    assert.are.equal(1, r:time_to { loss = 1 })
    assert.are.equal(3, r:time_to { loss = 0.75 })
    assert.are.equal(30, r:round_to { loss = 0.75 })
    assert.are.equal(0, r:time_to { loss = 3 })
    assert.are.equal(math.huge, r:time_to { loss = 0.1 })
    assert.are.equal(2, r:time_to { accuracy = 0.7 })
    assert.are.equal(8, given()[3]:time_to { loss = 1 })    -- a loss that is no number has reached nothing
  end)

  it("names the columns of a table that is asked for another", function()
    local workers = given()[1]:table "workers"
    assert.are.same({ 1, 0 }, workers.compute_s)
    assert.has_error(function() return workers.wait_s end,
      "the table workers of run 0 has no column wait_s (known are compute_s)")
    assert.has_error(function() return workers.computes end,
      'the table workers of run 0 has no column computes; did you mean "compute_s"? (known are compute_s)')
  end)

  it("with rare evaluations never looks faster than with all of them", function()
    local often = { time_s = {}, loss = {} }
    for i = 1, 41 do often.time_s[i], often.loss[i] = i - 1, 2 * 0.9 ^ (i - 1) end
    for every = 2, 20 do
      local rare = { time_s = {}, loss = {} }
      for i = 1, 41, every do table.insert(rare.time_s, often.time_s[i]) table.insert(rare.loss, often.loss[i]) end
      local both = results.new({ { id = 0, set = {} }, { id = 1, set = {} } }, function(id) return id == 0 and often or rare end)
      for _, target in ipairs { 1.5, 1, 0.5, 0.1 } do
        assert.is_true(both[2]:time_to { loss = target } >= both[1]:time_to { loss = target })
      end
    end
  end)

  it("reaches a target of any column, from the side on which it began where none is better", function()
    local r = results.new({ { id = 0, set = {} } }, function()
      return { time_s = { 0, 1, 2 }, drift = { 0 / 0, 1, 3 }, period = { 20, 5, 1 } }, {}
    end)[1]
    assert.are.equal(2, r:time_to { drift = 2 })
    assert.are.equal(1, r:time_to { drift = 1 })
    assert.are.equal(1, r:time_to { period = 5 })
    assert.are.equal(math.huge, r:time_to { period = 0.5 })
    assert.has_error(function() given()[1]:time_to { accurate = 0.5 } end,
      'the evaluations of run 0 have no column accurate; did you mean "accuracy"?')
  end)

  it("has every table that it left, each read once", function()
    local reads = 0
    local r = results.new({ { id = 0, set = {} } }, function(_, name) reads = reads + 1 return { name = { name } } end)[1]
    assert.are.same({ name = { "workers" } }, r:table "workers")
    assert.are.equal(r:table "workers", r:table "workers")
    assert.are.same({ name = { "evaluations" } }, r.evaluations)
    assert.are.equal(2, reads)
    assert.are.same({ 1, 4 }, given()[3]:table("workers").compute_s)
  end)

  it("has the model that it kept, read once", function()
    local reads = 0
    local r = results.new({ { id = 0, set = {} } }, function(_, name) reads = reads + 1 return { name, 0.5 } end)[1]
    assert.are.same({ "model", 0.5 }, r.model)
    assert.are.equal(r.model, r.model)
    assert.are.equal(1, reads)
  end)

  it("has the last value of a column of the evaluations", function()
    assert.are.equal(0.8, given()[1]:value "accuracy")
    assert.are.equal(0.8, given():median "accuracy")
    assert.are.equal(8, given():most "workers")
  end)

  it("refuses a target that is none", function()
    assert.has_error(function() given()[1]:time_to(0.5) end)
    assert.has_error(function() given()[1]:time_to { loss = 1, accuracy = 1 } end)
    assert.has_error(function() given():time_to { accuracy = 70 } end, "accuracy: expected a share such as 0.7, got 70")
    assert.are.equal(8, given()[3]:time_to { accuracy = 1 })
    assert.are.equal(0, given()[1]:time_to { loss = 70 })
  end)

  it("reads evaluations and configuration once, when asked", function()
    local reads = 0
    local r = results.new({ { id = 0, set = {} } }, function() reads = reads + 1 return { loss = {} } end)[1]
    assert.are.equal(0, reads)
    local first = r.evaluations
    assert.are.equal(first, r.evaluations)
    assert.are.equal(1, reads)
    assert.is_nil(r.nothing)
  end)
end)

describe("results", function()
  it("are filtered by swept, final and configured values, or by a function", function()
    assert.are.equal(2, #given():where { ["strategy.period"] = 4 })
    assert.are.equal(1, #given():where { fast = true })
    assert.are.equal(1, #given():where { ["strategy.period"] = 4, seed = 2 })
    assert.are.equal(3, #given():where { strategy = "localsgd", model = "mlp", workers = 8 })
    assert.are.equal(3, #given():where { compress = "topk" })                   -- by name
    assert.are.equal(3, #given():where { compress = "topk ratio=0.1" })         -- or by its label in the sweep
    assert.are.equal(3, #given():where { learn = false })
    assert.are.equal(3, #given():where { ["model.widths"] = 64, ["faults.list.2"] = "b" })
    assert.are.equal(1, #given():where(function(r) return r.time_s > 2 end))
  end)

  it("are asked for lists and tables, of which a part is enough", function()
    local all = given()
    for _, wanted in ipairs { { sizes = { 5, 6 } }, { sizes = { "5s", 6 } }, { slowness = { 1, "2s" } },
      { ["model.widths"] = { 64 } }, { workers = { 8 } }, { ["faults.list"] = { "a", "b" } }, { faults = { list = { "a", "b" } } },
      { model = { "mlp" } } } do
      assert.are.equal(3, #all:where(wanted))
    end
    assert.are.equal(1, #all:where { strategy = { "localsgd", period = 1 } })
    for _, wanted in ipairs { { sizes = 5 }, { sizes = { 5 } }, { sizes = { 6, 5 } }, { sizes = { 5, 6, 7 } },
      { sizes = { "5s", "7s" } }, { sizes = { "5m", 6 } }, { slowness = { 1, 3 } }, { model = { "mlp", widths = { 63 } } },
      { model = { "cnn" } }, { strategy = { "localsgd", tau = 1 } }, { workers = {} } } do
      assert.has_error(function() all:where(wanted) end, "no run has these values")
    end
  end)

  --- Runs whose choice and quantity have these labels in a sweep; every configuration is a fedavg at 1.25e6 B/s.
  local function labelled(...)
    local rows = {}
    for i, name in ipairs { ... } do rows[i] = { id = i, set = { strategy = name, ["platform.bandwidth"] = "10Mbps" } } end
    return results.new(rows, function() return { strategy = { "fedavg" }, platform = { bandwidth = 1.25e6 } } end,
      function(_, key, text) return key == "platform.bandwidth" and tonumber(text:match "^(.*)kbps$") and 1.25e6 or nil end,
      nearest)
  end

  it("are asked by label where one has that label, else by name", function()
    local all = labelled("fedavg", "fedavg proximal_mu=1", "fedavg proximal_mu=2")
    assert.are.equal(1, #all:where { strategy = "fedavg" })
    assert.are.equal(2, all:where { strategy = "fedavg proximal_mu=1" }[1].id)
    assert.are.equal(2, #labelled("fedavg proximal_mu=1", "fedavg proximal_mu=2"):where { strategy = "fedavg" })
    -- What is asked of a part means what it means of the whole.
    assert.has_error(function() all:where { strategy = "fedavg proximal_mu=1" }:where { strategy = "fedavg" } end)
  end)

  it("are asked by a quantity as it was written, in another unit, or as a number", function()
    for _, wanted in ipairs { "10Mbps", "10000kbps", 1.25e6, 1250000 } do
      assert.are.equal(2, #labelled("a", "b"):where { ["platform.bandwidth"] = wanted })
    end
    assert.are.equal(1.25e6, labelled("a", "b"):mean "platform.bandwidth")
    for _, wanted in ipairs { "10", 10, "fedavg", true } do
      assert.has_error(function() labelled("a"):where { ["platform.bandwidth"] = wanted } end)
    end
  end)

  it("break a claim that asks for runs there are none of", function()
    assert.has_error(function() given():where { workers = 9 } end, "no run has these values")
    for _, wanted in ipairs { { "sgd" }, "sgd", 3 } do
      assert.has_error(function() given():where(wanted) end,
        'where: expected { key = value }, such as { strategy = "sgd" }, or a function')
    end
  end)

  it("break a claim about a key that no run has, and say which is near", function()
    for wanted, near in next, { timed = "time_s", ["modelled.x"] = "model", ["strategie"] = "strategy", fasting = "fast",
      ["faults.lost"] = "faults" } do
      local said = ('no run has a key "%s"; did you mean "%s"?'):format(wanted, near)
      assert.has_error(function() given():where { [wanted] = 1 } end, said)
      assert.has_error(function() given():median(wanted) end, said)
    end
    assert.has_error(function() given():where { xyz = 1 } end, 'no run has a key "xyz"')
    local names
    local all = results.new({ { id = 0, status = "ok", loss = 1, set = { b = 2 } } },
      function() return { c = { "n", d = { e = 3 } } } end, nil, function(_, list) names = list end)
    assert.has_error(function() all:where { zz = 1 } end)
    assert.are.same({ "b", "c", "c.d", "c.d.e", "id", "loss", "status" }, names)
  end)

  it("have medians and means over runs", function()
    assert.are.equal(2, given():median "time_s")
    assert.are.equal(2, given():mean "time_s")
    assert.are.equal(2.5, given():where { ["strategy.period"] = 4 }:median "time_s")
    assert.are.equal(1, given():least "time_s")
    assert.are.equal(3, given():most "time_s")
    assert.are.equal(8, given():time_to { loss = 0.6 })     -- 2.8, never, 8
    assert.are.equal(math.huge, given():time_to { loss = 0.3 })
  end)

  it("break a claim about a number that a run has not", function()
    local all = given()
    all[2].loss = 0 / 0
    assert.has_error(function() all:median "loss" end, "run 1 has no number loss (status ok)")
    assert.has_error(function() all:median "speed" end)
  end)
end)
