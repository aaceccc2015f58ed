-- distributions.lua: the names of all distributions for a plain Lua, taken from the generated reference beside it.
-- dtsim gives its registry in place of this module.
local _, file = ...
local names = {}
for line in io.lines((file:gsub("distributions%.lua$", "reference.gen.lua"))) do
  names[#names + 1] = line:match "^%-%-%-@class dt%.distribution%.([%w_]+):"
end
return names
