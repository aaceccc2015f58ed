-- Your answers: numbers, in the units the hand-out asks for.  nil means: not yet.
return {
  -- student = "Your Name",     if your hand-out has your name
  a = nil,      -- B: bytes that one worker sends in a round, without compression
  b = nil,      -- ms: a round with float16
  c = nil,      -- ms: what encoding, decoding and adding take of it
  d = nil,      -- Gb/s: the bandwidth above which float16 is slower than no compression
  e = nil,      -- MB: what all workers send in a round with topk
}
