-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  a = nil,      -- s: seconds per step with period 1 (median of the seeds)
  b = nil,      -- s: seconds per step with period 20
  c = nil,      -- 1: how many times faster a step of period 20 is by the formula, without randomness
  d = nil,      -- 1: AdaComm's time to a loss of 0.70 as a share of period 1's (medians of the seeds)
  e = nil,      -- 1: AdaComm's period at the end
}
