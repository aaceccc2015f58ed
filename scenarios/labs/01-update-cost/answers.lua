-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  a = nil,      -- s:     latency of the way from one worker to the other
  b = nil,      -- B/s:   bandwidth of that way
  c = nil,      -- bytes: the model that spends as long on latency as on bandwidth
  d = nil,      -- s:     one update of a model of 25 000 000 parameters
  e = nil,      -- 1:     how many times faster the 400-byte update is with ten times the bandwidth
}
