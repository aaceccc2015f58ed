-- power.lua: the power of hosts in a data centre and of their links, with the same parameters on every such platform.
local power = {}

local params = {
  { "idle_watts", "real", 0, 0, 1e6, "W", "power of a host that computes nothing" },
  { "busy_watts", "real", 0, 0, 1e6, "W", "power of a host that computes; 0: no energy is counted" },
  { "link_watts", "real", 0, 0, 1e6, "W", "power of a host's link at full use, in each direction; only with busy_watts" },
}

--- The parameters of a platform, followed by those above.
function power.with(own) return table.move(params, 1, #params, #own + 1, own) end

--- Properties of the host that tell SimGrid its power and that of its links; nil: there are none.
function power.host(p, id, properties)
  if p.busy_watts == 0 then return properties end
  properties = properties or {}
  properties.wattage_per_state = ("%g:%g:%g"):format(p.idle_watts, p.busy_watts, p.busy_watts)
  properties.links = p.link_watts > 0 and ("%s-up %s-down"):format(id, id) or nil
  return properties
end

--- The watts of a link by the key that gives them, for xml.lua; nil: they are not counted.
function power.link(p, key)
  if p[key] == 0 then return nil end
  if p.busy_watts == 0 then
    error({ path = "platform." .. key, message = key .. " without busy_watts: energy is counted of hosts and links or of none, expected busy_watts above 0, too" }, 0)
  end
  return ("%g"):format(p[key])
end

return power
