local lab = require "dt.lab"

describe("a lab", function()
  local questions = {
    { "a", "ten", tolerance = 0.01, truth = function(results) return results.ten end, hint = "count your fingers" },
    { "b", "minus one", tolerance = 0.1, truth = function() return -1 end, hint = "below zero" },
  }
  local results, numbers = { ten = 10 }, {}

  local function judged(answers)
    local said = {}
    for text, claim in pairs(lab.check(answers, questions, numbers)) do said[text:match "question (%a)"] = { claim(results) } end
    return said
  end

  it("takes answers within the tolerance, on both sides", function()
    assert.is_true(judged { a = 10.09 }.a[1])
    assert.is_true(judged { a = 9.91 }.a[1])
    assert.is_true(judged { b = -1.09 }.b[1])
  end)
  it("says on which side a wrong answer is, and gives the hint", function()
    assert.same({ "not yet", "11 is too large; count your fingers" }, judged { a = 11 }.a)
    assert.same({ "not yet", "-2 is too small; below zero" }, judged { b = -2 }.b)
  end)
  it("says that an answer is missing or no number", function()
    assert.same({ "not yet", "not answered yet" }, judged {}.a)
    assert.same({ "not yet", "expected a number, such as 0.25, without quotes, got a string" }, judged { a = "x" }.a)
  end)
  it("names the unit where that alone is wrong, and what is no number", function()
    assert.same({ "not yet", "1000 is too large; look at its unit (per cent?); count your fingers" }, judged { a = 1000 }.a)
    assert.same({ "not yet", "0.01 is too small; look at its unit (milli or kilo?); count your fingers" }, judged { a = 0.01 }.a)
    assert.same({ "not yet", "expected a number, got NaN: something was divided by zero" }, judged { a = 0 / 0 }.a)
  end)
  it("refuses an answer to a question it does not ask", function()
    assert.has_error(function() lab.check({ c = 1 }, questions, {}) end,
                     'answers.lua: expected answers to a, b, got one to "c"')
  end)
  it("finds the first evaluation at or below a loss, the median over runs", function()
    local runs = {
      { id = 0, evaluations = { loss = { 3, 1, 2 }, round = { 0, 5, 6 } } },
      { id = 1, evaluations = { loss = { 3, 2, 1 }, round = { 0, 5, 6 } } },
    }
    assert.equal(5.5, lab.first(runs, "round", 1))
    assert.equal(5, lab.first(runs, "round", 2))
    assert.has_error(function() lab.first(runs, "round", 0) end, "run 0 never comes to a loss of 0")
  end)
  it("tells the truth instead where the key is asked for", function()
    assert.same({ false, "10" }, judged { key = true }.a)
  end)
  it("refuses a file that names a student, whose numbers it does not know", function()
    assert.has_error(function() lab.check({ student = "Ada" }, questions, {}) end,
                     'answers.lua: it names a student, whose numbers "dtsim run" does not know: use dtsim lab NUMBER --answers FILE')
  end)
  it("cannot judge by a truth that is no number, and says so", function()
    for truth, said in pairs { [0] = "0", [math.huge] = "inf", [false] = "false" } do
      local asked = { { "a", "?", tolerance = 0.1, truth = function() return truth end, hint = "" } }
      local claim = lab.check({ a = 1 }, asked, {})["question a: ?"]
      assert.has_error(function() claim(results) end, "it cannot be judged in these runs: expected a right answer that is a " ..
                       "number other than 0, got " .. said)
    end
  end)
  it("hands a truth the numbers in effect: of all runs, found by a function, drawn, or preset", function()
    local function run(workers) return { value = function(_, key) return ({ latency = 0.1, workers = workers })[key] end } end
    local runs, seen = { run(2), run(8), run(2) }, nil
    local rows = {
      { "latency", of = "latency" },
      { "most", of = function(values) return math.max(table.unpack(values "workers")) end },
      { "limit", of = 3 }, { "size", of = 5 },
    }
    local asked = { { "a", "?", tolerance = 0.1, truth = function(_, told) seen = told; return 1 end, hint = "" } }
    assert.is_true(lab.check({ a = 1, drawn = { limit = 4 } }, asked, rows)["question a: ?"](runs))
    assert.same({ latency = 0.1, most = 8, limit = 4, size = 5 }, seen)
    assert.has_error(function() lab.check({ a = 1 }, asked, { { "x", of = "workers" } })["question a: ?"](runs) end,
                     "numbers.lua: x: expected one value of workers, got 2")
    assert.has_error(function() lab.check({ a = 1 }, asked, { { "x", of = "warkers" } })["question a: ?"](runs) end,
                     "numbers.lua: no run of the lab has a warkers")
  end)
  it("draws within its limits, three digits of a quantity, every whole number, every item", function()
    local at = { 0, 0.5, 1 - 2 ^ -53 }
    local function draws(draw)
      local list = {}
      for i, u in ipairs(at) do list[i] = draw(function() return u end) end
      return list
    end
    assert.same({ "2ms", "6.32ms", "20ms" }, draws(lab.between(2, 20, "ms")))
    assert.same({ 5, 5 * (25 / 5) ^ 0.5 // 1, 24 }, draws(lab.whole(5, 24)))
    assert.same({ "x", "y", "y" }, draws(lab.one_of { "x", "y" }))
    assert.equal(5.2, lab.amount "5.2ms")
  end)
end)
