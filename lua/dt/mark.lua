-- mark.lua: the values of a key that differs between runs.
local mark = {}
local marked = {}       -- the metatable that tells a mark from a table of the scenario
local born = 0          -- marks are numbered as they appear, which orders the axes of a sweep

local example = { sweep = "dt.sweep { 1, 4, 16 }", zip = "dt.zip { 1, 4, 16 }" }

local function check(kind, values)
  if type(values) ~= "table" or mark.is(values) then
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

--- A mark of that kind ("sweep" or "zip").  dt calls it as its last act, so mistakes are told at the scenario's line.
function mark.new(kind, values)
  check(kind, values)
  born = born + 1
  return setmetatable({ kind = kind, values = values, born = born }, marked)
end

function mark.is(value) return getmetatable(value) == marked end

--- The same mark with change(value) in place of every value.
function mark.map(old, change)
  local values = {}
  for i, value in ipairs(old.values) do values[i] = change(value) end
  return setmetatable({ kind = old.kind, values = values, born = old.born }, marked)
end

return mark
