-- label.lua: a short text for every value of an axis.  Different values always have different texts.
local alternatives = require "dt.alternatives"
local order = require "dt.order"
local label = {}

local LONG = 40     -- bytes of one word, and of an unnamed table: what is longer is shortened

--- The shortest decimal that reads back as the same number; 200, not 2e+02.
local function number(value)
  if math.tointeger(value) and math.abs(value) < 1e15 then return ("%d"):format(value) end
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

--- True if no key is a text: the table is a list, or a choice without parameters.
local function is_list(value)
  for key in next, value do
    if type(key) == "string" then return false end
  end
  return true
end

--- { "ring" } and "ring" are the same choice.
local function simple(value)
  local bare = type(value) == "table" and not alternatives.is(value) and #value == 1 and type(value[1]) == "string"
  return bare and is_list(value) and value[1] or value
end

--- Compact JSON with sorted keys; the first of mixed items is "name".  Different values have different JSON.
function label.json(value)
  value = simple(value)
  if type(value) == "number" then return number(value) end
  if type(value) ~= "table" then return type(value) == "string" and text(value) or tostring(value) end
  if alternatives.is(value) then
    local parts = {}
    for i, one in ipairs(value.values) do parts[i] = label.json(one) end
    return table.concat(parts, "|")
  end
  local parts, list = {}, is_list(value)
  for _, key in ipairs(order.keys(value)) do
    local front = list and "" or (key == 1 and '"name"' or text(tostring(key))) .. ":"
    parts[#parts + 1] = front .. label.json(value[key])
  end
  return (list and "[%s]" or "{%s}"):format(table.concat(parts, ","))
end

--- The name of a choice; nil if the value is none, such as a list with a second item.
local function name(value)
  if type(value) == "table" and not alternatives.is(value) then value = value[2] == nil and value[1] end
  return type(value) == "string" and value or nil
end

--- A leaf of a value as text: a text of one word has no quotes.
local function word(value)
  value = simple(value)
  return type(value) == "string" and not value:find '[%s="]' and value or label.json(value)
end

--- Every leaf of a value by its path in it; "" is its name.
local function leaves(value, path, found)
  if type(value) ~= "table" or alternatives.is(value) or is_list(value) then
    found[path] = word(value)
    return found
  end
  for _, key in ipairs(order.keys(value)) do leaves(value[key], order.path(path, key), found) end
  return found
end

--- How many bytes two texts have in common from their beginning.
local function common(a, b)
  local same = 0
  while same < #a and a:byte(same + 1) == b:byte(same + 1) do same = same + 1 end
  return same
end

local function continues(t, i) return (t:byte(i) or 0) & 0xC0 == 0x80 end     -- within a character of UTF-8

--- About LONG bytes of a text, the one at which it differs among them.
local function window(t, at)
  local first = math.max(1, math.min(at - 8, #t - LONG + 1))
  local last = math.min(#t, first + LONG - 1)
  while continues(t, first) do first = first - 1 end
  while continues(t, last + 1) do last = last + 1 end
  return (first > 1 and "..." or "") .. t:sub(first, last) .. (last < #t and "..." or "")
end

--- Of a set of words: word -> itself, or the part of a long one in which it differs from all others.
local function shortened(set)
  local words, short = order.keys(set), {}
  for i, one in ipairs(words) do
    local same = math.max(common(one, words[i - 1] or ""), common(one, words[i + 1] or ""))
    short[one] = #one <= LONG and one or window(one, same + 1)
  end
  return short
end

--- The paths at which the values of a group differ: path -> (word -> its text in labels).
local function differing(group)
  local words, count, varied = {}, {}, {}
  for _, found in ipairs(group) do
    for path, one in next, found do
      words[path] = words[path] or {}
      words[path][one] = true
      count[path] = (count[path] or 0) + 1
    end
  end
  for path, set in next, words do
    if count[path] < #group or next(set, (next(set))) then varied[path] = shortened(set) end
  end
  return varied
end

--- The name, and what distinguishes the value from others of that name: "localsgd period=5".
local function words_of(value, found, varied)
  local words = { name(value) }
  for _, path in ipairs(order.keys(found)) do
    if varied[path] and (path ~= "" or not words[1]) then
      local short = varied[path][found[path]]
      words[#words + 1] = path == "" and short or ("%s=%s"):format(path, short)
    end
  end
  return words[1] and table.concat(words, " ") or window(label.json(value), 1)
end

--- The text of a cell in a column of texts.
local function written(cell) return type(cell) == "number" and number(cell) or tostring(cell) end

--- If different values would look alike, or like a missing one, each is its JSON.
local function tell_apart(values, labels)
  local json, doubtful = {}, { ["-"] = true }
  for i, value in ipairs(values) do
    local shown, own = written(labels[i]), label.json(value)
    doubtful[shown] = doubtful[shown] or json[shown] ~= nil and json[shown] ~= own
    json[shown] = own
  end
  for i, value in ipairs(values) do
    if doubtful[written(labels[i])] then labels[i] = label.json(value) end
  end
  return labels
end

--- The labels of alternatives: numbers, booleans and texts as they are; a choice by its name, with what distinguishes it
--- from others of that name; a list or another table by its JSON.
function label.all(values)
  local groups, own, varied, labels = {}, {}, {}, {}
  for i, value in ipairs(values) do
    local group = name(value) or ""
    own[i] = leaves(value, "", {})
    groups[group] = groups[group] or {}
    table.insert(groups[group], own[i])
  end
  for group, members in next, groups do varied[group] = differing(members) end
  for i, value in ipairs(values) do
    local json = type(value) == "table" and not name(value) and label.json(value)
    if type(value) ~= "table" then labels[i] = value
    elseif json and #json <= LONG then labels[i] = json
    else labels[i] = words_of(value, own[i], varied[name(value) or ""]) end
  end
  return tell_apart(values, labels)
end

--- Make a column of one kind: numbers (missing: NaN), booleans, or texts (missing: "-").
function label.column(cells, count)
  local kinds, missing = {}, false
  for i = 1, count do
    if cells[i] == nil then missing = true else kinds[type(cells[i])] = true end
  end
  if next(kinds) == "number" and not next(kinds, "number") then
    for i = 1, count do cells[i] = cells[i] or 0 / 0 end
  elseif missing or next(kinds, (next(kinds))) then
    for i = 1, count do cells[i] = cells[i] == nil and "-" or written(cells[i]) end
  end
  return cells
end

return label
