-- mobile.lua: a population of phones in tiers, each on Wi-Fi, LTE or 3G, and a server in a data centre.
-- Classes (share, median peak): fitted to the fleet facts of Wu et al., "Machine Learning at Facebook: Understanding
-- Inference at the Edge", HPCA 2019 (48 % A53, 15 % A7, 72 % of cores older than six years, peaks spread over 10x).
-- The spread within a class (log-normal, 0.25) and efficiency = 0.20 of the peak in training are model choices.
-- Network mix, round trips (20, 60, 150 ms) and spread of rates: model choices.  Mean rates (up 18.88, 5.85, 1.10, down
-- 54.97, 13.76, 2.03 Mbit/s) and radio power a * rate + b (mW, Mbit/s): the U.S. figures common in offloading studies,
-- as in Eshratifar et al., "JointDNN", 2018, after the LTE power study of Huang et al., MobiSys 2012 (the download
-- rates and the power figures are quoted from memory, not checked against the papers).
-- Training draws 2 W above idle (model choice); idle counts 0, and so does the server.  A radio's power is that at its
-- full rate, and linear in the use of its link: SimGrid's model of the energy of links.
local xml = require "dt.xml"

local classes = {
  { name = "A7", share = 0.15, peak = 12e9 },
  { name = "A53", share = 0.48, peak = 45e9 },
  { name = "A15", share = 0.09, peak = 25e9 },
  { name = "A72", share = 0.18, peak = 60e9 },
  { name = "A73", share = 0.10, peak = 110e9 },
}

local function networks(p)
  return {
    { name = "wifi", share = p.wifi, up = p.wifi_up, down = p.wifi_down, rtt = p.wifi_rtt,
      send = { 283.17, 132.86 }, receive = { 137.01, 132.86 } },
    { name = "lte", share = p.lte, up = p.lte_up, down = p.lte_down, rtt = p.lte_rtt,
      send = { 438.39, 1288.04 }, receive = { 51.97, 1288.04 } },
    { name = "3g", share = 1, up = p.g3_up, down = p.g3_down, rtt = p.g3_rtt,
      send = { 868.98, 817.88 }, receive = { 122.12, 817.88 } },
  }
end

-- The first member whose shares add up to more than u in [0, 1); the last takes what is left.
local function pick(list, u)
  for _, member in ipairs(list) do
    if u < member.share then return member end
    u = u - member.share
  end
  return list[#list]
end

local function radio_watts(p, line, rate)
  return p.watts > 0 and ("%.4g"):format((line[1] * rate * 8e-6 + line[2]) / 1000) or nil
end

-- Routes between phones are no use; from phone to server the latencies of both links add to half a round trip.
local function generate(p, draw, write)
  if p.wifi + p.lte > 1 then
    error({ path = "platform.lte", message = ("expected wifi + lte of at most 1, got %g"):format(p.wifi + p.lte) }, 0)
  end
  local x, mix = xml.new(write), networks(p)
  local uniform = { "uniform", low = 0, high = 1 }
  local in_class = { "lognormal", mean = math.exp(p.spread ^ 2 / 2), sigma = p.spread }     -- median 1
  local in_rates = { "lognormal", mean = 1, sigma = p.rate_spread }
  local counted = p.watts > 0
  local power = counted and ("0:%g:%g"):format(p.watts, p.watts) or nil
  x:open("mobile", "Cluster")
  for i = 0, p.phones - 1 do
    local id, class = "phone-" .. i, pick(classes, draw(uniform, "tier", i))
    local net, factor = pick(mix, draw(uniform, "network", i)), draw(in_rates, "rate", i)
    local up, down = net.up * factor, net.down * factor
    x:host(id, class.peak * draw(in_class, "peak", i) * p.efficiency, {
      tier = class.name, network = net.name, wattage_per_state = power,
      links = counted and id .. "-up " .. id .. "-down" or nil })
    x:attach(id, net.rtt / 2, up, down, radio_watts(p, net.send, up), radio_watts(p, net.receive, down))
  end
  x:host("server", p.server_speed, counted and { wattage_per_state = "0:0:0" } or nil)
  x:attach("server", 0, p.server_bandwidth)
  x:close()
  x:finish()
end

local function rate(name, value, brief) return { name, "real", value, 1, 1e15, "B/s", brief } end

-- What help says of the tiers.
local function tiers()
  local list = {}
  for i, class in ipairs(classes) do list[i] = ("%s (%.0f %% of the phones, peak %g Gflop/s)"):format(class.name, 100 * class.share, class.peak / 1e9) end
  return "tiers, a property of hosts: " .. table.concat(list, ", ")
end

return {
  name = "mobile",
  more = tiers(),
  brief = "Phones in five tiers on Wi-Fi, LTE and 3G, and a server.",
  source = "Wu et al. 2019 (tiers); Eshratifar et al. 2018 (rates); model choices where the file says so",
  count = "phones",
  params = {
    { "phones", "int", 1000, 1, 1e6, "1", "how many; the scenario's workers if it says so" },
    { "efficiency", "real", 0.2, 1e-6, 1, "1", "share of the peak that training sustains" },
    { "spread", "real", 0.25, 0, 3, "1", "sigma of the log-normal peak within a tier" },
    { "wifi", "real", 0.75, 0, 1, "1", "share of phones on Wi-Fi" },
    { "lte", "real", 0.2, 0, 1, "1", "share on LTE; the rest is on 3G" },
    { "rate_spread", "real", 1, 0, 3, "1", "sigma of the log-normal factor of mean 1 on both rates of a phone" },
    rate("wifi_up", "18.88Mbps", "mean rate of sending on Wi-Fi"),
    rate("wifi_down", "54.97Mbps", "mean rate of receiving on Wi-Fi"),
    { "wifi_rtt", "real", "20ms", 0, 10, "s", "round trip between a phone on Wi-Fi and the server" },
    rate("lte_up", "5.85Mbps", "mean rate of sending on LTE"),
    rate("lte_down", "13.76Mbps", "mean rate of receiving on LTE"),
    { "lte_rtt", "real", "60ms", 0, 10, "s", "round trip on LTE" },
    rate("g3_up", "1.1Mbps", "mean rate of sending on 3G"),
    rate("g3_down", "2.03Mbps", "mean rate of receiving on 3G"),
    { "g3_rtt", "real", "150ms", 0, 10, "s", "round trip on 3G" },
    { "watts", "real", 2, 0, 1e3, "W", "power of a phone that trains, above idle; 0: no energy is counted" },
    { "server_speed", "real", "1Tf", 1, 1e18, "flop/s", "of the server" },
    { "server_bandwidth", "real", "100Gbps", 1, 1e15, "B/s", "of the server's link, in each direction" },
    { "seed", "int", 1, 0, 1e15, "1", "names the draws of the phones, apart from the run's seed" },
  },
  generate = generate,
}
