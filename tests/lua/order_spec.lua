-- order_spec.lua: tables are walked in one order, labels read back exactly.
local label = require "dt.label"
local order = require "dt.order"
local xml = require "dt.xml"

describe("order", function()
  it("goes through numbers, then texts, ascending", function()
    assert.are.same({ 1, 2, "a", "b", "z" }, order.keys { "x", "y", z = 1, b = 2, a = 3 })
    local seen = {}
    for key, value in order.pairs { b = false, a = 1 } do seen[#seen + 1] = key .. tostring(value) end
    assert.are.same({ "a1", "bfalse" }, seen)
  end)
end)

describe("JSON", function()
  it("is compact, sorted, and exact", function()
    local node = { "topk", sizes = { 1, 2.5 }, ratio = 0.1 }
    assert.are.equal('{"name":"topk","ratio":0.1,"sizes":[1,2.5]}', label.json(node))
    assert.are.equal('"a\\"b\\u000a"', label.json 'a"b\n')
    for _, x in ipairs { 1 / 3, 1e300, 5e-324, 123456789.125, 2 ^ 53 } do
      assert.are.equal(x, tonumber(label.json(x)))
    end
  end)
end)

describe("xml", function()
  local pieces
  local function write(text) pieces[#pieces + 1] = text end
  before_each(function() pieces = {} end)

  it("closes a zone with its routes after its links", function()
    local x = xml.new(write)
    x:open("w", "Full")
    x:join("a", "b", 10, 0.5)
    x:join("a", "c", 10, 0.5)
    x:close()
    x:finish()
    local text = table.concat(pieces)
    assert.is_true(text:find('link id="a-c"', 1, true) < text:find("<zoneRoute", 1, true))
    assert.is_true(text:find("</zoneRoute>\n</zone>\n</platform>", 1, true) ~= nil)
    assert.is_truthy(text:find('bandwidth="10Bps" latency="0.5s"', 1, true))
  end)

  it("keeps every line of a long file, in order", function()
    local x, lines = xml.new(write), {}
    for i = 1, 20000 do x:add("<%d/>", i) end
    x:finish()
    local text = table.concat(pieces)
    for number in text:gmatch("\n<(%d+)/>") do lines[#lines + 1] = tonumber(number) end
    assert.are.equal(20000, #lines)
    for i, number in ipairs(lines) do assert.are.equal(i, number) end
    assert.is_nil(text:find("\n\n<", 1, true))
    assert.is_true(#pieces > 1)         -- a long file is never held as a whole
  end)
end)
