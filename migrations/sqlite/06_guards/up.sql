-- The invariants, held by the database: whoever writes with plain SQL meets the same refusals as the program.

-- A posting enters only under the next voucher, which does not stand yet; its balance and its day move with it.
CREATE TRIGGER posting_before_voucher BEFORE INSERT ON posting
WHEN NEW.voucher IS NOT (SELECT seq + 1 FROM chain WHERE book = NEW.book)
BEGIN
    SELECT RAISE(ABORT, 'sealed voucher: posting must belong to the next voucher');
END;

CREATE TRIGGER posting_on_leaf BEFORE INSERT ON posting
WHEN NOT EXISTS (SELECT 1 FROM account WHERE book = NEW.book AND code = NEW.account AND leaf = 1)
  OR NOT EXISTS (SELECT 1 FROM dim WHERE book = NEW.book AND id = NEW.dim)
BEGIN
    SELECT RAISE(ABORT, 'account is not a leaf of the chart, or unknown dimension set');
END;

-- The row is made first and moved then: a CHECK looks at the row offered before ON CONFLICT does. The refusal is spelled out
-- because an outer INSERT OR IGNORE would make the CHECK skip the balance in silence.
CREATE TRIGGER posting_moves_balance AFTER INSERT ON posting
BEGIN
    INSERT INTO balance (book, account, dim, sign, debit, credit, voucher, line)
    SELECT NEW.book, NEW.account, NEW.dim, normal * guarded, 0, 0, 0, 0
      FROM account WHERE book = NEW.book AND code = NEW.account
       AND NOT EXISTS (SELECT 1 FROM balance WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim);
    SELECT RAISE(ABORT, 'place_not_below_zero') FROM balance
     WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim
       AND sign * (debit - credit + NEW.debit - NEW.credit) < 0;
    UPDATE balance SET debit = debit + NEW.debit, credit = credit + NEW.credit, voucher = NEW.voucher, line = NEW.line
     WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim;
    INSERT INTO daily (book, account, dim, date, closing, debit, credit, voucher, line)
    SELECT NEW.book, NEW.account, NEW.dim, NEW.date, NEW.closing, 0, 0, 0, 0
     WHERE NOT EXISTS (SELECT 1 FROM daily WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim
                          AND date = NEW.date AND closing = NEW.closing);
    UPDATE daily SET debit = debit + NEW.debit, credit = credit + NEW.credit, voucher = NEW.voucher, line = NEW.line
     WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim AND date = NEW.date AND closing = NEW.closing;
END;

-- Balances and days begin at nothing and move only by a posting that they have not seen.
CREATE TRIGGER balance_starts_at_zero BEFORE INSERT ON balance
WHEN NEW.debit <> 0 OR NEW.credit <> 0 OR NEW.voucher <> 0 OR NEW.line <> 0
  OR NEW.sign IS NOT (SELECT normal * guarded FROM account WHERE book = NEW.book AND code = NEW.account)
  OR EXISTS (SELECT 1 FROM balance WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim)
BEGIN
    SELECT RAISE(ABORT, 'balance: starts at zero');
END;

CREATE TRIGGER balance_follows_postings BEFORE UPDATE ON balance
WHEN NEW.book <> OLD.book OR NEW.account <> OLD.account OR NEW.dim <> OLD.dim OR NEW.sign <> OLD.sign
  OR (NEW.voucher, NEW.line) <= (OLD.voucher, OLD.line)
  OR NOT EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.voucher AND line = NEW.line
        AND account = NEW.account AND dim = NEW.dim AND debit = NEW.debit - OLD.debit AND credit = NEW.credit - OLD.credit)
BEGIN
    SELECT RAISE(ABORT, 'balance: moves only by a posting');
END;

CREATE TRIGGER daily_starts_at_zero BEFORE INSERT ON daily
WHEN NEW.debit <> 0 OR NEW.credit <> 0 OR NEW.voucher <> 0 OR NEW.line <> 0
  OR EXISTS (SELECT 1 FROM daily WHERE book = NEW.book AND account = NEW.account AND dim = NEW.dim
                AND date = NEW.date AND closing = NEW.closing)
BEGIN
    SELECT RAISE(ABORT, 'daily: starts at zero');
END;

CREATE TRIGGER daily_follows_postings BEFORE UPDATE ON daily
WHEN NEW.book <> OLD.book OR NEW.account <> OLD.account OR NEW.dim <> OLD.dim OR NEW.date <> OLD.date OR NEW.closing <> OLD.closing
  OR (NEW.voucher, NEW.line) <= (OLD.voucher, OLD.line)
  OR NOT EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.voucher AND line = NEW.line
        AND account = NEW.account AND dim = NEW.dim AND date = NEW.date AND closing = NEW.closing
        AND debit = NEW.debit - OLD.debit AND credit = NEW.credit - OLD.credit)
BEGIN
    SELECT RAISE(ABORT, 'daily: moves only by a posting');
END;

-- A voucher seals its postings.
CREATE TRIGGER voucher_continues_chain BEFORE INSERT ON voucher
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE book = NEW.book AND seq + 1 = NEW.seq AND hash = NEW.prev_hash)
BEGIN
    SELECT RAISE(ABORT, 'chain: voucher does not follow the head');
END;

CREATE TRIGGER voucher_in_open_period BEFORE INSERT ON voucher
WHEN NOT EXISTS (SELECT 1 FROM period WHERE book = NEW.book AND year = NEW.year AND month = NEW.month AND state = 'open')
  OR NEW.date / 100 <> NEW.year * 100 + NEW.month
BEGIN
    SELECT RAISE(ABORT, 'period: closed, unknown, or not that of the date');
END;

CREATE TRIGGER voucher_number_runs_on BEFORE INSERT ON voucher
WHEN NEW.number IS NOT (SELECT vouchers + 1 FROM period WHERE book = NEW.book AND year = NEW.year AND month = NEW.month)
BEGIN
    SELECT RAISE(ABORT, 'number: must follow the last of its month');
END;

CREATE TRIGGER voucher_balances BEFORE INSERT ON voucher
WHEN (SELECT count(*) FROM posting WHERE book = NEW.book AND voucher = NEW.seq) < 2
  OR EXISTS (SELECT 1 FROM posting p JOIN account a ON a.book = p.book AND a.code = p.account
              WHERE p.book = NEW.book AND p.voucher = NEW.seq
              GROUP BY a.grp HAVING sum(p.debit) <> sum(p.credit))
  OR EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.seq
              AND (date <> NEW.date OR closing <> NEW.closing))
BEGIN
    SELECT RAISE(ABORT, 'unbalanced: debits and credits differ, or fewer than two postings');
END;

-- Only a red reversal has negative amounts, and it takes back exactly what it names.
CREATE TRIGGER voucher_reversal_mirrors BEFORE INSERT ON voucher
WHEN (NEW.reverses IS NULL AND NEW.event <> 'correction' AND EXISTS (SELECT 1 FROM posting
        WHERE book = NEW.book AND voucher = NEW.seq AND (debit < 0 OR credit < 0)))
  OR (NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM posting
        WHERE book = NEW.book AND voucher IN (NEW.seq, NEW.reverses)
        GROUP BY account, dim HAVING sum(debit) <> 0 OR sum(credit) <> 0))
BEGIN
    SELECT RAISE(ABORT, 'reversal: must take back exactly what it names');
END;

CREATE TRIGGER voucher_advances_chain AFTER INSERT ON voucher
BEGIN
    UPDATE chain SET seq = NEW.seq, hash = NEW.hash WHERE book = NEW.book;
    UPDATE period SET vouchers = NEW.number WHERE book = NEW.book AND year = NEW.year AND month = NEW.month;
END;

CREATE TRIGGER chain_starts_at_zero BEFORE INSERT ON chain
WHEN NEW.seq <> 0 OR NEW.hash <> zeroblob(32)
  OR EXISTS (SELECT 1 FROM chain WHERE book = NEW.book) OR EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book)
BEGIN
    SELECT RAISE(ABORT, 'chain: a book has one, from its beginning');
END;

CREATE TRIGGER chain_only_advances BEFORE UPDATE ON chain
WHEN NEW.book <> OLD.book OR NEW.seq <> OLD.seq + 1
  OR NOT EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book AND seq = NEW.seq AND hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'chain: only a voucher moves the head');
END;

-- A period changes state only by an event that leaves a trace; its last number only by a voucher.
CREATE TRIGGER period_follows_events BEFORE UPDATE ON period
WHEN NEW.book <> OLD.book OR NEW.year <> OLD.year OR NEW.month <> OLD.month
  OR (NEW.state <> OLD.state AND NEW.state IS NOT (SELECT state FROM period_event
        WHERE book = NEW.book AND year = NEW.year AND month = NEW.month ORDER BY id DESC LIMIT 1))
  OR (NEW.vouchers <> OLD.vouchers AND NEW.vouchers IS NOT (SELECT max(number) FROM voucher
        WHERE book = NEW.book AND year = NEW.year AND month = NEW.month))
BEGIN
    SELECT RAISE(ABORT, 'period: changes only by an event or a voucher');
END;

CREATE TRIGGER period_event_runs_on BEFORE INSERT ON period_event
WHEN NEW.id <= (SELECT max(id) FROM period_event WHERE book = NEW.book)
BEGIN
    SELECT RAISE(ABORT, 'period event: must follow the last');
END;

CREATE TRIGGER period_event_moves_period AFTER INSERT ON period_event
BEGIN
    UPDATE period SET state = NEW.state WHERE book = NEW.book AND year = NEW.year AND month = NEW.month;
END;

CREATE TRIGGER period_starts_open BEFORE INSERT ON period
WHEN NEW.state <> 'open' OR NEW.vouchers <> 0
  OR EXISTS (SELECT 1 FROM period WHERE book = NEW.book AND year = NEW.year AND month = NEW.month)
BEGIN
    SELECT RAISE(ABORT, 'period: starts open, without vouchers');
END;

-- An account keeps its code, and one that has postings what gives them their meaning; also under INSERT OR REPLACE.
CREATE TRIGGER account_keeps_meaning BEFORE UPDATE ON account
WHEN NEW.book <> OLD.book OR NEW.code <> OLD.code
  OR ((NEW.grp <> OLD.grp OR NEW.normal <> OLD.normal OR NEW.guarded <> OLD.guarded OR NEW.role <> OLD.role OR NEW.leaf <> OLD.leaf)
      AND EXISTS (SELECT 1 FROM balance WHERE book = OLD.book AND account = OLD.code))
BEGIN
    SELECT RAISE(ABORT, 'account: in use');
END;

CREATE TRIGGER account_no_replace BEFORE INSERT ON account
WHEN EXISTS (SELECT 1 FROM balance b JOIN account a ON a.book = b.book AND a.code = b.account
              WHERE b.book = NEW.book AND b.account = NEW.code
                AND (a.grp <> NEW.grp OR a.normal <> NEW.normal OR a.guarded <> NEW.guarded OR a.role <> NEW.role OR a.leaf <> NEW.leaf))
BEGIN
    SELECT RAISE(ABORT, 'account: in use');
END;

-- A book's name may change; what the chain stands on may not.
CREATE TRIGGER book_keeps_identity BEFORE UPDATE ON book
WHEN NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.first_year <> OLD.first_year OR NEW.secret <> OLD.secret
  OR NEW.created_at <> OLD.created_at OR NEW.created_by <> OLD.created_by
BEGIN
    SELECT RAISE(ABORT, 'book: only its name may change');
END;

-- Unknown keys are refused.
CREATE TRIGGER allocation_keys_known BEFORE INSERT ON allocation
WHEN (NEW.project <> '' AND NOT EXISTS (SELECT 1 FROM project WHERE book = NEW.book AND code = NEW.project))
  OR (NEW.program <> '' AND NOT EXISTS (SELECT 1 FROM program WHERE book = NEW.book AND code = NEW.program))
  OR NOT EXISTS (SELECT 1 FROM fund WHERE book = NEW.book AND doc_no = NEW.fund)
  OR NOT EXISTS (SELECT 1 FROM unit WHERE book = NEW.book AND code = NEW.unit)
BEGIN
    SELECT RAISE(ABORT, 'allocation: unknown fund, unit, project or programme');
END;

CREATE TRIGGER dim_allocation_known BEFORE INSERT ON dim
WHEN NOT EXISTS (SELECT 1 FROM fund WHERE book = NEW.book AND doc_no = NEW.fund)
  OR (NEW.allocation <> 0 AND NOT EXISTS (SELECT 1 FROM allocation
        WHERE book = NEW.book AND id = NEW.allocation AND fund = NEW.fund))
BEGIN
    SELECT RAISE(ABORT, 'dim: unknown fund or allocation');
END;

-- The lines of a batch are complete when it is reserved, and every later stage finds the same. (PostgreSQL also refuses a
-- line that comes late at once, statement by statement; here a trigger per row would cost a third of the rate at which a
-- batch is written, so a line that comes late stops the next stage, moves no money, and `verify` names it.)
CREATE TRIGGER batch_reserved_complete BEFORE INSERT ON batch_stage
WHEN NOT EXISTS (
        SELECT 1 FROM batch b WHERE b.book = NEW.book AND b.id = NEW.batch
           AND NEW.lines = (SELECT count(*) FROM payment WHERE book = NEW.book AND batch = NEW.batch)
           AND NEW.total = (SELECT sum(amount) FROM payment WHERE book = NEW.book AND batch = NEW.batch)
           AND NEW.total = (SELECT sum(amount) FROM batch_slice WHERE book = NEW.book AND batch = NEW.batch))
BEGIN
    SELECT RAISE(ABORT, 'batch: lines, total and slices differ');
END;

-- Maker, approver and releaser are three acts of at least two people; each stage follows the one before, on the same lines.
CREATE TRIGGER batch_stage_order BEFORE INSERT ON batch_stage
WHEN (NEW.stage <> 'reserved' AND NOT EXISTS (SELECT 1 FROM batch_stage r WHERE r.book = NEW.book AND r.batch = NEW.batch
        AND r.stage = 'reserved' AND r.digest = NEW.digest AND r.lines = NEW.lines AND r.total = NEW.total))
  OR (NEW.stage = 'approved' AND (
        NOT EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = 'reserved')
        OR EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = 'cancelled')
        OR NEW.actor = (SELECT maker FROM batch WHERE book = NEW.book AND id = NEW.batch)))
  OR (NEW.stage = 'sent' AND NEW.actor IS (SELECT actor FROM batch_stage
        WHERE book = NEW.book AND batch = NEW.batch AND stage = 'approved'))
  OR (NEW.stage = 'sent' AND NOT EXISTS (SELECT 1 FROM batch_stage
        WHERE book = NEW.book AND batch = NEW.batch AND stage = 'approved'))
  OR (NEW.stage IN ('sent', 'cancelled') AND EXISTS (SELECT 1 FROM batch_stage
        WHERE book = NEW.book AND batch = NEW.batch AND stage IN ('sent', 'cancelled')))
BEGIN
    SELECT RAISE(ABORT, 'batch stage: wrong order, same person, or other lines');
END;

CREATE TRIGGER batch_slice_before_reserved BEFORE INSERT ON batch_slice
WHEN EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch)
BEGIN
    SELECT RAISE(ABORT, 'batch: slices are complete');
END;

CREATE TRIGGER payment_result_after_sent BEFORE INSERT ON payment_result
WHEN NOT EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = 'sent')
  OR EXISTS (SELECT 1 FROM payment_result WHERE book = NEW.book AND batch = NEW.batch AND line = NEW.line)
BEGIN
    SELECT RAISE(ABORT, 'batch: not sent, or the line is answered');
END;

CREATE TRIGGER payment_exit_of_returned BEFORE INSERT ON payment_exit
WHEN NOT EXISTS (SELECT 1 FROM payment_result WHERE book = NEW.book AND batch = NEW.batch AND line = NEW.line AND paid = 0)
BEGIN
    SELECT RAISE(ABORT, 'payment: was not returned');
END;

-- A file's row stands before its rows are read; how many there were (-1 until then) is the one thing written later, once.
CREATE TRIGGER file_no_update BEFORE UPDATE ON file
WHEN OLD.data_rows >= 0 OR NEW.data_rows < 0 OR NEW.book <> OLD.book OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
  OR NEW.name <> OLD.name OR NEW.digest <> OLD.digest OR NEW.actor <> OLD.actor OR NEW.received_at <> OLD.received_at
BEGIN SELECT RAISE(ABORT, 'append-only: file'); END;
CREATE TRIGGER file_no_delete BEFORE DELETE ON file BEGIN SELECT RAISE(ABORT, 'append-only: file'); END;
CREATE TRIGGER act_no_update BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'append-only: act'); END;
CREATE TRIGGER act_no_delete BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'append-only: act'); END;
CREATE TRIGGER change_log_no_update BEFORE UPDATE ON change_log BEGIN SELECT RAISE(ABORT, 'append-only: change_log'); END;
CREATE TRIGGER change_log_no_delete BEFORE DELETE ON change_log BEGIN SELECT RAISE(ABORT, 'append-only: change_log'); END;
CREATE TRIGGER setting_no_update BEFORE UPDATE ON setting BEGIN SELECT RAISE(ABORT, 'append-only: setting'); END;
CREATE TRIGGER setting_no_delete BEFORE DELETE ON setting BEGIN SELECT RAISE(ABORT, 'append-only: setting'); END;
CREATE TRIGGER period_event_no_update BEFORE UPDATE ON period_event BEGIN SELECT RAISE(ABORT, 'append-only: period_event'); END;
CREATE TRIGGER period_event_no_delete BEFORE DELETE ON period_event BEGIN SELECT RAISE(ABORT, 'append-only: period_event'); END;
CREATE TRIGGER voucher_no_update BEFORE UPDATE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: voucher'); END;
CREATE TRIGGER voucher_no_delete BEFORE DELETE ON voucher BEGIN SELECT RAISE(ABORT, 'append-only: voucher'); END;
CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END;
CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END;
CREATE TRIGGER fund_no_update BEFORE UPDATE ON fund BEGIN SELECT RAISE(ABORT, 'append-only: fund'); END;
CREATE TRIGGER fund_no_delete BEFORE DELETE ON fund BEGIN SELECT RAISE(ABORT, 'append-only: fund'); END;
CREATE TRIGGER allocation_no_update BEFORE UPDATE ON allocation BEGIN SELECT RAISE(ABORT, 'append-only: allocation'); END;
CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation BEGIN SELECT RAISE(ABORT, 'append-only: allocation'); END;
CREATE TRIGGER dim_no_update BEFORE UPDATE ON dim BEGIN SELECT RAISE(ABORT, 'append-only: dim'); END;
CREATE TRIGGER dim_no_delete BEFORE DELETE ON dim BEGIN SELECT RAISE(ABORT, 'append-only: dim'); END;
CREATE TRIGGER allocation_act_no_update BEFORE UPDATE ON allocation_act BEGIN SELECT RAISE(ABORT, 'append-only: allocation_act'); END;
CREATE TRIGGER allocation_act_no_delete BEFORE DELETE ON allocation_act BEGIN SELECT RAISE(ABORT, 'append-only: allocation_act'); END;
CREATE TRIGGER batch_no_update BEFORE UPDATE ON batch BEGIN SELECT RAISE(ABORT, 'append-only: batch'); END;
CREATE TRIGGER batch_no_delete BEFORE DELETE ON batch BEGIN SELECT RAISE(ABORT, 'append-only: batch'); END;
CREATE TRIGGER batch_slice_no_update BEFORE UPDATE ON batch_slice BEGIN SELECT RAISE(ABORT, 'append-only: batch_slice'); END;
CREATE TRIGGER batch_slice_no_delete BEFORE DELETE ON batch_slice BEGIN SELECT RAISE(ABORT, 'append-only: batch_slice'); END;
CREATE TRIGGER batch_stage_no_update BEFORE UPDATE ON batch_stage BEGIN SELECT RAISE(ABORT, 'append-only: batch_stage'); END;
CREATE TRIGGER batch_stage_no_delete BEFORE DELETE ON batch_stage BEGIN SELECT RAISE(ABORT, 'append-only: batch_stage'); END;
CREATE TRIGGER payment_no_update BEFORE UPDATE ON payment BEGIN SELECT RAISE(ABORT, 'append-only: payment'); END;
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment BEGIN SELECT RAISE(ABORT, 'append-only: payment'); END;
CREATE TRIGGER payment_result_no_update BEFORE UPDATE ON payment_result BEGIN SELECT RAISE(ABORT, 'append-only: payment_result'); END;
CREATE TRIGGER payment_result_no_delete BEFORE DELETE ON payment_result BEGIN SELECT RAISE(ABORT, 'append-only: payment_result'); END;
CREATE TRIGGER payment_exit_no_update BEFORE UPDATE ON payment_exit BEGIN SELECT RAISE(ABORT, 'append-only: payment_exit'); END;
CREATE TRIGGER payment_exit_no_delete BEFORE DELETE ON payment_exit BEGIN SELECT RAISE(ABORT, 'append-only: payment_exit'); END;
CREATE TRIGGER disbursement_no_update BEFORE UPDATE ON disbursement BEGIN SELECT RAISE(ABORT, 'append-only: disbursement'); END;
CREATE TRIGGER disbursement_no_delete BEFORE DELETE ON disbursement BEGIN SELECT RAISE(ABORT, 'append-only: disbursement'); END;
CREATE TRIGGER disbursement_slice_no_update BEFORE UPDATE ON disbursement_slice BEGIN SELECT RAISE(ABORT, 'append-only: disbursement_slice'); END;
CREATE TRIGGER disbursement_slice_no_delete BEFORE DELETE ON disbursement_slice BEGIN SELECT RAISE(ABORT, 'append-only: disbursement_slice'); END;
CREATE TRIGGER refund_no_update BEFORE UPDATE ON refund BEGIN SELECT RAISE(ABORT, 'append-only: refund'); END;
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund BEGIN SELECT RAISE(ABORT, 'append-only: refund'); END;
CREATE TRIGGER book_no_delete BEFORE DELETE ON book BEGIN SELECT RAISE(ABORT, 'append-only: book'); END;
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain BEGIN SELECT RAISE(ABORT, 'append-only: chain'); END;
CREATE TRIGGER period_no_delete BEFORE DELETE ON period BEGIN SELECT RAISE(ABORT, 'append-only: period'); END;
CREATE TRIGGER balance_no_delete BEFORE DELETE ON balance BEGIN SELECT RAISE(ABORT, 'append-only: balance'); END;
CREATE TRIGGER daily_no_delete BEFORE DELETE ON daily BEGIN SELECT RAISE(ABORT, 'append-only: daily'); END;
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'append-only: account'); END;

-- INSERT OR REPLACE deletes what stands in its way without asking the triggers above, so that it is refused beforehand.
-- (batch_slice needs none beyond its own guard; payment has none, for the reason given at batch_reserved_complete;
-- payment_result has its own above. PostgreSQL has no such statement.)
CREATE TRIGGER book_no_replace BEFORE INSERT ON book
WHEN EXISTS (SELECT 1 FROM book WHERE id = NEW.id OR code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'append-only: book'); END;
CREATE TRIGGER file_no_replace BEFORE INSERT ON file
WHEN EXISTS (SELECT 1 FROM file WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM file WHERE book = NEW.book AND kind = NEW.kind AND digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'append-only: file'); END;
CREATE TRIGGER act_no_replace BEFORE INSERT ON act
WHEN EXISTS (SELECT 1 FROM act WHERE book = NEW.book AND key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'append-only: act'); END;
CREATE TRIGGER setting_no_replace BEFORE INSERT ON setting
WHEN EXISTS (SELECT 1 FROM setting WHERE book = NEW.book AND name = NEW.name AND valid_from = NEW.valid_from)
BEGIN SELECT RAISE(ABORT, 'append-only: setting'); END;
CREATE TRIGGER change_log_no_replace BEFORE INSERT ON change_log
WHEN EXISTS (SELECT 1 FROM change_log WHERE book = NEW.book AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'append-only: change_log'); END;
CREATE TRIGGER voucher_no_replace BEFORE INSERT ON voucher
WHEN EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book AND year = NEW.year AND month = NEW.month AND number = NEW.number)
  OR EXISTS (SELECT 1 FROM voucher WHERE book = NEW.book AND reverses = NEW.reverses)
BEGIN SELECT RAISE(ABORT, 'append-only: voucher'); END;
CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting
WHEN EXISTS (SELECT 1 FROM posting WHERE book = NEW.book AND voucher = NEW.voucher AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END;
CREATE TRIGGER fund_no_replace BEFORE INSERT ON fund
WHEN EXISTS (SELECT 1 FROM fund WHERE book = NEW.book AND doc_no = NEW.doc_no)
BEGIN SELECT RAISE(ABORT, 'append-only: fund'); END;
CREATE TRIGGER allocation_no_replace BEFORE INSERT ON allocation
WHEN EXISTS (SELECT 1 FROM allocation WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM allocation WHERE book = NEW.book AND doc_no = NEW.doc_no AND fund = NEW.fund AND unit = NEW.unit AND project = NEW.project AND program = NEW.program)
BEGIN SELECT RAISE(ABORT, 'append-only: allocation'); END;
CREATE TRIGGER dim_no_replace BEFORE INSERT ON dim
WHEN EXISTS (SELECT 1 FROM dim WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM dim WHERE book = NEW.book AND fund = NEW.fund AND allocation = NEW.allocation)
BEGIN SELECT RAISE(ABORT, 'append-only: dim'); END;
CREATE TRIGGER allocation_act_no_replace BEFORE INSERT ON allocation_act
WHEN EXISTS (SELECT 1 FROM allocation_act WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM allocation_act WHERE book = NEW.book AND doc_no = NEW.doc_no AND kind = NEW.kind AND fund = NEW.fund AND unit = NEW.unit AND project = NEW.project AND program = NEW.program)
BEGIN SELECT RAISE(ABORT, 'append-only: allocation_act'); END;
CREATE TRIGGER batch_no_replace BEFORE INSERT ON batch
WHEN EXISTS (SELECT 1 FROM batch WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM batch WHERE book = NEW.book AND code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'append-only: batch'); END;
CREATE TRIGGER batch_stage_no_replace BEFORE INSERT ON batch_stage
WHEN EXISTS (SELECT 1 FROM batch_stage WHERE book = NEW.book AND batch = NEW.batch AND stage = NEW.stage)
BEGIN SELECT RAISE(ABORT, 'append-only: batch_stage'); END;
CREATE TRIGGER payment_exit_no_replace BEFORE INSERT ON payment_exit
WHEN EXISTS (SELECT 1 FROM payment_exit WHERE book = NEW.book AND batch = NEW.batch AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'append-only: payment_exit'); END;
CREATE TRIGGER disbursement_no_replace BEFORE INSERT ON disbursement
WHEN EXISTS (SELECT 1 FROM disbursement WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM disbursement WHERE book = NEW.book AND doc_no = NEW.doc_no)
BEGIN SELECT RAISE(ABORT, 'append-only: disbursement'); END;
CREATE TRIGGER disbursement_slice_no_replace BEFORE INSERT ON disbursement_slice
WHEN EXISTS (SELECT 1 FROM disbursement_slice WHERE book = NEW.book AND disbursement = NEW.disbursement AND slice = NEW.slice)
BEGIN SELECT RAISE(ABORT, 'append-only: disbursement_slice'); END;
CREATE TRIGGER refund_no_replace BEFORE INSERT ON refund
WHEN EXISTS (SELECT 1 FROM refund WHERE book = NEW.book AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM refund WHERE book = NEW.book AND doc_no = NEW.doc_no)
BEGIN SELECT RAISE(ABORT, 'append-only: refund'); END;
