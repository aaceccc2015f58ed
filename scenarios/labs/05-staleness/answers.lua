-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- 1: how many more gradients the server merges with the bound than with bsp, one worker being slow for good
  b = nil,      -- 1: gradients that all workers push without a bound, one worker being slow for good, by the formula
  c = nil,      -- 1: gradients with the bound over gradients with bsp, steps taking random times (median of the seeds)
  d = nil,      -- 1: mean age of a gradient without a bound, steps taking random times (median of the seeds)
  e = nil,      -- 1: by how much a gradient lowers the loss with the bound over that without, one worker being slow for good (medians)
}
