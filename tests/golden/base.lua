-- base.lua: the small training of which every run of tests/golden changes a few keys.
-- A round takes some milliseconds: faults that come every 30 ms strike while means are formed and models are sent.
return {
  platform   = { "lan", hosts = 6, bandwidth = "1MBps", latency = "20us", speed = "1Mf" },
  workers    = 6,
  learn      = true,
  seed       = 1,
  data       = { "gaussian", rows = 240, test = 60, columns = 6, classes = 3 },
  split      = "iid",
  model      = "softmax",
  optimiser  = { "sgd", lr = 0.1, momentum = 0.5 },
  schedule   = "constant",
  strategy   = "sgd",
  collective = "ring",
  compress   = "none",
  aggregate  = "weighted",
  topology   = "ring",
  jitter     = { "exponential", mean = 1 },
  batch_size = 8,
  evaluate   = { rounds = 4 },
  stop       = { rounds = 24 },
}
