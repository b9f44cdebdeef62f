#!/usr/bin/env python3
"""Checks an audit export without the program that wrote it.

Plain Python 3, standard library only. The chain of vouchers is checked by `chain.py` beside this file; from it, the tables
are worked out anew by the table spec that the export carries: every cell by type, length and check; keys and references;
entries against vouchers; balances of every month against sums of entries, this month's opening against last month's closing,
parents against children; payments against the vouchers that moved them; progress against places; findings, cases, the ladder
and inspections against each other, the payments and the chain; rows, bytes, control totals and SM3 of every file against the
manifest; and the Ed25519 signature.

    audit.py DIR [--head HASH] [--public-key FILE]

Prints what does not hold, and exits with 1 if anything does not.
"""

import base64
import csv
import datetime
import hashlib
import html
import io
import json
import os
import re
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import chain  # noqa: E402  the checker of the voucher chain

PROBLEMS = []


def tell(where, what):
    PROBLEMS.append("%s: %s" % (where, what))


def sm3(data):
    try:
        return hashlib.new("sm3", data).hexdigest()
    except ValueError:  # a library built without it
        return chain.sm3(data).hex()


# --- Ed25519, RFC 8032 section 5.1.7 -------------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    a, r = point(public), point(signature[:32]) if len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def public_key(text):
    found = re.fullmatch("-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=]+)\n-----END PUBLIC KEY-----\n", text)
    data = base64.b64decode(found.group(1)) if found else b""
    return data[12:] if len(data) == 44 and data[:12].hex() == "302a300506032b6570032100" else None


# --- the spec and its tables ---------------------------------------------------------------------------------------------


class Table:
    def __init__(self, file, name, loc):
        self.file, self.name, self.loc, self.columns = file, name, loc, []

    def role(self, role):
        return next((at for at, c in enumerate(self.columns) if role in c["role"].split("+")), None)

    def where(self, row):
        return "%s %s row %d" % (self.file, self.name, row)


def read_spec(text):
    tables = []
    for line in csv.DictReader(io.StringIO(text)):
        if not tables or (tables[-1].file, tables[-1].name) != (line["file"], line["table"]):
            tables.append(Table(line["file"], line["table"], line["locid"]))
        tables[-1].columns.append(line)
    return tables


PATTERNS = {"int": r"-?[0-9]+", "money": r"-?[0-9]+\.[0-9]{2}", "rate": r"-?[0-9]+(\.[0-9]+)?", "date": r"[0-9]{8}", "hex": r"[0-9a-f]+"}


def cell_fault(column, cell):
    if cell == "":
        return "is empty" if column["required"] == "1" else None
    if len(cell) > int(column["length"]):
        return "is too long"
    if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in cell):
        return "has a control character"
    kind, check = column["type"], column["check"]
    if kind in PATTERNS and not re.fullmatch(PATTERNS[kind], cell):
        return "is no " + kind
    if kind == "date" and not (check == "zero" and cell == "00000000"):
        try:
            datetime.date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
        except ValueError:
            return "is no date"
    if ".." in check and not check.startswith("ref:"):
        low, high = check.split("..")
        if not int(low) <= int(cell) <= int(high):
            return "is out of range"
    elif check and check != "zero" and ":" not in check and cell not in check.split("|"):
        return "is none of " + check
    return None


def plain(text):
    """A text as the tables have it."""
    hidden = lambda c: "\u200b" <= c <= "\u200f" or "\u202a" <= c <= "\u202e" or "\u2060" <= c <= "\u206f" or c in "\ufeff\ufffe\uffff"
    kept = (" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text if not hidden(c))
    return "".join(kept).strip()


def rows_of_csv(data, table):
    text = data.decode("utf-8-sig") if data.startswith(b"\xef\xbb\xbf") else ""
    lines = csv.reader(io.StringIO(text, newline=""))
    if next(lines, None) != [c["column"] for c in table.columns]:
        tell(table.file, "its header is not that of the spec")
    for row in lines:
        yield [chain.disarm(cell) if column["type"] in ("text", "code") else cell for column, cell in zip(table.columns, row)] if len(row) == len(table.columns) else row


def rows_of_xml(data, tables):
    """(table, cells) of every record; one record stands on each line."""
    head = re.match(rb'<\?xml version="1.0" encoding="([A-Z0-9-]+)"\?>\n', data)
    lines = data.decode(head.group(1).decode()).split("\n") if head else []
    root = tables[0].file[: -len(".xml")]
    if len(lines) < 4 or not lines[1].startswith("<%s " % root) or lines[-2] != "</%s>" % root or lines[-1] != "":
        tell(tables[0].file, "is not the XML that it should be")
        return
    at = 0
    for line in lines[2:-2]:
        while at < len(tables) and not re.match("<%s[ >]" % re.escape(tables[at].name), line):
            at += 1
        if at == len(tables):
            tell(tables[0].file, "a record that its table does not have, or not there: " + line[:60])
            return
        table = tables[at]
        attribute = ' locID="%s"' % table.loc if table.loc else ""
        inner = "".join("<%s>([^<]*)</%s>" % (c["column"], c["column"]) for c in table.columns)
        found = re.fullmatch("<%s%s>%s</%s>" % (table.name, attribute, inner, table.name), line)
        if not found:
            tell(table.file, "a record of %s is not as the spec has it: %s" % (table.name, line[:60]))
            continue
        yield table, [html.unescape(cell) for cell in found.groups()]


def fen(text):
    return int(Decimal(text) * 100)


def yuan(number):
    return "%s%d.%02d" % ("-" if number < 0 else "", abs(number) // 100, abs(number) % 100)


# --- the books -----------------------------------------------------------------------------------------------------------

HOLDING = {"unallocated", "allocated", "reserved", "in_transit", "returned", "moved", "retention"}
PAID = {"paid_household", "paid_payee"}


class Books:
    """What the vouchers of the chain add up to in a year."""

    def __init__(self, year, vouchers):
        self.year, self.entries, self.facts, self.hashes = year, {}, {}, {}
        self.opening, self.moves, self.control = defaultdict(int), defaultdict(lambda: [0, 0]), {}
        self.progress = defaultdict(lambda: [0, 0])
        for v in vouchers:
            self.take(v)

    def take(self, v):
        year, month = v["date"] // 10000, v["date"] // 100 % 100
        moved = sum(p["debit"] for p in v["postings"] if p["grp"] == "control")
        self.hashes[v["seq"]] = v["hash"]
        self.facts[v["seq"]] = (year, v["event"], v["reverses"], moved)
        lines = []
        for p in v["postings"]:
            words = tuple(plain(p[k]) for k in ("fund", "unit", "project", "program"))
            self.control[p["account"]] = p["grp"] == "control"
            lines.append((p["account"], p["debit"], p["credit"], words))
            if year < self.year:
                self.opening[(p["account"], words)] += p["debit"] - p["credit"]
            elif year == self.year:
                sides = self.moves[(p["account"], words, month)]
                sides[0] += p["debit"]
                sides[1] += p["credit"]
            if year <= self.year and not (v["closing"] and year == self.year):
                net = p["debit"] - p["credit"]
                if p["place"] in HOLDING or (p["place"] in PAID and year == self.year):
                    self.progress[words[0]][0] += net
                if p["place"] in PAID and year == self.year:
                    self.progress[words[0]][1] += net
        if year == self.year:
            self.entries[(month, v["number"])] = (v, lines)

    def balances(self, shape, parents):
        """{(month, account, words): [opening, debit, credit, year debit, year credit]}"""
        last = max((month for month, _ in self.entries), default=0)
        expected = defaultdict(lambda: [0] * 5)
        for account, words in sorted({key for key in self.opening} | {(a, w) for a, w, _ in self.moves}):
            months = [tuple(self.moves.get((account, words, month), (0, 0))) for month in range(1, last + 1)]
            opening = self.opening.get((account, words), 0)
            if not opening and not any(debit or credit for debit, credit in months):
                continue
            if shape == "aux":
                keys = [(account, (kind, code, "", "")) for kind, code in zip(("01", "02", "03", "04"), words) if code]
            else:
                keys = [(account, words if shape == "dims" else ("",) * 4)]
                above = parents.get(account)
                while above is not None:
                    keys.append((above, ("",) * 4))
                    above = parents.get(above)
            debits = credits = 0
            for month, (debit, credit) in enumerate(months, 1):
                debits, credits = debits + debit, credits + credit
                for key in keys:
                    sums = expected[(month,) + key]
                    for at, amount in enumerate((opening, debit, credit, debits, credits)):
                        sums[at] += amount
                opening += debit - credit
        return dict(expected)


class Follow:
    """Findings, cases, the ladder and inspections against each other and against the books."""

    def __init__(self, tables, books):
        self.books, self.rows, self.paid, self.refunds, self.counted = books, defaultdict(int), set(), {}, {}
        self.runs, self.checks, self.findings = {}, {}, defaultdict(int)
        for table in tables:
            for child in (role[5:] for c in table.columns for role in c["role"].split("+") if role.startswith("rows:")):
                other = next(t for t in tables if t.name == child)
                at = next(at for at, c in enumerate(other.columns) if c["check"].startswith("ref:%s." % table.name))
                self.counted[child] = (at, table.name)

    def row(self, table, where, cells, get):
        own = "/".join(cell for column, cell in zip(table.columns, cells) if column["key"] == "1")
        for column, cell in zip(table.columns, cells):
            for child in (role[5:] for role in column["role"].split("+") if role.startswith("rows:")):
                self.rows[(child, table.name, own)] += int(cell)
        if table.name in self.counted:
            at, parent = self.counted[table.name]
            self.rows[(table.name, parent, cells[at])] -= 1
        if get("line.batch"):
            self.paid.add("%s+%s" % (get("line.batch"), get("line.line")))
        if get("disbursed.doc"):
            self.paid.add(get("disbursed.doc"))
        if get("refund.doc"):
            self.refunds[get("refund.doc")] = fen(get("detail.amount"))
        if get("paid.key"):
            self.payment(where, get)
        if get("recovery.voucher"):
            fact = self.books.facts.get(int(get("recovery.voucher")))
            if fact is None or (fact[0] == self.books.year and self.refunds.get(get("recovery.doc")) != fen(get("recovery.amount"))):
                tell(where, "its recovery is no refund of the books")
        if get("run.id"):
            self.runs[get("run.id")] = (int(get("run.findings")), get("run.last"))
        if get("checked.rule"):
            self.checks[get("checked.rule")] = (get("checked.state") == "已检查", get("checked.run"), int(get("checked.findings")))
        if get("finding.rule") and get("finding.state") != "已消除":
            self.findings[get("finding.rule")] += 1
        if get("known.seq") and int(get("known.seq")):
            seq = int(get("known.seq"))
            if seq not in self.books.facts:
                tell(where, "has seen a voucher that is not in the chain")
            elif get("known.head") is not None and get("known.head") != self.books.hashes[seq]:
                tell(where, "names another head of the chain")
        if get("sample.size") and int(get("sample.items")) > int(get("sample.size")):
            tell(where, "the sample is larger than its size")
        if get("inspected.items") and not 0 <= int(get("inspected.wrong")) <= int(get("inspected.items")):
            tell(where, "more items in error than were examined")

    def payment(self, where, get):
        named, kind = get("paid.key"), get("paid.kind")
        if kind == "未入账":
            if named in self.paid or get("paid.voucher"):
                tell(where, "the payment %s is in the books" % named)
            return
        seq, year = int(get("paid.voucher")), int(get("paid.year"))
        if self.books.facts.get(seq, (None,))[0] != year:
            tell(where, "the voucher of payment %s is not one of that year" % named)
        elif kind == "凭证":
            if named != "#%d" % seq:
                tell(where, "the voucher has another number")
        elif year == self.books.year and named not in self.paid:
            tell(where, "the payment %s of this year stands in no table of payments" % named)

    def end(self):
        for (table, parent, key), left in sorted(self.rows.items()):
            if left:
                tell(table, "%s %s has %d rows too %s" % (parent, key, abs(left), "few" if left > 0 else "many"))
        found = defaultdict(int)
        for rule, (looked, run, said) in sorted(self.checks.items()):
            found[run] += said
            if (looked and self.findings[rule] != said) or self.findings[rule] < said:
                tell("findings", "rule %s: the screening had %d, the table has %d" % (rule, said, self.findings[rule]))
        for run, total in sorted(found.items()):
            said, last = self.runs.get(run, (-1, ""))
            if total != said and (total > said or last == "1"):  # rules of an earlier run may have run again since
                tell("findings", "the findings of run %s are not the sum of its rules" % run)


class Check:
    """The tables against the books."""

    def __init__(self, tables, books, lines, results):
        self.tables, self.books, self.lines, self.results = tables, books, iter(lines), iter(results)
        self.keys, self.values = defaultdict(set), defaultdict(set)
        self.parents, self.codes, self.seen, self.nets = {}, set(), defaultdict(set), defaultdict(int)
        self.expected, self.closings, self.details = {}, {}, defaultdict(lambda: defaultdict(int))
        self.progress, self.fund_years, self.entry_table = {}, {}, None
        self.follow = Follow(tables, books)
        self.referred = {tuple(c["check"][4:].split(".")) for t in tables for c in t.columns if c["check"].startswith("ref:")}

    def row(self, table, number, cells):
        where = table.where(number)
        if len(cells) != len(table.columns):
            return tell(where, "has %d cells" % len(cells))
        for column, cell in zip(table.columns, cells):
            fault = cell_fault(column, cell)
            if fault:
                tell(where, "%s %r %s" % (column["column"], cell[:40], fault))
            if (table.name, column["column"]) in self.referred:
                self.values[(table.name, column["column"])].add(cell)
        for column, cell in zip(table.columns, cells):
            if column["check"].startswith("ref:") and cell and cell not in self.values[tuple(column["check"][4:].split("."))]:
                tell(where, "%s %r stands not in %s" % (column["column"], cell, column["check"][4:]))
        key = tuple(cell for column, cell in zip(table.columns, cells) if column["key"] == "1")
        if key and key in self.keys[table.name]:
            tell(where, "its key stands there already: %r" % (key,))
        self.keys[table.name].add(key)
        get = lambda role: cells[table.role(role)] if table.role(role) is not None else None
        try:
            self.follow.row(table, where, cells, get)
            self.mean(table, where, get)
        except (ValueError, ArithmeticError, TypeError):
            tell(where, "cannot be understood")

    def mean(self, table, where, get):
        if get("account.code"):
            self.account(table, get)
        elif get("entry.number"):
            self.entry(table, where, get)
        elif get("balance.account"):
            self.balance(table, where, get)
        elif get("progress.fund"):
            self.progress_row(where, get)
        if get("fund.doc") and get("fund.year"):
            self.fund_years[get("fund.doc")] = int(get("fund.year"))
        if get("line.batch"):
            self.line(where, get)
        if get("result.batch"):
            self.result(where, get)
        if get("batch.voucher") and self.books.facts.get(int(get("batch.voucher")), (0,) * 4)[3] != fen(get("batch.amount")):
            tell(where, "the batch is not the amount of its voucher")
        if get("detail.voucher"):
            self.details[table.name][int(get("detail.voucher"))] += fen(get("detail.amount"))

    def account(self, table, get):
        code = int(get("account.code"))
        self.codes.add(code)
        if get("account.parent"):
            self.parents[code] = int(get("account.parent"))
        elif table.role("account.parent") is None:
            above = [c for c in self.codes if c != code and str(code).startswith(str(c))]
            if above:
                self.parents[code] = max(above)

    def entry(self, table, where, get):
        self.entry_table = table
        month, number, line = int(get("entry.month")), int(get("entry.number")), int(get("entry.line"))
        account, debit, credit = int(get("entry.account")), fen(get("entry.debit")), fen(get("entry.credit"))
        self.nets[(month, number, self.books.control.get(account, False))] += debit - credit
        if account in self.parents.values():
            tell(where, "account %d is no leaf" % account)
        if (month, number) not in self.books.entries:
            return tell(where, "voucher %d-%d is not in the chain" % (month, number))
        v, lines = self.books.entries[(month, number)]
        if not 1 <= line <= len(lines) or line in self.seen[(month, number)]:
            return tell(where, "line %d of voucher %d-%d is one too many" % (line, month, number))
        self.seen[(month, number)].add(line)
        if (account, debit, credit) != lines[line - 1][:3]:
            tell(where, "is not line %d of voucher %d-%d" % (line, month, number))
        for role, value in zip(("entry.fund", "entry.unit", "entry.project", "entry.program"), lines[line - 1][3]):
            if get(role) is not None and get(role) != value:
                tell(where, "%s is %r in the chain" % (role, value))
        for role, value in (("date", str(v["date"])), ("summary", plain(v["summary"])), ("maker", plain(v["maker"])), ("checker", plain(v["checker"]))):
            if get("entry." + role) is not None and get("entry." + role) != value:
                tell(where, "%s is %r in the chain" % (role, value))

    def shape(self, table):
        if table.role("balance.aux_type") is not None:
            return "aux"
        return "dims" if table.role("balance.fund") is not None else "account"

    def balance(self, table, where, get):
        shape = self.shape(table)
        words = ("",) * 4
        if shape == "dims":
            words = tuple(get("balance." + k) for k in ("fund", "unit", "project", "program"))
        elif shape == "aux":
            words = (get("balance.aux_type"), get("balance.aux_code"), "", "")

        def net(which):
            side = get("balance.%s_side" % which)
            if side is None:
                return fen(get("balance.%s_debit" % which)) - fen(get("balance.%s_credit" % which))
            amount = fen(get("balance." + which))
            if (side == "平") != (amount == 0) or amount < 0:
                tell(where, "side and amount of the %s contradict" % which)
            return amount if side == "借" else -amount

        month, account = int(get("balance.month")), int(get("balance.account"))
        opening, closing = net("opening"), net("closing")
        debit, credit = fen(get("balance.debit")), fen(get("balance.credit"))
        if opening + debit - credit != closing:
            tell(where, "opening and movement do not give the closing balance")
        before = self.closings.get((table.name, account, words))
        if before and before != (month - 1, opening):
            tell(where, "the opening balance is not last month's closing")
        self.closings[(table.name, account, words)] = (month, closing)
        expected = self.expected.setdefault(table.name, self.books.balances(shape, self.parents) if table.name not in self.expected else None)
        sums = expected.pop((month, account, words), None)
        if sums is None:
            return tell(where, "no such balance by the vouchers")
        year = [fen(get("balance.year_debit")) if get("balance.year_debit") else sums[3], fen(get("balance.year_credit")) if get("balance.year_credit") else sums[4]]
        if [opening, debit, credit] + year != sums:
            tell(where, "is not what the vouchers give: %s" % [yuan(s) for s in sums])

    def progress_row(self, where, get):
        fund = get("progress.fund")
        truth = self.books.progress.get(fund, [0, 0])
        self.progress[fund] = True
        if get("progress.measure"):
            should = {"可用金额": truth[0], "已支出金额": truth[1]}
            holds = should.get(get("progress.measure")) == fen(get("progress.value"))
        else:
            holds = [fen(get("progress.available")), fen(get("progress.spent"))] == truth
            if truth[0] > 0 and Decimal(get("progress.ratio")) != (Decimal(truth[1]) / truth[0]).quantize(Decimal("0.0001"), ROUND_HALF_UP):
                tell(where, "the ratio is another")
        if not holds:
            tell(where, "progress of %s is not what the places give" % fund)

    def line(self, where, get):
        for row in self.lines:
            if (plain(row["batch"]), row["line"]) == (get("line.batch"), get("line.line")):
                break
        else:
            return tell(where, "no such payee line in the chain, or in another order")
        have = (get("detail.voucher"), get("line.commitment"), get("line.quantity"), fen(get("line.rate")), fen(get("line.amount")))
        if have != (row["voucher"], row["commitment"], row["quantity"], int(row["rate"]), int(row["amount"])):
            tell(where, "is not the payee line of the chain")

    def result(self, where, get):
        for row in self.results:
            if (row["voucher"], row["line"]) == (get("detail.voucher"), get("result.line")):
                break
        else:
            return tell(where, "no such result in the chain, or in another order")
        have = ("1" if get("result.paid") == "成功" else "0", get("result.reason"), get("result.booked"), get("result.bank_ref"), fen(get("result.amount")))
        if have != (row["paid"], plain(chain.disarm(row["reason"])), row["booked"], plain(chain.disarm(row["bank_ref"])), int(row["amount"])):
            tell(where, "is not the result of the chain")

    def end(self):
        for (month, number), (_, lines) in sorted(self.books.entries.items()):
            missing = set(range(1, len(lines) + 1)) - self.seen[(month, number)]
            if missing:
                tell("entries", "voucher %d-%d lacks its lines %s" % (month, number, sorted(missing)))
        for (month, number, control), net in sorted(self.nets.items()):
            if net:
                tell("entries", "voucher %d-%d does not balance in %s" % (month, number, "control" if control else "statutory"))
        for table in self.tables:
            if table.role("balance.account") is not None:
                left = self.expected.get(table.name)
                for key in sorted(self.books.balances(self.shape(table), self.parents) if left is None else left):
                    tell(table.name, "lacks the balance of %s" % (key,))
            if table.role("detail.voucher") is not None:
                self.end_details(table)
        for fund, (available, spent) in sorted(self.books.progress.items()):
            if (available or spent) and fund not in self.progress and self.fund_years.get(fund, 0) <= self.books.year:
                tell("progress", "lacks the fund " + fund)
        self.follow.end()

    def end_details(self, table):
        sums = self.details[table.name]
        check = table.columns[table.role("detail.voucher")]["check"]
        events = check[len("events:") :].split("|") if check.startswith("events:") else []
        for seq, (year, event, reverses, _) in self.books.facts.items():
            if year == self.books.year and event in events and not reverses:
                sums[seq] += 0
        for seq, total in sorted(sums.items()):
            if self.books.facts.get(seq, (0, "", 0, None))[3] != total:
                tell(table.name, "the rows of voucher %d sum to %s, not to what it moved" % (seq, yuan(total)))


# --- the directory -------------------------------------------------------------------------------------------------------

SEALS = {"manifest.json", "manifest.sm3", "manifest.sig", "public.key"}


def files_below(directory):
    for base, _, names in os.walk(directory):
        for name in names:
            yield os.path.relpath(os.path.join(base, name), directory).replace(os.sep, "/")


def read(directory, path):
    with open(os.path.join(directory, path), "rb") as file:
        return file.read()


def seals(directory, wanted):
    data = read(directory, "manifest.json")
    if read(directory, "manifest.sm3") != ("%s  manifest.json\n" % sm3(data)).encode():
        tell("manifest.sm3", "is not the digest of the manifest")
    manifest = json.loads(data)
    if (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode() != data:
        tell("manifest.json", "is not in its canonical form")
    if manifest["signer"]:
        key = public_key(read(directory, "public.key").decode("ascii", "replace"))
        if key is None or key.hex() != manifest["signer"] or not signed(key, data, read(directory, "manifest.sig")):
            tell("manifest.sig", "is not the signer's")
        if wanted is not None and public_key(wanted) != key:
            tell("public.key", "is not the given key")
    elif wanted is not None or SEALS - {"manifest.json", "manifest.sm3"} & set(files_below(directory)):
        if wanted is not None or any(os.path.exists(os.path.join(directory, name)) for name in ("manifest.sig", "public.key")):
            tell("manifest.json", "is not signed")
    return manifest


def check_export(directory, head=None, wanted=None):
    manifest = seals(directory, wanted)
    listed = {entry["path"]: entry for entry in manifest["files"]}
    if set(files_below(directory)) - SEALS != set(listed):
        tell(directory, "does not hold the files of the manifest: %s" % sorted((set(files_below(directory)) - SEALS) ^ set(listed)))
    contents = {path: read(directory, path) for path in listed if os.path.exists(os.path.join(directory, path))}
    for path, data in contents.items():
        if (len(data), sm3(data)) != (listed[path]["bytes"], listed[path]["sm3"]):
            tell(path, "is not of the manifest's size and digest")
    text = {name: contents["chain/" + name].decode("utf-8") for name in ("vouchers.jsonl", "payments.csv", "results.csv", "head.txt")}
    opened = lambda name: io.StringIO(text[name], newline="")
    broken, ledger = chain.check(opened("vouchers.jsonl"), opened("payments.csv"), opened("results.csv"), head)
    if broken:
        tell("chain", broken)
        return manifest
    vouchers = [json.loads(line) for line in text["vouchers.jsonl"].splitlines()]
    said = json.loads(text["head.txt"])
    if not (manifest["chain"]["hash"] == said["hash"] == ledger.hash.hex() and manifest["chain"]["seq"] == said["seq"] == ledger.seq):
        tell("manifest.json", "its head is not that of the chain")
    payments, results = list(csv.DictReader(opened("payments.csv"))), list(csv.DictReader(opened("results.csv")))
    books = Books(manifest["year"], vouchers)
    totals(manifest, books, payments)
    tables = read_spec(contents["spec/tables.csv"].decode("utf-8"))
    check = Check(tables, books, payments, results)
    for file in dict.fromkeys(table.file for table in tables):
        own = [table for table in tables if table.file == file]
        if file not in contents:
            continue
        rows = ((own[0], row) for row in rows_of_csv(contents[file], own[0])) if file.endswith(".csv") else rows_of_xml(contents[file], own)
        counted = {table.name: [0, {c["column"]: 0 for c in table.columns if c["type"] == "money"}] for table in own}
        for table, cells in rows:
            counted[table.name][0] += 1
            check.row(table, counted[table.name][0], cells)
            for column, cell in zip(table.columns, cells):
                if column["type"] == "money" and re.fullmatch(PATTERNS["money"], cell):
                    counted[table.name][1][column["column"]] += fen(cell)
        has = [{"table": name, "rows": rows, "totals": {c: yuan(s) for c, s in sums.items()}} for name, (rows, sums) in counted.items()]
        if has != listed.get(file, {}).get("tables"):
            tell(file, "rows or control totals are not the manifest's")
    check.end()
    return manifest


def totals(manifest, books, payments):
    lines = [line for _, of in books.entries.values() for line in of]
    has = {
        "vouchers": len(books.entries),
        "debits": yuan(sum(line[1] for line in lines)),
        "credits": yuan(sum(line[2] for line in lines)),
        "lines": len(payments),
        "line_amount": yuan(sum(int(row["amount"]) for row in payments)),
    }
    if manifest["totals"] != has:
        tell("manifest.json", "the control totals should be %r" % has)


def main(arguments):
    def option(name):
        return arguments[arguments.index(name) + 1] if name in arguments else None

    wanted = None
    if option("--public-key"):
        with open(option("--public-key"), encoding="ascii") as file:
            wanted = file.read()
    try:
        manifest = check_export(arguments[0], option("--head"), wanted)
    except (OSError, KeyError, ValueError, TypeError, IndexError, AttributeError, csv.Error) as error:
        tell(arguments[0] if arguments else "audit.py", "cannot be read: %r" % error)
    for problem in PROBLEMS[:50]:
        print("BROKEN " + problem)
    if PROBLEMS:
        return 1
    print("OK %s %d, %d vouchers, head %s" % (manifest["format"], manifest["year"], manifest["totals"]["vouchers"], manifest["chain"]["hash"]))
    return 0


if __name__ == "__main__":
    csv.field_size_limit(1 << 24)
    sys.exit(main(sys.argv[1:]))
