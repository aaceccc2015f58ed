-- init.lua: the module dt, with which scenarios are written.  Every key and parameter is in reference.gen.lua.
local alternatives = require "dt.alternatives"
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
