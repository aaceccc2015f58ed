-- For teachers: model answers of lab 06, of the hand-out without a student's name.
return {
  a = 0.3,          -- (9 - 3 * 1.8) / 12
  b = 3,            -- 9 honest ones / 3 liars
  c = 0.4115,       -- 73 rounds: 21 without liars, and 21 / 0.3 = 70
  d = 0.2315,       -- 41 rounds
  e = 0.042,        -- (3 * 66 pairs + 2) * 210 parameters / 1 Gf
}
