"""Loads the tables of a book into DuckDB and runs the queries of a file, each named by a comment `-- P03 ...`.

Usage: duckdb_joins.py BOOK.db QUERIES.sql. Says `ready`; for each line on standard input it runs all queries and tells the
name, the seconds and the rows of each, then `done`. Two threads, tables in memory, loading untimed.
"""

import csv
import os
import re
import sqlite3
import sys
import tempfile
import time

import duckdb

TABLES = """batch batch_stage household person card payment payment_result refund program disbursement ref_deaths ref_payroll ref_companies
ref_vehicles ref_properties ref_cadres ref_kin ref_hukou ref_custody ref_students ref_posts ref_loans ref_housing""".split()


def load(book, con):
    with sqlite3.connect(book) as source, tempfile.TemporaryDirectory(dir=os.path.dirname(book)) as folder:
        for table in TABLES:
            columns = source.execute(f"PRAGMA table_info({table})").fetchall()
            kinds = {name: "BIGINT" if kind == "INTEGER" else "VARCHAR" for _, name, kind, *_ in columns if kind != "BLOB"}
            path = os.path.join(folder, f"{table}.csv")
            with open(path, "w", newline="", encoding="utf-8") as out:
                csv.writer(out).writerows(source.execute(f"SELECT {', '.join(kinds)} FROM {table}"))
            form = f"header = false, auto_detect = false, delim = ',', quote = '\"', columns = {kinds}"
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, {form})", [path])
            os.remove(path)


def queries(path):
    with open(path, encoding="utf-8") as file:
        parts = re.split(r"^-- (BASE|REST|[A-Z][0-9]+) .*$", file.read(), flags=re.MULTILINE)
    return [(name, text.strip().rstrip(";")) for name, text in zip(parts[1::2], parts[2::2])]


def main():
    book, sql = sys.argv[1:]
    con = duckdb.connect()
    con.execute("SET threads = 2")
    load(book, con)
    print("ready", flush=True)
    for _ in sys.stdin:
        for name, text in queries(sql):
            start = time.perf_counter()
            con.execute(f"CREATE OR REPLACE TEMP TABLE hit_{name} AS {text}")
            took = time.perf_counter() - start
            rows = con.execute(f"SELECT COUNT(*) FROM hit_{name}").fetchone()[0]
            print(name, f"{took:.4f}", rows, flush=True)
        print("done", flush=True)


main()
