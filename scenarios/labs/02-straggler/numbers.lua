-- The numbers of this lab, and how a student's are drawn.
local lab = require "dt.lab"

--- The number of workers that is asked for is swept together with more and fewer.
local function counts(n)
  local list = { 1 }
  for _, count in ipairs { n // 2, n, n + n // 2 } do list[#list + 1] = count end
  return ("workers=dt.sweep{%s}"):format(table.concat(list, ","))
end

return {
  { "mean", of = "compute.seconds.mean", draw = lab.between(0.2, 5) },
  { "workers", draw = lab.whole(5, 24), set = counts,
    of = function(values) local list = values "workers"; return list[#list - 1] end },
  { "period", draw = lab.whole(4, 20), set = function(n) return ("strategy.period=dt.sweep{1,%d}"):format(n) end,
    of = function(values) return math.max(table.unpack(values "strategy.period")) end },
  { "limit", of = 3, draw = lab.between(2.5, 5) },
}
