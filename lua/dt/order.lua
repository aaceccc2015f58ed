-- order.lua: the keys of tables in a fixed order, because Lua's own order differs from run to run.
local order = {}

local function less(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return kind_a < kind_b end
  return a < b
end

--- The keys of t: numbers, then texts, each ascending; keys that have no order come last.
function order.keys(t)
  local keys, rest = {}, {}
  for key in next, t do
    local kind = type(key)
    local list = (kind == "number" or kind == "string") and keys or rest
    list[#list + 1] = key
  end
  table.sort(keys, less)
  return table.move(rest, 1, #rest, #keys + 1, keys)
end

--- Like pairs, in the order of order.keys; scenarios have it under the name pairs.
function order.pairs(t)
  if type(t) ~= "table" then error("pairs: expected a table, got " .. type(t), 2) end
  local keys, i = order.keys(t), 0
  return function()
    repeat i = i + 1 until keys[i] == nil or t[keys[i]] ~= nil
    if keys[i] ~= nil then return keys[i], t[keys[i]] end
  end
end

--- "strategy" and "period" make "strategy.period"; the first item is the name of its table, and has the table's path.
function order.path(front, key)
  if key == 1 then return front end
  return front == "" and tostring(key) or front .. "." .. tostring(key)
end

return order
