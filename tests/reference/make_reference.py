"""Makes the reference values that the Rust tests compare with.

Not part of the build and not run by the tests: the files it writes are kept
beside it. Made with Python 3.11, torch 2.15.0, scikit-learn 1.9.1, numpy 2.4.6
and safetensors 0.8.0, on the CPU. To make them again:

    python3 -m venv venv
    venv/bin/pip install torch scikit-learn numpy safetensors
    venv/bin/python tests/reference/make_reference.py

metrics.json
    Random multi-label cases and their measures by scikit-learn.
network.safetensors, network.json
    A small EL-RMLocNet in PyTorch, two cases, each tensor under `caseN.`:
    every parameter; `tokens` [B, T] int64, `lengths` [B] (tokens the network
    reads, leading padding included), `leading` [B] (leading padding tokens),
    `targets` [B, C]; `eval.logits`, `eval.probabilities` [B, C] and
    `eval.attention` [B, heads, T] with running statistics; `train.logits`,
    `train.loss` [1] with batch statistics and no dropout, `train.NAME` the
    running statistics afterwards; `grad.NAME`; `stepped.NAME` the parameters
    after one AdamW step. network.json says what each case is.
tuned_network.safetensors
    One case of what the tuned presets add: 1- and 2-mers summed, two LSTM layers in
    both directions, the composition joined. Each RNA's `composition` [B, 85] is made
    up; the rest as in network.safetensors, without the optimizer's step.
pytorch_model.safetensors, pytorch_model.json
    A whole model file as written from PyTorch, and what PyTorch answers. The order
    of its metadata changes from run to run; everything else comes out the same.
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from torch import nn

HERE = Path(__file__).parent
NAMES = ["Nucleus", "Cytoplasm", "Exosome"]
K, D, H, A, C = 2, 5, 6, 4, len(NAMES)
UNKNOWN, PADDING = 4**K, 4**K + 1


# Measures -------------------------------------------------------------------


def one_error(truth, scores):
    """Share of samples in which a false compartment has the top score, alone or tied."""
    top = scores == scores.max(axis=1, keepdims=True)
    return float((top & (truth == 0)).any(axis=1).mean())


def jaccard(truth, called):
    """Mean |called and true| / |called or true|; 1 where both are empty."""
    both = (truth & called).sum(axis=1)
    either = (truth | called).sum(axis=1)
    return float(np.where(either == 0, 1.0, both / np.maximum(either, 1)).mean())


def metric_case(rng):
    samples, width = int(rng.integers(1, 41)), int(rng.integers(2, 8))
    truth = (rng.random((samples, width)) < rng.uniform(0.1, 0.8)).astype(int)
    truth[0, int(rng.integers(width))] = 1
    if rng.random() < 0.5:  # ties
        scores = rng.integers(0, 5, (samples, width)) / 4
    else:
        scores = np.round(rng.random((samples, width)) * 0.8 + truth * 0.2, 4)
    called = (scores >= rng.uniform(0.3, 0.9)).astype(int)
    labels = truth.sum(axis=1)
    labelled, ranked = labels > 0, (labels > 0) & (labels < width)
    columns = range(width)
    both = [c for c in columns if 0 < truth[:, c].sum() < samples]
    some = [c for c in columns if truth[:, c].any()]
    area = {c: float(sk.roc_auc_score(truth[:, c], scores[:, c])) for c in both}
    precision = {c: float(sk.average_precision_score(truth[:, c], scores[:, c])) for c in some}
    on = lambda measure, rows, empty: float(measure(truth[rows], scores[rows])) if rows.any() else empty
    return {
        "scores": scores.tolist(),
        "called": called.tolist(),
        "truth": truth.tolist(),
        "average_precision": on(sk.label_ranking_average_precision_score, ranked, 1.0),
        "accuracy": jaccard(truth, called),
        "coverage": float(sk.coverage_error(truth[labelled], scores[labelled])) - 1,
        "ranking_loss": on(sk.label_ranking_loss, ranked, 0.0),
        "one_error": one_error(truth[labelled], scores[labelled]),
        "auroc": float(np.mean([area[c] for c in both])) if both else None,
        "labelled_samples": int(labelled.sum()),
        "ranked_samples": int(ranked.sum()),
        "support": truth.sum(axis=0).tolist(),
        "compartment_average_precision": [precision.get(c) for c in columns],
        "compartment_auroc": [area.get(c) for c in columns],
        **calibration(truth, scores),
        "roc": [roc(truth[:, c], scores[:, c]) if c in both else None for c in columns],
        "confusion": [
            [int(m[1, 1]), int(m[0, 1]), int(m[1, 0]), int(m[0, 0])]
            for m in sk.multilabel_confusion_matrix(truth, called)
        ],
        "cardinality": [
            [int(n), int((labels == n).sum()), int(sk.accuracy_score(truth[labels == n], called[labels == n], normalize=False))]
            for n in sorted(set(labels))
        ],
    }


def calibration(truth, scores):
    """Brier scores and the reliability curve, of scores as a 32-bit float holds them."""
    held = scores.astype(np.float32).astype(np.float64)
    observed, probability = calibration_curve(truth.ravel(), held.ravel(), n_bins=10)
    columns = range(truth.shape[1])
    return {
        "brier": float(np.mean((held - truth) ** 2)),
        "compartment_brier": [
            float(sk.brier_score_loss(truth[:, c], held[:, c], labels=[0, 1], pos_label=1)) for c in columns
        ],
        "reliability": [[float(p), float(o)] for p, o in zip(probability, observed)],
    }


def roc(truth, scores):
    """False and true positive rates at every distinct score."""
    false, true, _ = sk.roc_curve(truth, scores, drop_intermediate=False)
    return [[float(f), float(t)] for f, t in zip(false, true)]


def write_metrics():
    rng = np.random.default_rng(20220711)
    write_lines("metrics.json", [metric_case(rng) for _ in range(50)])


def write_lines(name, cases):
    """A JSON list, one case a line."""
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


# The network ----------------------------------------------------------------


class Attention(nn.Module):
    """Equations 12-14: v . tanh(W1 [h before; c before] + W2 h), then softmax over time."""

    def __init__(self, heads, width=H):
        super().__init__()
        self.w1 = nn.Linear(2 * width, A, bias=False)
        self.w2 = nn.Linear(width, A, bias=False)
        self.v = nn.Linear(A, heads, bias=False)

    def forward(self, h, c, readable):
        before = torch.cat([h, c], dim=2)
        before = torch.cat([torch.zeros_like(before[:, :1]), before[:, :-1]], dim=1)
        scores = self.v(torch.tanh(self.w1(before) + self.w2(h))).transpose(1, 2)
        return scores.masked_fill(~readable[:, None, :], -torch.inf).softmax(dim=2)


class ElRmLocNet(nn.Module):
    def __init__(self, layers, heads, loss):
        super().__init__()
        self.heads, self.loss_name = heads, loss
        self.embedding = nn.Embedding(4**K + 2, D)
        self.lstm = nn.LSTM(D, H, num_layers=layers, batch_first=True)
        self.attention = Attention(heads)
        self.normalization = nn.BatchNorm1d(heads * H)
        self.dense = nn.Linear(H, C)

    def states(self, x):
        """h and c of the top layer at every step, which nn.LSTM does not give."""
        for layer in range(self.lstm.num_layers):
            w_ih, w_hh, b_ih, b_hh = self.lstm.all_weights[layer]
            h = c = x.new_zeros(len(x), H)
            hs, cs = [], []
            for t in range(x.shape[1]):
                i, f, g, o = (x[:, t] @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
                c = f.sigmoid() * c + i.sigmoid() * g.tanh()
                h = o.sigmoid() * c.tanh()
                hs.append(h)
                cs.append(c)
            x = torch.stack(hs, dim=1)
        return x, torch.stack(cs, dim=1)

    def forward(self, tokens, lengths, leading):
        x = self.embedding(tokens)
        h, c = self.states(x)
        assert (h - self.lstm(x)[0]).abs().max() < 1e-6
        # What lies beyond a sequence's end comes after all it has to say: masking is enough.
        t = torch.arange(tokens.shape[1])
        readable = (t >= leading[:, None]) & (t < lengths[:, None])
        attention = self.attention(h, c, readable)
        context = self.normalization((attention @ h).flatten(1))
        if self.heads == 1:
            return self.dense(context), attention
        own = context.view(-1, C, H)
        return (own * self.dense.weight).sum(dim=2) + self.dense.bias, attention

    def loss(self, logits, targets):
        if self.loss_name == "sigmoid":
            return nn.functional.binary_cross_entropy_with_logits(logits, targets)
        shares = targets / targets.sum(dim=1, keepdim=True)
        return -(shares * logits.log_softmax(dim=1)).sum(dim=1).mean()

    def probabilities(self, logits):
        return logits.sigmoid() if self.loss_name == "sigmoid" else logits.softmax(dim=1)


def build(seed, layers, heads, loss):
    """A network with every number away from its special starting value."""
    torch.manual_seed(seed)
    net = ElRmLocNet(layers, heads, loss)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(2.5)
        net.normalization.weight.uniform_(0.5, 1.5)
        net.normalization.bias.uniform_(-0.5, 0.5)
        net.normalization.running_mean.uniform_(-0.2, 0.2)
        net.normalization.running_var.uniform_(0.05, 0.5)
    return net


def statistics(net):
    return {f"normalization.{n}": getattr(net.normalization, n) for n in ("running_mean", "running_var")}


def batch(leading):
    lengths = torch.tensor([9, 6, 9, 4])
    leading = torch.tensor(leading)
    tokens = torch.randint(0, 4**K, (4, 9))
    tokens[0, 4] = UNKNOWN
    t = torch.arange(9)
    tokens[(t < leading[:, None]) | (t >= lengths[:, None])] = PADDING
    targets = torch.tensor([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]]).float()
    return tokens, lengths, leading, targets


def network_case(seed, layers, heads, loss, leading):
    net = build(seed, layers, heads, loss)
    tokens, lengths, leading, targets = batch(leading)
    out = dict(tokens=tokens, lengths=lengths, leading=leading, targets=targets)
    out |= {name: p.detach().clone() for name, p in net.named_parameters()}
    out |= {name: s.clone() for name, s in statistics(net).items()}
    with torch.no_grad():
        logits, attention = net.eval()(tokens, lengths, leading)
        out |= {"eval.logits": logits, "eval.probabilities": net.probabilities(logits), "eval.attention": attention}
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
    logits, _ = net.train()(tokens, lengths, leading)
    value = net.loss(logits, targets)
    value.backward()
    out |= {"train.logits": logits.detach(), "train.loss": value.detach().reshape(1)}
    out |= {f"train.{name}": s.clone() for name, s in statistics(net).items()}
    for name, p in net.named_parameters():
        out[f"grad.{name}"] = p.grad.clone()
        # AdamW's first step is nearly the sign of the gradient: one lost in rounding would decide nothing.
        assert (p.grad[p.grad != 0].abs() > 1e-5).all(), f"choose another seed: {name}"
    optimizer.step()
    out |= {f"stepped.{name}": p.detach().clone() for name, p in net.named_parameters()}
    return out


def write_network():
    cases = [
        dict(seed=49, layers=1, heads=1, loss="softmax", leading=[0, 0, 0, 0]),
        dict(seed=250, layers=2, heads=C, loss="sigmoid", leading=[0, 2, 3, 1]),
    ]
    tensors = {}
    for number, case in enumerate(cases):
        tensors |= {f"case{number}.{name}": t.contiguous() for name, t in network_case(**case).items()}
    save_file(tensors, HERE / "network.safetensors")
    sizes = dict(k=K, embedding_dim=D, hidden_units=H, attention_dim=A, compartments=C)
    sizes |= dict(unknown=UNKNOWN, padding=PADDING, eps=1e-5, momentum=0.1)
    adamw = dict(learning_rate=0.01, betas=[0.9, 0.999], eps=1e-8, weight_decay=0.01)
    note = dict(sizes=sizes, adamw=adamw, cases=cases)
    (HERE / "network.json").write_text(json.dumps(note, indent=1) + "\n")


# What the tuned presets add ---------------------------------------------------

FEATURES = 85


class Tuned(nn.Module):
    """Both directions, the prefixes' vectors summed in, the composition joined; one head each."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(4**K + 2, D)
        self.embedding_k1 = nn.Embedding(4 + 2, D)
        self.lstm = nn.LSTM(D, H, num_layers=2, batch_first=True, bidirectional=True)
        self.attention = Attention(C, 2 * H)
        self.normalization = nn.BatchNorm1d(C * 2 * H)
        self.dense = nn.Linear(2 * H + FEATURES, C)

    def scan(self, x, weights):
        w_ih, w_hh, b_ih, b_hh = weights
        h = c = x.new_zeros(H)
        hs, cs = [], []
        for step in x:
            i, f, g, o = (step @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            hs.append(h)
            cs.append(c)
        return torch.stack(hs), torch.stack(cs)

    def states(self, x):
        """h and c of one sequence's steps in the top layer, forward then backward."""
        for layer in range(2):
            forward, backward = self.lstm.all_weights[2 * layer], self.lstm.all_weights[2 * layer + 1]
            there, back = self.scan(x, forward), self.scan(x.flip(0), backward)
            x, c = (torch.cat([t, b.flip(0)], dim=1) for t, b in zip(there, back))
        return x, c

    def forward(self, tokens, lengths, leading, composition, standard):
        prefix = torch.where(tokens < UNKNOWN, tokens // 4, tokens - UNKNOWN + 4)
        x = self.embedding(tokens) + self.embedding_k1(prefix)
        h, c = x.new_zeros(*tokens.shape, 2 * H), x.new_zeros(*tokens.shape, 2 * H)
        for n, length in enumerate(lengths):
            own_h, own_c = self.states(x[n, :length])
            assert (own_h - self.lstm(x[n : n + 1, :length])[0][0]).abs().max() < 1e-6
            h[n, :length], c[n, :length] = own_h, own_c
        t = torch.arange(tokens.shape[1])
        readable = (t >= leading[:, None]) & (t < lengths[:, None])
        attention = self.attention(h, c, readable)
        own = self.normalization((attention @ h).flatten(1)).view(-1, C, 2 * H)
        mean, deviation = standard
        joined = (composition - mean) / deviation @ self.dense.weight[:, 2 * H :].T
        return (own * self.dense.weight[:, : 2 * H]).sum(dim=2) + joined + self.dense.bias, attention


def write_tuned():
    torch.manual_seed(11)
    net = Tuned()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(2.5)
        net.normalization.running_mean.uniform_(-0.2, 0.2)
        net.normalization.running_var.uniform_(0.05, 0.5)
    tokens, lengths, leading, targets = batch([0, 2, 3, 1])
    composition = torch.rand(4, FEATURES)
    standard = torch.rand(FEATURES), torch.rand(FEATURES) + 0.5
    given = tokens, lengths, leading, composition, standard
    name = lambda name: name.replace("embedding_k1.weight", "embedding.weight_k1")
    out = dict(tokens=tokens, lengths=lengths, leading=leading, targets=targets, composition=composition)
    out |= {"features.mean": standard[0], "features.deviation": standard[1]}
    out |= {name(n): p.detach().clone() for n, p in net.named_parameters()}
    out |= {n: s.clone() for n, s in statistics(net).items()}
    with torch.no_grad():
        logits, attention = net.eval()(*given)
        out |= {"eval.logits": logits, "eval.attention": attention}
    logits, _ = net.train()(*given)
    nn.functional.binary_cross_entropy_with_logits(logits, targets).backward()
    out |= {f"grad.{name(n)}": p.grad.clone() for n, p in net.named_parameters()}
    save_file({n: t.contiguous() for n, t in out.items()}, HERE / "tuned_network.safetensors")


# A model file ---------------------------------------------------------------

CONFIG = {
    "name": "from-pytorch", "k": K, "stride": 1, "hops": 4, "embedding_mode": "weighted",
    "embedding_dim": D, "length_setting": "end-max", "kmer_dropout": 0.0, "dimension_dropout": 0.0,
    "lstm_layers": 1, "hidden_units": H, "weight_dropout": 0.0, "attention_dim": A,
    "attention_heads": "shared", "dropout": 0.0, "loss": "softmax", "learning_rate": 0.01,
    "learning_rate_decay": 0.0, "weight_decay": 0.01, "batch_size": 32, "epochs": 30,
    "gradient_clip": 1.0, "checkpoint": "validation-loss",
}  # fmt: skip
SEQUENCES = ["UGAGGUAGUAGGUUGUAUAGUU", "GGACCUUANGCAUCGAAUC", "CGUAUGCCAAGUCUUAGCGGAUUCACGAUUGCAGU"]


def tokenize(sequence):
    ids = ["ACGU".find(letter) for letter in sequence]
    return [4 * a + b if min(a, b) >= 0 else UNKNOWN for a, b in zip(ids, ids[1:])]


def write_model():
    net = build(3, layers=1, heads=1, loss="softmax").eval()
    metadata = {
        "format": "rmlocnet", "format_version": "1", "fixed_length": "40",
        "compartments": json.dumps(NAMES), "thresholds": json.dumps([0.3, 0.35, 0.4]),
        "config": json.dumps(CONFIG),
    }  # fmt: skip
    save_file(net.state_dict(), HERE / "pytorch_model.safetensors", metadata=metadata)
    answers = []
    for sequence in SEQUENCES:
        tokens = torch.tensor([tokenize(sequence)])
        with torch.no_grad():
            logits, attention = net(tokens, torch.tensor([tokens.shape[1]]), torch.tensor([0]))
        answer = dict(sequence=sequence, tokens=tokens[0].tolist(), logits=logits[0].tolist())
        answer |= dict(probabilities=net.probabilities(logits)[0].tolist(), attention=attention[0, 0].tolist())
        answers.append(answer)
    write_lines("pytorch_model.json", answers)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_metrics()
    write_network()
    write_tuned()
    write_model()
