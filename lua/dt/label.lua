-- label.lua: a short text for a swept value, and JSON where a name does not tell it from the others.
local mark = require "dt.mark"
local order = require "dt.order"
local label = {}

--- The shortest decimal that reads back as the same number.
local function number(value)
  if math.type(value) == "integer" then return tostring(value) end
  if value == math.huge or value == -math.huge or value ~= value then return ('"%s"'):format(value) end
  for digits = 1, 17 do
    local text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value then return text end
  end
end

local function text(value)
  return '"' .. value:gsub('[%c"\\]', function(c)
    return (c == '"' or c == "\\") and "\\" .. c or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

--- Compact JSON, keys sorted, the first of mixed items as "name": what the record file holds too.
function label.json(value)
  if type(value) == "number" then return number(value) end
  if type(value) ~= "table" then return type(value) == "string" and text(value) or text(tostring(value)) end
  if mark.is(value) then return '"' .. value.kind .. '"' end
  local keys, parts, list = order.keys(value), {}, true
  for _, key in ipairs(keys) do list = list and type(key) == "number" end
  for _, key in ipairs(keys) do
    local front = list and "" or (key == 1 and '"name"' or text(tostring(key))) .. ":"
    parts[#parts + 1] = front .. label.json(value[key])
  end
  return (list and "[%s]" or "{%s}"):format(table.concat(parts, ","))
end

local function name(value)
  if type(value) ~= "table" then return value end
  return type(value[1]) == "string" and value[1] or label.json(value)
end

--- The values of the same name as value i.
local function namesakes(values, i)
  local own, others = name(values[i]), {}
  for j, other in ipairs(values) do
    if j ~= i and type(other) == "table" and name(other) == own then others[#others + 1] = other end
  end
  return others
end

--- What value i of a mark is called: itself, or its name, with what tells it from others of that name:
--- "localsgd period=5".
function label.of(values, i)
  local value, words = values[i], { name(values[i]) }
  if type(value) ~= "table" or type(value[1]) ~= "string" then return words[1] end
  local others = namesakes(values, i)
  for _, key in ipairs(order.keys(value)) do
    local differs = false
    for _, other in ipairs(others) do differs = differs or label.json(other[key]) ~= label.json(value[key]) end
    if differs and key ~= 1 then
      local plain = type(value[key]) == "string" and value[key] or label.json(value[key])
      words[#words + 1] = ("%s=%s"):format(key, plain)
    end
  end
  return table.concat(words, " ")
end

--- A column holds one kind: numbers (missing: NaN), truths, or texts (missing: "-").
function label.column(cells, count)
  local kinds, missing = {}, false
  for i = 1, count do
    if cells[i] == nil then missing = true else kinds[type(cells[i])] = true end
  end
  if next(kinds) == "number" and not next(kinds, "number") then
    for i = 1, count do cells[i] = cells[i] or 0 / 0 end
  elseif missing or next(kinds, (next(kinds))) then
    for i = 1, count do
      local cell = cells[i]
      cells[i] = cell == nil and "-" or type(cell) == "number" and number(cell) or tostring(cell)
    end
  end
  return cells
end

return label
