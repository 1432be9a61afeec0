"""SIMS-ID in torch as the authors train it in Keras: M-128-128-128-C without biases, Adam, batch 64, 200 epochs.
The thread count is the best of those allowed, found on a few hundred steps before the run."""
import time

import numpy as np
import torch

from common import Peer

BATCH = 64


class Identify(Peer):
    def __init__(self, options):
        super().__init__(options)
        counts, cell = self.cell_pixels()
        total = counts.sum(1, keepdims=True)
        self.inputs = torch.from_numpy((counts / np.where(total > 0, total, 1)).astype(np.float32))
        self.cells = torch.from_numpy(cell.astype(np.int64))
        self.epochs = options.epochs or 200
        if self.epochs != 200:
            self.note = f"{self.epochs} epochs instead of 200, time not scaled"

    def network(self):
        torch.manual_seed(0)
        widths = [self.inputs.shape[1], 128, 128, 128, int(self.cells.max()) + 1]
        layers = []
        for place in range(4):
            layer = torch.nn.Linear(widths[place], widths[place + 1], bias=False)
            torch.nn.init.xavier_normal_(layer.weight)
            layers.append(layer)
            if place < 2:
                layers.append(torch.nn.ReLU())
        return torch.nn.Sequential(*layers)

    def train(self, epochs, steps=None):
        network = self.network()
        optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)
        measure = torch.nn.CrossEntropyLoss()
        mean = float("nan")
        for _ in range(epochs):
            order, total = torch.randperm(len(self.inputs)), 0.0
            for count, first in enumerate(range(0, len(order), BATCH)):
                if steps is not None and count >= steps:
                    return mean
                rows = order[first:first + BATCH]
                optimiser.zero_grad()
                loss = measure(network(self.inputs[rows]), self.cells[rows])
                loss.backward()
                optimiser.step()
                total += float(loss.detach()) * len(rows)
            mean = total / len(order)
        return mean

    def warm_up(self):
        times = {}
        for threads in range(1, self.options.threads + 1):
            torch.set_num_threads(threads)
            self.train(1, 100)
            start = time.perf_counter()
            self.train(1, 300)
            times[threads] = time.perf_counter() - start
        self.threads = min(times, key=times.get)
        torch.set_num_threads(self.threads)
        return False

    def run(self):
        self.loss = self.train(self.epochs)

    def finish(self, output):
        return {"epochs": self.epochs, "loss": self.loss}


def peer(family, method, options):
    return Identify(options)
