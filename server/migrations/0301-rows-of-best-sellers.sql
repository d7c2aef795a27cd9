-- Rows of a stock file that took effect before their turn, because they are about best sellers (I3).
alter table inventory.stock_import_rows add column ahead boolean;
