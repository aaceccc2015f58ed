-- What lab 01 asks, and how the truth follows from the student's own run.
local ASKED = 4 * 10 * (9999 + 1)         -- bytes of the model with 9 999 columns

local function updates(results)       -- seconds and bytes of one update, smallest model first
  local list = {}
  for _, r in ipairs(results) do
    local columns = r:value "data.columns"
    list[#list + 1] = { seconds = r.time_s / r.steps, bytes = 4 * 10 * (columns + 1) }
  end
  table.sort(list, function(x, y) return x.bytes < y.bytes end)
  return list
end

-- An update is two messages: t(S) = 2 (a + S / b), a straight line through any two models.
local function line(results)
  local list = updates(results)
  local small, large = list[1], list[#list]
  local slope = (large.seconds - small.seconds) / (large.bytes - small.bytes)
  return small.seconds / 2 - slope / 2 * small.bytes, 2 / slope
end

return {
  { "a", "latency of the way", tolerance = 0.02,
    truth = function(results) return (line(results)) end,
    hint = "the smallest model is nearly all latency, and an update is two messages: there and back" },
  { "b", "bandwidth of the way", tolerance = 0.02,
    truth = function(results) return select(2, line(results)) end,
    hint = "take the two largest models: what do the additional bytes cost, in each of two messages?" },
  { "c", "bytes at which latency and bandwidth cost the same", tolerance = 0.03,
    truth = function(results)
      local latency, bandwidth = line(results)
      return latency * bandwidth
    end,
    hint = "solve latency = size / bandwidth for the size" },
  { "d", "seconds of an update of a large model", tolerance = 0.02,
    truth = function(results, numbers)
      local latency, bandwidth = line(results)
      return 2 * (latency + 4 * numbers.parameters / bandwidth)
    end,
    hint = "a parameter is a float of 4 bytes; and again there are two messages" },
  { "e", "gain of the 400 kB update from ten times the bandwidth", tolerance = 0.005,
    truth = function(results)
      local latency, bandwidth = line(results)
      return (latency + ASKED / bandwidth) / (latency + ASKED / (10 * bandwidth))
    end,
    hint = "bandwidth only shortens the part of the time that it causes: run it with --set platform.bandwidth=..." },
}
