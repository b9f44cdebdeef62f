-- BASE the payment lines whose money the payee has or will have, joined once for all rules (this favours DuckDB)
SELECT p.batch, p.line, p.person, q.id_no, q.name, q.household AS home, q.status AS person_status, q.status_date, p.household, h.code AS paid_under,
       h.region, c.account, c.id_no AS card_of, c.holder, c.valid_from, c.valid_to, p.quantity, p.rate, p.amount, p.amount - COALESCE(f.back, 0) AS kept,
       b.code, b.program, b.unit, b.period_first AS first, b.period_last AS last, b.made, g.name AS program_name, g.subject, g.measure, g.bound,
       g.rate AS standard, g.excludes, r.paid, r.booked
  FROM payment p
  JOIN batch b ON b.id = p.batch
  JOIN program g ON g.code = b.program
  JOIN person q ON q.id = p.person
  JOIN household h ON h.id = p.household
  JOIN card c ON c.id = p.card
  LEFT JOIN payment_result r ON r.batch = p.batch AND r.line = p.line
  LEFT JOIN (SELECT batch, line, SUM(amount) AS back FROM refund GROUP BY batch, line) f ON f.batch = p.batch AND f.line = p.line
 WHERE COALESCE(r.paid, 1) = 1 AND p.amount > COALESCE(f.back, 0);

-- P01 the checksum of GB 11643 over the 17 digits, the province, the day of birth: of each payee once
WITH payee AS (SELECT id, id_no, try_cast(id_no[1:17] AS BIGINT) AS n FROM person WHERE id IN (SELECT person FROM hit_BASE))
SELECT id FROM payee
 WHERE n IS NULL OR length(id_no) <> 18 OR id_no[1:2] NOT BETWEEN '11' AND '83' OR try_strptime(id_no[7:14], '%Y%m%d') IS NULL
    OR ('10X98765432')[(n // 10000000000000000 % 10 * 7 + n // 1000000000000000 % 10 * 9 + n // 100000000000000 % 10 * 10 + n // 10000000000000 % 10 * 5
       + n // 1000000000000 % 10 * 8 + n // 100000000000 % 10 * 4 + n // 10000000000 % 10 * 2 + n // 1000000000 % 10 * 1
       + n // 100000000 % 10 * 6 + n // 10000000 % 10 * 3 + n // 1000000 % 10 * 7 + n // 100000 % 10 * 9
       + n // 10000 % 10 * 10 + n // 1000 % 10 * 5 + n // 100 % 10 * 8 + n // 10 % 10 * 4
       + n // 1 % 10 * 2) % 11 + 1] <> id_no[18];

-- P02 not registered in the household that a line names, or moved out before
SELECT l.person, l.batch, l.line FROM hit_BASE l
 WHERE (l.booked IS NULL AND l.home <> l.paid_under) OR (l.person_status = '迁出' AND l.first * 100 > l.status_date);

-- P03 paid after death
SELECT l.person, l.batch, l.line, d.died FROM hit_BASE l JOIN ref_deaths d ON d.id_no = l.id_no WHERE l.first > d.died // 100;

-- P04 payee, or head or spouse of the household, on the public payroll
SELECT DISTINCT l.person, l.batch, l.line, q.id_no
  FROM ref_payroll r
  JOIN person q ON q.id_no = r.id_no
  JOIN hit_BASE l ON l.home = q.household AND (l.person = q.id OR (q.relation IN ('户主', '配偶') AND l.paid_under = q.household))
 WHERE r.valid_from <= l.last * 100 + 31 AND COALESCE(r.valid_to, 99991231) >= l.first * 100 + 1
   AND NOT regexp_matches(l.program_name, '学前教育|小学|初中|高中|中职|高等教育|助学|普惠|面向全体');

-- P05 owns a company
SELECT l.person, l.batch, l.line, r.company FROM hit_BASE l JOIN ref_companies r ON r.id_no = l.id_no
 WHERE r.role IN ('法定代表人', '股东', '高管') AND r.capital >= 10000000 AND r.registered <= l.last * 100 + 31
   AND COALESCE(r.cancelled, 99991231) >= l.first * 100 + 1 AND NOT (regexp_matches(r.company, '合作社|互助社') AND r.role <> '法定代表人')
   AND NOT regexp_matches(r.company, '经济合作社|经济联合社|经济联合总社');

-- P06 owns a car that was not sold before
SELECT l.person, l.batch, l.line, r.plate FROM hit_BASE l JOIN ref_vehicles r ON r.id_no = l.id_no
 WHERE r.model IN ('轿车', '客车') AND r.price >= 5000000 AND r.registered <= l.last * 100 + 31
   AND NOT EXISTS (SELECT 1 FROM ref_vehicles s WHERE s.plate = r.plate AND s.id_no <> r.id_no AND s.registered > r.registered
                      AND s.registered < l.first * 100 + 1);

-- P07 owns a shop, a second flat, or a large one
WITH away AS (SELECT id_no, location, use_kind, area, registered FROM ref_properties
               WHERE use_kind = '商铺' OR (use_kind = '住宅' AND NOT regexp_matches(location, '安置|搬迁|移民|自建|宅基地|危房改造|危改')))
SELECT l.person, l.batch, l.line FROM hit_BASE l JOIN away r ON r.id_no = l.id_no AND r.registered <= l.last * 100 + 31
 GROUP BY l.person, l.batch, l.line
HAVING BOOL_OR(r.use_kind = '商铺') OR COUNT(*) > 1 OR MAX(r.area) >= 1200000;

-- P09 a cadre in office is paid
SELECT l.person, l.batch, l.line FROM hit_BASE l JOIN ref_cadres r ON r.id_no = l.id_no
 WHERE r.valid_from <= l.last * 100 + 31 AND COALESCE(r.valid_to, 99991231) >= l.first * 100 + 1
   AND NOT regexp_matches(l.program_name, '普惠|面向全体|耕地地力|养老保险|医疗保险|高龄');

-- P10 households split off within a year before they were recognised, the other part registered elsewhere or not at all
SELECT h.id, a.id_no FROM ref_hukou a
  JOIN person q ON q.id_no = a.id_no
  JOIN household h ON h.code = q.household
 WHERE a.change = '分户' AND a.changed <= h.identified AND h.identified <= a.changed + 10000
   AND NOT EXISTS (SELECT 1 FROM ref_hukou m JOIN person n ON n.id_no = m.id_no
                    WHERE n.household = q.household AND m.change = '迁入' AND ABS(m.changed - a.changed) <= 10000)
   AND NOT EXISTS (SELECT 1 FROM ref_hukou s JOIN person o ON o.id_no = s.id_no
                    WHERE s.booklet = a.booklet AND s.id_no <> a.id_no AND o.household = q.household AND s.change NOT IN ('分户', '注销'));

-- P11 in custody for all of the period
SELECT l.person, l.batch, l.line FROM hit_BASE l JOIN ref_custody r ON r.id_no = l.id_no
 WHERE l.subject NOT IN ('户', '村') AND r.valid_from <= l.first * 100 + 1 AND COALESCE(r.valid_to, 99991231) >= l.last * 100 + 30;

-- P12 paid after the household was removed
SELECT l.person, l.batch, l.line FROM hit_BASE l JOIN household h ON h.id = l.household
 WHERE h.status = '清退' AND h.status_date < l.first * 100 + 1 AND NOT regexp_matches(l.program_name, '普惠|面向全体|耕地地力|养老保险|医疗保险|高龄');

-- P13 paid before the household was recognised
SELECT l.person, l.batch, l.line FROM hit_BASE l JOIN household h ON h.id = l.household
 WHERE l.last < h.identified // 100 AND NOT regexp_matches(l.program_name, '普惠|面向全体|耕地地力|养老保险|医疗保险|高龄');

-- A01 the card was not the payee's nor a family member's on the day
SELECT l.person, l.batch, l.line FROM hit_BASE l
 WHERE NOT EXISTS (SELECT 1 FROM card c WHERE c.id_no = l.id_no AND c.account = l.account AND l.made BETWEEN c.valid_from AND COALESCE(c.valid_to, 99991231))
   AND NOT EXISTS (SELECT 1 FROM card c JOIN person q ON q.id_no = c.id_no WHERE c.account = l.account AND q.household IN (l.home, l.paid_under));

-- A02 one account, three people of two households within twelve months
WITH shared AS (SELECT account FROM hit_BASE GROUP BY account HAVING COUNT(DISTINCT person) > 2),
     uses AS (SELECT l.account, l.person, l.household, l.made FROM hit_BASE l JOIN shared s ON s.account = l.account)
SELECT a.account, a.made FROM uses a JOIN uses b ON b.account = a.account AND b.made BETWEEN a.made AND a.made + 10000
 GROUP BY a.account, a.made HAVING COUNT(DISTINCT b.person) >= 3 AND COUNT(DISTINCT b.household) >= 2;

-- A03 the account changed within seven days before the batch and back within ninety
WITH change AS (SELECT id_no, account, valid_from, LAG(account) OVER (PARTITION BY id_no ORDER BY valid_from, id) AS old FROM card)
SELECT l.person, l.batch, l.line FROM change c JOIN hit_BASE l ON l.id_no = c.id_no AND l.account = c.account
 WHERE c.old <> c.account AND l.made >= c.valid_from
   AND strptime(CAST(l.made AS VARCHAR), '%Y%m%d') - strptime(CAST(c.valid_from AS VARCHAR), '%Y%m%d') <= INTERVAL 7 DAY
   AND EXISTS (SELECT 1 FROM hit_BASE o WHERE o.id_no = c.id_no AND o.account = c.old AND o.made > l.made AND o.made <= c.valid_from + 300);

-- A04 people tied by shared accounts with a cadre or somebody on the payroll among them (one step of the network)
WITH tie AS (SELECT account, id_no FROM card UNION SELECT account, id_no FROM hit_BASE),
     shared AS (SELECT account FROM tie GROUP BY account HAVING COUNT(*) > 1),
     people AS (SELECT t.account, q.id_no, q.household FROM tie t JOIN shared s ON s.account = t.account JOIN person q ON q.id_no = t.id_no)
SELECT account FROM people p LEFT JOIN ref_cadres c ON c.id_no = p.id_no LEFT JOIN ref_payroll r ON r.id_no = p.id_no
 GROUP BY account HAVING COUNT(DISTINCT household) >= 3 AND COUNT(c.id_no) + COUNT(r.id_no) > 0;

-- A06 paid and refunded within thirty days
SELECT p.person, p.batch, p.line FROM payment_result l JOIN refund f ON f.batch = l.batch AND f.line = l.line JOIN payment p ON p.batch = l.batch AND p.line = l.line
 WHERE f.date BETWEEN l.booked AND l.booked + 30 AND f.amount * 5 >= p.amount AND NOT regexp_matches(f.reason, '案|线索|退票|账号有误');

-- M01 amount is not quantity times rate
SELECT person, batch, line FROM hit_BASE WHERE amount <> (rate * quantity + 5000) // 10000;

-- M02 beyond the rate, or below the floor
SELECT person, batch, line FROM hit_BASE
 WHERE (bound = '上限' AND rate > standard) OR (bound = '下限' AND rate < standard) OR (bound = '固定' AND rate <> standard)
    OR (program_name LIKE '%护林员%' AND measure = '月' AND rate < 100000);

-- M03 paid twice for one period
SELECT person, program, first, last, COUNT(*) FROM hit_BASE GROUP BY person, program, first, last HAVING COUNT(*) > 1;

-- M04 a month paid by two periods of one programme
SELECT a.person, a.batch, a.line, b.batch, b.line FROM hit_BASE a JOIN hit_BASE b ON b.person = a.person AND b.program = a.program
 WHERE (a.first, a.last, a.batch) < (b.first, b.last, b.batch) AND (a.first, a.last) <> (b.first, b.last) AND b.first <= a.last;

-- M05 programmes that exclude each other
SELECT a.person, a.batch, a.line, b.batch, b.line FROM hit_BASE a JOIN hit_BASE b ON b.person = a.person AND a.excludes = b.program
 WHERE a.first <= b.last AND b.first <= a.last;

-- M06 more heads than the household has
WITH heads AS (SELECT household, COUNT(*) AS heads FROM person WHERE status = '正常' GROUP BY household)
SELECT l.paid_under, l.program, l.first FROM hit_BASE l JOIN heads h ON h.household = l.paid_under
 WHERE l.measure IN ('月', '季')
 GROUP BY l.paid_under, l.program, l.first, l.last, l.measure, h.heads
HAVING SUM(l.quantity) > h.heads * CASE l.measure WHEN '月' THEN 10000 * (l.last - l.first + 1) ELSE 10000 END;

-- M07 left out for two periods while nine tenths of the village's payees were paid
WITH cycle AS (SELECT program, region, first, COUNT(DISTINCT person) AS payees FROM hit_BASE GROUP BY program, region, first HAVING COUNT(DISTINCT person) >= 5),
     payee AS (SELECT program, region, person, MIN(first) AS since, MAX(first) AS until, COUNT(DISTINCT first) AS had FROM hit_BASE GROUP BY program, region, person),
     due AS (SELECT p.program, p.region, p.person, p.had, COUNT(*) AS cycles FROM payee p
               JOIN cycle c ON c.program = p.program AND c.region = p.region AND c.first BETWEEN p.since AND p.until GROUP BY p.program, p.region, p.person, p.had)
SELECT program, person, cycles - had FROM due WHERE cycles - had >= 2;

-- M08 late on the card, or returned and not paid again
SELECT p.batch, COUNT(*) FROM payment p JOIN batch_stage s ON s.batch = p.batch AND s.stage = 'sent' LEFT JOIN payment_result r ON r.batch = p.batch AND r.line = p.line
 WHERE COALESCE(r.booked, 20190131) >= s.date + 15 OR (r.paid = 0 AND r.booked <= 20181231) GROUP BY p.batch;

-- M09 share of the year paid in its last days
SELECT b.unit, r.booked // 10000 AS year, SUM(p.amount) AS spent, SUM(p.amount) FILTER (r.booked % 10000 >= 1222) AS last_days,
       SUM(p.amount) FILTER (r.booked // 100 % 100 = 12) AS december
  FROM payment p JOIN batch b ON b.id = p.batch JOIN payment_result r ON r.batch = p.batch AND r.line = p.line WHERE r.paid = 1
 GROUP BY b.unit, year HAVING last_days >= spent * 0.25 OR december >= spent * 0.4;

-- M10 the commonest sum of each village against all villages, where claims have a ceiling
WITH sums AS (SELECT program, region, amount, COUNT(*) AS n FROM hit_BASE WHERE bound = '上限' GROUP BY program, region, amount),
     villages AS (SELECT program, region, SUM(n) AS n, MAX(n) AS most, SUM(n) FILTER (amount % 100000 = 0) AS round FROM sums GROUP BY program, region)
SELECT v.program, v.region FROM villages v JOIN (SELECT program, SUM(n) AS n, SUM(most) AS most FROM villages GROUP BY program) a ON a.program = v.program
 WHERE v.n >= 10 AND v.most >= v.n * 0.6 AND v.most * (a.n - v.n) > 3 * (a.most - v.most) * v.n;

-- S01 a post paid without attendance
WITH post AS (SELECT * FROM hit_BASE WHERE regexp_matches(program_name, '公益岗|公益性岗位|护林员|保洁员|管护员')),
     sheet AS (SELECT id_no, period_first, period_last, days // (period_last - period_first + 1) AS monthly FROM ref_posts)
SELECT l.person, l.batch, l.line FROM post l JOIN sheet s ON s.id_no = l.id_no AND s.period_first <= l.last AND s.period_last >= l.first WHERE s.monthly < 150000
UNION SELECT l.person, l.batch, l.line FROM post l JOIN ref_deaths d ON d.id_no = l.id_no WHERE l.last > d.died // 100
UNION SELECT l.person, l.batch, l.line FROM post l JOIN ref_custody c ON c.id_no = l.id_no WHERE c.valid_from <= l.last * 100 + 31 AND COALESCE(c.valid_to, 99991231) >= l.first * 100 + 1
UNION SELECT l.person, l.batch, l.line FROM post l JOIN ref_payroll r ON r.id_no = l.id_no WHERE r.valid_from <= l.first * 100 + 1 AND COALESCE(r.valid_to, 99991231) >= l.last * 100 + 30
UNION SELECT l.person, l.batch, l.line FROM post l JOIN ref_students s ON s.id_no = l.id_no WHERE s.status = '在读' AND s.stage NOT LIKE '%成人%'
         AND s.term LIKE CAST(l.first // 100 AS VARCHAR) || CASE WHEN l.first % 100 BETWEEN 2 AND 7 THEN '%春%' ELSE '%秋%' END;

-- S02 two posts at once
SELECT a.person, a.batch, a.line, b.batch, b.line FROM hit_BASE a JOIN hit_BASE b ON b.person = a.person AND a.program < b.program
 WHERE a.first <= b.last AND b.first <= a.last AND regexp_matches(a.program_name, '公益岗|公益性岗位|护林员') AND regexp_matches(b.program_name, '公益岗|公益性岗位|护林员');

-- S03 student aid without being enrolled at that stage
SELECT l.person, l.batch, l.line FROM hit_BASE l
 WHERE l.program_name LIKE '%小学资助%'
   AND NOT EXISTS (SELECT 1 FROM ref_students s WHERE s.id_no = l.id_no AND s.status = '在读' AND s.stage LIKE '%小学%'
                      AND CASE WHEN s.term LIKE '%春%' THEN CAST(s.term[1:4] AS BIGINT) * 100 + 2 ELSE CAST(s.term[1:4] AS BIGINT) * 100 + 8 END <= l.last
                      AND CASE WHEN s.term LIKE '%春%' THEN CAST(s.term[1:4] AS BIGINT) * 100 + 7 ELSE CAST(s.term[1:4] AS BIGINT) * 100 + 101 END >= l.first);

-- S04 house larger than the family may have
WITH heads AS (SELECT household, COUNT(*) AS heads FROM person WHERE status = '正常' GROUP BY household)
SELECT w.household FROM ref_housing w JOIN heads h ON h.household = w.household
 WHERE w.method = '新建' AND w.area > 10000 * LEAST(GREATEST(18 * GREATEST(h.heads, w.persons), 40), CASE WHEN h.heads >= 6 THEN 108 WHEN h.heads = 5 THEN 90 WHEN h.heads = 4 THEN 72 ELSE 60 END);

-- S05 the old house stands three months after
SELECT w.household FROM ref_housing w JOIN household h ON h.code = w.household
 WHERE w.method = '新建' AND w.finished + 300 <= 20190131 AND COALESCE(w.demolished, 99991231) > 20190131;

-- S06 share of grades C and D of each appraiser against the others (the exact test itself has no plain query)
SELECT appraiser, COUNT(*) AS n, COUNT(*) FILTER (grade[1] IN ('C', 'D')) AS dangerous FROM ref_housing GROUP BY appraiser;

-- S07 loans of three households that end at one account, or at a firm
WITH loan AS (SELECT r.*, q.household FROM ref_loans r JOIN person q ON q.id_no = r.id_no),
     many AS (SELECT account FROM loan GROUP BY account HAVING COUNT(DISTINCT household) >= 3)
SELECT l.id_no, l.account FROM loan l LEFT JOIN many m ON m.account = l.account
 WHERE m.account IS NOT NULL OR (regexp_matches(l.borrower, '公司|企业|集团|有限责任|股份') AND NOT regexp_matches(l.borrower, '家庭农场|个体'));

-- A05 payments to a person by a unit: the names against cadres and payroll
SELECT d.doc_no FROM disbursement d WHERE d.payee_kind = '个人' AND (d.payee IN (SELECT name FROM ref_cadres) OR d.payee IN (SELECT name FROM ref_payroll));

-- U04 a new firm, or one whose owner or the owner's kin is a cadre or on the payroll
WITH firm AS (SELECT payee, MIN(date) AS first FROM disbursement GROUP BY payee),
     owner AS (SELECT f.payee, f.first, c.id_no, c.registered FROM firm f JOIN ref_companies c ON c.company = f.payee),
     near AS (SELECT payee, id_no FROM owner UNION SELECT o.payee, k.kin_id FROM owner o JOIN ref_kin k ON k.id_no = o.id_no
              UNION SELECT o.payee, k.id_no FROM owner o JOIN ref_kin k ON k.kin_id = o.id_no)
SELECT payee FROM owner WHERE first - registered < 600
UNION SELECT n.payee FROM near n JOIN ref_cadres c ON c.id_no = n.id_no
UNION SELECT n.payee FROM near n JOIN ref_payroll r ON r.id_no = n.id_no;

-- P08 kin of a cadre of the village, with what other payee rules found
WITH tie AS (SELECT id_no AS cadre, kin_id AS kin FROM ref_kin UNION SELECT kin_id, id_no FROM ref_kin)
SELECT l.person, l.batch, l.line, EXISTS (SELECT 1 FROM hit_P04 o WHERE o.person = l.person) AS hold
  FROM tie t JOIN ref_cadres c ON c.id_no = t.cadre JOIN hit_BASE l ON l.id_no = t.kin
 WHERE (c.region = l.region OR (c.region LIKE '%000' AND c.region[1:9] = l.region[1:9]))
   AND c.valid_from <= l.last * 100 + 31 AND COALESCE(c.valid_to, 99991231) >= l.first * 100 + 1;

-- REST the rules of projects, units and funds (S08, U01-U03, U05-U16) look at tables of a few thousand rows, and U05, U08 and U16 at
-- balances over time that no plain join gives: they cost DuckDB nothing here.
SELECT 0 AS nothing WHERE false;
