-- lab.lua: a student's answers as the claims of a lab's scenario.
local order = require "dt.order"
local lab = {}

--- Factors by which a right number in a wrong unit is off, with the hint for each.
local SLIPS = {
  { 100, "per cent" }, { 8, "bits or bytes" }, { 60, "minutes" }, { 1e3, "milli or kilo" }, { 1e6, "micro or mega" },
}

--- A hint if only the unit is wrong, else "".
local function of_unit(answer, near)
  for _, slip in ipairs(SLIPS) do
    if near(answer / slip[1]) or near(answer * slip[1]) then return ("look at its unit (%s?); "):format(slip[2]) end
  end
  return ""
end

--- The claim holds if the answer is within the question's tolerance of the value in the student's own run.
local function judge(question, answer)
  return function(results)
    if answer == nil then return false, "not answered yet" end
    if type(answer) ~= "number" then
      return false, ("expected a number, such as 0.25, without quotes, got a %s"):format(type(answer))
    end
    if answer ~= answer then return false, "expected a number, got NaN: something was divided by zero" end
    local truth = question.truth(results)
    local function near(value) return math.abs(value - truth) <= question.tolerance * math.abs(truth) end
    if near(answer) then return true end
    local slip = of_unit(answer, near)
    return false, ("%g is too %s; %s%s"):format(answer, answer > truth and "large" or "small", slip, question.hint)
  end
end

--- Claims, one a question: { name, text, tolerance = share of the truth, truth = function(results), hint = sentence }.
function lab.check(answers, questions)
  if type(answers) ~= "table" then
    error(("answers.lua: expected return { a = 0.25, b = nil }, a table, got a %s"):format(type(answers)), 0)
  end
  local claims, known, names = {}, {}, {}
  for _, question in ipairs(questions) do
    local name, text = question[1], question[2]
    known[name] = true
    names[#names + 1] = name
    claims[("question %s: %s"):format(name, text)] = judge(question, answers[name])
  end
  for _, name in ipairs(order.keys(answers)) do
    if not known[name] then
      error(("answers.lua: expected answers to %s, got one to \"%s\""):format(table.concat(names, ", "), name), 0)
    end
  end
  return claims
end

--- The value of column at the first evaluation with at most that loss; the median over runs.
function lab.first(runs, column, loss)
  local list = {}
  for _, run in ipairs(runs) do
    local evaluations, i = run.evaluations, 1
    while not (evaluations.loss[i] <= loss) do
      i = i + 1
      if evaluations.loss[i] == nil then error(("run %d never comes to a loss of %g"):format(run.id, loss), 0) end
    end
    list[#list + 1] = evaluations[column][i]
  end
  table.sort(list)
  local half = #list // 2
  return #list % 2 == 1 and list[half + 1] or (list[half] + list[half + 1]) / 2
end

return lab
