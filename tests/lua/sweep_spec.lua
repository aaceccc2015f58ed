-- sweep_spec.lua: alternatives become runs, in one order, with labels that tell them apart.
local dt = require "dt"
local sweep = require "dt.sweep"

local function swept(runs)
  local lines = {}
  for i, run in ipairs(runs) do
    local cells = {}
    for j, cell in ipairs(run.swept) do cells[j] = cell.key .. "=" .. tostring(cell.value) end
    lines[i] = table.concat(cells, " ")
  end
  return lines
end

local function refused(tree)
  local good, reason = pcall(sweep.expand, tree)
  assert.is_false(good)
  return reason
end

describe("a sweep", function()
  it("without alternatives is one run that nothing tells apart", function()
    local runs = sweep.expand { workers = 8, data = { "gaussian", rows = 5 } }
    assert.are.same({ { tree = { workers = 8, data = { "gaussian", rows = 5 } }, swept = {} } }, runs)
  end)

  it("is a grid whose first dt.sweep in the file is slowest", function()
    local late, early = {}, {}
    early.workers = dt.sweep { 1, 2 }
    late.strategy = { "localsgd", period = dt.sweep { 4, 8 } }
    local runs = sweep.expand { workers = early.workers, strategy = late.strategy }
    assert.are.same({ "workers=1 strategy.period=4", "workers=1 strategy.period=8", "workers=2 strategy.period=4",
      "workers=2 strategy.period=8" }, swept(runs))
    assert.are.same({ "localsgd", period = 8 }, runs[4].tree.strategy)
  end)

  it("leaves the scenario as it was", function()
    local tree = { workers = dt.sweep { 1, 2 }, seeds = 2 }
    sweep.expand(tree)
    assert.are.equal(2, tree.seeds)
    assert.are.equal("sweep", tree.workers.kind)
  end)

  it("of tables is labelled by name, and by what differs where names agree", function()
    local values = { "none", { "sign" }, { "topk", ratio = 0.1 }, { "topk", ratio = 1 } }
    local runs = sweep.expand { compress = dt.sweep(values) }
    assert.are.same({ "compress=none", "compress=sign", "compress=topk ratio=0.1", "compress=topk ratio=1" }, swept(runs))
    assert.are.same({ "sign" }, runs[2].tree.compress)
  end)

  it("within an alternative belongs to it alone", function()
    local runs = sweep.expand { strategy = dt.sweep { { "localsgd", period = dt.sweep { 1, 2 } }, "sgd" } }
    assert.are.equal(3, #runs)
    assert.are.equal("strategy=localsgd strategy.period=2", swept(runs)[2])
    local missing = runs[3].swept[2].value
    assert.is_true(missing ~= missing)          -- a column of numbers has NaN where there is none
  end)

  it("of the name of a choice has the path of the choice", function()
    local runs = sweep.expand { strategy = { dt.sweep { "sgd", "gossip" } } }
    assert.are.same({ "strategy=sgd", "strategy=gossip" }, swept(runs))
  end)

  it("of truths keeps truths, of mixed kinds gives texts", function()
    local runs = sweep.expand { a = dt.sweep { true, false } }
    assert.is_false(runs[2].swept[1].value)
    assert.is_false(runs[2].tree.a)
    runs = sweep.expand { a = dt.sweep { 1, "2Gbps", 0.5 } }
    assert.are.same({ "a=1", "a=2Gbps", "a=0.5" }, swept(runs))
    assert.are.equal("0.5", runs[3].swept[1].value)
  end)

  it("that stands at two places advances at both together", function()
    local both = dt.sweep { 1, 2 }
    assert.are.same({ "a=1 b=1", "a=2 b=2" }, swept(sweep.expand { a = both, b = both }))
  end)

  it("refuses what is no list, with the line of the scenario", function()
    for _, bad in ipairs { "local x = require('dt').sweep(3)", "local x = require('dt').sweep {}",
      "local x = require('dt').sweep { a = 1 }", "local x = require('dt').zip { 1, nil, 3 }" } do
      local good, reason = pcall(load(bad, "=tau.lua"))
      assert.is_false(good)
      assert.is_truthy(reason:find "^tau.lua:1: dt%.%l+", reason)
    end
  end)

  it("refuses a table that holds itself", function()
    local t = {}
    t.t = t
    assert.is_truthy(refused { strategy = t }.message:find "nested at most 16 deep")
  end)
end)

describe("zips", function()
  it("advance together", function()
    local runs = sweep.expand { a = dt.zip { 1, 2 }, b = { c = dt.zip { "x", "y" } }, d = dt.sweep { 5, 6 } }
    assert.are.same({ "a=1 b.c=x d=5", "a=1 b.c=x d=6", "a=2 b.c=y d=5", "a=2 b.c=y d=6" }, swept(runs))
  end)

  it("of unequal lengths are refused with both keys", function()
    local reason = refused { a = dt.zip { 1, 2 }, b = dt.zip { 1, 2, 3 } }
    assert.are.equal("b", reason.path)
    assert.is_truthy(reason.message:find "3 values, that of a has 2")
  end)
end)

describe("seeds", function()
  it("are innermost and begin at seed", function()
    local runs = sweep.expand { a = dt.sweep { 1, 2 }, seeds = 2, seed = 7 }
    assert.are.same({ "a=1 seed=7", "a=1 seed=8", "a=2 seed=7", "a=2 seed=8" }, swept(runs))
    assert.are.equal(8, runs[4].tree.seed)
    assert.is_nil(runs[4].tree.seeds)
  end)

  it("tell nothing apart if there is one", function()
    local runs = sweep.expand { seeds = 1 }
    assert.are.same({ { tree = { seed = 1 }, swept = {} } }, runs)
  end)

  it("are refused with their key path where they make no sense", function()
    assert.are.equal("seeds", refused({ seeds = 0 }).path)
    assert.are.equal("seeds", refused({ seeds = 1.5 }).path)
    assert.are.equal("seeds", refused({ seeds = dt.sweep { 1, 2 } }).path)
    assert.are.equal("seed", refused({ seeds = 2, seed = "x" }).path)
    assert.are.equal("seeds", refused({ seeds = 2, seed = dt.sweep { 1, 2 } }).path)
  end)
end)

describe("distributions", function()
  it("are tables with their name first", function()
    assert.are.same({ "exponential", mean = "40ms" }, dt.exponential { mean = "40ms" })
    assert.are.same({ "constant", value = 2 }, dt.constant(2))
    assert.are.same({ "lognormal" }, dt.lognormal())
    for line in io.lines "lua/dt/reference.gen.lua" do
      local promised = line:match "^function dt%.([%w_]+)%("
      if promised then assert.is_function(dt[promised], promised) end
    end
    assert.has_error(function() dt.normal(3) end)
    assert.has_error(function() dt.normal { 3 } end)
  end)
end)
