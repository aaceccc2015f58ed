-- label_spec.lua: the values of an axis are told apart by their labels, shortly, and by nothing that they share.
local dt = require "dt"
local label = require "dt.label"
local sweep = require "dt.sweep"

local function swept(key, values)
  local found = {}
  for i, run in ipairs(sweep.expand { [key] = dt.sweep(values) }) do found[i] = run.swept[1].value end
  return found
end

--- No two labels are equal, as cells of one column.
local function all_differ(values)
  local seen = {}
  for i, one in ipairs(swept("key", values)) do
    assert.is_nil(seen[tostring(one)], ("values %s and %d are both called %s"):format(seen[tostring(one)], i, one))
    seen[tostring(one)] = i
  end
end

describe("labels", function()
  it("tell a bare name from a table of that name", function()
    assert.are.same({ "fedavg", "fedavg proximal_mu=1" }, label.all { "fedavg", { "fedavg", proximal_mu = 1 } })
    assert.are.same({ "fedavg proximal_mu=1", "fedavg" }, label.all { { "fedavg", proximal_mu = 1 }, { "fedavg" } })
    assert.are.same({ "sgd", "fedavg", "fedavg proximal_mu=1" }, label.all { "sgd", "fedavg", { "fedavg", proximal_mu = 1 } })
  end)

  it("say nothing that all of one name share", function()
    assert.are.same({ "topk ratio=0.1", "topk ratio=1", "sign" },
      label.all { { "topk", ratio = 0.1, error_feedback = false }, { "topk", ratio = 1, error_feedback = false },
        { "sign", x = 1 } })
  end)

  it("of one choice in two spellings are equal", function()
    assert.are.same({ "ring", "ring" }, label.all { "ring", { "ring" } })
    assert.are.same({ "a", "a", "a b=y" }, label.all { { "a" }, "a", { "a", b = { "y" } } })
  end)

  it("go into nested tables, for what differs there alone", function()
    assert.are.same({ "fedavg local=sgd local.lr=0.1", "fedavg local=sgd local.lr=0.2", "fedavg" }, label.all {
      { "fedavg", ["local"] = { "sgd", lr = 0.1 } }, { "fedavg", ["local"] = { "sgd", lr = 0.2 } }, "fedavg" })
    assert.are.same({ "a b.c=1", "a b.c=2" }, label.all { { "a", b = { c = 1, d = 5 } }, { "a", b = { c = 2, d = 5 } } })
  end)

  it("of nested sweeps name their values", function()
    local runs = sweep.expand { strategy = dt.sweep { { "localsgd", period = dt.sweep { 1, 2 } },
      { "localsgd", period = dt.sweep { 4, 8 } }, { "localsgd", period = 16 } } }
    local found = {}
    for i, run in ipairs(runs) do found[i] = run.swept[1].value end
    assert.are.same({ "localsgd period=1|2", "localsgd period=1|2", "localsgd period=4|8", "localsgd period=4|8",
      "localsgd period=16" }, found)
  end)

  it("of lists are the lists", function()
    assert.are.same({ "[64]", "[64,64]" }, label.all { { 64 }, { 64, 64 } })
    assert.are.same({ '["40ms",1,1]', "[0.04,1,1]", "40ms" }, label.all { { "40ms", 1, 1 }, { 0.04, 1, 1 }, "40ms" })
    assert.are.same({ '["w0","w1"]', '["w1","w0"]' }, label.all { { "w0", "w1" }, { "w1", "w0" } })
  end)

  it("of what is long keep what differs", function()
    local one, two = {}, {}
    for i = 1, 50 do one[i], two[i] = 64, 64 end
    two[30] = 32
    local labels = label.all { one, two, { "mlp", widths = one }, { "mlp", widths = two } }
    for i, text in ipairs(labels) do
      assert.is_true(#text <= 60, text)
      assert.is_truthy(text:find "%.%.%.")
      assert.are.equal(i % 2 == 0, text:find "32" ~= nil, text)
    end
    all_differ { one, two, { "mlp", widths = one }, { "mlp", widths = two } }
    local texts = label.all { { "file", path = ("x"):rep(60) .. "ä" }, { "file", path = ("x"):rep(60) .. "ö" } }
    for _, text in ipairs(texts) do assert.is_truthy(utf8.len(text)) end
    assert.are_not.equal(texts[1], texts[2])
  end)

  it("differ wherever values differ, of whatever kinds", function()
    all_differ { 1, 1.0000001, 1 + 2 ^ -52, 1e15, 1e15 + 1, 2 ^ 53, "1 ", "2" }
    all_differ { true, false, "maybe" }
    all_differ { "[64]", { 64 }, { 64, 64 }, "64", { { 64 } } }
    all_differ { { "a", b = "c d=1" }, { "a", b = "c", d = 1 }, { "a", b = '"c"' }, "a b=c", "a", { "a", "b" }, { "a", "c" } }
    all_differ { { "a", b = 8 }, { "a", b = "8" }, { "a", b = true }, { "a", b = "true" }, { "a", b = { 8 } }, { "a" } }
    all_differ { { crash = { mean = 1 } }, { crash = { mean = 2 } }, { crash = { mean = 1, recover = 2 } }, {} }
    all_differ { { link = { a = 1, b = ("x"):rep(50) } }, { link = { a = 2, b = ("x"):rep(50) } }, { link = 1 } }
  end)

  it("are not what a missing value is called", function()
    local runs = sweep.expand { a = dt.sweep { { "x", b = dt.sweep { "-", "y" } }, "z" } }
    assert.are.equal('"-"', runs[1].swept[2].value)
    assert.are.equal("-", runs[3].swept[2].value)
  end)
end)
