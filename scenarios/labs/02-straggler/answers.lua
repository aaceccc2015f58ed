-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- s: measured seconds per step of the workers that the hand-out asks about, period 1 (median of the seeds)
  b = nil,      -- s: the same by the formula
  c = nil,      -- 1: share of its time that one of those workers waits, period 1 (between 0 and 1)
  d = nil,      -- s: measured seconds per step of as many workers with the longer period
  e = nil,      -- 1: the least number of workers at which a synchronous step takes so many mean steps
}
