/* glossary.c - the words of this program, each with one meaning, and the names that have to do with it.
 * README.md has some of these rows in its section "Glossary", and a test compares the two.  A new word is a row in the order of
 * the alphabet; every name in `here` is one that "dtsim help NAME" knows. */
#include "command/help.h"

const dt_term dt_glossary[] = {
    { "age", NULL, "how many updates the values of a server have had between a worker's pull of them and its push of the "
      "gradient at them", "ps, gaia, staleness.age" },
    { "aggregation rule", "aggregator, robust aggregation", "how the vectors of several workers become one: their "
      "weighted mean, or a rule that bears wrong vectors", "aggregate" },
    { "all-reduce", "allreduce, MPI_Allreduce, NCCL", "the exchange in which every member of a group brings a vector and every member gets the sum "
      "or the mean of all", "collective, sgd, localsgd" },
    { "asynchronous", "async, Hogwild, asynchronous SGD", "no worker waits for another: a server takes a step for every gradient that comes",
      "async" },
    { "backup task", "speculative execution, speculative task", "a copy of work that is late, on a worker that is free: whichever "
      "is done first counts", "speculative" },
    { "backup worker", "k of n", "a worker more than a step or a round waits for, so that the slowest may be late; a server of "
      "federated learning invites more clients than a round needs", "backup, fedavg.overselect" },
    { "barrier", "synchronisation point", "the place in a loop where every worker waits until all others have come to it",
      "bsp, sgd, localsgd" },
    { "batch", "mini-batch, minibatch", "the samples of one gradient of one worker", "batch_size, accumulate" },
    { "bounded delay", "maximal delay", "iterations of a parameter server overlap by so many and no more, and each is one step along "
      "the mean of all gradients", "bounded_delay" },
    { "bounded staleness", "stale synchronous parallel", "a worker may run ahead of the slowest by so many iterations and no "
      "more", "ssp, gaia" },
    { "budget", NULL, "the seconds, bytes or joules that a training may use up; the number of local steps can be chosen for it",
      "budget, stop" },
    { "bulk synchronous", "BSP", "in every iteration each worker waits for all others", "bsp" },
    { "Byzantine worker", "Byzantine, liar, adversary, malicious, malicious worker, poisoning, model poisoning, data poisoning", "a worker "
      "that sends anything in place of the truth, or trains on wrong labels", "attack, lies, aggregate, code" },
    { "checkpoint", "save the model", "the state of something that is kept so that it can go on from there: a sweep keeps every "
      "finished run, and the same command does the rest; a worker that fails goes on from the model of its last finished "
      "round, a parameter server that fails from the last values that it has written; a run records its final model on request",
      "run, faults, servers.checkpoint, keep" },
    { "claim", NULL, "a sentence about the results of a sweep, with a function that says whether it holds", "claims" },
    { "client", "device, cross-device", "a worker that takes part in a round only when the server invites it", "fedavg, mobile" },
    { "client drift", NULL, "clients that hold different samples go towards different minima in their local steps", "scaffold, fednova, "
      "fedavg.proximal_mu" },
    { "collective", "collective operation, exchange", "messages among all members of a group that bring one result about, such "
      "as an all-reduce", "collective" },
    { "communication graph", "gossip graph, mixing matrix, overlay", "which workers send their models to which, and with which "
      "weight a model is mixed in", "topology, gossip" },
    { "communication scheduling", "gradient scheduling, wait-free backpropagation", "in which pieces the gradients of a step leave, "
      "and which goes first, while other layers are still computed", "queue, priority, system" },
    { "compression", "sparsification, quantisation, quantization, gradient compression", "sending fewer bytes than a vector has: "
      "some of its entries, or fewer bits of each", "compress" },
    { "consensus distance", "consensus error, divergence of the models", "the root mean square distance of the workers' models "
      "from their mean", "consensus_distance" },
    { "data heterogeneity", "non-IID, statistical heterogeneity, label skew", "the workers' samples differ in kind: in their "
      "classes, their number or their features", "split, dirichlet, shards, by_label, quantity, synthetic" },
    { "data partition", "data split, sharding of data", "which worker holds which samples", "split" },
    { "deadline", "timeout", "how long others wait for a worker that has failed, or a server for the clients of a round",
      "faults.deadline, fedavg.deadline" },
    { "decentralised", "decentralized, peer-to-peer, D-PSGD", "there is no server and no common model: every worker mixes its "
      "model with its neighbours'", "gossip, qgm, tracking, d2, topology" },
    { "differential privacy", "DP, DP-SGD, DP-FedAvg, local differential privacy", "what the models tell of any one client is bounded: its "
      "change of the model is clipped, and noise is added by the server, or a part of it by each client", "privacy, epsilon" },
    { "endpoint", "port, mailbox", "what messages are sent to and from: worker 3, server 0, or a helper of one of them that sends "
      "while it computes", "spans, messages" },
    { "epoch", NULL, "as many samples as the training set has, summed over the workers; a local epoch is one pass of a worker "
      "over its own samples", "stop.epochs, evaluate.epochs, fedavg.local_epochs" },
    { "epsilon", "privacy budget, privacy accountant, moments accountant, Renyi, RDP", "the bound of differential privacy: the smaller, "
      "the less the models tell; it grows with every round", "privacy, privacy.delta, stop" },
    { "error feedback", "error memory, residual", "what compression left out of a vector is added to the next one",
      "compress.error_feedback" },
    { "evaluation", "validation, test accuracy", "measuring loss and accuracy of a model; it costs no simulated time",
      "evaluate, evaluations" },
    { "exposed communication", "non-overlapped communication", "of the time that a worker waits, that in which its messages are on "
      "their way: what of the communication no computing hides", "overlap, report, explain" },
    { "failure", "fault, crash, churn, fault tolerance", "a host stops, a link is cut or a message is lost", "faults" },
    { "federated learning", "federated averaging, FedProx", "clients train on their own samples, and a server averages the models "
      "of those that it has invited", "fedavg" },
    { "fingerprint", NULL, "a few letters and digits that stand for all values of a run or a result file: equal ones mean equal results",
      "info, diff" },
    { "gossip", "neighbourhood averaging", "every worker mixes its model with its neighbours' models, and no mean of all is formed",
      "gossip" },
    { "gradient accumulation", NULL, "the gradients of several batches are averaged before one step and one exchange",
      "accumulate" },
    { "gradient bucketing", "tensor fusion, bucket size, fusion threshold", "gradients of several layers leave in one piece, which costs one start-up", "bucket" },
    { "gradient code", "gradient coding, coded computation, DRACO", "which parts of a batch each worker computes, and how the gradient of all "
      "comes back when some of their words are missing or wrong", "coded, code, faults.stragglers" },
    { "hand", "courier, communication thread, helper", "an actor beside a worker or a server that carries its messages while it "
      "computes; it has an endpoint and a row of its own", "overlap, spans, workers.hand" },
    { "heterogeneity", "system heterogeneity, heterogeneous machines", "hosts that differ in speed, and links that differ in "
      "bandwidth or latency (of samples: data heterogeneity)", "slowness, mobile, wan" },
    { "iteration", NULL, "with parameter servers: a worker pulls values, computes a gradient at them and pushes it", "ps, ssp" },
    { "late update", "late_bytes, dropped update", "an update that comes after its round is over, and is dropped: a run records how many "
      "there were, and their bytes, as late_updates and late_bytes", "backup, fedavg.overselect, tables" },
    { "learning rate", "lr, step size", "what a step multiplies its direction by", "optimiser.lr, schedule" },
    { "learning-rate schedule", "lr schedule, warm-up, warmup, decay of the learning rate", "the factor on the learning rate over "
      "the training", "schedule" },
    { "load", "cpu load, background load", "the share of a worker's host that others use, over time: its steps take so much longer", "load" },
    { "local SGD", "periodic averaging, PASGD", "workers take several steps on their own before they form the mean of their "
      "models", "localsgd, adacomm" },
    { "local steps", "communication period, tau", "how many steps a worker takes between two means", "localsgd.period, "
      "adacomm.period" },
    { "mixed precision", "half precision, fp16, AMP", "gradients travel with 16 bits an entry; here they are computed with 32",
      "float16, horovod_fp16" },
    { "momentum", "heavy ball, Nesterov", "a step goes on along a share of the last one", "sgd.momentum, lars.momentum, "
      "adacomm.block_momentum" },
    { "non-blocking", "nonblocking, asynchronous communication, MPI_Iallreduce, overlap of communication and computation", "messages "
      "are on their way while the worker computes, which waits for them where it needs them", "overlap, queue" },
    { "over-selection", "overselection", "a server invites more clients than a round needs and takes the first updates",
      "fedavg.overselect" },
    { "parameter server", "PS", "a server that holds the model, or a range of it: workers pull values and push gradients",
      "ps, gaia, servers, star" },
    { "part", "piece, slice, tensor partition", "what travels by itself of a gradient: a bucket of several layers, a layer, or a "
      "piece of one", "queue, parts.part" },
    { "personalisation", "personalization, own model", "each worker is judged by its own model on its own samples",
      "isolated, split.own" },
    { "pull", NULL, "a worker fetches the values of a range from its server", "ps" },
    { "push", NULL, "a worker sends a gradient of a range to its server", "ps" },
    { "rank", NULL, "the number of a worker or of a server, from 0", "workers" },
    { "reason", NULL, "the sentence of a run whose status is not ok: what went wrong, and where", "info, run" },
    { "recovery", "rejoin, repair", "a host that failed is up again, and its worker goes on", "faults.recover" },
    { "replica", "data-parallel replica", "one of several equal models that take the same steps; or a copy of what a parameter "
      "server holds, at another one", "sgd, servers.replicas" },
    { "ring all-reduce", NULL, "the all-reduce in which each member sends pieces of the vector to its neighbour in a circle",
      "ring" },
    { "room", NULL, "one question that a scenario answers, with a list of algorithms to choose from; a folder of sim/", "list" },
    { "round", "communication round", "the work between one common exchange and the next", "stop.rounds, evaluate.rounds" },
    { "run", "trial", "one training on one set of machines with one seed", "run" },
    { "scenario", "experiment", "a Lua file that says what is simulated", "scenario" },
    { "secure aggregation", "SecAgg, Shamir, secret sharing, pairwise mask", "the server learns the sum of its clients' changes and no single "
      "one: masks cancel in the sum, and shares of secrets replace those of clients that have gone", "secure_aggregation" },
    { "server failure", "failover, chain replication", "a parameter server stops, and another one serves its range: from a copy, a "
      "checkpoint or the initial values", "faults.servers, servers.checkpoint, servers.replicas" },
    { "server optimiser", "server optimizer, outer optimiser, outer optimizer, FedOpt", "an optimiser that steps the common model along the mean "
      "change of the workers' models", "server_optimiser, diloco" },
    { "shard", NULL, "the samples of one worker (of a sweep: one of several parts that different machines do)", "split, merge" },
    { "significance filter", NULL, "only values that have changed enough are sent", "significant, gaia" },
    { "site", "data centre, data center, region", "hosts that are near each other, with long links to the others", "sites, gaia, "
      "hierarchical" },
    { "staleness", "stale gradient, delay of a gradient", "how old the values were that a gradient was computed at: see age; and "
      "how far a worker may be ahead: see bounded staleness", "ssp.staleness, gaia.staleness, staleness" },
    { "step", "gradient step, update", "one change of a model along a gradient", "optimiser, stop.steps" },
    { "straggler", "slow worker, tail latency, straggler mitigation", "a worker that takes longer than the others, so that they wait for it",
      "slowness, jitter, compute, load, faults.stragglers, coded, speculative, backup, explain" },
    { "sweep", "grid, hyperparameter search", "all runs of a scenario: one for each combination of values", "scenario, run" },
    { "synchronous SGD", "data-parallel training, distributed data parallel, DDP", "after each step of each worker all have the "
      "same model, by an all-reduce of the gradients", "sgd, system" },
    { "throughput", "samples per second, images per second", "samples that all workers go through in a second: batch_size times "
      "workers, over the time of a step", "batch_size, step, epoch" },
    { "timing", "replay of a training", "a run of a sweep that computes no gradient, because another one, which trains, learns the same: it "
      "simulates time alone", "--separate, plan" },
    { "topology", NULL, "the communication graph of the workers (of machines and links: the platform)", "topology, platform" },
    { "word", "code word, codeword", "what a worker sends where gradients are coded: a sum of the gradients of its parts of the batch, "
      "with the weights of the code", "coded, code" },
    { "worker", "trainer, learner", "what computes gradients on samples of its own; it has a rank and runs on a host", "workers" },
    { 0 }
};
