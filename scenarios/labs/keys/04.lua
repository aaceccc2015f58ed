-- For teachers: model answers of lab 04, of the hand-out without a student's name.
return {
  a = 25120000,     -- 40 rounds * 10 devices * 2 ways * 7850 parameters * 4 bytes
  b = 46.79,        -- 30 rounds
  c = 10.94,        -- 7 rounds: a quarter of the rounds and of the bytes, for five times the computing
  d = 10.88,        -- 14 rounds against 7
  e = 12.4,         -- 84.4 % - 72.0 %
}
