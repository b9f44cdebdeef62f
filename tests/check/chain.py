#!/usr/bin/env python3
"""Checks an exported ledger without the program that wrote it.

Plain Python 3, standard library only. From `vouchers.jsonl`, `payments.csv` and `results.csv` it works out anew: the SM3
hash chain, the digests of the payee lines, sequence and numbering, the balance of every voucher by group, that no place
goes below zero, that every fund's money is conserved, and that reversals mirror what they name. It stops at the first
broken voucher.

    chain.py DIR [--head HASH]   check an export; HASH is the printed head, which also shows a cut-off end
    chain.py --golden            print the hash of the sample voucher that the program's own test must reach
    chain.py --selftest          the standard's vectors, a sound export, and tampered ones that must be found
"""

import copy
import csv
import io
import json
import os
import struct
import sys

# --- SM3, GM/T 0004-2012 -------------------------------------------------------------------------------------------------

IV = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
MASK = 0xFFFFFFFF


def rotated_constants():
    """T_j <<< j for each round."""
    constants = []
    for j in range(64):
        t, n = (0x79CC4519 if j < 16 else 0x7A879D8A), j % 32
        constants.append(((t << n) | (t >> (32 - n))) & MASK)
    return constants


T = rotated_constants()
BLOCK = struct.Struct(">16I")


def compress(state, block):
    """One round of the compression function over 64 bytes."""
    w = list(BLOCK.unpack(block))
    for j in range(16, 68):
        x, y = w[j - 3], w[j - 13]
        x = w[j - 16] ^ w[j - 9] ^ (((x << 15) | (x >> 17)) & MASK)
        x ^= (((x << 15) | (x >> 17)) ^ ((x << 23) | (x >> 9))) & MASK
        w.append(x ^ (((y << 7) | (y >> 25)) & MASK) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        a12 = ((a << 12) | (a >> 20)) & MASK
        ss1 = (a12 + e + T[j]) & MASK
        ss1 = ((ss1 << 7) | (ss1 >> 25)) & MASK
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | ((e ^ MASK) & g)
        tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) & MASK
        tt2 = (gg + h + ss1 + w[j]) & MASK
        d, c, b, a = c, ((b << 9) | (b >> 23)) & MASK, a, tt1
        h, g, f = g, ((f << 19) | (f >> 13)) & MASK, e
        e = tt2 ^ (((tt2 << 9) | (tt2 >> 23)) & MASK) ^ (((tt2 << 17) | (tt2 >> 15)) & MASK)
    return tuple(x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h)))


class Sm3:
    """A running digest: the state so far and the bytes that do not fill a block yet."""

    def __init__(self):
        self.state, self.rest, self.length = IV, b"", 0

    def update(self, data):
        self.length += len(data)
        data = self.rest + data
        whole = len(data) // 64 * 64
        for at in range(0, whole, 64):
            self.state = compress(self.state, data[at : at + 64])
        self.rest = data[whole:]
        return self

    def digest(self):
        state, tail = self.state, self.rest + b"\x80"
        tail += bytes((56 - len(tail)) % 64) + struct.pack(">Q", self.length * 8)
        for at in range(0, len(tail), 64):
            state = compress(state, tail[at : at + 64])
        return struct.pack(">8I", *state)


def sm3(data):
    return Sm3().update(data).digest()


# --- canonical form, version 1 -------------------------------------------------------------------------------------------


def i64(number):
    return struct.pack(">q", number)


def blob(data):
    return struct.pack(">I", len(data)) + data


def text(string):
    return blob(string.encode("utf-8"))


def canonical(v):
    """The bytes of a voucher over which, after the hash before it, its own hash runs."""
    parts = [b"\x01", text(v["book"]), i64(v["seq"]), i64(v["date"] // 10000), i64(v["date"] // 100 % 100), i64(v["number"])]
    parts += [i64(v["date"]), bytes([1 if v["closing"] else 0]), text(v["event"]), text(v["summary"]), text(v["reference"])]
    parts += [i64(v["attachments"]), text(v["maker"]), text(v["checker"]), i64(v["reverses"] or 0)]
    parts += [blob(bytes.fromhex(v["file_digest"])), i64(v["details"]), blob(bytes.fromhex(v["details_digest"]))]
    parts += [i64(v["recorded_at"]), struct.pack(">I", len(v["postings"]))]
    for p in v["postings"]:
        parts += [i64(p["account"]), text(p["fund"]), text(p["allocation"]), text(p["unit"]), text(p["project"]), text(p["program"])]
        parts += [i64(p["debit"]), i64(p["credit"])]
    return b"".join(parts)


def voucher_hash(previous, v):
    return sm3(previous + canonical(v))


def payment_bytes(row):
    return i64(int(row["line"])) + blob(bytes.fromhex(row["commitment"])) + b"".join(i64(int(row[k])) for k in ("quantity", "rate", "amount"))


def disarm(cell):
    """A text without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") else cell


def result_bytes(row):
    head = i64(int(row["line"])) + bytes([int(row["paid"])]) + text(disarm(row["reason"])) + i64(int(row["booked"]))
    return head + text(disarm(row["bank_ref"])) + i64(int(row["amount"]))


# --- checking ------------------------------------------------------------------------------------------------------------


class Broken(Exception):
    pass


def require(holds, what):
    if not holds:
        raise Broken(what)


class Details:
    """Payee lines of vouchers, read along with them: both come in the order of vouchers."""

    def __init__(self, lines, to_bytes):
        self.rows, self.to_bytes = csv.DictReader(lines), to_bytes
        self.ahead = next(self.rows, None)

    def of(self, seq):
        """Count, digest and sum of the lines of one voucher."""
        count, total, digest = 0, 0, Sm3()
        require(self.ahead is None or int(self.ahead["voucher"]) >= seq, "payee lines belong to a voucher that is not there")
        while self.ahead is not None and int(self.ahead["voucher"]) == seq:
            digest.update(self.to_bytes(self.ahead))
            count, total = count + 1, total + int(self.ahead["amount"])
            self.ahead = next(self.rows, None)
        return count, digest.digest(), total


DETAILS_OF = {"reserve": "payments", "confirm": "results", "return": "results"}


class Ledger:
    """What the vouchers so far add up to."""

    def __init__(self, payments, results):
        self.details = {"payments": Details(payments, payment_bytes), "results": Details(results, result_bytes)}
        self.book, self.seq, self.hash = None, 0, bytes(32)
        self.numbers, self.places, self.funds = {}, {}, {}
        self.originals, self.reversed = {}, set()

    def take(self, v):
        self.follow(v)
        self.balance(v)
        self.reversal(v)
        self.move(v)
        self.payees(v)
        require(bytes.fromhex(v["prev_hash"]) == self.hash, "does not carry the hash of the voucher before it")
        require(bytes.fromhex(v["hash"]) == voucher_hash(self.hash, v), "its content does not give its hash")
        self.hash = bytes.fromhex(v["hash"])

    def follow(self, v):
        self.book = self.book or v["book"]
        require(v["book"] == self.book, "belongs to another book")
        require(v["seq"] == self.seq + 1, "sequence %d follows %d" % (v["seq"], self.seq))
        self.seq = v["seq"]
        month = v["date"] // 100
        require(v["number"] == self.numbers.get(month, 0) + 1, "number %d follows %d in %d" % (v["number"], self.numbers.get(month, 0), month))
        self.numbers[month] = v["number"]
        require(v["maker"] != "" and v["maker"] != v["checker"], "maker and checker are the same, or there is no maker")

    def balance(self, v):
        groups = {}
        for p in v["postings"]:
            require((p["debit"] == 0) != (p["credit"] == 0), "a posting has not exactly one side")
            require(p["grp"] in ("control", "statutory") and p["normal"] in (1, -1), "a posting's account is not described")
            groups[p["grp"]] = groups.get(p["grp"], 0) + p["debit"] - p["credit"]
        require(len(v["postings"]) >= 2, "has fewer than two postings")
        for group, difference in sorted(groups.items()):
            require(difference == 0, "debits and credits of group %s differ by %d fen" % (group, difference))

    def reversal(self, v):
        net = {}
        for p in v["postings"]:
            side = net.setdefault(key(p), [0, 0])
            side[0] += p["debit"]
            side[1] += p["credit"]
        if not v["reverses"]:
            red = any(p["debit"] < 0 or p["credit"] < 0 for p in v["postings"])
            require(not red or v["event"] == "correction", "red amounts, but it reverses nothing")
        else:
            original = self.originals.get(v["reverses"])
            require(original is not None, "reverses voucher %d, which is not before it" % v["reverses"])
            require(v["reverses"] not in self.reversed, "reverses voucher %d a second time" % v["reverses"])
            require(net == {k: [-d, -c] for k, (d, c) in original.items()}, "does not take back exactly voucher %d" % v["reverses"])
            self.reversed.add(v["reverses"])
        self.originals[v["seq"]] = net

    def move(self, v):
        touched = set()
        for p in v["postings"]:
            if p["grp"] == "control":
                net = p["debit"] - p["credit"]
                self.places[key(p)] = self.places.get(key(p), 0) + p["normal"] * net
                self.funds[p["fund"]] = self.funds.get(p["fund"], 0) + net
                touched.add((key(p), p["place"]))
        for place, name in sorted(touched):
            require(self.places[place] >= 0, "place %s of %s goes below zero: %d fen" % (name or place[0], " ".join(filter(None, place[1:])), self.places[place]))
        for fund in {p["fund"] for p in v["postings"]}:
            require(self.funds.get(fund, 0) == 0, "money of %s is not conserved: %d fen" % (fund, self.funds.get(fund, 0)))

    def payees(self, v):
        kind = DETAILS_OF.get(v["event"])
        for name, details in self.details.items():
            count, digest, total = details.of(v["seq"])
            if name != kind:
                require(count == 0, "has payee lines, but is no such voucher")
            elif count or v["details"]:
                require(count == v["details"], "%d payee lines, of which %d are there" % (v["details"], count))
                require(digest.hex() == v["details_digest"], "its payee lines do not give their digest")
                moved = sum(p["debit"] for p in v["postings"] if p["grp"] == "control")
                require(total == moved, "its payee lines sum to %d fen, its postings to %d" % (total, moved))

    def end(self, head):
        for details in self.details.values():
            require(details.ahead is None, "payee lines belong to a voucher that is not there")
        require(head is None or head.lower() == self.hash.hex(), "the last hash is not the printed head: the end is missing or another")


def key(p):
    return (p["account"], p["fund"], p["allocation"], p["unit"], p["project"], p["program"])


def check(vouchers, payments, results, head=None):
    """None if sound, or what is broken and where. Each argument gives lines."""
    try:
        ledger = Ledger(payments, results)
    except (KeyError, ValueError) as error:
        return "BROKEN before the first voucher: %r" % error, None
    at = "before the first voucher"
    try:
        for number, line in enumerate(vouchers, 1):
            at = "line %d" % number
            v = json.loads(line)
            at = "voucher %s (%s-%s)" % (v["seq"], v["date"] // 100, v["number"])
            ledger.take(v)
        at = "after voucher %d" % ledger.seq
        ledger.end(head)
    except Broken as broken:
        return "BROKEN %s: %s" % (at, broken), ledger
    except (KeyError, ValueError, TypeError, struct.error) as error:
        return "BROKEN %s: cannot be read: %r" % (at, error), ledger
    return None, ledger


def check_directory(directory, head):
    def lines(name):
        path = os.path.join(directory, name)
        return open(path, encoding="utf-8-sig", newline="") if os.path.exists(path) else io.StringIO("")

    if not os.path.exists(os.path.join(directory, "vouchers.jsonl")):
        print("BROKEN: no vouchers.jsonl in %s" % directory)
        return 1
    with lines("vouchers.jsonl") as vouchers, lines("payments.csv") as payments, lines("results.csv") as results:
        broken, ledger = check(vouchers, payments, results, head)
    if broken:
        print(broken)
        return 1
    print("OK %d vouchers, head %s" % (ledger.seq, ledger.hash.hex()))
    return 0


# --- samples -------------------------------------------------------------------------------------------------------------


def posting(account, place, debit, credit, normal=1, grp="control", **dims):
    base = {"fund": "琼财农〔2018〕1号", "allocation": "", "unit": "", "project": "", "program": ""}
    return dict(base, account=account, grp=grp, place=place, normal=normal, debit=debit, credit=credit, **dims)


U01 = {"allocation": "东财农〔2018〕12号", "unit": "U01", "program": "ST01"}


def voucher(seq, number, date, event, postings, **more):
    base = {"book": "东方", "seq": seq, "number": number, "date": date, "closing": 0, "event": event, "summary": "", "reference": ""}
    base.update(attachments=1, maker="经办甲", checker="", reverses=0, file_digest="", details=0, details_digest="", recorded_at=1520208000000000)
    return dict(base, postings=postings, **more)


def golden():
    postings = [posting(9202, "allocated", 12345, 0, **U01), posting(9201, "unallocated", 0, 12345)]
    document = "东财农〔2018〕12号"
    v = voucher(2, 1, 20180305, "allocate", postings, summary="分配下达 " + document, reference=document)
    return voucher_hash(bytes(32), v).hex()


PAYMENTS = [{"voucher": 3, "batch": "B1", "line": n, "commitment": "%064x" % n, "quantity": 10000, "rate": 250, "amount": 250} for n in (1, 2)]


def seal(vouchers):
    """Gives each voucher its place in the chain, as the program would."""
    previous = bytes(32)
    for v in vouchers:
        v["prev_hash"], v["hash"] = previous.hex(), voucher_hash(previous, v).hex()
        previous = bytes.fromhex(v["hash"])
    return vouchers


def sample():
    treasury = [posting(1001, "", 10000, 0, grp="statutory"), posting(4011, "", 0, 10000, -1, "statutory")]
    receive = [posting(9201, "unallocated", 10000, 0), posting(9101, "source_upper", 0, 10000, -1)] + treasury
    allocate = [posting(9202, "allocated", 4000, 0, **U01), posting(9201, "unallocated", 0, 4000)]
    reserve = [posting(9203, "reserved", 500, 0, **U01), posting(9202, "allocated", 0, 500, **U01)]
    digest = sm3(b"".join(payment_bytes(row) for row in PAYMENTS)).hex()
    return seal([
        voucher(1, 1, 20180301, "receive", receive, summary="收到上级指标"),
        voucher(2, 2, 20180305, "allocate", allocate, summary="分配下达", checker="复核乙"),
        voucher(3, 1, 20180402, "reserve", reserve, summary="发放清册占用", details=2, details_digest=digest),
    ])


def run(vouchers, payments=None, head=None):
    out = io.StringIO()
    writer = csv.DictWriter(out, ["voucher", "batch", "line", "commitment", "quantity", "rate", "amount"])
    writer.writeheader()
    writer.writerows(PAYMENTS if payments is None else payments)
    lines = [json.dumps(v, ensure_ascii=False) for v in vouchers]
    return check(lines, io.StringIO(out.getvalue()), io.StringIO(""), head)[0]


def tampered():
    """Name, vouchers, payments and what must be said of them; a tamperer may also seal anew."""
    def edit(change, again=False):
        vouchers = copy.deepcopy(sample())
        change(vouchers)
        return seal(vouchers) if again else vouchers

    def one_fen(vouchers):
        vouchers[1]["postings"][0]["debit"] += 1

    def both_sides(vouchers):
        vouchers[1]["postings"][0]["debit"] += 1
        vouchers[1]["postings"][1]["credit"] += 1

    def overdraw(vouchers):
        vouchers[1]["postings"][0]["debit"] = vouchers[1]["postings"][1]["credit"] = 10001

    def insert(vouchers):
        vouchers.insert(2, dict(copy.deepcopy(vouchers[1]), seq=3, number=3))
        vouchers[3]["seq"] = 4

    def append(vouchers):
        vouchers.append(dict(copy.deepcopy(vouchers[1]), seq=4, number=3))

    def across_funds(vouchers):
        vouchers[1]["postings"][0]["fund"] = "另一文"

    other_payee = [dict(PAYMENTS[0], commitment="f" * 64), PAYMENTS[1]]
    return [
        ("edit a summary", edit(lambda v: v[0].update(summary="别的")), None, "voucher 1"),
        ("edit the maker", edit(lambda v: v[1].update(maker="别人")), None, "voucher 2"),
        ("edit when it was recorded", edit(lambda v: v[1].update(recorded_at=1)), None, "voucher 2"),
        ("edit one amount", edit(one_fen), None, "differ by 1 fen"),
        ("edit one amount and seal", edit(one_fen, True), None, "differ by 1 fen"),
        ("edit both amounts", edit(both_sides), None, "voucher 2"),
        ("overdraw and seal", edit(overdraw, True), None, "below zero"),
        ("move across funds and seal", edit(across_funds, True), None, "not conserved"),
        ("delete the second", edit(lambda v: v.pop(1)), None, "sequence 3 follows 1"),
        ("delete the first", edit(lambda v: v.pop(0)), None, "sequence 2 follows 0"),
        ("insert one", edit(insert), None, "voucher 3"),
        ("append one", edit(append), None, "hash of the voucher before"),
        ("append one and seal", edit(append, True), None, "printed head"),
        ("swap two", edit(lambda v: v.insert(0, v.pop(1))), None, "sequence 2 follows 0"),
        ("number skipped and sealed", edit(lambda v: v[1].update(number=3), True), None, "number 3 follows 1"),
        ("checked by the maker and sealed", edit(lambda v: v[1].update(checker="经办甲"), True), None, "maker and checker"),
        ("another hash", edit(lambda v: v[2].update(hash="00" * 32)), None, "voucher 3"),
        ("another link", edit(lambda v: v[2].update(prev_hash="00" * 32)), None, "voucher 3"),
        ("another payee", sample(), other_payee, "voucher 3"),
        ("a payee less", sample(), PAYMENTS[:1], "of which 1"),
        ("payees without their voucher", sample()[:2], PAYMENTS, "not there"),
        ("truncate", sample()[:2], [], "printed head"),
    ]


def selftest():
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", "GM/T 0004 example 1"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732", "GM/T 0004 example 2"
    assert Sm3().update(b"ab").update(b"c").digest() == sm3(b"abc"), "in parts"
    head = sample()[-1]["hash"]
    failures = 0
    sound = run(sample(), head=head)
    if sound is not None:
        print("FAILED sound export: %s" % sound)
        failures += 1
    for name, vouchers, payments, words in tampered():
        said = run(vouchers, payments, head)
        found = said is not None and words in said
        failures += not found
        print("%s %s: %s" % ("ok    " if found else "FAILED", name, said))
    print("%d failures" % failures)
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--golden"]:
        print(golden())
        return 0
    if arguments == ["--selftest"]:
        return selftest()
    if len(arguments) == 3 and arguments[1] == "--head":
        return check_directory(arguments[0], arguments[2])
    if len(arguments) == 1 and not arguments[0].startswith("-"):
        return check_directory(arguments[0], None)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
