/* foreign.c - the table of what others call it, and the end of a message that says what to write instead. */
#include "base/foreign.h"
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STOP(key)   "stop = { " key " = $ }"
#define SGD(key)    "optimiser = { \"sgd\", " key " = $ }"
#define FEDAVG(key) "strategy = { \"fedavg\", " key " = $ }"
#define LAN(key)    "platform = { \"lan\", " key " = $ }"
#define PROFILE(of) "model = { \"profile\", path = \"" of "\" } with learn = false"
#define OTHER       "model = { \"profile\", path = \"mine.csv\" } with a table of its layers (dtsim help layer table)"
#define PERIOD      "strategy = { \"localsgd\", period = $ }"
#define DIRICHLET   "split = { \"dirichlet\", alpha = 0.5 }"
#define BUCKET      "queue = { \"bucket\", size = \"25MB\" }"
#define SERVERS     "servers = { count = $ }"
#define SSP         "sync = { \"ssp\", staleness = $ }"
#define HALVING     "collective = \"halving\""
#define RING        "collective = \"ring\""
#define FLOAT16     "compress = \"float16\""
#define SERVER_OPTIMISER(choice) "strategy = \"fedavg\" with server_optimiser = { " choice " }"
#define ASYNC       "strategy = \"ps\" with sync = \"async\""
#define BSP         "strategy = \"ps\" with sync = \"bsp\""
#define ADAPTIVE    "strategy = \"ps\" with sync = \"adaptive\""
#define BACKUP      "strategy = \"ps\" with sync = { \"backup\", spare = 1 } for one gradient less than there are workers"
#define CYCLIC      "strategy = \"coded\" with code = { \"cyclic\", stragglers = 1 }"
#define DRACO       "strategy = \"coded\" with code = { \"fourier\", byzantine = 1 }"
#define REVERSE     "attack = { \"reverse\", factor = 1 }"
#define KRUM        "aggregate = { \"krum\", byzantine = 1, multi = 3 } with workers = 5 for one liar (2 f + 3 workers bear f)"
#define MEDIAN      "aggregate = \"median\""
#define CENTRAL     "strategy = \"fedavg\" with privacy = \"central\" for the privacy of clients (that of single samples is not offered)"
#define SERVER_LR   "server_optimiser = { \"sgd\", lr = $ }"

const dt_foreign dt_foreigns[] = {
    /* how long */
    { "epochs", STOP("epochs") }, { "num_epochs", STOP("epochs") }, { "max_epochs", STOP("epochs") }, { "n_epochs", STOP("epochs") },
    { "rounds", STOP("rounds") }, { "num_rounds", STOP("rounds") }, { "max_rounds", STOP("rounds") }, { "global_rounds", STOP("rounds") },
    { "steps", STOP("steps") }, { "max_steps", STOP("steps") }, { "num_steps", STOP("steps") }, { "iterations", STOP("steps") },
    { "max_iter", STOP("steps") }, { "seconds", STOP("seconds") }, { "duration", STOP("seconds") }, { "max_time", STOP("seconds") },
    { "accuracy", STOP("accuracy") }, { "target_accuracy", STOP("accuracy") }, { "loss", STOP("loss") }, { "target_loss", STOP("loss") },
    { "stop.time", "seconds = $" }, { "stop.duration", "seconds = $" }, { "stop.iterations", "steps = $" },
    { "stop.max_steps", "steps = $" }, { "stop.max_rounds", "rounds = $" }, { "stop.max_epochs", "epochs = $" },
    { "stop.target_accuracy", "accuracy = $" }, { "stop.target_loss", "loss = $" }, { "stop=#", STOP("steps") },
    { "strategy.epochs", STOP("epochs") }, { "strategy.rounds", STOP("rounds") }, { "strategy.num_rounds", STOP("rounds") },
    { "strategy.steps", STOP("steps") }, { "eval_every", "evaluate = { steps = $ }" }, { "eval_interval", "evaluate = { steps = $ }" },
    { "evaluate.every", "steps = $" }, { "evaluate=#", "evaluate = { steps = $ }" }, { "repetitions", "seeds = $" },
    { "trials", "seeds = $" }, { "num_seeds", "seeds = $" },
    /* who trains, and where */
    { "clients", "workers = $" }, { "num_clients", "workers = $" }, { "n_clients", "workers = $" }, { "num_workers", "workers = $" },
    { "n_workers", "workers = $" }, { "world_size", "workers = $" }, { "ranks", "workers = $" }, { "np", "workers = $" },
    { "nproc", "workers = $" }, { "nproc_per_node", "workers = $" }, { "num_processes", "workers = $" }, { "gpus", "workers = $" },
    { "num_gpus", "workers = $" }, { "devices", "workers = $" }, { "num_devices", "workers = $" },
    { "strategy.workers", "workers = $ beside strategy" }, { "strategy.clients", "workers = $ beside strategy" },
    { "strategy.num_clients", "workers = $ beside strategy" }, { "strategy.min_available_clients", "workers = $ beside strategy" },
    { "platform.workers", "workers = $ beside platform" }, { "num_servers", SERVERS }, { "servers=#", SERVERS },
    { "strategy.servers", SERVERS }, { "strategy.num_servers", SERVERS }, { "hosts", LAN("hosts") }, { "nodes", LAN("hosts") },
    { "num_nodes", LAN("hosts") }, { "machines", LAN("hosts") }, { "platform.nodes", "hosts = $" }, { "platform.machines", "hosts = $" },
    { "bandwidth", LAN("bandwidth") }, { "latency", LAN("latency") }, { "speed", LAN("speed") }, { "flops", LAN("speed") },
    { "platform.bw", "bandwidth = $" }, { "platform.rate", "bandwidth = $" }, { "platform.delay", "latency = $" },
    { "platform.rtt", "latency = $ (half of a round trip)" }, { "platform.flops", "speed = $" }, { "network=#", LAN("bandwidth") },
    { "network=ethernet", "platform = \"lan\"" },
    { "network=infiniband", "platform = { \"lan\", bandwidth = \"100Gbps\", latency = \"2us\" }" }, { "gpu", "workers = $" },
    { "device", "platform = { \"lan\", speed = \"10Tf\" } for the speed of a device" }, { "platform=cluster", "platform = \"lan\"" },
    { "platform=datacenter", "platform = \"lan\"" }, { "platform=cloud", "platform = \"wan\"" }, { "platform=aws", "platform = \"wan\"" },
    { "platform=internet", "platform = \"wan\"" }, { "platform=phones", "platform = \"mobile\"" },
    { "platform=edge", "platform = \"mobile\"" }, { "compute_time", "compute = { seconds = $ }" },
    { "step_time", "compute = { seconds = $ }" }, { "stragglers", "faults = { stragglers = { count = $, delay = \"4s\" } } for exactly so many in a round, or "
      "jitter = dt.shifted_exponential { shift = 0.5, mean = 0.5 } for random delays" },
    { "failures", "faults = { crash = $ }" }, { "crash", "faults = { crash = $ }" }, { "mtbf", "faults = { crash = $ }" },
    { "mttr", "faults = { recover = $ }" },
    /* data and model */
    { "dataset", "data = $" }, { "data_dir", "data = { \"idx\", path = $ }" }, { "data.dir", "path = $" }, { "data.root", "path = $" },
    { "data.split", "split = $ beside data" }, { "data.partition", "split = $ beside data" },
    { "data.batch_size", "batch_size = $ beside data" }, { "data.samples", "rows = $" }, { "data.num_samples", "rows = $" },
    { "data=mnist", "data = { \"idx\", path = \"mnist\" }" }, { "data=fashion_mnist", "data = { \"idx\", path = \"fashion-mnist\" }" },
    { "data=emnist", "data = { \"idx\", path = \"emnist\" }" }, { "data=femnist", "data = { \"hdf5\", path = \"femnist.h5\" }" },
    { "data=cifar10", "data = { \"hdf5\", path = \"cifar10.h5\" }" },
    { "data=imagenet", "data = { \"blank\", rows = 1281167 } with learn = false" }, { "partition", "split = $" },
    { "partitioner", "split = $" }, { "non_iid", DIRICHLET }, { "alpha", "split = { \"dirichlet\", alpha = $ }" },
    { "split=non_iid", DIRICHLET }, { "split=noniid", DIRICHLET }, { "split=random", "split = \"iid\"" },
    { "split=by_class", "split = \"by_label\"" }, { "split=label", "split = \"by_label\"" },
    { "split=pathological", "split = { \"shards\", per_worker = 2 }" }, { "arch", "model = $" }, { "architecture", "model = $" },
    { "net", "model = $" }, { "model=resnet50", PROFILE("resnet50") }, { "model=resnet", PROFILE("resnet50") },
    { "model=vgg16", PROFILE("vgg16") }, { "model=vgg", PROFILE("vgg16") }, { "model=alexnet", PROFILE("alexnet") },
    { "model=bert", PROFILE("bert_base") }, { "model=bert_base", PROFILE("bert_base") },
    { "model=transformer", PROFILE("transformer_base") }, { "model=transformer_base", PROFILE("transformer_base") },
    { "model=2nn", "model = { \"mlp\", widths = { 200, 200 } }" }, { "model=logistic_regression", "model = \"softmax\"" },
    { "model=linear_regression", "model = \"linear\"" }, { "model.hidden", "widths = $" }, { "model.units", "widths = $" },
    { "model.layers", "widths = $" }, { "model=resnet18", OTHER }, { "model=resnet101", OTHER }, { "model=resnet152", OTHER },
    { "model=gpt2", OTHER }, { "model=vit", OTHER }, { "model=lstm", OTHER }, { "model.lr", SGD("lr") },
    { "model.batch_size", "batch_size = $ beside model" },
    /* how it is trained */
    { "lr", SGD("lr") }, { "learning_rate", SGD("lr") }, { "strategy.lr", SGD("lr") }, { "strategy.learning_rate", SGD("lr") },
    { "optimiser.learning_rate", "lr = $" }, { "optimiser.eta", "lr = $" }, { "momentum", SGD("momentum") },
    { "strategy.momentum", SGD("momentum") }, { "nesterov", SGD("nesterov") }, { "weight_decay", SGD("weight_decay") },
    { "optimiser.wd", "weight_decay = $" }, { "clip", SGD("clip_norm") }, { "max_grad_norm", SGD("clip_norm") }, { "privacy.max_grad_norm", "privacy = { clip_norm = $ }" },
    { "clip_grad_norm", SGD("clip_norm") }, { "optimiser=momentum", "optimiser = { \"sgd\", momentum = 0.9 }" },
    { "optimiser=nesterov", "optimiser = { \"sgd\", momentum = 0.9, nesterov = true }" }, { "strategy=adam", "optimiser = \"adam\"" },
    { "scheduler", "schedule = $" }, { "lr_scheduler", "schedule = $" }, { "lr_schedule", "schedule = $" },
    { "optimiser.schedule", "schedule = $ beside optimiser" },
    { "warmup_epochs", "schedule = { epochs = { 0, $ }, factor = { 0.1, 1 } }" },
    { "schedule=linear", "schedule = { epochs = { 0, 30 }, factor = { 1, 0.01 } }" },
    { "schedule=multistep", "schedule = { \"step\", epochs = { 30, 60 } }" },
    { "schedule=warmup", "schedule = { epochs = { 0, 5 }, factor = { 0.1, 1 } }" }, { "compress.k", "ratio = $" },
    { "batch", "batch_size = $" }, { "minibatch", "batch_size = $" }, { "local_batch_size", "batch_size = $" },
    { "per_device_batch_size", "batch_size = $" }, { "strategy.batch_size", "batch_size = $ beside strategy" },
    { "gradient_accumulation_steps", "accumulate = $" }, { "accumulation_steps", "accumulate = $" },
    { "backward_passes_per_step", "accumulate = $" }, { "algorithm", "strategy = $" }, { "method", "strategy = $" },
    { "strategy=ddp", "system = \"ddp\"" }, { "strategy=distributed_data_parallel", "system = \"ddp\"" },
    { "strategy=DistributedDataParallel", "system = \"ddp\"" }, { "strategy=horovod", "system = \"horovod\"" },
    { "strategy=byteps", "system = \"byteps\"" }, { "strategy=bytescheduler", "system = \"bytescheduler\"" },
    { "strategy=p3", "system = \"p3\"" }, { "queue=bytescheduler", "system = \"bytescheduler\"" }, { "queue=p3", "system = \"p3\"" },
    { "strategy=allreduce", "strategy = \"sgd\"" }, { "strategy=all_reduce", "strategy = \"sgd\"" },
    { "strategy=synchronous", "strategy = \"sgd\"" }, { "strategy=data_parallel", "strategy = \"sgd\"" },
    { "strategy=parameter_server", "strategy = \"ps\"" }, { "strategy=async", ASYNC }, { "strategy=asgd", ASYNC },
    { "strategy=async_sgd", ASYNC }, { "strategy=hogwild", ASYNC },
    { "strategy=ssp", "strategy = \"ps\" with sync = { \"ssp\", staleness = 3 }" }, { "strategy=dpsgd", "strategy = \"gossip\"" },
    { "strategy=d_psgd", "strategy = \"gossip\"" }, { "strategy=qg_dsgdm", "strategy = \"qgm\"" }, { "strategy=diging", "strategy = \"tracking\"" }, { "strategy=decentralized", "strategy = \"gossip\"" },
    { "strategy=fedprox", "strategy = { \"fedavg\", proximal_mu = 0.1 }" },
    { "strategy=fedsgd", "strategy = { \"fedavg\", fraction = 1 } with batch_size = 0" },
    { "strategy=fedavgm", SERVER_OPTIMISER("\"sgd\", lr = 1, momentum = 0.9") },
    { "strategy=fedadam", SERVER_OPTIMISER("\"adam\", lr = 0.1, eps = 0.001, bias_correction = false") },
    { "strategy=fedopt", SERVER_OPTIMISER("\"adam\", lr = 0.1, eps = 0.001, bias_correction = false") },
    { "strategy=fedyogi", SERVER_OPTIMISER("\"yogi\", lr = 0.1") },
    { "strategy=fedadagrad", SERVER_OPTIMISER("\"adagrad\", lr = 0.1, eps = 0.001") },
    { "strategy=federated", "strategy = \"fedavg\"" }, { "strategy=local_sgd", "strategy = \"localsgd\"" },
    { "strategy=post_local_sgd", "strategy = \"localsgd\"" }, { "strategy=pasgd", "strategy = \"localsgd\"" },
    { "strategy=asp", ASYNC }, { "strategy=bsp", BSP }, { "strategy=asynchronous_parameter_server", ASYNC },
    { "strategy=parameter_server_asynchronous", ASYNC }, { "strategy=distbelief", ASYNC }, { "strategy=downpour", ASYNC },
    { "strategy=dist_async", ASYNC }, { "strategy=dist_sync", BSP }, { "kvstore", "strategy = \"ps\"" }, { "kvstore=dist_async", ASYNC },
    { "kvstore=dist_sync", BSP }, { "strategy=SyncReplicasOptimizer", BACKUP }, { "replicas_to_aggregate", BACKUP },
    { "strategy=flower", "strategy = \"fedavg\"" }, { "system=flower", "strategy = \"fedavg\"" },
    { "strategy=normalized_averaging", "strategy = \"fednova\"" }, { "server_optimizer", "server_optimiser = $" },
    { "server_lr", SERVER_LR }, { "server_learning_rate", SERVER_LR }, { "strategy.server_learning_rate", SERVER_LR " beside strategy" },
    /* who lies, who is late, and what nobody is to know */
    { "strategy=draco", DRACO }, { "code=draco", DRACO }, { "strategy=gradient_coding", CYCLIC }, { "code=gradient_coding", CYCLIC },
    { "attack=sign_flip", REVERSE }, { "attack=sign_flipping", REVERSE }, { "attack=gaussian", "attack = \"noise\"" },
    { "attack=label_flipping", "attack = \"label_flip\"" }, { "aggregate=multikrum", KRUM }, { "aggregate=multi_krum", KRUM },
    { "aggregate=coordinate_median", MEDIAN }, { "aggregate=coordinate_wise_median", MEDIAN }, { "privacy=dpsgd", CENTRAL },
    { "privacy=dp_sgd", CENTRAL }, { "privacy=opacus", CENTRAL }, { "strategy=dp_fedavg", CENTRAL },
    { "privacy=local", "strategy = \"fedavg\" with privacy = \"distributed\" for noise of which each client adds its part" },
    { "target_epsilon", STOP("epsilon") " beside privacy" }, { "privacy.target_epsilon", STOP("epsilon") " beside privacy" },
    { "target_delta", "privacy = { delta = $ }" }, { "privacy.target_delta", "privacy = { delta = $ }" },
    { "noise_multiplier", "privacy = { noise_multiplier = $ }" },
    { "fraction", FEDAVG("fraction") }, { "fraction_fit", FEDAVG("fraction") },
    { "clients_per_round", "strategy = { \"fedavg\", fraction = 0.1 } for a tenth of the clients" },
    { "strategy.fraction_fit", "fraction = $" }, { "strategy.clients_per_round", "fraction = 0.1 for a tenth of the clients" },
    { "strategy.C", "fraction = $" }, { "local_epochs", FEDAVG("local_epochs") }, { "strategy.E", "local_epochs = $" },
    { "mu", FEDAVG("proximal_mu") }, { "proximal_mu", FEDAVG("proximal_mu") }, { "strategy.mu", "proximal_mu = $" }, { "period", PERIOD },
    { "tau", PERIOD }, { "local_steps", PERIOD }, { "strategy.tau", "period = $" }, { "strategy.local_steps", "period = $" },
    { "strategy.H", "period = $" },
    /* what travels */
    { "collective=nccl", RING }, { "collective=gloo", RING }, { "collective=allreduce", RING }, { "collective=all_reduce", RING },
    { "collective=ring_allreduce", RING }, { "collective=mpi", HALVING }, { "collective=rabenseifner", HALVING },
    { "collective=recursive_doubling", HALVING }, { "collective=halving_doubling", HALVING },
    { "collective=ps", "collective = \"shards\"" }, { "collective=parameter_server", "collective = \"shards\"" },
    { "collective=binomial", "collective = \"tree\"" }, { "collective=double_tree", "collective = \"tree\"" }, { "backend", RING },
    { "allreduce", RING }, { "strategy.collective", "collective = $ beside strategy" },
    { "strategy.compress", "compress = $ beside strategy" }, { "strategy.topology", "topology = $ beside strategy" },
    { "strategy.staleness", SSP }, { "staleness", SSP }, { "compression", "compress = $" }, { "compressor", "compress = $" },
    { "fp16", FLOAT16 }, { "amp", FLOAT16 }, { "mixed_precision", FLOAT16 }, { "compress=fp16", FLOAT16 }, { "compress=half", FLOAT16 },
    { "compress=dgc", "compress = \"topk\"" }, { "compress=qsgd", "compress = { \"quantize\", norm = \"two\" }" },
    { "compress=signsgd", "compress = \"sign\"" }, { "compress=onebit", "compress = \"sign\"" }, { "bucket_cap_mb", BUCKET },
    { "bucket_size", BUCKET }, { "fusion_threshold", BUCKET }, { "strategy.bucket_cap_mb", BUCKET }, { "aggregator", "aggregate = $" },
    { "aggregation", "aggregate = $" }, { "aggregate=average", "aggregate = \"mean\"" },
    { "aggregate=fedavg", "aggregate = \"weighted\"" }, { "aggregate=trimmed_mean", "aggregate = \"trimmed\"" },
    { "aggregate=geometric_median", "aggregate = \"geometric\"" }, { "graph", "topology = $" },
    { "topology=fully_connected", "topology = \"complete\"" }, { "topology=full", "topology = \"complete\"" },
    { "topology=grid", "topology = \"torus\"" }, { "sync=asp", "sync = \"async\"" },
    { "sync=dssp", ADAPTIVE }, { "sync=adaptive_sync", ADAPTIVE }, { "sync=backup_workers", "sync = \"backup\"" }, { "sync=stale", "sync = \"ssp\"" },
    /* what is recorded */
    { "trace=true", "trace = \"spans\"" }, { "trace=false", "trace = \"none\"" }, { "keep=true", "keep = \"model\"" },
    { "checkpoint", "keep = \"model\"" }, { "on_mark", "on_evaluate = function (evaluation) ... end" },
    { "callback", "on_evaluate = function (evaluation) ... end" }, { "output", "-o FILE on the command line" },
    { "threads", "--threads $ on the command line" }, { "jobs", "-j $ on the command line" }, { "dt.grid", "dt.sweep { 1, 2, 4 }" },
    { "dt.grid_search", "dt.sweep { 1, 2, 4 }" }, { "dt.choice", "dt.sweep { 1, 2, 4 }" }, { "dt.gaussian", "dt.normal { ... }" },
    { "dt.list", "dt.each { 1, 2, 4 }" },
    /* the command line */
    { "--jobs", "-j $" }, { "--parallel", "-j $" }, { "--output", "-o $" }, { "--out", "-o $" }, { "--seed", "--set seed=$" },
    { "--seeds", "--set seeds=$" }, { "--workers", "--set workers=$" }, { "--num-workers", "--set workers=$" },
    { "-n", "--set workers=$" }, { "-np", "--set workers=$" }, { "--nproc-per-node", "--set workers=$" },
    { "--epochs", "--set stop.epochs=$" }, { "--rounds", "--set stop.rounds=$" }, { "--steps", "--set stop.steps=$" },
    { "--lr", "--set optimiser.lr=$" }, { "--batch-size", "--set batch_size=$" }, { "--strategy", "--set strategy=$" },
    { "--dry-run", "dtsim plan" }, { "--force", "--fresh" }, { "--overwrite", "--fresh" }, { "--nthreads", "--threads $" },
    { NULL, NULL }
};

/* True if the texts are alike: letters in any case, '-' as '_', and not a quote at either end of b. */
static bool alike(const char *a, const char *b) {
    size_t length = strlen(b);
    if (length >= 2 && b[0] == '"' && b[length - 1] == '"') b++, length -= 2;
    if (strlen(a) != length) return false;
    for (size_t i = 0; i < length; i++)
        if ((a[i] == '-' ? '_' : tolower((unsigned char)a[i])) != (b[i] == '-' ? '_' : tolower((unsigned char)b[i]))) return false;
    return true;
}

/* A number, or a quantity with a unit, such as "10Gbps". */
static bool numeric(const char *text) {
    char *end;
    if (text[0] == '"') text++;
    strtod(text, &end);
    return end != text;
}

/* "; write OURS instead", with the value in the place of $. */
static const char *foreign_say(const char *ours, const char *value) {
    static _Thread_local char said[320];
    size_t length = (size_t)snprintf(said, sizeof said, "; write ");
    if (value == NULL || strlen(value) > 60 || strpbrk(value, "{[") != NULL) value = "...";
    for (const char *c = ours; *c != '\0' && length < sizeof said; c++)
        length += (size_t)snprintf(said + length, sizeof said - length, "%.*s", *c == '$' ? 60 : 1, *c == '$' ? value : c);
    if (length < sizeof said) snprintf(said + length, sizeof said - length, " instead");
    return said;
}

const char *dt_foreign_key(const char *path, const char *value) {
    for (const dt_foreign *f = dt_foreigns; f->theirs != NULL; f++)
        if (alike(f->theirs, path)) return foreign_say(f->ours, value);
    return "";
}

const char *dt_foreign_value(const char *path, const char *value) {
    size_t length = strlen(path);
    for (const dt_foreign *f = dt_foreigns; f->theirs != NULL; f++) {
        const char *wanted = f->theirs + length + 1;
        if (strncmp(f->theirs, path, length) != 0 || f->theirs[length] != '=') continue;
        if (strcmp(wanted, "#") == 0 ? numeric(value) : alike(wanted, value)) return foreign_say(f->ours, value);
    }
    return "";
}
