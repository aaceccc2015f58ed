-- For teachers: model answers of lab 01, of the hand-out without a student's name.
return {
  a = 0.01,         -- two links of 5 ms
  b = 12.5e6,       -- 100 Mbit/s in bytes
  c = 125000,       -- 0.01 s * 12.5e6 B/s
  d = 16.02,        -- 2 (0.01 + 1e8 / 12.5e6)
  e = 3.1818,       -- (0.01 + 4e5 / 12.5e6) / (0.01 + 4e5 / 125e6); of the smallest model 1.003: bandwidth buys it nothing
}
