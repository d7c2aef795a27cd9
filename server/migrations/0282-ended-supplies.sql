-- Lists of what has ended go along its days too.
create index supplies_ended on inventory.supplies (expected_on, id) where due = 0;
