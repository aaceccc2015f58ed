-- set_spec.lua: --set key.path=value puts a value into a scenario.
local dt = require "dt"
local set = require "dt.set"
local sweep = require "dt.sweep"

local function apply(tree, ...)
  for _, text in ipairs { ... } do tree = set.apply(tree, text, dt) end
  return tree
end

describe("set", function()
  it("reads Lua where it can and a text where not", function()
    assert.are.same({ a = 8, b = true, c = "ring", d = "25Gbps", e = { "ring" }, f = "", g = "a/b.csv", h = 1e-3 },
      apply({}, "a=8", "b=true", "c=ring", "d=25Gbps", "e={'ring'}", "f=", "g=a/b.csv", "h=1e-3"))
  end)

  it("makes a table of a name, and of nothing", function()
    assert.are.same({ strategy = { "localsgd", period = 4 } }, apply({ strategy = "localsgd" }, "strategy.period=4"))
    assert.are.same({ stop = { steps = 4 } }, apply({}, "stop.steps=4"))
  end)

  it("changes every alternative of a sweep", function()
    local tree = apply({ strategy = dt.sweep { "localsgd", { "adacomm", period = 9 } } }, "strategy.period=4")
    local runs = sweep.expand(tree)
    assert.are.same({ "localsgd", period = 4 }, runs[1].tree.strategy)
    assert.are.same({ "adacomm", period = 4 }, runs[2].tree.strategy)
  end)

  it("takes a sweep as value", function()
    assert.are.equal(3, #sweep.expand(apply({ workers = 1 }, "workers=dt.sweep { 1, 2, 4 }")))
  end)

  it("leaves the given tables alone", function()
    local strategy = { "localsgd", period = 1 }
    apply({ strategy = strategy }, "strategy.period=4")
    assert.are.equal(1, strategy.period)
  end)

  it("refuses what is no assignment, a path through a number, and Lua that fails", function()
    assert.has_error(function() apply({}, "workers") end, "--set workers: expected key.path=value")
    assert.has_error(function() apply({ workers = 8 }, "workers.x=1") end,
      "--set workers.x=1: workers: expected a table, got 8")
    assert.has_error(function() apply({}, "a=dt.sweep {}") end)
    assert.has_error(function() apply({}, "a={1,") end)
  end)

  it("sees nothing of the machine", function()
    assert.are.same({ a = "os.time()" }, apply({}, "a=os.time()"))
  end)
end)
