"""torch_fedavg.py - FedAvg as a plain loop in torch, without a network: what dtsim's training is measured against.
Usage: torch_fedavg.py MODEL CLIENTS FRACTION BATCH EPOCHS ROUNDS; random images of MNIST's shape; one thread; prints
the seconds of the loop, evaluation of every round included, start-up and data left out."""
import sys
import time

import torch
from torch import nn

model_name, clients, fraction, batch, epochs, rounds = sys.argv[1], *map(float, sys.argv[2:])
clients, batch, epochs, rounds = int(clients), int(batch), int(epochs), int(rounds)
torch.set_num_threads(1)
torch.manual_seed(1)
ROWS, TEST = 60000, 10000


def network():
    if model_name == "softmax":
        return nn.Linear(784, 10)
    if model_name == "mlp":
        return nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))
    return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(3136, 512), nn.ReLU(), nn.Linear(512, 10))


x, y = torch.rand(ROWS + TEST, 784), torch.randint(0, 10, (ROWS + TEST,))
shard = torch.randperm(ROWS).chunk(clients)
net, loss = network(), nn.CrossEntropyLoss()
start = time.perf_counter()
world = [p.detach().clone() for p in net.parameters()]
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
    with torch.no_grad():
        for p, w in zip(net.parameters(), world):
            p.copy_(w)
        net(x[ROWS:]).argmax(1).eq(y[ROWS:]).float().mean().item()
print(time.perf_counter() - start)
