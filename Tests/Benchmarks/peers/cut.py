"""SIMS-Cut as a careful numpy user writes it: two restricted Boltzmann machines a level, an F-measure offset,
an exact cut by PyMaxflow, and a walk down the tree of components. One setting (the authors try dozens)."""
import maxflow
import numpy as np
from scipy import ndimage

from common import Peer

HIDDEN, EPOCHS, BATCH, RATE, LEVELS, BETA, DIVISOR = 50, 10, 100, 0.1, 20, 0.5, 5.0


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def train(rows, seed):
    """Persistent contrastive divergence with binary hidden units; (weights, visible, hidden bias)."""
    rng = np.random.default_rng(seed)
    count, visible = rows.shape
    rows = rows[rng.permutation(count)]
    batch = min(BATCH, count)
    weights = 0.1 * rng.standard_normal((visible, HIDDEN))
    parameters = [weights, np.zeros(visible), np.zeros(HIDDEN)]
    steps = [np.zeros_like(p) for p in parameters]
    chain = rng.random((batch, visible))
    for epoch in range(EPOCHS):
        momentum = max(0.0, 0.5 - 0.1 * epoch)
        for first in range(0, count, batch):
            w, b, c = parameters
            data = rows[first:first + batch]
            up = sigmoid(data @ w + c)
            hidden = sigmoid(chain @ w + c) > rng.random((batch, HIDDEN))
            chain = sigmoid(hidden @ w.T + b)
            model = sigmoid(chain @ w + c)
            slopes = [
                data.T @ up / len(data) - chain.T @ model / batch - 0.0002 * w,
                data.mean(0) - chain.mean(0), up.mean(0) - model.mean(0),
            ]
            steps = [momentum * s + RATE * g for s, g in zip(steps, slopes)]
            parameters = [p + s for p, s in zip(parameters, steps)]
    return parameters


def free_energy(rows, parameters):
    w, b, c = parameters
    return -rows @ b - np.logaddexp(0, rows @ w + c).sum(1)


def best_offset(difference, inside):
    """The threshold of energy differences with the highest F_beta, by one sort."""
    order = np.argsort(difference)
    hits = inside[order][::-1].cumsum()[::-1]
    chosen = np.arange(len(order), 0, -1)
    precision, recall = hits / chosen, hits / max(1, inside.sum())
    measure = (1 + BETA**2) * precision * recall / np.maximum(BETA**2 * precision + recall, 1e-12)
    return difference[order[int(np.argmax(measure))]]


def contrast(image):
    """Weights of right and lower neighbours that fall with their difference, by a local mean."""
    height, width = image.shape
    squares = np.zeros((2 * height - 1, 2 * width - 1))
    squares[::2, 1::2] = np.diff(image, axis=1) ** 2
    squares[1::2, ::2] = np.diff(image, axis=0) ** 2
    local = 2 * ndimage.uniform_filter(squares, 21, mode="constant")
    weights = np.exp(-squares / np.maximum(4 * local, 1e-12)) / DIVISOR
    return weights[::2, 1::2], weights[1::2, ::2]


def cut(background, foreground, right, down):
    """The exact minimum of the two costs with Potts edges; true for foreground."""
    height, width = background.shape
    graph = maxflow.Graph[float](height * width, 2 * height * width)
    nodes = graph.add_grid_nodes((height, width))
    for weights, place, structure in ((right, (slice(None), slice(-1)), (1, 2)),
                                      (down, (slice(-1), slice(None)), (2, 1))):
        full, shape = np.zeros((height, width)), np.zeros((3, 3))
        full[place] = weights
        shape[structure] = 1
        graph.add_grid_edges(nodes, full, shape, symmetric=True)
    least = np.minimum(background, foreground)
    graph.add_grid_tedges(nodes, foreground - least, background - least)
    graph.maxflow()
    return graph.get_grid_segments(nodes)


def components(mask, least=12):
    labels, count = ndimage.label(mask)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    keep = sizes >= least
    keep[0] = False
    return np.where(keep, np.arange(count + 1), 0)[labels].ravel()


def reap(levels):
    """Components that do not split in two further down."""
    layers = [components(level) for level in levels]
    result, number = np.zeros(layers[0].size, np.int32), 0
    stack = [(0, np.flatnonzero(layers[0] == i)) for i in np.unique(layers[0]) if i]
    while stack:
        depth, pixels = stack.pop()
        for below in range(depth + 1, len(layers)):
            pieces = np.unique(layers[below][pixels])
            pieces = pieces[pieces > 0]
            if len(pieces) >= 2:
                stack += [(below, pixels[layers[below][pixels] == i]) for i in pieces]
                break
        else:
            number += 1
            result[pixels] = number
    return result.reshape(levels[0].shape)


class Cut(Peer):
    def __init__(self, options):
        super().__init__(options)
        if self.facts.get("marker") is None:
            raise SystemExit("expected a nuclear marker, found none")
        self.cube = self.array("cube")

    def run(self):
        flat = self.cube.reshape(len(self.cube), -1).astype(np.float64)
        centred = flat - flat.mean(1, keepdims=True)
        length = np.sqrt((centred**2).sum(1))
        marker = self.facts["marker"]
        likeness = centred @ centred[marker] / np.maximum(length * length[marker], 1e-12)
        chosen = np.argsort(-likeness)[:20]
        images = np.stack([ndimage.gaussian_filter(self.cube[i].astype(np.float64), 1) for i in chosen])
        rows = images.reshape(len(images), -1).T
        rows = (rows - rows.min()) / (rows.max() - rows.min())
        image = images[0]
        right, down = contrast(image)
        inside = image.ravel() > np.quantile(image, 0.5)
        levels = []
        for level in range(LEVELS):
            if inside.sum() <= 10 or (~inside).sum() <= 10:
                break
            levels.append(inside.reshape(image.shape))
            outer, inner = train(rows[~inside], 2 * level), train(rows[inside], 2 * level + 1)
            background, foreground = free_energy(rows, outer), free_energy(rows, inner)
            foreground = foreground + best_offset(background - foreground, inside)
            found = cut(background.reshape(image.shape), foreground.reshape(image.shape), right, down).ravel()
            found = found & inside if level else found
            if (found == inside).all():
                break
            inside = found
        self.levels = len(levels)
        self.labels = reap(levels)

    def finish(self, output):
        np.save(output, self.labels)
        return {"levels": self.levels, "nuclei": int(self.labels.max())}


def peer(family, method, options):
    return Cut(options)
