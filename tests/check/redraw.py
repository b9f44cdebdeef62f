#!/usr/bin/env python3
"""Draws the sample of an inspection again, from the exported frame, the seed and the parameters alone.

    python3 tests/check/redraw.py DIR CODE       # the three files that `sunledger inspect draw --out DIR` wrote
    python3 tests/check/redraw.py FRAME.csv --method random --size 59 --seed TEXT

It shares no code with the program. The scheme (sunledger-draw-1) is told in src/domain/inspection/draw.rs: everything random
is SM3 of the seed, a line feed and a text. Exit code 0: the sample is the one on record (or was printed); 1: it is not.
"""

import csv
import hashlib
import json
import math
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def sm3(data):
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:  # a Python whose OpenSSL has no SM3
        import chain
        return chain.sm3(data)


def key(seed, text):
    return sm3((seed + "\n" + text).encode())


def below(seed, end):
    """A whole number below `end`, each equally likely."""
    counter, most = 0, (1 << 64) // end * end
    while True:
        number = int.from_bytes(key(seed, f"start\n{counter}")[:8], "big")
        if number < most:
            return number % end
        counter += 1


def by_key(frame, places, size, seed):
    return sorted(sorted(places, key=lambda at: (key(seed, frame[at]["item"]), frame[at]["item"].encode()))[:size])


def systematic(frame, size, seed):
    start = below(seed, len(frame))
    return [(start + j * len(frame)) // size for j in range(size)]


def by_units(frame, size, seed, column):
    units = [max(int(row[column]), 0) for row in frame]
    interval = max(sum(units) // size, 1)
    after, passed, chosen = below(seed, interval), 0, []
    for at, value in enumerate(units):
        if value >= interval:
            chosen.append((at, 1))
            continue
        passed += value
        if after < passed:
            chosen.append((at, 0))
            after += interval
    return chosen


def allocate(counts, weights, size):
    """Largest remainder; nobody gives more than it has; two each at the least."""
    shares, open_, left = [0] * len(counts), list(range(len(counts))), min(size, sum(counts))
    while left and open_:
        even = sum(weights[at] for at in open_) == 0
        weight = [counts[at] if even else weights[at] for at in open_]
        total = max(sum(weight), 1)
        given = [left * w // total for w in weight]
        order = sorted(range(len(open_)), key=lambda i: (-(left * weight[i] % total), i))
        for i in order[: left - sum(given)]:
            given[i] += 1
        left = 0
        for at, amount in zip(open_, given):
            taken = min(amount, counts[at] - shares[at])
            shares[at] += taken
            left += amount - taken
        open_ = [at for at in open_ if shares[at] < counts[at]]
    least = [min(2, n) for n in counts]
    for at in range(len(counts)):
        while shares[at] < least[at]:
            above = [max(share - floor, 0) for share, floor in zip(shares, least)]
            if max(above) == 0:
                return shares
            shares[above.index(max(above))] -= 1
            shares[at] += 1
    return shares


def stratified(frame, size, seed, neyman):
    strata = {}
    for at, row in enumerate(frame):
        strata.setdefault(row["stratum"].encode(), []).append(at)
    members = [strata[name] for name in sorted(strata)]
    counts = [len(places) for places in members]

    def spread(places):
        yuan = [max(int(frame[at]["value_fen"]), 0) // 100 for at in places]
        return math.isqrt(len(yuan) * sum(x * x for x in yuan) - sum(yuan) ** 2)

    weights = [spread(places) for places in members] if neyman else counts
    if not any(weights):
        weights = counts
    chosen = []
    for places, drawn in zip(members, allocate(counts, weights, size)):
        chosen += by_key(frame, places, drawn, seed)
    return sorted(chosen)


def draw(frame, method, size, seed):
    size = min(size, len(frame))
    if method == "mus":
        return by_units(frame, size, seed, "value_fen")
    if method == "risk":
        return by_units(frame, size, seed, "weight")
    if method in ("random", "discovery"):
        places = by_key(frame, range(len(frame)), size, seed)
    elif method in ("stratified", "neyman"):
        places = stratified(frame, size, seed, method == "neyman")
    elif method == "systematic":
        places = systematic(frame, size, seed)
    else:
        raise SystemExit(f"unknown method {method}")
    return [(at, 0) for at in places]


def written(frame, chosen):
    def field(text):
        return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text

    lines = [f"{seq},{at + 1},{field(frame[at]['item'])},1,{whole}" for seq, (at, whole) in enumerate(chosen, 1)]
    return "\n".join(["seq,frame_seq,item,hits,whole", *lines]) + "\n"


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    return list(csv.DictReader(data.decode().splitlines(keepends=True))), sm3(data).hex()


def main(arguments):
    if len(arguments) == 2:
        folder, code = arguments
        with open(os.path.join(folder, f"抽样参数-{code}.json"), encoding="utf-8") as file:
            told = json.load(file)
        frame, digest = read(os.path.join(folder, f"抽样框-{code}.csv"))
        if digest != told["frame_sm3"]:
            print(f"frame differs: SM3 {digest}, on record {told['frame_sm3']}")
            return 1
        sample = written(frame, draw(frame, told["method"], told["size"], told["seed"]))
        found = sm3(sample.encode()).hex()
        if found != told["sample_sm3"]:
            print(f"sample differs: SM3 {found}, on record {told['sample_sm3']}")
            return 1
        print(f"sample redrawn: {sample.count(chr(10)) - 1} of {len(frame)}, SM3 {found}")
        return 0
    options = dict(zip(arguments[1::2], arguments[2::2]))
    frame, _ = read(arguments[0])
    print(written(frame, draw(frame, options["--method"], int(options["--size"]), options["--seed"])), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
