-- set.lua: put one "key.path=value" of the command line into a scenario's tree.
local alternatives = require "dt.alternatives"
local load = load       -- a scenario has none
local set = {}

--- A Lua expression if it is one ("8", "true", "{ 'ring' }", "dt.sweep { 1, 2 }"), else a text ("ring", "25Gbps").
local function evaluate(text, dt)
  local chunk, reason = load("return " .. text, "=value", "t", { dt = dt, math = math })
  local good, value, more = false, reason, nil
  if chunk then good, value, more = pcall(chunk) end
  if more ~= nil then error("expected one value, got several: dt.sweep { ... } makes a run of each", 0) end
  if good and value ~= nil then return value end
  if text:find "^%s*dt%." or text:find "^%s*{" then
    error(tostring(value):gsub("^value:%d+: ", ""), 0)
  end
  return text
end

local place

local function assign(node, keys, i, value)
  local key = math.tointeger(tonumber(keys[i])) or keys[i]
  if i == #keys then node[key] = value else node[key] = place(node[key], keys, i + 1, value) end
  return node
end

--- A copy of node with the value put in; a name becomes a table, and each of alternatives is changed.
function place(node, keys, i, value)
  if alternatives.is(node) then
    return alternatives.map(node, function(one) return place(one, keys, i, value) end)
  end
  if node == nil then node = {} end
  if type(node) == "string" then node = { node } end
  if type(node) ~= "table" then
    error(("%s: expected a table, got %s"):format(table.concat(keys, ".", 1, i - 1), node), 0)
  end
  local copy = {}
  for key, old in next, node do copy[key] = old end
  return assign(copy, keys, i, value)
end

--- A copy of tree with "key.path=value" carried out.
function set.apply(tree, text, dt)
  local path, value = text:match "^%s*([^=%s]+)%s*=(.*)$"
  local keys = {}
  for key in (path or ""):gmatch "[^.]+" do keys[#keys + 1] = key end
  if #keys == 0 then error(("--set %s: expected key.path=value"):format(text), 0) end
  local good, result = pcall(function() return place(tree, keys, 1, evaluate(value, dt)) end)
  if not good then error(("--set %s: %s"):format(text, result), 0) end
  return result
end

return set
