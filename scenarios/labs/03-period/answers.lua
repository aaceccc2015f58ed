-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- s: seconds per step with period 1 (median of the seeds)
  b = nil,      -- s: seconds per step with the longer fixed period
  c = nil,      -- 1: how many times faster a step of that period is by the formula, without randomness
  d = nil,      -- 1: AdaComm's time to the loss of the hand-out as a share of period 1's (medians of the seeds)
  e = nil,      -- 1: the step at which AdaComm's period is 1 (median of the seeds)
}
