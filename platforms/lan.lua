-- lan.lua: one data centre: hosts on a switch, or on a fat tree of switches.
-- A message between two hosts on the switch crosses two links, so its start-up time is 2 * latency: 50 us with the
-- defaults: the order of magnitude of 10 Gbit/s Ethernet and a choice of ours, as is the speed of 10 Gflop/s, one core
-- of a server at training.
local power = require "dt.power"
local xml = require "dt.xml"

local function refuse(key, message, ...) error({ path = "platform." .. key, message = message:format(...) }, 0) end

local function switch(p, write)
  local x, watts = xml.new(write), power.link(p, "link_watts")
  local function host(id, bandwidth)
    x:host(id, p.speed, power.host(p, id))
    x:attach(id, p.latency, bandwidth, nil, watts, watts)
  end
  x:open("lan", "Cluster")
  for i = 0, p.hosts - 1 do host("host-" .. i, p.bandwidth) end
  for i = 0, p.servers - 1 do
    host(i == 0 and "server" or "server-" .. i, p.server_bandwidth > 0 and p.server_bandwidth or p.bandwidth)
  end
  if p.backbone > 0 then x:add('<backbone id="backbone" bandwidth="%.10gBps" latency="0s"/>', p.backbone) end
  x:close()
  x:finish()
end

-- Two levels: switches of `ports` hosts each, joined by `spines` switches; SimGrid spreads routes over the spines by
-- destination.  SimGrid names the hosts of such a tree by number, so none is called server.  The zone around it is
-- there for SimGrid 4.0, which crashes on a fat tree that stands alone.
local function fat_tree(p, write)
  if p.hosts % p.ports ~= 0 then
    refuse("hosts", "expected a multiple of ports = %d, which fills the switches of a fat tree, got %d", p.ports, p.hosts)
  end
  if p.servers > 1 then
    refuse("servers", "expected 1 in a fat tree, whose hosts have numbers instead of names, got %d", p.servers)
  end
  if p.link_watts > 0 then refuse("link_watts", "expected 0 in a fat tree, whose links have no power figures") end
  local x = xml.new(write)
  x:open("site", "Full")
  x:add('<cluster id="lan" topology="FAT_TREE" topo_parameters="2;%d,%d;1,%d;1,1" prefix="host-" suffix=""'
    .. ' radical="0-%d" speed="%.10gf" bw="%.10gBps" lat="%.10gs" sharing_policy="SPLITDUPLEX">',
    p.ports, p.hosts // p.ports, p.spines, p.hosts - 1, p.speed, p.bandwidth, p.latency)
  local drawn = power.host(p, "")
  if drawn then x:add('<prop id="wattage_per_state" value="%s"/>', drawn.wattage_per_state) end
  x:add "</cluster>"
  x:close()
  x:finish()
end

return {
  name = "lan",
  brief = "Equal hosts on one switch or a fat tree, and servers.",
  source = "choices of ours; the fat tree is SimGrid's",
  count = "hosts",
  params = power.with {
    { "hosts", "int", 8, 1, 1e6, "1", "how many machines train; the scenario's workers if it says so" },
    { "topology", "text", "switch", choices = "switch|fat_tree", brief = "how they are connected" },
    { "speed", "real", "10Gf", 1, 1e18, "flop/s", "of every host" },
    { "bandwidth", "real", "10Gbps", 1, 1e15, "B/s", "of each host's link, in each direction" },
    { "latency", "real", "25us", 0, 10, "s", "of each link; a route has two, or four across a fat tree" },
    { "backbone", "real", 0, 0, 1e18, "B/s", "what a switch carries in all; 0: everything" },
    { "servers", "int", 1, 1, 4096, "1", "hosts on a switch that train nobody: server, server-1, ..." },
    { "server_bandwidth", "real", 0, 0, 1e15, "B/s", "of each server's link on a switch; 0: as the hosts'" },
    { "ports", "int", 4, 1, 1e5, "1", "hosts of each lower switch of a fat tree" },
    { "spines", "int", 2, 1, 1e4, "1", "upper switches of a fat tree" },
    { "seed", "int", 1, 0, 1e15, "1", "names the draws of the machines; here there are none" },
  },
  generate = function(p, _, write)
    local kind = p.topology == "switch" and switch or fat_tree
    kind(p, write)
  end,
}
