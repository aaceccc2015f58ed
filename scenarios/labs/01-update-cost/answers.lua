-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- s:     latency of the way from one worker to the other
  b = nil,      -- B/s:   bandwidth of that way
  c = nil,      -- bytes: the model that spends as long on latency as on bandwidth
  d = nil,      -- s:     one update of a model of as many parameters as the hand-out says
  e = nil,      -- 1:     how many times faster the 400 000-byte update is with ten times the bandwidth
}
