-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- s: computing in a step
  b = nil,      -- s: the least that a step could take, whatever goes when
  c = nil,      -- 1: time of a step with whole layers over that with pieces, both first in, first out
  d = nil,      -- 1: time of a step first in, first out over that by priority, both in pieces
  e = nil,      -- 1: time of a step by priority in pieces over the least that it could take
}
