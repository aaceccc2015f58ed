-- For teachers: model answers of lab 01.
return {
  a = 0.01,         -- two links of 5 ms
  b = 12.5e6,       -- 100 Mbit/s in bytes
  c = 125000,       -- 0.01 s * 12.5e6 B/s
  d = 16.02,        -- 2 (0.01 + 1e8 / 12.5e6)
  e = 1.00288,      -- (0.01 + 400 / 12.5e6) / (0.01 + 400 / 125e6): bandwidth buys a small message nothing
}
