DROP INDEX act_by_time;
DROP INDEX card_by_holder;
DROP INDEX person_by_name;
DROP INDEX household_by_head_name;
DROP INDEX household_by_head;
DROP INDEX household_by_region;
DROP INDEX payment_result_returned;
