-- lab.lua: the numbers of a lab, which a student's seed draws, and a student's answers as the claims of its scenario.
-- scenarios/labs/README.md says what a lab's folder holds: scenario.lua, numbers.lua, questions.lua, answers.lua.
local order = require "dt.order"
local lab = {}

-- ---- numbers ----------------------------------------------------------------------------------------

--- Uniform numbers in [0, 1), the same for a seed on every machine.  Source: SplitMix64, Steele et al. 2014,
--- doi:10.1145/2660193.2660195.
local function stream(seed)
  local state = seed
  return function()
    state = state + 0x9E3779B97F4A7C15
    local z = state
    z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ~ (z >> 27)) * 0x94D049BB133111EB
    return ((z ~ (z >> 31)) >> 11) / (1 << 53)
  end
end

--- A draw of a number from low to high with three digits, as often below the geometric mean as above it; a text if it has a unit.
function lab.between(low, high, unit)
  return function(random)
    local value = tonumber(("%.3g"):format(low * (high / low) ^ random()))
    return unit and ("%.15g%s"):format(value, unit) or value
  end
end

--- A draw of a whole number, likewise.
function lab.whole(low, high)
  return function(random) return math.floor(low * ((high + 1) / low) ^ random()) end
end

--- A draw of one item of a list.
function lab.one_of(list)
  return function(random) return list[1 + math.floor(#list * random())] end
end

--- The number in front of its unit: 5.2 of "5.2ms".
function lab.amount(text) return tonumber(tostring(text):match "^[%d.eE+-]*%d") end

--- What stands at a key path in the tree of a run; nil if nothing does.
local function at(tree, key)
  for part in key:gmatch "[^.]+" do
    if type(tree) ~= "table" then return nil end
    tree = tree[math.tointeger(tonumber(part)) or part]
  end
  return tree
end

--- values(key): the different values of a key in all runs, in their order.
local function values_of(runs, read)
  return function(key)
    local list, seen = {}, {}
    for _, run in ipairs(runs) do
      local value = read(run, key)
      if value ~= nil and not seen[value] then seen[value], list[#list + 1] = true, value end
    end
    if #list == 0 then error(("numbers.lua: no run of the lab has a %s"):format(key), 0) end
    return list
  end
end

--- The numbers in effect by name: of the runs, or, where they are no part of the scenario, drawn or else preset.
local function in_effect(numbers, values, drawn)
  local found = {}
  for _, number in ipairs(numbers) do
    local name, of = number[1], number.of
    if type(of) == "string" then
      local all = values(of)
      if #all > 1 then error(("numbers.lua: %s: expected one value of %s, got %d"):format(name, of, #all), 0) end
      found[name] = all[1]
    elseif type(of) == "function" then found[name] = of(values)
    elseif drawn[name] ~= nil then found[name] = drawn[name]
    else found[name] = of end
  end
  return found
end

--- What puts a drawn number into the scenario, as texts of --set.
local function sets_of(number, drawn)
  local value = drawn[number[1]]
  if number.set then
    local sets = number.set(value, drawn)
    return type(sets) == "table" and sets or { sets }
  end
  return type(number.of) == "string" and { ("%s=%s"):format(number.of, value) } or {}
end

--- A number as a hand-out prints it: 25 000 000.
local function shown(value)
  local text = type(value) == "number" and ("%.15g"):format(value) or tostring(value)
  if not text:find "^%d%d%d%d%d+$" then return text end
  return (text:reverse():gsub("(%d%d%d)", "%1 "):reverse():gsub("^ ", ""))
end

--- What dtsim lab is to know of the lab in this folder: sets (those of the student's seed, then the given ones), the numbers as
--- the hand-out prints them, those drawn that are no part of the scenario, and the questions.  seed nil: of no student.
function lab.describe(seed, given)
  local numbers, drawn, sets = require "numbers", {}, {}
  local scenario = require "scenario"
  if seed then
    local random = stream(seed)
    sets[1] = ("seed=%d"):format(seed)
    if scenario.data_seed then sets[2] = ("data_seed=%d"):format(seed) end
    for _, number in ipairs(numbers) do
      drawn[number[1]] = number.draw(random, drawn)
      for _, set in ipairs(sets_of(number, drawn)) do sets[#sets + 1] = set end
    end
  end
  table.move(given, 1, #given, #sets + 1, sets)
  local runs = require "dt.build"(scenario, sets).runs
  local values = values_of(runs, function(run, key) return at(run.tree, key) end)
  local told, asked, questions = in_effect(numbers, values, drawn), {}, {}
  for _, number in ipairs(numbers) do
    local name = number[1]
    if type(number.of) ~= "string" and type(number.of) ~= "function" then asked[name] = told[name] end
    told[name] = shown(told[name])
  end
  for i, question in ipairs(require "questions") do
    questions[i] = { question[1], question[2], question.points or 1, question.tolerance }
  end
  return { sets = sets, numbers = told, asked = asked, questions = questions, runs = #runs }
end

-- ---- answers ----------------------------------------------------------------------------------------

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

--- The right answer in these results.  No answer could be judged by an endless one or by zero.
local function truth_of(question, results, numbers)
  local good, truth = pcall(question.truth, results, numbers)
  if not good then error(("it cannot be judged in these runs: %s"):format(tostring(truth)), 0) end
  if type(truth) ~= "number" or truth ~= truth or math.abs(truth) == math.huge or truth == 0 then
    error(("it cannot be judged in these runs: expected a right answer that is a number other than 0, got %s"):format(tostring(truth)), 0)
  end
  return truth
end

--- The claim holds if the answer is within the question's tolerance of the value in the student's own run.  numbers() are those
--- in effect in these results.
local function judge(question, answer, numbers)
  return function(results)
    if answer == nil then return "not yet", "not answered yet" end
    if type(answer) ~= "number" then
      return "not yet", ("expected a number, such as 0.25, without quotes, got a %s"):format(type(answer))
    end
    if answer ~= answer then return "not yet", "expected a number, got NaN: something was divided by zero" end
    local truth = truth_of(question, results, numbers(results))
    local function near(value) return math.abs(value - truth) <= question.tolerance * math.abs(truth) end
    if near(answer) then return true end
    local slip = of_unit(answer, near)
    return "not yet", ("%g is too %s; %s%s"):format(answer, answer > truth and "large" or "small", slip, question.hint)
  end
end

--- The teacher's claim instead: it never holds, and its reason is the right answer.
local function tell(question, numbers)
  return function(results) return false, ("%.17g"):format(truth_of(question, results, numbers(results))) end
end

--- Of answers to a, b, c refuse one to z.
local function check_names(answers, questions)
  local known, names = { drawn = true, key = true }, {}
  for _, question in ipairs(questions) do
    known[question[1]] = true
    names[#names + 1] = question[1]
  end
  if answers.student ~= nil then
    error("answers.lua: it names a student, whose numbers \"dtsim run\" does not know: use dtsim lab NUMBER --answers FILE", 0)
  end
  for _, name in ipairs(order.keys(answers)) do
    if not known[name] then
      error(("answers.lua: expected answers to %s, got one to \"%s\""):format(table.concat(names, ", "), name), 0)
    end
  end
end

--- Claims, one a question: { name, text, tolerance = share of the truth, truth = function(results, numbers), hint = sentence }.
--- numbers are those of numbers.lua, and answers.drawn those of them that were drawn and are no part of the scenario.
function lab.check(answers, questions, numbers)
  if type(answers) ~= "table" then
    error(("answers.lua: expected return { a = 0.25, b = nil }, a table, got a %s"):format(type(answers)), 0)
  end
  check_names(answers, questions)
  local kept
  local function told(results)
    kept = kept or in_effect(numbers, values_of(results, function(run, key) return run:value(key) end), answers.drawn or {})
    return kept
  end
  local claims = {}
  for _, question in ipairs(questions) do
    local name, text = question[1], question[2]
    claims[("question %s: %s"):format(name, text)] = answers.key and tell(question, told) or judge(question, answers[name], told)
  end
  return claims
end

--- The claims of the lab in this folder.  dtsim lab writes answers.lua itself.
function lab.claims() return lab.check(require "answers", require "questions", require "numbers") end

-- ---- what truths are made of -------------------------------------------------------------------------

--- The median of column at the first evaluation with at most that loss, over runs.
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
  return lab.median(list)
end

function lab.median(list)
  table.sort(list)
  local half = #list // 2
  return #list % 2 == 1 and list[half + 1] or (list[half] + list[half + 1]) / 2
end

require "dt.manual".of("lab", lab, {
  { name = "claims", call = "lab.claims()", type = "fun(): table",
    brief = "The claims of a lab: its questions, judged by the student's answers.  scenarios/labs/README.md says how a lab is written.",
    example = "claims = require \"dt.lab\".claims()" },
  { name = "between", call = "lab.between(low, high, unit)", type = "fun(low: number, high: number, unit?: string): function",
    brief = "Draws a student's number from low to high, with three digits, as often below the geometric mean as above it.",
    example = "{ \"bandwidth\", of = \"platform.bandwidth\", draw = lab.between(20, 900, \"Mbps\") }" },
  { name = "whole", call = "lab.whole(low, high)", type = "fun(low: integer, high: integer): function", brief = "Draws a whole number, likewise.",
    example = "{ \"columns\", of = \"data.columns\", draw = lab.whole(3000, 60000) }" },
  { name = "one_of", call = "lab.one_of { ... }", type = "fun(list: any[]): function", brief = "Draws an item of a list.",
    example = "{ \"period\", of = \"strategy.period\", draw = lab.one_of { 4, 8, 16 } }" },
  { name = "amount", call = "lab.amount(text)", type = "fun(text: any): number", brief = "The number in front of its unit.",
    example = "lab.amount \"5.2ms\" == 5.2" },
  { name = "first", call = "lab.first(runs, column, loss)", type = "fun(runs: dt.results, column: string, loss: number): number",
    brief = "The median over runs of a column at the first evaluation with at most that loss.", example = "lab.first(results, \"time_s\", 0.5)" },
  { name = "median", call = "lab.median(list)", type = "fun(list: number[]): number", brief = "The median of a list, which it sorts.",
    example = "lab.median { 3, 1, 2 } == 2" },
}, { describe = true, check = true })     -- for dtsim lab and for tests

return lab
