-- Who goes first?
-- Four workers and four parameter servers train VGG16.  Its gradient travels as a whole when all of it is there; layer by layer, first
-- in, first out; in pieces, first in, first out; and in pieces by priority, those of the first layers before all others.
local dt = require "dt"

return dt.scenario {
  platform   = { "lan", hosts = 4, servers = 4, bandwidth = "10Gbps", latency = 0, speed = "8Tf" },
  network    = "CM02",
  workers    = 4,
  servers    = { count = 4 },
  collective = "shards",
  strategy   = "overlap",
  queue      = dt.sweep { "whole", "fifo", { "fifo", piece = "4MB" }, { "priority", piece = "4MB" } },
  data       = { "blank", rows = 4096 },
  model      = { "profile", path = "vgg16" },
  batch_size = 32,
  stop       = { steps = 6 },

  claims = require "dt.lab".claims(),
}
