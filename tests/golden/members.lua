-- Does every member still do what it did?  One short run of each, for golden.json.
local dt = require "dt"

local clouds = { "gaussian", rows = 300, test = 100, columns = 6, classes = 3 }

return dt.scenario {
  platform   = { "lan", hosts = 5, bandwidth = "100Mbps", latency = "1ms", speed = "100Mf" },
  workers    = 5,
  data       = dt.zip { clouds, clouds, clouds, clouds, clouds, clouds, clouds, clouds, clouds, clouds, clouds, clouds,
                        { "synthetic", columns = 6, classes = 3, least = 20, most = 60 } },
  split      = dt.zip { "iid", { "dirichlet", alpha = 0.5 }, "by_label", { "shards", per_worker = 2 },
                        { "quantity", power = 1 }, "contiguous", "iid", "iid", "iid", "iid", "iid", "iid",
                        "natural" },
  model      = dt.zip { "softmax", "softmax", "softmax", "softmax", "softmax", { "mlp", widths = { 8 } }, "kmeans",
                        "softmax", "softmax", "softmax", "softmax", "softmax",
                        "softmax" },
  strategy   = dt.zip { "sgd", { "localsgd", period = 4 }, { "adacomm", period = 8, interval = "50ms" },
                        { "fedavg", fraction = 0.6 }, "gossip", "sgd", "sgd", { "localsgd", period = 2 }, "sgd", "gossip",
                        { "fedavg", fraction = 0.4, epochs = 2, prox = 0.1 }, "sgd",
                        "localsgd" },
  collective = dt.zip { "ring", "tree", "star", "ring", "ring", "halving", "ring", "halving", "tree", "ring", "ring", "star",
                        "tree" },
  topology   = dt.zip { "ring", "ring", "ring", "ring", "exponential", "ring", "ring", "ring", "ring", "complete", "ring", "ring",
                        "ring" },
  compress   = dt.zip { "none", "float16", "none", { "quantize", bits = 3 }, "none", "none", "none", { "topk", ratio = 0.3 },
                        "sign", { "topk", ratio = 0.5 }, "none", "none", "none" },
  jitter     = dt.zip { dt.constant { value = 1 }, dt.exponential { mean = 1 }, dt.constant { value = 1 },
                        dt.pareto { scale = 0.5, shape = 2 }, dt.constant { value = 1 }, dt.uniform { low = 0.5, high = 1.5 },
                        dt.constant { value = 1 }, dt.bimodal { slow = 5, share = 0.1 }, dt.constant { value = 1 },
                        dt.lognormal {}, dt.normal { mean = 1, sd = 0.2 }, dt.shifted_exponential { shift = 0.5, mean = 0.5 },
                        dt.constant { value = 1 } },
  optimiser  = { "sgd", rate = 0.1, momentum = 0.5 },
  batch      = 10,
  stop       = { steps = 24 },
}
