-- xml.lua: a SimGrid platform file, piece by piece.  Every element is one line, so size is linear in hosts.
-- A zone with routing "Cluster" is a star: each host has its link up and its link down, and SimGrid 3.32 and 4.0
-- both find routes without a table.  <peer> would be shorter, but holds no properties.
local order = require "dt.order"
local xml = {}
xml.__index = xml

local HEAD = [[
<?xml version="1.0"?>
<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
<platform version="4.1">]]

local FOLD = 4096       -- lines that are held before they are written

--- Every piece of the file goes to write(text).
function xml.new(write) return setmetatable({ HEAD, n = 1, routes = {}, write = write }, xml) end

function xml:add(format, ...)
  if self.n == FOLD then
    self.write(table.concat(self, "\n", 1, FOLD) .. "\n")
    self.n = 0
  end
  self.n = self.n + 1
  self[self.n] = format:format(...)
end

--- SimGrid's own settings, a table of texts and numbers; before all zones.
function xml:config(settings)
  self:add "<config>"
  for _, key in ipairs(order.keys(settings)) do
    self:add('<prop id="%s" value="%s"/>', key, settings[key])
  end
  self:add "</config>"
end

--- A zone holds zones, then links, then routes.
function xml:open(id, routing) self:add('<zone id="%s" routing="%s">', id, routing) end

--- Within a zone SimGrid wants every link before the first route.
function xml:close()
  for _, route in ipairs(self.routes) do self:add("%s", route) end
  self.routes = {}
  self:add "</zone>"
end

--- A host of that speed [flop/s]; properties is a table of texts and numbers, or nil.
function xml:host(id, speed, properties)
  if not properties then return self:add('<host id="%s" speed="%.10gf"/>', id, speed) end
  self:add('<host id="%s" speed="%.10gf">', id, speed)
  for _, key in ipairs(order.keys(properties)) do
    self:add('<prop id="%s" value="%s"/>', key, properties[key])
  end
  self:add "</host>"
end

--- A link of that bandwidth [B/s] and latency [s]; duplex: each direction has the whole bandwidth; watts: what it
--- draws at full use (nil: not modelled).
function xml:link(id, bandwidth, latency, duplex, watts)
  self:add('<link id="%s" bandwidth="%.10gBps" latency="%.10gs"%s%s', id, bandwidth, latency,
    duplex and ' sharing_policy="SPLITDUPLEX"' or "",
    watts and ('><prop id="wattage_range" value="0:%s"/></link>'):format(watts) or "/>")
end

--- Connect a host to the middle of its star: one bandwidth up, one down (nil: the same), and what each draws.
function xml:attach(host, latency, up, down, up_watts, down_watts)
  self:link(host .. "-up", up, latency, false, up_watts)
  self:link(host .. "-down", down or up, latency, false, down_watts)
  self:add('<host_link id="%s" up="%s-up" down="%s-down"/>', host, host, host)
end

--- The way from one host or router of the zone to another: links in order, each with its direction where it is duplex.
function xml:route(from, to, links)
  local parts = {}
  for i, link in ipairs(links) do
    parts[i] = ('<link_ctn id="%s"%s/>'):format(link[1], link[2] and (' direction="%s"'):format(link[2]) or "")
  end
  table.insert(self.routes, ('<route src="%s" dst="%s" symmetrical="NO">%s</route>'):format(from, to, table.concat(parts)))
end

--- One duplex link between two zones of the open one, each with the router "<zone>-router", and what it draws.
function xml:join(a, b, bandwidth, latency, watts)
  local id = a .. "-" .. b
  self:link(id, bandwidth, latency, true, watts)
  local route = '<zoneRoute src="%s" dst="%s" gw_src="%s-router" gw_dst="%s-router" symmetrical="NO">'
    .. '<link_ctn id="%s" direction="%s"/></zoneRoute>'
  table.insert(self.routes, route:format(a, b, a, b, id, "UP"))
  table.insert(self.routes, route:format(b, a, b, a, id, "DOWN"))
end

--- The file ends here.
function xml:finish()
  self:add "</platform>\n"
  self.write(table.concat(self, "\n", 1, self.n))
end

return xml
