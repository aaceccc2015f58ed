-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  a = nil,      -- B: bytes of one round
  b = nil,      -- 1: rounds to a training loss of 1.0, even data (alpha = 100), one local epoch
  c = nil,      -- 1: the same with five local epochs
  d = nil,      -- 1: how many times as many rounds uneven data (alpha = 0.1) need, with five local epochs
  e = nil,      -- percentage points: accuracy that uneven data cost after 40 rounds, with five local epochs
}
