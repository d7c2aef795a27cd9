-- What customers are asked of an order that comes later than promised, and what became of it (I14).
create table orders.questions (
  id uuid primary key,
  order_id uuid not null,
  -- of the workflow's state that asks: whatever leaves it ends the question
  entry int not null,
  asked_at timestamptz not null default now(),
  -- what waits: [{lineNumber, quantity, promisedOn, expectedOn}]
  lines jsonb not null,
  answers jsonb not null,
  answer_by timestamptz not null,
  -- the answer that silence stands for
  silence text not null,
  ended_at timestamptz,
  -- null: nothing had to be answered any more
  answer text,
  ended_by text check (ended_by in ('customer', 'staff', 'silence', 'overtaken')),
  actor text
) with (fillfactor = 80);
create index questions_order on orders.questions (order_id, asked_at);
alter table messages.links drop constraint links_purpose_check;
alter table messages.links add constraint links_purpose_check check (purpose in ('reportProblem', 'declineFollowUps', 'answerQuestion')) not valid;
-- Whose day has passed is told once for each day.
create index supplies_untold on inventory.supplies (expected_on, id) where due > 0 and late_told_on is distinct from expected_on;
