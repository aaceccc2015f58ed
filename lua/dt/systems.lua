-- systems.lua: published systems of data-parallel training, each as a combination of choices of a scenario.
-- A system more is an entry more here, and a word in the table of README.md; nothing else knows their names.
--   name, brief, source   as "dtsim list" and "dtsim help NAME" print them
--   keys                  the choices, as a scenario has them; servers.count = "workers" stands for as many as there are workers
--   leaves_out            sentences: what the system does, and this combination of choices does not

return {
  {
    name = "ddp",
    brief = "PyTorch's DistributedDataParallel: buckets of 25 MB by ring all-reduce during backward, then a barrier.",
    source = "Li et al. 2020, PyTorch Distributed: Experiences on Accelerating Data Parallel Training, PVLDB 13(12), "
      .. "doi:10.14778/3415478.3415530",
    keys = {
      strategy = "overlap",
      queue = { "bucket", size = "25MB", barrier = true },
      collective = "ring",
    },
    leaves_out = {
      "PyTorch counts 25 MiB, closes a bucket with the layer that reaches the size, and closes its first bucket at 1 MiB; here a bucket "
        .. "is closed before the layer that would exceed it.",
      "NCCL chooses among ring and tree by size, and an all-reduce on the GPU slows the kernels that run beside it; neither is "
        .. "modelled.",
    },
  },
  {
    name = "horovod",
    brief = "Horovod: tensors fused up to 64 MB, ring all-reduce, a barrier before the step.",
    source = "Sergeev, Del Balso 2018, Horovod: fast and easy distributed deep learning in TensorFlow, arXiv:1802.05799",
    keys = {
      strategy = "overlap",
      queue = { "bucket", size = "64MB", barrier = true },
      collective = "ring",
    },
    leaves_out = {
      "Horovod fuses what is ready at the end of each cycle of some milliseconds, in the order that rank 0 announces; here the "
        .. "buckets are the same in every step, and agreeing takes no time.  queue = { overhead = \"5ms\" } charges for a cycle.",
    },
  },
  {
    name = "horovod_fp16",
    brief = "Horovod with gradients in half precision: half the bytes, and rounding in every sum.",
    source = "Sergeev, Del Balso 2018, arXiv:1802.05799; hvd.Compression.fp16",
    keys = {
      strategy = "overlap",
      queue = { "bucket", size = "64MB", barrier = true },
      collective = "ring",
      compress = "float16",
    },
    leaves_out = {
      "As horovod.  The size of a bucket counts the entries in 4 bytes each, before they are compressed.",
    },
  },
  {
    name = "byteps",
    brief = "BytePS: pieces of 4 MB by priority to parameter servers on hosts of their own, one for each worker.",
    source = "Jiang et al. 2020, A Unified Architecture for Accelerating Distributed DNN Training in Heterogeneous GPU/CPU Clusters, "
      .. "OSDI",
    keys = {
      strategy = "overlap",
      queue = { "priority", piece = "4MB" },
      collective = "shards",
      servers = { count = "workers", on = "own" },
    },
    leaves_out = {
      "The GPUs of a machine reduce among themselves first, and CPUs sum at a speed of their own; here a worker is one host, and "
        .. "a server sums in no time.",
      "BytePS spreads pieces over workers' hosts as well where there are few CPU hosts; here all servers are on their own.",
      "Its scheduling has to be switched on (BYTEPS_SCHEDULING_CREDIT), and PyTorch keeps the barrier unless its CrossBarrier is "
        .. "used; here one piece leaves at a time, across the barrier.",
    },
  },
  {
    name = "bytescheduler",
    brief = "ByteScheduler with parameter servers: pieces of 4 MB by priority, 16 MB of credit, no barrier.",
    source = "Peng et al. 2019, A Generic Communication Scheduler for Distributed DNN Training Acceleration, SOSP, "
      .. "doi:10.1145/3341301.3359642",
    keys = {
      strategy = "overlap",
      queue = { "priority", piece = "4MB", credit = "16MB" },
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "Piece and credit are tuned while it trains (bytescheduler_tuned); these are the presets of its code, 1 and 4 million "
        .. "parameters.",
      "The overhead of a piece is a measured property of framework and network: queue = { overhead = \"50us\" } is the order of "
        .. "magnitude.",
      "What it gains over a measured baseline includes that baseline's own losses (server CPUs, copies), which are not modelled.",
    },
  },
  {
    name = "bytescheduler_tuned",
    brief = "ByteScheduler with parameter servers and its tuner: piece and credit by Bayesian optimisation while it trains.",
    source = "Peng et al. 2019, SOSP, section 4.3, doi:10.1145/3341301.3359642",
    keys = {
      strategy = "overlap",
      queue = { "tuned", piece_least = "500kB", piece_most = "128MB", credit_least = "500kB", credit_most = "256MB", trials = 15, steps = 5 },
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "Its code averages 100 steps for each choice, as measured steps vary; here 5 do, and jitter asks for more: queue = { steps = 50 }.",
      "Piece and credit are tuned for the network as it is at first; a change later is not seen.",
    },
  },
  {
    name = "bytescheduler_ring",
    brief = "ByteScheduler with ring all-reduce: pieces of 32 MB by priority, 64 MB of credit, no barrier.",
    source = "Peng et al. 2019, SOSP, doi:10.1145/3341301.3359642",
    keys = {
      strategy = "overlap",
      queue = { "priority", piece = "32MB", credit = "64MB" },
      collective = "ring",
    },
    leaves_out = {
      "As bytescheduler.  Pieces are larger, as each pays the latencies of a whole ring; the order that rank 0 decides costs no time "
        .. "here.",
    },
  },
  {
    name = "p3",
    brief = "P3, priority-based parameter propagation: slices of 200 kB by priority, one at a time, to parameter servers.",
    source = "Jayarajan et al. 2019, Priority-based Parameter Propagation for Distributed DNN Training, SysML, arXiv:1905.03960",
    keys = {
      strategy = "overlap",
      queue = { "priority", piece = "200kB", credit = 0 },
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "A slice is 50 000 parameters of one server; here every piece is cut over all servers.",
    },
  },
  {
    name = "tictac_baseline",
    brief = "What TicTac is measured against: parameters by servers in an order that is drawn anew for each step.",
    source = "Hashemi, Abdu Jyothi, Campbell 2019, TicTac: Accelerating Distributed Deep Learning with Communication Scheduling, "
      .. "SysML, arXiv:1803.03288",
    keys = {
      strategy = "overlap",
      queue = "random",
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "TensorFlow draws the order of pulls alone, and of each worker for itself; here it is one for pushes and pulls of all workers.",
    },
  },
  {
    name = "tictac_tic",
    brief = "TicTac without times: parameters by servers, those first whose layers need the fewest transfers.",
    source = "Hashemi, Abdu Jyothi, Campbell 2019, TicTac, SysML, section 4.2, arXiv:1803.03288",
    keys = {
      strategy = "overlap",
      queue = "tic",
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "TicTac orders pulls alone; here pushes have the same order.",
      "A worker computes one layer at a time, as a device does; on a chain of layers this is queue = \"priority\" without pieces.",
    },
  },
  {
    name = "tictac_tac",
    brief = "TicTac with times: parameters by servers, those first that travel fast and let much be computed.",
    source = "Hashemi, Abdu Jyothi, Campbell 2019, TicTac, SysML, section 4.3, arXiv:1803.03288",
    keys = {
      strategy = "overlap",
      queue = "tac",
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "As tictac_tic.  TicTac takes the least of five measured times for each operation; here times follow from flops, bytes and bandwidth.",
    },
  },
  {
    name = "slowmo",
    brief = "SlowMo: local SGD whose mean takes steps with momentum of its own, every 48 steps.",
    source = "Wang, Tantia, Ballas, Rabbat 2020, SlowMo: Improving Communication-Efficient Distributed SGD with Slow Momentum, ICLR, "
      .. "arXiv:1910.00643; presets of PyTorch's SlowMomentumOptimizer",
    keys = {
      strategy = { "diloco", period = 48 },
      server_optimiser = { "sgd", lr = 1, momentum = 0.5 },
      collective = "ring",
    },
    leaves_out = {
      "SlowMo divides each change of the model by the learning rate of its round and multiplies the momentum by that of the next; here "
        .. "the momentum is that of the changes themselves.  At a constant rate both are the same.",
      "Its base may be gossip or asynchronous; here it is local SGD, whose optimiser keeps its memory between rounds.",
    },
  },
  {
    name = "bagua_allreduce",
    brief = "BAGUA's all-reduce: buckets of 10 MiB during backward, summed by scatter-reduce (C_FP_S), then a barrier.",
    source = "Gan et al. 2021, BAGUA: Scaling up Distributed Learning with System Relaxations, PVLDB 15(4), arXiv:2107.01499",
    keys = {
      strategy = "overlap",
      queue = { "bucket", size = "10MiB", barrier = true },
      collective = "shards",
      servers = { count = "workers", on = "workers" },
    },
    leaves_out = {
      "BAGUA reduces among the GPUs of a machine first; on hosts with sites, collective = { \"hierarchical\" } does.",
      "A first iteration profiles in which order gradients are ready; here that order is known.",
      "Scatter-reduce is written as servers on the workers' hosts: worker k sums piece k of all and sends it back.",
    },
  },
  {
    name = "bagua_qsgd",
    brief = "BAGUA with QSGD in 8 bits: scatter-reduce of compressed buckets, whose sums are compressed again (C_LP_S).",
    source = "Gan et al. 2021, arXiv:2107.01499; Alistarh et al. 2017, QSGD, arXiv:1610.02132",
    keys = {
      strategy = "overlap",
      queue = { "bucket", size = "10MiB", barrier = true },
      collective = "shards",
      servers = { count = "workers", on = "workers" },
      compress = { "quantize", bits = 8, twice = true },
    },
    leaves_out = {
      "As bagua_allreduce.  Here a bucket has one scale, its largest magnitude, for all owners of its pieces; encoding takes no time "
        .. "unless compress = { flops = ... } says so.",
    },
  },
  {
    name = "bagua_1bit_adam",
    brief = "BAGUA with 1-bit Adam: after a warm-up of full precision signs of first moments, compressed at both ends with two error memories.",
    source = "Gan et al. 2021, arXiv:2107.01499; Tang et al. 2021, 1-bit Adam, arXiv:2102.02888",
    keys = {
      strategy = "onebit_adam",
      optimiser = "adam",
      collective = "shards",
      servers = { count = "workers", on = "workers" },
      compress = { "sign", twice = true },
    },
    leaves_out = {
      "The first moment travels as a whole after backward, not in buckets meanwhile; the owner of a piece has no scale of its own.",
    },
  },
  {
    name = "bagua_decen32",
    brief = "BAGUA's decentralised SGD in full precision: after its step a worker averages models with one other, another one each time (D_FP_S).",
    source = "Gan et al. 2021, arXiv:2107.01499; Lian et al. 2017, arXiv:1705.09056",
    keys = {
      strategy = { "gossip", form = "adapt" },
      topology = "pairs",
    },
    leaves_out = {
      "Machines average among their own GPUs first in BAGUA; here each worker is one of the pairs.",
    },
  },
  {
    name = "bagua_decen8",
    brief = "BAGUA's decentralised SGD in 8 bits: on a ring, differences of models are compressed (D_LP_S).",
    source = "Gan et al. 2021, arXiv:2107.01499; Tang et al. 2018, Communication Compression for Decentralized Training, arXiv:1803.06443",
    keys = {
      strategy = { "gossip", form = "difference" },
      topology = "ring",
      compress = { "quantize", bits = 8 },
    },
    leaves_out = {
      "As bagua_decen32.  BAGUA's code rounds between the least and the largest entry, not at random.",
    },
  },
  {
    name = "bagua_async",
    brief = "BAGUA's asynchronous SGD: workers never wait, and a thread beside them averages the models.",
    source = "Gan et al. 2021, arXiv:2107.01499",
    keys = {
      strategy = "async_average",
      collective = "ring",
    },
    leaves_out = {
      "An average begins between two steps, not in the middle of one; the code has at most one in 0.5 s (strategy.interval).",
    },
  },
  {
    name = "mxnet",
    brief = "MXNet's KVStore dist_device_sync: GPUs of a machine sum first, then layers go to servers as they are ready.",
    source = "Chen et al. 2015, MXNet: A Flexible and Efficient Machine Learning Library for Heterogeneous Distributed Systems, "
      .. "arXiv:1512.01274",
    keys = {
      strategy = "overlap",
      queue = "fifo",
      collective = "kvstore",
    },
    leaves_out = {
      "Servers are one here; MXNet has mostly one a machine: servers = { count = 4 } on the platform gpus with four machines.",
      "In MXNet the GPUs of a machine share the keys among them; here the first sums all.  Its store that sums on the CPU is left out.",
    },
  },
  {
    name = "bigdl",
    brief = "BigDL: two Spark jobs an iteration, gradients and then synchronisation, whose tasks a driver launches one after another.",
    source = "Dai et al. 2019, BigDL: A Distributed Deep Learning Framework for Big Data, SoCC, arXiv:1804.05839",
    keys = {
      strategy = "sgd",
      collective = "shuffle",
    },
    leaves_out = {
      "All workers hold the optimiser's state; in BigDL task n updates slice n of the weights, which takes the same bytes.",
      "A task that fails is not run again on its own; who fails misses the round.",
    },
  },
  {
    name = "drizzle",
    brief = "BigDL with Drizzle's group scheduling: the tasks of ten iterations are launched together.",
    source = "Venkataraman et al. 2017, Drizzle: Fast and Adaptable Stream Processing at Scale, SOSP; Dai et al. 2019, arXiv:1804.05839",
    keys = {
      strategy = "sgd",
      collective = { "shuffle", group = 10 },
    },
    leaves_out = {
      "As bigdl.  Drizzle tunes the size of a group while it runs; here it is constant.",
    },
  },
  {
    name = "mllib",
    brief = "Spark's MLlib: gradients are summed by treeAggregate of depth 2, and the driver broadcasts the model.",
    source = "Meng et al. 2016, MLlib: Machine Learning in Apache Spark, JMLR 17(34)",
    keys = {
      strategy = "sgd",
      collective = { "driver", depth = 2, broadcast = "torrent" },
    },
    leaves_out = {
      "The driver broadcasts the mean gradient, and workers take the step; in MLlib it takes the step and broadcasts the model.",
    },
  },
}
