-- The invariants, held by the database: whoever writes with plain SQL meets the same refusals as the program.
-- The twin of the SQLite guards, trigger by trigger; where SQLite looks at each row, payment lines are looked at by statement.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME;
END $$;

-- A posting enters only under the next voucher, which does not stand yet; its balance and its day move with it.
CREATE FUNCTION posting_before_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head BIGINT;
BEGIN
    -- the lock makes a rival wait until the voucher stands, and then be refused
    SELECT seq INTO head FROM chain WHERE book = NEW.book FOR UPDATE;
    IF NEW.voucher IS DISTINCT FROM head + 1 THEN
        RAISE EXCEPTION 'sealed voucher: posting must belong to the next voucher';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM account WHERE book = NEW.book AND code = NEW.account AND leaf = 1)
       OR NOT EXISTS (SELECT 1 FROM dim WHERE book = NEW.book AND id = NEW.dim) THEN
        RAISE EXCEPTION 'account is not a leaf of the chart, or unknown dimension set';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_before_voucher BEFORE INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_before_voucher();

-- The row is made first and moved then: a CHECK looks at the row offered before ON CONFLICT does.
CREATE FUNCTION posting_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO balance (book, account, dim, sign, debit, credit, voucher, line)
    SELECT NEW.book, NEW.account, NEW.dim, normal * guarded, 0, 0, 0, 0
      FROM account WHERE book = NEW.book AND code = NEW.account
       AND NOT EXISTS (SELECT 1 FROM balance WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim);
    UPDATE balance SET debit = debit + NEW.debit, credit = credit + NEW.credit, voucher = NEW.voucher, line = NEW.line
     WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim;
    INSERT INTO daily (book, account, dim, date, closing, debit, credit, voucher, line)
    SELECT NEW.book, NEW.account, NEW.dim, NEW.date, NEW.closing, 0, 0, 0, 0
     WHERE NOT EXISTS (SELECT 1 FROM daily WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim
                          AND date = NEW.date AND closing = NEW.closing);
    UPDATE daily SET debit = debit + NEW.debit, credit = credit + NEW.credit, voucher = NEW.voucher, line = NEW.line
     WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim AND date = NEW.date AND closing = NEW.closing;
    RETURN NULL;
END $$;
CREATE TRIGGER posting_moves_balance AFTER INSERT ON posting FOR EACH ROW EXECUTE FUNCTION posting_moves_balance();

-- Balances and days begin at nothing and move only by a posting that they have not seen.
CREATE FUNCTION balance_starts_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.debit, NEW.credit, NEW.voucher, NEW.line) <> (0, 0, 0, 0)
       OR NEW.sign IS DISTINCT FROM (SELECT normal * guarded FROM account WHERE book = NEW.book AND code = NEW.account) THEN
        RAISE EXCEPTION 'balance: starts at zero';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balance_starts_at_zero BEFORE INSERT ON balance FOR EACH ROW EXECUTE FUNCTION balance_starts_at_zero();

CREATE FUNCTION balance_follows_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.book, NEW.account, NEW.dim, NEW.sign) <> (OLD.book, OLD.account, OLD.dim, OLD.sign)
       OR (NEW.voucher, NEW.line) <= (OLD.voucher, OLD.line)
       OR NOT EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.voucher AND line = NEW.line
            AND account = NEW.account AND dim = NEW.dim AND debit = NEW.debit - OLD.debit AND credit = NEW.credit - OLD.credit) THEN
        RAISE EXCEPTION 'balance: moves only by a posting';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balance_follows_postings BEFORE UPDATE ON balance FOR EACH ROW EXECUTE FUNCTION balance_follows_postings();

CREATE FUNCTION daily_starts_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.debit, NEW.credit, NEW.voucher, NEW.line) <> (0, 0, 0, 0) THEN
        RAISE EXCEPTION 'daily: starts at zero';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER daily_starts_at_zero BEFORE INSERT ON daily FOR EACH ROW EXECUTE FUNCTION daily_starts_at_zero();

CREATE FUNCTION daily_follows_postings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.book, NEW.account, NEW.dim, NEW.date, NEW.closing) <> (OLD.book, OLD.account, OLD.dim, OLD.date, OLD.closing)
       OR (NEW.voucher, NEW.line) <= (OLD.voucher, OLD.line)
       OR NOT EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.voucher AND line = NEW.line
            AND account = NEW.account AND dim = NEW.dim AND date = NEW.date AND closing = NEW.closing
            AND debit = NEW.debit - OLD.debit AND credit = NEW.credit - OLD.credit) THEN
        RAISE EXCEPTION 'daily: moves only by a posting';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER daily_follows_postings BEFORE UPDATE ON daily FOR EACH ROW EXECUTE FUNCTION daily_follows_postings();

-- A voucher seals its postings.
CREATE FUNCTION voucher_seals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM chain WHERE book = NEW.book AND seq + 1 = NEW.seq AND hash = NEW.prev_hash) THEN
        RAISE EXCEPTION 'chain: voucher does not follow the head';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM period WHERE book = NEW.book AND year = NEW.year AND month = NEW.month AND state = 'open')
       OR NEW.date / 100 <> NEW.year * 100 + NEW.month THEN
        RAISE EXCEPTION 'period: closed, unknown, or not that of the date';
    END IF;
    IF NEW.number IS DISTINCT FROM (SELECT vouchers + 1 FROM period WHERE book = NEW.book AND year = NEW.year AND month = NEW.month) THEN
        RAISE EXCEPTION 'number: must follow the last of its month';
    END IF;
    IF (SELECT count(*) FROM posting WHERE book = NEW.book AND voucher = NEW.seq) < 2
       OR EXISTS (SELECT 1 FROM posting p JOIN account a ON a.book = p.book AND a.code = p.account
                   WHERE p.book = NEW.book AND p.voucher = NEW.seq
                   GROUP BY a.grp HAVING sum(p.debit) <> sum(p.credit))
       OR EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.seq
                   AND (date <> NEW.date OR closing <> NEW.closing)) THEN
        RAISE EXCEPTION 'unbalanced: debits and credits differ, or fewer than two postings';
    END IF;
    -- Only a red reversal has negative amounts, and it takes back exactly what it names.
    IF (NEW.reverses IS NULL AND NEW.event <> 'correction' AND EXISTS (SELECT 1 FROM posting
            WHERE book = NEW.book AND voucher = NEW.seq AND (debit < 0 OR credit < 0)))
       OR (NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM posting
            WHERE book = NEW.book AND voucher IN (NEW.seq, NEW.reverses)
            GROUP BY account, dim HAVING sum(debit) <> 0 OR sum(credit) <> 0)) THEN
        RAISE EXCEPTION 'reversal: must take back exactly what it names';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voucher_seals BEFORE INSERT ON voucher FOR EACH ROW EXECUTE FUNCTION voucher_seals();

CREATE FUNCTION voucher_advances_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE chain SET seq = NEW.seq, hash = NEW.hash WHERE book = NEW.book;
    UPDATE period SET vouchers = NEW.number WHERE book = NEW.book AND year = NEW.year AND month = NEW.month;
    RETURN NULL;
END $$;
CREATE TRIGGER voucher_advances_chain AFTER INSERT ON voucher FOR EACH ROW EXECUTE FUNCTION voucher_advances_chain();

CREATE FUNCTION chain_starts_at_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <> 0 OR NEW.hash <> decode(repeat('00', 32), 'hex')
       OR EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book) THEN
        RAISE EXCEPTION 'chain: a book has one, from its beginning';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chain_starts_at_zero BEFORE INSERT ON chain FOR EACH ROW EXECUTE FUNCTION chain_starts_at_zero();

CREATE FUNCTION chain_only_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.book <> OLD.book OR NEW.seq <> OLD.seq + 1
       OR NOT EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book AND seq = NEW.seq AND hash = NEW.hash) THEN
        RAISE EXCEPTION 'chain: only a voucher moves the head';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chain_only_advances BEFORE UPDATE ON chain FOR EACH ROW EXECUTE FUNCTION chain_only_advances();

-- A period changes state only by an event that leaves a trace; its last number only by a voucher.
CREATE FUNCTION period_follows_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.book <> OLD.book OR NEW.year <> OLD.year OR NEW.month <> OLD.month
       OR (NEW.state <> OLD.state AND NEW.state IS DISTINCT FROM (SELECT state FROM period_event
            WHERE book = NEW.book AND year = NEW.year AND month = NEW.month ORDER BY id DESC LIMIT 1))
       OR (NEW.vouchers <> OLD.vouchers AND NEW.vouchers IS DISTINCT FROM (SELECT max(number) FROM voucher
            WHERE book = NEW.book AND year = NEW.year AND month = NEW.month)) THEN
        RAISE EXCEPTION 'period: changes only by an event or a voucher';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_follows_events BEFORE UPDATE ON period FOR EACH ROW EXECUTE FUNCTION period_follows_events();

CREATE FUNCTION period_event_runs_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <= (SELECT max(id) FROM period_event WHERE book = NEW.book) THEN
        RAISE EXCEPTION 'period event: must follow the last';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_event_runs_on BEFORE INSERT ON period_event FOR EACH ROW EXECUTE FUNCTION period_event_runs_on();

CREATE FUNCTION period_event_moves_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE period SET state = NEW.state WHERE book = NEW.book AND year = NEW.year AND month = NEW.month;
    RETURN NULL;
END $$;
CREATE TRIGGER period_event_moves_period AFTER INSERT ON period_event FOR EACH ROW EXECUTE FUNCTION period_event_moves_period();

CREATE FUNCTION period_starts_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'open' OR NEW.vouchers <> 0 THEN
        RAISE EXCEPTION 'period: starts open, without vouchers';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_starts_open BEFORE INSERT ON period FOR EACH ROW EXECUTE FUNCTION period_starts_open();

-- An account keeps its code, and one that has postings what gives them their meaning.
CREATE FUNCTION account_keeps_meaning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.book, NEW.code) <> (OLD.book, OLD.code)
       OR ((NEW.grp, NEW.normal, NEW.guarded, NEW.role, NEW.leaf) IS DISTINCT FROM (OLD.grp, OLD.normal, OLD.guarded, OLD.role, OLD.leaf)
           AND EXISTS (SELECT 1 FROM balance WHERE book = OLD.book AND account = OLD.code)) THEN
        RAISE EXCEPTION 'account: in use';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_keeps_meaning BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION account_keeps_meaning();

-- A book's name may change; what the chain stands on may not.
CREATE FUNCTION book_keeps_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.code, NEW.first_year, NEW.secret, NEW.created_at, NEW.created_by)
       IS DISTINCT FROM (OLD.id, OLD.code, OLD.first_year, OLD.secret, OLD.created_at, OLD.created_by) THEN
        RAISE EXCEPTION 'book: only its name may change';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER book_keeps_identity BEFORE UPDATE ON book FOR EACH ROW EXECUTE FUNCTION book_keeps_identity();

-- Unknown keys are refused.
CREATE FUNCTION allocation_keys_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.project <> '' AND NOT EXISTS (SELECT 1 FROM project WHERE book = NEW.book AND code = NEW.project))
       OR (NEW.program <> '' AND NOT EXISTS (SELECT 1 FROM program WHERE book = NEW.book AND code = NEW.program))
       OR NOT EXISTS (SELECT 1 FROM fund WHERE book = NEW.book AND doc_no = NEW.fund)
       OR NOT EXISTS (SELECT 1 FROM unit WHERE book = NEW.book AND code = NEW.unit) THEN
        RAISE EXCEPTION 'allocation: unknown fund, unit, project or programme';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER allocation_keys_known BEFORE INSERT ON allocation FOR EACH ROW EXECUTE FUNCTION allocation_keys_known();

CREATE FUNCTION dim_allocation_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM fund WHERE book = NEW.book AND doc_no = NEW.fund)
       OR (NEW.allocation <> 0 AND NOT EXISTS (SELECT 1 FROM allocation
            WHERE book = NEW.book AND id = NEW.allocation AND fund = NEW.fund)) THEN
        RAISE EXCEPTION 'dim: unknown fund or allocation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dim_allocation_known BEFORE INSERT ON dim FOR EACH ROW EXECUTE FUNCTION dim_allocation_known();

-- The lines of a batch are complete when it is reserved, and every later stage finds the same; maker, approver and releaser are three acts of at least two
-- people; each stage follows the one before, on the same lines.
CREATE FUNCTION batch_stage_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- waits for lines, slices and stages of the same batch that are on their way, and makes later ones wait
    PERFORM 1 FROM batch WHERE book = NEW.book AND id = NEW.batch FOR UPDATE;
    IF NOT EXISTS (
            SELECT 1 FROM batch b WHERE b.book = NEW.book AND b.id = NEW.batch
               AND NEW.lines = (SELECT count(*) FROM payment WHERE book = NEW.book AND batch = NEW.batch)
               AND NEW.total = (SELECT sum(amount) FROM payment WHERE book = NEW.book AND batch = NEW.batch)
               AND NEW.total = (SELECT sum(amount) FROM batch_slice WHERE book = NEW.book AND batch = NEW.batch)) THEN
        RAISE EXCEPTION 'batch: lines, total and slices differ';
    END IF;
    IF (NEW.stage <> 'reserved' AND NOT EXISTS (SELECT 1 FROM batch_stage r WHERE r.book = NEW.book AND r.batch = NEW.batch
            AND r.stage = 'reserved' AND r.digest = NEW.digest AND r.lines = NEW.lines AND r.total = NEW.total))
       OR (NEW.stage = 'approved' AND (
            NOT EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = 'reserved')
            OR EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = 'cancelled')
            OR NEW.actor = (SELECT maker FROM batch WHERE book = NEW.book AND id = NEW.batch)))
       OR (NEW.stage = 'sent' AND NEW.actor IS NOT DISTINCT FROM (SELECT actor FROM batch_stage
            WHERE book = NEW.book AND batch = NEW.batch AND stage = 'approved'))
       OR (NEW.stage = 'sent' AND NOT EXISTS (SELECT 1 FROM batch_stage
            WHERE book = NEW.book AND batch = NEW.batch AND stage = 'approved'))
       OR (NEW.stage IN ('sent', 'cancelled') AND EXISTS (SELECT 1 FROM batch_stage
            WHERE book = NEW.book AND batch = NEW.batch AND stage IN ('sent', 'cancelled'))) THEN
        RAISE EXCEPTION 'batch stage: wrong order, same person, or other lines';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER batch_stage_order BEFORE INSERT ON batch_stage FOR EACH ROW EXECUTE FUNCTION batch_stage_order();

CREATE FUNCTION payment_before_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT book, batch FROM new_rows) n
                 JOIN batch_stage s ON s.book = n.book AND s.batch = n.batch) THEN
        RAISE EXCEPTION 'batch: lines are complete';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_before_reserved AFTER INSERT ON payment REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payment_before_reserved();

CREATE FUNCTION batch_slice_before_reserved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- after the key's own check, which waits for a stage on its way
    IF EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch) THEN
        RAISE EXCEPTION 'batch: slices are complete';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER batch_slice_before_reserved AFTER INSERT ON batch_slice FOR EACH ROW EXECUTE FUNCTION batch_slice_before_reserved();

CREATE FUNCTION payment_result_after_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT book, batch FROM new_rows) n
                WHERE NOT EXISTS (SELECT 1 FROM batch_stage s
                                   WHERE s.book = n.book AND s.batch = n.batch AND s.stage = 'sent')) THEN
        RAISE EXCEPTION 'batch: not sent';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_result_after_sent AFTER INSERT ON payment_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION payment_result_after_sent();

CREATE FUNCTION payment_exit_of_returned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payment_result WHERE book = NEW.book AND batch = NEW.batch AND line = NEW.line AND paid = 0) THEN
        RAISE EXCEPTION 'payment: was not returned';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_exit_of_returned BEFORE INSERT ON payment_exit FOR EACH ROW EXECUTE FUNCTION payment_exit_of_returned();

-- A file's row stands before its rows are read; how many there were (-1 until then) is the one thing written later, once.
CREATE TRIGGER file_no_update BEFORE UPDATE ON file FOR EACH ROW
WHEN (OLD.data_rows >= 0 OR NEW.data_rows < 0 OR NEW.book <> OLD.book OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
  OR NEW.name <> OLD.name OR NEW.digest <> OLD.digest OR NEW.actor <> OLD.actor OR NEW.received_at <> OLD.received_at)
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER file_no_delete BEFORE DELETE ON file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER file_no_truncate BEFORE TRUNCATE ON file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_no_update BEFORE UPDATE OR DELETE ON act FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_no_truncate BEFORE TRUNCATE ON act FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_log_no_update BEFORE UPDATE OR DELETE ON change_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_log_no_truncate BEFORE TRUNCATE ON change_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER setting_no_update BEFORE UPDATE OR DELETE ON setting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER setting_no_truncate BEFORE TRUNCATE ON setting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_event_no_update BEFORE UPDATE OR DELETE ON period_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_event_no_truncate BEFORE TRUNCATE ON period_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER voucher_no_update BEFORE UPDATE OR DELETE ON voucher FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER voucher_no_truncate BEFORE TRUNCATE ON voucher FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_no_update BEFORE UPDATE OR DELETE ON posting FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_no_truncate BEFORE TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_no_update BEFORE UPDATE OR DELETE ON fund FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER fund_no_truncate BEFORE TRUNCATE ON fund FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_no_update BEFORE UPDATE OR DELETE ON allocation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_no_truncate BEFORE TRUNCATE ON allocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dim_no_update BEFORE UPDATE OR DELETE ON dim FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dim_no_truncate BEFORE TRUNCATE ON dim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_act_no_update BEFORE UPDATE OR DELETE ON allocation_act FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER allocation_act_no_truncate BEFORE TRUNCATE ON allocation_act FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_no_update BEFORE UPDATE OR DELETE ON batch FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_no_truncate BEFORE TRUNCATE ON batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_slice_no_update BEFORE UPDATE OR DELETE ON batch_slice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_slice_no_truncate BEFORE TRUNCATE ON batch_slice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_stage_no_update BEFORE UPDATE OR DELETE ON batch_stage FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER batch_stage_no_truncate BEFORE TRUNCATE ON batch_stage FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_no_update BEFORE UPDATE OR DELETE ON payment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_no_truncate BEFORE TRUNCATE ON payment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_result_no_update BEFORE UPDATE OR DELETE ON payment_result FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_result_no_truncate BEFORE TRUNCATE ON payment_result FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_exit_no_update BEFORE UPDATE OR DELETE ON payment_exit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payment_exit_no_truncate BEFORE TRUNCATE ON payment_exit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_no_update BEFORE UPDATE OR DELETE ON disbursement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_no_truncate BEFORE TRUNCATE ON disbursement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_slice_no_update BEFORE UPDATE OR DELETE ON disbursement_slice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disbursement_slice_no_truncate BEFORE TRUNCATE ON disbursement_slice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_no_update BEFORE UPDATE OR DELETE ON refund FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_no_truncate BEFORE TRUNCATE ON refund FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER book_no_delete BEFORE DELETE ON book FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER book_no_truncate BEFORE TRUNCATE ON book FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_no_truncate BEFORE TRUNCATE ON chain FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_no_delete BEFORE DELETE ON period FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER period_no_truncate BEFORE TRUNCATE ON period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balance_no_delete BEFORE DELETE ON balance FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balance_no_truncate BEFORE TRUNCATE ON balance FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER daily_no_delete BEFORE DELETE ON daily FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER daily_no_truncate BEFORE TRUNCATE ON daily FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_no_delete BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
