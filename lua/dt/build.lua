-- build.lua: the runs, the claims and the hook of a scenario, for the simulator.
local dt = require "dt"
local order = require "dt.order"
local set = require "dt.set"
local sweep = require "dt.sweep"
local system = require "dt.system"

local function refuse(path, message) error({ path = path, message = message }, 0) end

local function check_claims(claims)
  if claims == nil then return {} end
  if type(claims) ~= "table" then
    refuse("claims", "expected a table { [\"sentence\"] = function(results) ... end }, got a " .. type(claims))
  end
  local list = {}
  for _, text in ipairs(order.keys(claims)) do
    if type(text) ~= "string" or type(claims[text]) ~= "function" then
      refuse("claims", ("expected a sentence with a function, [\"sentence\"] = function(results) ... end, got the key %s with a %s"):format(text, type(claims[text])))
    end
    if text:find "%c" then refuse("claims", "expected sentences of one line, without control characters") end
    list[#list + 1] = { text = text, judge = claims[text] }
  end
  return list
end

--- Refuse functions whose names look like hooks: on_evaluate is the only hook.
local function check_hooks(tree)
  for _, key in ipairs(order.keys(tree)) do
    if type(key) == "string" and key:find "^on_" and type(tree[key]) == "function" then
      refuse(key, "there is no such key; did you mean \"on_evaluate\"?")
    end
  end
end

--- Runs, claims in the order of their texts, and the hook of a scenario, after the --set options of the command line.
return function(scenario, sets)
  if not dt.is_scenario(scenario) then
    error("expected a file that ends with return dt.scenario { ... }", 0)
  end
  local tree = {}
  for key, value in next, scenario do tree[key] = value end
  local claims, on_evaluate = check_claims(tree.claims), tree.on_evaluate
  tree.claims, tree.on_evaluate = nil, nil
  if on_evaluate ~= nil and type(on_evaluate) ~= "function" then refuse("on_evaluate", "expected a function, such as function(evaluation) ... end, got " .. type(on_evaluate)) end
  check_hooks(tree)
  for _, text in ipairs(sets) do
    local key = text:match "^%s*([%w_]+)"
    if key == "on_evaluate" or key == "claims" then
      refuse(key, ("functions stand in the scenario's file alone: expected another key, got --set %s"):format(text))
    end
    tree = set.apply(tree, text, dt)
  end
  local runs = sweep.expand(tree)
  for _, run in ipairs(runs) do system.fill(run.tree) end
  return { runs = runs, claims = claims, on_evaluate = on_evaluate }
end
