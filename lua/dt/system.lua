-- system.lua: the key "system" of a scenario, which stands for the choices of a published system (systems.lua).
local order = require "dt.order"
local systems = require "dt.systems"
local system = {}

local FIRST = { "strategy", "queue", "collective", "compress", "servers" }      -- in this order where they are printed, before all others
local WIDE = 10         -- the longest of them
local EXAMPLE = 8       -- workers, where they are printed

local function refuse(message, ...) error({ path = "system", message = message:format(...) }, 0) end

--- The entry that is called so, in whatever case.
local function find(name)
  if type(name) == "table" then
    for key in next, name do
      if key ~= 1 and math.type(key) then refuse "expected the name of one system, got several" end
      if key ~= 1 then refuse("a system has no keys of its own: expected its name alone, and %s beside it", tostring(key)) end
    end
    name = name[1]
  end
  local known = {}
  for i, entry in ipairs(systems) do
    if type(name) == "string" and entry.name == name:lower() then return entry end
    known[i] = entry.name
  end
  refuse("expected one of %s, got %s", table.concat(known, ", "), type(name) == "string" and ('"%s"'):format(name) or tostring(name))
end

local function copy(value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, one in next, value do out[key] = copy(one) end
  return out
end

--- What the scenario says goes before what the system says: a table without a name changes the keys in it alone, all else
--- takes the system's place.
local function merged(base, own)
  if own == nil then return copy(base) end
  if type(own) ~= "table" or own[1] ~= nil then return own end
  local out = type(base) == "table" and copy(base) or { base }
  for key, value in next, own do out[key] = value end
  return out
end

--- Put the choices of tree.system into a tree without marks.
function system.fill(tree)
  if tree.system == nil then return end
  local entry = find(tree.system)
  tree.system = entry.name
  for _, key in ipairs(order.keys(entry.keys)) do tree[key] = merged(entry.keys[key], tree[key]) end
  local servers = tree.servers
  if type(servers) ~= "table" or servers.count ~= "workers" then return end
  local workers = type(tree.workers) == "table" and tree.workers.count or tree.workers
  if math.type(workers) ~= "integer" or workers < 1 then
    refuse("\"%s\" has as many servers as workers: expected workers = 8 or another number, or servers = { count = 8 }", entry.name)
  end
  servers.count = workers
end

--- A value as Lua: a table's name first, then its keys.
local function lua(value)
  if type(value) ~= "table" then return type(value) == "string" and ('"%s"'):format(value) or tostring(value) end
  local parts = {}
  for _, key in ipairs(order.keys(value)) do
    parts[#parts + 1] = key == 1 and lua(value[key]) or ("%s = %s"):format(key, lua(value[key]))
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- One line of a scenario.
local function line(key, value)
  local note = ""
  value = copy(value)
  if key == "servers" and value.count == "workers" then value.count, note = EXAMPLE, "     -- as many as there are workers" end
  return ("  %s%s = %s,%s"):format(key, (" "):rep(WIDE - #key), lua(value), note)
end

--- What help prints of an entry: its choices, to be pasted into a scenario, and what they leave out.
function system.text(entry)
  local lines = { "stands for these keys, of which those that the scenario says itself go before:" }
  local printed = {}
  local function print_key(key)
    if entry.keys[key] ~= nil and not printed[key] then lines[#lines + 1] = line(key, entry.keys[key]) end
    printed[key] = true
  end
  for _, key in ipairs(FIRST) do print_key(key) end
  for _, key in ipairs(order.keys(entry.keys)) do print_key(key) end
  for i, sentence in ipairs(entry.leaves_out) do lines[#lines + 1] = (i == 1 and "leaves out: " or "            ") .. sentence end
  return table.concat(lines, "\n  ")
end

return system
