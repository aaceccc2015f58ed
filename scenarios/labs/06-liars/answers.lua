-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- a number: how many times an honest worker's gradient the mean of all is
  b = nil,      -- a number: the factor of the lie at which the mean stands still
  c = nil,      -- s: seconds of the mean to the training loss of the hand-out, with liars
  d = nil,      -- s: seconds of the median to that loss, with liars
  e = nil,      -- ms: how much longer a round takes with Krum than with the mean
}
