-- alternatives.lua: the values of a swept key, of which each run has one.
local alternatives = {}
local metatable = {}    -- the metatable that distinguishes alternatives from a table of the scenario
local born = 0          -- they are numbered as they appear, which gives the order of the axes of a sweep

local example = { sweep = "dt.sweep { 1, 4, 16 }", zip = "dt.zip { 1, 4, 16 }" }

local function check(kind, values)
  if type(values) ~= "table" or alternatives.is(values) then
    error(("dt.%s: expected a list of values, such as %s"):format(kind, example[kind]), 3)
  end
  for key in next, values do
    if math.type(key) ~= "integer" or key < 1 or key > #values then
      error(("dt.%s: expected values without keys, such as %s, got the key \"%s\""):format(kind, example[kind], key), 3)
    end
  end
  for i = 1, #values do
    if values[i] == nil then error(("dt.%s: expected values that are not nil, got nil as value %d"):format(kind, i), 3) end
  end
  if #values == 0 then error(("dt.%s: expected at least one value, such as %s, got none"):format(kind, example[kind]), 3) end
end

--- Make alternatives of that kind ("sweep" or "zip").  dt returns what this returns, so that errors name the scenario's line.
function alternatives.new(kind, values)
  check(kind, values)
  born = born + 1
  return setmetatable({ kind = kind, values = values, born = born }, metatable)
end

function alternatives.is(value) return getmetatable(value) == metatable end

--- The same alternatives with change(value) instead of every value.
function alternatives.map(old, change)
  local values = {}
  for i, value in ipairs(old.values) do values[i] = change(value) end
  return setmetatable({ kind = old.kind, values = values, born = old.born }, metatable)
end

return alternatives
