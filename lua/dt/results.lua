-- results.lua: what a claim sees: the runs of a sweep, filtered, and how soon each reached a target.
local order = require "dt.order"
local results = {}
results.__index = results
local run = {}

--- A run reads its marks and its configuration from the file when they are first asked for.
function run.__index(self, key)
  if run[key] then return run[key] end
  if key ~= "marks" and key ~= "config" then return nil end
  local value = rawget(self, "read")(self.id, key)
  rawset(self, key, value)
  return value
end

--- What the configuration holds at a key path; of an algorithm, its name.
local function configured(self, key)
  local node = self.config
  for part in key:gmatch "[^.]+" do node = type(node) == "table" and node[part] or nil end
  if type(node) == "table" then return node[1] end
  return node
end

--- The value of a swept key, of a result ("time_s"), or of any key path of the configuration.
function run:value(key)
  if self.set[key] ~= nil then return self.set[key] end
  if rawget(self, key) ~= nil then return self[key] end
  return configured(self, key)
end

local function one_target(target)
  for _, key in ipairs { "loss", "accuracy" } do
    if type(target) == "table" and type(target[key]) == "number" and next(target, next(target)) == nil then
      return key, target[key]
    end
  end
  error("a target is { loss = 0.5 } or { accuracy = 0.97 }", 0)
end

--- Where column stood when the best loss or accuracy so far reached the target, linear between marks.
local function reach(self, column, target)
  local key, goal = one_target(target)
  local sign = key == "loss" and 1 or -1      -- lower is better, or higher
  local values, at = self.marks[key], self.marks[column]
  local best, best_at = math.huge, nil
  for i, value in ipairs(values) do
    local now = sign * value
    if now <= sign * goal then
      if best_at == nil or best == math.huge then return at[i] end
      return best_at + (best - sign * goal) / (best - now) * (at[i] - best_at)
    end
    if now < best then best = now end
    best_at = at[i]
  end
  return math.huge
end

local function middle(values)
  table.sort(values)
  local half = #values // 2
  if #values % 2 == 1 then return values[half + 1] end
  return (values[half] + values[half + 1]) / 2
end

local function average(values)
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  return sum / #values
end

--- The numbers of one key over all runs; a run without one breaks the claim rather than vanish.
function results:values(key)
  local list = {}
  for _, r in ipairs(self) do
    local value = r:value(key)
    if type(value) ~= "number" or value ~= value then
      error(("run %d has no number %s (status %s)"):format(r.id, key, r.status), 0)
    end
    list[#list + 1] = value
  end
  if #list == 0 then error("there is no run to take " .. key .. " of", 0) end
  return list
end

function results:median(key) return middle(self:values(key)) end
function results:mean(key) return average(self:values(key)) end
function results:least(key) return math.min(table.unpack(self:values(key))) end
function results:most(key) return math.max(table.unpack(self:values(key))) end

local function matches(r, wanted)
  if type(wanted) == "function" then return wanted(r) end
  for _, key in ipairs(order.keys(wanted)) do
    if r:value(key) ~= wanted[key] and configured(r, key) ~= wanted[key] then return false end
  end
  return true
end

--- The runs with these values: results:where { strategy = "adacomm" }, or those a function is true of.
function results:where(wanted)
  local some = setmetatable({}, results)
  for _, r in ipairs(self) do
    if matches(r, wanted) then some[#some + 1] = r end
  end
  if #some == 0 then error("no run has these values", 0) end
  return some
end

local columns = { time_to = "time_s", step_to = "step", round_to = "round", epoch_to = "epoch", bytes_to = "bytes" }

-- r:time_to { loss = 0.5 } of a run, and the median over runs: infinite where the target is never reached.
for name, column in next, columns do
  run[name] = function(self, target) return reach(self, column, target) end
  results[name] = function(self, target)
    local list = {}
    for i, r in ipairs(self) do list[i] = reach(r, column, target) end
    if #list == 0 then error("there is no run", 0) end
    return middle(list)
  end
end

--- Results of rows { id, status, time_s, ..., set }; read(id, "marks" or "config") fetches the rest.
function results.new(rows, read)
  for _, row in ipairs(rows) do
    row.read = read
    setmetatable(row, run)
  end
  return setmetatable(rows, results)
end

return results
