-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

--- The last of n workers is slow; nobody is, where steps take random times.
local function slowness(n, factor)
  return ("slowness=dt.zip{{%s%s},1}"):format(("1,"):rep(n - 1), factor)
end

return {
  { "slow", draw = lab.between(3, 8), set = function() return {} end,
    of = function(values)
      local most = 1
      for _, value in ipairs(values "slowness") do
        local text = type(value) == "table" and table.concat(value, " ") or tostring(value)     -- of the scenario, or of a result
        for factor in text:gmatch "[%d.]+" do most = math.max(most, tonumber(factor)) end
      end
      return most
    end },
  { "workers", of = "workers", draw = lab.whole(5, 14),
    set = function(n, drawn) return { ("workers=%d"):format(n), slowness(n, drawn.slow) } end },
  { "bound", draw = lab.whole(2, 9),
    set = function(s) return ("sync=dt.sweep{'bsp',{'ssp',staleness=%d},'async'}"):format(s) end,
    of = function(values) return values "sync.staleness"[1] end },
  { "seconds", of = "stop.seconds", draw = lab.between(200, 400) },
}
