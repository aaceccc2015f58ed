local lab = require "dt.lab"

describe("a lab", function()
  local questions = {
    { "a", "ten", tolerance = 0.01, truth = function(results) return results.ten end, hint = "count your fingers" },
    { "b", "minus one", tolerance = 0.1, truth = function() return -1 end, hint = "below zero" },
  }
  local results = { ten = 10 }

  local function judged(answers)
    local said = {}
    for text, claim in pairs(lab.check(answers, questions)) do said[text:match "question (%a)"] = { claim(results) } end
    return said
  end

  it("takes answers within the tolerance, on both sides", function()
    assert.is_true(judged { a = 10.09 }.a[1])
    assert.is_true(judged { a = 9.91 }.a[1])
    assert.is_true(judged { b = -1.09 }.b[1])
  end)
  it("says on which side a wrong answer is, and gives the hint", function()
    assert.same({ false, "11 is too large; count your fingers" }, judged { a = 11 }.a)
    assert.same({ false, "-2 is too small; below zero" }, judged { b = -2 }.b)
  end)
  it("says that an answer is missing or no number", function()
    assert.same({ false, "not answered yet" }, judged {}.a)
    assert.same({ false, "expected a number, such as 0.25, without quotes, got a string" }, judged { a = "x" }.a)
  end)
  it("names the unit where that alone is wrong, and what is no number", function()
    assert.same({ false, "1000 is too large; look at its unit (per cent?); count your fingers" }, judged { a = 1000 }.a)
    assert.same({ false, "0.01 is too small; look at its unit (milli or kilo?); count your fingers" }, judged { a = 0.01 }.a)
    assert.same({ false, "expected a number, got NaN: something was divided by zero" }, judged { a = 0 / 0 }.a)
  end)
  it("refuses an answer to a question it does not ask", function()
    assert.has_error(function() lab.check({ c = 1 }, questions) end,
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
end)
