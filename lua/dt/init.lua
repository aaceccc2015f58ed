-- init.lua: the module dt, with which scenarios are written.  Every key and parameter is in reference.gen.lua.
local alternatives = require "dt.alternatives"
local manual = require "dt.manual"
local dt = {}

local tagged = {}       -- the metatable of a scenario

--- Declare that a table is a scenario; the file returns it.
function dt.scenario(t)
  if type(t) ~= "table" then error("dt.scenario: expected a table { platform = \"lan\", ... }, got " .. type(t), 2) end
  return setmetatable(t, tagged)
end

function dt.is_scenario(value) return getmetatable(value) == tagged end

--- One run for each of the values; several sweeps make a grid.
function dt.sweep(values) return alternatives.new("sweep", values) end

--- As dt.sweep, but all zips of a scenario advance together.
function dt.zip(values) return alternatives.new("zip", values) end

manual.of("dt", dt, {
  { name = "scenario", call = "dt.scenario { platform = \"lan\", ... }", type = "fun(t: dt.scenario): dt.scenario",
    brief = "Declares that a table is a scenario; its file ends with return dt.scenario { ... }.  \"dtsim help scenario\" lists its keys.",
    example = "return dt.scenario { platform = \"lan\", workers = 4, model = \"softmax\", strategy = \"sgd\", stop = { steps = 100 } }" },
  { name = "is_scenario", call = "dt.is_scenario(value)", type = "fun(value: any): boolean",
    brief = "True if dt.scenario has returned the value.",
    example = "dt.is_scenario(require \"base\")" },
  { name = "sweep", call = "dt.sweep { 1, 4, 16 }", type = "fun(values: any[]): dt.alternatives",
    brief = "One run for each of the values; several sweeps make a grid.  It can stand for any value of a scenario, also for a whole choice "
      .. "such as { \"topk\", ratio = 0.01 }; the first sweep of the file varies slowest, seeds vary fastest.",
    example = "strategy = { \"localsgd\", period = dt.sweep { 1, 4, 16 } }     -- three runs; times those of every other dt.sweep" },
  { name = "zip", call = "dt.zip { 1, 4, 16 }", type = "fun(values: any[]): dt.alternatives",
    brief = "As dt.sweep, but all zips of a scenario advance together: the first run has the first value of each, the second the second.  "
      .. "All have equally many values.",
    example = "workers = dt.zip { 2, 4, 8 }, batch_size = dt.zip { 64, 32, 16 }     -- three runs, not nine" },
})

--- dt.constant(2) and dt.each { 4, 1, 1, 1 } take their value without a name.
local function named(name, given)
  if name == "constant" and type(given) == "number" then return { value = given } end
  if name == "each" and type(given) == "table" and given[1] ~= nil then return { values = given } end
  return given
end

local function distribution(name)
  return function(given)
    given = named(name, given)
    local t = { name }
    if given ~= nil and type(given) ~= "table" then
      error(("dt.%s: expected a table of named values, got %s"):format(name, type(t)), 2)
    end
    for key, value in next, given or {} do
      if type(key) ~= "string" then error(("dt.%s: expected named values, key = value, got a value without a key"):format(name), 2) end
      t[key] = value
    end
    return t
  end
end

for _, name in ipairs(require "dt.distributions") do dt[name] = distribution(name) end

return dt
