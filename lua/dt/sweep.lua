-- sweep.lua: from one scenario with alternatives (dt.sweep, dt.zip) to a list of runs without.
-- The first dt.sweep of the file is the slowest axis, all dt.zip are one axis, and seeds are the fastest one.
local label = require "dt.label"
local alternatives = require "dt.alternatives"
local order = require "dt.order"
local sweep = {}

local DEPTH = 16
local MOST = 100000     -- runs: each is a process

local function refuse(path, message, ...)
  error({ path = path, message = message:format(...) }, 0)
end

local function check_depth(path, depth)
  if depth > DEPTH then refuse(path, "expected tables nested at most %d deep, got more (does a table hold itself?)", DEPTH) end
end

--- Refuse tables without end inside alternatives, which other functions walk before they are collected.
local function check_nesting(node, path, depth)
  if type(node) ~= "table" then return end
  check_depth(path, depth)
  for _, value in next, alternatives.is(node) and node.values or node do check_nesting(value, path, depth + 1) end
end

--- Collect the alternatives of a tree, each with all its paths; those inside other alternatives are found later.
local function collect(node, path, depth, found)
  check_depth(path, depth)
  for _, key in ipairs(order.keys(node)) do
    local value, at = node[key], order.path(path, key)
    if alternatives.is(value) then
      local entry = found[value]
      if not entry then
        entry = { alternatives = value, paths = {} }
        found[value], found[#found + 1] = entry, entry
        check_nesting(value, at, depth)
      end
      table.insert(entry.paths, at)
    elseif type(value) == "table" then
      collect(value, at, depth + 1, found)
    end
  end
  return found
end

local function check_zip(axis)
  local first = axis[1]
  for _, entry in ipairs(axis) do
    if #entry.alternatives.values ~= #first.alternatives.values then
      refuse(entry.paths[1], "this dt.zip has %d values, that of %s has %d: zipped keys advance together",
        #entry.alternatives.values, first.paths[1], #first.alternatives.values)
    end
  end
end

--- The alternatives that advance first: one dt.sweep, or all dt.zip; nil if none is left.
local function next_axis(tree)
  local found = collect(tree, "", 1, {})
  table.sort(found, function(a, b) return a.alternatives.born < b.alternatives.born end)
  if not found[1] or found[1].alternatives.kind == "sweep" then return found[1] and { found[1] } end
  local axis = {}
  for _, entry in ipairs(found) do
    if entry.alternatives.kind == "zip" then axis[#axis + 1] = entry end
  end
  check_zip(axis)
  return axis
end

--- A copy of node in which every alternatives of chosen is replaced by its value.
local function fill(node, chosen)
  if type(node) ~= "table" then return node end
  if alternatives.is(node) then
    if chosen[node] == nil then return node end
    return chosen[node]
  end
  local copy = {}
  for key, value in next, node do copy[key] = fill(value, chosen) end
  return copy
end

local function check_size(path, runs)
  if runs > MOST then
    refuse(path, "expected at most %d runs, got %.0f: sweep over fewer values, or in parts", MOST, runs)
  end
end

--- A lower bound on the number of runs of a tree: its sweeps multiply, its zips advance together.
local function least_runs(tree)
  local product, zip = 1, 1
  for _, entry in ipairs(collect(tree, "", 1, {})) do
    local count = #entry.alternatives.values
    if entry.alternatives.kind == "zip" then zip = count else product = product * (count + 0.0) end
  end
  return product * zip
end

local function spread(tree, swept, runs)
  local axis = next_axis(tree)
  if not axis then
    runs[#runs + 1] = { tree = tree, swept = swept }
    return runs
  end
  check_size(axis[1].paths[1], #runs + least_runs(tree))
  for _, entry in ipairs(axis) do entry.labels = label.all(entry.alternatives.values) end
  for i = 1, #axis[1].alternatives.values do
    local chosen, now = {}, table.move(swept, 1, #swept, 1, {})
    for _, entry in ipairs(axis) do
      local value = entry.alternatives.values[i]
      chosen[entry.alternatives] = value
      for _, path in ipairs(entry.paths) do
        if not alternatives.is(value) then now[#now + 1] = { key = path, value = entry.labels[i] } end
      end
    end
    spread(fill(tree, chosen), now, runs)
  end
  return runs
end

local function whole(path, value, least)
  local number = math.type(value) and math.tointeger(value)
  if not number or number < least then
    refuse(path, "expected a whole number of at least %d, got %s", least, label.json(value))
  end
  return number
end

--- Repeat every run with n seeds; the seed is a swept key only if there are several.
local function repeat_seeds(runs, n, out)
  n = whole("seeds", n, 1)
  check_size("seeds", #runs * (n + 0.0))
  for _, run in ipairs(runs) do
    local first = whole("seed", run.tree.seed == nil and 1 or run.tree.seed, 0)
    if first > math.maxinteger - n then refuse("seed", "expected a seed below 2^63 minus the number of seeds, got %d", first) end
    for _, cell in ipairs(run.swept) do
      if cell.key == "seed" then refuse("seeds", "expected seeds or a sweep of seed, got both") end
    end
    for seed = first, first + n - 1 do
      local swept = table.move(run.swept, 1, #run.swept, 1, {})
      if n > 1 then swept[#swept + 1] = { key = "seed", value = seed } end
      local tree = fill(run.tree, {})
      tree.seed = seed
      out[#out + 1] = { tree = tree, swept = swept }
    end
  end
  return out
end

--- Give every run the same columns in the same order, each of one kind.
local function align(runs)
  local keys, columns = {}, {}
  for i, run in ipairs(runs) do
    for _, cell in ipairs(run.swept) do
      if not columns[cell.key] then
        columns[cell.key] = {}
        keys[#keys + 1] = cell.key
      end
      columns[cell.key][i] = cell.value
    end
  end
  for _, key in ipairs(keys) do label.column(columns[key], #runs) end
  for i, run in ipairs(runs) do
    run.swept = {}
    for _, key in ipairs(keys) do table.insert(run.swept, { key = key, value = columns[key][i] }) end
  end
  return runs
end

--- All runs of a tree: { tree = without alternatives, swept = { { key = path, value = label }, ... } }.
function sweep.expand(tree)
  local seeds = tree.seeds
  collect(tree, "", 1, {})      -- refuses what is nested without end, before anything copies it
  tree = fill(tree, {})
  tree.seeds = nil
  if alternatives.is(seeds) then refuse("seeds", "expected a whole number, got a sweep: sweep seed instead") end
  local runs = spread(tree, {}, {})
  if seeds ~= nil then runs = repeat_seeds(runs, seeds, {}) end
  return align(runs)
end

return sweep
