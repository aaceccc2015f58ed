"""torch_fedavg.py - FedAvg as a plain loop in torch, without a network: what dtsim's training is measured against.
Usage: torch_fedavg.py FOLDER MODEL CLIENTS FRACTION BATCH EPOCHS ROUNDS; FOLDER holds MNIST's four files; one thread;
prints the processor's seconds of the loop, with the evaluations that dtsim makes; start-up and reading are left out."""
import os
import pathlib
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"     # before the libraries are loaded
import numpy as np
import torch
from torch import nn

folder, model_name = pathlib.Path(sys.argv[1]), sys.argv[2]
clients, fraction, batch, epochs, rounds = map(float, sys.argv[3:])
clients, batch, epochs, rounds = int(clients), int(batch), int(epochs), int(rounds)
torch.set_num_threads(1)
torch.manual_seed(1)
LOSS_ROWS = 128     # training images that dtsim's loss is taken over


def network():
    if model_name == "softmax":
        return nn.Linear(784, 10)
    if model_name == "mlp":
        return nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))
    return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


def read(part):
    pixels = np.fromfile(folder / f"{part}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
    labels = np.fromfile(folder / f"{part}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(pixels.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def evaluate():
    with torch.no_grad():
        for p, w in zip(net.parameters(), world):
            p.copy_(w)
        loss(net(x[:LOSS_ROWS]), y[:LOSS_ROWS]).item()
        net(test_x).argmax(1).eq(test_y).float().mean().item()


(x, y), (test_x, test_y) = read("train"), read("t10k")
shard = torch.randperm(len(x)).chunk(clients)
net, loss = network(), nn.CrossEntropyLoss()
start = time.process_time()
world = [p.detach().clone() for p in net.parameters()]
evaluate()
for _ in range(rounds):
    chosen = torch.randperm(clients)[:max(1, int(fraction * clients))]
    total = [torch.zeros_like(p) for p in world]
    for k in chosen:
        with torch.no_grad():
            for p, w in zip(net.parameters(), world):
                p.copy_(w)
        step = torch.optim.SGD(net.parameters(), lr=0.05)
        for _ in range(epochs):
            rows = shard[k][torch.randperm(len(shard[k]))]
            for part in rows.split(batch):
                step.zero_grad()
                loss(net(x[part]), y[part]).backward()
                step.step()
        with torch.no_grad():
            for t, p in zip(total, net.parameters()):
                t += p / len(chosen)
    world = total
    evaluate()
print(time.process_time() - start)
