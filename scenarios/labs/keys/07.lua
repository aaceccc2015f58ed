-- For teachers: model answers of lab 07, of the hand-out without a student's name.
return {
  a = 0.3706,       -- the step of whole less 2 * 553 430 176 B / 1.25e9 B/s
  b = 0.4427,       -- 553 430 176 B / 1.25e9 B/s, which is more than 0.3706 s
  c = 1.5715,       -- pieces make a pipeline of push and pull: fc6, of 411 MB, is pulled while it is pushed
  d = 1.2210,       -- the first layers' pieces overtake those of fc6, and the next forward begins before these have come
  e = 1.0540,       -- the first and the last step of six, which wait for less and for all, included; the busiest is the link
}
