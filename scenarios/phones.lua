-- What does a round of 100 among 50 000 phones wait for, and what do spare phones save?
-- Time and bytes alone: the server invites 100 phones a round and waits for all of them, or invites 30 % more and goes on
-- with the first hundred, or after two minutes.  "dtsim report" of its results shows some of those that took part, the busiest and
-- the least busy among them.
local dt = require "dt"

local function fedavg(more)
  local choice = { "fedavg", fraction = 0.002, local_epochs = 1 }
  for key, value in pairs(more) do choice[key] = value end
  return choice
end

return dt.scenario {
  platform   = "mobile",
  workers    = 50000,
  data       = { "blank", rows = 2000000, columns = 784 },
  model      = { "mlp", widths = { 200, 200 } },
  strategy   = dt.sweep { fedavg {}, fedavg { overselect = 1.3, deadline = "2min" } },
  batch_size = 10,
  learn      = false,
  trace      = "messages",
  stop       = { rounds = 20 },

  claims = {
    ["waiting for all, a round takes over ten times as long as its median phone computes and communicates"] = function(results)
      local run = results[1]
      local workers, busy = run:table "workers", {}
      for i, role in ipairs(workers.role) do
        if role == "worker" then busy[#busy + 1] = workers.compute_s[i] + workers.send_s[i] end
      end
      table.sort(busy)
      return run.time_s / run.rounds > 10 * busy[#busy // 2]
    end,
    ["30 % more phones make rounds at least twice as fast"] = function(results)
      return results[2].time_s < results[1].time_s / 2
    end,
  },
}
