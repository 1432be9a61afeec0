"""Every ion image in memory to a PNG with the viridis colours: matplotlib's imsave, and Pillow with a table."""
import io

import matplotlib
import numpy as np

from common import Peer

matplotlib.use("Agg")


class Pictures(Peer):
    def __init__(self, options, one):
        super().__init__(options)
        self.images, self.one = self.array("cube"), one
        self.scale = 1.0 / len(self.images)

    def warm_up(self):
        self.one(self.images[0])
        return False

    def run(self):
        self.bytes = sum(self.one(image) for image in self.images)

    def finish(self, output):
        return {"bytes": self.bytes / len(self.images)}


def imsave(image):
    from matplotlib.image import imsave as save
    out = io.BytesIO()
    save(out, image, cmap="viridis", vmax=max(1, np.percentile(image, 99)), format="png")
    return out.tell()


def pillow():
    from matplotlib import colormaps
    from PIL import Image
    table = (colormaps["viridis"](np.arange(256))[:, :3] * 255 + 0.5).astype(np.uint8)

    def one(image):
        high = max(1.0, np.percentile(image, 99))
        out = io.BytesIO()
        colours = table[np.minimum(image * (255.0 / high), 255).astype(np.uint8)]
        Image.fromarray(colours).save(out, "PNG")
        return out.tell()
    return one


def peer(family, method, options):
    return Pictures(options, imsave if method == "imsave" else pillow())
