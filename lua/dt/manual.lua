-- manual.lua: what "dtsim help" and the editor's reference say of the functions and fields that a scenario can use.
-- The file that has a function declares it here, with one row; a function without a row is refused as soon as its module is loaded.
--   name      of the function or field
--   call      how it is called, in one line
--   brief     what it does: sentences
--   example   a line to copy, and what it gives
--   type      its type for the editor (LuaCATS)
--   field     true: no function
--   title     true: the row is about the owner itself
local manual = { entries = {} }     -- { owner, row } of all owners, in the order of help

local function refuse(owner, name, reason) error(("manual: %s.%s %s"):format(owner, tostring(name), reason), 0) end

--- Declare the functions of target, which scenarios know as owner; own has the names of those that are not for them.
function manual.of(owner, target, rows, own)
  local known = {}
  for name in next, own or {} do known[name] = true end
  for _, row in ipairs(rows) do
    for _, part in ipairs { "name", "call", "brief", "example", "type" } do
      if type(row[part]) ~= "string" then refuse(owner, row.name, "has no " .. part) end
    end
    if not row.field and not row.title and type(target[row.name]) ~= "function" then refuse(owner, row.name, "is no function") end
    known[row.name] = true
    table.insert(manual.entries, { owner = owner, row = row })
  end
  for name, value in next, target do
    if type(value) == "function" and not known[name] and name ~= "__index" then refuse(owner, name, "has no row") end
  end
end

return manual
