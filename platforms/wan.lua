-- wan.lua: data centres in several regions of the world: a LAN in each, one long link between every two.
-- Round trip [ms] and bandwidth [Mbit/s] between ten AWS regions: single measurements published with Yuan et al.,
-- "Decentralized Training of Foundation Models in Heterogeneous Environments" (NeurIPS 2022), repository DS3Lab/DT-FM,
-- scheduler/generate_sim_com_matrices.py.  Its delays agree with published round trips (Virginia to London 76 ms), so
-- a long link has half of one as latency.  The bandwidth is of one connection; here all that cross share it.
-- What TCP's window allowed that connection is in the measured bandwidth: 41 of the 45 pairs got more in a round trip
-- than the 4 MiB that SimGrid presets, most of them 9 to 12 MB.  So the platform asks for no bound by a window, and one
-- message gets what was measured; the scenario's key "window" overrules that.  64 connections between the same regions
-- were measured to get 3.7 to 10.3 times as much together (iperf3, January 2022, published with Skyplane): "scale" is for
-- that.  Inside a region: links as in lan.lua.
local power = require "dt.power"
local xml = require "dt.xml"

local order = { "Virginia", "Ireland", "Tokyo", "Oregon", "Frankfurt", "Singapore", "London", "Sydney", "Ohio",
  "Seoul" }
local pairs_of = {
  Virginia = { Ireland = { 67, 1050 }, Tokyo = { 143, 524 }, Oregon = { 67, 790 }, Frankfurt = { 90, 1020 },
    Singapore = { 230, 364 }, London = { 76, 1160 }, Sydney = { 197, 383 }, Ohio = { 11, 1120 },
    Seoul = { 172, 500 } },
  Ireland = { Tokyo = { 199, 465 }, Oregon = { 124, 482 }, Frankfurt = { 24, 1080 }, Singapore = { 179, 492 },
    London = { 12, 1090 }, Sydney = { 254, 344 }, Ohio = { 77, 1140 }, Seoul = { 228, 335 } },
  Tokyo = { Oregon = { 96, 523 }, Frankfurt = { 223, 360 }, Singapore = { 73, 1010 }, London = { 210, 366 },
    Sydney = { 100, 761 }, Ohio = { 130, 694 }, Seoul = { 34, 1100 } },
  Oregon = { Frankfurt = { 143, 404 }, Singapore = { 163, 341 }, London = { 136, 420 }, Sydney = { 139, 360 },
    Ohio = { 49, 1100 }, Seoul = { 124, 460 } },
  Frankfurt = { Singapore = { 155, 535 }, London = { 14, 1140 }, Sydney = { 265, 328 }, Ohio = { 99, 799 },
    Seoul = { 235, 358 } },
  Singapore = { London = { 169, 500 }, Sydney = { 92, 816 }, Ohio = { 197, 452 }, Seoul = { 74, 1140 } },
  London = { Sydney = { 262, 326 }, Ohio = { 86, 1050 }, Seoul = { 238, 342 } },
  Sydney = { Ohio = { 185, 484 }, Seoul = { 148, 580 } },
  Ohio = { Seoul = { 159, 529 } },
}

local function between(a, b) return (pairs_of[a] or {})[b] or pairs_of[b][a] end

local function refuse(key, message, ...) error({ path = "platform." .. key, message = message:format(...) }, 0) end

-- The regions in use: the first of those named in `among`, or of the table.
local function chosen(p)
  local known, list = {}, {}
  for _, name in ipairs(order) do known[name] = "free" end
  for name in p.among:gmatch "[^%s,]+" do
    if not known[name] then
      refuse("among", "there is no region \"%s\"; known are %s", name, table.concat(order, ", "))
    end
    if known[name] == "taken" then refuse("among", "expected each region once, got %s twice", name) end
    known[name] = "taken"
    list[#list + 1] = name
  end
  if #list == 0 then list = order end
  if p.regions > #list then refuse("regions", "expected at most %d, the number of regions in among, got %d", #list, p.regions) end
  return table.move(list, 1, p.regions, 1, {})
end

-- Hosts are numbered through: workers fill one region after the other.
local function region(x, p, name, first, count, server)
  local watts = power.link(p, "link_watts")
  local function host(id, bandwidth)
    x:host(id, p.speed, power.host(p, id, { region = name }))
    x:attach(id, p.latency, bandwidth, nil, watts, watts)
  end
  x:open(name, "Cluster")
  for i = first, first + count - 1 do host("host-" .. i, p.bandwidth) end
  if server then host(server, p.server_bandwidth > 0 and p.server_bandwidth or p.bandwidth) end
  x:add('<router id="%s-router"/>', name)
  x:close()
end

local function generate(p, _, write)
  local x, names, first = xml.new(write), chosen(p), 0
  x:config { ["network/TCP-gamma"] = 0 }
  x:open("wan", "Full")
  for i, name in ipairs(names) do
    local after = p.hosts > 0 and p.hosts * i or p.total * i // #names
    region(x, p, name, first, after - first, i == 1 and "server" or p.each and "server-" .. i - 1)
    first = after
  end
  for i, a in ipairs(names) do
    for j = i + 1, #names do
      local rtt_ms, mbit = table.unpack(between(a, names[j]))
      x:join(a, names[j], mbit * 125e3 * p.scale, rtt_ms / 2000, power.link(p, "long_watts"))
    end
  end
  x:close()
  x:finish()
end

-- What help says of the regions: a line for each, with the way to those after it.
local function regions()
  local lines = { "regions in their order, with round trip and bandwidth to those after it:" }
  for i = 1, #order do
    local ways = {}
    for j = i + 1, #order do ways[#ways + 1] = ("%s %d ms %d Mbit/s"):format(order[j], table.unpack(between(order[i], order[j]))) end
    lines[#lines + 1] = ("  %s%s%s"):format(order[i], ways[1] and ": " or "", table.concat(ways, ", "))
  end
  return table.concat(lines, "\n  ")
end

return {
  name = "wan",
  more = regions(),
  brief = "Data centres in up to ten regions of the world, a server in the first, and long links that one message fills.",
  source = "AWS measurements of Yuan et al. 2022 (DT-FM)",
  count = "total",
  params = power.with {
    { "regions", "int", 3, 1, 10, "1", "how many regions: the first of among" },
    { "among", "text", "", brief = "names of regions, commas between; empty: Virginia, Ireland, Tokyo, ..." },
    { "hosts", "int", 0, 0, 1e6, "1", "machines in each region; 0: so many that there are total" },
    { "total", "int", 12, 1, 1e6, "1", "machines in all, spread evenly; the scenario's workers if it says so" },
    { "speed", "real", "10Gf", 1, 1e18, "flop/s", "of every host" },
    { "bandwidth", "real", "10Gbps", 1, 1e15, "B/s", "of each host's link in its region, in each direction" },
    { "latency", "real", "25us", 0, 10, "s", "of each host's link; a route in a region has two" },
    { "scale", "real", 1, 1e-6, 1e6, "1", "factor on the bandwidth of every long link; 1: what one connection was measured to get" },
    { "each", "bool", false, brief = "a server in every region: server in the first, then server-1, ...; for servers = { on = "
      .. "\"sites\" } of a scenario with sites = \"region\", the property of its hosts" },
    { "server_bandwidth", "real", 0, 0, 1e15, "B/s", "of each server's link; 0: as the hosts'" },
    { "long_watts", "real", 0, 0, 1e6, "W", "power of a long link at full use, in each direction; needs busy_watts" },
    { "seed", "int", 1, 0, 1e15, "1", "names the draws of the machines; here there are none" },
  },
  generate = generate,
}
