-- results.lua: what a claim can ask: the runs of a sweep, filtered, and how soon each reached a target.
local manual = require "dt.manual"
local order = require "dt.order"
local results = {}
results.__index = results
local run = {}

--- A table of the run, a list for each column; what the file says of its columns: { loss = { better = "low", ... } }.
local function read_table(self, name)
  if type(name) ~= "string" then error("table: expected a name, such as \"workers\", got a " .. type(name), 0) end
  local kept = rawget(self, "tables") or rawset(self, "tables", {}).tables
  if kept[name] == nil then kept[name] = { rawget(self, "read")(self.id, name) } end
  return kept[name][1], kept[name][2] or {}
end

--- A run reads its tables, its configuration, its model and its other results from the file when they are first asked for.
function run.__index(self, key)
  if run[key] then return run[key] end
  if key == "evaluations" then return (read_table(self, key)) end
  if key ~= "config" and key ~= "results" and key ~= "model" then return nil end
  local value = rawget(self, "read")(self.id, key)
  rawset(self, key, value)
  return value
end

--- Refuse a column that the table does not have.
local function refuse_column(columns, key, id, name, nearest)
  local names = order.keys(columns)
  local near = nearest and nearest(key, names)
  error(("the table %s of run %s has no column %s%s (known are %s)"):format(name, id, key,
    near and ('; did you mean "%s"?'):format(near) or "", table.concat(names, ", ")), 0)
end

function run:table(name)
  local columns = read_table(self, name)
  local kept = self.tables[name]
  if kept.guarded then return kept.guarded end
  local guarded = {}
  for key, list in next, columns do guarded[key] = list end
  kept.guarded = setmetatable(guarded, { __index = function(_, key)
    refuse_column(columns, tostring(key), self.id, name, rawget(self, "nearest"))
  end })
  return guarded
end

--- The node of the configuration at a key path.
local function node_at(self, key)
  local node = self.config
  for part in key:gmatch "[^.]+" do
    if type(node) ~= "table" then return nil end
    if node[part] == nil then node = node[tonumber(part)] else node = node[part] end
  end
  return node
end

--- The same as one value: the name of an algorithm, the item of a list of one; nil for any other list or table.
local function configured(self, key)
  local node = node_at(self, key)
  if type(node) ~= "table" then return node end
  if type(node[1]) == "string" or #node == 1 then return node[1] end
  return nil
end

--- The last value of a column of the evaluations; nil: there is none.
local function last(self, key)
  local good, evaluations = pcall(read_table, self, "evaluations")
  local column = good and evaluations[key]
  return column and column[#column] or nil
end

--- The value of a swept key, of a result ("time_s", "bytes_between"), of any key path of the configuration, or of a column of
--- the evaluations at the end.
function run:value(key)
  if self.set[key] ~= nil then return self.set[key] end
  if rawget(self, key) ~= nil then return self[key] end
  local value = configured(self, key)
  if value == nil then value = last(self, key) end
  if value == nil then value = self.results[key] end
  return value
end

--- The path of every key in a table, and in those that it holds, as a key of found.
local function paths(t, front, found)
  for key, value in next, t do
    if type(key) == "string" then found[order.path(front, key)] = true end
    if type(value) == "table" then paths(value, order.path(front, key), found) end
  end
end

--- Every key that some run has, in order.
local function known(all)
  local found = {}
  for _, r in ipairs(all) do
    for key, value in next, r do
      if type(value) == "number" or type(value) == "string" then found[key] = true end
    end
    for key in next, r.set do found[key] = true end
    paths(r.config, "", found)
    local good, evaluations = pcall(read_table, r, "evaluations")
    for key in next, good and evaluations or {} do found[key] = true end
  end
  return order.keys(found)
end

--- Refuse a key that no run of the sweep has.
local function check_key(all, key)
  for _, r in ipairs(all) do
    if r:value(key) ~= nil or node_at(r, key) ~= nil then return end
  end
  local near = all.nearest(key, known(all))
  error(('no run has a key "%s"%s'):format(key, near and ('; did you mean "%s"?'):format(near) or ""), 0)
end

--- The column and the value of a target { loss = 0.5 }, and whether low or high is better; the run must have the column.
local function one_target(self, target)
  local key, goal = next(type(target) == "table" and target or {})
  if type(key) ~= "string" or type(goal) ~= "number" or next(target, key) ~= nil then
    error("expected one column of the evaluations with its target, such as { loss = 0.5 } or { accuracy = 0.97 }", 0)
  end
  local evaluations, words = read_table(self, "evaluations")
  if evaluations[key] == nil then
    local near = rawget(self, "nearest") and self.nearest(key, order.keys(evaluations))
    error(("the evaluations of run %s have no column %s%s"):format(self.id, key, near and ('; did you mean "%s"?'):format(near) or ""), 0)
  end
  local word = words[key] or {}
  if word.share and goal > 1 then error(("%s: expected a share such as 0.7, got %s"):format(key, goal), 0) end
  return evaluations, key, goal, word.better or ""
end

--- True if the value has reached the goal; if neither low nor high is better, from the side on which the first number was.
local function reaches(value, goal, better, first)
  if better == "low" or better == "" and first and first > goal then return value <= goal end
  return (better == "high" or first ~= nil) and value >= goal
end

--- The value of column in the first evaluation whose target column had reached the target.  Nothing is known of the time
--- between two evaluations; interpolation would make runs with few evaluations look faster than they are.
local function reach(self, column, target)
  local evaluations, key, goal, better = one_target(self, target)
  local first
  for i, value in ipairs(evaluations[key]) do
    if first == nil and value == value then first = value end
    if reaches(value, goal, better, first) then return evaluations[column][i] end
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

--- The numbers of one key over all runs; if a run has none, the claim fails, so that no run is left out unseen.
function results:values(key)
  local list = {}
  for _, r in ipairs(self) do
    local value = r:value(key)
    if type(value) == "string" then value = configured(r, key) end      -- "10Mbps"
    if type(value) ~= "number" or value ~= value then
      check_key(self.all, key)
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

--- True if the wanted value is the label of some run of the sweep.
local function is_label(all, key, wanted)
  for _, r in ipairs(all) do
    if r.set[key] == wanted then return true end
  end
  return false
end

--- True if the key's number, or that of a constant distribution, is the wanted one, in any unit.
local function is_amount(r, key, wanted)
  if type(configured(r, key)) ~= "number" then key = key .. ".value" end
  local own = configured(r, key)
  if type(own) ~= "number" then return false end
  return own == (type(wanted) == "string" and rawget(r, "quantity")(r.id, key, wanted) or wanted)
end

--- True if the run has every wanted item of a list, or every wanted key of a table.  Items of a list are in its unit.
local function has_parts(r, key, wanted)
  if type(wanted) ~= "table" then return configured(r, key) == wanted or is_amount(r, key, wanted) end
  local node = node_at(r, key)
  if type(node) ~= "table" then return node ~= nil and #wanted == 1 and has_parts(r, key, wanted[1]) end
  if #wanted > 1 and node[1] == "each" then return has_parts(r, key .. ".values", wanted) end
  if #wanted > 0 and #wanted ~= #node then return false end
  for part, value in next, wanted do
    local item = math.type(part) and type(node[part]) == "number"
    if item and type(value) == "string" then value = rawget(r, "quantity")(r.id, key, value) end
    if not has_parts(r, key .. "." .. part, value) then return false end
  end
  return true
end

--- A wanted choice is the label of a run in the sweep.  Only if no run has that label, the name of an algorithm means all runs
--- with that algorithm: beside "fedavg proximal_mu=1", "fedavg" is the run without proximal_mu.
local function equals(r, key, wanted, labelled)
  if type(wanted) == "table" then return has_parts(r, key, wanted) end
  if labelled and r.set[key] == wanted or is_amount(r, key, wanted) then return true end
  return not labelled and (configured(r, key) == wanted or r:value(key) == wanted)
end

--- A function(run) that is true if the run has these values.
local function test_of(wanted, all)
  if type(wanted) == "function" then return wanted end
  local keys, labelled = type(wanted) == "table" and order.keys(wanted) or { 1 }, {}
  for _, key in ipairs(keys) do
    if type(key) ~= "string" then error("where: expected { key = value }, such as { strategy = \"sgd\" }, or a function", 0) end
  end
  for _, key in ipairs(keys) do
    check_key(all, key)
    labelled[key] = is_label(all, key, wanted[key])
  end
  return function(r)
    for _, key in ipairs(keys) do
      if not equals(r, key, wanted[key], labelled[key]) then return false end
    end
    return true
  end
end

--- The runs with these values: results:where { strategy = "adacomm" }, or those for which a function returns true.
function results:where(wanted)
  local some, has = setmetatable({ all = self.all }, results), test_of(wanted, self.all)
  for _, r in ipairs(self) do
    if has(r) then some[#some + 1] = r end
  end
  if #some == 0 then error("no run has these values", 0) end
  return some
end

local columns = { time_to = "time_s", step_to = "step", round_to = "round", epoch_to = "epoch", bytes_to = "bytes" }

-- r:time_to { loss = 0.5 } of a run, and the median over runs; infinite if the target is never reached.
for name, column in next, columns do
  run[name] = function(self, target) return reach(self, column, target) end
  results[name] = function(self, target)
    local list = {}
    for i, r in ipairs(self) do list[i] = reach(r, column, target) end
    if #list == 0 then error("there is no run", 0) end
    return middle(list)
  end
end

-- ---- what help says of them -----------------------------------------------------------------------

local TARGET = "fun(self, target: table): number"

local function to(name, call, brief, example) return { name = name, call = call, brief = brief, example = example, type = TARGET } end

local reaching = {
  to("time_to", "time_to { loss = 0.5 }", "The simulated time of the first evaluation whose loss is at most 0.5, or whose accuracy is at least "
    .. "{ accuracy = 0.9 }, or that has brought any other column there (\"dtsim help evaluations\"; where neither low nor high is better, "
    .. "from the side on which it began); of several runs the median; math.huge if no evaluation has it.  The answer is as fine as the "
    .. "evaluations are (\"dtsim help evaluate\"): for one run it is never a time between two of them.",
    "results:where { strategy = \"adacomm\" }:time_to { loss = 0.7 } < 60     -- seconds"),
  to("step_to", "step_to { ... }", "The step of a worker at that evaluation.", "results:step_to { loss = 0.5 } <= 200"),
  to("round_to", "round_to { ... }", "The round.", "results:where { split = \"iid\" }[1]:round_to { accuracy = 0.97 } <= 150"),
  to("epoch_to", "epoch_to { ... }", "The epoch.", "results[1]:epoch_to { accuracy = 0.9 } <= 5"),
  to("bytes_to", "bytes_to { ... }", "The bytes.", "results:where { compress = \"topk\" }:bytes_to { loss = 0.5 } < 1e6"),
}

manual.of("results", results, {
  { name = "results", title = true, call = "function (results) return true end", type = "dt.results",
    brief = "What a claim is called with: the runs of the sweep, in its order, and questions to all of them.  results[1] is one run; "
      .. "#results is how many there are.  Those that ask for a column of the evaluations work on one run, too: results[1]:time_to { loss = 0.5 }.",
    example = "claims = { [\"all runs end well\"] = function (results) return results:most \"loss\" < 1 end }" },
  { name = "where", call = "where { key = value }", type = "fun(self, wanted: table|fun(run: dt.run): boolean): dt.results",
    brief = "The runs with these values, or those that a function is true of.  A key is a key path or a result (\"time_s\").  A number may be "
      .. "written in any unit, and a list or table has all that is written of it.  A choice is meant by its label in the sweep (\"fedavg "
      .. "proximal_mu=1\"); if no run has that label, its name means every run with that algorithm.",
    example = "results:where { [\"strategy.period\"] = 16, [\"platform.bandwidth\"] = \"10Mbps\" }:median \"time_s\"" },
  { name = "median", call = "median (key)", type = "fun(self, key: string): number",
    brief = "The median over the runs of a result, a swept number or, at its end, a column of the evaluations.",
    example = "results:median \"time_s\" < 60" },
  { name = "mean", call = "mean (key)", type = "fun(self, key: string): number", brief = "Their mean.",
    example = "results:mean \"accuracy\" > 0.9" },
  { name = "least", call = "least (key)", type = "fun(self, key: string): number", brief = "The least of them.",
    example = "results:least \"accuracy\" > 0.85" },
  { name = "most", call = "most (key)", type = "fun(self, key: string): number", brief = "The greatest of them.",
    example = "results:most \"bytes\" <= 1e9" },
  { name = "values", call = "values (key)", type = "fun(self, key: string): number[]", brief = "All of them, a number for each run.",
    example = "#results:values \"loss\" == 5" },
  reaching[1], reaching[2], reaching[3], reaching[4], reaching[5],
}, { new = true })

local function field(name, type, brief, example)
  return { name = name, call = name, field = true, type = type, brief = brief, example = example }
end

manual.of("run", run, {
  { name = "run", title = true, call = "results[1]", type = "dt.run",
    brief = "One run of the results.  It has the fields below, and can be asked for time_to and its like, too.",
    example = "for _, run in ipairs(results) do if run.status ~= \"ok\" then return false end end return true" },
  field("id", "integer", "Its number in the sweep, from 0; /runs/0007 of the file is that of run 7.", "results[1].id == 0"),
  field("status", "string", "\"ok\", or why it failed: \"diverged\", \"timeout\", ...", "results[1].status == \"ok\""),
  field("time_s", "number", "Simulated time at its end, in seconds.", "results[1].time_s < 3600"),
  field("steps", "number", "Gradient steps of a worker.", "results[1].steps == 500"),
  field("rounds", "number", "Rounds.", "results[1].rounds == 125"),
  field("loss", "number", "Loss of the last evaluation; NaN where nothing is learnt.", "results[1].loss < 0.5"),
  field("accuracy", "number", "Accuracy of the last evaluation, from 0 to 1.", "results[1].accuracy > 0.9"),
  field("bytes", "number", "Bytes of all messages that arrived.", "results[1].bytes < 1e9"),
  field("joules", "number", "Energy of all hosts and links; NaN where the platform has no power figures.", "results[1].joules < 1e6"),
  field("seed", "integer", "The seed.", "results[1].seed == 1"),
  field("set", "table<string, any>", "What was swept, by key path.", "results[1].set[\"strategy.period\"] == 4"),
  field("config", "table", "Every value in effect, in the tables of the scenario.", "results[1].config.strategy.period == 4"),
  field("evaluations", "table<string, number[]>", "A list for each column of the evaluations.", "results[1].evaluations.loss[1] > 1"),
  field("results", "table<string, any>", "Other results that are single values: with the key sites also bytes_inside and bytes_between, the bytes "
    .. "within sites and between them.", "results[1].results.bytes_between < 1e6"),
  field("model", "number[]", "The final parameters, if the scenario has keep = \"model\".", "#results[1].model == 21"),
  reaching[1], reaching[2], reaching[3], reaching[4], reaching[5],
  { name = "value", call = "value (key)", type = "fun(self, key: string): any",
    brief = "What median takes of each run: a swept value, a result (\"bytes_between\"), any key of the configuration, or a column of the "
      .. "evaluations at the end; nil: the run has none.",
    example = "results[1]:value \"bytes_between\" < results[2]:value \"bytes_between\"" },
  { name = "table", call = "table (name)", type = "fun(self, name: string): table<string, any[]>",
    brief = "A table that the run left, such as \"workers\", \"staleness\", \"rounds\" or one of the strategy's own (\"dtsim help tables\"); "
      .. "a list for each column.",
    example = "results[1]:table(\"workers\").wait_s[1] < 10     -- seconds that worker 0 waited" },
})

--- Results of rows { id, status, time_s, ..., set }; read(id, "config" or the name of a table) fetches the rest, of a table
--- with what is said of its columns ({ loss = { better = "low" }, accuracy = { better = "high", share = true } }); quantity(id,
--- key, "10Mbps") is that text as a number in the unit of the key, or nil; nearest(word, names) is the nearest name, or nil.
function results.new(rows, read, quantity, nearest)
  for _, row in ipairs(rows) do
    row.read, row.quantity, row.nearest = read, quantity, nearest
    setmetatable(row, run)
  end
  rows.all, rows.nearest = rows, nearest
  return setmetatable(rows, results)
end

return results
