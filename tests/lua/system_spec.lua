-- system_spec.lua: a published system stands for a combination of choices, and the scenario's own words go before.
local system = require "dt.system"
local systems = require "dt.systems"

local function filled(tree)
  system.fill(tree)
  return tree
end

local function refused(tree)
  local good, reason = pcall(system.fill, tree)
  assert.is_false(good)
  assert.are.equal("system", reason.path)
  return reason.message
end

describe("system", function()
  it("puts the choices of a system into a scenario", function()
    assert.are.same({ system = "bytescheduler", workers = 16, strategy = "overlap", collective = "shards",
      queue = { "priority", piece = "4MB", credit = "16MB" }, servers = { count = 16, on = "workers" } },
      filled { system = "bytescheduler", workers = 16 })
  end)

  it("leaves a scenario without one alone", function()
    assert.are.same({ strategy = "sgd" }, filled { strategy = "sgd" })
  end)

  it("knows a system in any case, and as a choice", function()
    assert.are.equal("ddp", filled { system = "DDP" }.system)
    assert.are.equal("ring", filled { system = { "Horovod" } }.collective)
  end)

  it("lets a table without a name change the keys in it alone", function()
    local tree = filled { system = "bytescheduler_ring", workers = 4, queue = { credit = 0, overhead = "50us" },
      collective = { some = 1 } }
    assert.are.same({ "priority", piece = "32MB", credit = 0, overhead = "50us" }, tree.queue)
    assert.are.same({ "ring", some = 1 }, tree.collective)
  end)

  it("lets a choice with a name take the place of the system's", function()
    local tree = filled { system = "p3", workers = 4, queue = { "fifo" }, collective = "star", servers = { count = 1 } }
    assert.are.same({ "fifo" }, tree.queue)
    assert.are.equal("star", tree.collective)
    assert.are.same({ count = 1, on = "workers" }, tree.servers)
  end)

  it("never changes the systems themselves", function()
    filled { system = "p3", workers = 4, queue = { credit = "1MB" } }.queue[1] = "changed"
    assert.are.same({ "priority", piece = "200kB", credit = 0 }, filled({ system = "p3", workers = 4 }).queue)
  end)

  it("refuses a name that it does not know, naming all", function()
    assert.is_truthy(refused { system = "bytescheduller" }:find("bytescheduler, .*got \"bytescheduller\""))
    assert.is_truthy(refused { system = 3 }:find "got 3")
    assert.is_truthy(refused { system = { "ddp", "p3" } }:find "expected the name of one system")
    assert.is_truthy(refused { system = { "ddp", size = 1 } }:find "no keys of its own: .* and size beside it")
  end)

  it("needs to know how many workers there are where each has a server", function()
    assert.is_truthy(refused { system = "p3" }:find "expected workers = 8")
    assert.are.equal(6, filled({ system = "p3", workers = { on = "gpu*", count = 6 } }).servers.count)
    assert.is_truthy(refused { system = "p3", workers = { on = "gpu*" } }:find "expected workers = 8")
    assert.are.equal(2, filled({ system = "p3", servers = { count = 2 } }).servers.count)
  end)

  it("has entries that say what they are", function()
    for _, entry in ipairs(systems) do
      assert.are.equal(entry.name, entry.name:match "^[a-z0-9_]+$")
      for _, key in ipairs { "brief", "source" } do assert.is_truthy(#entry[key] > 20, entry.name) end
      assert.is_truthy(#entry.leaves_out > 0)
      for _, one in ipairs { entry.brief, table.unpack(entry.leaves_out) } do assert.are.equal(".", one:sub(-1)) end
      assert.is_truthy(entry.keys.strategy, entry.name)
    end
  end)

  it("prints its choices so that they can be pasted", function()
    for _, entry in ipairs(systems) do
      local keys = {}
      for line in system.text(entry):gmatch "[^\n]+" do keys[#keys + 1] = line:match "^    ([%l_]+ +=.*)$" end
      local pasted = load("return {" .. table.concat(keys, "\n") .. "\n}")()
      pasted.system, pasted.workers = entry.name, 8
      assert.are.same(filled { system = entry.name, workers = 8 }, pasted)
    end
  end)
end)
