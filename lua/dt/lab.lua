-- lab.lua: a student's answers as the claims of a lab's scenario.
local order = require "dt.order"
local lab = {}

--- Held if the answer is within the question's tolerance of what the student's own run says.
local function judge(question, answer)
  return function(results)
    if answer == nil then return false, "not answered yet" end
    if type(answer) ~= "number" then return false, ("the answer is %s, a number is needed"):format(type(answer)) end
    local truth = question.truth(results)
    if math.abs(answer - truth) <= question.tolerance * math.abs(truth) then return true end
    return false, ("%g is too %s; %s"):format(answer, answer > truth and "large" or "small", question.hint)
  end
end

--- Claims, one a question: { name, text, tolerance = share of the truth, truth = function(results), hint = sentence }.
function lab.check(answers, questions)
  local claims, known, names = {}, {}, {}
  for _, question in ipairs(questions) do
    local name, text = question[1], question[2]
    known[name] = true
    names[#names + 1] = name
    claims[("question %s: %s"):format(name, text)] = judge(question, answers[name])
  end
  for _, name in ipairs(order.keys(answers)) do
    if not known[name] then
      error(("the answers name a question \"%s\"; this lab asks %s"):format(name, table.concat(names, ", ")), 0)
    end
  end
  return claims
end

--- Where column stood at the first mark whose loss was at most that; the median over runs.
function lab.first(runs, column, loss)
  local list = {}
  for _, run in ipairs(runs) do
    local marks, i = run.marks, 1
    while not (marks.loss[i] <= loss) do
      i = i + 1
      if marks.loss[i] == nil then error(("run %d never comes to a loss of %g"):format(run.id, loss), 0) end
    end
    list[#list + 1] = marks[column][i]
  end
  table.sort(list)
  local half = #list // 2
  return #list % 2 == 1 and list[half + 1] or (list[half] + list[half + 1]) / 2
end

return lab
