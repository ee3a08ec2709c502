"""Makes the reference values for the features of the regions of a message.

Not part of the build and not run by the tests: `regions.json` is kept beside it.
Made with Python 3.11 and numpy 2.4.6. To make it again:

    python3 -m venv venv
    venv/bin/pip install numpy
    venv/bin/python tests/reference/make_region_reference.py

Every sequence is made up. It is written without any of the Rust code in view: it searches
for the longest open reading frame with regular expressions and translates letter by letter.
"""

import json
import re
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
LETTERS = "ACGU"
CODE = dict(
    zip(
        [a + b + c for a in "UCAG" for b in "UCAG" for c in "UCAG"],
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
    )
)
ACIDS = "ACDEFGHIKLMNPQRSTVWY"
HYDROPATHY = dict(
    A=1.8, R=-4.5, N=-3.5, D=-3.5, C=2.5, Q=-3.5, E=-3.5, G=-0.4, H=-3.2, I=4.5,
    L=3.8, K=-3.9, M=1.9, F=2.8, P=-1.6, S=-0.8, T=-0.7, W=-0.9, Y=-1.3, V=4.2,
)  # fmt: skip


def words(k):
    return LETTERS if k == 1 else [w + x for w in words(k - 1) for x in LETTERS]


def frequencies(text, k, pseudocount=0.0):
    found = [text[i : i + k] for i in range(len(text) - k + 1)]
    counts = np.array([found.count(word) + pseudocount for word in words(k)], float)
    return counts / max(1.0, counts.sum())


def longest_frame(text):
    """Start, end and codons of the longest frame; the first of the first frame of equals."""
    best = (0, 0, 0)
    for frame in range(3):
        codons = [text[i : i + 3] for i in range(frame, len(text) - 2, 3)]
        at = 0
        while "AUG" in codons[at:]:
            start = codons.index("AUG", at)
            stops = [i for i in range(start, len(codons)) if codons[i] in ("UAA", "UAG", "UGA")]
            stop = stops[0] if stops else len(codons)
            if stop - start > best[2]:
                end = frame + 3 * (stop + 1) if stops else len(text)
                best = (frame + 3 * start, end, stop - start)
            at = stop + 1
    return best[:2]


def window_means(values, width):
    if not len(values):
        return np.array([-4.0])
    if len(values) < width:
        return np.array([np.mean(values)])
    return np.array([np.mean(values[i : i + width]) for i in range(len(values) - width + 1)])


def stretches(means):
    return len(re.findall("1+", "".join("1" if mean > 1.6 else "0" for mean in means)))


def mean(values):
    return float(np.mean(values)) if len(values) else 0.0


def hydropathy(protein):
    values = [HYDROPATHY[acid] for acid in protein]
    helices = window_means(values, 19)
    return [
        window_means(values[:35], 8).max(),
        window_means(values[:45], 12).max(),
        helices.max(),
        np.percentile(helices, 90),
        mean(values),
        stretches(helices),
        np.log1p(stretches(helices)),
        stretches(window_means(values[60:], 19)),
        np.mean(helices > 1.6),
        mean(values[:10]),
        mean(values[10:25]),
    ]


CLASSES = ["AVLIMC", "FWY", "GP", "STNQ", "HKR", "DE"]
MOTIFS = [
    "AUUUA", "UGUA[ACGU]AUA", "AAUAAA", "UUUUU", "AGCCC",
    "GGGAGG|GGAGGG", "CAGGUA|CAGGUG", "GGUAAG",
]  # fmt: skip


def places(pattern, text):
    return len(re.findall(f"(?={pattern})", text))


def protein_rest(protein):
    text = "".join(protein)
    kind = [next(i for i, letters in enumerate(CLASSES) if acid in letters) for acid in text]
    pairs = np.zeros((6, 6))
    for one, other in zip(kind, kind[1:]):
        pairs[one, other] += 1
    charge = [(acid in "KR") - (acid in "DE") for acid in text]
    rest = [mean(charge), mean(np.abs(charge))]
    for letters in ["KR", "SR", "QPG", "CH", "L", "KRDE"]:
        member = [float(acid in letters) for acid in text]
        rest += [window_means(member, 10).max(), window_means(member, 30).max()]
    # The last histidine of a zinc finger is looked for in 23 amino acids.
    fingers = places("C..C.{12}H...(H..|.H.|..H)", text)
    sites = 100 * places("N[^P][ST]", text) / max(1, len(text))
    motifs = [fingers, sites, text[20:].count("C"), places("[KR][KR].[KR]", text)]
    return np.concatenate(
        [pairs.ravel() / max(1, len(text) - 1), rest, np.log1p(motifs)]
    )


def shares(items, kinds):
    return [items.count(kind) / max(1, len(items)) for kind in kinds]


def features(text):
    start, end = longest_frame(text)
    before, coding, after = text[:start], text[start:end], text[end:]
    codons = [coding[i : i + 3] for i in range(0, len(coding) - 2, 3)]
    codons = [codon for codon in codons if codon in CODE]
    protein = [CODE[codon] for codon in codons if CODE[codon] != "*"]
    kmers = lambda part, pseudocount: np.concatenate(
        [frequencies(part, k, pseudocount) for k in (1, 2, 3)]
    )
    return np.concatenate(
        [
            kmers(text, 0.0),
            [np.log(max(1, len(text)))],
            [np.log1p(len(before))],
            kmers(before[-500:], 0.25),
            [np.log1p(places("AUG", before)), np.log1p(places("GGGG", before))],
            [sum(letter in "CU" for letter in before[:10])],
            [np.log1p(len(coding)), len(coding) / max(1, len(text))],
            shares(codons, words(3)),
            shares(protein, ACIDS),
            shares(protein[:40], ACIDS),
            hydropathy(protein),
            protein_rest(protein),
            [np.log1p(len(after))],
            kmers(after, 0.25),
            [np.log1p(places(motif, after)) for motif in MOTIFS],
            [np.log1p(places("UUUUU", text[-2000:]))],
        ]
    )


def main():
    random = np.random.default_rng(5)
    draw = lambda letters, n: "".join(random.choice(list(letters), n))
    coding = lambda codons: "AUG" + "".join(
        random.choice([c for c, a in CODE.items() if a != "*"]) for _ in range(codons)
    )
    hydrophobic = "".join(random.choice(["CUG", "AUU", "GUG", "UUC"]) for _ in range(30))
    texts = [
        draw("ACGU", 60) + coding(120) + "UGA" + draw("AACGUU", 200),
        draw("GC", 700) + "AUG" + hydrophobic + coding(90)[3:] + "UAA" + draw("ACGU", 40),
        "AUG" + coding(70) + hydrophobic + "GCN" + coding(10) + "UAG",
        draw("ACGU", 33) + coding(200) + "AC",
        draw("CU", 90),
        "AUGUAA",
        "GAUUACA",
    ]
    cases = [
        {
            "sequence": text,
            "coding": longest_frame(text),
            "features": [float(np.float32(value)) for value in features(text)],
        }
        for text in texts
    ]
    (HERE / "regions.json").write_text(json.dumps(cases) + "\n")


main()
