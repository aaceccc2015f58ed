-- gpus.lua: machines of several GPUs behind one switch: in each NVLink, PCIe, a network card, a CPU and a disk.
-- Every GPU is a host, as is the CPU with its memory, where servers run, and the disk, where nobody runs: messages between
-- processes of one host would be free, and these cross NVLink, PCIe or the network card.  Hosts have the properties role
-- (worker, server, storage) and machine, which is the site of hosts unless the scenario says another.
--   speed             19.5 Tflop/s: A100, single precision (NVIDIA A100 data sheet, 2020).  Training gets some share of it.
--   nvlink            what NCCL's ring all-reduce was measured to get (sim/engine/VALIDITY.md; data published with Vidur,
--                     Agrawal et al. 2024): 193.7 GB/s and 17.3 us between two A100 joined by a bridge, 148.7 GB/s and 4.8 us
--                     at the switch of a DGX A100, latencies of a whole way.  The data sheet has 300 GB/s each way for both.
--   pcie              from the same data, between the pairs of one machine: 23.7 GB/s, and 10.0 us a way, which has two such
--                     links; 16 lanes of PCIe 4.0 carry 31.5 GB/s (16 GT/s, 128 of 130 bits).
--   cpu               2 * 64 cores * 2.25 GHz * 32 flop: two EPYC 7742 (AVX2, two fused multiply-adds of 8 floats), as in a
--                     DGX A100; 204.8 GB/s is the memory of one, 8 channels of DDR4-3200.
--   disk              four lanes of PCIe 4.0; 80 us is the order of magnitude of a read of flash memory, a choice of ours.
--   network           100 Gbit/s: InfiniBand EDR, one card a machine, as the GPU parameter server of Zhao et al. 2020 (arXiv:
--                     2003.05622).  Between machines NCCL's steps took 25.3 us: a way has two links of PCIe and two cards.
-- Nothing here is TCP, so there is no window; the scenario's key "window" overrules that.
local xml = require "dt.xml"

-- Bandwidth [B/s] and latency of a way [s].
local NVLINK = { pairs = { 193.7e9, 17.3e-6 }, switch = { 148.7e9, 4.8e-6 } }

-- What joins two GPUs of a machine beside PCIe; nil: nothing.
local function by_nvlink(p, a, b)
  if p.nvlink == "switch" then return { { ("gpu-%d-nvlink"):format(a), "UP" }, { ("gpu-%d-nvlink"):format(b), "DOWN" } } end
  if p.nvlink ~= "pairs" or a // 2 ~= b // 2 then return nil end
  local low = a < b and a or b
  return { { ("gpu-%d-gpu-%d"):format(low, low + 1), a < b and "UP" or "DOWN" } }
end

-- The NVLinks of GPUs first .. first + count - 1, of which the first has an even number in its machine.
local function nvlinks(x, p, first, count)
  local found = NVLINK[p.nvlink]
  if not found then return end
  local bandwidth, latency = p.nvlink_bandwidth > 0 and p.nvlink_bandwidth or found[1], found[2]
  if p.nvlink == "pairs" then
    for a = first, first + count - 2, 2 do x:link(("gpu-%d-gpu-%d"):format(a, a + 1), bandwidth, latency, true) end
  else
    for a = first, first + count - 1 do x:link(("gpu-%d-nvlink"):format(a), bandwidth, latency / 2, true) end
  end
end

-- One machine: its devices, and a router where the network card is.
local function machine(x, p, number, first, count)
  local name = ("machine-%d"):format(number)
  local ends = { { id = name .. "-router" } }
  local function device(id, role, speed, bandwidth, latency)
    x:host(id, speed, { role = role, machine = name })
    ends[#ends + 1] = { id = id, bandwidth = bandwidth, latency = latency }
    return ends[#ends]
  end
  x:open(name, "Full")
  for i = first, first + count - 1 do device("gpu-" .. i, "worker", p.speed, p.pcie_bandwidth, p.pcie_latency).gpu = i end
  device("cpu-" .. number, "server", p.cpu_speed, p.cpu_bandwidth, p.pcie_latency)
  device("disk-" .. number, "storage", p.cpu_speed, p.disk_bandwidth, p.disk_latency)
  x:add('<router id="%s-router"/>', name)
  for _, e in ipairs(ends) do
    if e.bandwidth then x:link(e.id .. "-up", e.bandwidth, e.latency) end
    if e.bandwidth then x:link(e.id .. "-down", e.bandwidth, e.latency) end
  end
  nvlinks(x, p, first, count)
  for _, a in ipairs(ends) do
    for _, b in ipairs(ends) do
      local way = a.gpu and b.gpu and by_nvlink(p, a.gpu, b.gpu)
      if not way then
        way = { a.bandwidth and { a.id .. "-up" } or { b.id .. "-down" } }
        if a.bandwidth and b.bandwidth then way[2] = { b.id .. "-down" } end
      end
      if a ~= b then x:route(a.id, b.id, way) end
    end
  end
  x:close()
end

local function generate(p, _, write)
  if p.nvlink == "pairs" and p.each % 2 == 1 and p.each > 1 then
    error({ path = "platform.each", message = ("expected an even number, since NVLink joins pairs, got %d"):format(p.each) }, 0)
  end
  local x, machines = xml.new(write), (p.gpus + p.each - 1) // p.each
  x:config { ["network/TCP-gamma"] = 0 }
  x:open("gpus", "Dijkstra")
  for m = 0, machines - 1 do machine(x, p, m, m * p.each, math.min(p.each, p.gpus - m * p.each)) end
  x:open("switch", "Full")
  x:add '<router id="switch-router"/>'
  x:close()
  for m = 0, machines - 1 do x:join("machine-" .. m, "switch", p.bandwidth, p.latency) end
  x:close()
  x:finish()
end

return {
  name = "gpus",
  brief = "Machines of several GPUs, joined by NVLink and PCIe, with one network card, a CPU for servers and a disk each.",
  source = "NVIDIA A100; NCCL measurements published with Vidur (Agrawal et al. 2024)",
  count = "gpus",
  sites = "machine",
  params = {
    { "gpus", "int", 8, 1, 1e6, "1", "GPUs in all, each a host that trains; the scenario's workers if it says so" },
    { "each", "int", 4, 1, 64, "1", "GPUs of a machine; the last machine may have fewer" },
    { "speed", "real", "19.5Tf", 1, 1e18, "flop/s", "of every GPU" },
    { "nvlink", "text", "pairs", choices = "pairs|switch|none",
      brief = "how GPUs of a machine are joined beside PCIe: two by two, all by a switch, or not at all" },
    { "nvlink_bandwidth", "real", 0, 0, 1e15, "B/s", "of NVLink in each direction; 0: as measured, 193.7 GB/s in pairs, 148.7 GB/s at a switch" },
    { "pcie_bandwidth", "real", "23.7GBps", 1, 1e15, "B/s", "of each GPU's PCIe link, in each direction" },
    { "pcie_latency", "real", "5us", 0, 10, "s", "of each link of PCIe; a way between two devices has two" },
    { "cpu_speed", "real", "9.216Tf", 1, 1e18, "flop/s", "of a machine's CPUs together" },
    { "cpu_bandwidth", "real", "204.8GBps", 1, 1e15, "B/s", "of a machine's memory, in each direction" },
    { "disk_bandwidth", "real", "7.877GBps", 1, 1e15, "B/s", "of a machine's disk, in each direction" },
    { "disk_latency", "real", "80us", 0, 10, "s", "of a machine's disk" },
    { "bandwidth", "real", "100Gbps", 1, 1e15, "B/s", "of the network card of each machine, in each direction" },
    { "latency", "real", "7.65us", 0, 10, "s", "of each network card; a way between machines has two, and two links of PCIe" },
    { "seed", "int", 1, 0, 1e15, "1", "names the draws of the machines; here there are none" },
  },
  generate = generate,
}
