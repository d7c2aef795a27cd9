-- How many events an exception has recorded while it is open: between being raised and closed it may change teams. Of those
-- that were closed before nobody asks.
alter table tasks.exceptions add column events int not null default 1;
