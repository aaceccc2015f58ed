-- For teachers: model answers of lab 08, of the hand-out without a student's name.
return {
  a = 7000000,      -- 2 * 7/8 * 4 B * 10^6 parameters
  b = 15.235,       -- 10 of the gradient, 1.875 of c, and 14 messages of 40 us and 250 kB at 10 Gb/s
  c = 1.875,        -- 10^6 (2 + 2 * 7/8) / 2 Gf
  d = 14.9333,      -- 3.5 MB in 1.875 ms
  e = 33.6,         -- lists of 1 to 7 packets on the way to sums, and then of all 8: 12 times the 2.8 MB of randomk
}
