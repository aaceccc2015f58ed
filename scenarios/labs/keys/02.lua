-- For teachers: model answers of lab 02, of the hand-out without a student's name.
return {
  a = 3.417,        -- the middle one of three seeds
  b = 3.3807,       -- 1 + 1/2 + ... + 1/16
  c = 0.707,        -- 1 - 1 / 3.417
  d = 1.763,        -- the slowest of 16 sums of eight draws, an eighth of it
  e = 11,           -- 1 + 1/2 + ... + 1/11 = 3.0199
}
