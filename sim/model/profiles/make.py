"""make.py - computes the shipped profiles, layer by layer, from the published architectures; `make docs` runs it.
Usage: make.py [FOLDER]; writes one CSV a network: layer, params, fwd_flops, bwd_flops, act_bytes, in forward order, and after for
networks that are no chains.

Counts are of one sample in single precision.  A multiply-add is 2 flops and a bias is free.  The backward pass of
weights costs twice the forward one (gradients of weights and of inputs), the first convolution only once, as nobody
needs the gradient of the image.  A comparison, an addition and a move of a gradient are 1 flop.  act_bytes is what the
layer hands on.

AlexNet: Krizhevsky et al. 2012, figure 2 (two towers, 227 x 227).  VGG16: Simonyan and Zisserman 2015, table 1, D.
ResNet-50: He et al. 2016, table 1, with the stride in the 3 x 3 convolution as in Goyal et al. 2017.
Inception v3: Szegedy et al. 2016, figures 5 to 7 and 10, with the widths of torchvision's inception_v3, without the auxiliary head.
BERT base: Devlin et al. 2019, section 3, 128 tokens, without the heads of its pre-training tasks.
Transformer base: Vaswani et al. 2017, table 3, 32 source and 32 target tokens, one matrix of 37 000 shared entries."""
import itertools
import pathlib
import sys

FLOAT = 4                       # bytes
COLUMNS = ("layer", "params", "fwd_flops", "bwd_flops", "act_bytes", "after")


# ---- layers: (name, params, forward flops, backward flops, bytes handed on, and what they come after if not after the last) ----

def conv(name, size, kernel, inputs, outputs, groups=1, bias=True, first=False):
    """A convolution that leaves size x size pixels; kernel is its side, or its two sides."""
    high, wide = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    weights = high * wide * inputs // groups * outputs
    forward = 2 * size * size * weights
    return name, weights + bias * outputs, forward, (1 if first else 2) * forward, FLOAT * size * size * outputs


def dense(name, inputs, outputs, rows=1):
    forward = 2 * rows * inputs * outputs
    return name, (inputs + 1) * outputs, forward, 2 * forward, FLOAT * rows * outputs


def maxpool(name, size, kernel, channels):
    """Forward compares all of a window; backward moves one gradient to all of it."""
    out = size * size * channels
    return name, 0, (kernel * kernel - 1) * out, kernel * kernel * out, FLOAT * out


def batchnorm(name, size, channels):
    """Scale and shift; the statistics are gone through again on the way back."""
    out = size * size * channels
    return name, 2 * channels, 2 * out, 4 * out, FLOAT * out


def layernorm(name, rows, width):
    """Mean, variance, scale and shift: 8 flops an entry."""
    out = rows * width
    return name, 2 * width, 8 * out, 16 * out, FLOAT * out


def attention(name, tokens, width, heads):
    """Scores and their mean of values; each head keeps its scores from before and after the softmax."""
    forward = 2 * (2 * tokens * tokens * width)
    return name, 0, forward, 2 * forward, FLOAT * (2 * heads * tokens * tokens + tokens * width)


def after(layer, *names):
    """The layer reads what these left, and not the one before."""
    return *layer, " ".join(names)


# ---- networks --------------------------------------------------------------------------------------------------------

def alexnet():
    yield conv("conv1", 55, 11, 3, 96, first=True)
    yield maxpool("pool1", 27, 3, 96)
    yield conv("conv2", 27, 5, 96, 256, groups=2)
    yield maxpool("pool2", 13, 3, 256)
    yield conv("conv3", 13, 3, 256, 384)
    yield conv("conv4", 13, 3, 384, 384, groups=2)
    yield conv("conv5", 13, 3, 384, 256, groups=2)
    yield maxpool("pool5", 6, 3, 256)
    yield dense("fc6", 6 * 6 * 256, 4096)
    yield dense("fc7", 4096, 4096)
    yield dense("fc8", 4096, 1000)


def vgg16():
    inputs, size = 3, 224
    for block, (convolutions, channels) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for i in range(1, convolutions + 1):
            yield conv(f"conv{block}_{i}", size, 3, inputs, channels, first=inputs == 3)
            inputs = channels
        size //= 2
        yield maxpool(f"pool{block}", size, 2, channels)
    yield dense("fc6", 7 * 7 * 512, 4096)
    yield dense("fc7", 4096, 4096)
    yield dense("fc8", 4096, 1000)


def bottleneck(name, came, size, stride, inputs, width):
    """1 x 1 to width, 3 x 3 with the stride, 1 x 1 to four times the width, and what the layer called came left is added."""
    outputs, small = 4 * width, size // stride
    for i, (pixels, kernel, taken, left) in enumerate(((size, 1, inputs, width), (small, 3, width, width),
                                                       (small, 1, width, outputs)), 1):
        yield conv(f"{name}.conv{i}", pixels, kernel, taken, left, bias=False)
        yield batchnorm(f"{name}.bn{i}", pixels, left)
    if inputs != outputs:
        yield after(conv(f"{name}.down.conv", small, 1, inputs, outputs, bias=False), came)
        yield batchnorm(f"{name}.down.bn", small, outputs)
        came = f"{name}.down.bn"
    out = small * small * outputs
    yield after((f"{name}.add_relu", 0, 2 * out, out, FLOAT * out), f"{name}.bn3", came)


def resnet50():
    yield conv("conv1", 112, 7, 3, 64, bias=False, first=True)
    yield batchnorm("bn1", 112, 64)
    yield maxpool("maxpool", 56, 3, 64)
    inputs, size, came = 64, 56, "maxpool"
    for stage, blocks in enumerate((3, 4, 6, 3), 1):
        width = 64 << (stage - 1)
        for block in range(blocks):
            stride = 2 if stage > 1 and block == 0 else 1
            yield from bottleneck(f"layer{stage}.{block}", came, size, stride, inputs, width)
            inputs, size, came = 4 * width, size // stride, f"layer{stage}.{block}.add_relu"
    yield "avgpool", 0, size * size * inputs, size * size * inputs, FLOAT * inputs
    yield dense("fc", inputs, 1000)


def branch(name, came, inputs, *steps):
    """Convolutions one after another, each (pixels, kernel, outputs), from what came left on."""
    for i, (size, kernel, outputs) in enumerate(steps, 1):
        layer = conv(f"{name}.conv{i}", size, kernel, inputs, outputs, bias=False)
        yield layer if i > 1 else after(layer, came)
        yield batchnorm(f"{name}.bn{i}", size, outputs)
        inputs = outputs


def pooled(name, came, size, kernel, channels, *steps):
    """A pool, and convolutions after it."""
    yield after(maxpool(f"{name}.pool", size, kernel, channels), came)
    yield from branch(name, f"{name}.pool", channels, *steps)


def joined(name, size, branches):
    """The layers of the branches, and what they leave side by side; returns its channels."""
    ends, channels = [], 0
    for layers in branches:
        for layer in layers:
            yield layer
        ends.append(layer[0])
        channels += layer[4] // (FLOAT * size * size)
    out = size * size * channels
    yield after((f"{name}.cat", 0, out, out, FLOAT * out), *ends)
    return channels


def inception_block(kind, width, name, came, size, n):
    """The branches of figure 5 (A), 6 (C), 7 (E), and of the two that halve the pixels (B: 35 to 17; D: 17 to 8)."""
    half, row, column, small, flat = size // 2, (1, 7), (7, 1), (1, 3), (3, 1)
    one = {"A": 64, "C": 192, "E": 320}.get(kind)
    if one:
        yield branch(f"{name}.one", came, n, (size, 1, one))
    if kind == "A":
        yield branch(f"{name}.five", came, n, (size, 1, 48), (size, 5, 64))
        yield branch(f"{name}.double", came, n, (size, 1, 64), (size, 3, 96), (size, 3, 96))
    elif kind == "B":
        yield branch(f"{name}.three", came, n, (half, 3, 384))
        yield branch(f"{name}.double", came, n, (size, 1, 64), (size, 3, 96), (half, 3, 96))
    elif kind == "C":
        yield branch(f"{name}.seven", came, n, (size, 1, width), (size, row, width), (size, column, 192))
        yield branch(f"{name}.double", came, n, (size, 1, width), (size, column, width), (size, row, width), (size, column, width),
                     (size, row, 192))
    elif kind == "D":
        yield branch(f"{name}.three", came, n, (size, 1, 192), (half, 3, 320))
        yield branch(f"{name}.seven", came, n, (size, 1, 192), (size, row, 192), (size, column, 192), (half, 3, 192))
    else:
        for way, steps in (("three", ((size, 1, 384),)), ("double", ((size, 1, 448), (size, 3, 384)))):
            yield itertools.chain(branch(f"{name}.{way}", came, n, *steps),
                                  branch(f"{name}.{way}.row", f"{name}.{way}.bn{len(steps)}", 384, (size, small, 384)))
            yield branch(f"{name}.{way}.column", f"{name}.{way}.bn{len(steps)}", 384, (size, flat, 384))
    if kind in "BD":
        yield [after(maxpool(f"{name}.pool", half, 3, n), came)]
    else:
        yield pooled(f"{name}.pool", came, size, 3, n, (size, 1, width if kind == "A" else 192))


def inception_v3():
    inputs = 3
    for name, size, kernel, outputs in (("1a", 149, 3, 32), ("2a", 147, 3, 32), ("2b", 147, 3, 64), ("pool1", 73, 3, 64),
                                        ("3b", 73, 1, 80), ("4a", 71, 3, 192), ("pool2", 35, 3, 192)):
        if name.startswith("pool"):
            yield maxpool(name, size, kernel, outputs)
            continue
        yield conv(f"{name}.conv", size, kernel, inputs, outputs, bias=False, first=inputs == 3)
        yield batchnorm(f"{name}.bn", size, outputs)
        inputs = outputs
    came, size = "pool2", 35
    for name, kind, width in (("5b", "A", 32), ("5c", "A", 64), ("5d", "A", 64), ("6a", "B", 0), ("6b", "C", 128), ("6c", "C", 160),
                              ("6d", "C", 160), ("6e", "C", 192), ("7a", "D", 0), ("7b", "E", 0), ("7c", "E", 0)):
        left = size // 2 if kind in "BD" else size
        inputs = yield from joined(name, left, inception_block(kind, width, name, came, size, inputs))
        came, size = f"{name}.cat", left
    yield "avgpool", 0, size * size * inputs, size * size * inputs, FLOAT * inputs
    yield dense("fc", inputs, 1000)


def heads(name, tokens, width, count):
    """Multi-head attention: queries, keys and values, what is made of them, and the way out."""
    for part in ("q", "k", "v"):
        yield dense(f"{name}.{part}", width, width, tokens)
    yield attention(f"{name}.core", tokens, width, count)
    yield dense(f"{name}.out", width, width, tokens)


def feed_forward(name, tokens, width, inner):
    yield dense(f"{name}.in", width, inner, tokens)
    yield dense(f"{name}.out", inner, width, tokens)


def bert_base():
    tokens, width = 128, 768
    entries = tokens * width
    yield "embeddings.word", 30522 * width, 0, entries, FLOAT * entries
    yield "embeddings.position", 512 * width, entries, entries, 0               # added in place
    yield "embeddings.token_type", 2 * width, entries, entries, 0
    yield layernorm("embeddings.LayerNorm", tokens, width)
    for layer in (f"layer{i}" for i in range(12)):
        yield from heads(f"{layer}.attn", tokens, width, 12)
        yield layernorm(f"{layer}.attn.LayerNorm", tokens, width)
        yield from feed_forward(f"{layer}.ffn", tokens, width, 4 * width)
        yield layernorm(f"{layer}.ffn.LayerNorm", tokens, width)
    yield dense("pooler", width, width)


def transformer_base():
    tokens, width, vocabulary = 32, 512, 37000
    entries = 2 * tokens * width                # of source and target, scaled, and the position added
    yield "embed.shared", vocabulary * width, 2 * entries, 2 * entries, FLOAT * entries
    for side, attentions in (("enc", ("self",)), ("dec", ("self", "cross"))):
        for layer in (f"{side}{i}" for i in range(6)):
            for k, kind in enumerate(attentions, 1):
                yield from heads(f"{layer}.{kind}", tokens, width, 8)
                yield layernorm(f"{layer}.ln{k}", tokens, width)
            yield from feed_forward(f"{layer}.ffn", tokens, width, 4 * width)
            yield layernorm(f"{layer}.ln{len(attentions) + 1}", tokens, width)
    name, _, forward, backward, out = dense("generator.tied", width, vocabulary, tokens)
    yield name, 0, forward, backward, out       # the embeddings once more

NETWORKS = (alexnet, vgg16, resnet50, inception_v3, bert_base, transformer_base)


def text(network):
    rows = list(network())
    columns = COLUMNS[:max(map(len, rows))]
    return "".join(",".join(map(str, (*row, *[""] * (len(columns) - len(row))))) + "\n" for row in (columns, *rows))


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    for network in NETWORKS:
        (folder / f"{network.__name__}.csv").write_text(text(network))


if __name__ == "__main__":
    main()
