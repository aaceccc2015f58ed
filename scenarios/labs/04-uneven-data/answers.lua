-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- B: bytes of a whole run
  b = nil,      -- s: seconds to the training loss of the hand-out, even data (alpha = 100), one local epoch
  c = nil,      -- s: the same with several local epochs
  d = nil,      -- s: how much longer uneven data take to that loss, with several local epochs
  e = nil,      -- percentage points: accuracy that uneven data cost at the end, with several local epochs
}
