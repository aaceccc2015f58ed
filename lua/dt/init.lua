-- init.lua: the module dt, what a scenario is written with.  Every key and parameter is in reference.gen.lua.
local mark = require "dt.mark"
local dt = {}

local tagged = {}       -- the metatable of a scenario

--- Say that a table is a scenario; the file returns it.
function dt.scenario(t)
  if type(t) ~= "table" then error("dt.scenario takes a table: dt.scenario { platform = \"lan\", ... }", 2) end
  return setmetatable(t, tagged)
end

function dt.is_scenario(value) return getmetatable(value) == tagged end

--- One run for each of the values; several sweeps make a grid.
function dt.sweep(values) return mark.new("sweep", values) end

--- As dt.sweep, but all zips of a scenario advance together.
function dt.zip(values) return mark.new("zip", values) end

local function distribution(name)
  return function(given)
    if name == "constant" and type(given) == "number" then given = { value = given } end
    local t = { name }
    if given ~= nil and type(given) ~= "table" then
      error(("dt.%s takes a table of named values"):format(name), 2)
    end
    for key, value in next, given or {} do
      if type(key) ~= "string" then error(("dt.%s takes named values: key = value"):format(name), 2) end
      t[key] = value
    end
    return t
  end
end

for _, name in ipairs { "constant", "exponential", "shifted_exponential", "pareto", "lognormal", "normal", "uniform",
  "bimodal", "trace" } do
  dt[name] = distribution(name)
end

return dt
