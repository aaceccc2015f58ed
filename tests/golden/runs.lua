-- Does everything still do what it did?  The test writes set.lua: for each run the keys that differ from base.lua.
local dt   = require "dt"
local base = require "base"
local set  = require "set"

local zipped = {}
for _, run in ipairs(set) do
  for key in pairs(run) do zipped[key] = true end
end

local scenario = {}
for key, value in pairs(base) do scenario[key] = value end
for key in pairs(zipped) do
  local values = {}
  for i, run in ipairs(set) do
    values[i] = run[key] == nil and base[key] or run[key]
    if values[i] == nil then error("base.lua has no \"" .. key .. "\" for run " .. i) end
  end
  scenario[key] = dt.zip(values)
end
return dt.scenario(scenario)
